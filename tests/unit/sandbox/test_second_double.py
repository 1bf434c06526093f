"""The second double keeps to the vendors' pages, as our clients and their raw calls see it."""

from __future__ import annotations

import asyncio
import functools
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from connector.providers.osvi import Osvi
from connector.providers.synthflow import Synthflow
from connector.values import Outcome
from tests.doubles import log, osvi, synthflow
from tests.doubles.http1 import Request, Response, listen
from tests.doubles.log import Log


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that is a coroutine, run to its end."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@asynccontextmanager
async def second_double(**chances: float) -> AsyncIterator[tuple[str, Log]]:
    heard = Log(answer_to=lambda text: f"you said {text}", chances=chances)
    vendors = osvi.Osvi(heard), synthflow.Synthflow(heard)

    async def handle(request: Request) -> Response:
        return await vendors[request.path.startswith(synthflow.PREFIX)](request)

    server, port = await listen(handle)
    async with server:
        yield f"http://127.0.0.1:{port}", heard


@on_a_loop
async def test_osvi_legacy() -> None:
    async with second_double() as (url, heard), Osvi(osvi.TOKEN, url, "legacy") as client:
        opened = await client.legacy_start("agent_x")
        sent = await client.legacy_send("agent_x", opened.chat_id or "", "hello")
        nowhere = await client.legacy_send("agent_x", "no such session", "hello")
    assert (sent.answer, nowhere.outcome) == ("you said hello", Outcome.CHAT_OVER)
    assert [(post.api, post.text, post.processed) for post in heard.posts] == [("legacy", "hello", True)]


@on_a_loop
async def test_osvi_v1_ends_the_session_that_was_active() -> None:
    async with second_double() as (url, _), Osvi(osvi.TOKEN, url) as client:
        first = await client.create_session("agent_x", "customer-1")
        second = await client.create_session("agent_x", "customer-1")
        active = await client.active_sessions("customer-1", "agent_x")
        over = await client.inbound("agent_x", "customer-1", "hello", first.chat_id)
        sent = await client.inbound("agent_x", "customer-1", "hello", second.chat_id)
    assert [session.id for session in active.sessions] == [second.chat_id]
    assert (over.outcome, sent.answer) == (Outcome.CHAT_OVER, "you said hello")


@on_a_loop
async def test_synthflow_creates_repeatably_and_shows_what_was_said() -> None:
    chat = str(uuid.uuid4())
    async with second_double() as (url, _), Synthflow(synthflow.TOKEN, url + synthflow.PREFIX) as client:
        assert await client.get_chat(chat) is None
        opened = [await client.create_chat(chat, "agent") for _ in range(2)]
        other = await client.create_chat(chat, "another agent")
        sent = await client.send_message(chat, "hello")
        history = await client.get_chat(chat)
    assert [one.chat_id for one in opened] == [chat, chat]
    assert (other.outcome, sent.answer) == (Outcome.MISCONFIGURED, "you said hello")
    assert history is not None
    assert [(entry.role, entry.text) for entry in history.entries] == [("user", "hello"), ("agent", "you said hello")]


@pytest.mark.parametrize(
    ("fault", "outcome", "processed"),
    [
        (log.LOSE_AFTER, Outcome.LOST, True),
        (log.FAIL_BEFORE, Outcome.SERVER_ERROR, False),
        (log.BUSY, Outcome.BUSY, False),
        (log.MUTE_BEFORE, Outcome.LOST, False),
        (log.MUTE_AFTER, Outcome.LOST, True),
    ],
)
@on_a_loop
async def test_its_faults(fault: str, outcome: Outcome, processed: bool) -> None:
    async with second_double(**{fault: 1.0}) as (url, heard), Osvi(osvi.TOKEN, url, "legacy", deadline=0.3) as client:
        opened = await client.legacy_start("agent_x")
        sent = await client.legacy_send("agent_x", opened.chat_id or "", "hello")
    assert sent.outcome is outcome
    assert [(post.fault, post.processed) for post in heard.posts] == [(fault, processed)]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/chat_sessions", {}, 401),
        ("/chat_sessions", {"API-Token": osvi.TOKEN}, 422),
        ("/v2/chat/a830288c-88df-4611-8db2-6db87b4fbb41", {}, 401),
        ("/v2/chat/a830288c-88df-4611-8db2-6db87b4fbb41", {"Authorization": f"Bearer {synthflow.TOKEN}"}, 400),
        ("/v2/chat", {"Authorization": f"Bearer {synthflow.TOKEN}"}, 404),
    ],
)
@on_a_loop
async def test_it_refuses_what_the_vendors_refuse(path: str, headers: dict[str, str], status: int) -> None:
    async with second_double() as (url, _), httpx.AsyncClient() as client:
        assert (await client.post(url + path, json={}, headers=headers)).status_code == status
