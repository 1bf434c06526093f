"""Frozen values that travel between the layers; no behaviour beyond small derivations.

Times are aware UTC ``datetime``; durations are seconds as ``float``; ids are integers inside and opaque strings at the
edges.
"""

from __future__ import annotations

from connector.values.chats import (
    CallResult,
    Capabilities,
    ChatContext,
    ChatOperations,
    History,
    HistoryEntry,
    Opened,
    Provider,
    ProviderAccount,
    ProviderFactory,
    TurnRequest,
    TurnResult,
)
from connector.values.events import (
    FOLLOWUP_EXPIRES,
    FOLLOWUP_PRIORITY,
    Callback,
    Customer,
    Event,
    Followup,
    Received,
    Refusal,
)
from connector.values.replies import Publisher, ReplyChannel, ReplyMessage
from connector.values.statuses import (
    BACKLOG_PRIORITY,
    BROKER,
    FINAL_TURN_STATUSES,
    OPEN,
    OUTBOX_OPEN,
    RESUMING,
    Call,
    ConversationStatus,
    EventStatus,
    FollowupStatus,
    OutboxKind,
    OutboxStatus,
    Outcome,
    ReplyStatus,
    TurnStatus,
)

__all__ = [
    "BACKLOG_PRIORITY",
    "BROKER",
    "FINAL_TURN_STATUSES",
    "FOLLOWUP_EXPIRES",
    "FOLLOWUP_PRIORITY",
    "OPEN",
    "OUTBOX_OPEN",
    "RESUMING",
    "Call",
    "CallResult",
    "Callback",
    "Capabilities",
    "ChatContext",
    "ChatOperations",
    "ConversationStatus",
    "Customer",
    "Event",
    "EventStatus",
    "Followup",
    "FollowupStatus",
    "History",
    "HistoryEntry",
    "Opened",
    "OutboxKind",
    "OutboxStatus",
    "Outcome",
    "Provider",
    "ProviderAccount",
    "ProviderFactory",
    "Publisher",
    "Received",
    "Refusal",
    "ReplyChannel",
    "ReplyMessage",
    "ReplyStatus",
    "TurnRequest",
    "TurnResult",
    "TurnStatus",
]
