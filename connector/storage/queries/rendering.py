"""Rendering of rows: times as RFC 3339 text, ids as text, JSON columns as values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, RowMapping, Select

from connector.storage.core.database import Database
from connector.storage.core.statements import FOREVER

NOTHING: Mapping[str, Any] = MappingProxyType({})
PAGE = 500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Shape = Callable[[Connection, Sequence[RowMapping]], list[dict[str, Any]]]


def moment(millis: int | None) -> str | None:
    """``2026-11-21T10:00:00.000Z``; None for no time and for a time that never comes."""
    if millis is None or millis >= FOREVER:
        return None
    return (_EPOCH + timedelta(milliseconds=millis)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text_id(number: int | None) -> str | None:
    """Ids are integers inside and opaque strings at the edges."""
    return None if number is None else str(number)


def parsed(column: str | None) -> Any:
    """The value of a JSON column; None when it is empty."""
    return None if column is None else json.loads(column)


def paged(
    database: Database, statement: Select[Any], shape: Shape, *, limit: int | None, before: int | None
) -> Iterator[dict[str, Any]]:
    """The newest rows first, page by page, a short read each, so that a slow reader holds no snapshot open.

    ``statement`` has a column ``id``, by which it is walked; ``before`` leaves out that id and all above it.
    """
    key = statement.selected_columns["id"]
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = statement.order_by(key.desc()).limit(size)
        if before is not None:
            page = page.where(key < before)
        with database.reading() as connection:
            rows = connection.execute(page).mappings().all()
            shaped = shape(connection, rows)
        yield from shaped
        if len(rows) < size:
            return
        before = int(rows[-1]["id"])
        left = None if left is None else left - size
