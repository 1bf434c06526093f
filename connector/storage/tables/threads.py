"""Table of who took part in mail threads: only they may write to one."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from connector.storage.tables.base import Key, metadata

participants = Table(
    "participants",
    metadata,
    Column("source", Key, nullable=False, comment="that of the thread's mails"),
    Column("conversation_key", Key, nullable=False),
    Column("address", Key, nullable=False, comment="in lower case; From, To, Cc or the customer of one of its mails"),
    PrimaryKeyConstraint("source", "conversation_key", "address"),
)
