"""Where the acceptance tests play: each kind of database with the broker it is run with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storm.stage import Stage, stage


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    """SQLite with the embedded broker, then PostgreSQL with RabbitMQ."""
    return request.param


@pytest.fixture
def play(request: pytest.FixtureRequest, tmp_path: Path, store: str) -> Iterator[Stage]:
    """A stage on that store; no worker runs yet."""
    names = {"sqlite": ("sqlite_database", None), "postgresql": ("postgres_database", "amqp_url")}
    database, broker = names[store]
    broker_url = request.getfixturevalue(broker) if broker else "embedded"
    with stage(tmp_path, database=request.getfixturevalue(database), broker=broker_url) as ready:
        yield ready
