"""The plan of a bulk import: what taking these files in would do, counted before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from connector.services.ingest.chunks import Packing, Parcel, conversation_number
from connector.services.ingest.found import Files, FoundMessage
from connector.services.ingest.run import _read, sortable
from connector.services.threads import Threads
from connector.settings import Settings
from connector.storage.core.database import Database
from connector.storage.receive.known import known
from connector.values import ConversationKey, Event, EventStatus, Refusal

SUMMARY = ("read", "accepted", "duplicate", "conflict", "stopped", "context", "refused")
"""What taking in is summed up as; a message scheduled for later is an accepted one."""


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
    threads: set[int] = field(default_factory=set)

    @property
    def conversations(self) -> int:
        """How many different conversations the messages belong to."""
        return len(self.threads)

    def note_threads(self, parcel: Parcel, settings: Settings) -> None:
        """Count the conversations of messages that would be taken."""
        self.threads.update(_number(key) for key in parcel.common.home_keys())
        taken = (found.item for found in parcel.rest if _why_not(found.item, settings) is None)
        self.threads.update(_number(item.home_key) for item in taken if isinstance(item, Event))

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
    refused: Callable[[FoundMessage, str], None] = lambda _found, _why: None,
    step: Callable[[int], None] = lambda _messages: None,
) -> Plan:
    """Read everything once and count; ``refused`` is told of each message that would not be taken, and why.

    ``step`` is told how many more messages were read.

    Raises :class:`connector.errors.DatabaseUnavailable`.
    """
    result = Plan()
    threads = Threads(database, remembers=sortable(files))
    for parcel in _read(files, Packing(routes=list(settings.routes))):
        result.note_threads(parcel.settled(threads), settings)
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


def _number(key: ConversationKey) -> int:
    return conversation_number(key[0], f"{key[1]}\x1f{key[2]}")


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
