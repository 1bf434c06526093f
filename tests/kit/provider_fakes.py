"""A fake HTTP client for provider tests: answers what it is told and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.http import BODY_CAP, HttpAnswer, HttpClient, HttpFailure
from connector.values import ChatContext, Customer, TurnRequest


@dataclass(frozen=True)
class Asked:
    """One call as the HTTP client got it."""

    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str] | None
    json: Any
    deadline: float
    body_cap: int


@dataclass
class FakeHttp(HttpClient):
    """Answers in turn, the last one for ever."""

    answers: list[HttpAnswer | HttpFailure]
    asked: list[Asked] = field(default_factory=list)
    closed: bool = False

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        deadline: float,
        body_cap: int = BODY_CAP,
    ) -> HttpAnswer | HttpFailure:
        self.asked.append(Asked(method, url, headers, params, json, deadline, body_cap))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def aclose(self) -> None:
        self.closed = True


def answer(body: Any, status: int = 200, **headers: str) -> HttpAnswer:
    """An answer; anything but bytes becomes JSON; ``retry_after`` names the header ``retry-after``."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpAnswer(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}, body=raw)


AGENT = "agent_IsZ3Q6Sf_60Eh26XQMGbz-R_og"
CHAT = "4718a326-417b-4dda-90d0-21fd65a11cb8"


def conversation(**changes: Any) -> ChatContext:
    """A conversation with one customer."""
    known: dict[str, Any] = {
        "id": "12",
        "key": "T-1001",
        "route": "support",
        "agent": AGENT,
        "uuid": "a830288c-88df-4611-8db2-6db87b4fbb41",
        "customer_key": "tw-12",
        "customer": Customer(name="Ada", email="ada@example.com"),
    }
    return ChatContext(**(known | changes))


def turn(text: str = "What are your business hours?", chat_id: str = CHAT, **changes: Any) -> TurnRequest:
    """A message to be sent in it."""
    return TurnRequest(
        conversation=conversation(**changes), chat_id=chat_id, text=text, turn_id="7", idempotency_key="turn-7"
    )
