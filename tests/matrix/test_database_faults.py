"""What may happen to the database: what was committed counts, what was not is said to be refused or is tried again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.services.tick import tick
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.receive.events import NewEvent
from connector.values import Event, EventStatus
from tests.kit import actions
from tests.kit.matrix.kit import Play, outcomes
from tests.kit.matrix.proxy import proxy
from tests.kit.matrix.recorder import Matrix
from tests.kit.matrix.servers import AT_ONCE, FAST, Postgres, running, wait_until
from tests.kit.matrix.stage import ROUTE, Stage, all_answered, in_flight, stage, working
from tests.storm.surroundings import Manner, clean_environment

TURNS, TALKS = 12, 12

OTHERS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""Ends every other session on the database."""


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A cluster that only this test uses."""
    # Not in pytest's own folder: each run that starts closes that one to other users, PostgreSQL's among them.
    with TemporaryDirectory(prefix="turnwire-postgres-") as folder, running(Postgres(Path(folder))) as server:
        yield server


@pytest.fixture
def own_database(own_postgres: Postgres) -> str:
    """A migrated database on it."""
    url = own_postgres.create("turnwire")
    upgrade(psycopg_url(url))
    return url


def psycopg_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def plain(url: str) -> str:
    """Without TLS, so that the proxy can read along."""
    return f"{url}?sslmode=disable"


def what(lines: list[Any], name: str) -> str:
    """The first line of our log with that event, as an operator reads it."""
    found = [line for line in lines if line["event"] == name]
    assert found, f"no {name} in {lines}"
    return f"log: {name}: {found[0].get('error', '')}"


# --- PostgreSQL away -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outage:
    """When PostgreSQL was away; milliseconds since 1970, by the clock that it shares with the test."""

    begin: float
    end: float


def long_enough(played: Stage) -> None:
    """Wait until the sandbox has nothing in hand, and a lease of two seconds is over."""
    over = time.monotonic() + 2.5
    played.comes(lambda: in_flight(played) == 0 and time.monotonic() > over, "calls and lease end")


def restart(server: Postgres, how: signal.Signals, meanwhile: Callable[[], None] | None = None) -> Outage:
    begin = time.time() * 1000
    server.stop(how)
    if meanwhile is not None:
        meanwhile()
    server.start()
    return Outage(begin, time.time() * 1000)


def open_at(attempt: Any, outages: list[Outage]) -> bool:
    """Whether a send was under way when PostgreSQL went away."""
    return any(
        attempt.started_at <= outage.end and (attempt.ended_at is None or attempt.ended_at >= outage.begin)
        for outage in outages
    )


@pytest.mark.slow
def test_restarted_at_random(tmp_path, turnwire_sandbox, own_postgres, own_database, matrix: Matrix):
    row = matrix.row(
        "D1", injected="6 restarts at random, fast and immediate, one for longer than the lease, while 240 turns run"
    )
    chance, turns = random.Random(11), 240
    manner = Manner(deadline=10.0, grace=2.0, lease=2.0, in_flight=90)
    with stage(tmp_path, turnwire_sandbox, own_database, "embedded", latency=0.8, manner=manner, workers=0) as played:
        played.ask(turns, 40)
        played.crew.start()
        outages, swept = [], 0
        for number in range(6):
            played.busy(10)
            time.sleep(chance.uniform(0.0, 0.7))
            meanwhile = partial(long_enough, played) if number == 3 else None
            outages.append(restart(own_postgres, (FAST, AT_ONCE)[number % 2], meanwhile))
            # Quicker than the worker, which may take a while to find its way back: it is declared dead if it can be.
            swept += tick(played.wiring).swept
        played.comes(lambda: played.still() and "sending" not in played.statuses(), "all final or unknown")
        unknown = [turn for turn in played.turns() if turn["status"] == "unknown"]
        with played.database.reading() as connection:
            sends = connection.execute(
                select(tables.attempts)
                .join(tables.turns, tables.turns.c.id == tables.attempts.c.turn_id)
                .where(tables.turns.c.status == "unknown", tables.attempts.c.number == tables.turns.c.last_send)
            ).all()
        assert len(sends) == len(unknown)
        assert all(open_at(attempt, outages) for attempt in sends)
        told = f"{len(unknown)} of {turns} unknown, under way at a restart; worker declared dead {swept} times"
        settle(played)
        played.answered(turns)
        assert played.crew.started[0].lives
        row.saw(turns=played.wiring, posts=played.once_each(turns), operator=told)


def settle(played: Stage) -> None:
    """Say of doubtful turns what the provider's log says of them, until there are none."""

    def none_left() -> bool:
        processed = {line["text"] for line in played.heard() if line["processed"]}
        for turn in played.turns():
            if turn["status"] == "unknown":
                done = turn["text"] in processed
                answer = ("answered", "said on the phone") if done else ("resend", None)
                actions.resolve_turn(played.database, int(turn["id"]), *answer, actor="matrix")
        return played.still()

    played.comes(none_left, "nothing is in doubt")


def test_away_at_rest(tmp_path, turnwire_sandbox, own_postgres, own_database, matrix: Matrix):
    row = matrix.row("D2", injected="PostgreSQL stopped while nothing is under way, then started")
    with stage(tmp_path, turnwire_sandbox, own_database, "embedded") as played:
        played.ask(1, 1)
        played.answered(1)
        own_postgres.stop(FAST)
        with pytest.raises(DatabaseUnavailable):
            played.receive(ROUTE, "c1", "is anybody there?")
        command = [sys.executable, "-m", "connector.cli", "--config", str(tmp_path / "turnwire.toml"), "status"]
        environ = clean_environment()
        looked = subprocess.run(command, check=False, capture_output=True, text=True, env=environ, timeout=60)
        assert looked.returncode == 1
        assert "database: connection failed" in looked.stderr
        played.comes(lambda: bool(played.logged("tick.failed")), "the worker notices")
        own_postgres.start()
        played.ask(TURNS, TALKS)
        played.answered(TURNS + 1)
        assert played.crew.started[0].lives
        told = "turnwire status: exit 1, the database does not answer; receiving refuses (DatabaseUnavailable)"
        row.saw(turns=played.wiring, posts=played.once_each(TURNS + 1), operator=told)


def test_away_between_answer_and_record(tmp_path, turnwire_sandbox, postgres_database, matrix: Matrix):
    row = matrix.row(
        "D3", injected="every connection reset and refused while the provider works", case="within the lease"
    )
    url = plain(postgres_database)
    with (
        proxy(postgres_database) as way,
        stage(tmp_path, turnwire_sandbox, url, "embedded", via=[way.url(url)], latency=1.0) as played,
    ):
        played.ask(TURNS, TALKS)
        played.busy(TURNS)
        way.refuse()
        played.comes(lambda: bool(played.logged("turn.record_again")), "answers wait to be recorded")
        assert played.statuses() == {"sending": TURNS}
        way.admit()
        played.answered(TURNS)
        assert all(outcomes(turn, "send") == ["answered"] for turn in played.turns())
        row.saw(turns=played.wiring, posts=played.once_each(TURNS), operator=played.says("turn.record_again"))


def test_away_for_longer_than_the_lease(tmp_path, turnwire_sandbox, postgres_database, matrix: Matrix):
    row = matrix.row("D3", injected="the same, and another program's tick meanwhile", case="longer than the lease")
    url = plain(postgres_database)
    manner = Manner(deadline=20.0, grace=2.0, lease=2.0, in_flight=60)
    with (
        proxy(postgres_database) as way,
        stage(tmp_path, turnwire_sandbox, url, "embedded", via=[way.url(url)], latency=1.0, manner=manner) as played,
    ):
        played.ask(TURNS, TALKS)
        played.busy(TURNS)
        way.refuse()

        def swept() -> bool:
            tick(played.wiring)
            return played.statuses() == {"unknown": TURNS}

        played.comes(swept, "its turns are in doubt")
        way.admit()
        played.answered(TURNS)
        told = f"{TURNS} unknown (worker_lost) until the late answers come in; {played.says('turn.record_again')}"
        row.saw(turns=played.wiring, posts=played.once_each(TURNS), operator=told)


def answers(played: Stage, count: int) -> bool:
    """Whether the sandbox has given so many."""
    return sum(line["http_status"] is not None for line in played.heard()) >= count


def test_backends_terminated(tmp_path, turnwire_sandbox, postgres_database, matrix: Matrix):
    import psycopg

    row = matrix.row(
        "D3", injected="pg_terminate_backend on all, eight times, each as an answer comes", case="terminated"
    )
    with (
        psycopg.connect(postgres_database, autocommit=True) as session,
        stage(tmp_path, turnwire_sandbox, postgres_database, "embedded", latency=0.5) as played,
    ):
        played.ask(2 * TURNS, TALKS)
        played.busy()
        for times in range(1, 9):
            wait_until(partial(answers, played, times), "one more answer")
            session.execute(OTHERS)
        played.answered(2 * TURNS)
        row.saw(turns=played.wiring, posts=played.once_each(2 * TURNS))


def test_read_only_for_a_while(tmp_path, turnwire_sandbox, postgres_database, matrix: Matrix):
    import psycopg

    injected = "sessions ended and the database made read-only while the provider works, as in a switch to a standby"
    row = matrix.row("D3", injected=injected, case="read-only")
    with (
        psycopg.connect(postgres_database, autocommit=True) as session,
        stage(tmp_path, turnwire_sandbox, postgres_database, "embedded", latency=1.0) as played,
    ):
        played.ask(TURNS, TALKS)
        played.busy(TURNS)
        (name,) = session.execute("SELECT current_database()").fetchone() or ("",)
        session.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        session.execute(OTHERS)
        played.comes(lambda: bool(played.logged("turn.record_again")), "answers wait to be recorded")
        session.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        session.execute(OTHERS)
        played.answered(TURNS)
        assert all(outcomes(turn, "send") == ["answered"] for turn in played.turns())
        row.saw(turns=played.wiring, posts=played.once_each(TURNS), operator=played.says("turn.record_again"))


# --- conflicts -------------------------------------------------------------------------------------------------------


def both(play: Play, when: str) -> None:
    """A message for each of two conversations, in one transaction."""
    events = [
        Event(source="matrix", id=f"{key} {when}", route="support", conversation=key, text=f"{key} {when}")
        for key in ("first", "second")
    ]
    Receiver(wiring=play.wiring).receive(events)


def test_deadlock(plays, postgres_database, matrix: Matrix):
    import psycopg

    row = matrix.row("D4", injected="another session locks two conversations in the opposite order")
    play = plays.at(postgres_database, "osvi")
    both(play, "morning")
    lock = "SELECT 1 FROM schedule WHERE conversation_id = (SELECT id FROM conversations WHERE key = %s) FOR UPDATE"
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with (
        psycopg.connect(postgres_database, autocommit=True) as onlooker,
        psycopg.connect(postgres_database) as other,
        ThreadPoolExecutor(1) as threads,
    ):
        # Whoever waits this long looks for a deadlock and gives way, so it is ours.
        other.execute("SET deadlock_timeout = '1min'")
        other.execute(lock, ["second"])
        ours = threads.submit(both, play, "evening")
        wait_until(lambda: onlooker.execute(waiting).fetchone() == (1,), "ours waits for the other")
        other.execute(lock, ["first"])
        other.commit()
        ours.result(60)
        wait_until(lambda: (onlooker.execute(deadlocks).fetchone() or (0,))[0] == 1, "the deadlock is counted")
    play.run()
    assert [turn["position"] for turn in play.turns()] == [1, 1, 2, 2]
    row.saw(turns=play.wiring, posts=all_answered(play, 4), operator="nothing")


def test_serialisation_failure(plays, postgres_database, matrix: Matrix):
    import psycopg

    row = matrix.row(
        "D5", injected="receiving made SERIALIZABLE, another session changes what it has read", case="repeated"
    )
    play = plays.at(postgres_database, "osvi")
    both(play, "morning")
    event = Event(source="matrix", id="again", route="support", conversation="first", text="first evening")
    tries: list[int] = []

    def receive(connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        connection.execute(select(tables.schedule)).all()
        if not tries:
            with psycopg.connect(postgres_database) as other:
                other.execute("UPDATE schedule SET claims = claims")
        tries.append(len(tries))
        play.wiring.intake.store_in(connection, [NewEvent(event=event, hash="1")])

    play.database.write(receive)
    assert tries == [0, 1]
    play.run()
    row.saw(turns=play.wiring, posts=all_answered(play, 3), operator="nothing")


def test_serialisable_by_default(plays, postgres_database, matrix: Matrix):
    import psycopg

    injected = "the database SERIALIZABLE by default, two other programs write the same rows all the time"
    row = matrix.row("D5", injected=injected, case="whole path")
    with psycopg.connect(postgres_database, autocommit=True) as session:
        (name,) = session.execute("SELECT current_database()").fetchone() or ("",)
        session.execute(f'ALTER DATABASE "{name}" SET default_transaction_isolation = serializable')
    play = plays.at(postgres_database, "osvi")
    with play.database.reading() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"
    play.receive_all("support", [f"question {number}" for number in range(TURNS)])
    ends = threading.Event()

    def write() -> None:
        changes = ("accounts SET streak = streak", "schedule SET tail = tail", "workers SET name = name")
        with psycopg.connect(postgres_database, autocommit=True) as session:
            while not ends.is_set():
                for change in changes:
                    with suppress(psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
                        session.execute(f"UPDATE {change}")

    with ThreadPoolExecutor(2) as threads:
        others = [threads.submit(write) for _ in range(2)]
        try:
            with working(play):
                posts = all_answered(play, TURNS)
        finally:
            ends.set()
        for other in others:
            other.result()
    row.saw(turns=play.wiring, posts=posts, operator="nothing")


# --- a commit whose outcome nobody hears -----------------------------------------------------------------------------

MARK, RECORD, EVENT = b"last_send=(turns.attempts", b"UPDATE turns SET status=b.status", b"INSERT INTO events"


@pytest.mark.parametrize("heard", [False, True], ids=["not applied", "applied"])
@pytest.mark.parametrize("statement", [MARK, RECORD], ids=["mark", "record"])
def test_cut_at_commit(plays, postgres_database, statement, heard, matrix: Matrix):
    place = {MARK: "mark", RECORD: "record"}[statement]
    case = f"{place}, {'applied' if heard else 'not applied'}"
    row = matrix.row("D6", injected=f"connection cut {'after' if heard else 'before'} COMMIT", case=case)
    url = plain(postgres_database)
    with proxy(postgres_database) as way, capture_logs() as lines:
        play = plays.at(way.url(url), "osvi")
        trap = way.trap(after=statement, at=b"COMMIT", heard=heard)
        play.receive("support", "T-1", "exactly once, please")
        play.run()
        assert trap.sprung.is_set()
        turn = play.turn("exactly once, please")
        sends = outcomes(turn, "send")
        # A mark that was applied though nobody heard of it is settled as not sent by whoever made it.
        assert sends == (["not_sent", "answered"] if (place, heard) == ("mark", True) else ["answered"])
        told = what(lines, "turn.record_again") if place == "record" else f"attempts: {', '.join(sends)}"
        row.saw(turns=[turn], posts=all_answered(play, 1), operator=told)
        play.stop()


@pytest.mark.parametrize("heard", [False, True], ids=["not applied", "applied"])
def test_cut_at_the_commit_of_receiving(plays, postgres_database, heard, matrix: Matrix):
    case = f"receiving, {'applied' if heard else 'not applied'}"
    row = matrix.row("D6", injected=f"connection cut {'after' if heard else 'before'} COMMIT", case=case)
    url = plain(postgres_database)
    with proxy(postgres_database) as way:
        play = plays.at(way.url(url), "osvi")
        trap = way.trap(after=EVENT, at=b"COMMIT", heard=heard)
        with pytest.raises(DatabaseUnavailable):
            play.receive("support", "T-1", "did you get this?", id="m-1")
        assert trap.sprung.is_set()
        (again,) = play.receive("support", "T-1", "did you get this?", id="m-1")
        assert again.status is (EventStatus.DUPLICATE if heard else EventStatus.ACCEPTED)
        play.run()
        told = f"whoever handed it in: not stored, then {again.status}"
        row.saw(turns=play.wiring, posts=all_answered(play, 1), operator=told)
        play.stop()


@pytest.mark.parametrize("statement", [MARK, RECORD], ids=["mark", "record"])
def test_told_to_quit_inside_a_commit(
    postgres_database, redis_url, turnwire_sandbox, tmp_path, statement, matrix: Matrix
):
    place = {MARK: "mark", RECORD: "record"}[statement]
    row = matrix.row("W10", injected="SIGQUIT while a COMMIT is on its way, its connection cut", case=place)
    with (
        proxy(postgres_database) as way,
        stage(
            tmp_path, turnwire_sandbox, postgres_database, redis_url, via=[way.url(postgres_database)], workers=0
        ) as played,
    ):
        played.ask(4, 2)
        trap = way.trap(after=statement, at=b"COMMIT", heard=True)
        worker = played.crew.start()
        assert trap.sprung.wait(60)
        worker.signal(signal.SIGQUIT)
        worker.wait(60)
        quit_at = played.statuses()
        played.crew.start()
        played.comes(lambda: set(played.statuses()) <= {"answered", "unknown", "queued"}, "nothing is under way")
        played.comes(lambda: sum(number for _, number in settled(played)) == 4 or held(played), "all that can be")
        posts = [line for line in played.heard() if line["processed"]]
        assert max(Counter(line["text"] for line in posts).values()) == 1
        row.saw(
            turns=played.wiring, posts="at most 1 each", operator=f"at the exit: {quit_at}; then {played.statuses()}"
        )


def settled(played: Stage) -> list[tuple[str, int]]:
    return [(status, number) for status, number in played.statuses().items() if status == "answered"]


def held(played: Stage) -> bool:
    """Whether what is queued waits for a turn that nobody can settle but a person."""
    waiting = [turn["waiting_for"] for turn in played.turns() if turn["status"] == "queued"]
    return "unknown" in played.statuses() and set(waiting) <= {"predecessor_unknown"}


# --- too few connections ----------------------------------------------------------------------


def test_pool_exhausted(plays, postgres_database, turnwire_sandbox, matrix: Matrix):
    row = matrix.row(
        "D7", injected="a pool of 6, 5 of them taken, for 50 turns; then the last one too, while calls run"
    )
    turnwire_sandbox.update_settings(latency_s=0.3)
    play = plays.at(postgres_database, "osvi")
    small = Database(play.wiring.settings.database.sqlalchemy_url, pool_size=1)
    pool: Any = small.writer.pool
    pool._timeout = 0.2  # ten seconds are long for a test
    play.wiring.__dict__["database"] = small
    looking = Play(wiring=plays.at(postgres_database, "osvi").wiring, sandbox=turnwire_sandbox)
    with capture_logs() as lines:
        taken = [small.writer.connect() for _ in range(5)]
        looking.receive_all("support", [f"question {number}" for number in range(50)])
        with working(play):
            wait_until(lambda: in_flight(looking) > 10, "calls in flight")
            last = patiently(small.writer.connect)
            wait_until(lambda: any(line["event"] == "turn.record_again" for line in lines), "no connection to record")
            for connection in (last, *taken):
                connection.close()
            posts = all_answered(looking, 50)
        told = what(lines, "turn.record_again")
    row.saw(turns=looking.turns()[:50], posts=posts, operator=told)


def patiently(connect: Callable[[], Connection]) -> Connection:
    """The last connection, as soon as nobody uses it."""
    found: list[Connection] = []

    def got() -> bool:
        with suppress(Exception):
            found.append(connect())
        return bool(found)

    wait_until(got, "the last connection")
    return found[0]
