from __future__ import annotations

import json
import threading
import time

import pytest

from connector.cli.shared.sentences import sentence
from connector.errors import InvalidInput, NotFound, Overtaken, WrongState
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.queries.filters import TurnFilter
from connector.values import Change, TurnStatus
from tests.kit import actions
from tests.kit.storage_fixtures import MINUTE, Store

WEBHOOK = {"support": "webhook"}


@pytest.fixture
def store(database):
    found = Database(database)
    yield Store(found)
    found.dispose()


def test_a_retried_turn_goes_back_to_its_own_place(store):
    conversation, (_, failed, _) = store.conversation("T-1", ["answered", "failed", "answered"])

    done = actions.retry_turn(store.database, failed, actor="ann", channels=WEBHOOK)

    turn = store.turn(failed)
    assert (done.before, done.after, done.detail["revision"]) == (TurnStatus.FAILED, TurnStatus.QUEUED, 4)
    assert (turn.status, turn.revision, turn.tries, turn.delays) == ("queued", 4, 0, 0)
    assert (turn.reason, turn.ended_at, turn.settled_by) == (None, None, None)
    place = store.schedule(conversation)
    assert (place.head, place.claims) == (2, 0)
    assert place.ready_at <= store.now()
    assert store.rows(tables.trouble) == []
    assert store.rows(tables.replies) == []


def test_a_retried_turn_waits_behind_an_earlier_one_that_is_put_off(store):
    conversation, (queued, failed) = store.conversation("T-1", ["queued", "failed"])
    later = store.now() + MINUTE
    store.change(tables.turns, tables.turns.c.id == queued, due_at=later)
    store.change(tables.schedule, tables.schedule.c.conversation_id == conversation, ready_at=later)

    actions.retry_turn(store.database, failed, actor="ann")

    assert store.schedule(conversation).ready_at == later
    assert store.schedule(conversation).head == 1


def test_a_conversation_at_work_keeps_its_owner_and_is_not_made_ready(store):
    conversation, (failed, _) = store.conversation("T-1", ["failed", "sending"])

    actions.retry_turn(store.database, failed, actor="ann")

    place = store.schedule(conversation)
    assert (place.owner, place.ready_at, place.head) == (77, None, 1)


def test_a_retried_turn_of_a_handed_off_conversation_waits_for_the_person(store):
    conversation, (failed,) = store.conversation("T-1", ["failed"], status="handed_off", held="handed_off")

    actions.retry_turn(store.database, failed, actor="ann")

    place = store.schedule(conversation)
    assert (place.held, place.ready_at, place.head) == ("handed_off", None, 1)


@pytest.mark.parametrize(
    ("as_", "answer", "status", "baseline", "kinds"),
    [
        ("answered", "It was\x00 sent", "answered", None, []),
        ("resend", None, "queued", None, []),
        ("failed", None, "failed", None, ["failed"]),
    ],
)
def test_resolving_settles_the_doubt_and_lets_the_conversation_go_on(store, as_, answer, status, baseline, kinds):
    conversation, (doubtful, waiting) = store.conversation("T-1", ["unknown", "queued"], held="unknown")

    actions.resolve_turn(store.database, doubtful, as_, answer, actor="ann", channels=WEBHOOK)

    turn = store.turn(doubtful)
    assert (turn.status, turn.settled_by, turn.revision) == (status, "operator:ann", 4)
    assert (turn.ended_at is None) == (status == "queued")
    assert turn.answer == (None if answer is None else "It was\N{REPLACEMENT CHARACTER} sent")
    place = store.schedule(conversation)
    assert place.held is None
    assert place.ready_at <= store.now()
    assert store.row(tables.conversations, tables.conversations.c.id == conversation).baseline == baseline
    assert [row.kind for row in store.rows(tables.trouble)] == kinds
    replies = [(row.turn_id, row.turn_status, row.turn_revision) for row in store.rows(tables.replies)]
    assert replies == ([] if status == "queued" else [(doubtful, status, 4)])
    assert store.turn(waiting).status == "queued"


def test_resolving_one_doubt_keeps_a_conversation_with_another(store):
    conversation, (first, _) = store.conversation("T-1", ["unknown", "unknown"], held="unknown")
    actions.resolve_turn(store.database, first, "failed", actor="ann")
    assert store.schedule(conversation).held == "unknown"
    assert store.schedule(conversation).ready_at is None


def test_resolving_leaves_a_conversation_with_its_person(store):
    conversation, (doubtful,) = store.conversation("T-1", ["unknown"], status="handed_off", held="handed_off")
    actions.resolve_turn(store.database, doubtful, "resend", actor="ann")
    assert store.schedule(conversation).held == "handed_off"
    assert store.schedule(conversation).ready_at is None


@pytest.mark.parametrize(("as_", "answer"), [("answered", None), ("resend", "yes"), ("sent", None)])
def test_a_resolution_that_makes_no_sense_is_refused(store, as_, answer):
    _, (doubtful,) = store.conversation("T-1", ["unknown"], held="unknown")
    with pytest.raises(InvalidInput):
        actions.resolve_turn(store.database, doubtful, as_, answer, actor="ann")
    assert store.turn(doubtful).status == "unknown"


def test_cancelling_the_head_lets_the_next_one_go_now(store):
    conversation, (head, _) = store.conversation("T-1", ["queued", "queued"])
    store.change(tables.turns, tables.turns.c.id == head, due_at=store.now() + MINUTE)
    store.change(tables.schedule, tables.schedule.c.conversation_id == conversation, ready_at=store.now() + MINUTE)

    actions.cancel_turn(store.database, head, actor="ann", channels=WEBHOOK)

    turn = store.turn(head)
    assert (turn.status, turn.reason, turn.settled_by) == ("cancelled", "operator", "operator:ann")
    assert turn.ended_at is not None
    assert store.schedule(conversation).ready_at <= store.now()
    assert [row.turn_status for row in store.rows(tables.replies)] == ["cancelled"]


def test_a_conversation_without_open_turns_sleeps(store):
    conversation, (only,) = store.conversation("T-1", ["queued"])
    actions.cancel_turn(store.database, only, actor="ann")
    assert store.schedule(conversation).ready_at is None


def test_cancelling_behind_a_doubt_leaves_the_next_look_where_it_is(store):
    conversation, (_, queued) = store.conversation("T-1", ["unknown", "queued"])
    later = store.now() + MINUTE
    store.change(tables.schedule, tables.schedule.c.conversation_id == conversation, ready_at=later)
    actions.cancel_turn(store.database, queued, actor="ann")
    assert store.schedule(conversation).ready_at == later


@pytest.mark.parametrize(
    ("action", "status", "says"),
    [
        ("retry", "unknown", "use `turnwire turns resolve {id} --as answered|resend|failed`"),
        ("retry", "queued", "`turnwire turns cancel {id}`"),
        ("retry", "answered", "nothing is left to do"),
        ("retry", "cancelled", "`turnwire enqueue`"),
        ("resolve", "failed", "use `turnwire turns retry {id}`"),
        ("resolve", "sending", "cannot be called back"),
        ("cancel", "sending", "cannot be called back"),
        ("cancel", "unknown", "use `turnwire turns resolve {id}"),
    ],
)
def test_each_action_refuses_the_others_state_and_names_the_right_command(store, action, status, says):
    _, (turn,) = store.conversation("T-1", [status])
    with pytest.raises(WrongState) as caught:
        _act(store.database, action, turn)
    assert f"turn {turn} is {status}, not " in str(caught.value)
    assert says.format(id=turn) in sentence(caught.value)
    assert store.turn(turn).revision == 3
    assert store.rows(tables.audit) == []


def _act(database, action, turn, **more):
    arguments = ("resend",) if action == "resolve" else ()
    return getattr(actions, f"{action}_turn")(database, turn, *arguments, actor="ann", **more)


@pytest.mark.parametrize("status", ["failed", "unknown"])
def test_nothing_is_queued_in_a_closed_conversation(store, status):
    _, (turn,) = store.conversation("T-1", [status], status="closed", held="closed")
    with pytest.raises(WrongState, match="is closed"):
        _act(store.database, "retry" if status == "failed" else "resolve", turn)


@pytest.mark.parametrize("action", ["retry", "resolve", "cancel"])
def test_a_turn_that_is_not_there(store, action):
    with pytest.raises(NotFound, match="no turn 4711"):
        _act(store.database, action, 4711)


def test_the_revision_an_operator_looked_at_must_still_be_there(store):
    _, (turn,) = store.conversation("T-1", ["failed"])
    with pytest.raises(Overtaken, match=f"turn {turn} was changed by somebody else and is failed now"):
        actions.retry_turn(store.database, turn, actor="ann", revision=2)
    assert actions.retry_turn(store.database, turn, actor="ann", revision=3).detail["revision"] == 4


def test_every_action_leaves_an_audit_row(store):
    _, (turn,) = store.conversation("T-1", ["unknown"], held="unknown")
    actions.resolve_turn(store.database, turn, "failed", actor="ann")
    actions.retry_turn(store.database, turn, actor="bob")
    actions.cancel_turn(store.database, turn, actor="cyd")
    rows = [(row.actor, row.action, row.subject, json.loads(row.detail)) for row in store.rows(tables.audit)]
    assert rows == [
        ("ann", "resolve", f"turn:{turn}", {"from": "unknown", "to": "failed"}),
        ("bob", "retry", f"turn:{turn}", {"from": "failed", "to": "queued"}),
        ("cyd", "cancel", f"turn:{turn}", {"from": "queued", "to": "cancelled"}),
    ]


def test_a_celery_reply_needs_a_callback(store):
    _, (with_callback, without) = store.conversation("T-1", ["queued", "queued"])
    store.change(tables.events, tables.events.c.id == without, callback=None)
    wanted = TurnFilter(conversation="T-1")
    actions.cancel_turns(store.database, wanted, actor="ann", channels={"support": "celery"})
    assert [row.turn_id for row in store.rows(tables.replies)] == [with_callback]


def test_a_bulk_dry_run_counts_and_changes_nothing(store):
    _, (one,) = store.conversation("T-1", ["failed"])
    _, (two, _) = store.conversation("T-2", ["failed", "unknown"])
    found = actions.retry_turns(store.database, TurnFilter(), actor="ann", dry_run=True)
    assert found.detail == {"dry_run": True, "matched": (one, two), "changed": (), "skipped": ()}
    assert {store.turn(one).status, store.turn(two).status} == {"failed"}
    assert store.rows(tables.audit) == []


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (TurnFilter(), {"T-1", "T-2", "T-3", "T-4"}),
        (TurnFilter(statuses=(TurnStatus.FAILED,), route="sales"), {"T-2"}),
        (TurnFilter(account="synthflow"), {"T-3"}),
        (TurnFilter(conversation="T-1"), {"T-1"}),
        (TurnFilter(reason="max_attempts"), {"T-4"}),
        (TurnFilter(reason="lost"), {"T-1", "T-2", "T-3"}),
        (TurnFilter(older_than=60), {"T-3"}),
        (TurnFilter(route="nowhere"), set()),
    ],
)
def test_a_bulk_change_takes_what_the_filter_names(store, wanted, keys):
    ids = {
        "T-1": store.conversation("T-1", ["failed"])[1][0],
        "T-2": store.conversation("T-2", ["failed"], route="sales")[1][0],
        "T-3": store.conversation("T-3", ["failed"], account="synthflow", age=2 * MINUTE)[1][0],
        "T-4": store.conversation("T-4", ["failed"])[1][0],
    }
    store.change(tables.turns, tables.turns.c.id == ids["T-4"], reason="max_attempts: server_error")

    found = actions.retry_turns(store.database, wanted, actor="ann")

    assert set(found.detail["changed"]) == {ids[key] for key in keys}
    assert {key for key, id_ in ids.items() if store.turn(id_).status == "queued"} == keys


def test_a_bulk_change_goes_in_chunks_and_leaves_out_what_it_cannot_change(store, monkeypatch):
    monkeypatch.setattr("connector.storage.actions.bulk.CHUNK", 3)
    ids = [store.conversation(f"T-{number}", ["unknown", "queued"], held="unknown")[1][0] for number in range(7)]
    _, (closed, _) = store.conversation("T-9", ["unknown", "answered"], status="closed", held="closed")

    found = actions.resolve_turns(store.database, TurnFilter(), "resend", actor="ann")

    matched, changed = set(found.detail["matched"]), set(found.detail["changed"])
    assert (matched, changed, found.detail["skipped"]) == ({*ids, closed}, set(ids), (closed,))
    assert len(store.rows(tables.audit)) == 7
    assert all(row.ready_at is not None for row in store.rows(tables.schedule, tables.schedule.c.held.is_(None)))


def test_a_bulk_change_refuses_the_others_status(store):
    with pytest.raises(WrongState, match="retry is for failed turns, not unknown ones") as caught:
        actions.retry_turns(store.database, TurnFilter(statuses=(TurnStatus.UNKNOWN,)), actor="ann")
    assert "`turnwire turns resolve --status unknown --as" in sentence(caught.value)


def test_of_two_operators_one_wins_and_the_other_is_told(postgres_database):
    """The second one has looked already when the first one commits, so it must be told that it was overtaken."""
    first, second = Database(postgres_database), Database(postgres_database)
    store = Store(first)
    _, (turn,) = store.conversation("T-1", ["failed"])
    results: list[object] = []

    def retry() -> None:
        try:
            results.append(actions.retry_turn(second, turn, actor="bob"))
        except (Overtaken, WrongState) as error:
            results.append(error)

    with first.transaction() as connection:
        owner = connection.execute(tables.turns.select().where(tables.turns.c.id == turn)).one().conversation_id
        held = tables.schedule.select().where(tables.schedule.c.conversation_id == owner)
        connection.execute(held.with_for_update())
        other = threading.Thread(target=retry)
        other.start()
        _wait_until_blocked(first)
        connection.execute(tables.turns.update().where(tables.turns.c.id == turn).values(status="queued", revision=4))
    other.join()

    assert [type(result) for result in results] == [Overtaken]
    assert store.turn(turn).revision == 4
    first.dispose()
    second.dispose()


def test_many_operators_at_once_change_a_turn_once(database):
    databases = [Database(database) for _ in range(4)]
    store = Store(databases[0])
    _, (turn,) = store.conversation("T-1", ["unknown"], held="unknown")
    results: list[object] = []
    start = threading.Barrier(4)

    def resolve(mine: Database, as_: str) -> None:
        start.wait()
        try:
            results.append(actions.resolve_turn(mine, turn, as_, actor=as_))
        except (Overtaken, WrongState) as error:
            results.append(error)

    threads = [
        threading.Thread(target=resolve, args=(mine, as_))
        for mine, as_ in zip(databases, ["resend", "failed"] * 2, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 4
    assert sum(isinstance(result, Change) for result in results) == 1
    assert len(store.rows(tables.audit)) == 1
    for one in databases:
        one.dispose()


def _wait_until_blocked(database: Database) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with database.reading() as connection:
            waiting = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).scalar_one()
        if waiting:
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits for the lock")
