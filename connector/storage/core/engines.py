"""SQLAlchemy engines for PostgreSQL and SQLite, set up for short transactions."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError

from connector.errors import DatabaseNotReady

_LOCK_PATIENCE = 10.0

_RESTED = 1.0
"""Seconds after which a connection is tried before it is used again."""

# A worker that hangs inside a transaction must not hold the others up for ever. Statements lock what they must not
# lose, and so want the level that shows them the latest. They are short: compiling them costs more than it saves.
_SESSION = {
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
    "jit": "off",
    "default_transaction_isolation": "read committed",
}
# Whatever writes finds its rows by an index. The driver prepares statements, and the server keeps the plan it made for
# one; a plan made while a table was small would walk all of it, again and again, once it has a million rows.
_BY_INDEX = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}

_READ_ONLY = "25006"
"""The SQLSTATE of a server that takes no writes: after a switch-over the pool may still be on the old primary."""
_LEAVING = "57P"
"""The class of SQLSTATE of a server that is stopped, starts, or is not to be connected to."""
_POOLED = "turnwire_pooled"
"""In a connection's info: it leads through a pooler, so what is set counts for one transaction only."""


def _postgres_engine(url: str, pool_size: int, session: Mapping[str, str], **more: Any) -> Engine:
    """An engine whose connections have these settings; through a pooler that takes none, whose transactions have."""
    session = {**_SESSION, **session}
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=10,
        hide_parameters=True,  # they are customers' text; no log level may show them
        connect_args={"connect_timeout": 5, "options": _options(session)},
        **more,
    )
    statements = "; ".join(
        ["SET TRANSACTION ISOLATION LEVEL READ COMMITTED"]
        + [f"SET LOCAL {name} = '{value}'" for name, value in session.items()]
    )

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, arguments: Any, named: dict[str, Any]) -> Any:
        try:
            connection = dialect.connect(*arguments, **named)
        except dialect.loaded_dbapi.OperationalError as error:
            if "unsupported startup parameter" not in str(error):
                raise
            # PgBouncer. The driver's prepared statements would stay with a server's connection that another gets next.
            named.pop("options", None)  # for the connections after this one, too
            connection = dialect.connect(*arguments, **named, prepare_threshold=None)
        if _lock_timeout(connection) != session["lock_timeout"]:
            connection.prepare_threshold = None
            record.info[_POOLED] = True
        _refuse_other_encodings(connection)
        return connection

    @event.listens_for(engine, "begin")
    def _set(connection: Connection) -> None:
        if _POOLED in connection.info:
            connection.exec_driver_sql(statements, execution_options={"no_parameters": True})

    return engine


def _options(session: Mapping[str, str]) -> str:
    escaped = ((name, value.replace(" ", "\\ ")) for name, value in session.items())
    return " ".join(f"-c {name}={value}" for name, value in escaped)


def _lock_timeout(connection: Any) -> str:
    """What a new connection has really been given: a pooler may be told to ignore what it does not know."""
    found = connection.execute("SHOW lock_timeout").fetchone()[0]
    connection.rollback()
    return str(found)


def _refuse_other_encodings(connection: Any) -> None:
    """Raise :class:`DatabaseNotReady` for a database that cannot hold what customers write."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in {None, "UTF8"}:
        name = connection.info.dbname
        connection.close()
        raise DatabaseNotReady(
            f"the database {name} keeps text as {encoding}, which cannot hold what customers write: create one with "
            "ENCODING 'UTF8' and name it in database.url"
        )


def _leave_with_the_primary(engines: Sequence[Engine]) -> None:
    """End the connections of all ``engines`` where one meets a server that takes no writes any more, or stops."""

    def look(context: ExceptionContext) -> None:
        state = getattr(context.original_exception, "sqlstate", None) or ""
        if state == _READ_ONLY or state.startswith(_LEAVING):
            context.is_disconnect = (
                True  # by which SQLAlchemy ends this connection, and its pool's before they are used
            )
            for engine in engines:
                if engine is not context.engine:
                    engine.dispose()

    for engine in engines:
        event.listen(engine, "handle_error", look)


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
