"""Synthflow's create, send and get, from docs.synthflow.ai (Platform API, Chat).

Its choices where the pages are silent: the greeting stands in the transcript only, times are the empty objects of the
rendered examples, ``turn_number`` of a send counts exchanges, an unknown chat is 404 in prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.http1 import Request, Response
from tests.doubles.log import Log, Post

TOKEN = "second-synthflow-key"
PREFIX = "/v2"
_CHAT = re.compile(PREFIX + r"/chat/(?P<id>[0-9a-fA-F-]{36})(?P<messages>/messages)?")


@dataclass(kw_only=True)
class _Chat:
    id: str
    agent: str
    configuration: Any
    history: list[dict[str, Any]] = field(default_factory=list)

    def say(self, who: str, text: str) -> None:
        number = len(self.history) + 1
        entry = {"agent_id": who, "current_state": "main", "message": text, "timestamp": {}, "turn_number": number}
        self.history.append(entry)

    def shown(self, history: list[dict[str, Any]]) -> dict[str, Any]:
        transcript = "\n".join(["Agent: Hello.", *(f"{entry['agent_id']}: {entry['message']}" for entry in history)])
        return {
            "chat_id": self.id,
            "chat_status": "ongoing",
            "conversation_history": history,
            "start_timestamp": {},
            "transcript": transcript,
        }


class Synthflow:
    """Chats and their histories."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._chats: dict[str, _Chat] = {}

    async def __call__(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _failed(401, "Unauthorized: Invalid or expired token.")
        found = _CHAT.fullmatch(request.path)
        if found is None:
            return Response(status=404, body={"detail": "Not Found"})
        chat_id, body = found["id"].lower(), request.json()
        if found["messages"]:
            return await self._send(chat_id, body)
        if request.method == "POST":
            return self._create(chat_id, body)
        chat = self._chats.get(chat_id)
        return _worked(chat.shown(chat.history)) if chat else _failed(404, "Chat does not exist")

    def _create(self, chat_id: str, body: Any) -> Response:
        if not isinstance(body, dict) or not isinstance(body.get("model_id"), str):
            return Response(status=400, body={"detail": [{"msg": "field required", "loc": ["body", "model_id"]}]})
        chat = self._chats.setdefault(chat_id, _Chat(id=chat_id, agent=body["model_id"], configuration=body))
        if chat.configuration != body:
            return _failed(400, "Chat already exists with different configuration")
        return _worked(chat.shown(chat.history))

    async def _send(self, chat_id: str, body: Any) -> Response:
        chat = self._chats.get(chat_id)
        if chat is None:
            return _failed(404, "Chat does not exist")
        if not isinstance(body, dict) or not isinstance(body.get("message"), str) or not body["message"]:
            return Response(status=400, body={"detail": [{"msg": "field required", "loc": ["body", "message"]}]})

        def answer(reply: str) -> Response:
            chat.say(chat.agent, reply)
            number = len(chat.history) // 2
            turn = {"agent_message": reply, "current_state": "main", "timestamp": {}, "turn_number": number}
            return _worked(turn)

        return await self._log.post(
            Post(vendor="synthflow", api="v2", chat=chat_id, text=body["message"]),
            enter=lambda: chat.say("user", body["message"]),
            answer=answer,
            failure=_failed(500, "Internal server error"),
        )


def _worked(response: dict[str, Any]) -> Response:
    return Response(body={"status": "ok", "response": response})


def _failed(status: int, description: str) -> Response:
    return Response(status=status, body={"detail": {"status": "error", "description": description}})
