"""Deliveries over HTTP: verified before anything is read, stored before they are answered, each of them counted."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from connector.errors import ConfigurationError, DatabaseUnavailable
from connector.settings import load
from connector.storage import tables
from connector.storage.receive.events import Intake
from connector.web.app import create
from tests.kit import front_door
from tests.kit.front_door import Client, make_site, with_limits
from tests.kit.hook_senders import SENDERS

every = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
JSON = {"Content-Type": "application/json"}


def toml(sender) -> str:
    """A source of this profile, as a user writes it."""
    lines = [f"[sources.{sender.profile}]", 'kind = "hook"', 'route = "support"', f'profile = "{sender.profile}"']
    lines += [f'secret = "env:{sender.profile.upper()}"', 'old_secret = "env:OLD_' + sender.profile.upper() + '"']
    lines += [f'url = "{sender.settings["url"]}"'] if "url" in sender.settings else []
    fields = sender.settings.get("fields", {})
    lines += [f"[sources.{sender.profile}.fields]"] if fields else []
    lines += [f'{name} = "{value}"' for name, value in fields.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture
def site(sqlite_database, tmp_path, monkeypatch):
    for name, sender in SENDERS.items():
        monkeypatch.setenv(name.upper(), sender.secret)
        monkeypatch.setenv(f"OLD_{name.upper()}", sender.other_secret)
    made = make_site(sqlite_database, tmp_path, "".join(map(toml, SENDERS.values())))
    yield made
    made.database.dispose()


@pytest.fixture
def ask(site):
    return Client(site)


def deliver(ask, sender, *, body=None, raw=None, secret=None, at=None, headers=None):
    """Send the sample, or another body, signed now."""
    raw = json.dumps(sender.body if body is None else body).encode() if raw is None else raw
    signed = sender.sign(sender.secret if secret is None else secret, raw, at or datetime.now(UTC))
    path = f"/v1/hooks/{sender.profile}" + (f"?{sender.query}" if sender.query else "")
    return ask("POST", path, content=raw, headers={**JSON, **signed, **(headers or {})})


def stored(site, table=tables.events):
    with site.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def single(answer):
    """What became of the one event of a delivery, of one or of many."""
    body = answer.json()
    return body["events"][0] if "events" in body else body


@every
def test_a_delivery_is_stored_once_however_often_it_comes(site, ask, sender, matrix):
    first, again = deliver(ask, sender), deliver(ask, sender)
    assert (first.status_code, single(first)["status"]) == (202, "accepted")
    assert (again.status_code, single(again)["status"]) == (200, "duplicate")
    assert single(first)["turn_id"] == single(again)["turn_id"]
    assert site.bells.rung.wait(10)
    with site.database.reading() as connection:
        row = connection.execute(select(tables.events)).one()
        turn = connection.execute(select(tables.turns)).one()
    assert (row.source, row.route, turn.text) == (sender.profile, "support", sender.text)
    played = matrix.row("E17", injected="a signed delivery comes twice", case=sender.profile)
    played.saw(posts="1 turn", state="accepted, then duplicate", operator="202, then 200 with the same turn")


def test_a_photo_without_words_is_a_turn_and_a_message_without_anything_is_kept_and_not_sent(site, ask):
    sender = SENDERS["zammad"]
    photo, nothing = copy.deepcopy(sender.body), copy.deepcopy(sender.body)
    photo["article"] |= {"id": 901, "body": "", "attachments": [{"filename": "parcel.jpg"}]}
    nothing["article"] |= {"id": 902, "body": "<p> </p>", "attachments": []}
    answers = [deliver(ask, sender, body=body) for body in (photo, nothing)]
    assert [answer.status_code for answer in answers] == [202, 200]
    assert [answer.json()["status"] for answer in answers] == ["accepted", "stopped"]
    with site.database.reading() as connection:
        rows = connection.execute(select(tables.events).order_by(tables.events.c.id)).all()
        turn = connection.execute(select(tables.turns)).one()
    assert [(row.status, row.reason) for row in rows] == [("accepted", None), ("stopped", "no_text")]
    assert turn.text == "[photo]"


@every
def test_either_secret_is_taken_while_they_change(ask, sender):
    assert deliver(ask, sender, secret=sender.other_secret).status_code == 202
    assert deliver(ask, sender).status_code == 200


@every
def test_a_forged_delivery_is_401_and_stores_nothing(site, ask, sender, matrix):
    answer = deliver(ask, sender, secret=STRANGE if sender.profile == "standard_webhooks" else "guessed")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert sender.header in answer.headers["www-authenticate"]
    assert sender.secret not in answer.text
    assert stored(site) == 0
    row = matrix.row("E17", injected="a signature with another secret", case=sender.profile)
    row.saw(posts=0, state="nothing stored", operator="401; counted")


STRANGE = "whsec_c3RyYW5nZSBzdHJhbmdlIHN0cmFuZ2U="


@pytest.mark.parametrize("profile", ["standard_webhooks", "zendesk", "hubspot", "front"])
def test_a_stale_delivery_is_401(site, ask, profile, matrix):
    assert deliver(ask, SENDERS[profile], at=datetime(2026, 1, 1, tzinfo=UTC)).status_code == 401
    assert deliver(ask, SENDERS[profile], at=datetime(2036, 1, 1, tzinfo=UTC)).status_code == 401
    assert stored(site) == 0
    row = matrix.row("E17", injected="a signature that is too old, or of a time to come", case=profile)
    row.saw(posts=0, state="nothing stored", operator="401; counted")


def test_a_conflict_is_answered_2xx_because_the_sender_can_mend_nothing(site, ask):
    sender = SENDERS["zammad"]
    first = deliver(ask, sender).json()
    other = copy.deepcopy(sender.body)
    other["article"]["body"] = "edited"
    answer = deliver(ask, sender, body=other)
    assert (answer.status_code, answer.json()["status"]) == (200, "conflict")
    assert answer.json()["turn_id"] == first["turn_id"]
    assert (stored(site), stored(site, tables.conflicts)) == (1, 1)


def test_what_is_stopped_is_200_with_its_reason_and_nothing_stored(site, ask):
    sender = SENDERS["zammad"]
    note = copy.deepcopy(sender.body)
    note["article"]["internal"] = True
    answer = deliver(ask, sender, body=note)
    assert (answer.status_code, answer.json()) == (200, {
        "event_id": None, "turn_id": None, "followup_id": None, "status": "stopped", "warnings": [],
        "reason": "internal_note",
    })  # fmt: skip
    assert stored(site) == 0


def test_an_unknown_source_is_404_whatever_it_brings(site, ask):
    for path in ("/v1/hooks/nobody", "/v1/hooks/zammad/", "/v1/hooks/", "/v1/hooks/ZAMMAD", "/v1/hooks/..%2fzammad"):
        assert ask("POST", path, content=b"x" * 1_000_000).status_code == 404
    assert ask("GET", "/v1/hooks/zammad").status_code == 405
    assert stored(site) == 0


def test_a_missing_field_is_422_by_its_name_and_never_says_what_came(site, ask):
    sender = SENDERS["zammad"]
    body = copy.deepcopy(sender.body)
    del body["article"]["id"]
    body["article"]["body"] = "secret words"
    answer = deliver(ask, sender, body=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "id", "expected": "a single value at /article/id", "got": "nothing"}
    ]  # fmt: skip
    assert "secret" not in answer.text
    assert stored(site) == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 200_000, b'{"a":' * 60_000, b"NaN", b"<xml/>"])
def test_what_is_signed_and_not_json_is_400(site, ask, raw):
    assert deliver(ask, SENDERS["zammad"], raw=raw).status_code == 400
    assert stored(site) == 0


def test_what_is_not_signed_is_not_even_decoded(ask):
    answer = ask("POST", "/v1/hooks/zammad", content=b"[" * 200_000, headers={**JSON, "X-Hub-Signature": "sha1=00"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/xml"},
        {"Content-Encoding": "gzip"},
        {"Content-Type": "application/json; charset=utf-16"},
    ],
)
def test_another_content_type_is_415(ask, headers):
    assert deliver(ask, SENDERS["zammad"], headers=headers).status_code == 415


def test_a_hundred_megabytes_are_413_before_they_are_read(site, ask, matrix):
    sender = SENDERS["zammad"]
    read = 0

    async def endless():
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 1_000_000

    headers = {**JSON, **sender.sign(sender.secret, b"", datetime.now(UTC))}
    answer = ask("POST", "/v1/hooks/zammad", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert read < 5
    assert ask("POST", "/v1/hooks/zammad", content=b"x" * 600_000, headers=headers).status_code == 413
    assert stored(site) == 0
    row = matrix.row("E17", injected="100 MB")
    row.saw(posts=0, state="nothing stored", operator="413 after less than 5 MB")


def test_a_slow_sender_is_408(site, matrix):
    sender = SENDERS["zammad"]

    async def slow():
        yield b"{"
        await asyncio.sleep(30)

    headers = {**JSON, **sender.sign(sender.secret, b"", datetime.now(UTC))}
    ask = Client(site, with_limits(idle=0.1))
    assert ask("POST", "/v1/hooks/zammad", content=slow(), headers=headers).status_code == 408
    assert stored(site) == 0
    row = matrix.row("E17", injected="a body that comes too slowly")
    row.saw(posts=0, state="nothing stored", operator="408")


def test_without_a_signature_header_no_byte_of_the_body_is_read(site, ask):
    read = 0

    async def body():
        nonlocal read
        read += 1
        yield b"{}"

    assert ask("POST", "/v1/hooks/zammad", content=body(), headers=JSON).status_code == 401
    assert read == 0


def test_a_source_may_take_its_share_of_the_places_and_no_more(site):
    assert deliver(Client(site, with_limits(deliveries=0)), SENDERS["zammad"]).status_code == 503
    assert deliver(Client(site, with_limits(deliveries=1, share=0.0)), SENDERS["zammad"]).status_code == 429
    assert deliver(Client(site, with_limits(delivered_bytes=100)), SENDERS["zammad"]).status_code == 503
    assert deliver(Client(site), SENDERS["zammad"]).status_code == 202


def test_a_flood_of_forged_deliveries_keeps_no_token_out(site):
    ask = Client(site, with_limits(deliveries=0, delivered_bytes=0))
    assert deliver(ask, SENDERS["zammad"]).status_code == 503
    assert ask("POST", "/v1/events", site.token(), json=front_door.event()).status_code == 202


def test_front_is_answered_its_challenge_only_when_it_signed_it(site, ask):
    sender = SENDERS["front"]
    sync = {"type": "sync", "authorization": {"id": "cmp_1"}}
    challenge = {"X-Front-Challenge": "a1b2c3"}
    answer = deliver(ask, sender, body=sync, headers=challenge)
    assert (answer.status_code, answer.text) == (200, "a1b2c3")
    assert answer.headers["content-type"].startswith("text/plain")
    assert deliver(ask, sender, body=sync, headers=challenge, secret="guessed").status_code == 401
    assert deliver(ask, sender, body=sync).json()["reason"] == "other_event"
    assert stored(site) == 0


def test_one_bad_event_of_many_does_not_cost_the_others(site, ask):
    sender = SENDERS["hubspot"]
    good = sender.body[0]
    bad = {key: value for key, value in good.items() if key != "messageId"}
    body = [good, bad, {**good, "messageId": "m-2"}, {**good, "messageType": "COMMENT"}, good, "x"]
    answer = deliver(ask, sender, body=body)
    assert answer.status_code == 202
    parts = answer.json()["events"]
    assert [part["http_status"] for part in parts] == [202, 422, 202, 200, 200, 422]
    assert [part["status"] for part in parts] == ["accepted", 422, "accepted", "stopped", "duplicate", 422]
    assert stored(site) == 2
    with site.database.reading() as connection:
        positions = connection.execute(select(tables.turns.c.position, tables.events.c.external_id).join(
            tables.events, tables.events.c.id == tables.turns.c.id)).all()  # fmt: skip
    assert sorted(positions) == [(1, "m-1"), (2, "m-2")]
    assert deliver(ask, sender, body=[]).json() == {"events": []}


class Away(Intake):
    def __init__(self):
        pass

    def store(self, entries, backlog_id=None, *, live=True):
        raise DatabaseUnavailable("database: secret host is away")


@pytest.mark.parametrize("profile", ["zammad", "hubspot"])
def test_without_a_database_it_is_503_and_may_be_sent_again(site, ask, profile):
    site.receiver.wiring.__dict__["intake"] = Away()
    answer = deliver(ask, SENDERS[profile])
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    assert "secret host" not in answer.text


def test_each_delivery_is_counted_by_what_it_came_to(site):
    pytest.importorskip("prometheus_client")
    app = create(site.receiver, front_door.QUICK)
    try:
        import httpx

        async def ask_all():
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                for sender, body, secret in (
                    (SENDERS["zammad"], None, None), (SENDERS["zammad"], None, None),
                    (SENDERS["zammad"], None, "guessed"), (SENDERS["zammad"], {}, None),
                    (SENDERS["jira"], {"webhookEvent": "comment_deleted"}, None),
                ):  # fmt: skip
                    raw = json.dumps(sender.body if body is None else body).encode()
                    signed = sender.sign(secret or sender.secret, raw, datetime.now(UTC))
                    path = f"/v1/hooks/{sender.profile}"
                    await client.post(path, content=raw, headers={**JSON, **signed})
                await client.post("/v1/hooks/nobody")
                return (await client.get("/metrics")).text

        page = asyncio.run(ask_all())
    finally:
        front_door.close(app)
    found = dict(re.findall(r"^turnwire_hook_deliveries_total\{(.*)\} (\S+)$", page, re.MULTILINE))
    assert found == {
        'outcome="accepted",reason="",source="zammad"': "1.0", 'outcome="duplicate",reason="",source="zammad"': "1.0",
        'outcome="not_authentic",reason="",source="zammad"': "1.0",
        'outcome="invalid",reason="",source="zammad"': "1.0",
        'outcome="stopped",reason="other_event",source="jira"': "1.0",
        'outcome="not_found",reason="",source="unknown"': "1.0",
    }  # fmt: skip


def test_the_log_holds_neither_text_nor_secret(site, ask, caplog):
    sender = SENDERS["zammad"]
    deliver(ask, sender)
    deliver(ask, sender, secret="guessed")
    said = " ".join(f"{record.msg} {record.args}" for record in caplog.records)
    assert "hook.not_authentic" in said
    assert "parcel" not in said
    assert sender.secret not in said


def test_a_front_door_without_a_hook_s_secret_does_not_open(site, monkeypatch):
    monkeypatch.setenv("JIRA", "")
    with pytest.raises(ConfigurationError) as caught:
        create(site.receiver)
    assert caught.value.field == "sources.jira.secret"
    assert load(site.receiver.wiring.settings.path).sources
