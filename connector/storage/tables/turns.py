"""Tables of turns, their attempts, the raw answers, and the dead letters (``trouble``)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from connector.storage.tables.base import Millis, metadata

turns = Table(
    "turns",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="the id of the event that made it"),
    Column("conversation_id", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("text", Text, nullable=False),
    Column("answer", Text),
    Column("agent_state", Text),
    Column("provider_chat_id", Text),
    Column("provider_turn", Integer),
    Column("attempts", Integer, nullable=False, comment="attempt rows written"),
    Column("last_send", Integer, comment="number of the newest attempt that sends"),
    Column("tries", Integer, nullable=False, comment="sends that count against max_attempts"),
    Column("delays", Integer, nullable=False, comment="times put off since the last try that counted; drives backoff"),
    Column("revision", Integer, nullable=False),
    Column("settled_by", Text),
    Column("priority", SmallInteger, nullable=False),
    Column("backlog_id", BigInteger),
    Column("followup_id", BigInteger),
    Column("counted", Boolean, nullable=False, server_default=text("false"), comment="by the brakes of its route"),
    Column("accepted_at", Millis, nullable=False),
    Column("due_at", Millis, nullable=False),
    Column("open_until", Millis, comment="until then quick messages are joined to it; null: none ever was to be"),
    Column(
        "tried_since", Millis, comment="first attempt since it was accepted or put back; give_up_after counts from it"
    ),
    Column("sent_at", Millis),
    Column("ended_at", Millis),
    UniqueConstraint("conversation_id", "position"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("turn_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("call", Text, nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("started_at", Millis, nullable=False),
    Column("ended_at", Millis),
    Column("outcome", Text),
    Column("http_status", Integer),
    Column("error", Text),
    Column("request_id", Text),
    Column("evidence", Text, comment="JSON"),
    Column("told", Text, comment="what was sent, where it is more than the turn's text"),
)

raw_bodies = Table(
    "raw_bodies",
    metadata,
    Column("turn_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

trouble = Table(
    "trouble",
    metadata,
    Column("turn_id", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", Millis, nullable=False),
    Index("ix_trouble_kind_since", "kind", "since"),
)
