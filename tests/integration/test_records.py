"""Record: evidence is always written, scheduling is fenced, and what follows an outcome happens once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.policy.turns import Decision, Move
from connector.storage import tables
from connector.storage.core.database import BadData
from connector.storage.send.outcomes import ChatChange
from connector.values import Call, CallResult, Outcome, TurnStatus
from tests.kit import actions
from tests.kit.storage import ANSWERED, FAILED, HANDED_OFF, HELD, LATER, LOOK_AGAIN, StorageKit


def in_flight(store: StorageKit, *texts: str, key: str = "T-1"):
    """A conversation whose first turn is being sent."""
    store.receive(key, *(texts or ("one", "two")))
    (claimed,) = [one for one in store.claim(store.worker()) if one.key == key]
    store.mark(claimed)
    return claimed


def test_an_answer_is_written_with_everything_that_follows_from_it(store):
    claimed = in_flight(store)
    store.record(
        (claimed, ANSWERED),
        agent_state="main",
        provider_turn=7,
        evidence="seen",
        result=CallResult(raw=b"{}", hint="h"),
    )
    turn = store.turn(claimed.turn.id)
    assert (turn.status, turn.answer, turn.agent_state, turn.provider_turn) == ("answered", "the answer", "main", 7)
    assert (turn.tries, turn.revision, turn.provider_chat_id, turn.settled_by) == (1, 3, "chat-1", None)
    assert turn.ended_at is not None
    (attempt,) = store.rows(tables.attempts)
    assert (attempt.outcome, attempt.evidence) == ("answered", '{"hint": "h", "evidence": "seen"}')
    assert attempt.ended_at >= attempt.started_at
    assert [row.body for row in store.rows(tables.raw_bodies)] == [b"{}"]
    place = store.place("T-1")
    assert (place.owner, place.claims, place.head) == (None, 0, 2)
    assert place.ready_at <= store.now()
    assert store.told() == [(turn.id, "answered", 3)]


def test_recording_twice_is_recording_once(store):
    claimed = in_flight(store)
    settled = store.settled(claimed, ANSWERED)
    store.records.record([settled])
    store.records.record([settled])
    turn = store.turn(claimed.turn.id)
    assert (turn.tries, turn.revision) == (1, 3)
    assert len(store.told()) == 1
    held = in_flight(store, key="T-2")
    settled = store.settled(held, HELD)
    store.records.record([settled])
    store.records.record([settled])
    assert store.told()[1:] == [(held.turn.id, "unknown", 3)]
    assert store.trouble() == [(held.turn.id, "unknown")]


@pytest.mark.parametrize(
    ("decision", "status", "held", "ready", "trouble"),
    [
        (ANSWERED, "answered", None, True, None),
        (FAILED, "failed", None, True, "failed"),
        (HELD, "unknown", "unknown", False, "unknown"),
        (LOOK_AGAIN, "unknown", None, True, "unknown"),
        (LATER, "queued", None, False, None),
        (HANDED_OFF, "answered", "handed_off", False, None),
    ],
)
def test_each_decision_moves_turn_and_conversation(store, decision, status, held, ready, trouble):
    claimed = in_flight(store)
    store.record((claimed, decision))
    turn, place = store.turn(claimed.turn.id), store.place("T-1")
    assert (turn.status, place.held, place.owner) == (status, held, None)
    assert (place.ready_at is not None and place.ready_at <= store.now()) == ready
    assert store.trouble() == ([(turn.id, trouble)] if trouble else [])
    assert (turn.ended_at is not None) == (status in {"answered", "failed"})
    assert store.told() == ([] if status == "queued" else [(turn.id, status, 3)])
    if decision is LATER:
        assert place.ready_at > store.now() + 30_000
        assert turn.due_at == pytest.approx(place.ready_at, abs=5_000)
    if decision is HANDED_OFF:
        assert (store.conversation("T-1").status, store.conversation("T-1").reason) == ("handed_off", "help_requested")


def test_a_read_back_that_still_knows_nothing_changes_no_turn(store):
    claimed = in_flight(store)
    store.record((claimed, LOOK_AGAIN))
    since = store.rows(tables.trouble)[0].since
    (again,) = store.claim(store.worker())
    assert again.turn.status is TurnStatus.UNKNOWN
    number = store.marks.begin(again.owner, [(again.turn.id, Call.READ_BACK)])[again.turn.id]
    store.record((again, LOOK_AGAIN), status=None, call=Call.READ_BACK, number=number, delay=60.0)
    turn = store.turn(again.turn.id)
    assert (turn.status, turn.revision, turn.reason) == ("unknown", 3, "lost")
    assert store.rows(tables.trouble)[0].since == since
    assert len(store.told()) == 1
    assert store.place("T-1").ready_at > store.now()

    found = Decision(status=TurnStatus.ANSWERED, move=Move.ADVANCE, settled_by="read_back", answer="found", spends=True)
    store.change(tables.schedule, ready_at=1)
    (again,) = store.claim(store.worker())
    store.record((again, found), call=Call.READ_BACK)
    turn = store.turn(again.turn.id)
    assert (turn.status, turn.settled_by, turn.answer) == ("answered", "read_back", "found")
    assert store.trouble() == []
    assert store.told()[1:] == [(turn.id, "answered", 4)]


def test_an_answer_after_the_lease_was_lost_settles_its_turn_but_moves_nothing(store):
    claimed = in_flight(store)
    settled = store.settled(claimed, ANSWERED)
    store.die(claimed.owner)
    assert store.turn(claimed.turn.id).status == "unknown"
    (other,) = store.claim(store.worker())  # somebody else is looking at the doubt

    store.records.record([settled])
    turn, place = store.turn(claimed.turn.id), store.place("T-1")
    assert (turn.status, turn.answer) == ("answered", "the answer")
    assert store.trouble() == []
    assert place.owner == other.owner, "the conversation is the new owner's to move on"
    assert [status for _, status, _ in store.told()] == ["unknown", "answered"]
    (attempt,) = store.rows(tables.attempts)
    assert (attempt.outcome, attempt.error) == ("answered", None)

    # The new owner's decision on the doubt comes too late: it neither counts nor holds the conversation.
    store.record((other, HELD))
    assert store.turn(claimed.turn.id).status == "answered"
    place = store.place("T-1")
    assert (place.held, place.owner) == (None, None)
    assert store.send(store.worker()) == [claimed.turn.id + 1]


@pytest.mark.parametrize("first", ["the answer", "the decision"])
def test_a_late_answer_and_the_decision_on_its_doubt_in_one_group_are_written_in_turn(store, first):
    claimed = in_flight(store)
    late = store.settled(claimed, ANSWERED)
    store.die(claimed.owner)
    (other,) = store.claim(store.worker())
    decision = store.settled(other, HELD)
    store.records.record([late, decision] if first == "the answer" else [decision, late])
    turn, place = store.turn(claimed.turn.id), store.place("T-1")
    assert (turn.status, turn.answer) == ("answered", "the answer")
    assert (place.held, place.owner) == (None, None)
    assert store.trouble() == []
    assert store.send(store.worker()) == [claimed.turn.id + 1]


def test_a_late_answer_wakes_a_conversation_that_was_held_for_it(store):
    claimed = in_flight(store)
    settled = store.settled(claimed, ANSWERED)
    store.die(claimed.owner)
    (other,) = store.claim(store.worker())
    store.record((other, HELD))
    assert store.place("T-1").held == "unknown"
    store.records.record([settled])
    place = store.place("T-1")
    assert (place.held, place.owner) == (None, None)
    assert place.ready_at <= store.now()


def test_a_late_answer_that_asks_for_a_person_hands_the_conversation_off(store):
    claimed = in_flight(store)
    settled = store.settled(claimed, HANDED_OFF)
    store.die(claimed.owner)
    store.records.record([settled])
    assert (store.turn(claimed.turn.id).status, store.conversation("T-1").status) == ("answered", "handed_off")
    place = store.place("T-1")
    assert (place.held, place.ready_at) == ("handed_off", None)


@pytest.mark.parametrize(("as_", "answer"), [("answered", "a person's"), ("failed", None), ("resend", None)])
def test_a_late_answer_does_not_overrule_a_person(store, as_, answer):
    claimed = in_flight(store)
    settled = store.settled(claimed, ANSWERED)
    store.die(claimed.owner)
    actions.resolve_turn(store.database, claimed.turn.id, as_, answer, actor="ann")
    before = store.turn(claimed.turn.id)
    store.records.record([settled])
    after = store.turn(claimed.turn.id)
    assert (after.status, after.answer, after.revision) == (before.status, before.answer, before.revision)
    assert store.rows(tables.attempts)[0].outcome == "answered", "evidence is kept all the same"


def test_a_stale_decision_on_a_doubt_does_not_overrule_a_person_who_queued_it_again(store):
    claimed = in_flight(store)
    store.die(claimed.owner)
    (other,) = store.claim(store.worker())
    actions.resolve_turn(store.database, claimed.turn.id, "resend", actor="ann")
    store.record((other, HELD))
    turn, place = store.turn(claimed.turn.id), store.place("T-1")
    assert (turn.status, turn.settled_by, place.held) == ("queued", "operator:ann", None)
    assert store.trouble() == []
    assert store.send(store.worker()) == [turn.id]


def test_what_an_operator_did_to_the_conversation_meanwhile_stays(store):
    claimed = in_flight(store)
    actions.hand_off_conversation(store.database, claimed.conversation_id, actor="ann")
    store.record((claimed, ANSWERED))
    place = store.place("T-1")
    assert (place.held, place.ready_at, place.owner, place.head) == ("handed_off", None, None, 2)
    actions.resume_conversation(store.database, claimed.conversation_id, actor="ann", answer_waiting=True)
    assert len(store.send(store.worker())) == 1


def test_one_value_that_cannot_be_stored_spoils_no_other(store):
    first = in_flight(store, key="T-1")
    second = in_flight(store, key="T-2")
    third = in_flight(store, key="T-3")
    dirty = replace(
        store.settled(first, ANSWERED),
        answer="with \x00 and \ud800",
        provider_turn=2**70,
        provider_chat_id="\x00",
        result=CallResult(error="\ud800", request_id="\x00"),
    )
    absurd = replace(store.settled(second, ANSWERED), result=CallResult(http_status=2**40, raw=b"kept"))
    store.records.record([dirty, absurd, store.settled(third, ANSWERED)])
    answers = [store.turn(claimed.turn.id) for claimed in (first, second, third)]
    assert [turn.status for turn in answers] == ["answered"] * 3
    assert answers[0].answer == "with \N{REPLACEMENT CHARACTER} and \N{REPLACEMENT CHARACTER}"
    assert answers[0].provider_turn is None
    assert answers[2].answer == "the answer"


def test_a_row_that_can_never_be_written_keeps_no_other_from_being_written(postgres_store):
    store = postgres_store
    claimed = [in_flight(store, key=f"T-{number}") for number in range(5)]
    group = [store.settled(one, ANSWERED) for one in claimed]
    group[1] = replace(group[1], delay=1e18, move=Move.AGAIN)  # beyond what a time can be
    with pytest.raises(BadData):
        store.records.record(group)
    statuses = [store.turn(one.turn.id).status for one in claimed]
    assert statuses == ["answered", "sending", "answered", "answered", "answered"]


def test_a_chat_is_opened_counted_and_forgotten(store):
    store.receive("T-1", "one")
    (claimed,) = store.claim(store.worker())
    number = store.marks.begin(claimed.owner, [(claimed.turn.id, Call.OPEN)])[claimed.turn.id]
    opened = replace(
        store.settled(claimed, ANSWERED),
        status=None,
        move=None,
        call=Call.OPEN,
        number=number,
        chat=ChatChange(chat_id="c-1", agent="agent_new", greeting="Hi\x00", baseline=2),
    )
    store.records.record([opened])
    row = store.conversation("T-1")
    assert (row.chat_id, row.agent, row.baseline, row.opening, row.chat_number) == ("c-1", "agent_new", 2, False, 0)
    assert store.place("T-1").owner == claimed.owner, "its step goes on"

    again = Decision(status=TurnStatus.QUEUED, move=Move.NEW_CHAT, reason="chat_over", spends=True)
    store.mark(claimed)
    store.record((claimed, again), chat=ChatChange(forget=True))
    row = store.conversation("T-1")
    assert (row.chat_id, row.baseline, row.opening, row.chat_number) == (None, 0, True, 1)
    turn = store.turn(claimed.turn.id)
    assert (turn.status, turn.tries, turn.delays) == ("queued", 1, 0)
    assert store.place("T-1").ready_at <= store.now()


def test_an_opening_that_failed_keeps_the_turn_queued_for_later(store):
    store.receive("T-1", "one")
    (claimed,) = store.claim(store.worker())
    number = store.marks.begin(claimed.owner, [(claimed.turn.id, Call.OPEN)])[claimed.turn.id]
    result = CallResult(outcome=Outcome.NOT_SENT, error="refused")
    store.record((claimed, LATER), call=Call.OPEN, number=number, result=result)
    turn = store.turn(claimed.turn.id)
    assert (turn.status, turn.reason, turn.delays, turn.revision) == ("queued", "not_sent", 1, 1)
    assert store.rows(tables.attempts)[0].outcome == "not_sent"
    assert store.told() == []
