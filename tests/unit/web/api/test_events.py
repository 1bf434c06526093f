"""`POST /v1/events`: what is answered, to whom, and what is stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.settings import load
from connector.storage import tables
from connector.storage.admin import tokens
from connector.storage.core.database import BadData
from connector.storage.receive.events import Intake
from connector.wiring import Wiring
from tests.kit.front_door import Client, Site, event, make_site


@pytest.fixture
def site(sqlite_database, tmp_path):
    made = make_site(sqlite_database, tmp_path)
    yield made
    made.database.dispose()


@pytest.fixture
def ask(site):
    return Client(site)


def stored(site, table=tables.events):
    with site.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def post(ask, token, payload):
    return ask("POST", "/v1/events", token, json=payload)


def test_an_event_is_stored_with_its_turn_and_the_bell_is_rung(site, ask):
    answer = post(ask, site.token(), event())
    assert answer.status_code == 202
    assert answer.json() == {
        "event_id": "1", "turn_id": "1", "followup_id": None, "status": "accepted", "warnings": [],
    }  # fmt: skip
    assert site.bells.rung.wait(10)
    with site.database.reading() as connection:
        row = connection.execute(select(tables.events)).one()
    assert (row.source, row.external_id, row.route) == ("crm", "T-1/1", "support")


def test_the_same_again_is_a_duplicate_with_the_same_ids(site, ask):
    token = site.token()
    first = post(ask, token, event()).json()
    again = post(ask, token, event())
    assert (again.status_code, again.json()) == (200, first | {"status": "duplicate"})


def test_a_future_event_keeps_its_follow_up_s_id(site, ask):
    token = site.token()
    later = event(due_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    first, again = post(ask, token, later), post(ask, token, later)
    assert (first.status_code, first.json()["status"]) == (202, "scheduled")
    assert (first.json()["turn_id"], first.json()["followup_id"]) == (None, first.json()["event_id"])
    assert (again.status_code, again.json()) == (200, first.json() | {"status": "duplicate"})


def test_a_wait_after_the_last_message_by_http(site, ask):
    answer = post(ask, site.token(), event(followup={"after": "3d", "keep": True, "expires_after": "2h"}))
    assert (answer.status_code, answer.json()["status"]) == (202, "scheduled")
    with site.database.reading() as connection:
        row = connection.execute(select(tables.followups)).one()
    assert (row.after, row.keep, row.due_at - row.created_at) == (3 * 86_400_000, True, 3 * 86_400_000)
    assert row.expires_at == row.due_at + 7_200_000
    wrong = post(ask, site.token("other"), event(followup={"after": "some day"}))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "followup.after")


def test_other_content_under_the_same_id_is_a_conflict_with_the_first_ids(site, ask):
    token = site.token()
    first = post(ask, token, event()).json()
    clash = post(ask, token, event(text="something else"))
    assert clash.status_code == 409
    assert (clash.json()["status"], clash.json()["turn_id"]) == ("conflict", first["turn_id"])
    assert "something else" not in clash.text


def test_unknown_fields_are_warned_of_and_integers_are_integers(site, ask):
    answer = post(ask, site.token(), event(shop=7, priority=3.0, id=12.0, customer={"id": 5.0}))
    assert answer.status_code == 202
    assert answer.json()["warnings"] == ["shop: unknown field, kept in metadata"]
    with site.database.reading() as connection:
        row = connection.execute(select(tables.events)).one()
    assert (row.external_id, row.priority, json.loads(row.customer)) == ("12", 3, {"id": "5"})


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (event(text=" "), "text"),
        (event(text="secret words " * 10_000), "text"),
        (event(conversation=5), "conversation"),
        (event(due_at="2026-11-21T10:00:00"), "due_at"),
        (event(priority=10), "priority"),
        (event(texts="secret words"), "texts"),
        (event(source="another"), "source"),
        (event(metadata={"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}}), "metadata"),
        (event(callback={"task": "app.secret"}), "callback"),
        ({"route": "support"}, "conversation"),
        (["secret"], "event"),
        ("secret", "event"),
    ],
)
def test_what_cannot_be_taken_is_422_field_by_field_and_stores_nothing(site, ask, payload, field):
    answer = post(ask, site.token(), payload)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "errors"}
    (error,) = problem["errors"]
    assert set(error) == {"field", "expected", "got"}
    assert error["field"] == field
    assert "secret" not in answer.text
    assert stored(site) == 0


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"a": NaN}', b"\xff", b"[" * 200_000, b'{"a":' * 60_000, b"1" * 5000, b"<a/>"]
)
def test_what_is_not_json_is_400(site, ask, raw):
    answer = ask("POST", "/v1/events", site.token(), content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["status"] == 400
    assert stored(site) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json; charset=utf-8"}, 202),
        ({"Content-Type": "APPLICATION/JSON"}, 202),
        ({"Content-Type": "application/json; charset=iso-8859-1"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        ({}, 415),
    ],
)
def test_only_json_in_utf_8_is_taken(site, ask, headers, status):
    raw = json.dumps(event(text="Grüße, שלום")).encode()
    assert ask("POST", "/v1/events", site.token(), content=raw, headers=headers).status_code == status


def test_a_body_over_the_limit_is_413(site, ask):
    token = site.token()
    raw = json.dumps(event(metadata={"a": "x" * 600_000})).encode()
    json_type = {"Content-Type": "application/json"}

    async def pieces():
        for start in range(0, len(raw), 50_000):
            yield raw[start : start + 50_000]

    assert ask("POST", "/v1/events", token, content=raw, headers=json_type).status_code == 413
    assert ask("POST", "/v1/events", token, content=pieces(), headers=json_type).status_code == 413
    assert stored(site) == 0


def test_the_largest_text_is_taken(site, ask):
    raw = json.dumps(event(text="ü" * 100_000), ensure_ascii=False).encode()
    answer = ask("POST", "/v1/events", site.token(), content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic Y3JtOmNybQ=="}, {"Authorization": "Bearer"}])
def test_without_a_token_it_is_401(ask, headers):
    answer = ask("POST", "/v1/events", json=event(), headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="turnwire"')


@pytest.mark.parametrize("wrong", ["tw_wrong", "x" * 10_000, "tw_ü".encode().decode("latin-1")])
def test_with_a_wrong_token_it_is_401_and_the_token_is_not_repeated(site, ask, wrong):
    site.token()
    answer = ask("POST", "/v1/events", json=event(), headers={b"Authorization": f"Bearer {wrong}".encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="turnwire", error="invalid_token"'
    assert wrong not in answer.text


def test_a_revoked_token_is_401(site, ask):
    token = site.token()
    assert post(ask, token, event()).status_code == 202
    tokens.revoke(site.database, "crm", actor="test")
    assert post(ask, token, event(2)).status_code == 401


def test_another_route_is_403_whether_it_exists_or_not(site, ask):
    token = site.token()
    there, nowhere = (post(ask, token, event(route=route)) for route in ("sales", "nowhere"))
    assert (there.status_code, there.json()) == (403, nowhere.json())
    assert post(ask, token, event(route="sales", text="")).status_code == 403
    assert stored(site) == 0


def test_a_token_s_route_that_is_no_longer_configured_is_422(site, ask):
    answer = post(ask, site.token("old", "gone"), event(route="gone"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "route")


def test_two_tokens_of_one_source_know_each_other_s_events(site, ask):
    old, new = site.token("crm"), site.token("crm-2", source="crm")
    assert post(ask, old, event()).status_code == 202
    assert post(ask, new, event(source="crm")).status_code == 200


def test_a_callback_is_taken_where_the_route_has_them(site, ask):
    token = site.token("crm", "sales")
    assert post(ask, token, event(route="sales", callback={"task": "app.done"})).status_code == 202


def test_what_was_taken_in_before_its_callback_was_unlisted_is_a_duplicate(site, ask, tmp_path):
    token = site.token("crm", "sales")
    named = event(route="sales", callback={"task": "app.done"})
    assert post(ask, token, named).status_code == 202
    file = tmp_path / "turnwire.toml"
    file.write_text(file.read_text().replace('callbacks = ["app.done", "app.done@shop"]', 'callbacks = ["app.other"]'))
    changed = Client(
        Site(receiver=Receiver(wiring=Wiring(settings=load(file), publisher=site.bells)), bells=site.bells)
    )
    assert post(changed, token, named).status_code == 200
    assert post(changed, token, named | {"id": "T-1/2"}).status_code == 422
    lines = [json.dumps(one) for one in (named, named | {"id": "T-1/2"})]
    many = changed(
        "POST", "/v1/events/batch", token, content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    assert [json.loads(line)["http_status"] for line in many.text.splitlines()] == [200, 422]
    assert stored(site) == 1


def test_the_last_day_of_use_is_noted(site, ask):
    token = site.token()
    assert next(tokens.listed(site.database))["last_used"] is None
    post(ask, token, event())
    assert next(tokens.listed(site.database))["last_used"] == datetime.now(UTC).date().isoformat()


# --- trouble ------------------------------------------------------------------------------------------------------


class Broken(Intake):
    """An intake whose first transactions fail."""

    def __init__(self, *errors):
        self.errors = list(errors)

    def store(self, entries, backlog_id=None, *, live=True):
        raise self.errors.pop(0)


def test_without_a_database_it_is_503_with_a_time_to_come_again(site, ask):
    token = site.token()
    site.receiver.wiring.__dict__["intake"] = Broken(DatabaseUnavailable("database: secret host is away"))
    answer = post(ask, token, event())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.text


def test_an_unexpected_error_tells_nothing(site, ask, caplog):
    token = site.token()
    site.receiver.wiring.__dict__["intake"] = Broken(RuntimeError("secret words"))
    answer = post(ask, token, event())
    assert (answer.status_code, answer.json()["title"]) == (500, "something went wrong here")
    assert "secret" not in answer.text + caplog.text


def test_data_that_the_database_refuses_costs_only_its_own_event(site, ask):
    token = site.token()
    site.receiver.wiring.__dict__["intake"] = Broken(BadData("no"), BadData("no"))
    assert post(ask, token, event()).status_code == 500


def test_paths_and_methods_that_there_are_not(ask):
    assert ask("GET", "/v1/nothing").json()["status"] == 404
    answer = ask("DELETE", "/v1/events")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_log_holds_neither_query_nor_text_nor_token(site, ask, capfd):
    token = site.token()
    ask("POST", "/v1/events?q=secret", token, json=event(text="secret words"))
    ask("GET", "/secret", token)
    said = capfd.readouterr()
    assert "secret" not in said.out + said.err
    assert token not in said.out + said.err
