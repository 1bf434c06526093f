"""OSVI keyed by the person: a second conversation finds the first one's session before it would end it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connector.http import HttpAnswer
from connector.providers.osvi import Osvi
from connector.values import OWN_KEY, ChatContext, Outcome, customer_key, usable_chat_id
from tests.kit.provider_fakes import CHAT, FakeHttp, answer, conversation

NONE = answer({"success": False, "errors": ["no active session"]}, 404)


def record(status: str = "active") -> HttpAnswer:
    return answer({"success": True, "data": {"id": CHAT, "status": status}})


def opened(*answers: HttpAnswer, talk: ChatContext) -> tuple[Any, list[str]]:
    http = FakeHttp(list(answers))

    async def main() -> Any:
        async with Osvi("a-token-of-tests", http=http) as client:
            return await client.open(talk)

    result = asyncio.run(main())
    return result, [f"{asked.method} {asked.url.rpartition('/')[2]}" for asked in http.asked]


def test_a_persons_session_is_found_before_one_is_opened():
    result, asked = opened(record(), talk=conversation(customer_key="customer-7"))
    assert (result.outcome, result.chat_id) == (Outcome.ANSWERED, CHAT)
    assert asked == ["GET active"]


@pytest.mark.parametrize("none", [NONE, record("closed"), record("dormant")])
def test_a_person_without_an_active_session_gets_one(none):
    result, asked = opened(none, record(), talk=conversation(customer_key="customer-7"))
    assert (result.outcome, result.chat_id) == (Outcome.ANSWERED, CHAT)
    assert asked == ["GET active", "POST session"]


def test_a_look_up_that_fails_opens_nothing():
    result, asked = opened(answer(b"", 502), talk=conversation(customer_key="customer-7"))
    assert result.outcome is Outcome.LOST
    assert asked == ["GET active"]


def test_a_conversation_with_a_key_of_its_own_looks_for_nothing():
    _, asked = opened(record(), talk=conversation(customer_key=f"{OWN_KEY}12"))
    assert asked == ["POST session"]


@pytest.mark.parametrize("person", ["tw-12", "tw-"])
def test_a_customer_whose_id_looks_like_a_conversations_gets_another(person):
    assert customer_key(12, person) == f"c-{person}"
    assert customer_key(12, None) == customer_key(12, "") == "tw-12"
    assert customer_key(12, "customer-7") == "customer-7"


@pytest.mark.parametrize("chat_id", ["", ".", "..", "...", "a\nb", "a\x00", "x" * 256, "\u202e1"])
def test_a_chat_id_that_no_address_can_carry_is_not_used(chat_id):
    assert not usable_chat_id(chat_id)
    result, _ = opened(answer({"success": True, "data": {"id": chat_id}}), talk=conversation())
    assert (result.outcome, result.chat_id) == (Outcome.LOST, "")


@pytest.mark.parametrize("chat_id", [CHAT, "7", "a/b", "größer", "x" * 255])
def test_other_chat_ids_are(chat_id):
    assert usable_chat_id(chat_id)
