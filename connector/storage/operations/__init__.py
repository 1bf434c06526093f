"""What operators do: each a single short transaction that leaves an audit row, or says why it cannot be done."""

from __future__ import annotations

from connector.storage.operations.bulk import BulkChange, cancel_turns, resolve_turns, retry_turns
from connector.storage.operations.conversation_changes import (
    LONGEST_NOTE,
    LONGEST_REASON,
    ConversationChange,
    close_conversation,
    hand_off_conversation,
    resume_conversation,
)
from connector.storage.operations.endpoint_changes import EndpointChange, disable_endpoint, enable_endpoint
from connector.storage.operations.gates import (
    GateChange,
    pause_account,
    pause_route,
    resume_account,
    resume_route,
    stop_route,
)
from connector.storage.operations.outbox_changes import OutboxChange, cancel_outbox, retry_outbox
from connector.storage.operations.replay import ReplayFilter, count_replay, replay
from connector.storage.operations.reply_changes import (
    FollowupChange,
    ReplyChange,
    cancel_followup,
    cancel_reply,
    resolve_reply,
    retry_reply,
)
from connector.storage.operations.turn_changes import Resolution, TurnChange, cancel_turn, resolve_turn, retry_turn

__all__ = [
    "LONGEST_NOTE",
    "LONGEST_REASON",
    "BulkChange",
    "ConversationChange",
    "EndpointChange",
    "FollowupChange",
    "GateChange",
    "OutboxChange",
    "ReplayFilter",
    "ReplyChange",
    "Resolution",
    "TurnChange",
    "cancel_followup",
    "cancel_outbox",
    "cancel_reply",
    "cancel_turn",
    "cancel_turns",
    "close_conversation",
    "count_replay",
    "disable_endpoint",
    "enable_endpoint",
    "hand_off_conversation",
    "pause_account",
    "pause_route",
    "replay",
    "resolve_reply",
    "resolve_turn",
    "resolve_turns",
    "resume_account",
    "resume_conversation",
    "resume_route",
    "retry_outbox",
    "retry_reply",
    "retry_turn",
    "retry_turns",
    "stop_route",
]
