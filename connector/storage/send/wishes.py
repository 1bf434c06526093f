"""Wishes of a claim: lanes to take conversations of, and the order in which what they hold is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, case, literal_column

from connector.policy.fairness import LEAD, PLACES, slot
from connector.values import BACKLOG_PRIORITY


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """A lane as a claim sees it; ``blocked`` when its route or itself is paused."""

    id: int
    account: str
    route: str
    priority: int
    backlog_id: int
    known: bool
    blocked: bool
    route_paused: bool

    @property
    def backlog(self) -> bool:
        """Whether what waits here is a backlog's, which leaves some places to live messages."""
        return self.backlog_id != 0 or self.priority <= BACKLOG_PRIORITY


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A lane to take conversations of, while its account takes no more than ``room`` over all its lanes.

    No more than ``k`` over those that are ``backlog``, or are not. ``lead``: how many known ones go before the next new
    one of this account and priority (:mod:`connector.policy.fairness`).
    """

    lane: int
    account: str
    priority: int
    k: int
    room: int
    known: bool = True
    backlog: bool = False
    lead: int = LEAD

    @classmethod
    def of(cls, lane: Lane, *, k: int, room: int, lead: int = LEAD) -> Wish:
        """A wish for what waits in a lane."""
        return cls(
            lane=lane.id, account=lane.account, priority=lane.priority, k=k, room=room, known=lane.known,
            backlog=lane.backlog, lead=lead,
        )  # fmt: skip


COLUMNS: dict[str, type] = {
    "lane": int, "account": str, "priority": int, "k": int, "room": int, "known": bool, "backlog": bool, "lead": int,
}  # fmt: skip
"""The fields of a wish, as a batch of them has them."""


def slot_of(found: Any) -> ColumnElement[int]:
    """:func:`connector.policy.fairness.slot` in SQL."""
    behind = found.rank + 1 + (found.rank - found.lead) / literal_column(str(LEAD))
    known = case((found.rank < found.lead, found.rank), else_=behind)
    return case((found.known, known), else_=found.lead + PLACES * found.rank)


def urgency(wish: Wish) -> int:
    """What the most urgent wish has least of."""
    return -wish.priority


def in_turns(found: Sequence[tuple[int, int, Wish]]) -> list[tuple[int, Wish]]:
    """What was found of one priority, as (when ready, conversation, wish), in the order in which it is to be taken."""
    ranks: Counter[tuple[str, bool]] = Counter()
    slots = []
    for ready_at, conversation, wish in sorted(found, key=itemgetter(0, 1)):
        rank = ranks[wish.account, wish.known]
        ranks[wish.account, wish.known] += 1
        slots.append((slot(rank, wish.lead, known=wish.known), ready_at, conversation, wish))
    return [(conversation, wish) for _, _, conversation, wish in sorted(slots, key=itemgetter(0, 1, 2))]
