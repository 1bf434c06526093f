"""Frozen values that travel between the layers; no behaviour beyond small derivations.

Times are aware UTC ``datetime``; durations are seconds as ``float``; ids are integers inside and opaque strings at the
edges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class TurnStatus(StrEnum):
    """Where a turn stands; ``unknown`` means that it may have been delivered."""

    QUEUED = "queued"
    SENDING = "sending"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL_TURN_STATUSES = (TurnStatus.ANSWERED, TurnStatus.FAILED, TurnStatus.CANCELLED)


class EventStatus(StrEnum):
    """What became of a message that arrived; ``duplicate`` and ``conflict`` are answers, never rows."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    CONTEXT = "context"
    STOPPED = "stopped"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


BROKER = "broker"
"""The source of events made of what a broker brought and nobody could read."""


class ConversationStatus(StrEnum):
    """Who answers in a conversation: the agent, a person, or nobody any more."""

    OPEN = "open"
    HANDED_OFF = "handed_off"
    CLOSED = "closed"


class ReplyStatus(StrEnum):
    """Where the answer stands on its way back."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FollowupStatus(StrEnum):
    """Where a message that is due later stands."""

    SCHEDULED = "scheduled"
    SENT = "sent"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class Call(StrEnum):
    """Which outside call an attempt made."""

    OPEN = "open"
    SEND = "send"
    READ_BACK = "read_back"


class Outcome(StrEnum):
    """What an outside call meant, in our words; the policy decides what follows."""

    ANSWERED = "answered"
    NOT_SENT = "not_sent"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    LOST = "lost"
    REFUSED = "refused"
    CREDENTIALS = "credentials"
    MISCONFIGURED = "misconfigured"
    CHAT_OVER = "chat_over"


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One inbound message, normalised; identity is ``(source, id)``.

    ``status`` is what the reader already knows: ``accepted`` for a message to be sent (receiving turns a future
    ``due_at``, or a ``followup`` with ``after``, into ``scheduled``), ``context`` for history, ``stopped`` for machine
    mail, ``refused`` for input that could be identified but not taken; ``reason`` then says why. ``raw`` is the message
    as it came, when it came as bytes. ``warnings`` go back to whoever handed it in.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a provider can do for certainty; the policy follows from these four and needs nothing else.

    ``reads_back``: a chat's history can be read, so a lost answer is settled by evidence. ``client_chosen_id``: we pick
    the chat's id, so opening is repeatable. ``idempotency_key``: a send may be repeated under the same key.
    ``human_mode``: answers say whether a person holds the chat.
    """

    reads_back: bool = False
    client_chosen_id: bool = False
    idempotency_key: bool = False
    human_mode: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatContext:
    """What a provider is told about the conversation it opens, finds or continues.

    ``uuid`` is a UUIDv5 of our conversation and its generation: the chat id for providers that let the caller choose.
    ``customer_key`` is the id under which the provider keys the customer (OSVI v1). ``context`` are the last turns as
    lines, carried into a replacement chat.
    """

    id: str
    key: str
    route: str
    agent: str
    uuid: str
    customer_key: str
    chat_id: str | None = None
    customer: Customer = Customer()
    subject: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    context: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnRequest:
    """One message to be sent: ``idempotency_key`` is the same for every attempt of a turn."""

    conversation: ChatContext
    chat_id: str
    text: str
    turn_id: str
    idempotency_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallResult:
    """What every outside call leaves behind, whatever became of it.

    ``error`` is one sentence without secrets and without customers' text; ``retry_after`` is in seconds, already
    clamped; ``raw`` is the body as it came, cut at the cap; ``hint`` names a transport fact (``"deadline"``,
    ``"reset"``, …) as evidence.
    """

    outcome: Outcome = Outcome.ANSWERED
    http_status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    request_id: str | None = None
    raw: bytes | None = None
    hint: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened(CallResult):
    """A chat that is open at the provider (``outcome`` answered), or why it is not.

    ``baseline`` is the number of user entries the chat already holds.
    """

    chat_id: str = ""
    greeting: str | None = None
    baseline: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnResult(CallResult):
    """What the agent answered, or why there is no answer.

    ``answer`` may be empty: an agent may say nothing. ``chat_id`` is the chat the provider says it answered in;
    ``human`` is true when a person holds the chat or was asked for.
    """

    answer: str | None = None
    agent_state: str | None = None
    chat_id: str | None = None
    provider_turn: int | None = None
    human: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEntry:
    """One message of a chat: ``role`` is ``user`` or ``agent``; ``number`` is the provider's, if it gave one."""

    role: str
    text: str
    number: int | None = None
    state: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class History(CallResult):
    """A chat read back. ``ongoing`` is false once the provider takes no more messages in it."""

    chat_id: str = ""
    ongoing: bool = True
    entries: tuple[HistoryEntry, ...] = ()


class Provider(Protocol):
    """One account at one provider, as the engine sees it; no method raises for what the provider did."""

    @property
    def capabilities(self) -> Capabilities:
        """What this provider can do for certainty."""
        ...

    async def open(self, conversation: ChatContext) -> Opened:
        """Open a chat; outcome ``misconfigured`` when the provider refuses to."""
        ...

    async def find(self, conversation: ChatContext) -> Opened | None:
        """Look for a chat that an earlier, unclear ``open`` may have made; None when there is none."""
        ...

    async def send(self, request: TurnRequest) -> TurnResult:
        """Send one message and wait for the agent's answer. Called at most once per attempt."""
        ...

    async def read(self, chat_id: str) -> History | None:
        """Read a chat back; None when the provider does not know it. Only called when ``reads_back``."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderAccount:
    """What a provider's factory gets: one account of the configuration. ``token`` never shows in ``repr``.

    ``api`` and ``base_url`` are None when the configuration leaves them to the provider; ``deadline`` is the wall
    clock for one call, in seconds; ``connections`` how many calls may be in flight in this process.
    """

    name: str
    token: str = field(repr=False)
    base_url: str | None = None
    api: str | None = None
    deadline: float = 90.0
    connections: int = 200


class ProviderFactory(Protocol):
    """What an entry point of the group ``turnwire.providers`` names.

    The provider it returns may also have ``async check() -> CallResult`` (a harmless call that tells whether
    credentials and base URL are right) and ``async aclose()``; both are optional.
    """

    def __call__(self, account: ProviderAccount) -> Provider:
        """Make the provider; no I/O yet. Raises :class:`connector.errors.ConfigurationError`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyMessage:
    """One answer on its way back: ``turn`` is the pinned JSON schema of a turn, without attempts and replies.

    ``marker`` is stored before the first attempt and the same for all of them, so that a receiver can drop repeats.
    ``type`` names what else is told, ``turn`` then being its data.
    """

    id: str
    marker: str
    channel: str
    attempt: int
    target: Mapping[str, Any]
    turn: Mapping[str, Any]
    type: str | None = None


class ReplyChannel(Protocol):
    """One way back. ``repeatable`` says that a receiver drops repeats by marker, so a lost delivery may be retried."""

    @property
    def repeatable(self) -> bool:
        """Whether a delivery whose outcome is unclear may be sent again."""
        ...

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Deliver once; outcome ``answered`` means delivered."""
        ...

    async def aclose(self) -> None:
        """Give connections back."""
        ...


class Publisher(Protocol):
    """The only thing the inner layers know of the broker; ``tasks`` hands one in."""

    def ring(self) -> None:
        """Wake the workers: there is work. Losing it costs a moment, not a message. Never raises."""
        ...

    def call(self, task: str, args: Sequence[Any], queue: str, message_id: str) -> None:
        """Publish a callback for somebody else's Celery app, confirmed by the broker.

        Raises :class:`connector.errors.BrokerUnavailable`.
        """
        ...
