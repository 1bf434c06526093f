"""Answers on their way back, failing endpoints, and the outbox of outside calls."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, text

from connector.storage.tables.base import Id, Key, Millis, metadata

replies = Table(
    "replies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("turn_id", BigInteger, nullable=False),
    Column("conversation_id", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("marker", Text, nullable=False),
    Column("turn_status", Text, nullable=False),
    Column("turn_revision", Integer, nullable=False),
    Column("turn_reason", Text),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column(
        "delays", Integer, nullable=False, server_default="0", comment="times put off since it was queued; the schedule"
    ),
    Column("failed_since", Millis, comment="first failed delivery since it was queued, or queued again"),
    Column(
        "insisted", Boolean, nullable=False, server_default=text("false"), comment="leaves whatever has happened since"
    ),
    Column("ready_at", Millis, comment="null: under way, final, or waiting for its endpoint to be enabled"),
    Column("owner", BigInteger),
    Column("created_at", Millis, nullable=False),
    Column("delivered_at", Millis, comment="kept while it is delivered once more"),
    UniqueConstraint("turn_id", "turn_revision", "channel"),
    Index(
        "ix_replies_ready",
        "ready_at",
        postgresql_where=text("ready_at IS NOT NULL"),
        sqlite_where=text("ready_at IS NOT NULL"),
    ),
    Index(
        "ix_replies_owner", "owner", postgresql_where=text("owner IS NOT NULL"), sqlite_where=text("owner IS NOT NULL")
    ),
    Index(
        "ix_replies_parked",
        "channel",
        postgresql_where=text("status = 'queued' AND ready_at IS NULL"),
        sqlite_where=text("status = 'queued' AND ready_at IS NULL"),
    ),
    # What was stopped may be revived by the end of a later turn.
    Index(
        "ix_replies_stopped",
        "conversation_id",
        postgresql_where=text("status = 'cancelled' OR status = 'draft'"),
        sqlite_where=text("status = 'cancelled' OR status = 'draft'"),
    ),
)

reply_attempts = Table(
    "reply_attempts",
    metadata,
    Column("reply_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("owner", BigInteger, nullable=False),
    Column("started_at", Millis, nullable=False),
    Column("ended_at", Millis),
    Column("outcome", Text),
    Column("http_status", Integer),
    Column("error", Text),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("name", Key, primary_key=True, comment="a way back, such as webhook"),
    Column("failing_since", Millis, comment="first failure since the last success; null while all is well"),
    Column("failed_at", Millis),
    Column("error", Text),
    Column("disabled_at", Millis),
    Column("reason", Text, comment="why it is disabled: failing, gone, operator"),
    Column("changed_at", Millis, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", BigInteger, nullable=False),
    Column(
        "kind", Text, nullable=False, comment="tell, or what the provider is asked: hold, brief, release, end, forget"
    ),
    Column("chat_id", Text, comment="the chat that the provider is asked about"),
    Column("body", Text, nullable=False, comment="JSON: what is told"),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("ready_at", Millis),
    Column("owner", BigInteger),
    Column("created_at", Millis, nullable=False),
    Column("ended_at", Millis),
    Index("ix_outbox_conversation_id", "conversation_id", "id"),
    Index(
        "ix_outbox_ready",
        "ready_at",
        postgresql_where=text("ready_at IS NOT NULL"),
        sqlite_where=text("ready_at IS NOT NULL"),
    ),
    Index(
        "ix_outbox_owner", "owner", postgresql_where=text("owner IS NOT NULL"), sqlite_where=text("owner IS NOT NULL")
    ),
    Index("ix_outbox_failed", "id", postgresql_where=text("status = 'failed'"), sqlite_where=text("status = 'failed'")),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    Column("item_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("owner", BigInteger, nullable=False),
    Column("started_at", Millis, nullable=False),
    Column("ended_at", Millis),
    Column("outcome", Text),
    Column("http_status", Integer),
    Column("error", Text),
)
