"""Tables of replies, failing endpoints, and the outbox."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, text

from connector.storage.tables.base import Id, Key, Millis, metadata, only_where

replies = Table(
    "replies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False, server_default="turn", comment="turn, or hand_off: a change of hands is told"),
    Column("turn_id", BigInteger, comment="null for a hand_off"),
    Column("conversation_id", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("marker", Text, nullable=False),
    Column("turn_status", Text),
    Column("turn_revision", Integer),
    Column("turn_reason", Text),
    Column("body", Text, comment="JSON: what a hand_off tells"),
    Column("mode", Text, comment="draft, internal, public; null where the channel knows no modes"),
    Column("approved_by", Text, comment="who let a draft leave"),
    Column("position", Integer, comment="that of its turn; answers to a source leave in this order"),
    Column("text", Text, comment="what goes to a source, perhaps edited; null: the turn's answer"),
    Column("edited", Boolean, nullable=False, server_default=text("false"), comment="a person has changed the text"),
    Column("not_before", Millis, comment="until then a person can stop it; null: there is no delay"),
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
    Column("unclear_at", Millis, comment="when a delivery began that may have arrived; null: there is none"),
    Column("looks", Integer, nullable=False, server_default="0", comment="times it was looked for at the receiver"),
    Column("stamp", Text, comment="the state of the receiver's place that a conditional post depends on"),
    Column("external_id", Text, comment="the receiver's id of what was delivered"),
    Column("external_url", Text),
    Column(
        "ready_at",
        Millis,
        comment="null: under way, final, or waiting for its endpoint to be enabled",
    ),
    Column("owner", BigInteger),
    Column("created_at", Millis, nullable=False),
    Column("delivered_at", Millis, comment="kept while it is delivered once more"),
    UniqueConstraint("turn_id", "turn_revision", "channel"),
    Index(
        "ix_replies_ready",
        "ready_at",
        info=only_where("ready_at IS NOT NULL"),
    ),
    Index(
        "ix_replies_owner",
        "owner",
        info=only_where("owner IS NOT NULL"),
    ),
    Index(
        "ix_replies_parked",
        "channel",
        info=only_where("status = 'queued' AND ready_at IS NULL"),
    ),
    # Those of one conversation are told in their order.
    Index(
        "ix_replies_hand_off",
        "conversation_id",
        "id",
        info=only_where("kind = 'hand_off'"),
    ),
    # A turn is answered at its source once at most, whatever becomes of it later.
    Index("uq_replies_source", "turn_id", unique=True, info=only_where("mode IS NOT NULL")),
    # Those of one conversation leave in the order of their turns.
    Index(
        "ix_replies_leaving",
        "conversation_id",
        info=only_where("mode IS NOT NULL AND (status = 'queued' OR status = 'sending')"),
    ),
    # A report of what was not delivered names it so.
    Index(
        "ix_replies_external_id",
        "external_id",
        info=only_where("external_id IS NOT NULL"),
    ),
    # What was stopped may be revived by the end of a later turn.
    Index(
        "ix_replies_stopped",
        "conversation_id",
        info=only_where("status = 'cancelled' OR status = 'draft'"),
    ),
)

reply_attempts = Table(
    "reply_attempts",
    metadata,
    Column("reply_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("call", Text, nullable=False, server_default="deliver", comment="deliver, or find: it is looked for"),
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
        info=only_where("ready_at IS NOT NULL"),
    ),
    Index(
        "ix_outbox_owner",
        "owner",
        info=only_where("owner IS NOT NULL"),
    ),
    Index(
        "ix_outbox_failed",
        "id",
        info=only_where("status = 'failed'"),
    ),
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
