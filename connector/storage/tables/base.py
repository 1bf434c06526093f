"""Metadata of all tables, and the column types of ids, times and keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Text, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out row ids only for INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")

Millis = BigInteger

# Keys compare byte by byte; a locale's collation would be slower and could change under an index.
Key = Text().with_variant(Text(collation="C"), "postgresql")

_CONDITION = "condition"


def only_where(condition: str) -> dict[str, str]:
    """The ``info`` of a partial index: which rows it holds, in SQL of both databases.

    SQLAlchemy takes it as an argument for each dialect, and imports both for it. A program works with one of them and
    makes no index, so :func:`with_conditions` tells SQLAlchemy where the tables are made or compared.
    """
    return {_CONDITION: condition}


def with_conditions() -> MetaData:
    """The metadata as Alembic needs it: SQLAlchemy knows the conditions of partial indexes, too."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if _CONDITION in index.info:
            for dialect in ("postgresql", "sqlite"):
                index.dialect_options[dialect]["where"] = text(index.info[_CONDITION])
    return metadata
