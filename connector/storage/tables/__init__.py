"""The tables, as SQLAlchemy Core; the migrations build them, a test holds the two together.

Times are integers: milliseconds since 1970, UTC, by the database's clock. They compare alike on both databases, index
well and carry no zone to lose. JSON columns are text that only Python reads. Money-time columns (``schedule``,
``turns``, ``attempts``) are narrow or written seldom; see ``docs/decisions``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT

from connector.storage.core.table_names import TableName

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

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Key, nullable=False),
    Column("external_id", Key, nullable=False),
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
    UniqueConstraint("source", "external_id"),
    Index(
        "ix_events_context",
        "route",
        "conversation_key",
        postgresql_where=text("status = 'context'"),
        sqlite_where=text("status = 'context'"),
    ),
    # Few rows are set aside; accepted ones are found through their turns.
    Index(
        "ix_events_set_aside",
        "status",
        "id",
        postgresql_where=text("status <> 'accepted'"),
        sqlite_where=text("status <> 'accepted'"),
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

event_bodies = Table(
    "event_bodies",
    metadata,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
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

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("route", Key, nullable=False),
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
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    UniqueConstraint("route", "key"),
    # Few wait for a person, and somebody counts them.
    Index(
        "ix_conversations_handed_off",
        "changed_at",
        postgresql_where=text("status = 'handed_off'"),
        sqlite_where=text("status = 'handed_off'"),
    ),
)

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

lanes = Table(
    "lanes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Key, nullable=False),
    Column("route", Key, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("backlog_id", BigInteger, nullable=False, server_default="0"),
    Column("paused", Boolean, nullable=False),
    UniqueConstraint("account", "route", "priority", "backlog_id"),
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
        postgresql_where=text("ready_at IS NOT NULL"),
        sqlite_where=text("ready_at IS NOT NULL"),
    ),
    Index(
        "ix_schedule_owner", "owner", postgresql_where=text("owner IS NOT NULL"), sqlite_where=text("owner IS NOT NULL")
    ),
)

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

followups = Table(
    "followups",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="the id of its event"),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("route", Key, comment="its event's, kept here so that a message finds what waits in its conversation"),
    Column("conversation_key", Key),
    Column("due_at", Millis, nullable=False, comment="not before this time; moved by newer messages and closed hours"),
    Column("after", Millis, comment="counted from the conversation's last message; null: at a set time"),
    Column("keep", Boolean, nullable=False, server_default=false(), comment="stays when the customer writes again"),
    Column("expires_at", Millis, comment="too late to be sent; null: never"),
    Column("created_at", Millis, nullable=False),
    Column("ended_at", Millis, comment="when it stopped being scheduled"),
    Index(
        "ix_followups_due",
        "due_at",
        "id",
        postgresql_where=text("status = 'scheduled'"),
        sqlite_where=text("status = 'scheduled'"),
    ),
    Index(
        "ix_followups_waiting",
        "route",
        "conversation_key",
        postgresql_where=text("status = 'scheduled'"),
        sqlite_where=text("status = 'scheduled'"),
    ),
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
    Index("ix_workers_alive", "expires_at", postgresql_where=text("NOT dead"), sqlite_where=text("NOT dead")),
)

ticks = Table(
    "ticks",
    metadata,
    Column("name", Key, primary_key=True),
    Column("at", Millis, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Key, nullable=False),
    Column("hash", Key, nullable=False, comment="hex SHA-256 of the token, which itself is kept nowhere"),
    Column("routes", Text, nullable=False, comment="JSON: the routes it may hand messages in for"),
    Column("source", Text, nullable=False, comment="the source of every event that comes with it"),
    Column("created_at", Millis, nullable=False),
    Column("revoked_at", Millis),
    Column("used_on", Integer, comment="UTC day number of its last use"),
    UniqueConstraint("hash"),
    # A name is free again once its token is revoked.
    Index(
        "ix_tokens_live_name",
        "name",
        unique=True,
        postgresql_where=text("revoked_at IS NULL"),
        sqlite_where=text("revoked_at IS NULL"),
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Millis, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text),
    Index("ix_audit_subject", "subject"),
)

# A prefix is put before these names and no others.
for _table in metadata.tables.values():
    _table.name = TableName(_table.name)
