"""Bulk import: thousands of accepted messages in one transaction, written as columns.

A chunk of accepted messages, none of which is here yet or has come with other words, is most of every file. Ids and
positions are given out here and the rows go in as they are, by COPY where there is one. Whatever else a chunk holds,
and whoever else brings one of its messages at the same moment, sends the whole chunk down the common way, which knows
every case; the two leave the same rows behind.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import compress, repeat
from operator import itemgetter

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import IntegrityError

from connector.policy.brakes import counted_as
from connector.policy.fairness import COMMAND_LINE
from connector.storage.conversations.followups import customer_wrote
from connector.storage.conversations.known_customers import known_among
from connector.storage.core.database import BadData, Database
from connector.storage.core.statements import db_now
from connector.storage.core.times import millis
from connector.storage.queue.schedule import load_rows
from connector.storage.receive.brakes import written_now
from connector.storage.receive.events import Intake
from connector.storage.receive.identities import Identity
from connector.storage.receive.participants import keep_people
from connector.storage.receive.rows import Growth, Home, NewEvent, growth_in, json_text, new_conversation, new_turn
from connector.storage.tables import conversations, event_bodies, events, turns
from connector.values import ConversationKey, Customer, Event, EventStatus, KeyOrigin, MailThread


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """Accepted messages, field by field, in the order in which they came; times in milliseconds, objects as JSON.

    Columns rather than values, because a million of them cross from the process that reads to the one that stores.
    """

    source: list[str]
    external_id: list[str]
    hash: list[str]
    route: list[str]
    conversation: list[str]
    text: list[str]
    subject: list[str | None]
    customer: list[str | None]
    metadata: list[str | None]
    priority: list[int]
    occurred_at: list[int | None]
    raw: list[bytes | None]
    thread: list[MailThread | None]
    linked_to: list[int | None]
    customer_key: list[int | None]
    source_kind: list[str | None]

    @classmethod
    def of(cls, entries: Iterable[NewEvent]) -> Chunk:
        """The columns of these entries, which must be accepted, without callback, due time and follow-up."""
        rows = [
            (
                event.source, event.id, entry.hash, event.route, event.conversation, event.text, event.subject,
                json_text(event.customer.as_dict()), json_text(event.metadata), event.priority,
                millis(event.occurred_at), event.raw, event.thread, event.linked_to,
                counted_as(event.route, event.customer), event.source_kind,
            )
            for entry in entries
            for event in (entry.event,)
        ]  # fmt: skip
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in fields(cls)]
        return cls(**{field.name: column for field, column in zip(fields(cls), columns, strict=True)})

    def __len__(self) -> int:
        return len(self.external_id)

    def identities(self) -> list[Identity]:
        """What each message is known by."""
        return list(zip(self.source, self.external_id, strict=True))

    def home_keys(self) -> list[ConversationKey]:
        """What each message's conversation is found by."""
        origins = (str(KeyOrigin.of(source)) for source in self.source)
        return list(zip(self.route, origins, self.conversation, strict=True))

    def without(self, known: Collection[Identity]) -> Chunk:
        """The chunk without these messages."""
        kept = [identity not in known for identity in self.identities()]
        columns = {field.name: list(compress(getattr(self, field.name), kept)) for field in fields(self)}
        return Chunk(**columns)

    def entries(self) -> list[NewEvent]:
        """The messages as the common way takes them."""
        return [self.entry(place) for place in range(len(self))]

    def entry(self, place: int) -> NewEvent:
        """One of the messages as the common way takes it."""
        occurred_at = self.occurred_at[place]
        event = Event(
            source=self.source[place], id=self.external_id[place], route=self.route[place],
            conversation=self.conversation[place], text=self.text[place], subject=self.subject[place],
            customer=Customer(**json.loads(self.customer[place] or "{}")),
            metadata=json.loads(self.metadata[place] or "{}"), priority=self.priority[place],
            occurred_at=None if occurred_at is None else datetime.fromtimestamp(occurred_at / 1000, UTC),
            raw=self.raw[place], thread=self.thread[place], linked_to=self.linked_to[place],
            source_kind=self.source_kind[place],
        )  # fmt: skip
        return NewEvent(event=event, hash=self.hash[place])


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What became of a chunk: how many were new, and how many had come before with the same words."""

    accepted: int
    duplicate: int


class _Uncommon(Exception):  # a way out, not an error
    """The chunk holds something that only the common way knows how to take."""


class BulkIntake:
    """Stores chunks of a bulk import, one transaction each."""

    def __init__(self, database: Database, intake: Intake) -> None:
        """``intake`` is the common way, of the same database."""
        self._database = database
        self._intake = intake

    def store(self, chunk: Chunk) -> Stored | None:
        """Store a chunk whole; None, with nothing stored, if it has to go the common way.

        Raises :class:`connector.errors.DatabaseUnavailable`.
        """
        try:
            return self._database.write(lambda connection: self._store(connection, chunk))
        except (_Uncommon, BadData, UnicodeEncodeError):
            return None

    def _store(self, connection: Connection, chunk: Chunk) -> Stored:
        identities = chunk.identities()
        known = self._known(connection, chunk, identities)
        fresh = chunk.without(known) if known else chunk
        listens = self._intake.listens
        if listens and any(self._intake.keyword_in(*each) for each in zip(fresh.route, fresh.text, strict=True)):
            raise _Uncommon  # it takes its conversation to a person
        if any(map(written_now, fresh.source, fresh.occurred_at)):
            raise _Uncommon  # brakes count it
        if COMMAND_LINE in fresh.source:
            raise _Uncommon  # it makes its conversation known
        if len(fresh):
            try:
                self._load(connection, fresh)
            except IntegrityError as error:
                raise _Uncommon from error  # somebody else brought one of them in this very moment
        return Stored(accepted=len(fresh), duplicate=len(known))

    def _known(self, connection: Connection, chunk: Chunk, identities: Sequence[Identity]) -> set[Identity]:
        """Those that are here already with the same words. Raises :class:`_Uncommon` for any other repetition."""
        hashes = dict(zip(identities, chunk.hash, strict=True))
        if len(hashes) < len(identities):
            raise _Uncommon
        found = self._intake.known(connection, identities)
        mails = {
            identity: chunk.entry(place)
            for place, identity in enumerate(identities if found else ())
            if identity in found and chunk.thread[place] is not None
        }
        for identity, row in found.items():
            same = identity in mails or row.hash == hashes[identity]
            if not same or row.status == EventStatus.CONTEXT:
                raise _Uncommon
        if self._intake.strangers.among(connection, list(mails.values()), mails, found):
            raise _Uncommon  # another mail of a known Message-ID
        return set(found)

    def _load(self, connection: Connection, chunk: Chunk) -> None:
        now = int(connection.execute(select(db_now())).scalar_one())
        ids = self._ids(connection, events, len(chunk))
        # Events first and in the order of their keys: whoever brings the same ones waits there, holding nothing else.
        size = len(chunk)
        rows = zip(
            ids, chunk.source, chunk.external_id, chunk.hash, repeat(str(EventStatus.ACCEPTED), size), chunk.route,
            chunk.conversation, chunk.subject, chunk.customer, chunk.metadata, chunk.priority, chunk.occurred_at,
            repeat(now, size), chunk.source_kind, strict=True,
        )  # fmt: skip
        self._database.load(connection, events, _EVENT, sorted(rows, key=itemgetter(1, 2)))
        bodies = [(event_id, raw) for event_id, raw in zip(ids, chunk.raw, strict=True) if raw is not None]
        self._database.load(connection, event_bodies, ("event_id", "body"), bodies)
        people = zip(chunk.source, chunk.conversation, chunk.thread, strict=True)
        keep_people(connection, self._database, people)
        homes, positions = self._places(connection, chunk, now)
        shared = new_turn(None, now)
        values = [repeat(value, len(chunk)) for value in shared.values()]
        turn_rows = zip(ids, homes, positions, chunk.text, chunk.priority, *values, strict=True)
        self._database.load(connection, turns, (*_TURN, *shared), list(turn_rows))
        self._intake.withdraw_drafts(connection, dict(zip(homes, chunk.route, strict=True)))
        customer_wrote(connection, self._database, chunk.home_keys())

    def _places(self, connection: Connection, chunk: Chunk, now: int) -> tuple[list[int], list[int]]:
        """Each message's conversation and its position there; conversations are opened and extended as need be."""
        keys = chunk.home_keys()
        first = {key: place for place, key in reversed(list(enumerate(keys)))}
        found = self._intake.homes.of(connection, list(first))
        missing = [key for key in first if key not in found]
        opened = dict(zip(missing, self._ids(connection, conversations, len(missing)), strict=True))
        targets = self._intake.targets
        known = self._known_customers(connection, chunk, [first[key] for key in missing])
        homes = found | {
            key: Home(id=opened[key], account=targets[key[0]].account, known=first[key] in known) for key in missing
        }
        growth = growth_in(zip(keys, chunk.priority, strict=True), homes)
        self._open(connection, chunk, {opened[key]: first[key] for key in missing}, growth, now)
        old = {home.id: growth[home.id] for home in found.values()}
        following = dict.fromkeys(opened.values(), 1) | self._grown(connection, old)
        ids, positions = [], []
        for key in keys:
            home = homes[key].id
            ids.append(home)
            positions.append(following[home])
            following[home] += 1
        return ids, positions

    @staticmethod
    def _known_customers(connection: Connection, chunk: Chunk, places: Sequence[int]) -> set[int]:
        """The places of those messages whose customer is known."""
        customers = {key for place in places if (key := chunk.customer_key[place]) is not None}
        known = known_among(connection, customers)
        return {place for place in places if chunk.customer_key[place] in known}

    def _grown(self, connection: Connection, old: Mapping[int, Growth]) -> dict[int, int]:
        places = self._intake.places.extend(connection, old, None, frozenset()) if old else {}
        return {conversation: place.first for conversation, place in places.items()}

    def _open(
        self, connection: Connection, chunk: Chunk, opened: Mapping[int, int], growth: Mapping[int, Growth], now: int
    ) -> None:
        """Write conversations that are new, by id the place of their first message, and where they stand in line."""
        if not opened:
            return
        shared = new_conversation(now)
        rows = [
            (
                home, route := chunk.route[place], str(KeyOrigin.of(chunk.source[place])), chunk.conversation[place],
                self._intake.targets[route].account, self._intake.targets[route].agent, chunk.customer[place],
                chunk.subject[place], chunk.linked_to[place], growth[home].known, *shared.values(),
            )
            for home, place in opened.items()
        ]  # fmt: skip
        rows.sort(key=itemgetter(1, 2, 3))
        # Conversations before lanes, as on the common way: two that open the same ones must not wait crosswise.
        self._database.load(connection, conversations, (*_CONVERSATION, *shared), rows)
        lanes = self._intake.places.lane_ids(connection, {growth[home].lane for home in opened}, None)
        waiting = ((home, lanes[growth[home].lane], growth[home].turns) for home in opened)
        load_rows(connection, self._database, waiting, ready_at=now)

    def _ids(self, connection: Connection, table: Table, count: int) -> Sequence[int]:
        """So many ids that nobody else gets."""
        if not count:
            return ()
        if self._database.dialect == "postgresql":
            sequence = func.pg_get_serial_sequence(self._database.named(table), "id")
            series = func.generate_series(1, count).table_valued()
            return connection.execute(select(func.nextval(sequence)).select_from(series)).scalars().all()
        highest = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return range(highest + 1, highest + 1 + count)


_EVENT = (
    "id", "source", "external_id", "hash", "status", "route", "conversation_key", "subject", "customer", "metadata",
    "priority", "occurred_at", "received_at", "source_kind",
)  # fmt: skip
_CONVERSATION = ("id", "route", "origin", "key", "account", "agent", "customer", "subject", "linked_to", "known")
_TURN = ("id", "conversation_id", "position", "text", "priority")
