"""Rows of intake: from values to columns, and from columns to answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.engine import Row

from connector.storage.core.text import clean
from connector.storage.core.times import millis
from connector.values import ConversationKey, ConversationStatus, Customer, Event, EventStatus, Received, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEvent:
    """One event ready to be stored: ``hash`` tells a duplicate from a conflict; a refused one has a made-up id."""

    event: Event
    hash: str
    given_id: str | None = None


OTHER_CONTENT = "the same id came before with other content; the first one counts"
"""Why a message is a conflict."""
LaneKey = tuple[str, str, int, bool]
"""(account, route, priority, known)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A conversation as intake needs it; the account is that of its opening, wherever its route leads now.

    ``known``: its customer was answered before, or a person let it in.
    """

    id: int
    account: str
    known: bool


@dataclass(kw_only=True, slots=True)
class Growth:
    """What a batch adds to one conversation: how many turns, and the most urgent one's priority.

    ``ready``: when the first of them is due, in milliseconds, if that is not at once.
    """

    account: str
    route: str
    priority: int
    known: bool
    turns: int = 0
    ready: int | None = None

    @property
    def lane(self) -> LaneKey:
        """Where the most urgent one waits."""
        return self.account, self.route, self.priority, self.known


@dataclass(frozen=True, kw_only=True, slots=True)
class Positions:
    """What a conversation gave out: the first of the new positions; ``held``: why nothing of it is sent, if so."""

    first: int
    held: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTurn:
    """A turn to be written: its event, its text (several messages' where some were joined) and how long it is open."""

    id: int
    event: Event
    conversation_id: int
    text: str
    priority: int
    open_until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """What is not the common case: the turn that an event was joined to, and what a brake did, by event id."""

    moved: Mapping[int, int] = field(default_factory=dict)
    braked: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.moved or self.braked)

    def told(self, answer: Received) -> Received:
        """The answer with it."""
        event_id = int(answer.event_id or 0)
        turn_id = self.moved.get(event_id)
        braked = self.braked.get(event_id)
        return replace(answer, turn_id=answer.turn_id if turn_id is None else str(turn_id), braked=braked)


def growth_of(fresh: Sequence[tuple[int, Event]], found: Mapping[ConversationKey, Home]) -> dict[int, Growth]:
    """By conversation id, what these accepted events add to it."""
    return growth_in(((event.home_key, event.priority) for _, event in fresh), found)


def growth_in(
    messages: Iterable[tuple[ConversationKey, int]], found: Mapping[ConversationKey, Home]
) -> dict[int, Growth]:
    """The same of messages by what their conversation is found by, and their priority."""
    growth: dict[int, Growth] = {}
    for key, priority in messages:
        home = found[key]
        grown = growth.get(home.id)
        if grown is None:
            grown = growth[home.id] = Growth(account=home.account, route=key[0], priority=priority, known=home.known)
        grown.turns += 1
        grown.priority = max(grown.priority, priority)
    return growth


def storable(entry: NewEvent) -> NewEvent:
    """Without NUL and lone surrogates, which would cost the batch: readers refuse or mend them, programs may not."""
    event = entry.event
    keys = (event.source, event.id, event.route, event.conversation, event.text, event.subject, event.reason)
    if all(clean(text) == text for text in keys) and entry.given_id == clean(entry.given_id):
        return entry
    source, id_, route, conversation, text, subject, reason = (clean(text) for text in keys)
    mended = replace(
        event,
        source=source or "",
        id=id_ or "",
        route=route or "",
        conversation=conversation or "",
        text=text or "",
        subject=subject,
        reason=reason,
    )
    return replace(entry, event=mended, given_id=clean(entry.given_id))


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_text(value: Mapping[str, Any] | None) -> str | None:
    """A JSON column's value; nothing for an empty object."""
    return clean(_compact.encode(dict(value))) if value else None


def callback_text(event: Event) -> str | None:
    """Whom the event wants told, as its column holds it."""
    callback = event.callback
    return json_text({"task": callback.task, "queue": callback.queue}) if callback else None


def event_row(entry: NewEvent) -> dict[str, Any]:
    """The columns of an event but for the time it came."""
    event = entry.event
    return {
        "source": event.source,
        "external_id": event.id,
        "source_name": event.source_name,
        "source_kind": event.source_kind,
        "given_id": entry.given_id,
        "hash": entry.hash,
        "status": str(event.status),
        "reason": event.reason,
        "route": event.route,
        "conversation_key": event.conversation,
        # An accepted message's text lives in its turn, once.
        "text": None if event.status is EventStatus.ACCEPTED else event.text,
        "subject": event.subject,
        "customer": json_text(event.customer.as_dict()),
        "metadata": json_text(event.metadata),
        "callback": callback_text(event),
        "priority": event.priority,
        "occurred_at": millis(event.occurred_at),
        "due_at": millis(event.due_at),
        "context_by": None if event.context_by is None else str(event.context_by),
    }


def event_of(row: Any) -> Event:
    """The event of a row, as far as its turn and conversation need it."""
    return Event(
        source=row.source,
        id=row.external_id,
        route=row.route,
        conversation=row.conversation_key,
        text=row.text,
        subject=row.subject,
        customer=Customer(**json.loads(row.customer or "{}")),
        priority=row.priority,
    )


def new_conversation(now: Any) -> dict[str, Any]:
    """The columns that all new conversations share; ``now`` is the database's clock, or what it just said."""
    return {
        "status": str(ConversationStatus.OPEN),
        "created_at": now,
        "changed_at": now,
        "baseline": 0,
        "opening": False,
    }


def new_turn(backlog_id: int | None, now: Any) -> dict[str, Any]:
    """The columns that all new turns share; ``now`` as above."""
    return {
        "status": str(TurnStatus.QUEUED),
        "attempts": 0,
        "tries": 0,
        "delays": 0,
        "revision": 1,
        "backlog_id": backlog_id,
        "accepted_at": now,
        "due_at": now,
    }


def stored(entry: NewEvent, event_id: int) -> Received:
    """The answer to who brought an event first."""
    event = entry.event
    return Received(
        status=event.status,
        event_id=str(event_id),
        turn_id=str(event_id) if event.status is EventStatus.ACCEPTED else None,
        followup_id=str(event_id) if event.status is EventStatus.SCHEDULED else None,
        reason=event.reason,
        external_id=entry.given_id or event.id,
        source=event.source,
        warnings=event.warnings,
    )


def kept(row: Row[Any]) -> Received:
    """The ids that were answered when an event first came."""
    return Received(
        status=EventStatus(row.status),
        event_id=str(row.id),
        turn_id=None if row.turn_id is None else str(row.turn_id),
        followup_id=None if row.followup_id is None else str(row.followup_id),
    )


def repeated(entry: NewEvent, first: Received, *, same: bool) -> Received:
    """The answer to who brought it again, or something else under its id: the ids of the ``first`` one."""
    return Received(
        status=EventStatus.DUPLICATE if same else EventStatus.CONFLICT,
        event_id=first.event_id,
        turn_id=first.turn_id,
        followup_id=first.followup_id,
        reason=None if same else OTHER_CONTENT,
        external_id=entry.given_id or entry.event.id,
        source=entry.event.source,
        warnings=entry.event.warnings,
    )
