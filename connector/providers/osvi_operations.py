"""OSVI's calls beside the chat: pause and close (legacy), support commands and context (v1).

Sources: docs.osvi.ai, API reference (Pause chat session; Close chat session; Support; Inject context). Commands can be
disabled for an agent; what the API answers then is not published, so a 403 is a refusal here and says nothing about
the token. Nor is it published whether a command may be repeated: our reading is that taking over what is taken over,
and ending what is ended, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from connector.http import HttpAnswer
from connector.providers.base import Endpoint, Reply, Request, facts_of, text_in, texts_in
from connector.providers.osvi_verdict import OsviVerdict, gone, judge
from connector.values import CallResult, Outcome

SupportCommand = Literal["takeover", "tell", "whisper", "end", "close"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Supported(CallResult):
    """The answer to a support command: ``reply`` is the agent's, for ``tell``; ``active_human`` who took over."""

    state: str | None = None
    command: str | None = None
    reply: str | None = None
    active_human: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed(CallResult):
    """A legacy session that is closed, with the vendor's machine-written digest of it."""

    summary: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextAdded(CallResult):
    """A session's context after the addition."""

    context: tuple[str, ...] = ()


# -- build the request ------------------------------------------------------------------------------------------------


def legacy_pause_request(agent: str, session_id: str) -> Request:
    """Pause chat session (legacy): it goes on with the next message. Older pages show no body; newer ones need it."""
    return Request(
        method="POST", path=f"/chat_sessions/{_quoted(session_id)}/pause_session", body={"agent_uuid": agent}
    )


def legacy_close_request(agent: str, session_id: str) -> Request:
    """Close chat session (legacy)."""
    return Request(
        method="POST", path=f"/chat_sessions/{_quoted(session_id)}/close_session", body={"agent_uuid": agent}
    )


def support_request(session_id: str, command: SupportCommand | None = None, message: str | None = None) -> Request:
    """Support (v1): a command, a message, or both; a message alone goes to the customer, in mode ``support`` only."""
    body: dict[str, Any] = {"command": command} if command else {}
    if message:
        body["message"] = message
    return Request(method="POST", path=f"/v1/chat/session/{_quoted(session_id)}/support", body=body)


def inject_context_request(session_id: str, context: str) -> Request:
    """Inject context (v1): one entry, appended to the session's list."""
    return Request(
        method="POST", path=f"/v1/chat/session/{_quoted(session_id)}/inject_context", body={"context": context}
    )


def _quoted(session_id: str) -> str:
    return quote(session_id, safe="")


# -- read the answer --------------------------------------------------------------------------------------------------


def read_paused(reply: Reply) -> CallResult:
    """The answer to a legacy pause."""
    verdict = _judged(reply)
    return CallResult(**facts_of(reply).fields(verdict.outcome, verdict.error))


def read_closed(reply: Reply) -> Closed:
    """The answer to a legacy close."""
    verdict = _judged(reply)
    return Closed(
        **facts_of(reply).fields(verdict.outcome, verdict.error), summary=text_in(verdict.data or {}, "summary")
    )


def read_supported(reply: Reply) -> Supported:
    """The answer to a support command."""
    verdict = _judged(reply)
    data = verdict.data or {}
    return Supported(
        **facts_of(reply).fields(verdict.outcome, verdict.error),
        state=text_in(data, "state"),
        command=text_in(data, "command"),
        reply=text_in(data, "reply"),
        active_human=text_in(data, "active_human"),
    )


def read_context_added(reply: Reply) -> ContextAdded:
    """The answer to an added context."""
    verdict = _judged(reply)
    facts = facts_of(reply).fields(verdict.outcome, verdict.error)
    return ContextAdded(**facts, context=texts_in(verdict.data or {}, "context"))


def _judged(reply: Reply) -> OsviVerdict:
    if isinstance(reply, HttpAnswer) and reply.status == 403:
        return OsviVerdict(outcome=Outcome.REFUSED, error="OSVI answered 403: is the command disabled for this agent?")
    return judge(reply, fault=Outcome.CHAT_OVER if gone(reply) else Outcome.REFUSED)


# -- join them --------------------------------------------------------------------------------------------------------


class OsviOperations:
    """The calls by name, for :class:`connector.providers.osvi.Osvi`."""

    _endpoint: Endpoint

    async def legacy_pause(self, agent: str, session_id: str) -> CallResult:
        """Pause a legacy session until the next message."""
        return self._endpoint.discreet(read_paused(await self._endpoint.call(legacy_pause_request(agent, session_id))))

    async def legacy_close(self, agent: str, session_id: str) -> Closed:
        """Close a legacy session for good."""
        return self._endpoint.discreet(read_closed(await self._endpoint.call(legacy_close_request(agent, session_id))))

    async def support(
        self, session_id: str, command: SupportCommand | None = None, message: str | None = None
    ) -> Supported:
        """Take a v1 session over, guide its agent, give it back or close it; or write to the customer as a person.

        ``tell`` and a message without a command are not repeatable: each time the agent, or the operator, speaks.
        """
        reply = await self._endpoint.call(support_request(session_id, command, message))
        return self._endpoint.discreet(read_supported(reply), message or "")

    async def inject_context(self, session_id: str, context: str) -> ContextAdded:
        """Append to what a v1 session's agent knows; a repeat appends it again."""
        reply = await self._endpoint.call(inject_context_request(session_id, context))
        return self._endpoint.discreet(read_context_added(reply), context)
