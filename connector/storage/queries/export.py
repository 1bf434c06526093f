"""Export of turns in the order of acceptance, without a snapshot held open while somebody reads.

No index serves that order, since it would cost every turn at every change. So the keys are read first (some dozen bytes
of memory a turn) and put in order, then the turns are fetched page by page.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from connector.policy.rate_limits import Limits
from connector.storage.core.database import Database
from connector.storage.queries.filters import EVERY_TURN, TurnFilter
from connector.storage.queries.rendering import NOTHING
from connector.storage.queries.turns import told_rows, turn_dicts
from connector.storage.tables import turns

_KEYS = 10_000
_TURNS = 500


def export_turns(
    database: Database,
    wanted: TurnFilter = EVERY_TURN,
    *,
    providers: Mapping[str, str] = NOTHING,
    limits: Mapping[str, Limits] = NOTHING,
) -> Iterator[dict[str, Any]]:
    """Turns with what was told, without attempts and replies, ordered by ``accepted_at``, then id.

    A turn accepted meanwhile is not among them; one that ceased to match before its page was read is left out.
    """
    ids, accepted = _keys(database, wanted)
    order = sorted(range(len(ids)), key=lambda place: (accepted[place], ids[place]))
    for start in range(0, len(order), _TURNS):
        page = [ids[place] for place in order[start : start + _TURNS]]
        statement = told_rows().where(turns.c.id.in_(page), *wanted.conditions())
        with database.reading() as connection:
            rows = connection.execute(statement.order_by(turns.c.accepted_at, turns.c.id)).mappings().all()
            found = turn_dicts(connection, rows, providers=providers, limits=limits)
        yield from found


def _keys(database: Database, wanted: TurnFilter) -> tuple[array[int], array[int]]:
    ids, accepted = array("q"), array("q")
    query = select(turns.c.id, turns.c.accepted_at).where(*wanted.conditions()).order_by(turns.c.id).limit(_KEYS)
    last = 0
    while True:
        with database.reading() as connection:
            rows = connection.execute(query.where(turns.c.id > last)).all()
        ids.extend(row.id for row in rows)
        accepted.extend(row.accepted_at for row in rows)
        if len(rows) < _KEYS:
            return ids, accepted
        last = ids[-1]
