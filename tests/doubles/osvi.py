"""OSVI's chat calls, legacy and v1, from docs.osvi.ai (API reference: Introduction and the pages of each endpoint)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.http1 import Request, Response
from tests.doubles.log import Log, Post

TOKEN = "second-osvi-tokn"


@dataclass(kw_only=True)
class _Session:
    id: str
    agent: str
    customer: str | None
    open: bool = True
    heard: list[str] = field(default_factory=list)


class Osvi:
    """Sessions and what was said in them."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._sessions: dict[str, _Session] = {}

    async def __call__(self, request: Request) -> Response:
        if request.headers.get("api-token") != TOKEN:
            return Response(status=401, body={"success": False, "error": "Invalid API token"})
        match request.method, request.path:
            case "POST", "/chat_sessions":
                return self._start(_fields(request))
            case "POST", "/chat_messages/send_message":
                return await self._legacy_send(_fields(request))
            case "POST", "/v1/chat/session":
                return self._create(_fields(request))
            case "GET", "/v1/chat/session/active":
                return self._active(request.query)
            case "POST", "/v1/chat/inbound":
                return await self._inbound(_fields(request))
        return _failed(404, "not found")

    def _start(self, given: Mapping[str, Any]) -> Response:
        if missing := _missing(given, "agent_uuid"):
            return missing
        session = self._open(given["agent_uuid"], None)
        # Older renderings put a second `success` into `data`, and the time has no zone.
        return _worked(
            success=True, session_id=session.id, agent_name="Double", started_at="2026-01-31T11:40:25.690486"
        )

    async def _legacy_send(self, given: Mapping[str, Any]) -> Response:
        if missing := _missing(given, "agent_uuid", "chat_session_id", "message"):
            return missing
        session = self._sessions.get(given["chat_session_id"])
        if session is None or not session.open or session.customer is not None:
            return _failed(404, "Session not found")
        return await self._log.post(
            Post(vendor="osvi", api="legacy", chat=session.id, text=given["message"]),
            enter=lambda: session.heard.append(given["message"]),
            answer=lambda reply: _worked(
                success=True, session_id=session.id, response=reply, tool_calls=[None], current_state=None
            ),
            failure=_failed(500, "internal error"),
        )

    def _create(self, given: Mapping[str, Any]) -> Response:
        if missing := _missing(given, "agent_uuid", "customer_id"):
            return missing
        for former in self._of(given["customer_id"], given["agent_uuid"]):
            former.open = False  # the published side effect: a pair never has two active sessions
        session = self._open(given["agent_uuid"], given["customer_id"])
        return Response(body={"success": True, "data": _record(session)})

    def _active(self, query: Mapping[str, str]) -> Response:
        if missing := _missing(query, "customer_id"):
            return missing
        agent = query.get("agent_uuid")
        found = [session for session in self._of(query["customer_id"], agent) if session.open]
        if agent is None:
            return _worked(**{session.agent: _record(session) for session in found})
        return _worked(**_record(found[0])) if found else _failed(404, "No active session")

    async def _inbound(self, given: Mapping[str, Any]) -> Response:
        if missing := _missing(given, "agent_uuid", "customer_id", "content"):
            return missing
        session = self._sessions.get(given.get("session_id", ""))
        if session is None or not session.open or session.customer != given["customer_id"]:
            return _failed(404, "No active session")
        return await self._log.post(
            Post(vendor="osvi", api="v1", chat=session.id, text=given["content"]),
            enter=lambda: session.heard.append(given["content"]),
            answer=lambda reply: _worked(session_id=session.id, reply=reply, state=None, mode="ai"),
            failure=_failed(500, "internal error"),
        )

    def _open(self, agent: str, customer: str | None) -> _Session:
        session = _Session(id=secrets.token_hex(12), agent=agent, customer=customer)
        self._sessions[session.id] = session
        return session

    def _of(self, customer: str, agent: str | None) -> list[_Session]:
        return [one for one in self._sessions.values() if one.customer == customer and agent in {None, one.agent}]


def _fields(request: Request) -> Mapping[str, Any]:
    body = request.json()
    return body if isinstance(body, dict) else {}


def _missing(given: Mapping[str, Any], *names: str) -> Response | None:
    wrong = [f"{name} is required" for name in names if not isinstance(given.get(name), str) or not given[name]]
    return _failed(422, *wrong) if wrong else None


def _worked(**data: Any) -> Response:
    return Response(body={"success": True, "data": data})


def _failed(status: int, *errors: str) -> Response:
    return Response(status=status, body={"success": False, "errors": list(errors)})


def _record(session: _Session) -> dict[str, Any]:
    status = "active" if session.open else "closed"
    return {"id": session.id, "customer_id": session.customer, "mode": "ai", "status": status, "active_human": None}
