"""Claim and mark: who may send what, and that only a returned mark lets a byte leave."""

from __future__ import annotations

import pytest

from connector.errors import LeaseLost
from connector.storage import tables
from connector.storage.send.history import earlier_messages, entries_before
from connector.storage.send.wishes import Wish
from connector.values import Call, TurnStatus
from tests.kit import actions
from tests.kit.storage import AGAIN, ANSWERED, LATER, StorageKit


def test_a_claim_takes_each_conversation_once_and_leaves_its_turn_queued(store):
    store.receive("T-1", "one", "two")
    store.receive("T-2", "one")
    owner, other = store.worker(), store.worker()
    taken = store.claim(owner)
    assert [claimed.key for claimed in taken] == ["T-1", "T-2"]
    assert store.claim(other) == []
    first = taken[0]
    assert (first.owner, first.claims, first.route, first.account) == (owner, 1, "support", "osvi")
    assert (first.turn.position, first.turn.text, first.turn.status) == (1, "one", TurnStatus.QUEUED)
    assert {row.status for row in store.rows(tables.turns)} == {"queued"}
    place = store.place("T-1")
    assert (place.owner, place.ready_at) == (owner, None)


def test_claims_go_by_lane_then_by_age_and_keep_to_what_is_asked(store):
    for number in range(4):
        store.receive(f"slow-{number}", "x", priority=2)
        store.receive(f"fast-{number}", "x", priority=9)
    store.receive("other", "x", route="sales")
    owner = store.worker()
    lanes = {(lane.route, lane.priority): lane for lane in store.claims.open_lanes() if not lane.known}
    wishes = [
        Wish.of(lanes["support", 9], k=3, room=4),
        Wish.of(lanes["support", 2], k=3, room=4),
        Wish.of(lanes["sales", 5], k=1, room=1),
    ]
    taken = sorted(claimed.key for claimed in store.claims.claim(owner, wishes, 10))
    assert taken == ["fast-0", "fast-1", "fast-2", "other", "slow-0"]
    assert len(store.claims.claim(owner, wishes, 2)) == 2
    assert store.claims.claim(owner, [], 5) == []
    assert store.claims.claim(owner, wishes, 0) == []


def test_what_is_due_later_held_or_in_a_paused_lane_is_not_seen(store):
    owner = store.worker()
    for key in ("later", "held", "ready"):
        store.receive(key, "x")
    store.receive("paused", "x", route="sales")
    store.claim(owner)
    store.records.release(owner, [store.conversation("later").id], 60.0)
    store.records.release(owner, [store.conversation(key).id for key in ("held", "ready", "paused")])
    actions.hand_off_conversation(store.database, store.conversation("held").id, actor="ann")
    actions.pause_route(store.database, "sales", actor="ann")
    assert [claimed.key for claimed in store.claim(owner)] == ["ready"]
    actions.resume_route(store.database, "sales", actor="ann")
    assert [claimed.key for claimed in store.claim(owner)] == ["paused"]


def test_the_mark_is_committed_with_its_attempt_and_returns_the_text(store):
    (turn_id,) = store.receive("T-1", "what was committed")
    (claimed,) = store.claim(store.worker())
    marked = store.mark(claimed)
    assert (marked.turn_id, marked.number, marked.text) == (turn_id, 1, "what was committed")
    turn = store.turn(turn_id)
    assert (turn.status, turn.attempts, turn.last_send, turn.revision) == ("sending", 1, 1, 2)
    assert turn.tried_since == turn.sent_at
    (attempt,) = store.rows(tables.attempts)
    assert (attempt.number, attempt.call, attempt.owner, attempt.outcome) == (1, "send", claimed.owner, None)
    assert store.mark(claimed) is None, "nobody marks twice"


def test_opening_and_reading_have_attempt_rows_of_their_own(store):
    (turn_id,) = store.receive("T-1", "x")
    (claimed,) = store.claim(store.worker())
    assert store.marks.begin(claimed.owner, [(turn_id, Call.OPEN)]) == {turn_id: 1}
    assert store.conversation("T-1").opening
    assert store.marks.begin(claimed.owner, [(turn_id, Call.READ_BACK)]) == {turn_id: 2}
    assert store.mark(claimed).number == 3
    assert store.marks.begin(claimed.owner, [(turn_id, Call.OPEN)]) == {}, "it is being sent"
    assert [row.call for row in store.rows(tables.attempts)] == ["open", "read_back", "send"]


def cancelled(store: StorageKit, turn_id: int) -> None:
    actions.cancel_turn(store.database, turn_id, actor="ann")


def handed_off(store: StorageKit, turn_id: int) -> None:
    actions.hand_off_conversation(store.database, store.turn(turn_id).conversation_id, actor="ann")


def closed(store: StorageKit, turn_id: int) -> None:
    actions.close_conversation(store.database, store.turn(turn_id).conversation_id, actor="ann")


def taken_over(store: StorageKit, turn_id: int) -> None:
    conversation = store.turn(turn_id).conversation_id
    owner = store.rows(tables.schedule)[0].owner
    store.records.release(owner, [conversation])
    store.claim(store.worker())


@pytest.mark.parametrize("meanwhile", [cancelled, handed_off, closed, taken_over])
def test_what_changed_between_claim_and_mark_is_seen_and_nothing_is_sent(store, meanwhile):
    (turn_id,) = store.receive("T-1", "x")
    (claimed,) = store.claim(store.worker())
    meanwhile(store, turn_id)
    assert store.mark(claimed) is None
    assert store.turn(turn_id).status != "sending"
    assert store.rows(tables.attempts) == []


def test_the_dead_claim_mark_and_begin_nothing(store):
    (turn_id,) = store.receive("T-1", "x")
    owner = store.worker()
    (claimed,) = store.claim(owner)
    swept = store.die(owner)
    assert (swept.workers, swept.unknown, swept.released) == (1, (), 1)
    with pytest.raises(LeaseLost):
        store.mark(claimed)
    with pytest.raises(LeaseLost):
        store.marks.begin(owner, [(turn_id, Call.OPEN)])
    with pytest.raises(LeaseLost):
        store.claim(owner)
    assert store.turn(turn_id).status == "queued"
    assert [claimed.claims for claimed in store.claim(store.worker())] == [2]


def test_only_the_lowest_open_turn_is_offered_and_closed_ones_are_stepped_over(store):
    ids = store.receive("T-1", "one", "two", "three")
    actions.cancel_turn(store.database, ids[0], actor="ann")
    actions.cancel_turn(store.database, ids[1], actor="ann")
    owner = store.worker()
    (claimed,) = store.claim(owner)
    assert claimed.turn.text == "three"
    actions.cancel_turn(store.database, ids[2], actor="ann")
    assert store.mark(claimed) is None
    store.records.release(owner, [claimed.conversation_id])
    (empty,) = store.claim(owner)
    assert empty.turn is None
    store.records.release_empty(owner, [empty.conversation_id])
    place = store.place("T-1")
    assert (place.owner, place.ready_at, place.head, place.claims) == (None, None, 4, 0)
    assert store.claim(owner) == []


def test_a_turn_put_back_while_its_conversation_is_found_empty_is_not_lost(store):
    (turn_id,) = store.receive("T-1", "x")
    owner = store.worker()
    store.send(owner, decision=ANSWERED)
    store.change(tables.turns, status="failed")
    store.change(tables.schedule, ready_at=1)
    (empty,) = store.claim(owner)
    actions.retry_turn(store.database, turn_id, actor="ann")
    store.records.release_empty(owner, [empty.conversation_id])
    assert store.send(owner) == [turn_id]


def test_a_message_that_comes_while_its_conversation_is_found_empty_is_not_lost(store):
    (first,) = store.receive("T-1", "x")
    actions.cancel_turn(store.database, first, actor="ann")
    store.change(tables.schedule, ready_at=1)
    owner = store.worker()
    (empty,) = store.claim(owner)
    (second,) = store.receive("T-1", "y")
    store.records.release_empty(owner, [empty.conversation_id])
    assert store.send(owner) == [second]


def test_giving_back_does_not_count_as_a_claim_that_led_to_nothing(store):
    store.receive("T-1", "x")
    owner = store.worker()
    for _ in range(20):
        (claimed,) = store.claim(owner)
        assert claimed.claims == 1
        store.records.release(owner, [claimed.conversation_id])
    dying = store.worker()
    store.claim(dying)
    store.die(dying)
    assert [claimed.claims for claimed in store.claim(owner)] == [2]


def test_a_claim_knows_how_long_and_how_often_a_turn_has_been_tried(store):
    (turn_id,) = store.receive("T-1", "x")
    owner = store.worker()
    (claimed,) = store.claim(owner)
    assert (claimed.turn.age, claimed.turn.doubt, claimed.turn.tries) == (0, 0, 0)
    store.mark(claimed)
    store.record((claimed, LATER))
    now = store.now()
    store.change(tables.turns, tried_since=now - 90_000)
    store.change(tables.attempts, started_at=now - 5_000)
    store.change(tables.schedule, ready_at=1)
    (again,) = store.claim(owner)
    assert (again.turn.delays, again.turn.last_send, again.turn.reason) == (1, 1, "not_sent")
    assert again.turn.age >= 90
    assert 5 <= again.turn.doubt < 60

    store.mark(again)
    store.record((again, ANSWERED))
    store.change(tables.turns, status="failed")
    actions.retry_turn(store.database, turn_id, actor="ann")
    (retried,) = store.claim(owner)
    assert (retried.turn.age, retried.turn.delays, retried.turn.tries) == (0, 0, 0)


def test_delays_of_other_turns_do_not_hold_back_one_that_was_put_back_before_them(store):
    first, second = store.receive("T-1", "one", "two")
    owner = store.worker()
    store.send(owner, decision=ANSWERED)
    store.change(tables.turns, tables.turns.c.id == first, status="failed")
    (claimed,) = store.claim(owner)
    store.mark(claimed)
    actions.retry_turn(store.database, first, actor="ann")
    store.record((claimed, LATER))
    assert store.send(owner) == [first]
    assert store.place("T-1").ready_at <= store.now() + 60_000
    assert store.turn(second).status == "queued"


def test_the_last_words_of_a_conversation_and_what_a_chat_must_hold(store):
    *_, third = store.receive("T-1", "one", "two", "three")
    owner = store.worker()
    for _ in range(2):
        (claimed,) = store.claim(owner)
        store.mark(claimed)
        store.record((claimed, ANSWERED))
    conversation = store.conversation("T-1").id
    last = earlier_messages(store.database, third, context=True, carried=5)
    assert [(said.speaker, said.text) for said in last] == [
        ("customer", "one"), ("agent", "the answer"), ("customer", "two"), ("agent", "the answer"),
    ]  # fmt: skip
    last = earlier_messages(store.database, third, context=False, carried=1)
    assert [said.text for said in last] == ["two", "the answer"]
    assert entries_before(store.database, conversation, "chat-1", 3) == 2
    assert entries_before(store.database, conversation, "chat-1", 2) == 1
    assert entries_before(store.database, conversation, "another", 3) == 0


def test_again_at_once_is_ready_at_once(store):
    (turn_id,) = store.receive("T-1", "x")
    owner = store.worker()
    assert store.send(owner, AGAIN) == [turn_id]
    assert store.send(owner) == [turn_id]
    assert (store.turn(turn_id).tries, store.turn(turn_id).delays) == (1, 0)
