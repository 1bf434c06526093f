"""`turnwire tail` sees what comes in, what becomes of it, and what goes back."""

from __future__ import annotations

from connector.storage import tables
from connector.storage.monitoring import tail as module
from connector.storage.monitoring.tail import Tail
from tests.kit.storage import ANSWERED


def events_of(found):
    return [(one["event"], one.get("conversation"), one.get("status")) for one in found]


def test_each_message_and_what_becomes_of_it_is_told_once(store):
    store.receive("old", "before")
    tail = Tail(store.database)
    assert tail.look() == []

    store.receive("T-1", "one")
    assert events_of(tail.look()) == [("event.received", "T-1", "accepted")]
    assert tail.look() == []

    owner = store.worker()
    claimed = {one.key: one for one in store.claim(owner)}["T-1"]
    store.mark(claimed)
    assert events_of(tail.look()) == [("turn.sending", "T-1", "sending")]
    store.record((claimed, ANSWERED))
    found = tail.look()
    assert events_of(found) == [("turn.answered", "T-1", "answered")]
    assert found[0]["seconds"] >= 0
    store.change(tables.replies, status="delivered", delivered_at=store.now())
    (reply,) = tail.look()
    assert (reply["event"], reply["conversation"]) == ("reply.delivered", "T-1")
    assert tail.look() == []


def test_of_a_backlog_that_waited_before_what_workers_have_in_hand_is_seen(store):
    store.receive("T-1", "one")
    store.receive("T-2", "two")
    tail = Tail(store.database)
    owner = store.worker()
    claimed = store.claim(owner, most=1)[0]
    assert tail.look() == []
    store.mark(claimed)
    assert events_of(tail.look()) == [("turn.sending", claimed.key, "sending")]


def test_of_one_route_only(store):
    tail = Tail(store.database, "support")
    store.receive("T-1", "one")
    store.receive("T-2", "two", route="sales")
    assert events_of(tail.look()) == [("event.received", "T-1", "accepted")]


def test_a_flood_is_counted_not_printed(store, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 3)
    monkeypatch.setattr(module, "WATCHED", 2)
    tail = Tail(store.database)
    for number in range(5):
        store.receive(f"T-{number}", "one")
    assert [(one["event"], one.get("number")) for one in tail.look()] == [
        ("events.skipped", 2), *[("event.received", None)] * 3,
    ]  # fmt: skip
    store.receive("T-9", "one")
    assert events_of(tail.look()) == [("event.received", "T-9", "accepted")]
