"""State of the sources that are fetched: when each was last read, what came, what went wrong, whether it is stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import Row

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.tables import sources
from connector.values import EventStatus, Received

_ERROR = 300
"""Characters of an error that are kept."""
_COLUMN = {
    EventStatus.ACCEPTED: "accepted",
    EventStatus.SCHEDULED: "accepted",
    EventStatus.DUPLICATE: "duplicates",
    EventStatus.CONFLICT: "duplicates",
    EventStatus.STOPPED: "set_aside",
    EventStatus.REFUSED: "refused",
    EventStatus.QUARANTINED: "refused",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """How a source is; times are milliseconds since 1970. ``failures`` counts rounds since the last that succeeded."""

    name: str
    kind: str
    configured: bool
    first_at: int
    stopped: bool
    reason: str | None
    detail: str | None
    asked_at: int | None
    tried_at: int | None
    round_at: int | None
    mail_at: int | None
    failures: int
    problem: str | None
    error: str | None
    accepted: int
    duplicates: int
    set_aside: int
    refused: int
    silent: int
    """Milliseconds for which it has been silent beyond what is allowed; 0 if it is not."""

    @property
    def asked(self) -> bool:
        """Whether somebody asked for a round since the last one began."""
        return self.asked_at is not None and (self.tried_at is None or self.asked_at > self.tried_at)


def announce(database: Database, name: str, kind: str, silent_after: float) -> None:
    """Make sure that a source has its row; ``silent_after`` are the seconds without a round that are an alarm."""
    millis = int(silent_after * 1000)

    def use(connection: Connection) -> None:
        values = {"kind": kind, "silent_after": millis, "configured": True}
        row = database.insert(sources).values(name=name, first_at=db_now(), changed_at=db_now(), **values)
        connection.execute(row.on_conflict_do_update(index_elements=[sources.c.name], set_=values))

    database.write(use)


def retire(database: Database, configured: Sequence[str]) -> None:
    """Note that all other sources are not in the configuration any more, so that nobody waits for them."""
    gone = update(sources).where(sources.c.name.not_in(list(configured)), sources.c.configured)
    database.write(lambda connection: connection.execute(gone.values(configured=False)))


def states(database: Database) -> list[SourceState]:
    """Every source that has a row, by name."""
    with database.reading() as connection:
        return all_states(connection)


def all_states(connection: Connection) -> list[SourceState]:
    """The same on a connection."""
    query = select(sources, db_now().label("now")).order_by(sources.c.name)
    return [_state(row) for row in connection.execute(query)]


def state_of(database: Database, name: str) -> SourceState | None:
    """One source; None if it has no row yet."""
    with database.reading() as connection:
        row = connection.execute(select(sources, db_now().label("now")).where(sources.c.name == name)).one_or_none()
        return None if row is None else _state(row)


def _state(row: Row[Any]) -> SourceState:
    overdue = row.now - max(row.round_at or 0, row.changed_at) - row.silent_after
    own = set(SourceState.__slots__) - {"silent"}
    fields = {name: value for name, value in row._mapping.items() if name in own}  # noqa: SLF001 - SQLAlchemy's own name
    return SourceState(**fields, silent=max(0, overdue) if row.configured and not row.stopped else 0)


def ask(database: Database, name: str) -> bool:
    """Ask whoever reads a source for a round at once; False if it has no row."""
    asked = update(sources).where(sources.c.name == name).values(asked_at=db_now())
    return database.write(lambda connection: connection.execute(asked).rowcount == 1)


def tried(database: Database, name: str) -> None:
    """A round begins."""
    _change(database, name, {"tried_at": db_now()})


def succeeded(database: Database, name: str) -> None:
    """A round has come to its end."""
    _change(database, name, {"round_at": db_now(), "failures": 0, "problem": None, "error": None})


def failed(database: Database, name: str, problem: str, error: str) -> None:
    """A round has failed: ``problem`` is the kind, ``error`` the sentence."""
    values = {"failures": sources.c.failures + 1, "problem": problem, "error": clean(error[:_ERROR])}
    _change(database, name, values)


def close(database: Database, name: str, reason: str, detail: str) -> None:
    """Stop a source for a failure that repeats itself until a person has done something."""
    values = {"stopped": True, "reason": reason, "detail": clean(detail[:_ERROR]), "changed_at": db_now()}
    change = update(sources).where(sources.c.name == name, ~sources.c.stopped).values(values)
    database.write(lambda connection: connection.execute(change))


def count(connection: Connection, name: str, answers: Sequence[Received]) -> None:
    """Add what mails became, in the transaction that stores them."""
    numbers = Counter(_COLUMN[answer.status] for answer in answers if answer.status in _COLUMN)
    if numbers:
        more: Mapping[str, Any] = {column: sources.c[column] + number for column, number in numbers.items()}
        change = update(sources).where(sources.c.name == name)
        connection.execute(change.values(mail_at=db_now(), **more))


def _change(database: Database, name: str, values: Mapping[str, Any]) -> None:
    change = update(sources).where(sources.c.name == name).values(values)
    database.write(lambda connection: connection.execute(change))
