"""Follow-ups that fall due: sent, moved, skipped or expired; pure.

The time and the conversation are arguments; the decision is the follow-up as it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connector.policy.business_hours import Hours
from connector.values import ConversationStatus, FollowupStatus

OVERDUE = "overdue"
NEWER_MESSAGE = "newer_message"
OUTSIDE_HOURS = "outside_hours"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A follow-up as it waits; times in milliseconds since 1970.

    ``after`` is counted from the conversation's last message; ``expires_at`` None means never.
    """

    due_at: int
    after: int | None = None
    expires_at: int | None = None
    status: FollowupStatus = FollowupStatus.SCHEDULED
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What decides beside the follow-up itself: who has the conversation, its last message, its route's hours."""

    status: ConversationStatus = ConversationStatus.OPEN
    last_message: int | None = None
    hours: Hours | None = None


def fall_due(waiting: Waiting, around: Surroundings, now: int) -> Waiting:
    """The follow-up as it goes on from ``now``: sent, moved to a later time, skipped or expired. Never early.

    It expires so long after the time at which it could have been sent; waiting for an opening does not use that up,
    being late does, whatever the reason.
    """
    due_at = waiting.due_at
    if waiting.after is not None and around.last_message is not None:
        due_at = max(due_at, around.last_message + waiting.after)
    counted = due_at
    due_at = _opening(around.hours, due_at)
    if due_at != waiting.due_at:
        late = None if waiting.expires_at is None else waiting.expires_at + due_at - waiting.due_at
        reason = OUTSIDE_HOURS if due_at != counted else NEWER_MESSAGE
        waiting = replace(waiting, due_at=due_at, expires_at=late, reason=reason)
    if due_at > now:
        return waiting
    if around.status is not ConversationStatus.OPEN:
        return replace(waiting, status=FollowupStatus.SKIPPED, reason=str(around.status))
    if waiting.expires_at is not None and now > waiting.expires_at:
        return replace(waiting, status=FollowupStatus.EXPIRED, reason=OVERDUE)
    if (opening := _opening(around.hours, now)) > now:
        return replace(waiting, due_at=opening, reason=OUTSIDE_HOURS)
    return replace(waiting, status=FollowupStatus.SENT, reason=None)


def _opening(hours: Hours | None, millis: int) -> int:
    if hours is None:
        return millis
    moment = _EPOCH + timedelta(milliseconds=millis)
    return max(millis, (hours.next_opening(moment) - _EPOCH) // timedelta(milliseconds=1))
