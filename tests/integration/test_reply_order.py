"""Answers of a conversation leave in the order of their turns, after their delay, once; whatever else happens."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.errors import NotFound, Overtaken, WrongState
from connector.policy.handoffs import Hands
from connector.storage import tables
from connector.storage.reply import kill_switch
from tests.kit import actions
from tests.kit.source_replies import (
    AGAIN,
    DELAYED,
    DRAFTS,
    LATER,
    PUBLIC,
    REPLIES,
    SILENT,
    answered,
    claim,
    conversation,
    deliver,
    kit_with,
    rows,
    states,
    wrote,
)
from tests.kit.storage import FAILED, StorageKit, emptied


@pytest.fixture
def drafts(store: StorageKit) -> StorageKit:
    return kit_with(store, DRAFTS)


@pytest.fixture
def public(store: StorageKit) -> StorageKit:
    return kit_with(store, PUBLIC)


# --- order and delay ---


def test_an_answer_that_waits_for_a_retry_holds_the_next(store):
    kit = kit_with(store, PUBLIC, yielding=False)
    first, second = answered(kit, "one", "two")
    assert deliver(kit, LATER) == [first], "the second waits for the first"
    assert deliver(kit) == []
    kit.change(REPLIES, REPLIES.c.turn_id == first, ready_at=1)
    assert deliver(kit) == [first]
    assert deliver(kit) == [second]


def test_an_answer_on_its_way_holds_the_next(store):
    kit = kit_with(store, PUBLIC, yielding=False)
    first, second = answered(kit, "one", "two")
    (under_way,) = claim(kit)
    assert (under_way.turn_id, claim(kit)) == (first, [])
    kit.change(REPLIES, REPLIES.c.id == under_way.id, status="unknown", owner=None)
    assert deliver(kit) == [second], "what is in doubt holds nothing"


@pytest.mark.parametrize("status", ["draft", "unknown", "failed", "cancelled"])
def test_what_does_not_move_holds_nothing(store, status):
    kit = kit_with(store, PUBLIC, yielding=False)
    first, second = answered(kit, "one", "two")
    kit.change(REPLIES, REPLIES.c.turn_id == first, status=status, ready_at=None)
    assert deliver(kit) == [second]


def test_conversations_do_not_wait_for_each_other(public):
    answered(public)
    deliver(public, LATER)
    (other,) = answered(public, key="T-2")
    assert deliver(public) == [other]


def test_an_answer_that_leaves_stops_older_drafts(drafts):
    first, second = answered(drafts, "one", "two")
    drafts.change(REPLIES, REPLIES.c.turn_id == first, status="draft", reason=None, insisted=True)
    actions.approve_reply(drafts.database, rows(drafts)[1].id, actor="ann")
    assert deliver(drafts) == [second]
    assert states(drafts) == [("cancelled", "overtaken"), ("delivered", None)]


def test_an_older_answer_that_waits_for_a_retry_and_is_overtaken_does_not_hold_the_newer(public):
    (first,) = answered(public)
    assert deliver(public, LATER) == [first]
    (second,) = answered(public, "two")
    assert deliver(public) == [second]
    assert states(public) == [("cancelled", "overtaken"), ("delivered", None)]


def test_a_public_answer_waits_so_long_that_a_person_can_stop_it(store):
    kit = kit_with(store, DELAYED)
    (turn,) = answered(kit)
    (row,) = rows(kit)
    assert (deliver(kit), row.ready_at) == ([], kit.turn(turn).ended_at + 600_000)
    kit.database.write(lambda connection: kill_switch.let_out(connection, "support"))
    assert deliver(kit) == [], "no switch makes it leave sooner"
    actions.cancel_reply(kit.database, row.id, actor="ann")
    assert states(kit) == [("cancelled", "operator")]


def test_a_delayed_answer_is_stopped_as_soon_as_the_customer_writes_and_leaves_if_nobody_answers_that(store):
    kit = kit_with(store, DELAYED)
    (first,) = answered(kit)
    wrote(kit, "two")
    assert states(kit) == [("cancelled", "overtaken")]
    kit.send(kit.worker(), FAILED)
    assert states(kit) == [("queued", None)]
    kit.change(REPLIES, ready_at=1)
    assert deliver(kit) == [first]


def test_a_delayed_answer_is_looked_at_once_more_when_it_leaves(store):
    kit = kit_with(store, DELAYED)
    answered(kit)
    conversations = tables.conversations
    kit.change(conversations, conversations.c.key == "T-1", status="handed_off")
    kit.change(REPLIES, ready_at=1)
    assert (deliver(kit), states(kit)) == ([], [("draft", "handed_off")])


@pytest.mark.parametrize(
    ("act", "state"), [("hand_off", ("draft", "handed_off")), ("close", ("cancelled", "conversation_closed"))]
)
def test_a_delayed_answer_does_not_outlast_a_person_who_takes_over_and_gives_back(store, act, state):
    kit = kit_with(store, DELAYED)
    kit.hands = hands = {"support": Hands(withdraws=True)}
    answered(kit)
    if act == "hand_off":
        actions.hand_off_conversation(kit.database, conversation(kit), actor="ann", hands=hands)
    else:
        channels = kit.channels
        actions.close_conversation(kit.database, conversation(kit), actor="ann", channels=channels, hands=hands)
    assert states(kit) == [state]
    if act == "hand_off":
        actions.resume_conversation(kit.database, conversation(kit), actor="ann", channels=kit.channels)
    assert (deliver(kit), states(kit)) == ([], [state])


def test_where_every_answer_is_wanted_a_delayed_one_waits_on(store):
    kit = kit_with(store, DELAYED, yielding=False)
    answered(kit, "one", "two")
    actions.hand_off_conversation(kit.database, conversation(kit), actor="ann")
    assert states(kit) == [("queued", None)] * 2


def test_a_revived_answer_still_waits_for_its_time(store):
    kit = kit_with(store, DELAYED)
    answered(kit)
    (row,) = rows(kit)
    wrote(kit, "two")
    kit.send(kit.worker(), FAILED)
    (again,) = rows(kit)
    assert (again.status, again.ready_at) == ("queued", row.not_before)


def test_an_approved_answer_waits_no_longer(store):
    kit = kit_with(store, DELAYED)
    answered(kit)
    kit.change(REPLIES, status="draft", mode="draft", ready_at=None)
    actions.approve_reply(kit.database, rows(kit)[0].id, actor="ann")
    assert len(deliver(kit)) == 1


# --- any order ---

STEPS = ("write", "answer", "fail", "fall_silent", "approve", "insist", "reject", "retry", "deliver", "put_off",
         "hand_off", "resume", "resume_all", "close", "pass_time")  # fmt: skip


@pytest.mark.parametrize("way", [DRAFTS, PUBLIC, DELAYED], ids=["draft", "public", "delayed"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=14))
def test_in_any_order_nothing_leaves_unapproved_twice_or_out_of_turn(store, way, steps):
    emptied(store.database)
    kit = kit_with(store, way)
    wrote(kit, "hello")
    left: list[int] = []
    for step in steps:
        with contextlib.suppress(WrongState, Overtaken, NotFound):
            left += play(kit, step)
    kit.change(REPLIES, REPLIES.c.ready_at.is_not(None), ready_at=1, not_before=None)
    while more := deliver(kit):
        left += more
    assert len(left) == len(set(left)), "nothing leaves twice"
    for row in rows(kit):
        assert kit.turn(row.turn_id).status == "answered"
        assert row.status in {"draft", "delivered", "cancelled"}, "nothing is forgotten"
        assert not (row.status == "delivered" and row.mode == "draft" and not row.approved_by)
        assert (row.turn_id in left) == (row.status == "delivered")
    insisted = {row.turn_id for row in rows(kit) if row.insisted or row.approved_by}
    by_itself = [turn for turn in left if turn not in insisted]
    assert by_itself == sorted(by_itself), "answers leave in the order of their turns"


def play(kit: StorageKit, step: str) -> list[int]:
    """One step; the turns whose answer left by it."""
    match step:
        case "write":
            wrote(kit, "again")
        case "answer" | "fail" | "fall_silent":
            kit.send(kit.worker(), {"answer": AGAIN, "fail": FAILED, "fall_silent": SILENT}[step])
        case "deliver":
            return deliver(kit)
        case "put_off":
            deliver(kit, LATER)
        case "pass_time":
            kit.change(REPLIES, REPLIES.c.ready_at.is_not(None), ready_at=1, not_before=1)
        case "approve" | "insist" | "reject" | "retry":
            settle(kit, step)
        case _:
            change_hands(kit, step)
    return []


def settle(kit: StorageKit, step: str) -> None:
    """A person settles the newest draft."""
    waiting = [row.id for row in rows(kit) if row.status == "draft" or row.reason == "overtaken"]
    for id_ in waiting[-1:]:
        if step == "reject":
            actions.reject_reply(kit.database, id_, actor="ann")
        elif step == "retry":
            actions.retry_reply(kit.database, id_, actor="ann")
        else:
            actions.approve_reply(kit.database, id_, actor="ann", anyway=step == "insist")


def change_hands(kit: StorageKit, step: str) -> None:
    mine, channels = conversation(kit), kit.channels
    if step == "hand_off":
        actions.hand_off_conversation(kit.database, mine, actor="ann")
    elif step == "close":
        actions.close_conversation(kit.database, mine, actor="ann", channels=channels)
    else:
        every = step == "resume_all"
        actions.resume_conversation(kit.database, mine, actor="ann", answer_waiting=every, channels=channels)


# --- kill switch, endpoints, death ---


def test_the_kill_switch_holds_answers_to_sources(public):
    answered(public)
    actions.stop_route(public.database, "support", actor="ann")
    assert deliver(public) == []
    actions.resume_route(public.database, "support", actor="ann")
    assert len(deliver(public)) == 1


def test_a_disabled_endpoint_holds_answers_to_its_source_alone(public):
    answered(public)
    (other,) = answered(public, key="T-2", source_name="desk")
    actions.disable_endpoint(public.database, "source:inbox", actor="ann")
    assert deliver(public) == [other]
    actions.enable_endpoint(public.database, "source:inbox", actor="ann")
    assert len(deliver(public)) == 1


def test_what_a_dead_worker_was_sending_is_in_doubt_and_never_sent_again_by_itself(public):
    answered(public)
    owner = public.worker()
    assert len(public.replies.claim(owner, 10)) == 1
    public.change(tables.workers, tables.workers.c.id == owner, expires_at=0)
    public.die(owner)
    assert (states(public), deliver(public)) == ([("unknown", "worker_lost")], [])
