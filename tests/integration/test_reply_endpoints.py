"""Endpoints: failing for days or gone they are disabled, their replies wait and go once they are enabled; replays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from connector.errors import WrongState
from connector.policy.replies import FAILING, GONE, STREAK_ENDS, DeliveryDecision
from connector.storage import queries, tables
from connector.storage.actions.replay import PER_SECOND, ReplayFilter
from connector.storage.reply.deliveries import RecordedDelivery
from connector.storage.reply.replies import Replies
from connector.values import CallResult, Outcome, ReplyStatus
from tests.integration.test_races import Joined, meet
from tests.kit import actions
from tests.kit.alarms import alarms as alarms_of
from tests.kit.storage import ANSWERED, StorageKit, emptied

DAY = 86_400.0
ARRIVED = DeliveryDecision(status=ReplyStatus.DELIVERED)
LATER = DeliveryDecision(status=ReplyStatus.QUEUED, reason="lost", delay=0.0)
OVER = DeliveryDecision(status=ReplyStatus.QUEUED, reason="lost", delay=0.0, gives_up=True)
WANTS_NO_MORE = DeliveryDecision(status=ReplyStatus.QUEUED, reason=GONE, gone=True)


@pytest.fixture
def store(store: StorageKit) -> StorageKit:
    """All of storage; a webhook that takes nothing for two days is disabled."""
    store.replies = Replies(store.database, disable_after={"webhook": 2 * DAY})
    return store


def answer(store: StorageKit, *conversations: str, **fields: Any) -> None:
    """Answer a message in each of them, so that a reply of each is queued."""
    for conversation in conversations:
        store.receive(conversation, "one", **fields)
    while store.send(store.worker(), ANSWERED):
        pass


def deliver(store: StorageKit, verdict: DeliveryDecision = ARRIVED, most: int = 50) -> list[str]:
    """Deliver what is due, all with this verdict; the markers of what left."""
    owner = store.worker()
    claimed = store.replies.claim(owner, most)
    outcome = Outcome.ANSWERED if verdict.status is ReplyStatus.DELIVERED else Outcome.LOST
    result = CallResult(outcome=outcome, error=None if verdict is ARRIVED else "no answer")
    store.replies.record(
        owner,
        [
            RecordedDelivery(reply_id=one.id, number=one.attempt, channel=one.channel, result=result, decision=verdict)
            for one in claimed
        ],
    )
    return sorted(one.marker for one in claimed)


def endpoint(store: StorageKit, name: str = "webhook") -> Any:
    return next(iter(store.rows(tables.endpoints, tables.endpoints.c.name == name)), None)


def hasten(store: StorageKit) -> None:
    """What waits for a later try is due now."""
    store.change(tables.replies, tables.replies.c.ready_at.is_not(None), ready_at=0)


def fail_since(store: StorageKit, days: float) -> None:
    """The webhook fails, and has done so for that long, with a failure an hour ago."""
    since = store.now() - int(days * DAY * 1000)
    store.change(tables.endpoints, failing_since=since, failed_at=store.now() - 3_600_000)


def alarms(store: StorageKit) -> dict[str, dict[str, str]]:
    return {alarm["name"]: alarm for alarm in alarms_of(store.database)}


def test_while_all_is_well_no_row_is_written(store):
    answer(store, "T-1")
    deliver(store)
    assert endpoint(store) is None


def test_failures_are_remembered_until_a_success(store):
    answer(store, "T-1", "T-2")
    deliver(store, LATER, most=1)
    row = endpoint(store)
    assert (row.error, row.disabled_at) == ("no answer", None)
    assert row.failing_since is not None
    hasten(store)
    deliver(store, LATER)
    assert endpoint(store).failing_since == row.failing_since
    hasten(store)
    deliver(store)
    assert endpoint(store).failing_since is None


def test_status_says_so_after_a_while(store):
    answer(store, "T-1")
    deliver(store, LATER)
    assert "endpoint_failing" not in alarms(store)
    fail_since(store, 0.5)
    alarm = alarms(store)["endpoint_failing"]
    assert "webhook has taken no reply for 720 minutes (no answer); 1 reply waits" in alarm["what"]


def test_after_days_of_failure_it_is_disabled_and_its_replies_wait_until_it_is_enabled(store):
    answer(store, "T-1", "T-2")
    marker = deliver(store, LATER, most=1)
    fail_since(store, 1.9)
    hasten(store)
    deliver(store, LATER)
    assert endpoint(store).disabled_at is None
    fail_since(store, 2.1)
    hasten(store)
    deliver(store, LATER)
    assert (endpoint(store).reason, endpoint(store).disabled_at is None) == (FAILING, False)
    answer(store, "T-3")
    hasten(store)
    assert deliver(store) == []
    assert {(row.status, row.reason, row.ready_at) for row in store.rows(tables.replies)} == {
        ("queued", "endpoint_disabled", None)
    }
    alarm = alarms(store)["endpoint_disabled"]
    assert "3 replies wait for it" in alarm["what"]
    assert alarm["next"] == "turnwire replies enable webhook"

    change = actions.enable_endpoint(store.database, "webhook", actor="ann")
    assert (change.before, change.after, change.detail["released"]) == ("disabled", "enabled", 3)
    assert "endpoint_disabled" not in alarms(store)
    assert set(marker) < set(deliver(store)), "under the markers they had"
    assert {row.status for row in store.rows(tables.replies)} == {"delivered"}
    with pytest.raises(WrongState):
        actions.enable_endpoint(store.database, "webhook", actor="ann")


def test_gone_is_disabled_at_once_and_nothing_is_lost(store):
    answer(store, "T-1")
    deliver(store, WANTS_NO_MORE)
    assert endpoint(store).reason == GONE
    assert deliver(store) == []
    assert "410" in alarms(store)["endpoint_disabled"]["what"]
    actions.enable_endpoint(store.database, "webhook", actor="ann")
    assert len(deliver(store)) == 1


def test_a_quiet_day_ends_a_streak(store):
    answer(store, "T-1")
    deliver(store, LATER)
    store.change(tables.endpoints, failing_since=0, failed_at=store.now() - int(STREAK_ENDS * 1000) - 60_000)
    hasten(store)
    deliver(store, LATER)
    assert endpoint(store).disabled_at is None
    assert endpoint(store).failing_since > 0


def test_other_ways_back_are_not_touched(store):
    answer(store, "T-1")
    deliver(store, WANTS_NO_MORE)
    answer(store, "T-2", route="sales")
    assert len(deliver(store)) == 1


def test_the_broker_is_never_disabled_for_failing(store):
    answer(store, "T-1", route="sales")
    deliver(store, LATER)
    store.change(tables.endpoints, failing_since=0, failed_at=store.now())
    hasten(store)
    deliver(store, LATER)
    assert endpoint(store, "celery").disabled_at is None
    assert "celery has taken no reply" in alarms(store)["endpoint_failing"]["what"]


def test_a_reply_is_given_up_only_if_its_endpoint_takes_others(store):
    answer(store, "T-1")
    deliver(store, LATER)
    hasten(store)
    store.change(tables.replies, failed_since=store.now() - int(3 * DAY * 1000))
    fail_since(store, 3)
    store.replies = Replies(store.database)
    deliver(store, OVER)
    assert store.rows(tables.replies)[0].status == "queued", "nothing got through since its first try: not its fault"
    answer(store, "T-2")
    hasten(store)
    owner = store.worker()
    claimed = {one.turn_id: one for one in store.replies.claim(owner, 10)}
    old, new = (claimed[turn] for turn in sorted(claimed))
    arrived = RecordedDelivery(reply_id=new.id, number=1, channel="webhook", result=CallResult(), decision=ARRIVED)
    store.replies.record(owner, [arrived])
    result = CallResult(outcome=Outcome.LOST)
    store.replies.record(
        owner, [RecordedDelivery(reply_id=old.id, number=old.attempt, channel="webhook", result=result, decision=OVER)]
    )
    row = store.rows(tables.replies, tables.replies.c.id == old.id)[0]
    assert (row.status, row.reason, row.ready_at) == ("failed", "gave_up: lost", None)


def test_the_schedule_begins_anew_when_an_operator_says_so(store):
    answer(store, "T-1")
    deliver(store, LATER)
    hasten(store)
    deliver(store, DeliveryDecision(status=ReplyStatus.FAILED, reason="refused"))
    (row,) = store.rows(tables.replies)
    assert (row.delays, row.attempts) == (1, 2)
    actions.retry_reply(store.database, row.id, actor="ann")
    (row,) = store.rows(tables.replies)
    assert (row.delays, row.failed_since, row.attempts) == (0, None, 2)


def test_an_operator_disables_and_enables(store):
    answer(store, "T-1")
    actions.disable_endpoint(store.database, "webhook", actor="ann")
    with pytest.raises(WrongState):
        actions.disable_endpoint(store.database, "webhook", actor="bob")
    assert deliver(store) == []
    assert [row["state"] for row in queries.endpoints(store.database, ["webhook", "celery"])] == ["enabled", "disabled"]
    actions.enable_endpoint(store.database, "webhook", actor="ann")
    assert len(deliver(store)) == 1
    assert [row["action"] for row in queries.history(store.database, "endpoint:webhook")] == ["disable", "enable"]


# --- replay -----------------------------------------------------------------------------------------------------------


def span(days: float = 1.0, **fields: Any) -> ReplayFilter:
    now = datetime.now(UTC)
    return ReplayFilter(since=now - timedelta(days=days), until=now + timedelta(days=1), **fields)


def test_what_was_delivered_since_a_time_is_delivered_again_under_its_marker(store):
    answer(store, "T-1", "T-2")
    first = deliver(store)
    store.change(tables.replies, tables.replies.c.marker == first[0], delivered_at=1, created_at=1)
    assert actions.count_replay(store.database, span()) == {"delivered": 1}
    assert list(actions.replay(store.database, span(), actor="ann")) == [1]
    (waiting,) = store.rows(tables.replies, tables.replies.c.status == "queued")
    assert (waiting.reason, waiting.delivered_at is None) == ("replayed", False)
    assert deliver(store) == first[1:]
    assert len(store.rows(tables.reply_attempts)) == 3


def test_what_was_made_before_and_arrived_since_counts_and_what_failed_too(store):
    answer(store, "T-1", "T-2")
    deliver(store, most=1)
    deliver(store, DeliveryDecision(status=ReplyStatus.FAILED, reason="refused"))
    store.change(tables.replies, tables.replies.c.status == "delivered", created_at=1)
    assert actions.count_replay(store.database, span()) == {"delivered": 1, "failed": 1}
    assert actions.count_replay(store.database, span(statuses=(ReplyStatus.FAILED,))) == {"failed": 1}
    assert actions.count_replay(store.database, span(route="sales")) == {}
    assert actions.count_replay(store.database, span(channel="celery")) == {}
    assert actions.count_replay(store.database, span(route="support", channel="webhook"))["failed"] == 1


def test_a_large_replay_is_queued_in_parts_and_spread(store):
    answer(store, *(f"T-{number}" for number in range(501)))
    while deliver(store, most=600):
        pass
    assert list(actions.replay(store.database, span(), actor="ann")) == [500, 501]
    due = sorted(row.ready_at for row in store.rows(tables.replies))
    assert due[-1] - due[0] >= 500 * 1000 // PER_SECOND
    assert len(queries.history(store.database, f"reply:{store.rows(tables.replies)[0].id}")) == 1


# --- at once ----------------------------------------------------------------------------------------------------------


class Scene:
    """A disabled endpoint with a reply that is due."""

    def __init__(self, kit: StorageKit) -> None:
        answer(kit, "T-1")
        self.owner, self.other = kit.worker(), kit.worker()
        actions.disable_endpoint(kit.database, "webhook", actor="ann")


def claim(kit: StorageKit, database: Any, scene: Any) -> object:
    return Replies(database).claim(scene.other, 10)


def enable(kit: StorageKit, database: Any, scene: Any) -> object:
    return actions.enable_endpoint(database, "webhook", actor="ann")


@pytest.mark.parametrize(("first", "second"), [(claim, enable), (enable, claim)], ids=["claim-first", "enable-first"])
def test_nothing_is_parked_behind_an_endpoint_that_is_being_enabled(postgres_store, first, second):
    kit = postgres_store
    joined: Any = Joined(kit.database)
    with joined.transaction():
        setting = StorageKit(joined)
    for at in count(1):
        with joined.transaction():
            emptied(joined)
            setting.accounts.ensure(["osvi", "synthflow"])
            scene: Any = Scene(setting)
        if not meet(kit, scene, first, second, at):
            break
        kit.die(scene.other)
        (row,) = kit.rows(tables.replies)
        assert row.ready_at is not None, "it would wait for ever"
    assert at > 1
