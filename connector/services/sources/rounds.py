"""One round of a source of mail, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Protocol

from connector.values import Received

_START_WORDS = {"now", "all"}


@dataclass(kw_only=True, slots=True)
class RoundReport:
    """What mails became in a round; ``more`` are there, and were left for the next one."""

    found: int = 0
    became: Counter[str] = field(default_factory=Counter)
    more: bool = False

    def add(self, answers: Iterable[Received]) -> None:
        """Count what was answered."""
        statuses = [str(answer.status) for answer in answers]
        self.found += len(statuses)
        self.became.update(statuses)


class SourceRounds(Protocol):
    """Reads one source; for one thread."""

    def round(self) -> RoundReport:
        """Take in what is new. Raises :class:`connector.channels.mail.problems.SourceProblem` and database errors."""
        ...

    def wait(self, seconds: float, interrupted: Callable[[], bool]) -> None:
        """Wait for the next round, or until there is news, or it is interrupted. Never raises."""
        ...

    def close(self) -> None:
        """Let go of everything; the next round opens it anew. Never raises."""
        ...


def day_of(start: str) -> datetime | None:
    """The day from which on mails are wanted, from midnight UTC; None of ``now`` and ``all``."""
    if start in _START_WORDS:
        return None
    return datetime.combine(datetime.fromisoformat(start).date(), time(), UTC)
