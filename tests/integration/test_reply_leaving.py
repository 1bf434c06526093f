"""Just before an answer leaves: did the customer write again, has a person taken over, is the conversation closed.

Whatever happens at once, each answer ends in exactly one way, and no customer is left without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from connector.errors import Overtaken, WrongState
from connector.policy.replies import DeliveryDecision
from connector.policy.turns import Decision
from connector.storage import tables
from connector.storage.receive.events import Intake
from connector.storage.reply import endpoints, overtaken
from connector.storage.reply.deliveries import RecordedDelivery
from connector.storage.reply.replies import ClaimedReply, Replies
from connector.storage.send.outcomes import Records
from connector.values import CallResult, EventStatus, Outcome, ReplyStatus
from tests.integration.test_races import Joined, meet
from tests.kit import actions
from tests.kit.storage import ANSWERED, CHANNELS, FAILED, HANDED_OFF, HELD, ROUTES, StorageKit, emptied

YIELDING = tuple(CHANNELS)
ARRIVED = DeliveryDecision(status=ReplyStatus.DELIVERED)
LATER = DeliveryDecision(status=ReplyStatus.QUEUED, reason="lost", delay=0.0)
SILENT = replace(ANSWERED, answer="")
EMPTY_HANDED = {"failed", "cancelled"}


@pytest.fixture
def store(store: StorageKit) -> StorageKit:
    """All of storage; the answers of both routes yield."""
    store.replies = Replies(store.database, yielding=YIELDING)
    return store


def deliver(store: StorageKit, owner: int | None = None, verdict: DeliveryDecision = ARRIVED) -> list[int]:
    """Deliver whatever may leave; the turns it told of."""
    owner = owner or store.worker()
    claimed = store.replies.claim(owner, 50)
    store.replies.record(owner, [delivered(one, verdict) for one in claimed])
    return sorted(one.turn_id for one in claimed if one.turn_id is not None)


def delivered(reply: ClaimedReply, verdict: DeliveryDecision = ARRIVED) -> RecordedDelivery:
    outcome = Outcome.ANSWERED if verdict.status is ReplyStatus.DELIVERED else Outcome.LOST
    result = CallResult(outcome=outcome)
    return RecordedDelivery(
        reply_id=reply.id, number=reply.attempt, channel=reply.channel, result=result, decision=verdict
    )


def standing(store: StorageKit) -> dict[tuple[int, str], tuple[str, str | None]]:
    """(status, reason) of each reply by its turn and what it tells of that."""
    return {(row.turn_id, row.turn_status): (row.status, row.reason) for row in store.rows(tables.replies)}


def answered(store: StorageKit, *texts: str, **fields: Any) -> list[int]:
    """A conversation whose first message is answered while the others wait; the turns' ids."""
    ids = store.receive("T-1", *texts, **fields)
    store.send(store.worker(), ANSWERED)
    return ids


def test_the_newer_answer_serves_both(store):
    first, second = answered(store, "one", "two")
    assert deliver(store) == []
    assert standing(store) == {(first, "answered"): ("cancelled", "overtaken")}
    store.send(store.worker(), ANSWERED)
    assert deliver(store) == [second]
    assert standing(store)[first, "answered"] == ("cancelled", "overtaken")


def test_a_message_that_comes_while_an_answer_waits_overtakes_it(store):
    (first,) = answered(store, "one")
    assert deliver(store, verdict=LATER) == [first], "the receiver was away"
    store.receive("T-1", "two")
    assert deliver(store) == []
    assert standing(store) == {(first, "answered"): ("cancelled", "overtaken")}
    assert len(store.rows(tables.reply_attempts)) == 1


def test_an_answer_that_left_before_the_next_message_has_left(store):
    (first,) = answered(store, "one")
    owner = store.worker()
    (claimed,) = store.replies.claim(owner, 10)
    store.receive("T-1", "two")
    store.replies.record(owner, [delivered(claimed)])
    assert standing(store) == {(first, "answered"): ("delivered", None)}


@pytest.mark.parametrize("end", ["failed", "cancelled", "resolved", "silent"])
def test_it_is_revived_when_the_newer_one_ends_without_an_answer(store, end):
    first, second = answered(store, "one", "two")
    deliver(store)
    match end:
        case "failed":
            store.send(store.worker(), FAILED)
        case "silent":
            store.send(store.worker(), SILENT)
        case "cancelled":
            actions.cancel_turn(store.database, second, actor="ann", channels=store.channels)
        case _:
            store.send(store.worker(), HELD)
            deliver(store)
            assert standing(store)[first, "answered"] == ("cancelled", "overtaken"), "it may still be answered"
            actions.resolve_turn(store.database, second, "failed", actor="ann", channels=store.channels)
    assert first in deliver(store)
    assert standing(store)[first, "answered"] == ("delivered", None)


def test_only_the_last_of_the_newer_ones_revives_it(store):
    first, second, third = answered(store, "one", "two", "three")
    deliver(store)
    store.send(store.worker(), FAILED)
    deliver(store)
    assert standing(store)[first, "answered"] == ("cancelled", "overtaken"), "the third may still answer all of them"
    actions.cancel_turn(store.database, third, actor="ann", channels=store.channels)
    assert first in deliver(store)
    assert second in {turn for turn, _ in standing(store)}


def test_a_person_who_has_taken_over_answers_instead(store):
    (first,) = answered(store, "one")
    conversation = store.conversation("T-1").id
    actions.hand_off_conversation(store.database, conversation, actor="ann")
    assert deliver(store) == []
    assert standing(store) == {(first, "answered"): ("cancelled", "handed_off")}
    actions.resume_conversation(store.database, conversation, actor="ann", channels=store.channels)
    assert deliver(store) == []
    assert standing(store) == {(first, "answered"): ("cancelled", "handed_off")}


def test_what_a_person_answered_revives_nothing(store):
    first, second = answered(store, "one", "two")
    deliver(store)
    conversation = store.conversation("T-1").id
    actions.hand_off_conversation(store.database, conversation, actor="ann")
    actions.resume_conversation(store.database, conversation, actor="ann", channels=store.channels)
    assert store.turn(second).reason == "answered_by_person"
    assert deliver(store) == [second], "the notice that it was cancelled"
    assert standing(store)[first, "answered"] == ("cancelled", "overtaken")


def test_given_back_with_what_waits_the_answer_leaves_after_all(store):
    (first,) = answered(store, "one")
    conversation = store.conversation("T-1").id
    actions.hand_off_conversation(store.database, conversation, actor="ann")
    deliver(store)
    actions.resume_conversation(store.database, conversation, actor="ann", answer_waiting=True)
    assert deliver(store) == [first]


def test_the_answer_that_calls_for_a_person_is_read_by_the_customer(store):
    (first,) = store.receive("T-1", "one")
    store.send(store.worker(), HANDED_OFF)
    assert store.conversation("T-1").status == "handed_off"
    assert deliver(store) == [first]


def test_an_answer_that_came_under_another_chats_name_is_not(store):
    (first,) = store.receive("T-1", "one")
    store.send(store.worker(), replace(HANDED_OFF, reason="other_session"))
    assert deliver(store) == []
    assert standing(store) == {(first, "answered"): ("cancelled", "handed_off")}


def test_a_closed_conversation_gets_no_answer(store):
    first, second = answered(store, "one", "two")
    actions.close_conversation(store.database, store.conversation("T-1").id, actor="ann", channels=store.channels)
    assert deliver(store) == [second], "the notice that it was cancelled"
    assert standing(store)[first, "answered"] == ("cancelled", "conversation_closed")


def test_notices_leave_whatever_happened_since(store):
    first, _ = store.receive("T-1", "one", "two")
    store.send(store.worker(), FAILED)
    actions.hand_off_conversation(store.database, store.conversation("T-1").id, actor="ann")
    assert deliver(store) == [first]


def test_a_route_that_wants_every_answer_gets_it(store):
    store.replies = Replies(store.database, yielding=["sales"])
    first, _ = answered(store, "one", "two")
    actions.hand_off_conversation(store.database, store.conversation("T-1").id, actor="ann")
    assert deliver(store) == [first]


def drafted(store: StorageKit) -> int:
    """A draft; the id of its reply."""
    (turn,) = answered(store, "one")
    store.change(tables.replies, status="draft", mode="draft", ready_at=None)
    (row,) = store.rows(tables.replies)
    assert row.turn_id == turn
    return row.id


def test_a_draft_leaves_when_a_person_has_approved_it(store):
    draft = drafted(store)
    assert deliver(store) == []
    actions.approve_reply(store.database, draft, actor="ann")
    assert len(deliver(store)) == 1
    (row,) = store.rows(tables.replies)
    assert (row.status, row.approved_by) == ("delivered", "ann")


def test_nothing_but_an_approval_moves_a_draft_to_queued(store):
    draft = drafted(store)
    conversation = store.conversation("T-1").id
    actions.hand_off_conversation(store.database, conversation, actor="ann")
    actions.resume_conversation(store.database, conversation, actor="ann", answer_waiting=True)
    store.receive("T-1", "two")
    store.send(store.worker(), FAILED)
    actions.cancel_reply(store.database, draft, actor="ann")
    actions.retry_reply(store.database, draft, actor="ann")
    deliver(store)
    (row,) = store.rows(tables.replies, tables.replies.c.id == draft)
    assert (row.status, row.ready_at) == ("draft", None)


def test_an_overtaken_draft_is_refused_naming_the_newer_turn_and_sent_only_if_a_person_insists(store):
    draft = drafted(store)
    store.receive("T-1", "two")
    newer = max(row.id for row in store.rows(tables.turns))
    with pytest.raises(WrongState, match=f"overtaken by turn {newer}"):
        actions.approve_reply(store.database, draft, actor="ann")
    actions.approve_reply(store.database, draft, actor="ann", anyway=True)
    assert len(deliver(store)) == 1


def test_a_rejected_draft_never_leaves(store):
    draft = drafted(store)
    actions.reject_reply(store.database, draft, actor="ann", reason="not our tone")
    assert deliver(store) == []
    (row,) = store.rows(tables.replies)
    assert (row.status, row.reason) == ("cancelled", "rejected")


def test_what_was_delivered_before_is_not_stopped_now(store):
    (first,) = answered(store, "one")
    deliver(store)
    store.receive("T-1", "two")
    store.change(tables.replies, status="queued", ready_at=0)
    assert deliver(store) == [first]


def test_an_operator_may_insist(store):
    (first,) = answered(store, "one")
    actions.hand_off_conversation(store.database, store.conversation("T-1").id, actor="ann")
    deliver(store)
    (row,) = store.rows(tables.replies)
    assert row.status == "cancelled"
    actions.retry_reply(store.database, row.id, actor="ann")
    assert deliver(store, verdict=LATER) == [first]
    store.change(tables.replies, ready_at=0)
    assert deliver(store) == [first], "also on its next try"


def test_a_follow_up_overtakes_nothing(store):
    (first,) = answered(store, "one")
    due = datetime.now(UTC) + timedelta(days=1)
    event = store.event("T-1", "Did it arrive?", status=EventStatus.SCHEDULED, due_at=due)
    store.store([event])
    store.change(tables.followups, due_at=1)
    assert store.promotion.promote_due().sent == 1
    assert deliver(store) == [first]


def test_an_answer_to_a_retried_message_is_not_served_by_an_earlier_one(store):
    first, second = store.receive("T-1", "one", "two")
    store.send(store.worker(), FAILED)
    store.send(store.worker(), ANSWERED)
    assert deliver(store) == [first, second]
    store.change(tables.turns, tables.turns.c.id == second, ended_at=1)
    actions.retry_turn(store.database, first, actor="ann", channels=store.channels)
    store.send(store.worker(), ANSWERED)
    assert deliver(store) == [first], "the agent had not heard of it when it answered the second"


def test_conversations_do_not_stop_each_other(store):
    (first,) = answered(store, "one")
    store.receive("T-2", "another customer")
    assert deliver(store) == [first]


def plans(store: StorageKit, use: Callable[[Connection], object]) -> str:
    """How the database goes about what ``use`` executes."""
    asked: list[tuple[str, Any]] = []

    def noted(_c: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    def run(connection: Connection) -> str:
        event.listen(connection, "before_cursor_execute", noted)
        use(connection)
        event.remove(connection, "before_cursor_execute", noted)
        explain = "EXPLAIN " if store.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
        return "\n".join(
            str(row) for statement, given in asked for row in connection.exec_driver_sql(explain + statement, given)
        )

    return store.database.write(run)


def test_what_was_stopped_and_what_waits_is_found_by_its_own_index(store):
    answered(store, "one")
    assert "ix_replies_stopped" in plans(store, lambda connection: overtaken.revive(connection, [1]))
    assert "ix_replies_stopped" in plans(store, lambda connection: overtaken.give_back(connection, [1]))
    assert "ix_replies_parked" in plans(store, lambda connection: endpoints.unpark(connection, "webhook"))


# --- any order --------------------------------------------------------------------------------------------------------

STEPS = ("write", "answer", "fail", "fall_silent", "doubt", "cancel", "deliver", "hand_off", "resume", "resume_all",
         "close", "lose")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=12))
def test_in_any_order_each_answer_ends_one_way_and_the_last_is_read(store, steps):
    emptied(store.database)
    store.accounts.ensure(["osvi", "synthflow"])
    store.receive("T-1", "hello")
    for step in steps:
        play(store, step)
    check(store)


def play(store: StorageKit, step: str) -> None:
    conversation = store.conversation("T-1").id
    decisions = {"answer": ANSWERED, "fail": FAILED, "fall_silent": SILENT, "doubt": HELD}
    try:
        match step:
            case "write":
                store.receive("T-1", "again")
            case "cancel":
                queued = [row.id for row in store.rows(tables.turns) if row.status == "queued"]
                for turn in queued[-1:]:
                    actions.cancel_turn(store.database, turn, actor="ann", channels=store.channels)
            case "deliver":
                deliver(store)
            case "lose":
                deliver(store, verdict=LATER)
            case "hand_off":
                actions.hand_off_conversation(store.database, conversation, actor="ann")
            case "resume" | "resume_all":
                actions.resume_conversation(
                    store.database, conversation, actor="ann", answer_waiting=step == "resume_all",
                    channels=store.channels,
                )  # fmt: skip
            case "close":
                actions.close_conversation(store.database, conversation, actor="ann", channels=store.channels)
            case _:
                send(store, decisions[step])
    except (WrongState, Overtaken):
        pass


def send(store: StorageKit, decision: Decision) -> None:
    """What is ready comes to ``decision``; a doubt that is looked at stays one."""
    owner = store.worker()
    for claimed in store.claim(owner):
        if claimed.turn is None:
            store.records.release_empty(owner, [claimed.conversation_id])
        else:
            store.record((claimed, HELD if store.mark(claimed) is None else decision))


def check(store: StorageKit) -> None:
    """Settle doubts as failed, deliver all that may leave, then: every answer has ended, and for the reason it says."""
    for row in store.rows(tables.turns, tables.turns.c.status == "unknown"):
        actions.resolve_turn(store.database, row.id, "failed", actor="ann", channels=store.channels)
    while deliver(store):
        pass
    turns = {row.id: row for row in store.rows(tables.turns)}
    conversation = store.rows(tables.conversations)[0]
    for reply in store.rows(tables.replies):
        turn = turns[reply.turn_id]
        later = [row for row in turns.values() if row.position > turn.position]
        assert reply.status in {"delivered", "cancelled"}, "nothing is forgotten"
        if reply.status == "cancelled":
            assert reply.turn_status == "answered", "notices always leave"
            assert reply.delivered_at is None
        if reply.reason == "overtaken":
            assert any(
                row.status in {"queued", "sending"}
                or (row.status == "answered" and row.answer)
                or row.reason == "answered_by_person"
                for row in later
            ), "somebody answers both, or will"
    last = max((row for row in turns.values() if row.status == "answered"), key=lambda row: row.position, default=None)
    if last is None or conversation.status != "open" or [row for row in turns.values() if row.status == "queued"]:
        return
    (reply,) = store.rows(tables.replies, (tables.replies.c.turn_id == last.id))
    stopped_by_person = reply.reason in {"handed_off", "conversation_closed"} or any(
        row.reason == "answered_by_person" for row in turns.values()
    )
    assert reply.status == "delivered" or stopped_by_person, "the customer reads the last answer, from agent or person"


# --- at once ----------------------------------------------------------------------------------------------------------


class Scene:
    """One message answered, its reply queued; the second message on its way to the provider."""

    def __init__(self, kit: StorageKit) -> None:
        self.first, self.second = answered(kit, "one", "two")
        self.conversation = kit.conversation("T-1").id
        self.owner, self.other = kit.worker(), kit.worker()
        (claimed,) = kit.claim(self.owner)
        kit.mark(claimed)
        self.answered, self.failed = kit.settled(claimed, ANSWERED), kit.settled(claimed, FAILED)


def leave(kit: StorageKit, database: Any, scene: Any) -> object:
    return Replies(database, yielding=YIELDING).claim(scene.other, 10)


def fail(kit: StorageKit, database: Any, scene: Any) -> object:
    Records(database, CHANNELS).record([scene.failed])
    return None


def answer(kit: StorageKit, database: Any, scene: Any) -> object:
    Records(database, CHANNELS).record([scene.answered])
    return None


def write(kit: StorageKit, database: Any, scene: Any) -> object:
    mine = StorageKit.__new__(StorageKit)
    mine.__dict__.update(kit.__dict__, intake=Intake(database, ROUTES))
    return mine.receive("T-1", "three", source=f"door-{id(database)}")


def hand_off(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.hand_off_conversation(database, scene.conversation, actor="ann")


def close(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.close_conversation(database, scene.conversation, actor="ann", channels=CHANNELS)


@pytest.mark.parametrize("leaving_first", [True, False], ids=["leaving-first", "leaving-second"])
@pytest.mark.parametrize("act", [leave, fail, answer, write, hand_off, close], ids=lambda act: act.__name__)
def test_whatever_meets_a_reply_that_leaves_it_ends_one_way(postgres_store, act, leaving_first):
    kit = postgres_store
    joined: Any = Joined(kit.database)
    with joined.transaction():
        setting = StorageKit(joined)
    for at in count(1):
        with joined.transaction():
            emptied(joined)
            setting.accounts.ensure(["osvi", "synthflow"])
            scene: Any = Scene(setting)
        first, second = (leave, act) if leaving_first else (act, leave)
        if not meet(kit, scene, first, second, at):
            break
        kit.replies = Replies(kit.database, yielding=YIELDING)
        for owner in (scene.owner, scene.other):
            kit.die(owner)
        check(kit)
        if act is fail:
            assert standing(kit)[scene.first, "answered"] == ("delivered", None)
    assert at > 1
