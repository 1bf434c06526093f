from __future__ import annotations

import json

import pytest

from connector.errors import NotFound
from connector.policy.rate_limits import Limits
from connector.storage import queries, tables
from connector.storage.core.database import Database
from connector.storage.core.statements import FOREVER
from connector.storage.monitoring.alarms import RECENT
from connector.storage.monitoring.status import status as system_status
from connector.values import ConversationStatus, EventStatus, FollowupStatus, ReplyStatus
from tests.kit import actions
from tests.kit.alarms import alarms as alarms_of
from tests.kit.storage_fixtures import MINUTE, Store

DAY = 86_400_000


@pytest.fixture
def store(database):
    found = Database(database)
    yield Store(found)
    found.dispose()


def test_events_are_listed_by_what_became_of_them(store):
    store.conversation("T-1", ["answered"])
    stopped = store.event("out of office", status="stopped", reason="auto_submitted", route="support")
    refused = store.event("x", status="refused", given_id="their-id", source="celery")

    listed = list(queries.events(store.database))
    assert [event["status"] for event in listed] == ["refused", "stopped", "accepted"]
    assert listed[0]["external_id"] == "their-id"
    assert (listed[2]["turn_id"], listed[1]["turn_id"]) == (listed[2]["id"], None)
    assert "text" not in listed[0]
    wanted = list(queries.events(store.database, statuses=[EventStatus.STOPPED, EventStatus.REFUSED], limit=1))
    assert [event["id"] for event in wanted] == [str(refused)]
    assert [event["id"] for event in queries.events(store.database, route="support")] == [str(stopped)]
    assert [event["id"] for event in queries.events(store.database, source="celery")] == [str(refused)]
    assert [event["conversation"] for event in queries.events(store.database, conversation="T-1")] == ["T-1"]


def test_an_event_shows_its_words_its_size_and_its_conflicts(store):
    _, (event,) = store.conversation("T-1", ["answered"])
    store.add(tables.event_bodies, event_id=event, body="Zoë".encode())
    store.add(tables.conflicts, event_id=event, hash="h", text="other words", received_at=5)
    store.change(tables.events, tables.events.c.id == event, conflicts=1)

    found = queries.event(store.database, event)

    assert (found["text"], found["raw_bytes"], found["metadata"]) == ("question 1", 4, {"shop": 7})
    assert found["callback"] == {"task": "app.done", "queue": None}
    assert found["conflict_count"] == 1
    assert found["conflicts"] == [{"received_at": "1970-01-01T00:00:00.005Z", "hash": "h", "text": "other words"}]
    assert "raw" not in found
    assert queries.event(store.database, event, raw=True)["raw"] == "Zoë"
    assert [row["id"] for row in queries.events(store.database, conflicting=True)] == [str(event)]


def test_an_event_without_turn_shows_its_own_words(store):
    event = store.event("see attached", status="stopped")
    found = queries.event(store.database, event, raw=True)
    assert (found["text"], found["raw_bytes"], found["raw"], found["conflicts"]) == ("see attached", None, None, [])
    with pytest.raises(NotFound, match="no event 4711"):
        queries.event(store.database, 4711)


def test_a_conversation_is_what_http_answers(store):
    conversation, turns = store.conversation(
        "T-1", ["answered", "queued"], chat_id="c-1", customer=json.dumps({"id": "9"}), status="closed", reason="spam"
    )
    found = queries.conversation(store.database, conversation)
    pinned = {"id": str(conversation), "key": "T-1", "route": "support", "status": "closed", "reason": "spam"}
    assert list(found) == ["id", "key", "route", "status", "reason", "customer", "provider_chat_id", "turns"]
    assert found | {"turns": None} == pinned | {"customer": {"id": "9"}, "provider_chat_id": "c-1", "turns": None}
    assert [turn["id"] for turn in found["turns"]] == [str(id_) for id_ in turns]
    assert "attempts" not in found["turns"][0]
    with pytest.raises(NotFound, match="no conversation 4711"):
        queries.conversation(store.database, 4711)


def test_conversations_are_listed_with_what_waits(store):
    one, _ = store.conversation("T-1", ["answered", "queued", "queued"], chat_id="c-1", chat_number=1)
    two, _ = store.conversation("T-2", ["answered"], route="sales", status="handed_off", held="handed_off")
    listed = list(queries.conversations(store.database))
    assert [(row["id"], row["waiting"], row["chats"]) for row in listed] == [(str(two), 0, 0), (str(one), 2, 2)]
    handed_off = queries.conversations(store.database, statuses=[ConversationStatus.HANDED_OFF])
    assert [row["key"] for row in handed_off] == ["T-2"]
    assert [row["key"] for row in queries.conversations(store.database, route="support")] == ["T-1"]
    assert [row["key"] for row in queries.conversations(store.database, key="T-2", account="osvi")] == ["T-2"]
    assert queries.conversation_ids(store.database, "T-2") == [two]
    assert queries.conversation_ids(store.database, "T-2", "support") == []


def test_accounts_show_gate_use_and_limits(store):
    now = store.now()
    worker = store.worker()
    store.account("osvi", closed_until=FOREVER, reason="credentials", detail="HTTP 401", day=now // DAY, spent=5)
    store.account("retired", closed_until=now - 5, reason="busy", day=now // DAY - 1, spent=5)
    store.add(tables.grants, account="osvi", worker_id=worker, slots=4, in_flight=3, at=now)

    found = {row["name"]: row for row in queries.accounts(store.database, {"osvi": Limits(rate=10.0), "new": Limits()})}

    assert list(found) == ["new", "osvi", "retired"]
    osvi = found["osvi"]
    assert (osvi["open"], osvi["reason"], osvi["detail"], osvi["until"]) == (False, "credentials", "HTTP 401", None)
    assert (osvi["in_flight"], osvi["spent_today"], osvi["max_in_flight"], osvi["rate"]) == (3, 5, 100, 10.0)
    retired = found["retired"]
    assert (retired["open"], retired["reason"], retired["spent_today"]) == (True, None, 0)
    assert (retired["configured"], retired["daily_turns"]) == (False, None)
    assert (found["new"]["open"], found["new"]["in_flight"]) == (True, 0)


def test_routes_show_pauses_and_what_needs_a_look(store):
    store.conversation("T-1", ["unknown", "queued", "queued"])
    store.conversation("T-2", ["failed", "answered"])
    store.add(tables.routes, name="sales", paused=True, reason="misconfigured", detail="HTTP 404", changed_at=1)
    found = {row["name"]: row for row in queries.routes(store.database, ["support", "sales"])}
    assert list(found) == ["sales", "support"]
    assert (found["sales"]["paused"], found["sales"]["reason"], found["sales"]["detail"]) == (
        True,
        "misconfigured",
        "HTTP 404",
    )
    support = found["support"]
    assert (support["paused"], support["queued"], support["unknown"], support["failed"]) == (False, 2, 1, 1)
    assert (support["configured"], found["sales"]["queued"]) == (True, 0)


def test_replies_are_listed_and_shown_with_their_attempts(store):
    conversation, (turn,) = store.conversation("T-1", ["answered"])
    reply = store.reply(turn, conversation, "failed", reason="gave_up")
    store.reply(turn, conversation, "queued", turn_revision=4)
    store.add(
        tables.reply_attempts, reply_id=reply, number=1, owner=1, started_at=5, outcome="refused", http_status=410
    )

    assert [row["status"] for row in queries.replies(store.database)] == ["queued", "failed"]
    (listed,) = queries.replies(store.database, statuses=[ReplyStatus.FAILED], channel="webhook", route="support")
    assert (listed["id"], listed["turn_id"], listed["conversation"]) == (str(reply), str(turn), "T-1")
    assert "attempts" not in listed
    assert len(list(queries.replies(store.database, turn_id=turn))) == 2
    shown = queries.reply(store.database, reply)
    assert [attempt["http_status"] for attempt in shown["attempts"]] == [410]
    assert shown["reason"] == "gave_up"
    with pytest.raises(NotFound, match="no reply 4711"):
        queries.reply(store.database, 4711)


def test_follow_ups_show_the_words_before_and_after_they_are_sent(store):
    later = store.event("see you", status="scheduled", route="support", conversation_key="T-9")
    _, (sent,) = store.conversation("T-1", ["answered"])
    for id_, status in ((later, "scheduled"), (sent, "sent")):
        store.add(tables.followups, id=id_, status=status, due_at=5, created_at=1)
    found = list(queries.followups(store.database))
    assert [(row["id"], row["text"], row["turn_id"]) for row in found] == [
        (str(sent), "question 1", str(sent)),
        (str(later), "see you", None),
    ]
    (scheduled,) = queries.followups(store.database, statuses=[FollowupStatus.SCHEDULED], route="support")
    assert (scheduled["conversation"], scheduled["due_at"]) == ("T-9", "1970-01-01T00:00:00.005Z")


def test_history_tells_who_did_what(store):
    actions.pause_account(store.database, "osvi", actor="ann", detail="holidays")
    actions.resume_account(store.database, "osvi", actor="bob")
    actions.pause_account(store.database, "other", actor="bob")
    found = queries.history(store.database, "account:osvi")
    assert [(row["actor"], row["action"], row["subject"]) for row in found] == [
        ("ann", "pause", "account:osvi"),
        ("bob", "resume", "account:osvi"),
    ]
    assert found[0]["detail"] == {"detail": "holidays", "was": None}


def test_an_empty_database_has_a_status(store):
    found = system_status(store.database, {"osvi": Limits()})
    assert list(found) == [
        *("turns", "events", "replies", "followups", "oldest_turn_seconds", "accounts", "workers", "alarms"),
    ]
    assert found["turns"] == dict.fromkeys(("queued", "sending", "answered", "unknown", "failed", "cancelled"), 0)
    assert set(found["events"].values()) == set(found["replies"].values()) == set(found["followups"].values()) == {0}
    assert found["oldest_turn_seconds"] is None
    assert found["accounts"] == [
        {"name": "osvi", "open": True, "reason": None, "until": None, "in_flight": 0, "spent_today": 0}
    ]
    assert (found["workers"], found["alarms"]) == ([], [])
    json.dumps(found)


def test_a_status_counts(store):
    conversation, (turn, *_) = store.conversation("T-1", ["answered", "sending", "queued"], age=90_000)
    store.event("x", status="stopped")
    other = store.event("y", status="context")
    store.add(tables.conflicts, event_id=other, hash="h", text="z", received_at=1)
    store.add(tables.followups, id=other, status="scheduled", due_at=store.now() + 60_000, created_at=1)
    store.reply(turn, conversation, "delivered")
    store.worker("host:1", claimed=2000)
    store.worker("host:2", claimed=None)
    store.worker("gone", lease=-1)

    found = system_status(store.database)

    expected = {"queued": 1, "sending": 1, "answered": 1, "unknown": 0, "failed": 0, "cancelled": 0}
    assert found["turns"] == expected
    events = {"accepted": 3, "scheduled": 0, "context": 1, "stopped": 1, "refused": 0, "quarantined": 0, "conflict": 1}
    assert found["events"] == events
    assert found["replies"]["delivered"] == 1
    assert found["followups"]["scheduled"] == 1
    assert found["oldest_turn_seconds"] >= 90
    assert [(row["name"], row["last_claim_seconds"] is None, row["state"]) for row in found["workers"]] == [
        ("gone", False, "dead"),
        ("host:1", False, "alive"),
        ("host:2", True, "alive"),
    ]
    assert found["alarms"] == []


def _alarms(store):
    return {alarm["name"]: alarm for alarm in alarms_of(store.database)}


def test_alarms_say_what_to_do(store):
    conversation, (_, _, failed) = store.conversation("T-1", ["unknown", "queued", "failed"], held="unknown")
    store.conversation("T-2", ["unknown", "queued", "queued"], held="unknown")
    store.conversation("T-3", ["queued"])
    store.reply(failed, conversation, "failed")
    store.event("boom", status="quarantined")
    store.add(tables.routes, name="sales", paused=True, reason="misconfigured", detail="HTTP 404", changed_at=1)
    store.account("osvi", closed_until=FOREVER, reason="credentials", detail="HTTP 401")

    found = _alarms(store)

    assert {name: alarm["next"] for name, alarm in found.items()} == {
        "no_worker": "turnwire worker",
        "account_closed": "turnwire accounts resume osvi",
        "route_paused": "turnwire routes resume sales",
        "unknown_turns": "turnwire turns list --status unknown",
        "failed_turns": "turnwire turns list --status failed",
        "failed_replies": "turnwire replies list --status failed",
        "quarantined_events": "turnwire events list --status quarantined",
    }
    assert found["unknown_turns"]["what"] == "2 turns are unknown: perhaps delivered; 3 turns wait behind"
    assert found["failed_turns"]["what"] == "1 turn has failed"
    assert found["no_worker"]["what"] == "no worker has been seen for a minute, 4 turns are queued"
    assert "refuses its credentials" in found["account_closed"]["what"]
    assert "(HTTP 401)" in found["account_closed"]["what"]
    assert found["route_paused"]["what"].startswith("route sales is paused: the provider refuses to open a chat;")
    assert found["route_paused"]["what"].endswith("(HTTP 404)")
    assert found["failed_replies"]["what"] == "1 reply failed"


def test_what_was_refused_or_came_with_two_contents_within_a_day_is_reported(store):
    known = store.event("one")
    for age in (0, RECENT - MINUTE, RECENT + MINUTE):
        store.event("bad", status="refused", received_at=store.now() - age)
        store.add(tables.conflicts, event_id=known, hash=f"h-{age}", received_at=store.now() - age)
    found = _alarms(store)
    assert {name: (alarm["what"], alarm["next"]) for name, alarm in found.items()} == {
        "refused_events": (
            "2 messages were refused within a day, and not sent",
            "turnwire events list --status refused --since 24h",
        ),
        "conflict_events": (
            "2 messages came within a day under an id that was known with another content; the first one counts",
            "turnwire events list --status conflict",
        ),
    }


@pytest.mark.parametrize(
    ("claimed", "started", "silent"),
    [(31_000, 0, True), (1000, MINUTE, False), (None, 1000, False), (None, MINUTE, True)],
)
def test_a_worker_that_lives_without_looking_for_work_is_reported(store, claimed, started, silent):
    store.worker("host:1", claimed=claimed, started=started)
    store.conversation("T-1", ["queued"])
    found = _alarms(store)
    assert set(found) == ({"worker_silent"} if silent else set())
    if silent:
        assert "alive but consuming nothing" in found["worker_silent"]["what"]


@pytest.mark.parametrize(
    ("reason", "alarms"), [("busy", set()), ("failing", {"account_closed"}), ("operator", {"account_closed"})]
)
def test_an_account_that_is_only_told_to_slow_down_raises_no_alarm(store, reason, alarms):
    store.account("osvi", closed_until=store.now() + MINUTE, reason=reason)
    assert set(_alarms(store)) == alarms
