"""Table definitions in SQLAlchemy Core; the migrations build them, a test holds the two together.

Times are integers: milliseconds since 1970, UTC, by the database's clock. They compare alike on both databases, index
well and carry no zone to lose. JSON columns are text that only Python reads. Money-time columns (``schedule``,
``turns``, ``attempts``) are narrow or written seldom; see ``docs/decisions``.
"""

from __future__ import annotations

from connector.storage.core.table_names import TableName
from connector.storage.tables.accounts import accounts, brake_counts, grants, routes
from connector.storage.tables.admin import audit, tokens
from connector.storage.tables.base import Id, Key, Millis, metadata, with_conditions
from connector.storage.tables.channels import source_folders, sources
from connector.storage.tables.conversations import conversations, known_customers, lanes, schedule
from connector.storage.tables.events import (
    attachment_bodies,
    attachments,
    conflicts,
    event_bodies,
    events,
    hook_tokens,
    joined,
)
from connector.storage.tables.followups import followups
from connector.storage.tables.oauth import oauth_tokens
from connector.storage.tables.replies import endpoints, outbox, outbox_attempts, replies, reply_attempts
from connector.storage.tables.threads import participants
from connector.storage.tables.turns import attempts, raw_bodies, trouble, turns
from connector.storage.tables.workers import leases, ticks, workers

__all__ = [
    "Id",
    "Key",
    "Millis",
    "accounts",
    "attachment_bodies",
    "attachments",
    "attempts",
    "audit",
    "brake_counts",
    "conflicts",
    "conversations",
    "endpoints",
    "event_bodies",
    "events",
    "followups",
    "grants",
    "hook_tokens",
    "joined",
    "known_customers",
    "lanes",
    "leases",
    "metadata",
    "oauth_tokens",
    "outbox",
    "outbox_attempts",
    "participants",
    "raw_bodies",
    "replies",
    "reply_attempts",
    "routes",
    "schedule",
    "source_folders",
    "sources",
    "ticks",
    "tokens",
    "trouble",
    "turns",
    "with_conditions",
    "workers",
]

for _table in metadata.tables.values():
    _table.name = TableName(_table.name)
