"""Table prefix and schema: where our tables lie in a database that others use too.

The models know neither. Our own connections look into the schema (PostgreSQL's ``search_path``) and put the prefix on
while a statement is compiled, so that neither costs anything when it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Dialect
from sqlalchemy.sql.elements import quoted_name

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import IdentifierPreparer

    _Preparer = IdentifierPreparer
else:
    _Preparer = object

VERSION = "alembic_version"
"""The table of the revision, without its prefix."""


class TableName(quoted_name):
    """The name of one of our tables: what a prefix is put before, and nothing else."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        """``name`` as the models have it."""
        return super().__new__(cls, name, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class TablePlace:
    """``schema`` (PostgreSQL only) and ``prefix``; empty: the database's own default, and plain names."""

    schema: str = ""
    prefix: str = ""

    @property
    def version_table(self) -> str:
        """The table of our migrations' revision, beside which a host's own may lie."""
        return f"{self.prefix}{VERSION}"

    @property
    def session(self) -> dict[str, str]:
        """PostgreSQL's settings for a connection of ours; none without a schema."""
        return {"search_path": self.schema} if self.schema else {}

    @property
    def qualified(self) -> str:
        """What stands before a table's name in a statement on somebody else's connection."""
        return f'"{self.schema}".{self.prefix}' if self.schema else self.prefix


NOWHERE_SPECIAL = TablePlace()
"""Plain names where the database puts them by itself."""


def prefix_names(dialect: Dialect, place: TablePlace) -> None:
    """Have statements that ``dialect`` compiles name our tables with their prefix."""
    if place.prefix:
        dialect.identifier_preparer = _made(dialect, _Prefixing, place)


def prefix_everything(dialect: Dialect, place: TablePlace) -> None:
    """The same for migrations, which know tables, indexes and constraints by plain strings; all of them are ours."""
    if place.prefix:
        dialect.identifier_preparer = _made(dialect, _PrefixingAll, place)


def _made(dialect: Dialect, kind: type[_Prefixing], place: TablePlace) -> IdentifierPreparer:
    preparer: Any = type(kind.__name__, (kind, dialect.preparer), {})(dialect)
    preparer.place = place
    made: IdentifierPreparer = preparer
    return made


class _Prefixing(_Preparer):
    place: TablePlace

    def quote(self, ident: str, *rest: Any) -> str:
        return super().quote(f"{self.place.prefix}{ident}" if isinstance(ident, TableName) else ident, *rest)


class _PrefixingAll(_Prefixing):
    def format_table(self, table: Any, use_schema: bool = True, name: str | None = None) -> str:
        plain = str(name or table.name)
        # Alembic is told the version table's whole name.
        whole = plain if plain == self.place.version_table else f"{self.place.prefix}{plain}"
        return super().format_table(table, use_schema, whole)

    def truncate_and_render_index_name(self, name: str, *rest: Any, **more: Any) -> str:
        return super().truncate_and_render_index_name(f"{self.place.prefix}{name}", *rest, **more)

    def truncate_and_render_constraint_name(self, name: str, *rest: Any, **more: Any) -> str:
        whole = name if name.startswith(self.place.version_table) else f"{self.place.prefix}{name}"
        return super().truncate_and_render_constraint_name(whole, *rest, **more)
