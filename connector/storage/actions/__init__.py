"""Operators' actions: each a short transaction that leaves an audit row, or says why it cannot be done."""

from __future__ import annotations

from connector.storage.actions.accounts import pause_account, resume_account
from connector.storage.actions.bulk import cancel_turns, resolve_turns, retry_turns
from connector.storage.actions.conversations import (
    LONGEST_NOTE,
    LONGEST_REASON,
    close_conversation,
    hand_off_conversation,
    resume_conversation,
)
from connector.storage.actions.endpoints import disable_endpoint, enable_endpoint
from connector.storage.actions.events import release_event
from connector.storage.actions.followups import cancel_followup
from connector.storage.actions.outbox import cancel_outbox, retry_outbox
from connector.storage.actions.replay import ReplayFilter, count_replay, replay
from connector.storage.actions.replies import (
    approve_reply,
    cancel_reply,
    reject_reply,
    resolve_reply,
    retry_reply,
)
from connector.storage.actions.routes import pause_route, resume_route, stop_route
from connector.storage.actions.sources import start_source, stop_source
from connector.storage.actions.turns import Resolution, cancel_turn, resolve_turn, retry_turn

__all__ = [
    "LONGEST_NOTE",
    "LONGEST_REASON",
    "ReplayFilter",
    "Resolution",
    "approve_reply",
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
    "reject_reply",
    "release_event",
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
    "start_source",
    "stop_route",
    "stop_source",
]
