"""Tables of events: inbound messages as they arrived, their bodies and conflicts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from connector.storage.tables.base import Id, Key, Millis, metadata, only_where

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Key, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("source_name", Text, comment="the configured source that brought it, where source does not say so"),
    Column("source_kind", Text, comment="http, celery, mail, ...: by what door it came; null: before that was kept"),
    Column("given_id", Text, comment="the id a refused message came with; its own external_id is made up"),
    Column("hash", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("route", Text),
    Column("conversation_key", Text),
    Column("text", Text, comment="null once a turn holds it"),
    Column("subject", Text),
    Column("customer", Text, comment="JSON"),
    Column("metadata", Text, comment="JSON"),
    Column("callback", Text, comment="JSON"),
    Column("priority", SmallInteger, nullable=False),
    Column("occurred_at", Millis),
    Column("due_at", Millis),
    Column("received_at", Millis, nullable=False),
    Column("conflicts", Integer, nullable=False, server_default="0"),
    Column("context_by", Text, comment="history, fetch, author, skip_answered: what made it context"),
    UniqueConstraint("source", "external_id"),
    Index(
        "ix_events_context",
        "route",
        "conversation_key",
        info=only_where("status = 'context'"),
    ),
    # Few rows are set aside; accepted ones are found through their turns.
    Index(
        "ix_events_set_aside",
        "status",
        "id",
        info=only_where("status <> 'accepted'"),
    ),
)

# Only messages of turns that hold several: the first one is the turn's own event, as ever.
joined = Table(
    "joined",
    metadata,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("turn_id", BigInteger, nullable=False),
    Column("start", Integer, nullable=False, comment="where its words begin in the turn's text, in code points"),
    Column("length", Integer, nullable=False),
    Index("ix_joined_turn_id", "turn_id"),
)

hook_tokens = Table(
    "hook_tokens",
    metadata,
    Column("source_name", Key, primary_key=True),
    Column("token", Key, primary_key=True, comment="hex SHA-256 of the token that a delivery was signed with"),
    Column("external_id", Key, nullable=False, comment="of the message that came with it first"),
    Column("seen_at", Millis, nullable=False),
    Index("ix_hook_tokens_seen_at", "seen_at"),
)

event_bodies = Table(
    "event_bodies",
    metadata,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

# One row for each attachment of a mail of a source that keeps them; the same bytes are kept once, whoever sent them.
attachments = Table(
    "attachments",
    metadata,
    Column("event_id", BigInteger, nullable=False),
    Column("number", SmallInteger, nullable=False, comment="its place in the mail, from 1 on"),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("sha256", Key, comment="hex, of its bytes; null: they are not kept"),
    Column("why", Text, comment="why they are not kept"),
    PrimaryKeyConstraint("event_id", "number", name="pk_attachments"),
    Index("ix_attachments_sha256", "sha256"),
)

attachment_bodies = Table(
    "attachment_bodies",
    metadata,
    Column("sha256", Key, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("text", Text),
    Column("received_at", Millis, nullable=False),
    UniqueConstraint("event_id", "hash"),
)
