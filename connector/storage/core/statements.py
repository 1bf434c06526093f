"""SQL building blocks: the database's clock, a batch of rows as one parameter, statements for a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from importlib import import_module
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    CursorResult,
    Executable,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.functions import FunctionElement

FOREVER = 2**62
"""A time that never comes: a gate that only a person opens."""


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
        self.dialect = dialect
        parameter = bindparam("batch", type_=Text())
        self.table: FromClause
        if dialect == "postgresql":
            typed = [column(name, _SQL_TYPES[kind]()) for name, kind in columns.items()]
            rows = func.json_to_recordset(cast(parameter, JSON())).table_valued(*typed, name="b")
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


class BatchStatement(Protocol):
    """A statement that is executed once for all rows of a batch; ``parameters`` are its others."""

    def __call__(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], **parameters: Any
    ) -> CursorResult[Any]:
        """Execute it."""
        ...


def batched(**columns: type) -> Callable[[Callable[[Batch], Executable]], BatchStatement]:
    """Make a statement for rows with these fields out of a function that builds it; it is built once a dialect."""

    def made(build: Callable[[Batch], Executable]) -> BatchStatement:
        @cache
        def built(dialect: str) -> tuple[Executable, Batch]:
            batch = Batch(dialect, **columns)
            return build(batch), batch

        @wraps(build)
        def execute(connection: Connection, rows: Iterable[Mapping[str, Any]], **parameters: Any) -> CursorResult[Any]:
            statement, batch = built(connection.dialect.name)
            return connection.execute(statement, {**parameters, **batch.of(rows)})

        return execute

    return made


def insert_into(dialect: str, table: Any) -> Any:
    """The dialect's INSERT, which knows ``on_conflict_do_nothing``."""
    # Imported as SQLAlchemy itself does: a program on the one database has no use for the other's dialect.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
