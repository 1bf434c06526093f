"""Hand-offs: what giving a conversation to a person, or back, owes to provider and webhook; pure.

A change of hands is committed together with its outside calls, as rows of an outbox; they are made afterwards, in
order, each until it is done or given up. All of them may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connector.values import CallResult, OutboxStatus, Outcome

DAY = 86400.0


AtEnd = Literal["end_chat", "keep_chat", "delete_chat"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hands:
    """A route's rules for hand-offs: which outside calls one owes.

    ``tells``: the channel that hears of it, if any. ``holds``: the agent is kept quiet at the provider while a person
    has the conversation. ``at_end``: what becomes of the provider's chat when the conversation is closed.
    ``withdraws``: answers that wait to go back to their source are stopped at once.
    """

    tells: str | None = None
    holds: bool = False
    at_end: AtEnd = "keep_chat"
    withdraws: bool = False


_MENDABLE = {
    Outcome.NOT_SENT,
    Outcome.BUSY,
    Outcome.SERVER_ERROR,
    Outcome.LOST,
    Outcome.CREDENTIALS,
    Outcome.MISCONFIGURED,
}


def after_call(result: CallResult | None, *, age: float, delay: float) -> tuple[OutboxStatus, str | None, float]:
    """The item's next status, why, and the delay in seconds; ``age`` is its age in seconds, ``delay`` the backoff.

    Every one of these calls may be made twice, so unclear means again. A chat that is over needs nothing more. None for
    ``result`` says that the provider has no such call.
    """
    if result is None:
        return OutboxStatus.SKIPPED, "the provider has no such call", 0.0
    outcome = result.outcome
    if outcome is Outcome.ANSWERED:
        return OutboxStatus.DONE, None, 0.0
    if outcome is Outcome.CHAT_OVER:
        return OutboxStatus.DONE, str(outcome), 0.0
    if outcome not in _MENDABLE:
        return OutboxStatus.FAILED, str(outcome), 0.0
    if age > DAY:
        return OutboxStatus.FAILED, f"gave_up: {outcome}", 0.0
    return OutboxStatus.QUEUED, str(outcome), max(delay, result.retry_after or 0.0)
