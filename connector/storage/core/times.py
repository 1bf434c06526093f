"""Times as the database keeps them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import datetime


def millis(moment: datetime | None) -> int | None:
    """Aware UTC time as the tables hold it."""
    return None if moment is None else int(moment.timestamp() * 1000)
