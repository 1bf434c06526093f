"""Storms of half a minute: workers killed, answers lost, nothing lost or sent twice. `make storm` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.matrix.recorder import Matrix
from tests.storm import doubles
from tests.storm.storm import Plan, storm
from tests.storm.surroundings import Manner
from tests.storm.verdict import Verdict

TURNS, KILLS = 200, 4
# Few turns, so more of them suffer than in the long storm.
FAULTS = {
    doubles.LOST_AFTER: 0.05,
    doubles.ERROR_BEFORE: 0.02,
    doubles.BUSY: 0.01,
    doubles.SILENT_BEFORE: 0.01,
    doubles.SILENT_AFTER: 0.01,
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def weather(folder: Path, database: str, broker: str, *, workers: int, double: str = "sandbox") -> Verdict:
    plan = Plan(
        turns=TURNS,
        conversations=40,
        kills=KILLS,
        workers=workers,
        between_kills=1.0,
        latency=0.25,
        faults=FAULTS,
        manner=Manner(deadline=2.0, grace=5.0, lease=2.0),
        patience=150.0,
    )
    with storm(plan, folder, database=database, broker=broker, double=double) as ready:
        return ready.run()


def assert_kept(verdict: Verdict, matrix: Matrix, case: str) -> None:
    assert verdict.violations == []
    assert (verdict.turns, verdict.kills, verdict.twice, verdict.lost) == (TURNS, KILLS, 0, 0)
    assert verdict.kills_while_sending >= KILLS * 3 / 4
    assert verdict.doubted > 0
    assert sum(verdict.faults.values()) > 0
    matrix.row("W12", injected=f"{KILLS} times SIGKILL under {TURNS} turns", case=case).saw(
        state=f"{TURNS - verdict.unknown} final, {verdict.unknown} unknown",
        posts="at most 1 each",
        operator=f"{verdict.read_back} read back, {verdict.settled_by_hand + verdict.unknown} for an operator",
    )


@pytest.mark.parametrize("double", sorted(doubles.KINDS))
def test_embedded(tmp_path: Path, matrix: Matrix, sqlite_database: str, double: str) -> None:
    verdict = weather(tmp_path, sqlite_database, "embedded", workers=1, double=double)
    assert_kept(verdict, matrix, f"embedded, {double}")


def test_rabbitmq_and_postgresql(tmp_path: Path, matrix: Matrix, postgres_database: str, amqp_url: str) -> None:
    assert_kept(weather(tmp_path, postgres_database, amqp_url, workers=2), matrix, "RabbitMQ")


@pytest.mark.parametrize("double", sorted(doubles.KINDS))
def test_redis_and_postgresql(
    tmp_path: Path, matrix: Matrix, postgres_database: str, redis_url: str, double: str
) -> None:
    verdict = weather(tmp_path, postgres_database, redis_url, workers=2, double=double)
    assert_kept(verdict, matrix, f"Redis, {double}")
