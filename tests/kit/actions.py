"""The storage's actions for tests of routes without a way back: nothing is owed unless the test says so."""

from __future__ import annotations

from functools import partial

from connector.storage import actions
from connector.storage.actions import (
    ReplayFilter,
    approve_reply,
    cancel_followup,
    cancel_outbox,
    cancel_reply,
    count_replay,
    disable_endpoint,
    enable_endpoint,
    pause_account,
    pause_route,
    reject_reply,
    replay,
    resolve_reply,
    resume_account,
    resume_route,
    retry_outbox,
    retry_reply,
    stop_route,
)
from connector.storage.queries.rendering import NOTHING

__all__ = [
    "ReplayFilter",
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

retry_turn = partial(actions.retry_turn, channels=NOTHING)
resolve_turn = partial(actions.resolve_turn, channels=NOTHING)
cancel_turn = partial(actions.cancel_turn, channels=NOTHING)
retry_turns = partial(actions.retry_turns, channels=NOTHING)
resolve_turns = partial(actions.resolve_turns, channels=NOTHING)
cancel_turns = partial(actions.cancel_turns, channels=NOTHING)
hand_off_conversation = partial(actions.hand_off_conversation, hands=NOTHING)
resume_conversation = partial(actions.resume_conversation, channels=NOTHING, hands=NOTHING)
close_conversation = partial(actions.close_conversation, channels=NOTHING, hands=NOTHING)
