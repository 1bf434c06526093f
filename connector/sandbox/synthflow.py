"""Synthflow's chat API as far as its pages and public clients tell it, under ``/synthflow/v2``.

Source: docs.synthflow.ai, platform API, chat; failure bodies as public client code has seen them. Where the pages are
silent, the sandbox decides as follows, on the strict side:

- every refusal but a wrong token is 400, the only failure the vendor lists; one that concerns the form of a request
  carries ``detail`` as a list of places and messages, any other one ``detail.description`` in prose;
- an unknown or deleted chat is "not found", an ended one refuses messages with "chat has ended" and can still be read;
- a create with the same id and body returns the chat as it stands, with another body it "already exists with different
  configuration"; a deleted id can be used again;
- the greeting comes back as ``initial_message`` of the create, whose history is empty; in a read it is turn 1 of the
  history (setting ``greeting = "numbered"``), or stands in ``initial_message`` and the transcript alone, the customer's
  first message being turn 1 (``"unnumbered"``), or does not exist (``"none"``);
- turn numbers rise by one with each message; a send returns the number of the agent's message;
- chats are listed in order of creation; the conversation that outbound starts can be used as a chat.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from connector.sandbox.exchange import Body, Exchange, Problem, Refused, Route
from connector.sandbox.model import ProviderName
from connector.sandbox.record import utc_text
from connector.sandbox.responder import GREETING
from connector.sandbox.world import World

SYNTHFLOW_TOKEN = "sandbox-synthflow"  # no secret: everybody's key to the sandbox
PAGE = 10  # chats listed unless the caller says otherwise

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
PhoneNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{5,14}$")]


class _Request(BaseModel):
    """A request body; unknown members are let pass, as the vendor's pages forbid none."""

    model_config = ConfigDict(strict=True)


class _Create(_Request):
    model_id: Text
    metadata: dict[str, Any] = {}


class _Send(_Request):
    message: Text


class _List(BaseModel):
    """Query parameters: text, so a number is read from its digits."""

    agent_id: Text = ""
    limit: int = Field(default=PAGE, ge=1)
    cursor: str = ""


class _Template(_Request):
    content_sid: Text
    variables: dict[str, Any] = {}


class _Outbound(_Request):
    agent_id: Text
    channel: Literal["sms", "whatsapp"]
    to_number: PhoneNumber
    from_number: PhoneNumber
    initial_message: Text = GREETING
    template: _Template = _Template(content_sid="none")
    custom_variables: dict[str, Any] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message:
    """One message of a history; ``turn`` is None for a greeting outside the numbering."""

    by_agent: bool
    state: str
    text: str
    at: float
    turn: int | None


@dataclass(kw_only=True, slots=True)
class Chat:
    """One chat with one agent."""

    id: str
    number: int
    agent: str
    metadata: dict[str, Any]
    ended: bool = False
    messages: list[_Message] = field(default_factory=list)
    turns: int = 0
    customer_messages: int = 0
    started: float = field(default_factory=time.time)
    touched: float = field(default_factory=time.monotonic)

    def hear(self, text: str, *, by_agent: bool, state: str = "main_state", numbered: bool = True) -> _Message:
        """A message enters the history."""
        self.turns += numbered
        turn = self.turns if numbered else None
        message = _Message(by_agent=by_agent, state=state, text=text, at=time.time(), turn=turn)
        self.messages.append(message)
        self.customer_messages += not by_agent
        self.touched = time.monotonic()
        return message

    @property
    def status(self) -> str:
        """The vendor's word for where the chat stands."""
        return "completed" if self.ended else "ongoing"

    @property
    def greeting(self) -> _Message | None:
        """What the agent said first, if it did."""
        return self.messages[0] if self.messages and self.messages[0].state == "greeting_state" else None


class Synthflow:
    """The vendor: its chats and its calls."""

    provider: ProviderName = "synthflow"
    prefix = "/synthflow/v2"

    def __init__(self, world: World) -> None:
        self._world = world
        self._chats: dict[str, Chat] = {}
        self._numbers = count(1)
        self._requests = count(1)
        world.on_reset.append(self._chats.clear)

    def routes(self) -> Sequence[Route]:
        return (
            Route("POST", "/chat/outbound", "outbound", self.outbound),
            Route("GET", "/chat", "list", self.list_chats),
            Route("POST", "/chat/{id}/messages", "send", self.send),
            Route("POST", "/chat/{id}", "open", self.create),
            Route("GET", "/chat/{id}", "read", self.get),
            Route("DELETE", "/chat/{id}", "delete", self.delete),
        )

    def check_token(self, headers: Mapping[str, str]) -> None:
        scheme, _, key = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise Refused(401, self._detail("Missing or invalid Authorization header"))
        if key.strip() != SYNTHFLOW_TOKEN:
            raise Refused(401, self.failure(401))

    def malformed(self, problems: Sequence[Problem]) -> Refused:
        return Refused(400, {"detail": [{"loc": _place(problem), "msg": problem.message} for problem in problems]})

    def failure(self, status: int) -> Body:
        return self._detail(_FAILURES.get(status, "Bad request" if status < 500 else "Internal server error"), status)

    def unsuccessful(self) -> Body:
        return {"status": "error"}

    def no_route(self) -> Body:
        return {"detail": "Not Found"}

    def end_chat(self, chat: str) -> None:
        if found := self._chats.get(chat):
            found.ended = True

    async def create(self, exchange: Exchange) -> Body:
        """POST /chat/{chat_id}."""
        wanted = exchange.body(_Create)
        chat_id = self._chat_id(exchange)
        if "unknown" in wanted.model_id.lower() or "wrong" in wanted.model_id.lower():
            raise Refused(400, self._detail("model_id does not name an agent of this workspace"))
        await exchange.begin(chat=chat_id)
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._start(chat_id, wanted.model_id, wanted.metadata)
            await exchange.entered(thinks=False)
            return _ok(self._as_created(chat))
        if (chat.agent, chat.metadata) != (wanted.model_id, wanted.metadata):
            raise Refused(400, self._detail(f"Chat {chat_id} already exists with different configuration"))
        return _ok(self._as_read(chat))

    async def send(self, exchange: Exchange) -> Body:
        """POST /chat/{chat_id}/messages."""
        wanted = exchange.body(_Send)
        chat_id = self._chat_id(exchange)
        await exchange.begin(chat=chat_id, text=wanted.message)
        chat = self._chat(chat_id)
        if chat.ended:
            raise Refused(400, self._detail("This chat has ended"))
        tidy = self._world.settings.tidy_text
        first = chat.customer_messages == 0
        chat.hear(
            " ".join(wanted.message.split()) if tidy else wanted.message,
            by_agent=False,
            state="greeting_state" if first and chat.greeting else "main_state",
        )
        await exchange.entered(thinks=True)
        answer = chat.hear(self._world.answer(wanted.message).text, by_agent=True)
        limit = self._world.settings.end_chat_after
        if limit is not None and chat.customer_messages >= limit:
            chat.ended = True
        return _ok(_agent_message(answer))

    async def get(self, exchange: Exchange) -> Body:
        """GET /chat/{chat_id}."""
        chat_id = self._chat_id(exchange)
        await exchange.begin(chat=chat_id)
        return _ok(self._as_read(self._chat(chat_id)))

    async def list_chats(self, exchange: Exchange) -> Body:
        """GET /chat: pages in order of creation."""
        wanted = exchange.query(_List)
        after = self._position(wanted.cursor)
        await exchange.begin()
        rows = []
        for chat in self._chats.values():
            if chat.number > after and wanted.agent_id in ("", chat.agent):
                rows.append(chat)
                if len(rows) > wanted.limit:
                    break
        shown, more = rows[: wanted.limit], len(rows) > wanted.limit
        chats = [
            {"chat_id": chat.id, "chat_status": self._fresh(chat).status, "start_timestamp": utc_text(chat.started)}
            for chat in shown
        ]
        return _ok({"chats": chats, "has_more": more, "next_cursor": _cursor(shown[-1].number) if more else ""})

    async def delete(self, exchange: Exchange) -> Body:
        """DELETE /chat/{chat_id}."""
        chat_id = self._chat_id(exchange)
        await exchange.begin(chat=chat_id)
        self._chat(chat_id)
        del self._chats[chat_id]
        return {"status": "ok"}

    async def outbound(self, exchange: Exchange) -> Body:
        """POST /chat/outbound: the service picks the id, so every call is another conversation."""
        wanted = exchange.body(_Outbound)
        if not _UUID.fullmatch(wanted.agent_id):
            raise self.malformed([Problem("body", "agent_id", "must be a UUID")])
        chat_id = str(uuid.uuid4())
        await exchange.begin(chat=chat_id, text=wanted.initial_message)
        self._start(chat_id, wanted.agent_id, wanted.custom_variables, wanted.initial_message)
        await exchange.entered(thinks=False)
        return _ok({"conversation_id": chat_id})

    # Chats

    def _start(self, chat_id: str, agent: str, metadata: dict[str, Any], greeting: str = GREETING) -> Chat:
        chat = Chat(id=chat_id, number=next(self._numbers), agent=agent, metadata=metadata)
        manner = self._world.settings.greeting
        if manner != "none":
            chat.hear(greeting, by_agent=True, state="greeting_state", numbered=manner == "numbered")
        self._chats[chat_id] = chat
        self._world.record.chat_opened()
        return chat

    def _chat_id(self, exchange: Exchange) -> str:
        if not _UUID.fullmatch(exchange.id_in_path):
            raise self.malformed([Problem("path", "chat_id", "must be a UUID")])
        return exchange.id_in_path.lower()

    def _chat(self, chat_id: str) -> Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            raise Refused(400, self._detail(f"Chat {chat_id} not found"))
        return self._fresh(chat)

    def _fresh(self, chat: Chat) -> Chat:
        """The chat, ended if it was quiet for too long."""
        ttl = self._world.settings.session_ttl_s
        if ttl is not None and time.monotonic() - chat.touched > ttl:
            chat.ended = True
        return chat

    def _position(self, cursor: str) -> int:
        if not cursor:
            return 0
        try:
            return int(base64.urlsafe_b64decode(cursor.encode()))
        except (binascii.Error, ValueError):
            raise self.malformed([Problem("query", "cursor", "is not one of ours")]) from None

    def _as_created(self, chat: Chat) -> Body:
        return self._body(chat, [], chat.greeting)

    def _as_read(self, chat: Chat) -> Body:
        latest = time.time() - self._world.settings.history_lag_s
        visible = [message for message in chat.messages if message.at <= latest or message is chat.greeting]
        history = [message for message in visible if message.turn is not None]
        greeting = chat.greeting
        outside = greeting if greeting is not None and greeting.turn is None else None
        body = self._body(chat, history, outside)
        body["transcript"] = _transcript(visible)
        return body

    def _body(self, chat: Chat, history: list[_Message], greeting: _Message | None) -> Body:
        return {
            "chat_id": chat.id,
            "chat_status": self._fresh(chat).status,
            "conversation_history": [
                {
                    "agent_id": chat.agent if message.by_agent else "user",
                    "current_state": message.state,
                    "message": message.text,
                    "timestamp": utc_text(message.at),
                    "turn_number": message.turn,
                }
                for message in history
            ],
            "initial_message": _agent_message(greeting) if greeting else None,
            "start_timestamp": utc_text(chat.started),
            "transcript": _transcript([greeting] if greeting else []),
            "fsm_log": None,
        }

    def _detail(self, description: str, status: int = 400) -> Body:
        return {
            "detail": {
                "status": "error",
                "description": description,
                "timestamp": utc_text(time.time()),
                "request_id": f"req-{next(self._requests)}",
                "category": "client" if status < 500 else "server",
            }
        }


_FAILURES = {
    401: "Unauthorized: Invalid or expired token.",
    403: "Forbidden",
    404: "Chat not found",
    429: "Too many requests",
    503: "Service unavailable",
}


def _place(problem: Problem) -> list[str]:
    return [problem.place, *problem.field.split(".")] if problem.field else [problem.place]


def _ok(response: Body) -> Body:
    return {"status": "ok", "response": response}


def _agent_message(message: _Message) -> Body:
    body: Body = {
        "agent_message": message.text,
        "current_state": message.state,
        "timestamp": utc_text(message.at),
    }
    if message.turn is not None:
        body["turn_number"] = message.turn
    return body


def _transcript(messages: Sequence[_Message]) -> str:
    return "\n".join(f"{'Agent' if message.by_agent else 'User'}: {message.text}" for message in messages)


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode()
