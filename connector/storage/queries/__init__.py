"""Reading, for people and programs: every function returns plain values, ready to be printed as JSON."""

from __future__ import annotations

from connector.storage.queries.accounts import accounts, routes
from connector.storage.queries.audit import history
from connector.storage.queries.conversations import (
    conversation,
    conversation_head,
    conversation_ids,
    conversation_page,
    conversations,
    origin_of,
    speaks_in,
)
from connector.storage.queries.endpoints import endpoints
from connector.storage.queries.events import attachment_body, event, events, message_heads, messages
from connector.storage.queries.export import export_turns
from connector.storage.queries.followups import followups
from connector.storage.queries.outbox import outside_calls
from connector.storage.queries.replies import replies, reply
from connector.storage.queries.turns import Page, turn, turn_history, turn_json_many, turns

__all__ = [
    "Page",
    "accounts",
    "attachment_body",
    "conversation",
    "conversation_head",
    "conversation_ids",
    "conversation_page",
    "conversations",
    "endpoints",
    "event",
    "events",
    "export_turns",
    "followups",
    "history",
    "message_heads",
    "messages",
    "origin_of",
    "outside_calls",
    "replies",
    "reply",
    "routes",
    "speaks_in",
    "turn",
    "turn_history",
    "turn_json_many",
    "turns",
]
