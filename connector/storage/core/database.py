"""Engines, transactions and the few places where PostgreSQL and SQLite differ.

A transaction here is short and never spans a network call. ``write`` repeats what a database asks to be repeated
(serialisation failure, deadlock, SQLite busy) and what lost its connection before its commit; every foreign database
error leaves as an error of ours.
"""

from __future__ import annotations

import json
import math
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Engine,
    Table,
    Text,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSON as PG_JSON
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InternalError, InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.functions import FunctionElement

from connector.errors import DatabaseUnavailable, MissingExtra, TurnwireError
from connector.storage.core.table_names import NOWHERE_SPECIAL, Place, prefix_names

T = TypeVar("T")

FOREVER = 2**62
"""A time that never comes: a gate that only a person opens."""

_TRIES = 5
_LOCK_PATIENCE = 10.0
_RESTED = 1.0
"""Seconds after which a connection is tried before it is used again."""
_AGAIN = {"40001", "40P01"}  # serialization_failure, deadlock_detected


class BadData(TurnwireError):
    """A value or a statement that the database refuses for good; whoever wrote a group of rows tries its halves."""


class db_now(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it stands for
    """The database's clock in milliseconds since 1970; constant within a transaction on PostgreSQL."""

    type = BigInteger()
    # As a function it has a cache key; without one, each statement that names it would be compiled at every use.
    inherit_cache = True


@compiles(db_now, "postgresql")
def _now_postgresql(_element: db_now, _compiler: Any, **_kwargs: Any) -> str:
    return "(extract(epoch from now()) * 1000)::bigint"


@compiles(db_now, "sqlite")
def _now_sqlite(_element: db_now, _compiler: Any, **_kwargs: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


_SQL_TYPES: Mapping[type[Any], type[Any]] = {int: BigInteger, str: Text, bool: Boolean}


class Batch:
    """A table made of one bound parameter, a JSON list of rows: a statement's text never depends on its size.

    >>> batch = Batch("sqlite", turn=int, answer=str)
    >>> batch.of([{"turn": 1, "answer": "yes"}])
    {'batch': '[{"turn": 1, "answer": "yes"}]'}
    """

    def __init__(self, dialect: str, **columns: type) -> None:
        """``columns`` names the fields and their Python types: int, str or bool."""
        parameter = bindparam("batch", type_=Text())
        self.table: FromClause
        if dialect == "postgresql":
            typed = [column(name, _SQL_TYPES[kind]()) for name, kind in columns.items()]
            rows = func.json_to_recordset(cast(parameter, PG_JSON())).table_valued(*typed, name="b")
            self.table = rows.render_derived(name="b", with_types=True)
        else:
            # A materialised table would do as well; SQLite walks json_each once per statement either way.
            rows = func.json_each(parameter).table_valued(column("value", Text()), name="j")
            fields = [
                func.json_extract(rows.c.value, f"$.{name}", type_=_SQL_TYPES[kind]()).label(name)
                for name, kind in columns.items()
            ]
            self.table = select(*fields).subquery("b")
        self.c = self.table.c

    def of(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """The statement's parameter for these rows; a missing field is NULL, one that is not asked for is ignored."""
        return {"batch": json.dumps(rows if isinstance(rows, list) else list(rows))}


def clean(text: str | None) -> str | None:
    """Text as every database can store it: without NUL and lone surrogates, which would spoil a whole group."""
    if text is None:
        return None
    if "\x00" in text:
        text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class Database:
    """One database: where transactions begin and end. Safe to share between threads, not between processes."""

    def __init__(self, url: str, pool_size: int = 5, place: Place = NOWHERE_SPECIAL) -> None:
        """``url`` is SQLAlchemy's, ``place`` where our tables are; nothing is opened before the first transaction."""
        self.url = url
        self.place = place
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        try:
            if self.dialect == "sqlite":
                self.path: Path | None = Path(parsed.database or "")
                self._writer = _sqlite_engine(url, immediate=True)
                self._reader = _sqlite_engine(url, immediate=False)
            else:
                self.path = None
                self._writer = _postgres_engine(url, pool_size, f"{place.search_path} {_BY_INDEX}")
                _ping_when_rested(self._writer)
                self._reader = _postgres_engine(url, pool_size, place.search_path, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise MissingExtra(
                f"the database driver {error.name} is not installed: pip install 'turnwire[postgres]'",
                field="database.url",
                expected="an installed driver",
            ) from None
        for engine in (self._writer, self._reader):
            prefix_names(engine.dialect, place)

    @property
    def writer(self) -> Engine:
        """The engine whose transactions may write (on SQLite each takes the write lock at once)."""
        return self._writer

    def insert(self, table: Any) -> Any:
        """The dialect's INSERT, which knows ``on_conflict_do_nothing``."""
        return postgresql.insert(table) if self.dialect == "postgresql" else sqlite.insert(table)

    def named(self, table: Table) -> str:
        """A table's name for SQL written by hand on connections of ours."""
        return self._writer.dialect.identifier_preparer.format_table(table)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A short read; raises :class:`DatabaseUnavailable`."""
        try:
            with self._reader.connect() as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise translated(error) from error

    @contextmanager
    def looking_up(self) -> Iterator[Connection]:
        """As :meth:`reading`, for statements that find every row by an index, as writing ones do."""
        engine = self._writer if self.dialect == "postgresql" else self._reader
        try:
            with engine.connect() as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise translated(error) from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One writing transaction, not repeated; raises :class:`DatabaseUnavailable` or :class:`BadData`."""
        try:
            with self._writer.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise translated(error) from error

    def now(self) -> datetime:
        """The database's clock in UTC: what is due is decided by it alone. Raises :class:`DatabaseUnavailable`."""
        with self.reading() as connection:
            return datetime.fromtimestamp(connection.execute(select(db_now())).scalar_one() / 1000, UTC)

    def write(self, use: Callable[[Connection], T]) -> T:
        """Run ``use`` in one transaction, again where the database asks for it; ``use`` must bear being run twice.

        It is run again, too, on a new connection if its own was lost before the commit, which is then known not to be.
        """
        for tried in range(_TRIES):
            over = False
            try:
                with self._writer.begin() as connection:
                    result = use(connection)
                    over = True
                return result
            except DBAPIError as error:
                uncommitted = error.connection_invalidated and not over
                if tried == _TRIES - 1 or not (uncommitted or _may_repeat(error)):
                    raise translated(error) from error
                time.sleep(random.uniform(0, 0.02 * 2**tried))  # noqa: S311 - jitter, not a secret
            except SQLAlchemyError as error:
                raise translated(error) from error
        raise AssertionError("unreachable")

    def load(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert many rows as they are, the quickest way there is; raises SQLAlchemy's errors, as statements do."""
        if not rows:
            return
        if self.dialect == "postgresql":
            self._copy(connection, f"COPY {self.named(table)} ({', '.join(columns)}) FROM STDIN", rows)
        else:
            names, places = ", ".join(columns), ", ".join("?" * len(columns))
            statement = f"INSERT INTO {self.named(table)} ({names}) VALUES ({places})"  # noqa: S608 - names of ours only
            connection.exec_driver_sql(statement, list(rows))

    @staticmethod
    def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        driver: Any = connection.connection.driver_connection
        errors: Any = connection.dialect.dbapi
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except errors.Error as error:
            lost = driver.closed or driver.broken
            raise DBAPIError.instance(
                statement, None, error, errors.Error, hide_parameters=True, connection_invalidated=bool(lost),
                dialect=connection.dialect,
            ) from error  # fmt: skip

    def dispose(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()


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


def _may_repeat(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _AGAIN or "database is locked" in str(error.orig)


def translated(error: SQLAlchemyError) -> TurnwireError:
    """The database's error in our words, without the parameters, which may be customers' text.

    What may pass by itself is :class:`DatabaseUnavailable`; what the next try would meet again is :class:`BadData`.
    """
    cause = getattr(error, "orig", None) or error
    name = type(cause).__name__
    lost = bool(getattr(error, "connection_invalidated", False))
    if isinstance(error, PoolTimeout):
        return DatabaseUnavailable("database: none of this process's connections was free in time")
    # An internal error is the server's own state, such as a standby that may not be written to.
    if lost or isinstance(error, OperationalError | InternalError):
        first = (str(cause).strip().splitlines() or [""])[0]
        return DatabaseUnavailable(f"database: {first or name}")
    return BadData(f"the database refused a statement or a value ({name})")
