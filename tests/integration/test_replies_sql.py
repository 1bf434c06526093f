"""The way back in rows: queued once per entry into a status, claimed once, delivered or tried again."""

from __future__ import annotations

import pytest

from connector.errors import LeaseLost
from connector.policy.replies import DeliveryDecision
from connector.storage import tables
from connector.storage.reply.deliveries import RecordedDelivery
from connector.values import CallResult, Outcome, ReplyStatus, TurnStatus
from tests.kit import actions
from tests.kit.storage import AGAIN, ANSWERED, FAILED, HELD, StorageKit


@pytest.fixture
def answered(store) -> StorageKit:
    store.receive("T-1", "one")
    store.send(store.worker(), ANSWERED)
    return store


def test_a_reply_is_queued_with_the_outcome_it_carries(store):
    (webhook,) = store.receive("T-1", "one")
    (callback,) = store.receive("T-2", "one", route="sales")
    store.send(store.worker(), ANSWERED)
    rows = store.rows(tables.replies)
    assert [(row.turn_id, row.channel, row.status, row.turn_status) for row in rows] == [
        (webhook, "webhook", "queued", "answered"),
        (callback, "celery", "queued", "answered"),
    ]
    assert {row.marker for row in rows} == {f"tw_{webhook}_3", f"tw_{callback}_3"}


def test_without_a_way_back_or_a_callback_nobody_is_told(store):
    store.receive("T-1", "one", route="sales", callback=None)
    store.send(store.worker(), ANSWERED)
    assert store.told() == []
    quiet = StorageKit(store.database, channels={})
    quiet.receive("T-9", "one")
    quiet.send(quiet.worker(), ANSWERED)
    assert store.told() == []


def test_each_entry_into_a_status_is_told_once(store):
    (turn_id,) = store.receive("T-1", "one")
    owner = store.worker()
    store.send(owner, AGAIN)
    assert store.told() == [], "queued again is nothing to tell"
    store.send(owner, HELD)
    actions.resolve_turn(store.database, turn_id, "resend", actor="ann", channels=store.channels)
    store.send(owner, FAILED)
    actions.retry_turn(store.database, turn_id, actor="ann", channels=store.channels)
    store.send(owner, ANSWERED)
    statuses = [status for _, status, _ in store.told()]
    revisions = [revision for _, _, revision in store.told()]
    assert statuses == ["unknown", "failed", "answered"]
    assert revisions == sorted(set(revisions))


def test_a_cancelled_turn_is_told_of(store):
    (turn_id,) = store.receive("T-1", "one")
    actions.cancel_turn(store.database, turn_id, actor="ann", channels=store.channels)
    assert store.told() == [(turn_id, "cancelled", 2)]


def test_a_claim_marks_and_hands_out_everything_a_delivery_needs(store):
    store.receive("T-1", "one", route="sales")
    store.send(store.worker(), HELD)
    owner = store.worker()
    (reply,) = store.replies.claim(owner, 10)
    assert (reply.channel, reply.route, reply.attempt, reply.turn_status) == ("celery", "sales", 1, TurnStatus.UNKNOWN)
    assert (reply.turn_reason, reply.callback) == ("lost", {"task": "app.done", "queue": None})
    assert store.replies.claim(store.worker(), 10) == []
    (row,) = store.rows(tables.replies)
    assert (row.status, row.owner, row.ready_at) == ("sending", owner, None)
    (attempt,) = store.rows(tables.reply_attempts)
    assert (attempt.number, attempt.owner, attempt.outcome) == (1, owner, None)


@pytest.mark.parametrize(
    ("status", "ready"), [(ReplyStatus.DELIVERED, False), (ReplyStatus.QUEUED, True), (ReplyStatus.FAILED, False)]
)
def test_what_a_delivery_came_to_is_written(answered, status, ready):
    store, owner = answered, answered.worker()
    (reply,) = store.replies.claim(owner, 10)
    result = CallResult(outcome=Outcome.LOST, http_status=500, error="bad\x00")
    verdict = DeliveryDecision(status=status, reason="why", delay=60.0)
    done = RecordedDelivery(reply_id=reply.id, number=1, channel=reply.channel, result=result, decision=verdict)
    store.replies.record(owner, [done])
    (row,) = store.rows(tables.replies)
    assert (row.status, row.owner, row.reason) == (str(status), None, "why")
    assert (row.ready_at is not None and row.ready_at > store.now() + 30_000) == ready
    assert (row.delivered_at is not None) == (status is ReplyStatus.DELIVERED)
    (attempt,) = store.rows(tables.reply_attempts)
    assert (attempt.outcome, attempt.http_status, attempt.error) == ("lost", 500, "bad\N{REPLACEMENT CHARACTER}")


def test_what_a_dead_worker_was_delivering_is_delivered_again_under_the_same_marker(answered):
    store, owner = answered, answered.worker()
    (reply,) = store.replies.claim(owner, 10)
    store.die(owner)
    other = store.worker()
    (again,) = store.replies.claim(other, 10)
    assert (again.id, again.marker, again.attempt) == (reply.id, reply.marker, 2)
    assert [row.outcome for row in store.rows(tables.reply_attempts)] == ["lost", None]

    # The first one's outcome comes late: its attempt is written, the reply is the other one's.
    arrived = DeliveryDecision(status=ReplyStatus.DELIVERED)
    late = RecordedDelivery(reply_id=reply.id, number=1, channel=reply.channel, result=CallResult(), decision=arrived)
    store.replies.record(owner, [late])
    assert store.rows(tables.replies)[0].owner == other
    assert [row.outcome for row in store.rows(tables.reply_attempts)] == ["answered", None]
    with pytest.raises(LeaseLost):
        store.replies.claim(owner, 10)


def test_what_a_living_worker_has_forgotten_is_queued_again(store):
    for key in ("T-1", "T-2"):
        store.receive(key, "one")
    store.send(store.worker(), ANSWERED)
    owner = store.worker()
    first, second = sorted(store.replies.claim(owner, 10), key=lambda reply: reply.id)
    assert store.replies.recover(owner, [first.id]) == 1
    assert [(row.status, row.owner) for row in store.rows(tables.replies)] == [("sending", owner), ("queued", None)]
    assert [reply.id for reply in store.replies.claim(owner, 10)] == [second.id]


def test_the_oldest_due_go_first_and_no_more_than_asked(store):
    for number in range(4):
        store.receive(f"T-{number}", "one")
    store.send(store.worker(), ANSWERED)
    owner = store.worker()
    ids = [row.id for row in store.rows(tables.replies)]
    for age, reply_id in enumerate(ids):
        store.change(tables.replies, tables.replies.c.id == reply_id, ready_at=1000 - age)
    store.change(tables.replies, tables.replies.c.id == ids[3], ready_at=store.now() + 60_000)
    assert {reply.id for reply in store.replies.claim(owner, 2)} == {ids[1], ids[2]}
    assert {reply.id for reply in store.replies.claim(owner, 10)} == {ids[0]}
