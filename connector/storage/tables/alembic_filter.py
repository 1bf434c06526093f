"""Alembic filter: a host's own migrations leave our tables alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.storage.core.table_names import TablePlace
from connector.storage.tables import metadata


def filter_of(place: TablePlace) -> Callable[..., bool]:
    """Alembic's ``include_object`` that says no to our tables, wherever they are, and yes to all else."""
    ours = {f"{place.prefix}{name}" for name in metadata.tables} | {place.version_table}

    def include_object(what: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
        return not (kind == "table" and name in ours and (what.schema or "") == place.schema)

    return include_object
