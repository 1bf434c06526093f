"""Periodic work (the tick): due follow-ups, dead workers, old doubts, a bell for what is due.

Any number of ticks, anywhere, double nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.storage.receive.brakes import forget_counts
from connector.storage.receive.due_followups import BATCH
from connector.storage.send import maintenance, workers
from connector.utils.logs import get_logger
from connector.wiring import Wiring

log = get_logger(__name__)

EVERY = 1.0
"""Seconds between ticks."""
SILENT = 60.0
"""Seconds after which a live worker that does not look for work is reported."""
CANARY = 10.0
"""Seconds without looking for work after which the bell is rung, each tick anew, until every worker has looked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticked:
    """What one tick did."""

    promoted: int = 0
    swept: int = 0
    handed_off: int = 0
    rang: bool = False


BATCHES = 4
"""Transactions a tick spends on follow-ups; what is left when many fall due at once is for the next tick."""


def tick(wiring: Wiring) -> Ticked:
    """Sweep dead workers, give due follow-ups their turn, hand over what stayed unknown too long, ring if work waits.

    Raises :class:`connector.errors.DatabaseUnavailable`; the next tick tries again.
    """
    database = wiring.database
    workers.beat(database, "tick")
    swept = workers.sweep(database, wiring.channels, wiring.channel_capabilities)
    if swept.workers:
        log.warning("worker.swept", workers=swept.workers, unknown=len(swept.unknown), released=swept.released)
    promoted = _promote(wiring)
    patience = {name: policy.unknown_after for name, policy in wiring.policies.items()}
    handed_off = maintenance.hand_off_unknown(database, patience, hands=wiring.hands)
    for conversation in handed_off:
        log.error("conversation.handed_off", conversation=conversation, reason=maintenance.UNKNOWN_OUTCOME)
    forget_counts(database)
    waiting = (
        maintenance.anything_ready(database)
        or maintenance.any_reply_due(database)
        or maintenance.any_call_owed(database)
    )
    # Even with nothing to do, workers are asked to look now and then: only looking proves that the way there works.
    waiting = waiting or maintenance.somebody_has_not_looked(database, CANARY)
    for worker in maintenance.silent_workers(database, SILENT):
        log.error("worker.silent", worker=worker, what="alive but consuming nothing")
    if waiting:
        wiring.publisher.ring()
    return Ticked(promoted=promoted, swept=swept.workers, handed_off=len(handed_off), rang=waiting)


def _promote(wiring: Wiring) -> int:
    """Settle follow-ups that have fallen due, batch by batch; how many became turns."""
    sent = 0
    for _ in range(BATCHES):
        done = wiring.promotion.promote_due()
        sent += done.sent
        if done.skipped or done.expired:
            log.warning("followup.not_sent", skipped=done.skipped, expired=done.expired)
        if done.looked < BATCH:
            break
    return sent
