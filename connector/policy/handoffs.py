"""Who has a conversation, and what a change of hands owes the outside: the words, and the one decision about them.

A change of hands is committed together with its outside calls, as rows of an outbox; they are made afterwards, in
order, each until it is done or given up. All of them may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from connector.values import CallResult, ChatContext, Outcome

DAY = 86400.0


class OutboxKind(StrEnum):
    """What an outside call is for: ``tell`` the route's webhook, or something that the provider is asked."""

    TELL = "tell"
    HOLD = "hold"  # a person has the chat: the agent is to keep quiet in it
    BRIEF = "brief"  # the agent is told what happened meanwhile
    RELEASE = "release"  # the agent has the chat again
    END = "end"  # the conversation is closed, and so is its chat
    FORGET = "forget"  # and what the provider keeps of it


class OutboxStatus(StrEnum):
    """Where an outside call stands; ``skipped``: the provider has no such call."""

    QUEUED = "queued"
    SENDING = "sending"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


OUTBOX_OPEN = (OutboxStatus.QUEUED, OutboxStatus.SENDING)

AtEnd = Literal["end_chat", "keep_chat", "delete_chat"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hands:
    """What a change of hands owes on one route.

    ``tells``: its webhook hears of it. ``holds``: the agent is kept quiet at the provider while a person has the
    conversation. ``at_end``: what becomes of the provider's chat when the conversation is closed.
    """

    tells: bool = False
    holds: bool = False
    at_end: AtEnd = "keep_chat"


class ChatOperations(Protocol):
    """What a provider may do to a chat beyond the conversation itself; each method is optional, on its own.

    ``conversation.chat_id`` is the chat. Each call may be made again after an unclear outcome, and must not do harm
    then; ``again`` says that it is. A chat that is gone is ``chat_over``; nothing (None) means that the account's API
    has no such call after all. They never raise.
    """

    async def hold(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Keep the agent quiet: a person has the chat."""
        ...

    async def release(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Let the agent answer again."""
        ...

    async def brief(self, conversation: ChatContext, note: str, *, again: bool) -> CallResult | None:
        """Tell the agent what happened, without an answer of its own; once, also if it is called again."""
        ...

    async def end(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """End the chat for good."""
        ...

    async def forget(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Have the provider forget the chat and its messages."""
        ...


_PASSING = {Outcome.NOT_SENT, Outcome.BUSY, Outcome.SERVER_ERROR, Outcome.LOST}
_MENDABLE = _PASSING | {Outcome.CREDENTIALS, Outcome.MISCONFIGURED}


def after_call(
    kind: OutboxKind, result: CallResult | None, *, age: float, delay: float
) -> tuple[OutboxStatus, str | None, float]:
    """The item's next status, why, and the delay in seconds; ``age`` is its age in seconds, ``delay`` the backoff.

    Every one of these calls may be made twice, so unclear means again. A chat that is over needs nothing more. None for
    ``result`` says that the provider has no such call.
    """
    if result is None:
        return OutboxStatus.SKIPPED, "the provider has no such call", 0.0
    outcome = result.outcome
    if outcome is Outcome.ANSWERED:
        return OutboxStatus.DONE, None, 0.0
    at_provider = kind is not OutboxKind.TELL
    if at_provider and outcome is Outcome.CHAT_OVER:
        return OutboxStatus.DONE, str(outcome), 0.0
    if outcome not in (_MENDABLE if at_provider else _PASSING):
        return OutboxStatus.FAILED, str(outcome), 0.0
    if age > (DAY if at_provider else 3 * DAY):
        return OutboxStatus.FAILED, f"gave_up: {outcome}", 0.0
    return OutboxStatus.QUEUED, str(outcome), max(delay, result.retry_after or 0.0)
