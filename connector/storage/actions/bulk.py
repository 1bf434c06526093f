"""Operators' actions on many turns, by filter: a dry run first, then 500 at a time, a transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from connector.policy.replies import WaysBack
from connector.storage.actions.turns import (
    TurnAction,
    apply,
    cancelling,
    locked_turns,
    possible,
    refuse_statuses,
    resolving,
    retrying,
)
from connector.storage.core.database import Database
from connector.storage.queries.filters import TurnFilter
from connector.storage.tables import turns
from connector.values import Change

CHUNK = 500


def retry_turns(
    database: Database,
    wanted: TurnFilter,
    *,
    actor: str,
    dry_run: bool = False,
    channels: WaysBack,
) -> Change:
    """Queue all failed turns that match again. Raises :class:`connector.errors.WrongState` for other statuses."""
    return _change_many(database, retrying(), wanted, actor=actor, dry_run=dry_run, channels=channels)


def resolve_turns(
    database: Database,
    wanted: TurnFilter,
    as_: str,
    answer: str | None = None,
    *,
    actor: str,
    dry_run: bool = False,
    channels: WaysBack,
) -> Change:
    """Settle all turns in doubt that match, all in the same way.

    Raises :class:`connector.errors.WrongState` for other statuses, and :class:`connector.errors.InvalidInput`.
    """
    return _change_many(database, resolving(as_, answer), wanted, actor=actor, dry_run=dry_run, channels=channels)


def cancel_turns(
    database: Database,
    wanted: TurnFilter,
    *,
    actor: str,
    dry_run: bool = False,
    channels: WaysBack,
) -> Change:
    """Take back all waiting turns that match. Raises :class:`connector.errors.WrongState` for other statuses."""
    return _change_many(database, cancelling(), wanted, actor=actor, dry_run=dry_run, channels=channels)


def _change_many(
    database: Database,
    action: TurnAction,
    wanted: TurnFilter,
    *,
    actor: str,
    dry_run: bool,
    channels: WaysBack,
) -> Change:
    refuse_statuses(action, wanted.statuses)
    query = select(turns.c.id).where(*replace(wanted, statuses=(action.needs,)).conditions()).order_by(turns.c.id)
    with database.reading() as connection:
        matched = tuple(connection.execute(query).scalars())
    if dry_run:
        return _many(action, matched, (), dry_run=True)

    def change(connection: Connection, ids: tuple[int, ...]) -> list[int]:
        rows = [row for row in locked_turns(connection, ids) if possible(row, action)]
        apply(connection, database, action, rows, actor=actor, channels=channels)
        return [row.id for row in rows]

    changed: list[int] = []
    for start in range(0, len(matched), CHUNK):
        ids = matched[start : start + CHUNK]
        changed += database.write(lambda connection, ids=ids: change(connection, ids))  # type: ignore[misc]  # a default argument binds the loop's value
    return _many(action, matched, changed, dry_run=False)


def _many(action: TurnAction, matched: tuple[int, ...], changed: Sequence[int], *, dry_run: bool) -> Change:
    """What a filter matched and what became of it, as turn ids; a dry run changes none.

    ``skipped`` are those that somebody else changed first, or that belong to a closed conversation.
    """
    skipped = () if dry_run else tuple(sorted(set(matched).difference(changed)))
    detail = {"dry_run": dry_run, "matched": matched, "changed": tuple(changed), "skipped": skipped}
    return Change(noun="turns", id=None, before=action.needs, after=action.becomes, detail=detail)
