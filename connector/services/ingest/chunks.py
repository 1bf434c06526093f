"""Chunks of a bulk import: messages parsed, hashed, put in order and cut into parcels to be stored.

Everything here can be done without the database, so that a process of its own can do it for large files.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from connector.channels.events.schema import content_hash
from connector.channels.files.formats import ordered
from connector.services.ingest.found import Files, FoundMessage
from connector.services.threads import Threads
from connector.storage.receive.bulk import Chunk
from connector.storage.receive.events import NewEvent
from connector.values import BACKLOG_PRIORITY, Event, EventStatus, Refusal

SIZE = 2_000
"""Messages in a parcel, stored in one transaction: more would hold live messages of the same conversations up."""
LIVE = 5
"""The priority of a message that names none; with many others it gets that of a backlog."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """Messages of one file. ``common`` holds accepted ones, their places beside them, ``rest`` all others.

    A conversation is always ``writer``'s: whoever stores the parcels of each writer in their order, and of each parcel
    ``common`` before ``rest``, keeps it in order. ``stood`` says where each of the rest came among all of the parcel;
    ``passed_over`` were too old to be taken, since the last parcel.
    """

    file: Path
    writer: int
    common: Chunk
    positions: list[str]
    rest: list[FoundMessage]
    stood: list[int]
    passed_over: int = 0

    def __len__(self) -> int:
        return len(self.positions) + len(self.rest)

    def settled(self, threads: Threads) -> Parcel:
        """The same with the conversations of its mails settled, which is to be done in the order in which they came."""
        if not any(thread is not None for thread in self.common.thread):
            items = threads.settle([found.item for found in self.rest])
            return replace(self, rest=[replace(found, item=item) for found, item in zip(self.rest, items, strict=True)])
        found = self.found()
        items = threads.settle([each.item for each in found])
        apart = set(self.stood)
        common = [item for place, item in enumerate(items) if place not in apart and isinstance(item, Event)]
        entries = [NewEvent(event=item, hash=content_hash(item)) for item in common]
        rest = [replace(found[place], item=items[place]) for place in self.stood]
        return replace(self, common=Chunk.of(entries), rest=rest)

    def found(self) -> list[FoundMessage]:
        """All messages one by one, as they came."""
        items = (entry.event for entry in self.common.entries())
        pairs = zip(self.positions, items, strict=True)
        messages = [FoundMessage(file=self.file, position=position, item=item) for position, item in pairs]
        for place, found in zip(self.stood, self.rest, strict=True):
            messages.insert(place, found)
        return messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Packing:
    """How parcels are made: for the configured ``routes``, ``writers`` of them side by side.

    ``backlog``: messages that name no priority let live ones go first. ``disordered``: :func:`conversation_number` of
    the conversations whose messages must be put in order; they come last.
    """

    routes: Collection[str]
    writers: int = 1
    size: int = SIZE
    backlog: bool = False
    disordered: Collection[int] = ()

    def priority(self, given: int) -> int:
        """What a message with that priority is stored with."""
        return BACKLOG_PRIORITY if self.backlog and given == LIVE else given


def conversation_number(route: str, key: str) -> int:
    """A small number for a conversation, the same in every process; two may share one."""
    return zlib.crc32(f"{route}\x1f{key}".encode("utf-8", "surrogatepass"))


def parcels(files: Files, packing: Packing) -> Iterator[Parcel]:
    """All messages of the files in parcels."""
    held: list[FoundMessage] = []
    for path in files.paths:
        tally = Counter[str]()
        yield from _packed(_set_apart(files.of(path, tally), packing, held), path, packing)
        yield replace(_closed(_Open(), path, 0, packing), passed_over=tally["before_since"])
    places = {id(found.item): found for found in held}
    for path, group in _by_file(places[id(item)] for item in ordered(found.item for found in held)):
        yield from _packed(group, path, packing)


def _set_apart(messages: Iterable[FoundMessage], packing: Packing, held: list[FoundMessage]) -> Iterator[FoundMessage]:
    """What may go as it stands; the others are added to ``held``."""
    if not packing.disordered:
        yield from messages
        return
    for found in messages:
        item = found.item
        if isinstance(item, Event) and conversation_number(item.route, item.conversation) in packing.disordered:
            held.append(found)
        else:
            yield found


def _by_file(messages: Iterable[FoundMessage]) -> Iterator[tuple[Path, list[FoundMessage]]]:
    """Neighbours of one file together, so that the order stays."""
    group: list[FoundMessage] = []
    for found in messages:
        if group and group[-1].file != found.file:
            yield group[-1].file, group
            group = []
        group.append(found)
    if group:
        yield group[-1].file, group


@dataclass(kw_only=True, slots=True)
class _Open:
    """A parcel in the making; ``mixed``: an accepted message is among the rest, so all that follow go there too."""

    entries: list[NewEvent] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    rest: list[FoundMessage] = field(default_factory=list)
    stood: list[int] = field(default_factory=list)
    mixed: bool = False

    def add(self, found: FoundMessage, packing: Packing) -> None:
        """Put a message where it belongs."""
        item = found.item
        if isinstance(item, Event) and item.status is EventStatus.ACCEPTED and item.route in packing.routes:
            if not self.mixed and item.callback is None and item.due_at is None and item.followup is None:
                self.entries.append(NewEvent(event=item, hash=content_hash(item)))
                self.positions.append(found.position)
                return
            self.mixed = True
            found = replace(found, item=replace(item, priority=packing.priority(item.priority)))
        self.stood.append(len(self))
        self.rest.append(found)

    def __len__(self) -> int:
        return len(self.positions) + len(self.rest)


def _writer_of(item: Event | Refusal) -> int:
    """Mails go one after the other: of which conversation one is follows from those that are stored."""
    return hash((item.route, item.conversation)) if isinstance(item, Event) and item.thread is None else 0


def _packed(messages: Iterable[FoundMessage], file: Path, packing: Packing) -> Iterator[Parcel]:
    openings = [_Open() for _ in range(packing.writers)]
    for found in messages:
        item = found.item
        writer = _writer_of(item) % packing.writers
        into = openings[writer]
        into.add(found, packing)
        if len(into) >= packing.size:
            openings[writer] = _Open()
            yield _closed(into, file, writer, packing)
    for writer, into in enumerate(openings):
        if len(into):
            yield _closed(into, file, writer, packing)


def _closed(parcel: _Open, file: Path, writer: int, packing: Packing) -> Parcel:
    common = Chunk.of(parcel.entries)
    common.priority[:] = map(packing.priority, common.priority)
    return Parcel(
        file=file, writer=writer, common=common, positions=parcel.positions, rest=parcel.rest, stood=parcel.stood
    )  # fmt: skip
