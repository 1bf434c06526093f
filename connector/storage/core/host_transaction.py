"""A host's transaction: our rows are written on its SQLAlchemy Session, kept or lost with its own.

The host's engine knows nothing of where our tables are, and its driver may be any. So statements of ours name a schema
that does not exist, by SQLAlchemy's own means, and that name is replaced by the real place just before they go out.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Text, column, event, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, scoped_session

from connector.errors import ConfigurationError
from connector.storage.core.database import Database, translated
from connector.storage.core.revision import require_head
from connector.storage.core.table_names import TablePlace

Host: TypeAlias = Session | scoped_session[Any] | Connection
"""What a host hands in."""

_HERE = "turnwire_is_here"
_COMMIT_PATIENCE = 60.0
_known: WeakKeyDictionary[Engine, Database] = WeakKeyDictionary()
_bells: WeakKeyDictionary[Connection, _Bells] = WeakKeyDictionary()


class Joined:
    """A host's open connection, as far as our storage uses one."""

    def __init__(self, host: Host, database: Database) -> None:
        """Raises :class:`ConfigurationError` for what can hold no event of ours, :class:`DatabaseNotReady` likewise."""
        self._connection = _connection_of(host)
        # A host that has its own tables elsewhere by such a map does not mean ours.
        self._options: dict[str, Any] = {"schema_translate_map": None}
        self._require_same_kind(database)
        try:
            if _known.get(self._connection.engine) is not database:
                require_head(self._revision(database.place))
                _known[self._connection.engine] = database
            self._require_transaction()
        except SQLAlchemyError as error:
            raise translated(error) from error
        if database.place.qualified:
            self._options = {"schema_translate_map": {None: _HERE}}
        self._watch = _bells.get(self._connection) or _Bells(self._connection)
        self._place = database.place.qualified

    def execute(self, statement: Any, parameters: Any = None) -> CursorResult[Any]:
        """As :meth:`sqlalchemy.Connection.execute`, but raises our errors; nothing is tried again."""
        self._watch.place = self._place
        try:
            return self._connection.execute(statement, parameters, execution_options=self._options)
        except SQLAlchemyError as error:
            raise translated(error) from error

    @property
    def dialect(self) -> Dialect:
        """The dialect of the host's connection, by which statements are chosen."""
        return self._connection.dialect

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call ``act`` once the host has committed, from another thread; never if what was written is rolled back."""
        self._watch.pending.append(act)

    def _revision(self, place: TablePlace) -> str | None:
        schema = place.schema or None
        # Asked first: a statement that fails would cost the host's transaction.
        if not inspect(self._connection).has_table(place.version_table, schema=schema):
            return None
        query = select(column("version_num", Text())).select_from(table(place.version_table, schema=schema))
        return self._connection.execute(query, execution_options=self._options).scalar_one_or_none()

    def _require_same_kind(self, database: Database) -> None:
        engine = self._connection.engine
        kind = engine.dialect.name
        theirs = Path(engine.url.database or "") if kind == "sqlite" else None
        if kind != database.dialect or (theirs and database.path and theirs.resolve() != database.path.resolve()):
            raise ConfigurationError(
                f"the session is on another database ({kind} {engine.url.database}) than turnwire's tables",
                field="database.url",
                expected="the database of the session",
            )

    def _require_transaction(self) -> None:
        if not self._connection.in_transaction():
            self._connection.execute(select(1))  # has the host's own listeners begin, where SQLAlchemy does not
        driver: Any = self._connection.connection.dbapi_connection
        # SQLite's driver begins nothing by itself once its isolation_level is None; then the host has to have begun.
        alone = getattr(driver, "isolation_level", "") is None and getattr(driver, "in_transaction", True) is False
        if getattr(driver, "autocommit", False) is True or alone:
            raise ConfigurationError(
                "the session commits each statement by itself (AUTOCOMMIT), so nothing could be committed together",
                field="session",
                expected="a session or connection with a transaction",
            )


def _connection_of(host: Any) -> Connection:
    if isinstance(host, scoped_session):
        host = host()
    if isinstance(host, Session):
        return host.connection()
    if isinstance(host, Connection):
        return host
    hint = ": await session.run_sync(lambda sync: receive(event, session=sync))" if hasattr(host, "run_sync") else ""
    raise ConfigurationError(
        f"{type(host).__name__} is no SQLAlchemy Session or Connection{hint}",
        field="session",
        expected="a Session or Connection of SQLAlchemy",
    )


class _Bells:
    """What is to be rung when a connection's transaction has been committed; as long as the connection."""

    def __init__(self, connection: Connection) -> None:
        """Listen; listeners stay, since SQLAlchemy cannot take one away while it calls it."""
        self.pending: list[str | Callable[[], None]] = []
        """Savepoints by name, and between them what to do, in the order in which they came."""
        self.place = ""
        _bells[connection] = self
        event.listen(connection, "before_cursor_execute", self._named, retval=True)
        for name in ("begin", "rollback", "rollback_twophase"):
            event.listen(connection, name, self._forget)
        for name in ("commit", "commit_twophase"):
            event.listen(connection, name, self._committing)

    def _named(
        self, _connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> tuple[str, Any]:
        if _HERE in statement:
            statement = statement.replace(f"{_HERE}.", self.place)
        elif statement.startswith(("SAVEPOINT ", "ROLLBACK TO ")):
            # SQLAlchemy's own event for a savepoint comes before it has a name.
            words = statement.split()
            (self.pending.append if words[0] == "SAVEPOINT" else self._back_to)(words[-1])
        return statement, parameters

    def _forget(self, _connection: Connection, *_: Any) -> None:
        self.pending.clear()

    def _back_to(self, name: str) -> None:
        # One that is not known here was set before anything of ours was written.
        known = [place for place, what in enumerate(self.pending) if what == name]
        del self.pending[known[-1] + 1 if known else 0 :]

    def _committing(self, connection: Connection, *_: Any) -> None:
        acts = [act for act in self.pending if not isinstance(act, str)]
        self.pending.clear()
        transaction = connection.get_transaction()
        if not acts or transaction is None:
            return

        def after() -> None:
            # SQLAlchemy tells before a commit, and nobody after it.
            until = time.monotonic() + _COMMIT_PATIENCE
            while transaction.is_active and time.monotonic() < until:
                time.sleep(0.001)
            for act in dict.fromkeys(acts):
                act()

        # At the end of a program no thread can be started any more: a bell may be lost.
        with contextlib.suppress(RuntimeError):
            threading.Thread(target=after, name="turnwire-after-commit", daemon=True).start()
