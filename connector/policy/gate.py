"""The circuit breaker of an account, pure: what a call's outcome does to the account's gate."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum

from connector.policy.backoff import backoff
from connector.values import Call, Outcome

STREAK = 5
"""Failures in a row that close an account."""


class GateReason(StrEnum):
    """Why an account takes no calls."""

    BUSY = "busy"
    FAILING = "failing"
    CREDENTIALS = "credentials"
    CREDIT = "credit"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """An account's gate: ``closed_for`` is set by a decision (seconds; ``inf`` until a person resumes it).

    ``ramp`` limits the calls in flight after a closing: 1, then one more per success; None when there is no limit.
    """

    closed_for: float | None = None
    reason: GateReason | None = None
    detail: str | None = None
    level: int = 0
    streak: int = 0
    ramp: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CallReport:
    """What one call said about the account's health."""

    outcome: Outcome
    retry_after: float | None = None
    detail: str | None = None
    call: Call = Call.SEND
    http_status: int | None = None


PAYMENT_REQUIRED = 402
"""The HTTP status that says that credit or quota is used up."""
FAILURES = frozenset({Outcome.NOT_SENT, Outcome.SERVER_ERROR, Outcome.LOST})
"""Outcomes that say something of the account's health; in a row they close it."""


def gate_after(gate: Gate, report: CallReport, cap: int, jitter: random.Random) -> Gate:
    """The gate after one call's outcome; ``cap`` is the account's max_in_flight.

    While it is closed, what comes in are the calls that were in flight: they neither open it nor make it worse, but a
    longer Retry-After holds and a refused credential closes it for good, as does a credit that is used up (402).
    """
    outcome = report.outcome
    if outcome is Outcome.CREDENTIALS:
        reason = GateReason.CREDIT if report.http_status == PAYMENT_REQUIRED else GateReason.CREDENTIALS
        return replace(gate, closed_for=float("inf"), reason=reason, detail=report.detail, ramp=1, streak=0)
    if gate.closed_for is not None:
        longer = outcome is Outcome.BUSY and (report.retry_after or 0.0) > gate.closed_for
        return replace(gate, closed_for=report.retry_after) if longer else gate
    if outcome is Outcome.BUSY:
        return _closed(gate, GateReason.BUSY, report, report.retry_after, jitter)
    if outcome in FAILURES:
        streak = gate.streak + 1
        # A probe that fails closes it again; once calls go through, it takes a streak as ever.
        if streak >= STREAK or gate.ramp == 1:
            return _closed(replace(gate, streak=streak), GateReason.FAILING, report, None, jitter)
        return replace(gate, streak=streak)
    if gate.ramp is None:
        return replace(gate, streak=0, level=0)
    ramp = gate.ramp + 1
    return replace(gate, streak=0, level=0, ramp=None if ramp >= cap else ramp)


def _closed(gate: Gate, reason: GateReason, report: CallReport, wait: float | None, jitter: random.Random) -> Gate:
    # Never sooner than by itself: a Retry-After of 0, or a date gone by, would have it ask several times a second.
    seconds = max(wait or 0.0, 1.0 + backoff(gate.level, jitter))
    return replace(gate, closed_for=seconds, reason=reason, detail=report.detail, level=min(gate.level + 1, 10), ramp=1)
