"""Metadata of all tables, and the column types of ids, times and keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT

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
Key = Text().with_variant(PG_TEXT(collation="C"), "postgresql")
