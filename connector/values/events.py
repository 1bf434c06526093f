"""Event values: an inbound message, its customer, its callback, and what became of it at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.values.bounces import Bounce
from connector.values.mails import MailContent
from connector.values.statuses import BROKER, CSV_SOURCE, MAIL_SOURCE, ContextBy, EventStatus, KeyOrigin


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """Who wrote, as far as the source said; every field optional, at most 255 characters each."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None

    def as_dict(self) -> dict[str, str]:
        """The fields that are set."""
        pairs = {"id": self.id, "name": self.name, "email": self.email, "phone": self.phone, "language": self.language}
        return {key: value for key, value in pairs.items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Callback:
    """The Celery task that wants to be told (only with ``reply = "celery"``)."""

    task: str
    queue: str | None = None


FOLLOWUP_PRIORITY = 4
"""That of a follow-up scheduled by command without one: however many fall due at once, live messages (5) go first."""

FOLLOWUP_EXPIRES = 86_400.0
"""Seconds after its time for which a follow-up may still be sent, unless it or its route says otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Followup:
    """How a message that is due later waits; what is None is left to its route.

    ``after`` is how many seconds after the conversation's last message it is due, in the place of a set time. ``keep``:
    it stays when the customer writes again. ``expires_after``: so many seconds late it is not sent any more.
    """

    after: float | None = None
    keep: bool | None = None
    expires_after: float | None = None


ConversationKey = tuple[str, str, str]
"""What a conversation is found by: its route, the origin of its key, the key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailThread:
    """What a mail says of its thread: the ids that it answers, the newest first, and who took part in it.

    Addresses are in lower case; ``senders`` are From, ``others`` To and Cc. ``date`` is the Date header in seconds
    since 1970, if it can be read. ``settled``: the mail's conversation is decided. ``earlier`` are people of earlier
    mails of that conversation, where they were not kept yet. ``answered``: of a colleague's answer, to whom it went.
    """

    names: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    customer: str | None = None
    date: int | None = None
    settled: bool = False
    earlier: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Everybody who took part in it."""
        return frozenset((*self.senders, *self.others, *([self.customer] if self.customer else [])))


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One inbound message, normalised; its identity (idempotency key) is ``(source, id)``.

    ``status`` is what the reader already knows: ``accepted`` for a message to be sent (receiving turns a future
    ``due_at``, or a ``followup`` with ``after``, into ``scheduled``), ``context`` for history, ``stopped`` for machine
    mail, ``refused`` for input that could be identified but not taken; ``reason`` then says why. ``raw`` is the message
    as it came, when it came as bytes. ``warnings`` go back to whoever handed it in.

    ``thread`` and ``mail`` are a mail's; ``bounce`` is what one says that reports of a mail of ours; ``envelope`` is
    the source that a CloudEvent names, which belongs to its identity. ``source_name`` is the configured source that
    brought it, if its ``source`` does not say so; ``source_kind`` by what kind of door it came, where that does not
    follow from ``source`` (:func:`source_kind`). ``origin`` is that of its conversation, where the source does not
    tell; ``linked_to`` a conversation that it names and is not of. ``context_by`` is what made it context.
    """

    source: str
    id: str
    route: str
    conversation: str
    text: str
    status: EventStatus = EventStatus.ACCEPTED
    reason: str | None = None
    customer: Customer = Customer()
    subject: str | None = None
    occurred_at: datetime | None = None
    due_at: datetime | None = None
    followup: Followup | None = None
    priority: int = 5
    callback: Callback | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    raw: bytes | None = None
    thread: MailThread | None = field(default=None, compare=False)  # it says nothing that ``raw`` does not
    mail: MailContent | None = field(default=None, compare=False)  # nor does this
    bounce: Bounce | None = field(default=None, compare=False)  # nor does it
    envelope: str | None = None
    source_name: str | None = None
    source_kind: str | None = None
    origin: KeyOrigin | None = None
    linked_to: int | None = None
    context_by: ContextBy | None = None

    @property
    def home_key(self) -> ConversationKey:
        """What its conversation is found by."""
        return self.route, str(self.origin or KeyOrigin.of(self.source)), self.conversation


_FILES = {MAIL_SOURCE: "mail", CSV_SOURCE: "csv", "jsonl:": "jsonl"}
_PROGRAMS = {name: name for name in ("celery", "amqp", "cli", "python")} | {BROKER: "amqp"}


def source_kind(kept: str | None, source: str) -> str | None:
    """By what kind of door a message came: what was kept of it, else what its source says; None if neither does."""
    if kept is not None:
        return kept
    return next((kind for begin, kind in _FILES.items() if source.startswith(begin)), None) or _PROGRAMS.get(source)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Input that could not become an event: which file, where in it, why; ``id`` if it could be told."""

    where: str
    position: str
    reason: str
    field: str | None = None
    expected: str | None = None
    external_id: str | None = None
    source: str | None = None
    raw: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """What receiving one event came to; ``status`` is an :class:`EventStatus`.

    ``braked``: the message was one too many, and its conversation went to a person for this reason.
    """

    status: EventStatus
    event_id: str | None = None
    turn_id: str | None = None
    followup_id: str | None = None
    reason: str | None = None
    external_id: str | None = None
    source: str | None = None
    warnings: tuple[str, ...] = ()
    braked: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The answer as contracts pin it for HTTP and Celery."""
        body: dict[str, Any] = {
            "event_id": self.event_id,
            "turn_id": self.turn_id,
            "followup_id": self.followup_id,
            "status": str(self.status),
            "warnings": list(self.warnings),
        }
        if self.reason:
            body["reason"] = self.reason
        return body
