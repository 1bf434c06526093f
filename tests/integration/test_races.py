"""Every pair of transactions on PostgreSQL, one stopped before each of its statements while the other one runs.

SQLite lets writers in one at a time and has no such races. After each meeting: no deadlock, one of them won or both
fit, and what must hold between transactions does. Then everything that is left is sent, so nothing sleeps for ever.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, text

from connector.channels.events.schema import content_hash
from connector.errors import LeaseLost, Overtaken, WrongState
from connector.services.receive import Receiver
from connector.storage import tables
from connector.storage.conversations.outbox import Called, Outbox
from connector.storage.core.database import Database
from connector.storage.receive.bulk import BulkIntake, Chunk
from connector.storage.receive.events import Intake, NewEvent
from connector.storage.send import maintenance, workers
from connector.storage.send.claims import Claimed, Claims
from connector.storage.send.marks import Marks
from connector.storage.send.outcomes import Records
from connector.values import RESUMING, CallResult, Event, OutboxKind, OutboxStatus
from tests.integration.conftest import opened
from tests.kit import actions
from tests.kit.engine import EngineKit
from tests.kit.storage import ANSWERED, CHANNELS, HANDS, HELD, ROUTES, StorageKit, emptied

T = TypeVar("T")
PATIENCE = 60.0


class Stepped:
    """A database whose transactions stop at their ``at``-th turning point until told to go on.

    Those are its beginning, and after each statement that takes a lock. Nothing is repeated: a deadlock, which
    :meth:`Database.write` would survive by trying again, fails the test.
    """

    def __init__(self, database: Database, at: int = 0) -> None:
        self.dialect, self.insert, self.reading = database.dialect, database.insert, database.reading
        self.load, self.named = database.load, database.named
        self._database, self._at = database, at
        self._seen = 0
        self._locking = True
        self.pid = 0
        self.stopped, self.go_on = threading.Event(), threading.Event()

    def write(self, use: Callable[[Connection], T]) -> T:
        with self._database.writer.connect() as connection, connection.begin():
            self.pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            event.listen(connection, "before_cursor_execute", self._before)
            try:
                result = use(connection)
            finally:
                event.remove(connection, "before_cursor_execute", self._before)
            self._step()
            return result

    def _before(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        self._step()
        self._locking = " FOR " in statement or not statement.lstrip().startswith("SELECT")

    def _step(self) -> None:
        self._seen += self._locking
        self._locking = False
        if self._seen == self._at:
            self.stopped.set()
            assert self.go_on.wait(PATIENCE)


class Joined:
    """A database whose transactions are all part of one: a scene is set in a single commit."""

    def __init__(self, database: Database) -> None:
        self.dialect, self.insert, self.url = database.dialect, database.insert, database.url
        self._database = database
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._database.transaction() as self._connection:
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        assert self._connection is not None
        yield self._connection

    def write(self, use: Callable[[Connection], T]) -> T:
        assert self._connection is not None
        return use(self._connection)


class Runner(threading.Thread):
    """One transaction on a thread; what it raised, beyond the refusals of who comes second, is kept."""

    def __init__(self, use: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._use = use
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._use()
        except (LeaseLost, WrongState, Overtaken):
            pass
        except BaseException as error:  # noqa: BLE001 - shown by the test
            self.error = error


Act = Callable[[StorageKit, Any, "Scene"], object]


class Scene:
    """A conversation with two turns in a certain state, and who works on it."""

    def __init__(self, kit: StorageKit, state: str) -> None:
        self.first, self.second = kit.receive("T-1", "one", "two")
        self.other = kit.worker()
        self.owner = kit.worker()
        self.conversation = kit.conversation("T-1").id
        self.claimed: Claimed | None = None
        if state == "ready":
            return
        if state == "with_a_person":
            kit.change(tables.conversations, chat_id="chat-1")
            actions.hand_off_conversation(kit.database, self.conversation, actor="ann", hands=HANDS)
            items = kit.outbox.claim(self.owner, ["osvi"], 5)
            (self.item,) = [item for item in items if item.kind is OutboxKind.HOLD]
            return
        (self.claimed,) = kit.claim(self.owner)
        if state == "claimed":
            return
        kit.mark(self.claimed)
        self.sent = kit.settled(self.claimed, ANSWERED)
        if state == "sending":
            return
        kit.die(self.owner)
        self.dead, self.owner = self.owner, kit.worker()
        (self.claimed,) = kit.claim(self.owner)
        self.look = kit.settled(self.claimed, HELD)


def claim(kit: StorageKit, database: Any, scene: Scene) -> object:
    return Claims(database).claim(scene.other, kit.wishes(), 10)


def mark(kit: StorageKit, database: Any, scene: Scene) -> object:
    return Marks(database).mark(scene.owner, [scene.first])


def record(kit: StorageKit, database: Any, scene: Scene) -> object:
    Records(database, CHANNELS).record([scene.sent])
    return None


def record_look(kit: StorageKit, database: Any, scene: Scene) -> object:
    Records(database, CHANNELS).record([scene.look])
    return None


def sweep(kit: StorageKit, database: Any, scene: Scene) -> object:
    return workers.sweep(database, CHANNELS)


def receive(kit: StorageKit, database: Any, scene: Scene) -> object:
    mine = StorageKit.__new__(StorageKit)
    mine.__dict__.update(kit.__dict__, intake=Intake(database, ROUTES))
    return mine.receive("T-1", "three", "four", priority=9, source=f"door-{id(database)}")


def ingest(kit: StorageKit, database: Any, scene: Scene) -> object:
    """The fast way for files: two more messages of the conversation, and one that opens another."""
    events = [kit.event(key, "x", source=f"file-{id(database)}") for key in ("T-1", "T-1", "T-2")]
    entries = [NewEvent(event=event, hash=content_hash(event)) for event in events]
    intake = Intake(database, ROUTES)
    return BulkIntake(database, intake).store(Chunk.of(entries)) or intake.store(entries)


def cancel(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.cancel_turn(database, scene.first, actor="ann", channels=CHANNELS)


def cancel_next(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.cancel_turn(database, scene.second, actor="ann", channels=CHANNELS)


def hand_off(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.hand_off_conversation(database, scene.conversation, actor="ann")


def record_outside(kit: StorageKit, database: Any, scene: Scene) -> object:
    item = scene.item
    done = Called(
        item_id=item.id,
        conversation_id=item.conversation_id,
        number=item.attempt,
        result=CallResult(),
        status=OutboxStatus.DONE,
    )
    Outbox(database).record(scene.owner, [done])
    return None


def resume(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.resume_conversation(
        database, scene.conversation, actor="ann", answer_waiting=True, channels=CHANNELS, hands=HANDS
    )


def close(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.close_conversation(database, scene.conversation, actor="ann", channels=CHANNELS, hands=HANDS)


def take_back(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.cancel_outbox(database, scene.item.id, actor="ann")


def resolve(kit: StorageKit, database: Any, scene: Scene) -> object:
    return actions.resolve_turn(database, scene.first, "resend", actor="ann", channels=CHANNELS)


def hand_off_unknown(kit: StorageKit, database: Any, scene: Scene) -> object:
    return maintenance.hand_off_unknown(database, {"support": -60.0})


SCENES: dict[str, list[Act]] = {
    "ready": [claim, receive, ingest, cancel, hand_off],
    "claimed": [mark, sweep, receive, cancel, hand_off],
    "sending": [record, sweep, ingest, cancel_next, hand_off],
    "doubted": [record, record_look, sweep, receive, resolve, hand_off_unknown],
    "with_a_person": [record_outside, sweep, receive, resume, close, take_back],
}
PAIRS = [(state, first) for state, acts in SCENES.items() for first in acts]


@contextmanager
def watching(database: Database) -> Iterator[Callable[[int], bool]]:
    """A look at whether a backend waits for a lock."""
    query = text("SELECT wait_event_type FROM pg_stat_activity WHERE pid = :pid")
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield lambda pid: connection.execute(query, {"pid": pid}).scalar_one_or_none() == "Lock"


def meet(kit: StorageKit, scene: Scene, first: Act, second: Act, at: int) -> bool:
    """Run ``first`` up to its statement ``at``, then ``second`` until it is done or waits; False if there is none."""
    one, two = Stepped(kit.database, at), Stepped(kit.database)
    early = Runner(lambda: first(kit, one, scene))
    early.start()
    while not one.stopped.wait(0.001) and early.is_alive():
        pass
    late = Runner(lambda: second(kit, two, scene))
    if one.stopped.is_set():
        late.start()
        with watching(kit.database) as waits:
            while late.is_alive() and not (two.pid and waits(two.pid)):
                late.join(0.001)
        one.go_on.set()
        late.join(PATIENCE)
    early.join(PATIENCE)
    assert not early.is_alive()
    assert not late.is_alive()
    assert (early.error, late.error) == (None, None)
    return one.stopped.is_set()


def finish(kit: StorageKit) -> None:
    """Everything that is left happens: the dead are swept, and what is ready is sent."""
    kit.change(tables.workers, expires_at=0)
    workers.sweep(kit.database, CHANNELS)
    worker, wishes = kit.worker(), kit.wishes()
    while items := kit.outbox.claim(worker, ["osvi", "synthflow"], 10):
        for item in items:
            done = Called(
                item_id=item.id,
                conversation_id=item.conversation_id,
                number=item.attempt,
                result=CallResult(),
                status=OutboxStatus.DONE,
            )
            kit.outbox.record(worker, [done])
    while taken := kit.claims.claim(worker, wishes, 10):
        for claimed in taken:
            if claimed.turn is None:
                kit.records.release_empty(worker, [claimed.conversation_id])
            elif claimed.turn.status == "unknown" or kit.mark(claimed) is not None:
                kit.record((claimed, HELD if claimed.turn.status == "unknown" else ANSWERED))
    place = kit.place("T-1")
    assert place.ready_at is None
    assert place.owner is None
    assert place.held != RESUMING
    if place.held is None:
        assert not [turn for turn in kit.check() if turn.status not in {"answered", "failed", "cancelled"}]


@pytest.mark.parametrize(("state", "first"), PAIRS, ids=[f"{state}-{act.__name__}" for state, act in PAIRS])
def test_any_two_transactions_may_meet_anywhere(postgres_store, state, first):
    kit = postgres_store
    joined: Any = Joined(kit.database)
    with joined.transaction():
        setting = StorageKit(joined)
    for second in SCENES[state]:
        for at in count(1):
            with joined.transaction():
                emptied(joined)
                scene = Scene(setting, state)
                if sweep in {first, second}:
                    setting.change(tables.workers, tables.workers.c.id == scene.owner, expires_at=0)
            if not meet(kit, scene, first, second, at):
                break
            turns = kit.check()
            marks = [row for row in kit.rows(tables.attempts) if row.turn_id == scene.first]
            assert len(marks) <= 1, "nothing here sends twice"
            acts = [first, second]
            assert len(turns) == 2 + 2 * acts.count(receive) + 3 * acts.count(ingest)
            if at == 1:
                finish(kit)


def test_whoever_comes_second_is_told(postgres_store):
    """Two operators settle one doubt at once: one wins, the other learns of it."""
    kit = postgres_store
    scene = Scene(kit, "doubted")
    outcomes: list[str] = []

    def settle(as_: str) -> Act:
        def use(kit: StorageKit, database: Any, scene: Scene) -> object:
            try:
                actions.resolve_turn(database, scene.first, as_, actor=as_, channels=CHANNELS)
            except (Overtaken, WrongState) as error:
                outcomes.append(type(error).__name__)
                raise
            outcomes.append(as_)
            return None

        return use

    assert meet(kit, scene, settle("failed"), settle("resend"), at=4)
    # Who comes second may say so before the first one does.
    assert sorted(outcomes) in (["Overtaken", "failed"], ["WrongState", "failed"])
    assert kit.turn(scene.first).status == "failed"
    assert len(kit.rows(tables.audit)) == 1


def test_claims_at_once_share_the_work_and_take_nothing_twice(postgres_store):
    kit = postgres_store
    for number in range(40):
        kit.receive(f"T-{number}", "x")
    taken: list[int] = []

    def grab() -> None:
        owner = kit.worker()
        while found := kit.claim(owner, 3):
            taken.extend(claimed.conversation_id for claimed in found)

    threads = [Runner(grab) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert thread.error is None
    assert len(taken) == len(set(taken)) == 40


CROWD = [(("osvi", "synthflow")[number % 2], f"C{number}") for number in range(8)]
ROUNDS = 12


def door(kit: EngineKit, name: str, order: int) -> None:
    """One of several doors, which go through the same conversations in their own order."""
    for turn in range(ROUNDS):
        batch = [
            Event(source=name, id=f"{key}/{turn}", route=route, conversation=key, text=f"{key} {name} {turn}")
            for route, key in CROWD[::order]
        ]
        Receiver(wiring=kit.wiring).receive(batch)


def restless(kit: EngineKit) -> None:
    """An operator who cancels, hands off and resumes at random."""
    chance = random.Random(7)
    for _ in range(60):
        turns = [turn for turn in kit.turns() if turn.status == "queued"]
        found = kit.rows(tables.conversations)
        with contextlib.suppress(WrongState, Overtaken):
            if turns and chance.random() < 0.3:
                actions.cancel_turn(kit.database, chance.choice(turns).id, actor="ann")
            elif found and chance.random() < 0.5:
                actions.hand_off_conversation(kit.database, chance.choice(found).id, actor="ann")
            elif found:
                actions.resume_conversation(kit.database, chance.choice(found).id, actor="ann", answer_waiting=True)


def deadlocks(url: str) -> int:
    """Those that PostgreSQL has counted; trying again hides them from everybody else."""
    database = opened(url)
    query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with database.reading() as connection:
        found = connection.execute(query).scalar_one()
    database.dispose()
    return int(found)


def test_engines_doors_and_operators_at_once_never_lock_each_other_up(postgres_database, turnwire_sandbox, tmp_path):
    accounts = {name: {"max_in_flight": 20} for name in ("osvi", "synthflow")}
    with EngineKit(postgres_database, turnwire_sandbox, tmp_path, accounts=accounts) as kit, kit.second() as other:
        turnwire_sandbox.update_settings(latency_s=0.005)
        hands = [Runner(lambda: door(kit, "a", 1)), Runner(lambda: door(kit, "b", -1)), Runner(lambda: restless(kit))]
        with other.working():
            for hand in hands:
                hand.start()
            while any(hand.is_alive() for hand in hands):
                kit.engine.run_slice(0.2)
        assert [hand.error for hand in hands] == [None] * 3
        for row in kit.rows(tables.conversations, tables.conversations.c.status == "handed_off"):
            actions.resume_conversation(kit.database, row.id, actor="ann", answer_waiting=True)
        kit.settle()

        assert kit.statuses().keys() <= {"answered", "cancelled"}
        assert sum(kit.statuses().values()) == 2 * len(CROWD) * ROUNDS
        texts = kit.processed()
        assert len(texts) == len(set(texts)) == kit.statuses()["answered"]
        assert turnwire_sandbox.summary()["concurrent"] == 0
        for _, key in CROWD:
            sent = [turn.text for turn in kit.turns(key) if turn.status == "answered"]
            assert [text for text in texts if text.startswith(f"{key} ")] == sent
    assert deadlocks(postgres_database) == 0
