"""When a reply is delivered again, decided purely: the published schedule, what each outcome leads to, when to give up.

The table in ``docs/replies.md`` is made from :data:`WAITS`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from connector.values import CallResult, Outcome, ReplyStatus

WAITS = (5.0, 30.0, 120.0, 600.0, 1800.0, *[3600.0] * 71)
"""Seconds from each failed delivery to the next: three days in all. After the last one the reply has failed."""
JITTER = 0.1
"""Each wait is longer by up to this part of it, by chance, so that replies of one outage do not come back in step."""
STREAK_ENDS = 86400.0
"""Seconds without any delivery that failed after which an endpoint's failures count anew."""
ALARM_AFTER = 600.0
"""Seconds without a success after which ``status`` names an endpoint whose deliveries fail."""

GONE = "gone"
"""Why an endpoint is disabled that answered 410: it asked to be called no more."""
FAILING = "failing"
"""Why an endpoint is disabled that took nothing for days."""

_AGAIN = frozenset({Outcome.NOT_SENT, Outcome.BUSY, Outcome.SERVER_ERROR, Outcome.LOST})


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryDecision:
    """What follows from one delivery.

    ``delay`` in seconds, while the reply stays queued. ``gives_up``: the schedule is over, so it has failed, unless its
    endpoint takes nothing at all: then there is nothing wrong with this one. ``gone``: the receiver asked to be called
    no more, so its endpoint is disabled.
    """

    status: ReplyStatus
    reason: str | None = None
    delay: float = 0.0
    gives_up: bool = False
    gone: bool = False


def wait(delays: int, jitter: random.Random, waits: Sequence[float] = WAITS) -> float:
    """Seconds to the next delivery of a reply that was put off ``delays`` times before."""
    scheduled = waits[min(delays, len(waits) - 1)]
    return jitter.uniform(scheduled, scheduled * (1 + JITTER))


def after_delivery(
    result: CallResult, *, delays: int, jitter: random.Random, waits: Sequence[float] = WAITS
) -> DeliveryDecision:
    """What becomes of a reply that was put off ``delays`` times before this delivery.

    Receivers drop repeats by the marker, so an unclear delivery is made again. A 429 or 503 may ask for a longer wait
    than the schedule's, never for a shorter one.
    """
    reason = str(result.outcome)
    if result.outcome is Outcome.ANSWERED:
        return DeliveryDecision(status=ReplyStatus.DELIVERED)
    if result.http_status == 410:
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=GONE, gone=True)
    if result.outcome not in _AGAIN:
        return DeliveryDecision(status=ReplyStatus.FAILED, reason=reason)
    delay = max(wait(delays, jitter, waits), result.retry_after or 0.0)
    return DeliveryDecision(status=ReplyStatus.QUEUED, reason=reason, delay=delay, gives_up=delays >= len(waits))
