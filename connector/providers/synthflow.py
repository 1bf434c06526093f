"""Synthflow's client: the chat calls of Platform API v2, on any of its regional hosts.

Sources: docs.synthflow.ai, Platform API, Chat (Create, Send, Get, List, Delete, Outbound), Authentication, Customer
region. The
vendor publishes two statuses, 200 and 400, and a 400 body without properties; the ``detail`` that answers really carry,
401, 404 and the prose that tells an ended chat are observed, not contract, and are read loosely here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

from connector.errors import ConfigurationError
from connector.http import BODY_CAP, HttpClient
from connector.providers.base import (
    Endpoint,
    Reply,
    Request,
    checked_token,
    is_true,
    number_in,
    object_in,
    recast,
    text_in,
)
from connector.providers.synthflow_verdict import ABSENT, facts_in, judged, response_in, said_in, unreadable
from connector.values import (
    CallResult,
    Capabilities,
    ChatContext,
    History,
    HistoryEntry,
    Opened,
    Outcome,
    Provider,
    ProviderAccount,
    TurnRequest,
    TurnResult,
)

REGIONS = {
    "us": "https://api.us.synthflow.ai/v2",
    "eu": "https://api.eu.synthflow.ai/v2",
    "global": "https://api.synthflow.ai/v2",
}
"""A workspace lives in one of them (Customer region); the vendor retires ``global`` during the last quarter of 2026."""
BASE_URL = REGIONS["us"]
READ_CAP = 16 * BODY_CAP
"""Bytes of a chat that are read back: it holds every answer at least twice, in its history and in its transcript."""

_OVER = re.compile(r"\bended\b|is over|not found|does(?: not|n't) exist|\b(?:completed|cancelled)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatRow:
    """One row of a list: ``status`` is ``ongoing``, ``completed``, ``cancelled`` or whatever the vendor adds."""

    id: str
    status: str | None = None
    started_at: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatPage(CallResult):
    """One page of chats; ``cursor`` fetches the next one, None after the last."""

    chats: tuple[ChatRow, ...] = ()
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Started(CallResult):
    """A conversation that the agent was asked to begin; whether its id is a chat's id is not published."""

    conversation_id: str = ""


Channel = Literal["sms", "whatsapp"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A WhatsApp template, needed outside the 24-hour window; ``variables`` by placeholder number."""

    content_sid: str
    variables: Mapping[str, str] = field(default_factory=dict)


# -- build the request ------------------------------------------------------------------------------------------------


def create_request(chat_id: str, agent: str, metadata: Mapping[str, Any] | None = None) -> Request:
    """Create a chat under an id of ours; the agent is called ``model_id`` here."""
    body = {"model_id": agent, "metadata": dict(metadata or {})}
    return Request(method="POST", path=_path(chat_id), body=body)


def send_request(chat_id: str, message: str) -> Request:
    """Send a message in a chat."""
    return Request(method="POST", path=f"{_path(chat_id)}/messages", body={"message": message})


def get_request(chat_id: str) -> Request:
    """Get a chat with its history."""
    return Request(method="GET", path=_path(chat_id))


def list_request(agent: str | None = None, limit: int | None = None, cursor: str | None = None) -> Request:
    """List chats, of one agent or of all; the vendor's default is ten a page."""
    params = {"agent_id": agent, "limit": None if limit is None else str(limit), "cursor": cursor}
    return Request(method="GET", path="/chat", params={key: value for key, value in params.items() if value})


def delete_request(chat_id: str) -> Request:
    """Delete a chat, and with it the only record that a sender could reconcile against."""
    return Request(method="DELETE", path=_path(chat_id))


def outbound_request(
    agent: str,
    channel: Channel,
    to_number: str,
    from_number: str,
    *,
    initial_message: str | None = None,
    template: Template | None = None,
    custom_variables: Mapping[str, Any] | None = None,
) -> Request:
    """Have an agent begin a conversation by SMS or WhatsApp; numbers in E.164, the sender's is the workspace's own."""
    body: dict[str, Any] = {"agent_id": agent, "channel": channel, "to_number": to_number, "from_number": from_number}
    if initial_message:
        body["initial_message"] = initial_message
    if template is not None:
        body["template"] = {"content_sid": template.content_sid, "variables": dict(template.variables)}
    if custom_variables:
        body["custom_variables"] = dict(custom_variables)
    return Request(method="POST", path="/chat/outbound", body=body)


def _path(chat_id: str) -> str:
    return f"/chat/{quote(chat_id, safe='')}"


def metadata_of(conversation: ChatContext) -> dict[str, Any]:
    """Where the chat comes from, and the last turns of the chat that it replaces.

    Of the conversation alone, so that a repeated create has the same body.
    """
    known: dict[str, Any] = {
        "turnwire_conversation": conversation.id,
        "turnwire_key": conversation.key,
        "turnwire_route": conversation.route,
    }
    if conversation.context:
        known["context"] = list(conversation.context)
    return known


# -- read the answer --------------------------------------------------------------------------------------------------


def read_created(reply: Reply, chat_id: str) -> Opened:
    """The answer to a create, the greeting from ``initial_message`` or the history, the user entries counted.

    A chat that is there but has ended counts as opened: its first send says that it is over, and the route's rule for
    that follows. A 400 that says it exists already, without another configuration, is unclear rather than refused.
    """
    facts, said = facts_in(reply), said_in(reply)
    failed = judged(reply, said, fault=Outcome.MISCONFIGURED)
    if failed:
        outcome, error = failed
        if outcome is Outcome.MISCONFIGURED and "already exists" in said and "different config" not in said:
            outcome = Outcome.LOST
        return Opened(**facts.fields(outcome, error))
    chat = response_in(reply)
    entries = None if chat is None else _entries(chat) if chat.get("conversation_history") is not None else ()
    if chat is None or entries is None:
        return Opened(**facts.fields(Outcome.LOST, unreadable(reply)))
    first = next(iter(entries), None)
    greeting = text_in(object_in(chat, "initial_message") or {}, "agent_message")
    if greeting is None and first and first.role == "agent":
        greeting = first.text
    return Opened(
        **facts.fields(), chat_id=text_in(chat, "chat_id") or chat_id, greeting=greeting, baseline=_users(entries)
    )


def read_answer(reply: Reply) -> TurnResult:
    """The answer to a send. It names no chat; judged by ``response``, whatever the word in ``status``."""
    facts, said = facts_in(reply), said_in(reply)
    failed = judged(reply, said, fault=Outcome.REFUSED)
    if failed:
        outcome, error = failed
        over = outcome is Outcome.REFUSED and (facts.http_status == 404 or _OVER.search(said))
        return TurnResult(**facts.fields(Outcome.CHAT_OVER if over else outcome, error))
    turn = response_in(reply) or {}
    answer = text_in(turn, "agent_message")
    if answer is None:
        return TurnResult(**facts.fields(Outcome.LOST, unreadable(reply)))
    return TurnResult(
        **facts.fields(),
        answer=answer,
        agent_state=text_in(turn, "current_state"),
        chat_id=text_in(turn, "chat_id"),
        provider_turn=number_in(turn, "turn_number"),
    )


def read_history(reply: Reply, chat_id: str) -> History | None:
    """The answer to a get: evidence, so anything that cannot be read to the last entry proves nothing.

    None only when the API itself says that it does not know the chat; an unknown route says nothing about chats.
    """
    facts, said = facts_in(reply), said_in(reply)
    failed = judged(reply, said, fault=Outcome.REFUSED)
    if failed:
        outcome, error = failed
        if outcome is not Outcome.REFUSED:
            return History(**facts.fields(outcome, error), chat_id=chat_id)
        if facts.http_status == 404 and said == "not found":
            outcome = Outcome.MISCONFIGURED  # a regional host's words for an unknown route (observed)
        elif facts.http_status == 404 or ABSENT.search(said):
            return None
        return History(**facts.fields(outcome, error), chat_id=chat_id)
    chat = response_in(reply) or {}
    found_id = text_in(chat, "chat_id")
    entries = _entries(chat)
    if entries is None or (found_id is not None and found_id.casefold() != chat_id.casefold()):
        return History(**facts.fields(Outcome.LOST, unreadable(reply)), chat_id=chat_id)
    ongoing = text_in(chat, "chat_status") not in {"completed", "cancelled"}
    return History(**facts.fields(), chat_id=found_id or chat_id, ongoing=ongoing, entries=entries)


def read_page(reply: Reply) -> ChatPage:
    """The answer to a list; pages end on ``has_more``, not on an empty cursor."""
    facts = facts_in(reply)
    failed = judged(reply, said_in(reply), fault=Outcome.MISCONFIGURED)
    if failed:
        return ChatPage(**facts.fields(*failed))
    page = response_in(reply) or {}
    rows = page.get("chats")
    if not isinstance(rows, list):
        return ChatPage(**facts.fields(Outcome.LOST, unreadable(reply)))
    chats = [
        ChatRow(id=chat_id, status=text_in(row, "chat_status"), started_at=text_in(row, "start_timestamp"))
        for row in rows
        if isinstance(row, dict) and (chat_id := text_in(row, "chat_id"))
    ]
    cursor = text_in(page, "next_cursor") if is_true(page.get("has_more")) else None
    return ChatPage(**facts.fields(), chats=tuple(chats), cursor=cursor or None)


def read_deleted(reply: Reply) -> CallResult:
    """The answer to a delete, which holds nothing but its status; a chat that is not there is ``chat_over``."""
    facts, said = facts_in(reply), said_in(reply)
    failed = judged(reply, said, fault=Outcome.REFUSED)
    if (
        failed
        and failed[0] is Outcome.REFUSED
        and said != "not found"
        and (facts.http_status == 404 or ABSENT.search(said))
    ):
        return CallResult(**facts.fields(Outcome.CHAT_OVER, failed[1]))
    return CallResult(**facts.fields(*failed)) if failed else CallResult(**facts.fields())


def read_started(reply: Reply) -> Started:
    """The answer to an outbound start."""
    facts = facts_in(reply)
    failed = judged(reply, said_in(reply), fault=Outcome.REFUSED)
    if failed:
        return Started(**facts.fields(*failed))
    conversation_id = text_in(response_in(reply) or {}, "conversation_id")
    if not conversation_id:
        return Started(**facts.fields(Outcome.LOST, unreadable(reply)))
    return Started(**facts.fields(), conversation_id=conversation_id)


def _entries(chat: Mapping[str, Any]) -> tuple[HistoryEntry, ...] | None:
    """The history's messages in order; None if there is no list, or one entry does not say who spoke.

    An entry that is skipped or misread would move the count of user entries, and with it the verdict on a message.
    """
    messages = chat.get("conversation_history")
    if not isinstance(messages, list):
        return None
    entries = []
    for message in messages:
        speaker = text_in(message, "agent_id") if isinstance(message, dict) else None
        if not speaker:
            return None
        entries.append(
            HistoryEntry(
                role="user" if speaker.strip().casefold() == "user" else "agent",
                text=text_in(message, "message") or "",
                number=number_in(message, "turn_number"),
                state=text_in(message, "current_state"),
            )
        )
    return tuple(entries)


def _users(entries: tuple[HistoryEntry, ...]) -> int:
    return sum(entry.role == "user" for entry in entries)


# -- join them --------------------------------------------------------------------------------------------------------


class Synthflow:
    """One Synthflow workspace: the vendor's calls by name, and the engine's protocol on top of them.

    ``base_url`` is the workspace's region, one of :data:`REGIONS` (default: US). ``async with Synthflow(token) as
    synthflow: await synthflow.send_message(chat_id, "Hi")``. ``deadline`` is the wall clock for one call in seconds,
    ``connections`` how many may be in flight. No method raises for what Synthflow or the network did. Raises
    :class:`connector.errors.ConfigurationError` for a token or base URL that cannot be used.
    """

    def __init__(
        self,
        token: str,
        base_url: str | None = None,
        deadline: float = 90.0,
        connections: int = 200,
        *,
        http: HttpClient | None = None,
    ) -> None:
        token = checked_token(token)
        self._endpoint = Endpoint(
            base_url or BASE_URL,
            # The pages of create and send show no Authorization; the authentication page asks for it on every request.
            headers={"Authorization": f"Bearer {token}"},
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
        """Chats are read back, and created under an id of ours."""
        return Capabilities(reads_back=True, client_chosen_id=True)

    # The vendor's calls

    async def create_chat(self, chat_id: str, agent: str, metadata: Mapping[str, Any] | None = None) -> Opened:
        """Create a chat under a UUID of the caller's choice; repeat it only with the same body."""
        reply = await self._endpoint.call(create_request(chat_id, agent, metadata))
        return self._endpoint.discreet(read_created(reply, chat_id))

    async def send_message(self, chat_id: str, message: str) -> TurnResult:
        """Send into a chat and wait for the agent's answer. Not repeatable: read the chat back first."""
        reply = await self._endpoint.call(send_request(chat_id, message))
        return self._endpoint.discreet(read_answer(reply), message)

    async def get_chat(self, chat_id: str) -> History | None:
        """A chat with its history; None when Synthflow does not know it."""
        history = read_history(await self._endpoint.call(get_request(chat_id), body_cap=READ_CAP), chat_id)
        return None if history is None else self._endpoint.discreet(history)

    async def list_chats(
        self, agent: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> ChatPage:
        """One page of chats."""
        return self._endpoint.discreet(read_page(await self._endpoint.call(list_request(agent, limit, cursor))))

    async def delete_chat(self, chat_id: str) -> CallResult:
        """Delete a chat for good; what a repeat answers is not published, ours reads it as ``chat_over``."""
        return self._endpoint.discreet(read_deleted(await self._endpoint.call(delete_request(chat_id))))

    async def create_outbound(
        self,
        agent: str,
        channel: Channel,
        to_number: str,
        from_number: str,
        *,
        initial_message: str | None = None,
        template: Template | None = None,
        custom_variables: Mapping[str, Any] | None = None,
    ) -> Started:
        """Have an agent text somebody first. Not repeatable: the service picks the id, so a lost answer stays lost."""
        request = outbound_request(
            agent,
            channel,
            to_number,
            from_number,
            initial_message=initial_message,
            template=template,
            custom_variables=custom_variables,
        )
        started = read_started(await self._endpoint.call(request))
        return self._endpoint.discreet(started, to_number, from_number, initial_message or "")

    # The engine's protocol

    async def open(self, conversation: ChatContext) -> Opened:
        """Create the conversation's chat under ``conversation.uuid``, so that opening is repeatable."""
        reply = await self._endpoint.call(
            create_request(conversation.uuid, conversation.agent, metadata_of(conversation))
        )
        return self._endpoint.discreet(read_created(reply, conversation.uuid), *conversation.context)

    async def find(self, conversation: ChatContext) -> Opened | None:
        """The chat under ``conversation.uuid``, with its user entries counted; None if it was never created."""
        history = await self.get_chat(conversation.uuid)
        if history is None:
            return None
        if history.outcome is not Outcome.ANSWERED:
            return recast(history, Opened)
        return recast(history, Opened, chat_id=history.chat_id, baseline=_users(history.entries))

    async def send(self, request: TurnRequest) -> TurnResult:
        """Send one message and wait for the answer."""
        return await self.send_message(request.chat_id, request.text)

    async def read(self, chat_id: str) -> History | None:
        """Read a chat back; None when Synthflow does not know it."""
        return await self.get_chat(chat_id)

    async def forget(self, conversation: ChatContext, *, again: bool) -> CallResult | None:
        """Delete the chat (:class:`connector.values.ChatOperations`); Synthflow has no call for the others."""
        return await self.delete_chat(conversation.chat_id or "")

    async def check(self) -> CallResult:
        """A harmless call that tells whether key and region are right."""
        return await self.list_chats(limit=1)


def connect(account: ProviderAccount) -> Provider:
    """Make the provider of one configured account; raises :class:`connector.errors.ConfigurationError`."""
    if account.api is not None:
        raise ConfigurationError("Synthflow has no choice of api", field="api", expected="no such key")
    return Synthflow(
        account.token, base_url=account.base_url, deadline=account.deadline, connections=account.connections
    )
