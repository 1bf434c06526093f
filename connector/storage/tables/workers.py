"""Tables of worker processes with their lease, of other leases, and of periodic work's last run."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text

from connector.storage.tables.base import Id, Key, Millis, metadata, only_where

workers = Table(
    "workers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("started_at", Millis, nullable=False),
    Column("expires_at", Millis, nullable=False),
    Column("dead", Boolean, nullable=False),
    Column("stopping", Boolean, nullable=False),
    Column("claimed_at", Millis, comment="when it last looked for work"),
    # Which process it is: where its pid is counted, and its start in clock ticks since boot. Null: it cannot be seen.
    Column("place", Text),
    Column("pid", BigInteger),
    Column("process_started", BigInteger),
    Index(
        "ix_workers_alive",
        "expires_at",
        info=only_where("NOT dead"),
    ),
)

ticks = Table(
    "ticks",
    metadata,
    Column("name", Key, primary_key=True),
    Column("at", Millis, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Key, primary_key=True, comment="what it is for, such as reader:turnwire.receive"),
    Column("holder", Text, nullable=False, comment="host, process id and a random part"),
    Column("until", Millis, nullable=False),
)
