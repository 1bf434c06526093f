"""A bare client for the sandbox's tests: the right token, JSON, and nothing else."""

from __future__ import annotations

import uuid
from typing import Any, Self

import httpx

from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox

AGENT = "agent_Tests-1"
MODEL = "893195c1-c640-438b-9761-2e5357b01cb8"


class Caller:
    """Calls both vendors and the control API of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.http.close()

    def osvi(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        options.setdefault("headers", {"API-Token": OSVI_TOKEN})
        return self._call(method, self.sandbox.osvi_url + path, body, options)

    def synthflow(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        options.setdefault("headers", {"Authorization": f"Bearer {SYNTHFLOW_TOKEN}"})
        return self._call(method, self.sandbox.synthflow_url + path, body, options)

    def control(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self._call(method, f"{self.sandbox.url}/_sandbox{path}", body, options)

    def _call(self, method: str, url: str, body: Any, options: dict[str, Any]) -> httpx.Response:
        if body is not None:
            options["json"] = body
        return self.http.request(method, url, **options)

    # The calls that most tests need

    def legacy_session(self) -> str:
        return str(self.osvi("POST", "/chat_sessions", {"agent_uuid": AGENT}).json()["data"]["session_id"])

    def legacy_send(self, session: str, text: str, **options: Any) -> httpx.Response:
        body = {"agent_uuid": AGENT, "chat_session_id": session, "message": text}
        return self.osvi("POST", "/chat_messages/send_message", body, **options)

    def v1_session(self, customer: str = "c-1") -> str:
        body = {"agent_uuid": AGENT, "customer_id": customer}
        return str(self.osvi("POST", "/v1/chat/session", body).json()["data"]["id"])

    def inbound(self, text: str, customer: str = "c-1", **more: str) -> httpx.Response:
        body = {"agent_uuid": AGENT, "customer_id": customer, "content": text, **more}
        return self.osvi("POST", "/v1/chat/inbound", body)

    def active(self, customer: str = "c-1", agent: str | None = AGENT) -> httpx.Response:
        query = {"customer_id": customer} | ({"agent_uuid": agent} if agent else {})
        return self.osvi("GET", "/v1/chat/session/active", params=query)

    def chat(self) -> str:
        chat = str(uuid.uuid4())
        assert self.synthflow("POST", f"/chat/{chat}", {"model_id": MODEL}).status_code == 200
        return chat

    def send(self, chat: str, text: str, **options: Any) -> httpx.Response:
        return self.synthflow("POST", f"/chat/{chat}/messages", {"message": text}, **options)

    def history(self, chat: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.read(chat)["conversation_history"]
        return found

    def read(self, chat: str) -> dict[str, Any]:
        found: dict[str, Any] = self.synthflow("GET", f"/chat/{chat}").json()["response"]
        return found
