"""Database access: connections and transactions, and the few places where PostgreSQL and SQLite differ.

A transaction here is short and never spans a network call. ``write`` repeats what a database asks to be repeated
(serialisation failure, deadlock, SQLite busy) and what lost its connection before its commit; every foreign database
error leaves as an error of ours.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from connector.errors import DatabaseNotReady, DatabaseUnavailable, MissingExtra, TurnwireError
from connector.storage.core.engines import (
    _BY_INDEX,
    _leave_with_the_primary,
    _ping_when_rested,
    _postgres_engine,
    _sqlite_engine,
)
from connector.storage.core.statements import db_now, insert_into
from connector.storage.core.table_names import NOWHERE_SPECIAL, TablePlace, prefix_names

T = TypeVar("T")


_TRIES = 5
_AGAIN = {"40001", "40P01"}  # serialization_failure, deadlock_detected


class BadData(TurnwireError):
    """A value or a statement that the database refuses for good; whoever wrote a group of rows tries its halves."""


class Database:
    """One database: where transactions begin and end. Safe to share between threads, not between processes."""

    def __init__(self, url: str, pool_size: int = 5, place: TablePlace = NOWHERE_SPECIAL) -> None:
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
                self._writer = _postgres_engine(url, pool_size, place.session | _BY_INDEX)
                _ping_when_rested(self._writer)
                self._reader = _postgres_engine(url, pool_size, place.session, pool_pre_ping=True)
                _leave_with_the_primary((self._writer, self._reader))
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
        return insert_into(self.dialect, table)

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
    if "file is not a database" in str(cause):
        return DatabaseNotReady("the file that database.url names is no SQLite database: name another one there")
    return BadData(f"the database refused a statement or a value ({name})")
