"""Business hours of a route, and local times in time zones; pure.

Where clocks are put forward, a local time that does not exist is moved on by what was skipped (02:30 is 03:30); where
they are put back, a time that comes twice means its first coming. RFC 5545 reads local times in the same way.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name, such as ``Europe/Berlin``. Raises ``ValueError``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of the zones' own tree, or a device
        raise ValueError('the name of a time zone, such as "Europe/Berlin" or "UTC"') from None


def instant(local: datetime, where: ZoneInfo) -> datetime:
    """A local time without a zone as the moment it means, in UTC."""
    return local.replace(tzinfo=where, fold=0).astimezone(UTC)


def oddity(local: datetime, where: ZoneInfo) -> str | None:
    """``skipped`` for a local time that does not exist, ``repeated`` for one that comes twice, else None."""
    first, second = (local.replace(tzinfo=where, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return None
    back = first.astimezone(UTC).astimezone(where).replace(tzinfo=None)
    return "repeated" if back == local else "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """On which ``days`` (0 is Monday) a route is open, from when to when in minutes of the local day, and when not."""

    zone: ZoneInfo
    days: AbstractSet[int]
    opens: int
    closes: int
    holidays: AbstractSet[date] = frozenset()

    def next_opening(self, moment: datetime) -> datetime:
        """``moment`` itself (aware) if the route is open then, else the next one at which it opens, in UTC."""
        first = moment.astimezone(self.zone).date()
        for passed in count():
            day = first + timedelta(days=passed)
            if day.weekday() not in self.days or day in self.holidays:
                continue
            opening, closing = self._at(day, self.opens), self._at(day, self.closes)
            # The skipped hour may swallow a day's whole opening.
            if moment < closing and opening < closing:
                return max(moment.astimezone(UTC), opening)
        raise AssertionError("unreachable")

    def _at(self, day: date, minutes: int) -> datetime:
        return instant(datetime.combine(day, time()) + timedelta(minutes=minutes), self.zone)
