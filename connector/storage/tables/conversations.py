"""Tables of conversations, and of their queue: lanes and the schedule."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from connector.storage.tables.base import Id, Key, Millis, metadata, only_where

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("route", Key, nullable=False),
    Column("origin", Key, nullable=False, server_default="key", comment="mail, or key: a program named it"),
    Column("key", Key, nullable=False),
    Column("account", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("customer", Text, comment="JSON"),
    Column("subject", Text),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("chat_id", Text),
    Column("chat_number", Integer, nullable=False, server_default="0", comment="how many chats were opened before"),
    Column("greeting", Text),
    Column("baseline", Integer, comment="user entries the chat held before our first turn in it; null: to be read"),
    Column("opening", Boolean, nullable=False, comment="an open was begun whose outcome is not recorded"),
    Column("braked_at", Integer, comment="the position at which a brake stopped it last; brakes count from there on"),
    Column("note", Text, comment="what a person last wrote for the agent; a new chat is told it too"),
    Column("linked_to", BigInteger, comment="a conversation that its first mail named without having taken part"),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column(
        "known",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="its customer was answered before on this route, or a person let it in",
    ),
    UniqueConstraint("route", "origin", "key"),
    # Few wait for a person, and somebody counts them.
    Index(
        "ix_conversations_handed_off",
        "changed_at",
        info=only_where("status = 'handed_off'"),
    ),
)

lanes = Table(
    "lanes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Key, nullable=False),
    Column("route", Key, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("backlog_id", BigInteger, nullable=False, server_default="0"),
    Column("paused", Boolean, nullable=False),
    Column(
        "known",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="known customers wait here; false: new ones",
    ),
    # By the convention its name, with the longest prefix, would be longer than PostgreSQL's may be.
    UniqueConstraint("account", "route", "priority", "backlog_id", "known", name="uq_lanes_key"),
)

known_customers = Table(
    "known_customers",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False, comment="a digest of route and customer"),
)

schedule = Table(
    "schedule",
    metadata,
    Column("conversation_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", BigInteger, nullable=False),
    Column("ready_at", Millis, comment="null: leased, held or empty"),
    Column("owner", BigInteger),
    Column("head", Integer, nullable=False, comment="no open turn lies below this position"),
    Column("tail", Integer, nullable=False, comment="the last position given out"),
    Column("claims", Integer, nullable=False, comment="claims since the last outcome"),
    Column("held", Text, comment="why nothing of it is sent: unknown, handed_off, resuming, closed"),
    Index(
        "ix_schedule_ready",
        "lane",
        "ready_at",
        info=only_where("ready_at IS NOT NULL"),
    ),
    Index(
        "ix_schedule_owner",
        "owner",
        info=only_where("owner IS NOT NULL"),
    ),
)
