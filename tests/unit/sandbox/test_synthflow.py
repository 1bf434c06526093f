"""The sandbox as Synthflow: what it accepts, what it refuses and in which shape, and what its chats remember."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from connector.sandbox import SYNTHFLOW_TOKEN, Sandbox
from tests.kit.sandbox_client import MODEL, Caller


@pytest.fixture
def caller(turnwire_sandbox: Sandbox) -> Iterator[Caller]:
    with Caller(turnwire_sandbox) as made:
        yield made


def description(response) -> str:
    assert response.status_code == 400
    return str(response.json()["detail"]["description"])


def test_create_has_the_greeting_beside_an_empty_history(caller):
    chat = str(uuid.uuid4())
    created = caller.synthflow("POST", f"/chat/{chat}", {"model_id": MODEL, "metadata": {"a": 1}}).json()
    assert created["status"] == "ok"
    response = created["response"]
    assert (response["chat_id"], response["chat_status"], response["conversation_history"]) == (chat, "ongoing", [])
    assert response["initial_message"]["turn_number"] == 1
    assert response["transcript"].startswith("Agent: ")


def test_messages_are_numbered_one_by_one_after_the_greeting(caller):
    chat = caller.chat()
    first = caller.send(chat, "Where is order #10234?").json()["response"]
    second = caller.send(chat, "Thank you").json()["response"]
    assert (first["turn_number"], second["turn_number"]) == (3, 5)
    read = caller.read(chat)
    assert read["initial_message"] is None
    entries = read["conversation_history"]
    assert [entry["turn_number"] for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry["agent_id"] for entry in entries] == [MODEL, "user", MODEL, "user", MODEL]
    assert entries[1]["message"] == "Where is order #10234?"
    assert entries[2] == {
        "agent_id": MODEL,
        "current_state": "main_state",
        "message": first["agent_message"],
        "timestamp": first["timestamp"],
        "turn_number": 3,
    }
    assert read["transcript"].count("\n") == 4


def test_a_greeting_can_stand_outside_the_numbers(caller):
    caller.sandbox.update_settings(greeting="unnumbered")
    chat = caller.chat()
    assert caller.send(chat, "hello").json()["response"]["turn_number"] == 2
    read = caller.read(chat)
    assert [entry["agent_id"] for entry in read["conversation_history"]] == ["user", MODEL]
    assert read["initial_message"]["agent_message"]
    assert read["transcript"].count("\n") == 2


def test_there_can_be_no_greeting(caller):
    caller.sandbox.update_settings(greeting="none")
    chat = caller.chat()
    assert caller.read(chat)["initial_message"] is None
    assert caller.read(chat)["transcript"] == ""
    assert caller.send(chat, "hello").json()["response"]["turn_number"] == 2


def test_a_repeated_create_returns_the_chat_and_another_one_conflicts(caller):
    chat = caller.chat()
    caller.send(chat, "hello")
    again = caller.synthflow("POST", f"/chat/{chat.upper()}", {"model_id": MODEL})
    assert len(again.json()["response"]["conversation_history"]) == 3
    for body in ({"model_id": "another"}, {"model_id": MODEL, "metadata": {"x": 1}}):
        conflict = caller.synthflow("POST", f"/chat/{chat}", body)
        assert "already exists with different configuration" in description(conflict)
    assert caller.sandbox.summary()["chats"] == 1
    assert [line["processed"] for line in caller.sandbox.received() if line["call"] == "open"] == [
        True,
        False,
        False,
        False,
    ]


def test_a_deleted_chat_is_gone_and_its_id_free(caller):
    chat = caller.chat()
    assert caller.synthflow("DELETE", f"/chat/{chat}").json() == {"status": "ok"}
    assert "not found" in description(caller.synthflow("GET", f"/chat/{chat}"))
    assert "not found" in description(caller.send(chat, "hello"))
    assert "not found" in description(caller.synthflow("DELETE", f"/chat/{chat}"))
    assert caller.synthflow("POST", f"/chat/{chat}", {"model_id": "another"}).status_code == 200


def test_list_pages_in_order_and_by_agent(caller):
    chats = [caller.chat() for _ in range(12)]
    caller.synthflow("POST", f"/chat/{uuid.uuid4()}", {"model_id": "another"})
    first = caller.synthflow("GET", "/chat").json()["response"]
    assert [row["chat_id"] for row in first["chats"]] == chats[:10]
    assert first["has_more"] is True
    query = {"limit": 2, "cursor": first["next_cursor"], "agent_id": MODEL}
    rest = caller.synthflow("GET", "/chat", params=query).json()["response"]
    assert [row["chat_id"] for row in rest["chats"]] == chats[10:]
    assert (rest["has_more"], rest["next_cursor"]) == (False, "")


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "many"}, {"cursor": "§"}, {"cursor": "abcd"}])
def test_list_refuses_wrong_parameters(caller, query):
    refused = caller.synthflow("GET", "/chat", params=query)
    assert refused.status_code == 400
    assert refused.json()["detail"][0]["loc"] == ["query", *query]


def test_a_chat_ends_after_a_number_of_messages_and_can_still_be_read(caller):
    caller.sandbox.update_settings(end_chat_after=1)
    chat = caller.chat()
    assert caller.send(chat, "one").status_code == 200
    assert "chat has ended" in description(caller.send(chat, "two"))
    assert caller.read(chat)["chat_status"] == "completed"
    assert [entry["message"] for entry in caller.history(chat) if entry["agent_id"] == "user"] == ["one"]


def test_a_chat_ends_when_it_was_quiet_for_long(caller):
    chat = caller.chat()
    caller.sandbox.update_settings(session_ttl_s=0.01)
    time.sleep(0.02)
    assert "chat has ended" in description(caller.send(chat, "hello"))


def test_a_read_can_lag(caller):
    chat = caller.chat()
    caller.send(chat, "hello")
    caller.sandbox.update_settings(history_lag_s=3600)
    assert [entry["turn_number"] for entry in caller.history(chat)] == [1]
    caller.sandbox.update_settings(history_lag_s=0)
    assert len(caller.history(chat)) == 3


def test_the_history_can_keep_a_tidied_text(caller):
    caller.sandbox.update_settings(tidy_text=True)
    chat = caller.chat()
    caller.send(chat, "hello \n\n there ")
    assert caller.history(chat)[1]["message"] == "hello there"
    assert caller.sandbox.received()[1]["text"] == "hello \n\n there "


OUTBOUND = {"agent_id": MODEL, "channel": "whatsapp", "to_number": "+15559876543", "from_number": "+15551234567"}


def test_outbound_starts_a_chat_under_an_id_of_its_own(caller):
    body = OUTBOUND | {"initial_message": "Your parcel is here", "template": {"content_sid": "HX1"}}
    started = caller.synthflow("POST", "/chat/outbound", body).json()["response"]["conversation_id"]
    assert caller.history(started)[0]["message"] == "Your parcel is here"
    assert caller.send(started, "thanks").status_code == 200


CHAT = "7d0c5d0e-54f5-4f8e-9d55-0a2f6a4d7c11"


def bodies() -> Iterator[tuple[str, Any, list[str]]]:
    wrong_texts: tuple[Any, ...] = ("", "  ", None, 3, ["x"], {})
    for path, whole in [
        (f"/chat/{CHAT}", {"model_id": MODEL}),
        (f"/chat/{CHAT}/messages", {"message": "hi"}),
        ("/chat/outbound", OUTBOUND),
    ]:
        for field in whole:
            yield path, {key: value for key, value in whole.items() if key != field}, [field]
            for wrong in wrong_texts:
                yield path, whole | {field: wrong}, [field]
    yield f"/chat/{CHAT}", {"model_id": MODEL, "metadata": []}, ["metadata"]
    yield "/chat/outbound", OUTBOUND | {"channel": "fax"}, ["channel"]
    yield "/chat/outbound", OUTBOUND | {"agent_id": "not-a-uuid"}, ["agent_id"]
    yield "/chat/outbound", OUTBOUND | {"to_number": "0049 30 1"}, ["to_number"]
    yield "/chat/outbound", OUTBOUND | {"template": {}}, ["template", "content_sid"]


@pytest.mark.parametrize(("path", "body", "place"), list(bodies()))
def test_a_missing_empty_or_mistyped_field_is_refused_by_name(caller, path, body, place):
    refused = caller.synthflow("POST", path, body)
    assert refused.status_code == 400
    assert [found["loc"] for found in refused.json()["detail"]] == [["body", *place]]
    assert all(found["msg"] for found in refused.json()["detail"])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null"])
def test_a_body_that_is_no_json_object_is_refused(caller, content):
    headers = {"Authorization": f"Bearer {SYNTHFLOW_TOKEN}", "Content-Type": "application/json"}
    refused = caller.synthflow("POST", f"/chat/{CHAT}/messages", content=content, headers=headers)
    assert refused.status_code == 400
    assert refused.json()["detail"][0]["loc"] == ["body"]


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, "Missing or invalid Authorization header"),
        ({"Authorization": SYNTHFLOW_TOKEN}, "Missing or invalid Authorization header"),
        ({"Authorization": "Bearer other"}, "Unauthorized: Invalid or expired token."),
    ],
)
def test_a_missing_or_wrong_token_is_refused_before_anything_else(caller, headers, text):
    for method, path in [("POST", f"/chat/{CHAT}"), ("POST", f"/chat/{CHAT}/messages"), ("GET", "/chat")]:
        refused = caller.synthflow(method, path, headers=headers)
        assert refused.status_code == 401
        assert refused.json()["detail"]["description"] == text


@pytest.mark.parametrize("chat", ["outbound", "1", CHAT[:-1], "{" + CHAT + "}", CHAT.replace("-", "")])
def test_a_chat_id_that_is_no_uuid_is_refused(caller, chat):
    for refused in (
        caller.synthflow("GET", f"/chat/{chat}"),
        caller.synthflow("DELETE", f"/chat/{chat}"),
        caller.send(chat, "hello"),
    ):
        assert refused.status_code == 400
        assert refused.json()["detail"] == [{"loc": ["path", "chat_id"], "msg": "must be a UUID"}]


def test_unknown_chats_and_agents_are_refused(caller):
    assert "not found" in description(caller.send(CHAT, "hello"))
    assert "not found" in description(caller.synthflow("GET", f"/chat/{CHAT}"))
    for model in ("unknown-agent", "WRONG"):
        assert "model_id" in description(caller.synthflow("POST", f"/chat/{CHAT}", {"model_id": model}))


def test_a_path_that_is_no_call_has_the_vendors_404(caller):
    missing = caller.synthflow("GET", "/nothing")
    assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})
