"""The sandbox as OSVI: what it accepts, what it refuses and in which shape, and what its sessions remember."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from connector.sandbox import Sandbox
from tests.kit.sandbox_client import AGENT, Caller


@pytest.fixture
def caller(turnwire_sandbox: Sandbox) -> Iterator[Caller]:
    with Caller(turnwire_sandbox) as made:
        yield made


def test_legacy_start_and_send(caller):
    started = caller.osvi("POST", "/chat_sessions", {"agent_uuid": AGENT, "metadata": {"person_name": "Ana"}})
    data = started.json()["data"]
    assert started.json()["success"] is True
    assert data["welcome_message"]
    assert "+" not in data["started_at"]
    assert not data["started_at"].endswith("Z")
    sent = caller.legacy_send(data["session_id"], "Where is order #10234?")
    assert sent.status_code == 200
    assert sent.json()["data"] == {
        "session_id": data["session_id"],
        "response": "The parcel for #10234 is with the carrier and should arrive within two working days.",
        "tool_calls": [],
        "tool_results": [],
        "current_state": None,
    }


def test_legacy_starts_are_separate_sessions(caller):
    assert caller.legacy_session() != caller.legacy_session()


def test_legacy_pause_ends_with_a_message_and_close_ends_the_session(caller):
    session = caller.legacy_session()
    paused = caller.osvi("POST", f"/chat_sessions/{session}/pause_session", {"agent_uuid": AGENT})
    assert paused.json()["data"] == {"session_id": session, "message": "Session paused"}
    assert caller.legacy_send(session, "still there?").status_code == 200
    closed = caller.osvi("POST", f"/chat_sessions/{session}/close_session", {"agent_uuid": AGENT})
    assert "1 messages" in closed.json()["data"]["summary"]
    refused = caller.legacy_send(session, "hello?")
    assert (refused.status_code, refused.json()) == (404, {"success": False, "errors": ["no active session"]})
    assert caller.osvi("POST", f"/chat_sessions/{session}/close_session", {"agent_uuid": AGENT}).status_code == 404


def test_v1_create_find_send(caller):
    body = {
        "agent_uuid": AGENT,
        "customer_id": "c-1",
        "input_fields": {"first_name": "Alex"},
        "context": ["1", "", "2", "3", "4", "5", " ", "6"],
    }
    record = caller.osvi("POST", "/v1/chat/session", body).json()["data"]
    assert record["metadata"] == {
        "input_fields": {"first_name": "Alex"},
        "state_fields": {},
        "context": ["2", "3", "4", "5", "6"],
    }
    assert (record["mode"], record["status"], record["help_requested"]) == ("ai", "active", False)
    assert caller.active().json()["data"] == record
    sent = caller.inbound("Hi, I need an invoice.", session_id=record["id"]).json()["data"]
    assert sent["session_id"] == record["id"]
    assert "invoice" in sent["reply"]
    assert (sent["state"], sent["mode"], sent["help_requested"]) == ("default", "ai", False)


def test_v1_has_one_active_session_for_a_customer_and_agent(caller):
    first = caller.v1_session()
    other_customer = caller.v1_session("c-2")
    second = caller.v1_session()
    assert caller.active().json()["data"]["id"] == second
    assert caller.active("c-2").json()["data"]["id"] == other_customer
    assert caller.inbound("hello", session_id=first).status_code == 404


def test_v1_lookup_without_an_agent_maps_agents_to_sessions(caller):
    session = caller.v1_session()
    other = caller.osvi("POST", "/v1/chat/session", {"agent_uuid": "agent_two", "customer_id": "c-1"}).json()["data"]
    assert {agent: one["id"] for agent, one in caller.active(agent=None).json()["data"].items()} == {
        AGENT: session,
        "agent_two": other["id"],
    }


def test_v1_lookup_finds_nothing(caller):
    for agent in (AGENT, None):
        missing = caller.active("nobody", agent)
        assert (missing.status_code, missing.json()) == (404, {"success": False, "errors": ["no active session"]})


def test_v1_inbound_without_a_session_takes_the_active_one_or_creates_one(caller):
    created = caller.inbound("hello").json()["data"]["session_id"]
    assert caller.inbound("me again").json()["data"]["session_id"] == created
    newer = caller.v1_session()
    assert caller.inbound("and again").json()["data"]["session_id"] == newer
    assert caller.sandbox.summary()["chats"] == 2


def test_v1_session_of_somebody_else_is_refused(caller):
    session = caller.v1_session("c-1")
    assert caller.inbound("hello", customer="c-2", session_id=session).status_code == 422
    assert caller.inbound("hello", agent_uuid="agent_two", session_id=session).status_code == 422


def test_legacy_and_v1_sessions_do_not_see_each_other(caller):
    assert caller.inbound("hello", session_id=caller.legacy_session()).status_code == 404
    assert caller.legacy_send(caller.v1_session(), "hello").status_code == 404


def test_help_is_requested_when_the_customer_asks_for_a_person(caller):
    session = caller.v1_session()
    assert caller.inbound("I want to speak to a human", session_id=session).json()["data"]["help_requested"] is True
    assert caller.active().json()["data"]["help_requested"] is True


def test_support_commands(caller):
    session = caller.v1_session()

    def support(**body):
        return caller.osvi("POST", f"/v1/chat/session/{session}/support", body)

    assert support(message="hi, Sam here").status_code == 422  # the agent still holds the session
    taken = support(command="takeover", message="joining").json()["data"]
    assert (taken["state"], taken["session_id"], taken["command"]) == ("ok", session, "takeover")
    assert taken["active_human"]
    assert support(message="hi, Sam here").json()["data"]["command"] == "message"
    sent = caller.inbound("hello?", session_id=session).json()["data"]
    assert (sent["mode"], sent["reply"]) == ("support", "")
    assert support(command="end").status_code == 200
    assert caller.inbound("hello?", session_id=session).json()["data"]["mode"] == "ai"
    assert support(command="tell").json() == {"success": False, "errors": ["message is required"]}
    assert support(command="tell", message="promise a refund").json()["data"]["reply"]
    assert support(command="whisper", message="be kind").status_code == 200
    assert support(command="dance").status_code == 422
    assert support().status_code == 422
    assert support(command="close").status_code == 200
    assert support(command="close").status_code == 404
    assert caller.active().status_code == 404


def test_injected_context_is_appended_and_shown(caller):
    session = caller.v1_session()
    path = f"/v1/chat/session/{session}/inject_context"
    assert caller.osvi("POST", path, {"context": "called before"}).json()["data"] == {
        "session_id": session,
        "context": ["called before"],
    }
    assert caller.active().json()["data"]["metadata"]["context"] == ["called before"]
    assert caller.osvi("POST", path, {"context": ""}).status_code == 422


SEND = {"agent_uuid": AGENT, "chat_session_id": "s", "message": "hi"}
INBOUND = {"agent_uuid": AGENT, "customer_id": "c", "content": "hi"}
CREATE = {"agent_uuid": AGENT, "customer_id": "c"}


def bodies() -> Iterator[tuple[str, Any, str]]:
    wrong_texts: tuple[Any, ...] = ("", "  ", None, 3, ["x"], {})
    for path, whole in [
        ("/chat_sessions", {"agent_uuid": AGENT}),
        ("/chat_messages/send_message", SEND),
        ("/v1/chat/session", CREATE),
        ("/v1/chat/inbound", INBOUND),
        ("/chat_sessions/s/pause_session", {"agent_uuid": AGENT}),
        ("/chat_sessions/s/close_session", {"agent_uuid": AGENT}),
        ("/v1/chat/session/s/inject_context", {"context": "c"}),
    ]:
        for field in whole:
            yield path, {key: value for key, value in whole.items() if key != field}, field
            for wrong in wrong_texts:
                yield path, whole | {field: wrong}, field
    yield "/v1/chat/inbound", INBOUND | {"session_id": None}, "session_id"
    yield "/v1/chat/inbound", INBOUND | {"session_id": ""}, "session_id"
    yield "/v1/chat/session", CREATE | {"context": "c"}, "context"
    yield "/v1/chat/session", CREATE | {"context": [3]}, "context"
    yield "/v1/chat/session", CREATE | {"input_fields": []}, "input_fields"
    yield "/chat_sessions", {"agent_uuid": AGENT, "metadata": "m"}, "metadata"


@pytest.mark.parametrize(("path", "body", "field"), list(bodies()))
def test_a_missing_empty_or_mistyped_field_is_refused_by_name(caller, path, body, field):
    refused = caller.osvi("POST", path, body)
    assert refused.status_code == 422
    assert refused.json()["success"] is False
    assert all(message.startswith(field) for message in refused.json()["errors"])
    assert caller.sandbox.received()[-1]["processed"] is False


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(caller, content):
    headers = {"API-Token": "sandbox-osvi-tok", "Content-Type": "application/json"}
    refused = caller.osvi("POST", "/v1/chat/inbound", content=content, headers=headers)
    assert refused.status_code == 422
    assert refused.json()["errors"][0].startswith("body")


def test_a_body_that_is_not_declared_as_json_is_refused(caller):
    refused = caller.osvi("POST", "/v1/chat/inbound", data={"agent_uuid": AGENT})
    assert refused.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"API-Token": ""}, {"API-Token": "other"}, {"Authorization": "Bearer x"}])
def test_a_missing_or_wrong_token_is_refused_before_anything_else(caller, headers):
    for method, path in [("POST", "/chat_messages/send_message"), ("GET", "/v1/chat/session/active")]:
        refused = caller.osvi(method, path, headers=headers)
        assert (refused.status_code, refused.json()) == (401, {"success": False, "error": "Invalid API token"})
    assert caller.sandbox.summary()["rejected"] == 2


def test_unknown_agents_are_refused(caller):
    for agent in ("agent_unknown", "agent_WRONG"):
        assert caller.osvi("POST", "/chat_sessions", {"agent_uuid": agent}).status_code == 404
        assert caller.osvi("POST", "/v1/chat/session", CREATE | {"agent_uuid": agent}).status_code == 404
        # 404 in a send would say that the session is over
        assert caller.osvi("POST", "/chat_messages/send_message", SEND | {"agent_uuid": agent}).status_code == 422
        assert caller.osvi("POST", "/v1/chat/inbound", INBOUND | {"agent_uuid": agent}).status_code == 422
    for agent in ("893195c1", "agent", "agent_", "agent_ö"):
        assert caller.osvi("POST", "/chat_sessions", {"agent_uuid": agent}).status_code == 422


def test_sessions_end_after_a_number_of_messages(caller):
    caller.sandbox.update_settings(end_chat_after=2)
    legacy, v1 = caller.legacy_session(), caller.v1_session()
    for text in ("one", "two"):
        assert caller.legacy_send(legacy, text).status_code == 200
        assert caller.inbound(text, session_id=v1).status_code == 200
    assert caller.legacy_send(legacy, "three").status_code == 404
    assert caller.inbound("three", session_id=v1).status_code == 404
    assert caller.inbound("three").json()["data"]["session_id"] != v1


def test_sessions_end_when_they_were_quiet_for_long(caller):
    legacy, v1 = caller.legacy_session(), caller.v1_session()
    caller.sandbox.update_settings(session_ttl_s=0.01)
    time.sleep(0.02)
    assert caller.active().status_code == 404
    assert caller.legacy_send(legacy, "hello").status_code == 404
    assert caller.inbound("hello", session_id=v1).status_code == 404


def test_a_path_that_is_no_call_has_the_vendors_404(caller):
    missing = caller.osvi("GET", "/chat_sessions")
    assert (missing.status_code, missing.json()) == (404, {"success": False, "errors": ["not found"]})
