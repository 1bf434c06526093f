"""Follow-ups in the database: what takes them back, what moves them, and what they become."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from connector.channels.events.schema import content_hash
from connector.policy.business_hours import Hours, zone
from connector.services import tick
from connector.services.receive import Receiver
from connector.services.tick import BATCHES
from connector.storage import queries, tables
from connector.storage.conversations.followups import waiting_in
from connector.storage.receive.bulk import BulkIntake, Chunk
from connector.storage.receive.due_followups import BATCH, Promotion
from connector.storage.receive.events import NewEvent
from connector.storage.send import maintenance
from connector.values import Callback, Customer, EventStatus, Followup
from tests.kit import actions
from tests.kit.engine import EngineKit
from tests.kit.storage import ANSWERED, HANDED_OFF, StorageKit

HOUR = 3_600_000
DAY = 24 * HOUR
followups = tables.followups


def schedule(store: StorageKit, *keys: str, wish: Followup | None = None, **fields: Any) -> list[int]:
    """A follow-up due tomorrow in each conversation; their ids."""
    due_at = fields.pop("due_at", datetime.now(UTC) + timedelta(days=1))
    fields = {"status": EventStatus.SCHEDULED, "due_at": due_at, "followup": wish, **fields}
    answers = store.store([store.event(key, f"still there, {key}?", **fields) for key in keys])
    return [int(answer.followup_id) for answer in answers]


def fall_due(store: StorageKit, late: int = 0) -> None:
    """All that waits was due so many milliseconds ago."""
    ago = store.now() - late - followups.c.due_at
    store.change(followups, expires_at=followups.c.expires_at + ago, due_at=store.now() - late)


def states(store: StorageKit) -> list[tuple[str, str | None]]:
    return [(row.status, row.reason) for row in store.rows(followups)]


def test_the_customer_s_next_message_takes_it_back(store):
    schedule(store, "T-1", "T-2")
    store.receive("T-1", "here I am")
    assert states(store) == [("cancelled", "customer_wrote"), ("scheduled", None)]
    assert store.rows(followups)[0].ended_at is not None
    fall_due(store)
    assert store.promotion.promote_due().sent == 1
    assert [turn.text for turn in store.check()] == ["still there, T-2?", "here I am"]


def test_the_same_key_on_another_route_is_another_customer(store):
    schedule(store, "T-1")
    store.receive("T-1", "x", route="sales")
    assert states(store) == [("scheduled", None)]


@pytest.mark.parametrize("status", [EventStatus.CONTEXT, EventStatus.STOPPED])
def test_what_no_customer_said_takes_nothing_back(store, status):
    store.receive("T-1", "hello", id="first")
    schedule(store, "T-1")
    store.store([store.event("T-1", "an automatic reply", status=status)])
    (again,) = store.store([store.event("T-1", "hello", id="first")])
    (conflict,) = store.store([store.event("T-1", "other words", id="first")])
    assert (again.status, conflict.status) == ("duplicate", "conflict")
    assert states(store) == [("scheduled", None)]


def test_history_that_is_sent_after_all_counts_as_a_message(store):
    store.store([store.event("T-1", "old", id="old", status=EventStatus.CONTEXT)])
    schedule(store, "T-1")
    store.receive("T-1", "old", id="old")
    assert states(store) == [("cancelled", "customer_wrote")]


def test_one_that_is_to_be_kept_stays(store):
    schedule(store, "T-1", wish=Followup(keep=True))
    store.receive("T-1", "here I am")
    assert states(store) == [("scheduled", None)]
    fall_due(store)
    store.promotion.promote_due()
    assert [turn.text for turn in sorted(store.check(), key=lambda turn: turn.position)] == [
        "here I am",
        "still there, T-1?",
    ]


def test_within_a_batch_the_order_decides(store):
    later = {"status": EventStatus.SCHEDULED, "due_at": datetime.now(UTC) + timedelta(days=1)}
    store.store(
        [
            store.event("T-1", "before", **later),
            store.event("T-1", "kept", followup=Followup(keep=True), **later),
            store.event("T-1", "the customer's"),
            store.event("T-1", "after", **later),
        ]
    )
    assert states(store) == [("cancelled", "customer_wrote"), ("scheduled", None), ("scheduled", None)]


def test_a_message_in_a_file_takes_it_back_too(store):
    schedule(store, "T-1", "T-2", "T-3")
    store.receive("T-3", "x", route="sales")
    chunk = [store.event(key, "from a file") for key in ("T-1", "T-4", "T-2")]
    stored = BulkIntake(store.database, store.intake).store(
        Chunk.of([NewEvent(event=event, hash=content_hash(event)) for event in chunk])
    )
    assert stored is not None
    assert [status for status, _ in states(store)] == ["cancelled", "cancelled", "scheduled"]


def hand_off(store: StorageKit) -> None:
    actions.hand_off_conversation(store.database, store.conversation("T-1").id, actor="ann")


def close(store: StorageKit) -> None:
    actions.close_conversation(store.database, store.conversation("T-1").id, actor="ann")


def ask_for_a_person(store: StorageKit) -> None:
    store.send(store.worker(), HANDED_OFF)


def leave_it_unknown(store: StorageKit) -> None:
    (claimed,) = store.claim(worker := store.worker())
    store.mark(claimed)
    store.die(worker)
    assert maintenance.hand_off_unknown(store.database, {"support": -60.0})


@pytest.mark.parametrize(
    ("take", "reason"),
    [
        (hand_off, "handed_off"),
        (close, "closed"),
        (ask_for_a_person, "handed_off"),
        (leave_it_unknown, "handed_off"),
    ],
)
def test_a_person_who_takes_over_takes_it_back_even_one_that_is_kept(store, take, reason):
    store.receive("T-1", "hello")
    schedule(store, "T-1", "T-2")
    schedule(store, "T-1", wish=Followup(keep=True))
    take(store)
    assert states(store) == [("cancelled", reason), ("scheduled", None), ("cancelled", reason)]


@pytest.mark.parametrize(("take", "reason"), [(hand_off, "handed_off"), (close, "closed")])
def test_one_that_falls_due_where_no_agent_answers_is_skipped(store, take, reason):
    store.receive("T-1", "hello")
    store.send(store.worker())
    take(store)
    schedule(store, "T-1")
    fall_due(store)
    promoted = store.promotion.promote_due()
    assert (promoted.sent, promoted.skipped, states(store)) == (0, 1, [("skipped", reason)])
    assert len(store.check()) == 1
    assert store.conversation("T-1").status == reason, "only a customer's message opens it again"


def test_one_counted_from_the_last_message_moves_with_it(store):
    store.receive("T-1", "hello")
    store.send(store.worker())
    schedule(store, "T-1", due_at=None, wish=Followup(after=2 * 86_400, keep=True))
    (waiting,) = store.rows(followups)
    answered = store.rows(tables.turns)[0].ended_at
    assert waiting.due_at == answered + 2 * DAY

    # Three days pass; a day ago the customer wrote again and was answered.
    past = {"accepted_at": tables.turns.c.accepted_at - 3 * DAY, "ended_at": tables.turns.c.ended_at - 3 * DAY}
    store.change(tables.turns, **past)
    store.change(followups, due_at=followups.c.due_at - 3 * DAY, expires_at=followups.c.expires_at - 3 * DAY)
    (again,) = store.receive("T-1", "one more thing")
    store.send(store.worker())
    mine = tables.turns.c.id == again
    store.change(tables.turns, mine, accepted_at=store.now() - DAY - 5, ended_at=store.now() - DAY)
    assert store.promotion.promote_due().moved == 1
    (moved,) = store.rows(followups)
    assert (moved.status, moved.reason) == ("scheduled", "newer_message")
    assert moved.due_at == store.turn(again).ended_at + 2 * DAY
    assert moved.expires_at == moved.due_at + DAY
    assert store.promotion.promote_due().looked == 0


def test_one_counted_from_a_message_long_ago_is_due_at_once_and_not_too_late(store):
    store.receive("T-1", "hello")
    store.change(tables.turns, accepted_at=store.now() - 30 * DAY)
    schedule(store, "T-1", due_at=None, wish=Followup(after=86_400))
    assert store.promotion.promote_due().sent == 1


@pytest.mark.parametrize(("after", "expected"), [(3600, DAY), (3 * 86_400, 3 * DAY)])
def test_with_a_time_and_a_wait_the_later_one_counts(store, after, expected):
    store.receive("T-1", "hello")
    due_at = datetime.fromtimestamp(store.now() / 1000, UTC) + timedelta(days=1)
    schedule(store, "T-1", due_at=due_at, wish=Followup(after=after))
    (waiting,) = store.rows(followups)
    heard = store.rows(tables.turns)[0].accepted_at
    assert waiting.due_at == (heard + expected if expected > DAY else int(due_at.timestamp() * 1000))


def test_one_without_any_message_before_counts_from_its_making(store):
    schedule(store, "T-1", due_at=None, wish=Followup(after=3600))
    (waiting,) = store.rows(followups)
    assert waiting.due_at == waiting.created_at + HOUR
    fall_due(store)
    assert store.promotion.promote_due().sent == 1


def test_what_an_outage_swallowed_expires(store):
    schedule(store, "T-1", "T-2", wish=Followup(expires_after=7200))
    schedule(store, "T-3", wish=Followup(expires_after=30 * 86_400))
    fall_due(store, late=3 * HOUR)
    promoted = store.promotion.promote_due()
    assert (promoted.sent, promoted.expired) == (1, 2)
    assert states(store) == [("expired", "overdue"), ("expired", "overdue"), ("sent", None)]
    assert [row.key for row in store.rows(tables.conversations)] == ["T-3"], "it opens no conversation"
    assert store.promotion.promote_due().looked == 0


def closed_now(store: StorageKit) -> Hours:
    """Hours that are over by now and begin again tomorrow, whenever this runs."""
    now = datetime.fromtimestamp(store.now() / 1000, UTC)
    tomorrow = (now + timedelta(days=2)).weekday()
    return Hours(zone=zone("UTC"), days=frozenset({tomorrow}), opens=9 * 60, closes=17 * 60)


def test_outside_its_route_s_hours_it_waits_and_customers_do_not(store):
    hours = closed_now(store)
    schedule(store, "T-1", "T-2", wish=Followup(keep=True))
    store.receive("T-2", "I write at night")
    fall_due(store)
    promotion = Promotion(store.database, store.intake, {"support": hours})
    assert promotion.promote_due().moved == 2
    opening = int(hours.next_opening(datetime.now(UTC)).timestamp() * 1000)
    assert {(row.status, row.reason, row.due_at) for row in store.rows(followups)} == {
        ("scheduled", "outside_hours", opening)
    }
    assert store.place("T-2").ready_at <= store.now()
    assert [row.key for row in store.rows(tables.conversations)] == ["T-2"]
    assert promotion.promote_due().looked == 0


def test_its_customer_its_metadata_and_its_callback_come_along(store):
    (waiting,) = schedule(
        store, "T-1", route="sales", subject="Parcel", customer=Customer(id="7", name="Ana"),
        metadata={"order": 12}, callback=Callback(task="shop.answered", queue="shop"), priority=3,
    )  # fmt: skip
    fall_due(store)
    store.promotion.promote_due()
    turn = queries.turn(store.database, waiting)
    assert (turn["id"], turn["followup_id"], turn["event_id"]) == (str(waiting),) * 3
    assert (turn["customer"], turn["metadata"], turn["priority"]) == ({"id": "7", "name": "Ana"}, {"order": 12}, 3)
    assert json.loads(store.conversation("T-1").customer) == {"id": "7", "name": "Ana"}
    (event,) = store.rows(tables.events)
    assert (event.status, event.text, json.loads(event.callback)["task"]) == ("accepted", None, "shop.answered")
    store.send(store.worker(), ANSWERED)
    assert [status for _, status, _ in store.told()] == ["answered"]


def test_a_follow_up_takes_back_no_other(store):
    schedule(store, "T-1")
    fall_due(store)
    schedule(store, "T-1")
    assert store.promotion.promote_due().sent == 1
    assert states(store) == [("sent", None), ("scheduled", None)]


def test_many_at_once_go_in_bounded_transactions(store):
    schedule(store, *(f"T-{number}" for number in range(25)))
    fall_due(store)
    batches = [store.promotion.promote_due(limit=10) for _ in range(4)]
    assert [(batch.looked, batch.sent) for batch in batches] == [(10, 10), (10, 10), (5, 5), (0, 0)]
    assert len(store.check()) == 25


def test_a_tick_takes_some_and_leaves_the_rest_to_the_next(database, tmp_path):
    """Whatever falls due at once, a tick's other duties wait for a bounded number of short transactions."""
    with EngineKit(database, None, tmp_path) as kit:
        due_at = datetime.now(UTC) + timedelta(hours=1)
        most = BATCHES * BATCH
        for start in range(0, most + 30, 500):
            numbers = range(start, min(start + 500, most + 30))
            Receiver(wiring=kit.wiring).receive([kit.event("osvi", f"T-{n}", "due", due_at=due_at) for n in numbers])
        kit.change(followups, due_at=followups.c.due_at - 2 * HOUR)
        assert [tick.tick(kit.wiring).promoted for _ in range(3)] == [most, 30, 0]


def test_the_tick_keeps_to_the_route_s_hours(database, tmp_path):
    tomorrow = f"{datetime.now(UTC) + timedelta(days=2):%a}"
    hours = {"zone": "UTC", "days": tomorrow, "from": "00:00", "to": "24:00"}
    with EngineKit(database, None, tmp_path, routes={"osvi": {"hours": hours}}) as kit:
        for route in ("osvi", "legacy"):
            kit.receive(route, "T-1", "due", due_at=datetime.now(UTC) + timedelta(hours=1), id=route)
        kit.change(followups, due_at=kit.now())
        assert tick.tick(kit.wiring).promoted == 1
        assert [(row.route, row.status) for row in kit.rows(followups)] == [("osvi", "scheduled"), ("legacy", "sent")]


def test_a_clock_that_jumps_back_sends_nothing_twice(store):
    schedule(store, "T-1", "T-2")
    store.change(followups, followups.c.id == 1, due_at=store.now())
    assert store.promotion.promote_due().sent == 1
    # Seen from a clock that is put back by two hours, everything lies two hours further ahead.
    for table in (followups, tables.events):
        store.change(table, due_at=table.c.due_at + 2 * HOUR)
    assert store.promotion.promote_due().looked == 0
    fall_due(store)
    assert store.promotion.promote_due().sent == 1
    assert len(store.check()) == 2


def plan(store: StorageKit, statement: Any, parameters: dict[str, Any] | None = None) -> str:
    """How the database runs a statement within a promotion's transaction."""
    compiled = statement.compile(store.database.writer, compile_kwargs={"render_postcompile": True})
    known = dict(compiled.params) | (parameters or {})
    values = tuple(known[name] for name in compiled.positiontup) if compiled.positional else known
    explain = "EXPLAIN " if store.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
    with store.database.transaction() as connection:
        if parameters is None:
            store.promotion.begin(connection)
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + str(compiled), values))


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "analysed"])
def test_what_is_due_and_what_waits_in_a_conversation_is_found_by_index(store, known):
    """Whatever the planner knows: neither walks what was sent before, nor what is due later or waits elsewhere."""
    for start in range(0, 2000, 500):
        schedule(store, *(f"T-{number}" for number in range(start, start + 500)))
    store.change(followups, followups.c.id > 1500, status="sent")
    if known:
        store.database.write(lambda connection: connection.execute(text("ANALYZE")))
    due = plan(store, store.promotion.due(100))
    assert "ix_followups_due" in due, due
    assert "sort" not in due.lower(), due
    found, batch = waiting_in(store.database)
    mine = plan(store, found, batch.of([{"route": "support", "key": "T-7"}]))
    assert "ix_followups_waiting" in mine, mine
    assert "SCAN followups" not in mine, mine
