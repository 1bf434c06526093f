"""Tables of accounts (circuit breaker, rate limit, budget), grants, routes' pauses and brakes' counters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from connector.storage.tables.base import Key, Millis, metadata

brake_counts = Table(
    "brake_counts",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False, comment="a digest of route and customer"),
    Column("hour_at", Millis, nullable=False, comment="when the hour began that is being counted"),
    Column("hour", Integer, nullable=False),
    Column("day_at", Millis, nullable=False),
    Column("day", Integer, nullable=False),
    Index("ix_brake_counts_day_at", "day_at"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Key, primary_key=True),
    Column("closed_until", Millis, comment="null: open; FOREVER: until somebody resumes it"),
    Column("reason", Text, comment="busy, failing, credentials, operator"),
    Column("detail", Text),
    Column("level", Integer, nullable=False, comment="closings in a row; drives how long the next one lasts"),
    Column("streak", Integer, nullable=False, comment="failures in a row while open"),
    Column("ramp", Integer, comment="null: no limit but the account's own; else calls allowed in flight"),
    Column("tat", BigInteger, nullable=False, comment="GCRA: theoretical arrival time, microseconds"),
    Column("day", Integer, nullable=False, comment="UTC day number of the budget"),
    Column("spent", Integer, nullable=False, comment="turns marked on that day"),
    Column("changed_at", Millis, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("account", Key, primary_key=True),
    Column("worker_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slots", Integer, nullable=False),
    Column("in_flight", Integer, nullable=False),
    Column(
        "turns", Integer, nullable=False, server_default="0", comment="of the day's budget: reserved, not marked yet"
    ),
    Column("at", Millis, nullable=False),
)

routes = Table(
    "routes",
    metadata,
    Column("name", Key, primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("reason", Text),
    Column("detail", Text),
    Column("agent", Text, comment="the agent that was last opened with success"),
    Column("changed_at", Millis, nullable=False),
)
