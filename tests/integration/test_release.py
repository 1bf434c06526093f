"""Release: a person sends what was stopped or kept as history, once, at the end of its conversation."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from connector.errors import NotFound, Overtaken, WrongState
from connector.storage import tables
from connector.storage.actions.events import release_event
from connector.values import EventStatus
from tests.kit.mails import mailed
from tests.kit.storage import ANSWERED

NOW = datetime.now(UTC)


def put(kit, status=EventStatus.STOPPED, at=NOW, **fields) -> int:
    """A message that is no turn."""
    reason = "mailing_list" if status is EventStatus.STOPPED else None
    event = kit.event("T-1", "Set aside", status=status, reason=reason, occurred_at=at, **fields)
    (answer,) = kit.store([event])
    assert answer.turn_id is None
    return int(answer.event_id)


def release(kit, event_id, **fields):
    return release_event(kit.database, kit.intake, event_id, actor="ann", **fields)


@pytest.mark.parametrize("status", [EventStatus.STOPPED, EventStatus.CONTEXT])
def test_it_becomes_a_turn_at_the_end_of_its_conversation(store, status):
    event_id = put(store, status)
    store.receive("T-1", "After it", occurred_at=NOW + timedelta(minutes=1))
    change = release(store, event_id)
    assert (change.before, change.after, change.detail["turn_id"]) == (status, "accepted", str(event_id))
    in_order = sorted(store.check(), key=lambda turn: turn.position)
    assert [(turn.text, turn.status) for turn in in_order] == [("After it", "queued"), ("Set aside", "queued")]
    (row,) = store.rows(tables.events, tables.events.c.id == event_id)
    assert (row.status, row.reason, row.text) == ("accepted", None, None)
    subjects = {row.subject for row in store.rows(tables.audit, tables.audit.c.action == "release")}
    assert subjects == {f"event:{event_id}", f"turn:{event_id}"}
    owner = store.worker()
    assert [store.send(owner), store.send(owner)][1] == [event_id]


def test_it_opens_a_conversation_that_is_not_there_yet(store):
    event_id = put(store)
    release(store, event_id)
    assert store.send(store.worker()) == [event_id]


def test_what_is_older_than_an_answered_turn_is_refused_unless_said(store):
    event_id = put(store, at=NOW - timedelta(hours=1))
    (answered,) = store.receive("T-1", "Never mind", occurred_at=NOW)
    store.send(store.worker(), ANSWERED)
    with pytest.raises(WrongState, match=f"turn {answered} of its conversation came after event {event_id}"):
        release(store, event_id)
    assert release(store, event_id, anyway=True).after == "accepted"


def test_what_is_newer_than_all_answers_is_not_old(store):
    store.receive("T-1", "First", occurred_at=NOW - timedelta(hours=1))
    store.send(store.worker(), ANSWERED)
    assert release(store, put(store)).after == "accepted"


def test_it_is_released_once(store):
    event_id = put(store)
    release(store, event_id)
    with pytest.raises(WrongState):
        release(store, event_id)
    assert len(store.check()) == 1


def test_of_two_people_who_release_it_one_is_told(store):
    event_id = put(store)
    started = threading.Barrier(2)

    def try_it() -> str:
        started.wait()
        try:
            return release(store, event_id).after
        except (Overtaken, WrongState) as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        said = sorted(future.result() for future in [pool.submit(try_it) for _ in range(2)])
    assert said[1] == "accepted"
    assert said[0] in {"Overtaken", "WrongState"}
    assert len(store.check()) == 1


def test_what_cannot_be_a_turn_is_refused(store):
    with pytest.raises(NotFound):
        release(store, 77)
    with pytest.raises(WrongState, match="accepted, not stopped or context"):
        release(store, store.receive("T-2", "Sent")[0])
    event_id = put(store)
    store.change(tables.events, tables.events.c.id == event_id, route="gone")
    with pytest.raises(WrongState, match="its route gone is not configured"):
        release(store, event_id)
    store.change(tables.events, tables.events.c.id == event_id, route="support", text=" \n")
    with pytest.raises(WrongState, match="there is no text in it to send"):
        release(store, event_id)


def test_a_mail_that_is_released_is_a_duplicate_when_it_comes_again(store):
    mail = mailed("m1@shop.example", "Ada <ada@example.com>", route="support", list_id="<news.other.example>")
    (first,) = store.store([mail])
    release(store, int(first.event_id))
    (again,) = store.store([mail])
    assert (again.status, again.turn_id) == (EventStatus.DUPLICATE, first.event_id)
    assert len(store.check()) == 1
