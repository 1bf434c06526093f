"""Weighted fair queueing of two classes, pure: of four places, three are known customers' and one is a new one's.

*Known* is a customer who was answered before on the route, or whom a person let in; anybody else is *new*. Made-up
senders cost nothing, so without classes a crowd of them would stand in front of everyone. Each class is served in the
order in which its messages came, and takes all places while the other waits for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

PLACES = 4
"""The last of so many places is a new customer's, while both classes wait."""

LEAD = PLACES - 1

COMMAND_LINE = "cli"
"""The source of messages that a person hands in by hand, whose conversations are known from the start."""


def slot(rank: int, lead: int, *, known: bool) -> int:
    """The place in line of the one that is so many in its class, from 0; ``lead`` known ones go before a new one.

    >>> [slot(rank, LEAD, known=True) for rank in range(7)], [slot(rank, LEAD, known=False) for rank in range(2)]
    ([0, 1, 2, 4, 5, 6, 8], [3, 7])
    """
    if not known:
        return lead + PLACES * rank
    return rank if rank < lead else rank + 1 + (rank - lead) // LEAD


def lead_after(lead: int, known: int, new: int) -> int:
    """How many known ones go before the next new one, once so many of each were taken in the order of their slots.

    Places free up one at a time: without this memory each of them would be a known customer's first.
    """
    if new == 0:
        return max(0, lead - known)
    since = known - lead - LEAD * (new - 1)
    return LEAD - min(LEAD, max(0, since))


class Turns:
    """How far one worker is in the turns of each account and priority."""

    def __init__(self) -> None:
        """Known customers go first."""
        self._leads: dict[tuple[str, int], int] = {}

    def lead(self, account: str, priority: int) -> int:
        """How many known ones go before the next new one."""
        return self._leads.get((account, priority), LEAD)

    def took(self, taken: Iterable[tuple[str, int, bool]]) -> None:
        """Remember what one claim took: the account, the priority and whether it was a known customer's, of each."""
        count = Counter(taken)
        for account, priority in {(account, priority) for account, priority, _ in count}:
            known, new = count[account, priority, True], count[account, priority, False]
            self._leads[account, priority] = lead_after(self.lead(account, priority), known, new)
