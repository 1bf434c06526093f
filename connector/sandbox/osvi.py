"""OSVI's chat API as far as its pages tell it: the legacy calls and Chat v1, both under ``/osvi``.

Source: docs.osvi.ai, API reference. Where the pages are silent, the sandbox decides as follows, on the strict side:

- an agent whose id contains ``unknown`` or ``wrong`` does not exist: 404 when a session is opened or looked up, 422 in
  a send, whose 404 speaks of the session; an id that is not ``agent_…`` is 422 everywhere;
- a session that is closed, over or unknown is 404; one of another agent or customer is 422;
- a session that was quiet for ``session_ttl_s`` is closed (it is never shown as dormant);
- legacy sessions and v1 sessions do not see each other, and a pause ends with the next message;
- in mode ``support`` a customer's message enters the history and the reply is empty.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from connector.sandbox.exchange import Body, Exchange, Problem, Refused, Route
from connector.sandbox.model import ProviderName
from connector.sandbox.responder import GREETING
from connector.sandbox.world import World

OSVI_TOKEN = "sandbox-osvi-tok"  # no secret: everybody's key to the sandbox
OPERATOR = "operator@sandbox.example"
CONTEXT_KEPT = 5  # entries of the list that a session starts with

_AGENT = re.compile(r"agent_[A-Za-z0-9_-]+")
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]


class _Request(BaseModel):
    """A request body; unknown members are let pass, as the vendor's pages forbid none.

    A member that may be left out defaults to "" and not to None, because an explicit null is a wrong type.
    """

    model_config = ConfigDict(strict=True)


class _Agent(_Request):
    agent_uuid: Text


class _Start(_Agent):
    metadata: dict[str, Any] = {}


class _LegacySend(_Agent):
    chat_session_id: Text
    message: Text


class _Create(_Agent):
    customer_id: Text
    input_fields: dict[str, Any] = {}
    context: list[str] = []


class _Lookup(_Request):
    customer_id: Text
    agent_uuid: Text = ""


class _Inbound(_Agent):
    customer_id: Text
    content: Text
    session_id: Text = ""


class _Support(_Request):
    command: Literal["takeover", "tell", "whisper", "end", "close", ""] = ""
    message: str = ""


class _Context(_Request):
    context: Text


@dataclass(kw_only=True, slots=True)
class Session:
    """One session of a customer with an agent; ``customer`` is None in a legacy one."""

    agent: str
    customer: str | None = None
    input_fields: dict[str, Any] = field(default_factory=dict)
    context: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    closed: bool = False
    mode: Literal["ai", "support"] = "ai"
    help_requested: bool = False
    active_human: str | None = None
    history: list[tuple[str, str]] = field(default_factory=list)
    customer_messages: int = 0
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    touched: float = field(default_factory=time.monotonic)

    def hear(self, who: str, text: str) -> None:
        """A message enters the history."""
        self.history.append((who, text))
        self.customer_messages += who == "customer"
        self.updated = datetime.now(UTC)
        self.touched = time.monotonic()

    def record(self) -> Body:
        """The session record of the v1 calls; it holds no messages."""
        return {
            "id": self.id,
            "chat_agent_id": 42,
            "account_id": 7,
            "customer_id": self.customer,
            "mode": self.mode,
            "help_requested": self.help_requested,
            "status": "closed" if self.closed else "active",
            "current_state": None,
            "metadata": {"input_fields": self.input_fields, "state_fields": {}, "context": self.context},
            "active_human": self.active_human,
            "created_at": _zoned(self.created),
            "updated_at": _zoned(self.updated),
        }


class Osvi:
    """The vendor: its sessions and its calls."""

    provider: ProviderName = "osvi"
    prefix = "/osvi"

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._active: dict[str, dict[str, Session]] = {}  # customer -> agent -> the one v1 session that may be active
        world.on_reset.append(self._forget)

    def routes(self) -> Sequence[Route]:
        return (
            Route("POST", "/v1/chat/inbound", "send", self.inbound),
            Route("POST", "/v1/chat/session", "open", self.create),
            Route("GET", "/v1/chat/session/active", "find", self.active),
            Route("POST", "/v1/chat/session/{id}/support", "support", self.support),
            Route("POST", "/v1/chat/session/{id}/inject_context", "inject_context", self.inject_context),
            Route("POST", "/chat_messages/send_message", "send", self.legacy_send),
            Route("POST", "/chat_sessions", "open", self.legacy_start),
            Route("POST", "/chat_sessions/{id}/pause_session", "pause", self.legacy_pause),
            Route("POST", "/chat_sessions/{id}/close_session", "close", self.legacy_close),
        )

    def check_token(self, headers: Mapping[str, str]) -> None:
        if headers.get("API-Token") != OSVI_TOKEN:
            raise Refused(401, self.failure(401))

    def malformed(self, problems: Sequence[Problem]) -> Refused:
        return Refused(422, _errors(*(f"{problem.field or problem.place} {problem.message}" for problem in problems)))

    def failure(self, status: int) -> Body:
        if status == 401:
            return {"success": False, "error": "Invalid API token"}
        return _errors(_FAILURES.get(status, "request failed" if status < 500 else "internal server error"))

    def unsuccessful(self) -> Body:
        return _errors("the agent could not process the message")

    def no_route(self) -> Body:
        return _errors("not found")

    def end_chat(self, chat: str) -> None:
        if session := self._sessions.get(chat):
            session.closed = True

    def _forget(self) -> None:
        self._sessions.clear()
        self._active.clear()

    # Legacy

    async def legacy_start(self, exchange: Exchange) -> Body:
        """POST /chat_sessions: every call makes a new session."""
        wanted = exchange.body(_Start)
        self._need_agent(wanted.agent_uuid, missing=404)
        session = Session(agent=wanted.agent_uuid)
        await exchange.begin(chat=session.id)
        self._keep(session)
        await exchange.entered(thinks=False)
        return _data(
            session_id=session.id,
            agent_name="Sandbox Agent",
            started_at=session.created.replace(tzinfo=None).isoformat(timespec="microseconds"),  # no zone, as theirs
            welcome_message=GREETING,
        )

    async def legacy_send(self, exchange: Exchange) -> Body:
        """POST /chat_messages/send_message."""
        wanted = exchange.body(_LegacySend)
        self._need_agent(wanted.agent_uuid, missing=422)
        await exchange.begin(chat=wanted.chat_session_id, text=wanted.message)
        session = self._legacy_session(wanted.chat_session_id, wanted.agent_uuid)
        reply = await self._turn(exchange, session, wanted.message)
        return _data(session_id=session.id, response=reply, tool_calls=[], tool_results=[], current_state=None)

    async def legacy_pause(self, exchange: Exchange) -> Body:
        """POST /chat_sessions/{id}/pause_session: harmless, because the next message ends the pause."""
        wanted = exchange.body(_Agent)
        await exchange.begin()
        session = self._legacy_session(exchange.id_in_path, wanted.agent_uuid)
        return _data(session_id=session.id, message="Session paused")

    async def legacy_close(self, exchange: Exchange) -> Body:
        """POST /chat_sessions/{id}/close_session."""
        wanted = exchange.body(_Agent)
        await exchange.begin()
        session = self._legacy_session(exchange.id_in_path, wanted.agent_uuid)
        session.closed = True
        return _data(session_id=session.id, summary=f"The customer wrote {session.customer_messages} messages.")

    # Chat v1

    async def create(self, exchange: Exchange) -> Body:
        """POST /v1/chat/session: ends the session that was active for this customer and agent."""
        wanted = exchange.body(_Create)
        self._need_agent(wanted.agent_uuid, missing=404)
        context = [entry for entry in wanted.context if entry.strip()][-CONTEXT_KEPT:]
        session = Session(
            agent=wanted.agent_uuid, customer=wanted.customer_id, input_fields=wanted.input_fields, context=context
        )
        await exchange.begin(chat=session.id)
        self._keep(session)
        await exchange.entered(thinks=False)
        return {"success": True, "data": session.record()}

    async def active(self, exchange: Exchange) -> Body:
        """GET /v1/chat/session/active: one record, or without an agent a record per agent."""
        wanted = exchange.query(_Lookup)
        if wanted.agent_uuid:
            self._need_agent(wanted.agent_uuid, missing=404)
        found = self._active_session(wanted.customer_id, wanted.agent_uuid)
        await exchange.begin(chat=found.id if found else None)
        of_customer = self._active.get(wanted.customer_id, {}).values()
        sessions = [one for one in of_customer if wanted.agent_uuid in ("", one.agent) and self._is_open(one)]
        if not sessions:
            raise Refused(404, _errors("no active session"))
        data = sessions[0].record() if wanted.agent_uuid else {one.agent: one.record() for one in sessions}
        return {"success": True, "data": data}

    async def inbound(self, exchange: Exchange) -> Body:
        """POST /v1/chat/inbound: without a session id it takes the active session or creates one."""
        wanted = exchange.body(_Inbound)
        self._need_agent(wanted.agent_uuid, missing=422)
        if wanted.session_id:
            await exchange.begin(chat=wanted.session_id, text=wanted.content)
            session = self._v1_session(wanted.session_id)
            if (session.agent, session.customer) != (wanted.agent_uuid, wanted.customer_id):
                raise Refused(422, _errors("session_id belongs to another customer or agent"))
        else:
            session = await self._resolve(exchange, wanted)
        reply = await self._turn(exchange, session, wanted.content)
        return _data(
            session_id=session.id,
            reply=reply,
            state="default",
            mode=session.mode,
            help_requested=session.help_requested,
        )

    async def _resolve(self, exchange: Exchange, wanted: _Inbound) -> Session:
        """The session of a message that names none: the active one, if no rule ends it, else a new one."""
        active = self._active_session(wanted.customer_id, wanted.agent_uuid)
        fresh = Session(agent=wanted.agent_uuid, customer=wanted.customer_id)
        await exchange.begin(chat=(active or fresh).id, text=wanted.content)
        if active and self._is_open(active):
            return active
        self._keep(fresh)
        exchange.entry.chat = fresh.id
        return fresh

    async def support(self, exchange: Exchange) -> Body:
        """POST /v1/chat/session/{id}/support: an operator's command, or text while a person holds the session."""
        wanted = exchange.body(_Support)
        if not wanted.message.strip() and wanted.command in ("", "tell"):
            raise Refused(422, _errors("message is required"))
        await exchange.begin(text=wanted.message or None)
        session = self._v1_session(exchange.id_in_path)
        extra: Body = {}
        match wanted.command:
            case "takeover":
                session.mode, session.active_human = "support", OPERATOR
                extra["active_human"] = OPERATOR
            case "end":
                session.mode, session.active_human, session.help_requested = "ai", None, False
            case "close":
                session.closed = True
            case "tell":
                session.hear("operator", wanted.message)
                await exchange.entered(thinks=True)
                extra["reply"] = self._world.answer(wanted.message).text
                session.hear("agent", extra["reply"])
            case "whisper":
                session.hear("operator", wanted.message)
            case _ if session.mode == "support":
                session.hear("operator", wanted.message)
                await exchange.entered(thinks=False)
            case _:
                raise Refused(422, _errors("message without a command needs mode support"))
        return _data(state="ok", session_id=session.id, command=wanted.command or "message", **extra)

    async def inject_context(self, exchange: Exchange) -> Body:
        """POST /v1/chat/session/{id}/inject_context."""
        wanted = exchange.body(_Context)
        await exchange.begin()
        session = self._v1_session(exchange.id_in_path)
        session.context.append(wanted.context)
        return _data(session_id=session.id, context=session.context)

    # Sessions

    async def _turn(self, exchange: Exchange, session: Session, text: str) -> str:
        """The customer's message enters, the agent thinks and answers."""
        session.hear("customer", text)
        answer = self._world.answer(text)
        session.help_requested = session.help_requested or answer.wants_person
        if session.mode == "support":
            await exchange.entered(thinks=False)
            return ""
        await exchange.entered(thinks=True)
        session.hear("agent", answer.text)
        limit = self._world.settings.end_chat_after
        if limit is not None and session.customer_messages >= limit:
            session.closed = True
        return answer.text

    def _keep(self, session: Session) -> None:
        self._sessions[session.id] = session
        self._world.record.chat_opened()
        if session.customer is None:
            return
        of_customer = self._active.setdefault(session.customer, {})
        if former := of_customer.get(session.agent):
            former.closed = True
        of_customer[session.agent] = session

    def _active_session(self, customer: str, agent: str) -> Session | None:
        session = self._active.get(customer, {}).get(agent)
        return session if session and self._is_open(session) else None

    def _is_open(self, session: Session) -> bool:
        ttl = self._world.settings.session_ttl_s
        if ttl is not None and time.monotonic() - session.touched > ttl:
            session.closed = True
        return not session.closed

    def _legacy_session(self, session_id: str, agent: str) -> Session:
        session = self._sessions.get(session_id)
        if session is None or session.customer is not None or not self._is_open(session):
            raise Refused(404, _errors("no active session"))
        if session.agent != agent:
            raise Refused(422, _errors("agent_uuid is not the agent of this session"))
        return session

    def _v1_session(self, session_id: str) -> Session:
        session = self._sessions.get(session_id)
        if session is None or session.customer is None or not self._is_open(session):
            raise Refused(404, _errors("no active session"))
        return session

    def _need_agent(self, agent: str, *, missing: int) -> None:
        if not _AGENT.fullmatch(agent):
            raise Refused(422, _errors("agent_uuid must look like agent_…"))
        if "unknown" in agent.lower() or "wrong" in agent.lower():
            raise Refused(missing, _errors("agent_uuid names no active chat agent of this account"))


_FAILURES = {
    403: "not allowed",
    404: "no active session",
    422: "request could not be processed",
    429: "too many requests",
    503: "service unavailable",
}


def _errors(*messages: str) -> Body:
    return {"success": False, "errors": list(messages)}


def _data(**members: Any) -> Body:
    return {"success": True, "data": members}


def _zoned(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
