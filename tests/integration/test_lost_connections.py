"""A connection that PostgreSQL has ended: found out before use, or repeated before the commit, never after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, Engine, event, select, text, update

from connector.errors import DatabaseUnavailable
from connector.settings.runtime import DatabaseSettings
from connector.storage import tables
from connector.storage.core import engines
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from tests.kit.raw_server import free_port


@pytest.fixture
def place(postgres_database: str) -> Iterator[Database]:
    database = Database(postgres_database)
    yield database
    database.dispose()


def end(place: Database, backend: int) -> None:
    """End a server process as an administrator would, and wait until it is gone."""
    with place.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})


def backend_of(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def tick(connection: Connection) -> None:
    connection.execute(tables.ticks.insert().values(name="tick", at=db_now()))


def ticks(place: Database) -> int:
    with place.reading() as connection:
        return len(connection.execute(select(tables.ticks)).all())


def test_a_transaction_that_lost_its_connection_before_the_commit_is_run_again(place: Database) -> None:
    backends: list[int] = []

    def use(connection: Connection) -> str:
        backends.append(backend_of(connection))
        tick(connection)
        if len(backends) == 1:
            end(place, backends[0])
            connection.execute(text("SELECT 1"))
        return "done"

    assert place.write(use) == "done"
    assert len(set(backends)) == 2
    assert ticks(place) == 1


def test_a_transaction_that_lost_its_connection_at_the_commit_is_not_run_again(place: Database) -> None:
    backends: list[int] = []

    def use(connection: Connection) -> None:
        backends.append(backend_of(connection))
        tick(connection)
        end(place, backends[-1])

    with pytest.raises(DatabaseUnavailable):
        place.write(use)
    assert len(backends) == 1


def to_read_only(engine: Engine) -> None:
    """Have the pool's connections lead to a server that takes no writes, as after a switch-over; new ones do not."""
    with engine.connect() as connection:
        connection.execute(text("SET SESSION default_transaction_read_only = on"))
        connection.commit()


def test_a_pool_that_stayed_on_the_old_primary_is_left(place: Database) -> None:
    place.write(tick)
    with place.reading() as connection:
        reader = backend_of(connection)
    to_read_only(place.writer)
    place.write(lambda connection: connection.execute(update(tables.ticks).values(at=1)))
    with place.reading() as connection:
        assert connection.execute(select(tables.ticks.c.at)).scalars().all() == [1]
        assert backend_of(connection) != reader, "whoever only reads would read what is old"


def test_a_transaction_that_nobody_repeats_is_the_last_on_the_old_primary(place: Database) -> None:
    place.write(backend_of)
    to_read_only(place.writer)
    with pytest.raises(DatabaseUnavailable, match="read-only"), place.transaction() as connection:
        tick(connection)
    with place.transaction() as connection:
        tick(connection)
    assert ticks(place) == 1


def test_of_several_hosts_the_one_that_takes_writes_is_found(postgres_database: str) -> None:
    parts = urlsplit(postgres_database)
    user, at, host = parts.netloc.rpartition("@")
    settings = DatabaseSettings(url=f"postgresql://{user}{at}127.0.0.1:{free_port()},{host}{parts.path}")
    place = Database(settings.sqlalchemy_url)
    place.write(tick)
    assert ticks(place) == 1
    place.dispose()


def test_a_busy_connection_is_not_tried_before_each_use_and_a_rested_one_is(
    place: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    made: list[object] = []
    ping = place.writer.dialect.do_ping

    def trying(connection: Any) -> bool:
        tried.append(connection)
        return ping(connection)

    monkeypatch.setattr(place.writer.dialect, "do_ping", trying)
    event.listen(place.writer, "connect", lambda connection, _: made.append(connection))

    backend = place.write(backend_of)
    assert place.write(backend_of) == backend
    assert not tried

    end(place, backend)
    monkeypatch.setattr(engines, "_RESTED", 0.0)
    with place.transaction() as connection:  # which nobody repeats
        assert backend_of(connection) != backend
    assert len(tried) == 1
    assert len(made) == 2
