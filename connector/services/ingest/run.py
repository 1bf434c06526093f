"""Files to rows: look first and say what will happen, then take in, in order, what is not there yet.

Both passes read the files as a stream. Large files are read by a process of their own while this one stores; nothing
of them is held in memory but the conversations whose messages stand out of order.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from connector.services.ingest.chunks import Packing, Parcel, conversation_number, parcels
from connector.services.ingest.found import Files, Found
from connector.services.receive import BATCH, Receiver
from connector.settings import Settings
from connector.storage.core.database import Database
from connector.storage.receive.known import known
from connector.utils.child_process import elsewhere
from connector.utils.gc_tuning import collecting_seldom
from connector.values import Event, EventStatus, Received, Refusal

__all__ = ["Files", "Found"]

SORTED_BYTES = 128 * 1024 * 1024
"""Files that are no larger together are put in order, over all of them; larger ones go as they stand."""

SUMMARY = ("read", "accepted", "duplicate", "conflict", "stopped", "context", "refused")
"""What taking in is summed up as; a message scheduled for later is an accepted one."""

MANY = 1_000
"""Messages beyond which a run is a backlog: those that name no priority let live ones go first."""

_AHEAD_BYTES = 4 * 1024 * 1024  # worth a process of its own, which takes half a second to start
_PAUSE = 0.002  # seconds between the transactions of one run on SQLite, so that other writers have their turn
_COUNTED_AS = {EventStatus.SCHEDULED: "accepted", EventStatus.QUARANTINED: "refused"}


def sortable(files: Files) -> bool:
    """Whether the files are small enough to be put in order."""
    return files.size <= SORTED_BYTES


# --- looking first ---------------------------------------------------------------------------------------------------


@dataclass(kw_only=True, slots=True)
class Plan:
    """What taking the files in would come to. ``sent`` counts messages by route, ``stopped`` by the rule's name.

    ``known`` were taken in before; ``backwards`` stand in the files behind a later message of their conversation, one
    of ``disordered``. ``latest`` holds each conversation's latest time so far, in milliseconds.
    """

    read: int = 0
    known: int = 0
    refused: int = 0
    context: int = 0
    backwards: int = 0
    passed_over: int = 0
    stopped: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    latest: dict[int, int] = field(default_factory=dict)
    disordered: set[int] = field(default_factory=set)

    @property
    def conversations(self) -> int:
        """How many different conversations the messages belong to."""
        return len(self.latest)

    def summary(self) -> dict[str, int]:
        """The counts under the names of :data:`SUMMARY`."""
        return {
            "read": self.read,
            "accepted": self.sent.total(),
            "duplicate": self.known,
            "conflict": 0,
            "stopped": self.stopped.total(),
            "context": self.context,
            "refused": self.refused,
        }


def plan(
    files: Files,
    settings: Settings,
    database: Database,
    *,
    refused: Callable[[Found, str], None] = lambda _found, _why: None,
    step: Callable[[int], None] = lambda _messages: None,
) -> Plan:
    """Read everything once and count; ``refused`` is told of each message that would not be taken, and why.

    ``step`` is told how many more messages were read.

    Raises :class:`connector.errors.DatabaseUnavailable`.
    """
    result = Plan()
    for parcel in _read(files, Packing(routes=list(settings.routes))):
        _count_common(result, parcel, database)
        events = [found.item for found in parcel.rest if isinstance(found.item, Event)]
        here = known(database, [(event.source, event.id) for event in events])
        for found in parcel.rest:
            why = _why_not(found.item, settings)
            if why is not None:
                result.refused += 1
                refused(found, why)
            elif isinstance(found.item, Event):
                _count(result, found.item, here.get((found.item.source, found.item.id)))
        result.read += len(parcel)
        result.passed_over += parcel.passed_over
        step(len(parcel))
    return result


def _read(files: Files, packing: Packing) -> Iterator[Parcel]:
    """The parcels of the files, made by another process where that is worth its start."""
    if files.size > _AHEAD_BYTES:
        return elsewhere(parcels, files, packing)
    return parcels(files, packing)


def _why_not(item: Event | Refusal, settings: Settings) -> str | None:
    if isinstance(item, Refusal):
        return item.reason
    if item.route not in settings.routes:
        return f"no route {item.route}"
    return item.reason or "unreadable" if item.status is EventStatus.REFUSED else None


def _count_common(plan: Plan, parcel: Parcel, database: Database) -> None:
    chunk = parcel.common
    here = known(database, chunk.identities())
    for route, identity in zip(chunk.route, chunk.identities(), strict=True):
        if here.get(identity, EventStatus.CONTEXT) == EventStatus.CONTEXT:  # history, now sent for real
            plan.sent[route] += 1
        else:
            plan.known += 1
    for route, key, occurred_at in zip(chunk.route, chunk.conversation, chunk.occurred_at, strict=True):
        _note_time(plan, conversation_number(route, key), occurred_at)


def _count(plan: Plan, event: Event, stored: str | None) -> None:
    occurred_at = None if event.occurred_at is None else int(event.occurred_at.timestamp() * 1000)
    _note_time(plan, conversation_number(event.route, event.conversation), occurred_at)
    history_now_sent = stored == EventStatus.CONTEXT and event.status is EventStatus.ACCEPTED
    if stored is not None and not history_now_sent:
        plan.known += 1
    elif event.status is EventStatus.STOPPED:
        plan.stopped[event.reason or "stopped"] += 1
    elif event.status is EventStatus.CONTEXT:
        plan.context += 1
    else:
        plan.sent[event.route] += 1


def _note_time(plan: Plan, number: int, occurred_at: int | None) -> None:
    latest = plan.latest.get(number, 0)
    if occurred_at is None:
        plan.latest.setdefault(number, 0)
    elif occurred_at < latest:
        plan.backwards += 1
        plan.disordered.add(number)
    else:
        plan.latest[number] = occurred_at


# --- taking in -------------------------------------------------------------------------------------------------------


def take_in(messages: Iterable[Found], receiver: Receiver) -> Iterator[tuple[Found, Received]]:
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
    told: list[tuple[Found, Received]] = field(default_factory=list)
    later: int = 0

    def add(self, found: Found, answer: Received) -> None:
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


def refusal(found: Found, status: str, reason: str | None) -> dict[str, Any]:
    """A message that was not taken, as ``ingest --json`` prints it."""
    item = found.item
    return {
        "file": str(found.file),
        "position": found.position,
        "external_id": item.id if isinstance(item, Event) else item.external_id,
        "status": status,
        "reason": item.reason if isinstance(item, Refusal) else reason,
    }


def _groups(messages: Iterable[Found]) -> Iterator[list[Found]]:
    remaining = iter(messages)
    while group := list(islice(remaining, BATCH)):
        yield group
