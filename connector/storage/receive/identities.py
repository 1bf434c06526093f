"""Identities at intake: whether what came under a known id is the same message, or another one with an id of its own.

Most sources own their ids: what comes under a known one with other content is a conflict. A Message-ID is written by
whoever sends the mail, and the id of a CloudEvent is unique within the source that its envelope names only: another
mail, or another envelope's event, is another message. Of mail the identity alone decides, never its content: a newer
version may read the same mail otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import Row

from connector.policy.identities import apart, digest, is_another_mail, mail_digest
from connector.storage.core.times import millis
from connector.storage.receive.rows import NewEvent
from connector.storage.tables import event_bodies, events
from connector.values import ContextBy, Event, EventStatus, MailThread

Identity = tuple[str, str]
"""(source, id)."""
ReadMail = Callable[[bytes], MailThread | None]
"""What reads the thread of a mail that was kept."""

_HEAD = 256 * 1024


def identity_of(entry: NewEvent) -> Identity:
    """What a message is known by."""
    return entry.event.source, entry.event.id


def renamed(entry: NewEvent) -> NewEvent:
    """The message under the id of another one than the first of its id."""
    event = entry.event
    told_by = mail_digest(event.thread) if event.thread is not None else digest(event.envelope or "")
    return replace(entry, event=replace(event, id=apart(event.id, told_by)))


class Telling(Protocol):
    """What tells two messages of one identity apart."""

    @property
    def thread(self) -> MailThread | None:
        """Of a mail."""

    @property
    def envelope(self) -> str | None:
        """The source that the envelope of a CloudEvent names."""


def is_another(first: Telling, other: Telling) -> bool:
    """Whether two messages of one identity, in one batch or run, are two."""
    if first.thread is not None and other.thread is not None:
        return is_another_mail(first.thread, other.thread)
    return first.envelope is not None and other.envelope is not None and first.envelope != other.envelope


def by_identity(entries: Iterable[NewEvent]) -> dict[Identity, NewEvent]:
    """The first message of each identity in a batch."""
    first: dict[Identity, NewEvent] = {}
    for entry in entries:
        first.setdefault(identity_of(entry), entry)
    return first


def same_content(entry: NewEvent, known_hash: str) -> bool:
    """Whether a message of a known identity brings nothing new."""
    return entry.event.thread is not None or entry.hash == known_hash


def is_history(status: str, context_by: str | None) -> bool:
    """Whether a stored message is sent when it is handed in again: a person kept it as history."""
    return status == EventStatus.CONTEXT and context_by in {None, ContextBy.HISTORY}


class Strangers:
    """Finds among messages of known identities those that are other messages."""

    def __init__(self, read_mail: ReadMail | None) -> None:
        """Without ``read_mail`` mails of one id are one."""
        self._read_mail = read_mail

    def among(
        self,
        connection: Connection,
        entries: Sequence[NewEvent],
        first: Mapping[Identity, NewEvent],
        known: Mapping[Identity, Row[Any]],
    ) -> set[int]:
        """The places of those that are another message than the stored one of their identity.

        ``known`` are those of before; the ``first`` ones of the others were stored just now. Nothing is asked while
        nothing of mail or CloudEvents comes again.
        """
        telling = [place for place, entry in enumerate(entries) if entry.event.thread or entry.event.envelope]
        again = [place for place in telling if identity_of(entries[place]) in known]
        others = {
            place
            for place in telling
            if (key := identity_of(entries[place])) not in known
            if is_another(first[key].event, entries[place].event)
        }
        mails = [
            place
            for place in again
            if entries[place].event.thread and not _looks_the_same(entries[place].event, known[_key(entries, place)])
        ]
        if mails and self._read_mail is not None:
            heads = self._heads(connection, {int(known[_key(entries, place)].id) for place in mails})
            for place in mails:
                kept = self._read_mail(heads.get(int(known[_key(entries, place)].id), b""))
                new = entries[place].event.thread
                if kept is not None and new is not None and is_another_mail(kept, new):
                    others.add(place)
        clouds = [place for place in again if entries[place].event.envelope is not None]
        envelopes = _envelopes(connection, {int(known[_key(entries, place)].id) for place in clouds}) if clouds else {}
        for place in clouds:
            # One that was taken in before envelopes were kept, or without one, is taken for the same.
            kept_source = envelopes.get(int(known[_key(entries, place)].id))
            if kept_source is not None and kept_source != entries[place].event.envelope:
                others.add(place)
        return others

    @staticmethod
    def _heads(connection: Connection, ids: set[int]) -> dict[int, bytes]:
        head = func.substr(event_bodies.c.body, 1, _HEAD)
        query = select(event_bodies.c.event_id, head.label("head")).where(event_bodies.c.event_id.in_(ids))
        return {int(row.event_id): bytes(row.head) for row in connection.execute(query)}


def _key(entries: Sequence[NewEvent], place: int) -> Identity:
    return identity_of(entries[place])


def _looks_the_same(event: Event, row: Row[Any]) -> bool:
    """By what stands in the row itself: most mails that come again, without a look at their bytes."""
    customer = json.loads(row.customer or "{}").get("email")
    return bool(millis(event.occurred_at) == row.occurred_at and event.customer.email == customer)


def _envelopes(connection: Connection, ids: set[int]) -> dict[int, str]:
    query = select(events.c.id, events.c.metadata).where(events.c.id.in_(ids), events.c.metadata.is_not(None))
    found = {}
    for row in connection.execute(query):
        cloud = json.loads(row.metadata).get("cloudevent")
        if isinstance(cloud, dict) and isinstance(cloud.get("source"), str):
            found[int(row.id)] = cloud["source"]
    return found
