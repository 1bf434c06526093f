"""Taking events in: each once, in order, whatever else is in the batch."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.receive.events import Intake, Target
from connector.values import Customer, Event, EventStatus, Followup
from tests.kit import actions
from tests.kit.storage import ANSWERED, ROUTES, StorageKit, emptied


def statuses(answers):
    return [str(answer.status) for answer in answers]


def test_an_event_becomes_a_turn_of_its_conversation_in_one_go(store):
    first, second = store.store([store.event("T-1", "one", subject="Help"), store.event("T-1", "two")])
    assert (first.status, first.event_id, first.turn_id) == ("accepted", first.turn_id, first.turn_id)

    rows = store.rows(tables.turns)
    assert [(row.position, row.text, row.status, row.revision) for row in rows] == [
        (1, "one", "queued", 1),
        (2, "two", "queued", 1),
    ]
    conversation = store.conversation("T-1")
    assert (conversation.account, conversation.agent, conversation.status) == ("osvi", "agent_1", "open")
    place = store.place("T-1")
    assert (place.head, place.tail, place.owner, place.held) == (1, 2, None, None)
    assert place.ready_at <= store.now()
    assert [row.text for row in store.rows(tables.events)] == [None, None], "the text lives in the turn, once"
    assert second.turn_id != first.turn_id


def test_the_same_event_again_is_a_duplicate_and_other_words_are_a_conflict(store):
    event = store.event("T-1", "one")
    (first,) = store.store([event])
    again, other, other_again = store.store([event, replace(event, text="two"), replace(event, text="two")])

    assert statuses([again, other, other_again]) == ["duplicate", "conflict", "conflict"]
    assert {answer.turn_id for answer in (again, other, other_again)} == {first.turn_id}
    assert len(store.rows(tables.turns)) == 1
    assert [(row.conflicts, row.status) for row in store.rows(tables.events)] == [(1, "accepted")]
    assert [row.text for row in store.rows(tables.conflicts)] == ["two"]


def test_the_same_identity_twice_in_a_batch_is_as_in_two_batches(store):
    event = store.event("T-1", "one")
    assert statuses(store.store([event, event, replace(event, text="two")])) == ["accepted", "duplicate", "conflict"]
    assert len(store.rows(tables.turns)) == 1


def test_what_is_not_to_be_sent_is_kept_without_a_turn(store):
    kinds = [EventStatus.CONTEXT, EventStatus.STOPPED, EventStatus.REFUSED, EventStatus.QUARANTINED]
    answers = store.store([store.event("T-1", "words", status=kind, reason="why") for kind in kinds])
    assert statuses(answers) == [str(kind) for kind in kinds]
    assert [answer.turn_id for answer in answers] == [None] * 4
    assert [row.text for row in store.rows(tables.events)] == ["words"] * 4
    assert store.rows(tables.conversations) == []


def test_history_that_is_sent_for_real_later_becomes_a_turn_once(store):
    event = store.event("T-1", "one", status=EventStatus.CONTEXT)
    store.store([event])
    live = replace(event, status=EventStatus.ACCEPTED)
    assert statuses(store.store([live, live])) == ["accepted", "duplicate"]
    assert statuses(store.store([live])) == ["duplicate"]
    assert [row.text for row in store.rows(tables.turns)] == ["one"]
    assert [(row.status, row.text) for row in store.rows(tables.events)] == [("accepted", None)]


def test_raw_bytes_are_kept_beside_the_event(store):
    store.store([store.event("T-1", "one", raw=b"\x00\xff as it came")])
    assert [row.body for row in store.rows(tables.event_bodies)] == [b"\x00\xff as it came"]


def test_text_no_database_can_hold_is_mended_and_costs_the_batch_nothing(store):
    bad = store.event("T-\x00", "bad \x00 and \ud800", subject="\x00", customer=Customer(name="a\ud800b"))
    bad = replace(bad, metadata={"key": "\ud800"}, id="id\x00")
    answers = store.store([store.event("T-1", "good"), bad])
    assert statuses(answers) == ["accepted", "accepted"]
    assert [row.text for row in store.rows(tables.turns)] == ["good", "bad \N{REPLACEMENT CHARACTER} and �"]
    assert statuses(store.store([bad])) == ["duplicate"]
    (claimed, other) = store.claim(store.worker())
    assert {claimed.key, other.key} == {"T-1", "T-\N{REPLACEMENT CHARACTER}"}


def test_a_conversation_stands_in_the_lane_of_its_most_urgent_turn(store):
    store.receive("T-1", "slow", priority=2)
    slow = store.place("T-1").lane
    store.receive("T-1", "urgent", priority=9)
    urgent = store.place("T-1").lane
    store.receive("T-1", "slow again", priority=2)
    assert store.place("T-1").lane == urgent != slow
    owner = store.worker()
    for _ in range(3):
        store.send(owner)
    store.receive("T-1", "later", priority=2)
    lanes = {lane.id: lane for lane in store.claims.open_lanes()}
    assert lanes[store.place("T-1").lane].priority == lanes[slow].priority, "once empty it returns to its own"


def test_a_conversation_keeps_the_account_it_was_opened_with(store):
    store.receive("T-1", "one")
    moved = Intake(store.database, {**ROUTES, "support": Target(account="synthflow", agent="agent_9")})
    store.intake = moved
    store.receive("T-1", "two")
    store.receive("T-2", "new")
    lanes = {lane.id: lane.account for lane in store.claims.open_lanes()}
    assert lanes[store.place("T-1").lane] == "osvi"
    assert lanes[store.place("T-2").lane] == "synthflow"
    assert (store.conversation("T-1").agent, store.conversation("T-2").agent) == ("agent_1", "agent_9")


def test_a_new_message_wakes_only_a_conversation_that_may_go_on(store):
    owner = store.worker()
    store.receive("claimed", "one")
    store.receive("delayed", "one")
    store.receive("handed", "one")
    (claimed,) = [one for one in store.claim(owner) if one.key == "claimed"]
    store.records.release(owner, [store.conversation("delayed").id], 60.0)
    store.records.release(owner, [store.conversation("handed").id])
    actions.hand_off_conversation(store.database, store.conversation("handed").id, actor="ann")

    for key in ("claimed", "delayed", "handed"):
        store.receive(key, "two")
    assert store.place("claimed").ready_at is None
    assert store.place("delayed").ready_at > store.now() + 30_000, "the second turn does not overtake the first"
    assert store.place("handed").ready_at is None

    store.mark(claimed)
    store.record((claimed, ANSWERED))
    assert store.place("claimed").ready_at <= store.now()


def test_a_message_to_a_closed_conversation_opens_it_again_in_a_new_chat(store):
    store.receive("T-1", "one")
    store.send(store.worker())
    conversation = store.conversation("T-1")
    store.change(tables.conversations, chat_id="old")
    actions.close_conversation(store.database, conversation.id, actor="ann")

    store.receive("T-1", "two")
    again = store.conversation("T-1")
    assert (again.id, again.status, again.chat_id, again.chat_number) == (conversation.id, "open", None, 1)
    assert store.place("T-1").ready_at <= store.now()


def test_follow_ups_wait_without_a_turn_and_get_their_place_when_due(store):
    later = datetime.now(UTC) + timedelta(hours=1)
    due = [later + timedelta(minutes=minute) for minute in (2, 1)]
    answers = store.store(
        [
            store.event("T-1", f"due {at:%M}", status=EventStatus.SCHEDULED, due_at=at, followup=Followup(keep=True))
            for at in due
        ]
        + [store.event("gone", "no route", route="support", status=EventStatus.SCHEDULED, due_at=later)]
    )
    assert statuses(answers) == ["scheduled"] * 3
    assert [answer.followup_id for answer in answers] == [answer.event_id for answer in answers]
    assert store.rows(tables.turns) == []
    assert store.promotion.promote_due().sent == 0

    store.receive("T-1", "meanwhile")
    store.change(tables.followups, due_at=tables.followups.c.due_at - 2 * 3_600_000)
    store.change(tables.events, tables.events.c.conversation_key == "gone", route="not configured any more")
    assert store.promotion.promote_due(limit=2).sent == 2
    assert store.promotion.promote_due().sent == 0
    texts = [row.text for row in store.rows(tables.turns)]
    assert texts[0] != "meanwhile", "ids are the events'"
    by_position = sorted(store.rows(tables.turns), key=lambda row: row.position)
    assert [row.text for row in by_position] == ["meanwhile", f"due {due[1]:%M}", f"due {due[0]:%M}"]
    assert by_position[1].followup_id == by_position[1].id
    assert [row.status for row in store.rows(tables.followups)] == ["sent", "sent", "scheduled"]


def test_many_at_once_lose_and_double_nothing(postgres_store):
    store = postgres_store
    keys = [f"T-{number}" for number in range(6)]
    events = [[store.event(key, f"{key} {turn}") for key in keys] for turn in range(8)]
    answers: list[str] = []

    def hand_in(batches: list[list[Event]]) -> None:
        for batch in batches:
            answers.extend(statuses(store.store(batch)))

    # Each batch comes twice, from threads that go through them in opposite order.
    threads = [threading.Thread(target=hand_in, args=(part,)) for part in (events, events[::-1], events, events[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["accepted"] * 48 + ["duplicate"] * 144
    for key in keys:
        mine = store.rows(tables.turns, tables.turns.c.conversation_id == store.conversation(key).id)
        assert sorted(row.position for row in mine) == list(range(1, 9))
        assert store.place(key).tail == 8


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=6), max_size=5))
def test_whatever_comes_in_whatever_batches_each_identity_is_stored_once(sqlite_database, batches):
    database = Database(sqlite_database)
    store = StorageKit(emptied(database))
    first: dict[int, int] = {}
    for batch in batches:
        events = [
            Event(source="s", id=str(name), route="support", conversation=str(name % 2), text=f"words {words}")
            for name, words in batch
        ]
        for (name, words), answer in zip(batch, store.store(events), strict=True):
            expected = "accepted" if name not in first else "duplicate" if first[name] == words else "conflict"
            assert answer.status == expected
            first.setdefault(name, words)
    assert len(store.rows(tables.turns)) == len(first)
    for place in store.rows(tables.schedule):
        mine = [r.position for r in store.rows(tables.turns) if r.conversation_id == place.conversation_id]
        assert sorted(mine) == list(range(1, place.tail + 1))
    database.dispose()
