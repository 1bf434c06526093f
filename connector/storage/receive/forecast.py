"""Dry run of the intake: what storing messages would come to, decided as the intake decides, with nothing written.

What was stored before stands in the database; what comes twice within one run is remembered here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.engine import Row

from connector.storage.core.database import Database
from connector.storage.receive.bulk import Chunk
from connector.storage.receive.events import Intake
from connector.storage.receive.identities import (
    Identity,
    by_identity,
    identity_of,
    is_another,
    is_history,
    renamed,
    same_content,
)
from connector.storage.receive.rows import NewEvent, storable
from connector.values import EventStatus, MailThread


class _Seen(NamedTuple):
    """What decides over a later message of the same identity."""

    hash: str
    status: str
    thread: MailThread | None
    envelope: str | None
    context_by: str | None


class Forecast:
    """Says of the messages of one run, in the order in which they would be stored, what each would become."""

    def __init__(self, database: Database, intake: Intake) -> None:
        """``intake`` is what would store them."""
        self._database = database
        self._intake = intake
        self._seen: dict[Identity, _Seen] = {}

    def of_chunk(self, chunk: Chunk) -> dict[int, EventStatus]:
        """What messages of a chunk would become, by place; those not named would be accepted.

        Raises :class:`connector.errors.DatabaseUnavailable`.
        """
        identities = chunk.identities()
        with self._database.looking_up() as connection:
            known = self._intake.known(connection, identities)
            doubtful = []
            for place, identity in enumerate(identities):
                if identity in known or identity in self._seen:
                    doubtful.append(place)
                else:
                    told = (chunk.hash[place], str(EventStatus.ACCEPTED), chunk.thread[place], None, None)
                    self._seen[identity] = _Seen(*told)
            entries = [chunk.entry(place) for place in doubtful]
            return dict(zip(doubtful, self._statuses(connection, entries), strict=True)) if entries else {}

    def of(self, entries: Sequence[NewEvent]) -> list[EventStatus]:
        """What each of a batch would become. Raises :class:`connector.errors.DatabaseUnavailable`."""
        with self._database.looking_up() as connection:
            return self._statuses(connection, [storable(entry) for entry in entries])

    def _statuses(self, connection: Connection, entries: Sequence[NewEvent]) -> list[EventStatus]:
        known = self._known(connection, entries)
        others = self._strangers(connection, entries, known)
        if others:
            entries = [renamed(entry) if place in others else entry for place, entry in enumerate(entries)]
            known = self._known(connection, entries)
        first = by_identity(entries)
        revived = {key for key, entry in first.items() if self._is_history(entry, known.get(key))}
        told = [self._status(entry, first, known, revived) for entry in entries]
        for key, entry in first.items():
            if key in revived or (key not in self._seen and key not in known):
                event = entry.event
                self._seen[key] = _Seen(entry.hash, str(event.status), event.thread, event.envelope, event.context_by)
        return told

    def _known(self, connection: Connection, entries: Sequence[NewEvent]) -> dict[Identity, Row[Any]]:
        wanted = dict.fromkeys(identity_of(entry) for entry in entries)
        return self._intake.known(connection, [key for key in wanted if key not in self._seen])

    def _strangers(
        self, connection: Connection, entries: Sequence[NewEvent], known: Mapping[Identity, Row[Any]]
    ) -> set[int]:
        """The places of other messages than the first of their identity, which is stored or came in this run."""
        new = [place for place, entry in enumerate(entries) if identity_of(entry) not in self._seen]
        those = [entries[place] for place in new]
        others = {new[at] for at in self._intake.strangers.among(connection, those, by_identity(those), known)}
        for place, entry in enumerate(entries):
            before = self._seen.get(identity_of(entry))
            if before is not None and is_another(before, entry.event):
                others.add(place)
        return others

    def _is_history(self, entry: NewEvent, row: Row[Any] | None) -> bool:
        """Whether it would turn what is kept as context into a message."""
        before = self._seen.get(identity_of(entry)) or row
        return (
            before is not None
            and is_history(before.status, before.context_by)
            and entry.event.status is EventStatus.ACCEPTED
            and same_content(entry, before.hash)
        )

    def _status(
        self,
        entry: NewEvent,
        first: Mapping[Identity, NewEvent],
        known: Mapping[Identity, Row[Any]],
        revived: set[Identity],
    ) -> EventStatus:
        key = identity_of(entry)
        before = None if key in revived else self._seen.get(key) or known.get(key)
        if before is None and first[key] is entry:
            return entry.event.status
        same = same_content(entry, first[key].hash if before is None else before.hash)
        return EventStatus.DUPLICATE if same else EventStatus.CONFLICT
