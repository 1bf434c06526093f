"""OSVI's client: its chat API in both generations, v1 (the default) and legacy.

Sources: docs.osvi.ai, API reference (Introduction; Start chat session; Send chat message; Create session; Active
session; Send message); what operators do is in :mod:`connector.providers.osvi_operations`. The vendor publishes no
idempotency key, no rate limit and no way to read messages back, so an answer that is lost stays lost; what its pages
leave open is marked as our reading beside the line that decides it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self
from weakref import WeakValueDictionary

from connector.errors import ConfigurationError
from connector.http import HttpClient
from connector.providers.base import (
    Endpoint,
    Reply,
    Request,
    checked_token,
    facts_of,
    is_true,
    object_in,
    recast,
    text_in,
    texts_in,
)
from connector.providers.osvi_operations import OsviOperations
from connector.providers.osvi_verdict import gone, judge
from connector.values import (
    OWN_KEY,
    CallResult,
    Capabilities,
    ChatContext,
    History,
    Opened,
    Outcome,
    Provider,
    ProviderAccount,
    TurnRequest,
    TurnResult,
    usable_chat_id,
)

BASE_URL = "https://api.osvi.ai"
"""The only host in the vendor's pages; there are no regions."""
CONTEXT_KEPT = 5
"""Entries of ``context`` that the vendor keeps, the newest (Create session)."""
CHECK_CUSTOMER = "turnwire-check"

Api = Literal["v1", "legacy"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One v1 session record; it holds no messages. ``agent`` is known only where the vendor keys by it."""

    id: str
    agent: str | None = None
    customer_id: str | None = None
    mode: str | None = None
    status: str | None = None
    help_requested: bool = False
    context: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions(CallResult):
    """What is active for a customer: none is an answer too."""

    sessions: tuple[Session, ...] = ()


# -- build the request ------------------------------------------------------------------------------------------------


def legacy_start_request(agent: str, metadata: Mapping[str, Any] | None = None) -> Request:
    """Start chat session (legacy); ``person_name`` is the one member of ``metadata`` that the vendor shows."""
    body: dict[str, Any] = {"agent_uuid": agent}
    if metadata:
        body["metadata"] = dict(metadata)
    return Request(method="POST", path="/chat_sessions", body=body)


def legacy_send_request(agent: str, session_id: str, message: str) -> Request:
    """Send chat message (legacy)."""
    body = {"agent_uuid": agent, "chat_session_id": session_id, "message": message}
    return Request(method="POST", path="/chat_messages/send_message", body=body)


def create_session_request(
    agent: str,
    customer_id: str,
    input_fields: Mapping[str, Any] | None = None,
    context: Sequence[str] = (),
) -> Request:
    """Create session (v1). More lines of context than the vendor keeps are folded into its first entry."""
    body: dict[str, Any] = {"agent_uuid": agent, "customer_id": customer_id}
    if input_fields:
        body["input_fields"] = dict(input_fields)
    lines = [line for line in context if line.strip()]
    if lines:
        spare = max(0, len(lines) - CONTEXT_KEPT)
        body["context"] = ["\n".join(lines[: spare + 1]), *lines[spare + 1 :]]
    return Request(method="POST", path="/v1/chat/session", body=body)


def active_sessions_request(customer_id: str, agent: str | None = None) -> Request:
    """Active session (v1), of one agent or of all."""
    params = {"customer_id": customer_id}
    if agent is not None:
        params["agent_uuid"] = agent
    return Request(method="GET", path="/v1/chat/session/active", params=params)


def inbound_request(agent: str, customer_id: str, content: str, session_id: str | None = None) -> Request:
    """Send message (v1). Without ``session_id`` the vendor picks, resumes or creates a session as it sees fit."""
    body = {"agent_uuid": agent, "customer_id": customer_id, "content": content}
    if session_id:
        body["session_id"] = session_id
    return Request(method="POST", path="/v1/chat/inbound", body=body)


def legacy_metadata(conversation: ChatContext) -> dict[str, Any]:
    """All that legacy takes about a session: ``person_name``, and freely what else we know."""
    known: dict[str, Any] = {"person_name": conversation.customer.name, "customer": conversation.customer.as_dict()}
    known["context"] = list(conversation.context)
    return {key: value for key, value in known.items() if value}


# -- read the answer --------------------------------------------------------------------------------------------------


def read_started(reply: Reply) -> Opened:
    """The answer to a legacy start: the session's id and, unlike v1, a greeting."""
    return _read_opened(reply, "session_id", "id")


def read_created(reply: Reply) -> Opened:
    """The answer to a v1 create, whose record calls the session's id ``id``."""
    return _read_opened(reply, "id", "session_id")


def read_sessions(reply: Reply) -> Sessions:
    """The answer to the active look-up: one record, or records by agent; 404 means that there are none."""
    facts = facts_of(reply)
    if gone(reply):
        return Sessions(**facts.fields())
    verdict = judge(reply, fault=Outcome.REFUSED)
    if verdict.data is None:
        return Sessions(**facts.fields(verdict.outcome, verdict.error))
    sessions = _sessions_in(verdict.data)
    if sessions is None:
        return Sessions(**facts.fields(Outcome.LOST, "OSVI answered 200 with no session that can be read"))
    return Sessions(**facts.fields(), sessions=sessions)


def read_legacy_answer(reply: Reply) -> TurnResult:
    """The answer to a legacy send: ``response`` and ``current_state``."""
    return _read_turn(reply, "response", "current_state")


def read_answer(reply: Reply) -> TurnResult:
    """The answer to a v1 send: ``reply`` and ``state``, and whether a person holds the session or is asked for."""
    return _read_turn(reply, "reply", "state")


def _read_opened(reply: Reply, *names: str) -> Opened:
    facts = facts_of(reply)
    verdict = judge(reply, fault=Outcome.MISCONFIGURED)
    if verdict.data is None:
        return Opened(**facts.fields(verdict.outcome, verdict.error))
    chat_id = next((found for name in names if (found := text_in(verdict.data, name))), None)
    if chat_id is None or not usable_chat_id(chat_id):
        return Opened(**facts.fields(Outcome.LOST, "OSVI answered 200 without a session id that can be used"))
    return Opened(**facts.fields(), chat_id=chat_id, greeting=text_in(verdict.data, "welcome_message") or None)


def _read_turn(reply: Reply, answer_name: str, state_name: str) -> TurnResult:
    facts = facts_of(reply)
    # The engine may ask the active look-up (`find`) whether the session is over or unknown.
    fault = Outcome.CHAT_OVER if gone(reply) else Outcome.REFUSED
    verdict = judge(reply, fault=fault, answer_name=answer_name)
    if verdict.data is None:
        return TurnResult(**facts.fields(verdict.outcome, verdict.error))
    data = verdict.data
    held = text_in(data, "mode") == "support"
    answer = text_in(data, answer_name)
    if answer is None and held:
        answer = ""  # our reading: `reply` in mode `support` is not published, and the agent does not speak then
    if answer is None:
        return TurnResult(**facts.fields(Outcome.LOST, f"OSVI answered 200 without a readable {answer_name!r}"))
    return TurnResult(
        **facts.fields(),
        answer=answer,
        agent_state=text_in(data, state_name),
        chat_id=text_in(data, "session_id"),
        human=held or is_true(data.get("help_requested")),
    )


def _sessions_in(data: Mapping[str, Any]) -> tuple[Session, ...] | None:
    """One record, or a map from agent to record; None if there is something that is neither."""
    single = _session(data, None)
    if single:
        return (single,)
    found = [_session(record, agent) for agent, record in data.items() if isinstance(record, dict)]
    if len(found) < len(data) or None in found:
        return None
    return tuple(session for session in found if session)


def _session(record: Mapping[str, Any], agent: str | None) -> Session | None:
    session_id = text_in(record, "id") or text_in(record, "session_id")
    if not session_id:
        return None
    return Session(
        id=session_id,
        agent=agent,
        customer_id=text_in(record, "customer_id"),
        mode=text_in(record, "mode"),
        status=text_in(record, "status"),
        help_requested=is_true(record.get("help_requested")),
        context=texts_in(object_in(record, "metadata") or {}, "context"),
    )


# -- join them --------------------------------------------------------------------------------------------------------


class Osvi(OsviOperations):
    """One OSVI account: the vendor's calls by name, and the engine's protocol on top of them by ``api``.

    ``async with Osvi(token) as osvi: await osvi.inbound(agent, "customer-7", "Hi")``. ``deadline`` is the wall clock
    for one call in seconds, ``connections`` how many may be in flight. No method raises for what OSVI or the network
    did. Raises :class:`connector.errors.ConfigurationError` for a token, base URL or api that cannot be used.
    """

    def __init__(
        self,
        token: str,
        base_url: str | None = None,
        api: Api = "v1",
        deadline: float = 90.0,
        connections: int = 200,
        *,
        http: HttpClient | None = None,
    ) -> None:
        if api not in {"v1", "legacy"}:
            raise ConfigurationError(f"OSVI has no api {api!r}", field="api", expected="v1 or legacy")
        token = checked_token(token)
        self.api: Api = api
        self._persons: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._endpoint = Endpoint(
            base_url or BASE_URL,
            headers={"API-Token": token},
            secret=token,
            deadline=deadline,
            # One clock for a call: a synchronous answer may take all of it.
            http=http or HttpClient(connections=connections, read_timeout=deadline),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    @property
    def capabilities(self) -> Capabilities:
        """Nothing can be read back; v1 says when a person holds the session."""
        return Capabilities(human_mode=self.api == "v1")

    # The vendor's calls

    async def legacy_start(self, agent: str, metadata: Mapping[str, Any] | None = None) -> Opened:
        """Start a legacy session. Every call makes a further one; none can be found again."""
        endpoint = self._endpoint
        return endpoint.discreet(read_started(await endpoint.call(legacy_start_request(agent, metadata))))

    async def legacy_send(self, agent: str, session_id: str, message: str) -> TurnResult:
        """Send into a legacy session and wait for the agent's answer."""
        reply = await self._endpoint.call(legacy_send_request(agent, session_id, message))
        return self._endpoint.discreet(read_legacy_answer(reply), message)

    async def create_session(
        self,
        agent: str,
        customer_id: str,
        input_fields: Mapping[str, Any] | None = None,
        context: Sequence[str] = (),
    ) -> Opened:
        """Open a v1 session; it ends whatever session was active for this customer and agent."""
        reply = await self._endpoint.call(create_session_request(agent, customer_id, input_fields, context))
        return self._endpoint.discreet(read_created(reply), *context)

    async def active_sessions(self, customer_id: str, agent: str | None = None) -> Sessions:
        """What is active for a customer, with one agent or with all."""
        reply = await self._endpoint.call(active_sessions_request(customer_id, agent))
        return self._endpoint.discreet(read_sessions(reply))

    async def inbound(self, agent: str, customer_id: str, content: str, session_id: str | None = None) -> TurnResult:
        """Send a customer's message (v1) and wait for the agent's answer; give ``session_id`` whenever it is known."""
        reply = await self._endpoint.call(inbound_request(agent, customer_id, content, session_id))
        return self._endpoint.discreet(read_answer(reply), content)

    # The engine's protocol

    async def open(self, conversation: ChatContext) -> Opened:
        """Open a session, the customer as ``input_fields`` (v1) or ``metadata`` (legacy), with the carried lines.

        Under a person's own key (v1) it is the session that is active already, if there is one.
        """
        if self.api == "legacy":
            return await self.legacy_start(conversation.agent, legacy_metadata(conversation))
        if conversation.customer_key.startswith(OWN_KEY):
            return await self._create(conversation)
        # A person's other conversation may have a session, which a create would end: they share it.
        key = f"{conversation.agent} {conversation.customer_key}"
        lock = self._persons.setdefault(key, asyncio.Lock())
        async with lock:
            return await self.find(conversation) or await self._create(conversation)

    async def _create(self, conversation: ChatContext) -> Opened:
        return await self.create_session(
            conversation.agent, conversation.customer_key, conversation.customer.as_dict(), conversation.context
        )

    async def find(self, conversation: ChatContext) -> Opened | None:
        """The session that is active for this customer and agent (v1).

        Legacy has no look-up, so the answer is None and an unclear start is repeated: a further session, harmless.
        """
        if self.api == "legacy":
            return None
        found = await self.active_sessions(conversation.customer_key, conversation.agent)
        if found.outcome is not Outcome.ANSWERED:
            return recast(found, Opened)
        gone = {"closed"} if conversation.customer_key.startswith(OWN_KEY) else {"closed", "dormant"}
        session = next((session for session in found.sessions if session.status not in gone), None)
        return recast(found, Opened, chat_id=session.id) if session else None

    async def send(self, request: TurnRequest) -> TurnResult:
        """Send one message and wait for the answer; the stored session id always goes with it."""
        conversation = request.conversation
        if self.api == "legacy":
            return await self.legacy_send(conversation.agent, request.chat_id, request.text)
        return await self.inbound(conversation.agent, conversation.customer_key, request.text, request.chat_id)

    async def read(self, chat_id: str) -> History | None:
        """OSVI has no way to read messages back; the engine never asks, since ``reads_back`` is false."""
        return History(outcome=Outcome.REFUSED, error="OSVI cannot read a chat back", chat_id=chat_id)

    # What the engine may ask beside (:class:`connector.values.ChatOperations`)

    async def hold(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Take the session over (v1), or pause it (legacy); whoever has it in mode ``support`` already keeps it."""
        chat_id = conversation.chat_id or ""
        if self.api == "legacy":
            return await self.legacy_pause(conversation.agent, chat_id)
        found, session = await self._active(conversation)
        if session is None and found.outcome is not Outcome.ANSWERED:
            return found
        if session is not None and session.mode == "support":
            return recast(found, CallResult)
        return await self.support(chat_id, "takeover")

    async def release(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Give the session back to the agent (v1); a legacy one goes on with the next message."""
        if self.api == "legacy":
            return CallResult()
        if again:
            found, session = await self._active(conversation)
            if session is not None and session.mode == "ai" and not session.help_requested:
                return recast(found, CallResult)
        return await self.support(conversation.chat_id or "", "end")

    async def brief(self, conversation: ChatContext, note: str, *, again: bool) -> CallResult | None:
        """Add to the session's context (v1), once: if that was tried before, the session is looked at first."""
        if self.api == "legacy":
            return None
        if again:
            found, session = await self._active(conversation)
            if session is not None and note in session.context:
                return recast(found, CallResult)
        return await self.inject_context(conversation.chat_id or "", note)

    async def end(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Close the session; one that is closed already is 404, which is as good."""
        if self.api == "legacy":
            return await self.legacy_close(conversation.agent, conversation.chat_id or "")
        return await self.support(conversation.chat_id or "", "close")

    async def _active(self, conversation: ChatContext) -> tuple[Sessions, Session | None]:
        """The conversation's own session, if the look-up shows it: whether it shows dormant ones is not published."""
        found = await self.active_sessions(conversation.customer_key, conversation.agent)
        return found, next((each for each in found.sessions if each.id == conversation.chat_id), None)

    async def check(self) -> CallResult:
        """A harmless look-up: 200 and the API's own 404 both mean that token and base URL are right."""
        return await self.active_sessions(CHECK_CUSTOMER)


def connect(account: ProviderAccount) -> Provider:
    """Make the provider of one configured account; raises :class:`connector.errors.ConfigurationError`."""
    return Osvi(
        account.token,
        base_url=account.base_url,
        api=account.api or "v1",  # type: ignore[arg-type]  # Osvi refuses what is neither
        deadline=account.deadline,
        connections=account.connections,
    )
