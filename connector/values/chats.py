"""Chat values: what a provider is asked and answers, and the provider protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from connector.values.events import Customer
from connector.values.statuses import Outcome


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


OWN_KEY = "tw-"
"""How the customer key begins that belongs to one conversation alone; a person's own key never does."""


_LIKE_OURS = re.compile(rf"(?:c-)*{OWN_KEY}")


def customer_key(conversation_id: int, person: str | None) -> str:
    """The id under which a provider keys a customer: the person's own, or one of this conversation's alone.

    A person's that looks like one of ours, or like what stands for such a one, gets another beginning: nobody picks
    another conversation's by their name.
    """
    if not person:
        return f"{OWN_KEY}{conversation_id}"
    return f"c-{person}" if _LIKE_OURS.match(person) else person


LONGEST_CHAT_ID = 255


def usable_chat_id(chat_id: str) -> bool:
    """Whether a provider's chat id may be kept and put into an address: one line of sensible length, no ``..``."""
    return 0 < len(chat_id) <= LONGEST_CHAT_ID and chat_id.isprintable() and bool(chat_id.strip("."))


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatContext:
    """What a provider is told about the conversation it opens, finds or continues.

    ``uuid`` is a UUIDv5 of our conversation and its generation: the chat id for providers that let the caller choose.
    ``customer_key`` is the id under which the provider keys the customer (OSVI v1). ``context`` are lines that a chat
    is to open with; the engine has none, since what was said before is told with the first message.
    """

    id: str
    key: str
    route: str
    agent: str
    uuid: str
    customer_key: str
    chat_id: str | None = None
    customer: Customer = Customer()  # noqa: RUF009 - frozen
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


class ChatOperations(Protocol):
    """What a provider may do to a chat beyond the conversation itself; each method is optional, on its own.

    ``conversation.chat_id`` is the chat. Each call may be made again after an unclear outcome, and must not do harm
    then; ``again`` says that it is. A chat that is gone is ``chat_over``; nothing (None) means that the account's API
    has no such call after all. They never raise.
    """

    async def hold(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Keep the agent quiet: a person has the chat."""
        ...

    async def release(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Let the agent answer again."""
        ...

    async def brief(self, conversation: ChatContext, note: str, *, again: bool) -> CallResult | None:
        """Tell the agent what happened, without an answer of its own; once, also if it is called again."""
        ...

    async def end(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """End the chat for good."""
        ...

    async def forget(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Have the provider forget the chat and its messages."""
        ...
