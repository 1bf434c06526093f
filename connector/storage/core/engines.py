"""SQLAlchemy engines for PostgreSQL and SQLite, set up for short transactions."""

from __future__ import annotations

import math
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

_LOCK_PATIENCE = 10.0

_RESTED = 1.0
"""Seconds after which a connection is tried before it is used again."""

# Whatever writes finds its rows by an index. The driver prepares statements, and the server keeps the plan it made for
# one; a plan made while a table was small would walk all of it, again and again, once it has a million rows.
_BY_INDEX = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"


def _postgres_engine(url: str, pool_size: int, options: str, **more: Any) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=10,
        hide_parameters=True,  # they are customers' text; no log level may show them
        connect_args={
            "connect_timeout": 5,
            # A worker that hangs inside a transaction must not hold the others up for ever. Statements lock what they
            # must not lose, and so want the level that shows them the latest. They are short: compiling them costs more
            # than it saves.
            "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=30s -c timezone=UTC -c jit=off "
            rf"-c default_transaction_isolation=read\ committed {options}",
        },
        **more,
    )


def _ping_when_rested(engine: Engine) -> None:
    """Try a connection that has rested before it is used, as the pool itself would do before each use.

    A busy worker begins some hundred and fifty transactions a second. A server that goes away between two of them is
    met by a transaction, which :meth:`Database.write` repeats.
    """

    @event.listens_for(engine, "checkin")
    def _used(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _try(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < _RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the connection has been lost while it rested") from error


def _sqlite_engine(url: str, *, immediate: bool) -> Engine:
    connect_args = {"timeout": _LOCK_PATIENCE, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect_args, pool_timeout=30, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would be a deferred one
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Read, then write: a deferred transaction would fail at once where an immediate one waits its turn.
        if immediate:
            _wait_for_the_lock(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _wait_for_the_lock(connection: Connection) -> None:
    """Begin as soon as nobody else writes, looking every millisecond.

    SQLite itself waits longer and longer between its looks, up to a tenth of a second: whoever writes without a pause
    would keep all others out.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + _LOCK_PATIENCE
    driver.execute("PRAGMA busy_timeout=0").close()
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE").close()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    break
            time.sleep(0.001)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(_LOCK_PATIENCE * 1000)}").close()
