"""Retry schedule of replies: when one is delivered again, looked for, or given up; pure.

What follows an unclear delivery depends on what the channel can do, as the policy of turns depends on the provider:
repeat it where the receiver drops repeats, look for it where it can be found again, post it once more under the same
stamp where a second post would be refused, and otherwise leave it ``unknown`` for a person. A worker that died while it
delivered is asked the same. The table in ``docs/replies.md`` is made from :data:`WAITS`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.values import MAIL_SOURCE, CallResult, ChannelCapabilities, Outcome, ReplyLookup, ReplyStatus

WAITS = (5.0, 30.0, 120.0, 600.0, 1800.0, *[3600.0] * 71)
"""Seconds from each failed delivery to the next: three days in all. After the last one the reply has failed."""
JITTER = 0.1
"""Each wait is longer by up to this part of it, by chance, so that replies of one outage do not come back in step."""
LOOKS = (5.0, 30.0, 120.0, 600.0, 1800.0)
"""Seconds from an unclear delivery to each look for it; after the last one a person must say what became of it."""
ABSENCE_AFTER = 120.0
"""Seconds after an unclear delivery from which not finding it may prove something: until then it may still arrive."""
STREAK_ENDS = 86400.0
"""Seconds without any delivery that failed after which an endpoint's failures count anew."""
ALARM_AFTER = 600.0
"""Seconds without a success after which ``status`` names an endpoint whose deliveries fail."""

GONE = "gone"
"""Why an endpoint is disabled that answered 410: it asked to be called no more."""
FAILING = "failing"
"""Why an endpoint is disabled that took nothing for days."""
WORKER_LOST = "worker_lost"
"""Why a reply is in doubt whose worker died while it was delivering."""
CHANGED = "changed"
"""Why a reply is written anew: the place it goes to has changed since it was read."""

DRAFT, INTERNAL, PUBLIC = "draft", "internal", "public"
"""The modes of an answer to the source of its message: it waits for a person, is a note, or reaches the customer."""

_NOT_DELIVERED = frozenset({Outcome.NOT_SENT, Outcome.BUSY, Outcome.CREDENTIALS})
"""Where our login is not taken, nothing is: what waits goes once somebody has put it right."""
_UNCLEAR = frozenset({Outcome.SERVER_ERROR, Outcome.LOST})
"""A receiver's own 500 is unclear too: some store what they are given and fail afterwards."""
_CHANGED = frozenset({409, 412})


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryDecision:
    """What follows from one delivery, or from one look for it.

    ``delay``: seconds to the next step, which is a delivery while the status is ``queued`` and a look while it is
    ``unknown``; None: no step by itself. ``unclear``: this very delivery may have arrived. ``anew``: what was known of
    an earlier one, its doubt and its stamp, counts no more. ``gives_up``: the schedule is over, so it has failed,
    unless its endpoint takes nothing at all: then there is nothing wrong with this one. ``gone``: the receiver asked to
    be called no more, so its endpoint is disabled.
    """

    status: ReplyStatus
    reason: str | None = None
    delay: float | None = None
    unclear: bool = False
    anew: bool = False
    gives_up: bool = False
    gone: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyStanding:
    """What is known of a reply before a step: how often it was put off, whether an earlier delivery is in doubt.

    ``stamped``: the state that its post depends on is stored. ``looks``: how often it was looked for since the doubt
    began, which was ``doubt`` seconds ago.
    """

    delays: int = 0
    stamped: bool = False
    doubted: bool = False
    looks: int = 0
    doubt: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceWay:
    """The way back of a route with ``reply = "source"``: each answer goes where its message came from.

    ``channels`` are those of the sources that can send, by the source's name; ``only`` is the one by which messages are
    answered that came by file, or by a source that cannot send, if there is exactly one. ``delay`` is how many seconds
    a public answer waits. ``domains``: by channel, of mail, the domain on which its Message-IDs stand.
    """

    channels: Mapping[str, str]
    only: str | None = None
    mode: str = DRAFT
    delay: float = 0.0
    domains: Mapping[str, str] = field(default_factory=dict)

    def channel_of(self, source: str, source_name: str | None) -> str | None:
        """By which channel a message is answered; None: it came by another door, and nobody is told."""
        found = self.channels.get(source_name or source)
        return self.only if found is None and source.startswith(MAIL_SOURCE) else found


WaysBack = Mapping[str, "str | SourceWay"]
"""The way back of each route that has one: a channel that is told of every outcome, or the source of each message."""


def first_status(mode: str) -> ReplyStatus:
    """Where a new answer to its source begins; nothing else decides that."""
    return ReplyStatus.DRAFT if mode == DRAFT else ReplyStatus.QUEUED


def wait(delays: int, jitter: random.Random, waits: Sequence[float] = WAITS) -> float:
    """Seconds to the next delivery of a reply that was put off ``delays`` times before."""
    scheduled = waits[min(delays, len(waits) - 1)]
    return jitter.uniform(scheduled, scheduled * (1 + JITTER))


def after_delivery(
    result: CallResult,
    can: ChannelCapabilities,
    standing: ReplyStanding,
    *,
    jitter: random.Random,
    waits: Sequence[float] = WAITS,
) -> DeliveryDecision:
    """What becomes of a reply after this delivery.

    A 429 or 503 may ask for a longer wait than the schedule's, never for a shorter one.
    """
    reason = str(result.outcome)
    if result.outcome is Outcome.ANSWERED:
        return DeliveryDecision(status=ReplyStatus.DELIVERED)
    if result.http_status == 410 and can.repeatable:
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=GONE, delay=0.0, gone=True)
    delay = max(wait(standing.delays, jitter, waits), result.retry_after or 0.0)
    over = standing.delays >= len(waits)
    if can.conditional_post and result.http_status in _CHANGED:
        # Somebody wrote there since it was read. Was it we, by the delivery whose outcome is not known?
        if standing.doubted:
            return _in_doubt(CHANGED, can)
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=CHANGED, delay=delay, anew=True, gives_up=over)
    if result.outcome in _NOT_DELIVERED:
        if standing.doubted and over:
            return DeliveryDecision(status=ReplyStatus.UNKNOWN, reason=reason)
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=reason, delay=delay, gives_up=over)
    if result.outcome not in _UNCLEAR:
        # Refused now; but an earlier delivery may be there.
        return _in_doubt(reason, can) if standing.doubted else _failed(reason)
    if can.repeatable:
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=reason, delay=delay, gives_up=over)
    return _unclear(reason, can, standing, delay=delay, over=over)


def after_worker_lost(can: ChannelCapabilities, standing: ReplyStanding) -> DeliveryDecision:
    """What becomes of a reply whose worker died while it delivered, or was about to."""
    if can.repeatable:
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=WORKER_LOST, delay=0.0)
    if can.conditional_post and not standing.stamped:  # nothing is posted before its stamp is stored
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=WORKER_LOST, delay=0.0)
    return _unclear(WORKER_LOST, can, standing, delay=0.0, over=False)


def after_lookup(
    looked: ReplyLookup,
    can: ChannelCapabilities,
    standing: ReplyStanding,
    *,
    jitter: random.Random,
    waits: Sequence[float] = WAITS,
) -> DeliveryDecision:
    """What becomes of a reply in doubt after looking for it at the receiver.

    Found is delivered. Not found proves something only where the channel says so, and not at once; the same post is
    made again where a second one would be refused. A look that failed proves nothing, and is made again.
    """
    if looked.outcome is not Outcome.ANSWERED:
        if standing.looks >= len(waits):
            return DeliveryDecision(status=ReplyStatus.UNKNOWN, reason=str(looked.outcome))
        delay = max(wait(standing.looks, jitter, waits), looked.retry_after or 0.0)
        return DeliveryDecision(status=ReplyStatus.UNKNOWN, reason=str(looked.outcome), delay=delay)
    if looked.found:
        return DeliveryDecision(status=ReplyStatus.DELIVERED, reason="found", anew=True)
    if can.absence_proves and standing.doubt >= ABSENCE_AFTER:
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason="not_found", delay=0.0, anew=True)
    if can.conditional_post and standing.stamped and standing.looks < len(LOOKS):
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason="not_found", delay=0.0)
    return _look_again("not_found", standing.looks)


def _unclear(
    reason: str, can: ChannelCapabilities, standing: ReplyStanding, *, delay: float, over: bool
) -> DeliveryDecision:
    if can.finds_reply:
        return _in_doubt(reason, can)
    if can.conditional_post and standing.stamped and not over:
        return DeliveryDecision(status=ReplyStatus.QUEUED, reason=reason, delay=delay, unclear=True)
    return DeliveryDecision(status=ReplyStatus.UNKNOWN, reason=reason, unclear=True)


def _in_doubt(reason: str, can: ChannelCapabilities) -> DeliveryDecision:
    """Unknown: looked for if it can be, else held for a person."""
    delay = LOOKS[0] if can.finds_reply else None
    return DeliveryDecision(status=ReplyStatus.UNKNOWN, reason=reason, delay=delay, unclear=True)


def _look_again(reason: str, looks: int) -> DeliveryDecision:
    delay = LOOKS[looks] if looks < len(LOOKS) else None
    return DeliveryDecision(status=ReplyStatus.UNKNOWN, reason=reason, delay=delay)


def _failed(reason: str) -> DeliveryDecision:
    return DeliveryDecision(status=ReplyStatus.FAILED, reason=reason)
