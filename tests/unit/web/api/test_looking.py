"""Looking at turns and conversations over HTTP, and how the front door says that it is well."""

from __future__ import annotations

import pytest

from connector.storage import tables
from connector.storage.core.database import Database
from connector.web.health import TEXT
from tests.kit.front_door import Client, event, make_site
from tests.kit.storage_fixtures import Store


@pytest.fixture
def site(database, tmp_path):
    made = make_site(database, tmp_path)
    yield made
    made.database.dispose()


@pytest.fixture
def ask(site):
    return Client(site)


def schema(document, name):
    return document["components"]["schemas"][name]


def test_a_turn_has_exactly_the_published_fields(site, ask):
    token = site.token()
    turn_id = ask("POST", "/v1/events", token, json=event()).json()["turn_id"]
    turn = ask("GET", f"/v1/turns/{turn_id}", token).json()
    assert (turn["text"], turn["status"], turn["external_id"]) == ("question 1", "queued", "T-1/1")
    published = schema(ask("GET", "/openapi.json").json(), "Turn")
    assert set(turn) == set(published["properties"]) == set(published["required"])


def test_earlier_words_of_other_sources_are_not_told_to_who_sees_one(site, ask):
    mine, everything = site.token("crm", all_sources=False), site.token("desk")
    turn_id = ask("POST", "/v1/events", mine, json=event() | {"subject": "My parcel"}).json()["turn_id"]
    for told, shown in (
        ("Subject: My parcel\n\nquestion 1", "Subject: My parcel\n\nquestion 1"),
        ("Earlier:\n[customer] by mail\n\nquestion 1", None),
    ):
        store = Store(site.database)
        store.change(tables.turns, tables.turns.c.id == int(turn_id), last_send=1)
        if not store.rows(tables.attempts):
            store.attempt(int(turn_id), 1, outcome="answered", millis=store.now())
        store.change(tables.attempts, tables.attempts.c.number == 1, told=told)
        assert ask("GET", f"/v1/turns/{turn_id}", mine).json()["told"] == shown
        full = ask("GET", f"/v1/turns/{turn_id}", everything).json()
        assert (full["told"], full["subject"], full["source_kind"]) == (told, "My parcel", "http")


def test_a_conversation_has_its_turns_in_order_without_attempts(site, ask):
    token = site.token()
    for number in (1, 2):
        turn_id = ask("POST", "/v1/events", token, json=event(number)).json()["turn_id"]
    conversation_id = ask("GET", f"/v1/turns/{turn_id}", token).json()["conversation_id"]
    found = ask("GET", f"/v1/conversations/{conversation_id}", token).json()
    document = ask("GET", "/openapi.json").json()
    assert set(found) == set(schema(document, "Conversation")["properties"])
    assert [turn["text"] for turn in found["turns"]] == ["question 1", "question 2"]
    assert set(found["turns"][0]) == set(schema(document, "TurnOfConversation")["properties"])


@pytest.mark.parametrize("path", ["/v1/turns/{}", "/v1/conversations/{}"])
def test_what_is_not_theirs_is_as_if_it_were_not_there(site, ask, path):
    ask("POST", "/v1/events", site.token(), json=event())
    other = site.token("other", "sales")
    theirs, nothing = (ask("GET", path.format(number), other) for number in ("1", "999"))
    assert (theirs.status_code, theirs.json()) == (404, nothing.json())
    assert ask("GET", path.format("1")).status_code == 401


@pytest.mark.parametrize("word", ["x", "-1", "1.0", "9" * 30, "%C2%B2", "%00"])
def test_a_word_that_is_no_id_is_404(site, ask, word):
    assert ask("GET", f"/v1/turns/{word}", site.token("w")).status_code == 404


def test_alive_and_ready(ask):
    assert ask("GET", "/healthz").json() == {"status": "alive"}
    assert ask("GET", "/readyz").json() == {"status": "ready"}


def test_not_ready_without_the_tables(tmp_path):
    made = make_site(f"sqlite:///{tmp_path}/none.db", tmp_path)
    ask = Client(made)
    answer = ask("GET", "/readyz")
    assert (answer.status_code, ask("GET", "/healthz").status_code) == (503, 200)
    assert "retry-after" in answer.headers
    assert "turnwire migrate" not in answer.text
    assert not (tmp_path / "none.db").exists()


def test_metrics_are_what_the_database_counts(site, ask):
    store = Store(Database(site.database.url))
    conversation, (first, second, _) = store.conversation("T-1", ["answered", "unknown", "queued"], age=5000)
    store.reply(first, conversation, "delivered")
    store.worker(claimed=2000)
    store.account("synthflow", spent=3)
    store.attempt(first, 1, outcome="answered", millis=1500)
    store.attempt(second, 1, outcome="lost", millis=90_000)
    answer = ask("GET", "/metrics")
    assert answer.headers["content-type"] == TEXT
    found = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    expected = {
        'turnwire_events_total{source="csv:support",status="accepted"}': 3,
        'turnwire_turns{route="support",status="queued"}': 1,
        'turnwire_turns{route="support",status="answered"}': 1,
        'turnwire_replies{channel="webhook",status="delivered"}': 1,
        'turnwire_calls_total{account="osvi",call="send",outcome="lost"}': 1,
        'turnwire_call_seconds_bucket{account="osvi",call="send",le="1"}': 0,
        'turnwire_call_seconds_bucket{account="osvi",call="send",le="2.5"}': 1,
        'turnwire_call_seconds_bucket{account="osvi",call="send",le="+Inf"}': 2,
        'turnwire_call_seconds_sum{account="osvi",call="send"}': 91.5,
        'turnwire_account_open{account="synthflow",reason=""}': 1,
    }
    assert {name: float(found[name]) for name in expected} == expected
    assert float(found["turnwire_last_claim_seconds"]) >= 2
    assert float(found['turnwire_oldest_turn_seconds{route="support",status="queued"}']) >= 5
    assert not [name for name in found if 'status="answered"' in name and "oldest" in name]
    store.database.dispose()
