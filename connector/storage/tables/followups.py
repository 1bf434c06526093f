"""Table of follow-ups: messages that are due later."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, false

from connector.storage.tables.base import Key, Millis, metadata, only_where

followups = Table(
    "followups",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="the id of its event"),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("route", Key, comment="its event's, kept here so that a message finds what waits in its conversation"),
    Column("origin", Key, nullable=False, server_default="key", comment="that of its conversation"),
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
        info=only_where("status = 'scheduled'"),
    ),
    Index(
        "ix_followups_waiting",
        "route",
        "conversation_key",
        "origin",
        info=only_where("status = 'scheduled'"),
    ),
)
