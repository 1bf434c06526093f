"""Tables of API tokens and of the audit log."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false

from connector.storage.tables.base import Id, Key, Millis, metadata, only_where

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Key, nullable=False),
    Column("hash", Key, nullable=False, comment="hex SHA-256 of the token, which itself is kept nowhere"),
    Column("routes", Text, nullable=False, comment="JSON: the routes it may hand messages in for"),
    Column("source", Text, nullable=False, comment="the source of every event that comes with it"),
    Column("rights", Text, nullable=False, server_default='["send"]', comment="JSON: of send, read, manage"),
    Column("all_sources", Boolean, nullable=False, server_default=false(), comment="it reads what others brought, too"),
    Column("created_at", Millis, nullable=False),
    Column("revoked_at", Millis),
    Column("used_on", Integer, comment="UTC day number of its last use"),
    UniqueConstraint("hash"),
    # A name is free again once its token is revoked.
    Index(
        "ix_tokens_live_name",
        "name",
        unique=True,
        info=only_where("revoked_at IS NULL"),
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
