"""Reading, for people and programs: every function returns plain values, ready to be printed as JSON."""

from __future__ import annotations

from connector.storage.views.conversation_views import conversation, conversation_head, conversation_ids, conversations
from connector.storage.views.endpoint_views import endpoints
from connector.storage.views.event_views import event, events, messages
from connector.storage.views.exporting import export_turns
from connector.storage.views.followup_views import followups
from connector.storage.views.gate_views import accounts, history, routes
from connector.storage.views.outbox_views import outside_calls
from connector.storage.views.overview import status
from connector.storage.views.reply_views import replies, reply
from connector.storage.views.turn_views import turn, turn_history, turn_json_many, turns

__all__ = [
    "accounts",
    "conversation",
    "conversation_head",
    "conversation_ids",
    "conversations",
    "endpoints",
    "event",
    "events",
    "export_turns",
    "followups",
    "history",
    "messages",
    "outside_calls",
    "replies",
    "reply",
    "routes",
    "status",
    "turn",
    "turn_history",
    "turn_json_many",
    "turns",
]
