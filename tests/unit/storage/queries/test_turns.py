from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from connector.errors import NotFound
from connector.policy.rate_limits import Limits
from connector.storage import queries, tables
from connector.storage.core.database import Database
from connector.storage.core.statements import FOREVER
from connector.storage.queries.filters import TurnFilter, millis
from connector.storage.queries.rendering import moment
from connector.values import TurnStatus
from tests.kit.storage_fixtures import MINUTE, Store

LISTED = [
    *("id", "revision", "event_id", "conversation_id", "conversation", "route", "account", "provider"),
    *("source", "external_id", "position", "status", "reason", "waiting_for", "settled_by"),
    *("text", "answer", "agent_state", "provider_chat_id", "provider_turn", "priority", "backlog_id", "followup_id"),
    *("customer", "metadata", "accepted_at", "occurred_at", "due_at", "sent_at", "ended_at", "subject", "source_kind"),
]
DAY = 86_400_000


@pytest.fixture
def store(database):
    found = Database(database)
    yield Store(found)
    found.dispose()


@pytest.mark.parametrize(
    ("millis", "text"),
    [
        (1_795_255_200_000, "2026-11-21T10:00:00.000Z"),
        (1_795_255_200_007, "2026-11-21T10:00:00.007Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (None, None),
        (FOREVER, None),
    ],
)
def test_times_are_utc_with_milliseconds(millis, text):
    assert moment(millis) == text


def test_a_turn_has_every_key_of_the_contract(store):
    conversation, (turn,) = store.conversation("T-1001", ["answered"], account="synthflow")
    at = 1_795_255_200_000
    changes = {"accepted_at": at, "due_at": at, "sent_at": at + 5, "ended_at": at + 900, "settled_by": "read_back"}
    changes |= {"agent_state": "main_state", "provider_chat_id": "c-9", "provider_turn": 7, "backlog_id": 8}
    store.change(tables.turns, tables.turns.c.id == turn, **changes)
    store.change(tables.events, tables.events.c.id == turn, occurred_at=at - 1000)
    evidence = json.dumps({"hint": "reset"})
    base = {"turn_id": turn, "owner": 1, "started_at": at}
    store.add(tables.attempts, **base, number=2, call="read_back", outcome="answered", ended_at=at + 9, http_status=200)
    store.add(tables.attempts, **base, number=1, call="send", outcome="lost", evidence=evidence, request_id="r-1")
    reply = store.reply(turn, conversation, "delivered", delivered_at=at)

    found = queries.turn(store.database, turn, providers={"synthflow": "synthflow"})

    assert list(found) == [*LISTED, "told", "context_used", "attempts", "replies"]
    assert found["id"] == found["event_id"] == str(turn)
    assert found["conversation_id"] == str(conversation)
    assert {key: found[key] for key in ("conversation", "route", "account", "provider", "source", "external_id")} == {
        "conversation": "T-1001",
        "route": "support",
        "account": "synthflow",
        "provider": "synthflow",
        "source": "csv:support",
        "external_id": "T-1001/1",
    }
    assert (found["customer"], found["metadata"]) == ({"name": "Zoë"}, {"shop": 7})
    assert (found["backlog_id"], found["followup_id"], found["waiting_for"]) == ("8", None, None)
    assert (found["accepted_at"], found["ended_at"]) == ("2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00.900Z")
    assert found["occurred_at"] == "2026-11-21T09:59:59.000Z"
    assert found["attempts"] == [
        {
            "number": 1,
            "call": "send",
            "started_at": "2026-11-21T10:00:00.000Z",
            "ended_at": None,
            "outcome": "lost",
            "http_status": None,
            "error": None,
            "provider_request_id": "r-1",
            "evidence": {"hint": "reset"},
        },
        {
            "number": 2,
            "call": "read_back",
            "started_at": "2026-11-21T10:00:00.000Z",
            "ended_at": "2026-11-21T10:00:00.009Z",
            "outcome": "answered",
            "http_status": 200,
            "error": None,
            "provider_request_id": None,
            "evidence": None,
        },
    ]
    delivered = {
        "channel": "webhook",
        "status": "delivered",
        "reason": None,
        "delivered_at": "2026-11-21T10:00:00.000Z",
        "mode": None,
        "text": None,
        "edited": False,
        "approved_by": None,
        "external_id": None,
        "external_url": None,
    }
    assert found["replies"] == [{"id": str(reply), **delivered}]
    json.dumps(found)


def test_the_raw_body_comes_only_when_asked_for(store):
    _, (turn,) = store.conversation("T-1", ["failed"])
    store.add(tables.attempts, turn_id=turn, number=1, call="send", owner=1, started_at=1)
    store.add(tables.attempts, turn_id=turn, number=2, call="send", owner=1, started_at=2)
    store.add(tables.raw_bodies, turn_id=turn, number=1, body=b'{"error": "Zo\xc3\xab \xff"}')
    assert "raw" not in queries.turn(store.database, turn)["attempts"][0]
    raws = [attempt["raw"] for attempt in queries.turn(store.database, turn, raw=True)["attempts"]]
    assert raws == ['{"error": "Zoë \N{REPLACEMENT CHARACTER}"}', None]


def test_a_turn_that_is_not_there(store):
    with pytest.raises(NotFound, match="no turn 4711"):
        queries.turn(store.database, 4711)


def test_an_account_that_is_configured_no_more_has_no_provider(store):
    _, (turn,) = store.conversation("T-1", ["answered"])
    assert queries.turn(store.database, turn, providers={"other": "osvi"})["provider"] is None


def test_callbacks_carry_turns_without_attempts_and_replies(store):
    _, (one, two) = store.conversation("T-1", ["answered", "queued"])
    with store.database.reading() as connection:
        found = queries.turn_json_many(connection, [two, one, 4711])
    assert set(found) == {one, two}
    assert list(found[one]) == LISTED
    assert found[two]["waiting_for"] == "no_worker"


def test_a_list_has_the_newest_first_and_goes_on_where_it_ended(store, monkeypatch):
    monkeypatch.setattr("connector.storage.queries.rendering.PAGE", 2)
    ids = [store.conversation(f"T-{number}", ["answered"])[1][0] for number in range(5)]
    ids.reverse()
    every = [int(turn["id"]) for turn in queries.turns(store.database)]
    first = [int(turn["id"]) for turn in queries.turns(store.database, limit=3)]
    rest = [int(turn["id"]) for turn in queries.turns(store.database, before=first[-1])]
    assert every == ids
    assert (first, rest) == (ids[:3], ids[3:])
    assert list(queries.turns(store.database, limit=0)) == []


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (TurnFilter(statuses=(TurnStatus.FAILED, TurnStatus.UNKNOWN)), {"T-2", "T-3"}),
        (TurnFilter(statuses=(TurnStatus.ANSWERED, TurnStatus.FAILED)), {"T-1", "T-2"}),
        (TurnFilter(route="sales"), {"T-2"}),
        (TurnFilter(account="synthflow"), {"T-3"}),
        (TurnFilter(conversation="T-1"), {"T-1"}),
        (TurnFilter(conversation="T-1", route="sales"), set()),
        (TurnFilter(since=datetime(2026, 11, 21, tzinfo=UTC)), {"T-2", "T-3"}),
        (TurnFilter(until=datetime(2026, 11, 21, tzinfo=UTC)), {"T-1"}),
    ],
)
def test_a_list_keeps_what_the_filter_names(store, wanted, keys):
    midnight = 1_795_219_200_000
    for number, (status, route, account) in enumerate(
        [("answered", "support", "osvi"), ("failed", "sales", "osvi"), ("unknown", "support", "synthflow")], start=1
    ):
        _, (turn,) = store.conversation(f"T-{number}", [status], route=route, account=account)
        store.change(tables.turns, tables.turns.c.id == turn, accepted_at=midnight + (number - 2) * 1000)
    assert {turn["conversation"] for turn in queries.turns(store.database, wanted)} == keys
    assert {turn["conversation"] for turn in queries.export_turns(store.database, wanted)} == keys


def test_an_export_is_ordered_by_acceptance_whatever_the_pages(store, monkeypatch):
    monkeypatch.setattr("connector.storage.queries.export._KEYS", 3)
    monkeypatch.setattr("connector.storage.queries.export._TURNS", 2)
    ids = [store.conversation(f"T-{number}", ["answered"])[1][0] for number in range(7)]
    times = [50, 10, 30, 30, 70, 10, 20]
    for turn, accepted in zip(ids, times, strict=True):
        store.change(tables.turns, tables.turns.c.id == turn, accepted_at=accepted)

    found = [int(turn["id"]) for turn in queries.export_turns(store.database)]

    assert found == [turn for _, turn in sorted(zip(times, ids, strict=True))]


def test_an_export_holds_no_snapshot_between_pages(store, monkeypatch):
    monkeypatch.setattr("connector.storage.queries.export._TURNS", 1)
    for number in range(3):
        store.conversation(f"T-{number}", ["failed"])
    wanted = TurnFilter(statuses=(TurnStatus.FAILED,))
    export = queries.export_turns(store.database, wanted)
    next(export)
    # Somebody writes while the export is read; what no longer matches is left out.
    store.change(tables.turns, tables.turns.c.text == "question 1", status="queued")
    assert list(export) == []


class TestWaiting:
    """One queued turn in a conversation that would go out at once, then one thing in its way after the other."""

    def waits(self, store, turn, **limits):
        return queries.turn(store.database, turn, limits={"osvi": Limits(**limits)})["waiting_for"]

    @pytest.fixture
    def turn(self, store):
        store.worker("host:1")
        _, (turn,) = store.conversation("T-1", ["queued"])
        return turn

    def test_nothing(self, store, turn):
        assert self.waits(store, turn) is None

    @pytest.mark.parametrize(
        ("statuses", "reasons"),
        [
            (["queued", "queued"], [None, "predecessor"]),
            (["sending", "queued", "queued"], [None, "predecessor", "predecessor"]),
            (["unknown", "queued", "queued"], [None, "predecessor_unknown", "predecessor_unknown"]),
            (["failed", "answered", "cancelled", "queued"], [None, None, None, None]),
        ],
    )
    def test_predecessors(self, store, statuses, reasons):
        store.worker()
        conversation, _ = store.conversation("T-2", statuses)
        found = queries.conversation(store.database, conversation)["turns"]
        assert [turn["waiting_for"] for turn in found] == reasons

    def test_handed_off(self, store):
        conversation, _ = store.conversation("T-2", ["unknown", "queued"], status="handed_off", held="handed_off")
        found = queries.conversation(store.database, conversation)["turns"]
        assert [turn["waiting_for"] for turn in found] == [None, "handed_off"]

    def test_route_paused(self, store, turn):
        store.add(tables.routes, name="support", paused=True, changed_at=1)
        store.account(closed_until=FOREVER, reason="credentials")
        assert self.waits(store, turn) == "route_paused"
        store.change(tables.routes, tables.routes.c.name == "support", paused=False)
        assert self.waits(store, turn) == "account_closed"

    @pytest.mark.parametrize(
        ("until", "spent", "reason"),
        [
            (FOREVER, 9, "account_closed"),
            (MINUTE, 9, "budget"),
            (MINUTE, 8, "account_closed"),
            (-1, 8, None),
            (None, 9, "budget"),
        ],
    )
    def test_gate_and_budget(self, store, turn, until, spent, reason):
        now = store.now()
        closed = until if until in {None, FOREVER} else now + until
        store.account(closed_until=closed, reason="busy", day=now // DAY, spent=spent)
        assert self.waits(store, turn, daily_turns=9) == reason
        assert self.waits(store, turn) == (
            None if reason == "budget" and until is None else reason and "account_closed"
        )

    def test_yesterdays_budget(self, store, turn):
        store.account(day=store.now() // DAY - 1, spent=9)
        assert self.waits(store, turn, daily_turns=9) is None

    def test_due(self, store, turn):
        store.change(tables.schedule, tables.schedule.c.head == 1, ready_at=store.now() + MINUTE)
        assert self.waits(store, turn) == "due"

    def test_in_flight(self, store, turn):
        alive, gone = store.worker("host:2"), store.worker("host:3", lease=-1)
        store.account()
        for worker in (alive, gone):
            store.add(tables.grants, account="osvi", worker_id=worker, slots=2, in_flight=1, at=1)
        assert self.waits(store, turn, max_in_flight=2) == "in_flight"
        assert self.waits(store, turn, max_in_flight=3) is None
        store.change(tables.accounts, tables.accounts.c.name == "osvi", ramp=1)
        assert self.waits(store, turn, max_in_flight=3) == "in_flight"

    @pytest.mark.parametrize(("lead", "reason"), [(60_000, "rate"), (100, None), (-60_000, None)])
    def test_rate(self, store, turn, lead, reason):
        store.account(tat=(store.now() + lead) * 1000)
        assert self.waits(store, turn, rate=10.0) == reason
        assert self.waits(store, turn, rate=None) is None

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ({"claimed": 2 * MINUTE}, "no_worker"),
            ({"claimed": 0, "lease": -1}, "no_worker"),
            ({"claimed": None, "started": 2 * MINUTE}, "no_worker"),
            ({"claimed": None, "started": 0}, None),
            ({"claimed": 1000}, None),
        ],
    )
    def test_no_worker(self, store, state, reason):
        store.worker(**state)
        _, (turn,) = store.conversation("T-1", ["queued"])
        assert self.waits(store, turn) == reason

    def test_a_claimed_one_waits_for_nothing(self, store, turn):
        store.account(closed_until=FOREVER, reason="operator")
        store.change(tables.schedule, tables.schedule.c.head == 1, ready_at=None, owner=77)
        assert self.waits(store, turn) is None
        store.change(tables.workers, tables.workers.c.name == "host:1", dead=True)
        assert self.waits(store, turn) == "no_worker"

    def test_a_list_asks_no_query_a_row(self, store, turn):
        statements: list[str] = []
        event.listen(store.database._reader, "before_cursor_execute", lambda *found: statements.append(found[2]))
        assert len(list(queries.turns(store.database))) == 1
        for_one = len(statements)
        for number in range(20):
            store.conversation(f"T-{number + 2}", ["queued", "queued"])
        statements.clear()
        assert len(list(queries.turns(store.database))) == 41
        assert len([text for text in statements if text.startswith("SELECT")]) <= for_one


def test_since_is_exact_to_the_millisecond():
    start = datetime(2026, 11, 21, 10, tzinfo=UTC)
    for ms in range(1000):
        assert millis(start + timedelta(milliseconds=ms)) == 1_795_255_200_000 + ms
