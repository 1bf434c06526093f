"""The clients against the strict sandbox, over real sockets: what they ask is taken, what it answers is read."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connector.providers.osvi import Api, Osvi
from connector.providers.synthflow import Synthflow
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox
from connector.values import ChatContext, Customer, Outcome, TurnRequest

AGENTS = {"osvi": "agent_Tests-1", "synthflow": "893195c1-c640-438b-9761-2e5357b01cb8"}
CLIENTS = ["v1", "legacy", "synthflow"]


def client(kind: str, sandbox: Sandbox, **options: Any) -> Any:
    if kind == "synthflow":
        return Synthflow(options.pop("token", SYNTHFLOW_TOKEN), base_url=sandbox.synthflow_url, **options)
    api: Api = "legacy" if kind == "legacy" else "v1"
    return Osvi(options.pop("token", OSVI_TOKEN), base_url=sandbox.osvi_url, api=api, **options)


def talk(kind: str, **changes: Any) -> ChatContext:
    known: dict[str, Any] = {
        "id": "12",
        "key": "T-1001",
        "route": "support",
        "agent": AGENTS["synthflow" if kind == "synthflow" else "osvi"],
        "uuid": str(uuid.uuid4()),
        "customer_key": f"tw-{uuid.uuid4()}",
        "customer": Customer(name="Ada"),
        "context": tuple("abcdefg"),
    }
    return ChatContext(**(known | changes))


def turn(conversation: ChatContext, chat_id: str, text: str) -> TurnRequest:
    return TurnRequest(conversation=conversation, chat_id=chat_id, text=text, turn_id="1", idempotency_key="tw_1")


def run(kind: str, sandbox: Sandbox, use: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
    async def main() -> Any:
        async with client(kind, sandbox, **options) as provider:
            return await use(provider)

    return asyncio.run(main())


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_conversation(kind: str, turnwire_sandbox: Sandbox) -> None:
    conversation = talk(kind)

    async def use(provider: Any) -> Any:
        opened = await provider.open(conversation)
        sent = [await provider.send(turn(conversation, opened.chat_id, text)) for text in ("yes", "yes", "größer 😀")]
        return opened, sent, await provider.find(conversation), await provider.read(opened.chat_id)

    opened, sent, found, history = run(kind, turnwire_sandbox, use)
    assert (opened.outcome, opened.baseline) == (Outcome.ANSWERED, 0)
    assert [result.outcome for result in sent] == [Outcome.ANSWERED] * 3
    assert all(result.answer for result in sent)
    assert {result.chat_id for result in sent} <= {opened.chat_id, None}
    if kind == "legacy":
        assert found is None
    else:
        assert (found.outcome, found.chat_id) == (Outcome.ANSWERED, opened.chat_id)
    if kind == "synthflow":
        assert (opened.chat_id, found.baseline) == (conversation.uuid, 3)
        assert [entry.text for entry in history.entries if entry.role == "user"] == ["yes", "yes", "größer 😀"]


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_chat_that_nobody_opened(kind: str, turnwire_sandbox: Sandbox) -> None:
    conversation = talk(kind)

    async def use(provider: Any) -> Any:
        sent = await provider.send(turn(conversation, str(uuid.uuid4()), "hello"))
        return sent, await provider.find(conversation)

    sent, found = run(kind, turnwire_sandbox, use)
    assert (sent.outcome, found) == (Outcome.CHAT_OVER, None)


@pytest.mark.parametrize("kind", CLIENTS)
def test_an_agent_that_does_not_exist(kind: str, turnwire_sandbox: Sandbox) -> None:
    conversation = talk(kind, agent="agent_unknown")
    opened = run(kind, turnwire_sandbox, lambda provider: provider.open(conversation))
    assert opened.outcome is Outcome.MISCONFIGURED
    assert opened.error


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_wrong_token(kind: str, turnwire_sandbox: Sandbox) -> None:
    conversation = talk(kind)

    async def use(provider: Any) -> Any:
        return await provider.check(), await provider.open(conversation)

    checked, opened = run(kind, turnwire_sandbox, use, token="not-this-token-1")
    assert (checked.outcome, opened.outcome) == (Outcome.CREDENTIALS, Outcome.CREDENTIALS)


@pytest.mark.parametrize("kind", CLIENTS)
def test_check(kind: str, turnwire_sandbox: Sandbox) -> None:
    assert run(kind, turnwire_sandbox, lambda provider: provider.check()).outcome is Outcome.ANSWERED


def test_creating_a_synthflow_chat_again(turnwire_sandbox: Sandbox) -> None:
    conversation = talk("synthflow")

    async def use(provider: Any) -> Any:
        first, again = await provider.open(conversation), await provider.open(conversation)
        other = await provider.create_chat(conversation.uuid, AGENTS["synthflow"], {"another": "body"})
        return first, again, other, await provider.list_chats(limit=1)

    first, again, other, page = run("synthflow", turnwire_sandbox, use)
    assert (first.outcome, again.outcome) == (Outcome.ANSWERED, Outcome.ANSWERED)
    assert first.chat_id == again.chat_id == page.chats[0].id
    assert other.outcome is Outcome.MISCONFIGURED
    assert other.request_id
