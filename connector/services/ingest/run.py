"""Bulk import of files: messages are stored by the thousand, in order, without what is there already.

Both passes read the files as a stream. Large files are read by a process of their own while this one stores; nothing
of them is held in memory but the conversations whose messages stand out of order.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from connector.services.ingest.chunks import Packing, Parcel, parcels
from connector.services.ingest.found import Files, FoundMessage
from connector.services.receive import BATCH, Receiver
from connector.services.threads import Threads
from connector.utils.child_process import elsewhere
from connector.utils.gc_tuning import collecting_seldom
from connector.values import Event, EventStatus, Received, Refusal

__all__ = ["Files", "FoundMessage"]

SORTED_BYTES = 128 * 1024 * 1024
"""Files that are no larger together are put in order, over all of them; larger ones go as they stand."""


MANY = 1_000
"""Messages beyond which a run is a backlog: those that name no priority let live ones go first."""

_AHEAD_BYTES = 4 * 1024 * 1024  # worth a process of its own, which takes half a second to start
_PAUSE = 0.002  # seconds between the transactions of one run on SQLite, so that other writers have their turn
_COUNTED_AS = {EventStatus.SCHEDULED: "accepted", EventStatus.QUARANTINED: "refused"}


def sortable(files: Files) -> bool:
    """Whether the files are small enough to be put in order."""
    return files.size <= SORTED_BYTES


# --- looking first ---------------------------------------------------------------------------------------------------


def _read(files: Files, packing: Packing) -> Iterator[Parcel]:
    """The parcels of the files, made by another process where that is worth its start."""
    if files.size > _AHEAD_BYTES:
        return elsewhere(parcels, files, packing)
    return parcels(files, packing)


# --- taking in -------------------------------------------------------------------------------------------------------


def take_in(messages: Iterable[FoundMessage], receiver: Receiver) -> Iterator[tuple[FoundMessage, Received]]:
    """Store the messages, a batch in a transaction; yields what each came to once it is committed.

    Raises :class:`connector.errors.DatabaseUnavailable`; what was yielded before is stored, and a second run goes on.
    """
    for group in _groups(messages):
        yield from zip(group, receiver.receive([found.item for found in group], live=False), strict=True)


@dataclass(kw_only=True, slots=True)
class Taken:
    """What some messages came to: ``counts`` under the names of :data:`SUMMARY`, and those that were not taken.

    ``later`` of the accepted ones are scheduled.
    """

    counts: Counter[str] = field(default_factory=Counter)
    told: list[tuple[FoundMessage, Received]] = field(default_factory=list)
    later: int = 0

    def add(self, found: FoundMessage, answer: Received) -> None:
        """Count one message."""
        counted = counted_as(answer)
        self.counts["read"] += 1
        self.counts[counted] += 1
        self.later += answer.status is EventStatus.SCHEDULED
        if counted in {"refused", "conflict"}:
            self.told.append((found, answer))


def take_in_files(
    files: Files, receiver: Receiver, *, disordered: Collection[int] = (), backlog: bool = False, connections: int = 1
) -> Iterator[Taken]:
    """Store all messages of the files, thousands in a transaction; yields what they came to once it is committed.

    ``disordered`` conversations are put in order, at the price of holding them in memory. ``backlog`` messages let live
    ones go first. ``connections`` transactions go on at once, on PostgreSQL. Raises as :func:`take_in`.
    """
    one_by_one = receiver.wiring.database.dialect == "sqlite"
    writers = 1 if one_by_one else connections
    packing = Packing(
        routes=list(receiver.wiring.settings.routes), writers=writers, size=SIZE, backlog=backlog,
        disordered=disordered,
    )  # fmt: skip
    with ExitStack() as stack:
        stack.enter_context(collecting_seldom())
        threads = [stack.enter_context(ThreadPoolExecutor(1, "turnwire-store")) for _ in range(writers)]
        waiting: deque[Future[Taken]] = deque()
        for parcel in _read(files, packing):
            waiting.append(threads[parcel.writer].submit(_store, parcel, receiver, pause=_PAUSE if one_by_one else 0))
            while len(waiting) > 2 * writers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


SIZE = 2_000
"""Messages in a transaction, some fifty milliseconds: on SQLite nobody else can write meanwhile."""


def _store(parcel: Parcel, receiver: Receiver, *, pause: float) -> Taken:
    taken = Taken()
    parcel = parcel.settled(Threads(receiver.wiring.database))
    stored = receiver.receive_chunk(parcel.common) if len(parcel.common) else None
    if stored is not None:
        taken.counts.update(
            read=stored.accepted + stored.duplicate, accepted=stored.accepted, duplicate=stored.duplicate
        )
    rest = parcel.found() if stored is None else parcel.rest
    for found, answer in take_in(rest, receiver):
        taken.add(found, answer)
    time.sleep(pause)
    return taken


def counted_as(answer: Received) -> str:
    """Under which name of :data:`SUMMARY` a message is counted."""
    return _COUNTED_AS.get(answer.status, str(answer.status))


def refusal(found: FoundMessage, status: str, reason: str | None) -> dict[str, Any]:
    """A message that was not taken, as ``ingest --json`` prints it."""
    item = found.item
    return {
        "file": str(found.file),
        "position": found.position,
        "external_id": item.id if isinstance(item, Event) else item.external_id,
        "status": status,
        "reason": item.reason if isinstance(item, Refusal) else reason,
    }


def _groups(messages: Iterable[FoundMessage]) -> Iterator[list[FoundMessage]]:
    remaining = iter(messages)
    while group := list(islice(remaining, BATCH)):
        yield group
