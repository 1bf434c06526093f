"""The plan of a bulk import: what taking these files in would do, counted before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connector.services.ingest.answered import AnsweredTally
from connector.services.ingest.chunks import Packing, Parcel, conversation_number
from connector.services.ingest.found import Files, FoundMessage
from connector.services.ingest.run import _groups, _read, sortable
from connector.services.receive import Receiver
from connector.services.threads import Threads
from connector.storage.receive.forecast import Forecast
from connector.storage.receive.rows import OTHER_CONTENT
from connector.values import ConversationKey, Event, EventStatus

SUMMARY = ("read", "accepted", "duplicate", "conflict", "stopped", "context", "refused")
"""What taking in is summed up as; a message scheduled for later is an accepted one."""


@dataclass(kw_only=True, slots=True)
class Plan:
    """What taking the files in would come to. ``sent`` counts messages by route, ``stopped`` by the rule's name.

    ``known`` were taken in before or come twice; a ``conflict`` has the id of another message. ``backwards`` stand in
    the files behind a later message of their conversation, one of ``disordered``. ``latest`` holds each conversation's
    latest time so far, in milliseconds. ``answered`` of those to be sent have their answer in the files.
    """

    read: int = 0
    known: int = 0
    conflict: int = 0
    refused: int = 0
    context: int = 0
    backwards: int = 0
    answered: int = 0
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

    def note_threads(self, parcel: Parcel, receiver: Receiver) -> None:
        """Count the conversations of messages that would be taken."""
        self.threads.update(_number(key) for key in parcel.common.home_keys())
        for found in parcel.rest:
            item = found.item
            if isinstance(item, Event) and _is_readable(item) and item.route in receiver.wiring.settings.routes:
                self.threads.add(_number(item.home_key))

    def summary(self) -> dict[str, int]:
        """The counts under the names of :data:`SUMMARY`."""
        return {
            "read": self.read,
            "accepted": self.sent.total(),
            "duplicate": self.known,
            "conflict": self.conflict,
            "stopped": self.stopped.total(),
            "context": self.context,
            "refused": self.refused,
        }


Tell = Callable[[FoundMessage, EventStatus, str], None]
"""Is told of a message that would not be taken: as what it would count, and why."""


def plan(
    files: Files,
    receiver: Receiver,
    *,
    tell: Tell = lambda _found, _status, _why: None,
    step: Callable[[int], None] = lambda _messages: None,
) -> Plan:
    """Read everything once and count what ``receiver`` would make of it; ``tell`` is told what would not be taken.

    ``step`` is told how many more messages were read.

    Raises :class:`connector.errors.DatabaseUnavailable`.
    """
    result = Plan()
    database = receiver.wiring.database
    threads = Threads(database, remembers=sortable(files))
    forecast = Forecast(database, receiver.wiring.intake)
    tally = AnsweredTally(ours=files.addresses)
    for parcel in _read(files, Packing(routes=list(receiver.wiring.settings.routes))):
        settled = parcel.settled(threads)
        result.note_threads(settled, receiver)
        _note_times(result, parcel)
        _count_common(result, settled, forecast.of_chunk(settled.common), tell, tally)
        for group in _groups(settled.rest):
            entries = receiver.entries([found.item for found in group])
            for found, entry, status in zip(group, entries, forecast.of(entries), strict=True):
                refused = entry.event.status is EventStatus.REFUSED
                _count(result, found, EventStatus.REFUSED if refused else status, entry.event.reason, tell)
                _tally(tally, found, status)
        result.read += len(parcel)
        result.passed_over += parcel.passed_over
        step(len(parcel))
    result.answered = tally.count()
    return result


def _number(key: ConversationKey) -> int:
    return conversation_number(key[0], f"{key[1]}\x1f{key[2]}")


def _is_readable(item: Event) -> bool:
    return item.status not in {EventStatus.REFUSED, EventStatus.QUARANTINED}


def _note_times(plan: Plan, parcel: Parcel) -> None:
    chunk = parcel.common
    for route, key, occurred_at in zip(chunk.route, chunk.conversation, chunk.occurred_at, strict=True):
        _note_time(plan, conversation_number(route, key), occurred_at)
    for item in (found.item for found in parcel.rest):
        if isinstance(item, Event) and _is_readable(item):
            at = None if item.occurred_at is None else int(item.occurred_at.timestamp() * 1000)
            _note_time(plan, conversation_number(item.route, item.conversation), at)


def _count_common(
    plan: Plan, parcel: Parcel, doubtful: Mapping[int, EventStatus], tell: Tell, tally: AnsweredTally
) -> None:
    for place, route in enumerate(parcel.common.route):
        status = doubtful.get(place, EventStatus.ACCEPTED)
        if status is EventStatus.ACCEPTED:
            plan.sent[route] += 1
            tally.sent_of(parcel.common, place)
        else:
            item = parcel.common.entry(place).event
            found = FoundMessage(file=parcel.file, position=parcel.positions[place], item=item)
            _count(plan, found, status, None, tell)


def _count(plan: Plan, found: FoundMessage, status: EventStatus, reason: str | None, tell: Tell) -> None:
    item = found.item
    match status:
        case EventStatus.REFUSED | EventStatus.QUARANTINED:
            plan.refused += 1
            tell(found, EventStatus.REFUSED, reason or "unreadable")
        case EventStatus.CONFLICT:
            plan.conflict += 1
            tell(found, status, OTHER_CONTENT)
        case EventStatus.DUPLICATE:
            plan.known += 1
        case EventStatus.STOPPED:
            plan.stopped[reason or "stopped"] += 1
        case EventStatus.CONTEXT:
            plan.context += 1
        case _ if isinstance(item, Event):
            plan.sent[item.route] += 1


def _tally(tally: AnsweredTally, found: FoundMessage, status: EventStatus) -> None:
    if not isinstance(found.item, Event):
        return
    if status is EventStatus.ACCEPTED:
        tally.sent(found.item)
    else:
        tally.note(found.item)


def _note_time(plan: Plan, number: int, occurred_at: int | None) -> None:
    latest = plan.latest.get(number, 0)
    if occurred_at is None:
        plan.latest.setdefault(number, 0)
    elif occurred_at < latest:
        plan.backwards += 1
        plan.disordered.add(number)
    else:
        plan.latest[number] = occurred_at
