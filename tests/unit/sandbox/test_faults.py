"""Every fault of the sandbox: what the client meets, and what entered the history."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator

import aiohttp
import httpx
import pytest

from connector.errors import TurnwireError
from connector.sandbox import SYNTHFLOW_TOKEN, Sandbox, running_sandbox
from tests.kit.sandbox_client import AGENT, Caller

BEFORE = ["status_before", "cut_before", "silence_before", "success_false", "chat_over"]
AFTER = ["status_after", "cut_after", "silence_after", "drip", "broken_body"]


@pytest.fixture
def caller(turnwire_sandbox: Sandbox) -> Iterator[Caller]:
    with Caller(turnwire_sandbox) as made:
        yield made


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


def texts(caller: Caller, chat: str) -> list[tuple[str, str]]:
    who = {"user": "user"}
    return [(who.get(entry["agent_id"], "agent"), entry["message"]) for entry in caller.history(chat)[1:]]


def attempt(call: Callable[[], httpx.Response]) -> httpx.Response | httpx.HTTPError:
    try:
        return call()
    except httpx.HTTPError as error:
        return error


@pytest.mark.parametrize("fault", BEFORE)
def test_before_means_that_nothing_entered_the_history(caller, fault):
    chat = caller.chat()
    caller.sandbox.add_rule(fault, match={"call": "send"}, delay_s=0.01)
    attempt(lambda: caller.send(chat, "hello"))
    assert texts(caller, chat) == []
    line = caller.sandbox.received()[1]
    assert (line["call"], line["fault"], line["processed"], line["text"]) == ("send", fault, False, "hello")
    assert caller.sandbox.summary()["processed"] == 0


@pytest.mark.parametrize("fault", AFTER)
def test_after_means_that_message_and_answer_entered_the_history(caller, fault):
    chat = caller.chat()
    caller.sandbox.add_rule(fault, match={"call": "send"}, delay_s=0.0 if fault == "drip" else 0.01)
    attempt(lambda: caller.send(chat, "hello"))
    assert [who for who, _ in texts(caller, chat)] == ["user", "agent"]
    line = caller.sandbox.received()[1]
    assert (line["fault"], line["processed"]) == (fault, True)
    assert caller.sandbox.summary()["processed"] == 1


@pytest.mark.parametrize("fault", ["status_before", "status_after"])
@pytest.mark.parametrize(
    ("status", "words"),
    [(None, b"nternal server error"), (503, b"ervice unavailable"), (429, b"oo many requests"), (502, b"<html>")],
)
def test_a_scripted_status_has_the_vendors_shape(caller, fault, status, words):
    session, chat = caller.legacy_session(), caller.chat()
    caller.sandbox.add_rule(fault, match={"call": "send"}, times=2, status=status, headers={"Retry-After": "7"})
    for response in (caller.legacy_send(session, "hello"), caller.send(chat, "hello")):
        assert response.status_code == (status or 500)
        assert words in response.content
        assert response.headers["Retry-After"] == "7"
    assert [line["http_status"] for line in caller.sandbox.received()[-2:]] == [status or 500] * 2


def test_a_scripted_401_says_what_a_wrong_token_hears(caller):
    caller.sandbox.add_rule("status_before", times=2, status=401)
    assert caller.active().json() == {"success": False, "error": "Invalid API token"}
    assert "Unauthorized" in caller.synthflow("GET", "/chat").json()["detail"]["description"]
    assert caller.sandbox.summary()["rejected"] == 0  # it was not the sandbox's own strictness


def test_a_body_replaces_the_usual_one_and_knows_the_chat(caller):
    session = caller.v1_session()
    body = {"success": True, "data": {"session_id": "{chat}", "reply": "A colleague is here", "mode": "support"}}
    caller.sandbox.add_rule("status_after", match={"call": "send"}, status=200, body=body)
    assert caller.inbound("hello", session_id=session).json()["data"] == {
        "session_id": session,
        "reply": "A colleague is here",
        "mode": "support",
    }


def test_a_string_goes_out_as_it_is(caller):
    caller.sandbox.add_rule("broken_body", times=2, body="<html>Sorry</html>")
    page = caller.active()
    assert (page.status_code, page.content, page.headers["Content-Type"]) == (200, b"<html>Sorry</html>", "text/html")
    caller.sandbox.reset()
    caller.sandbox.add_rule("broken_body", body='{"success"', headers={"content-type": "application/problem+json"})
    broken = caller.osvi("POST", "/chat_sessions", {"agent_uuid": AGENT})
    assert (broken.content, broken.headers["Content-Type"]) == (b'{"success"', "application/problem+json")


def test_a_broken_body_is_no_json(caller):
    chat = caller.chat()
    caller.sandbox.add_rule("broken_body", match={"call": "send"})
    response = caller.send(chat, "hello")
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_a_redirect_can_be_scripted(caller):
    caller.sandbox.add_rule("status_before", status=307, headers={"Location": "/elsewhere"})
    response = caller.active()
    assert (response.status_code, response.headers["Location"]) == (307, "/elsewhere")


def test_a_refusal_of_the_vendor_is_struck_too(caller):
    caller.sandbox.add_rule("status_after", match={"call": "find"}, status=503)
    assert caller.active().status_code == 503
    assert caller.active().status_code == 404


def test_success_false_is_a_200_without_an_answer(caller):
    session, chat = caller.legacy_session(), caller.chat()
    caller.sandbox.add_rule("success_false", match={"call": "send"}, times=2)
    refused = caller.legacy_send(session, "hello")
    assert refused.status_code == 200
    assert refused.json()["success"] is False
    assert refused.json()["errors"]
    assert caller.send(chat, "hello").json() == {"status": "error"}
    caller.sandbox.add_rule("success_false", body={"success": False})
    assert caller.legacy_send(session, "hello").json() == {"success": False}


def test_a_chat_can_be_over_before_the_message_enters(caller):
    session, v1, chat = caller.legacy_session(), caller.v1_session(), caller.chat()
    caller.sandbox.add_rule("chat_over", match={"call": "send"}, times=3)
    assert caller.legacy_send(session, "hello").status_code == 404
    assert caller.inbound("hello", session_id=v1).status_code == 404
    assert "chat has ended" in caller.send(chat, "hello").text
    assert caller.read(chat)["chat_status"] == "completed"
    assert caller.active().status_code == 404


@pytest.mark.parametrize("fault", ["cut_before", "cut_after", "silence_before", "silence_after"])
def test_a_cut_is_a_reset_without_a_byte_of_answer(caller, fault):
    chat = caller.chat()
    caller.sandbox.add_rule(fault, match={"call": "send"}, delay_s=0.01)
    with pytest.raises(httpx.ReadError):
        caller.send(chat, "hello")
    assert caller.sandbox.received()[1]["http_status"] is None


def test_an_answer_can_be_cut_in_its_middle(caller):
    chat = caller.chat()
    caller.sandbox.add_rule("cut_after", match={"call": "send"}, body='{"status": "ok", "resp')
    with pytest.raises(httpx.RemoteProtocolError, match="received 22 bytes"):
        caller.send(chat, "hello")


def test_silence_lasts_until_the_client_leaves(caller):
    chat = caller.chat()
    caller.sandbox.add_rule("silence_before", match={"call": "send"})
    with pytest.raises(httpx.ReadTimeout):
        caller.send(chat, "hello", timeout=0.1)
    until(lambda: not caller.sandbox._busy)


def test_silence_ends_with_a_reset_of_the_sandbox(caller):
    chat = caller.chat()
    caller.sandbox.add_rule("silence_after", match={"call": "send"})

    async def main() -> None:
        headers = {"Authorization": f"Bearer {SYNTHFLOW_TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{caller.sandbox.synthflow_url}/chat/{chat}/messages"
            call = asyncio.ensure_future(session.post(url, json={"message": "hello"}))
            await asyncio.to_thread(until, lambda: caller.sandbox.summary()["processed"] == 1)
            caller.sandbox.reset()
            with pytest.raises(aiohttp.ClientConnectionError):
                await call

    asyncio.run(main())


def test_a_drip_sends_the_head_first_and_then_byte_by_byte(caller):
    caller.sandbox.add_rule("drip", match={"call": "list"}, delay_s=0.001)
    headers = {"Authorization": f"Bearer {SYNTHFLOW_TOKEN}"}
    with caller.http.stream("GET", f"{caller.sandbox.synthflow_url}/chat", headers=headers) as response:
        pieces = list(response.iter_raw())
    assert len(pieces) > 1
    assert json.loads(b"".join(pieces))["response"]["chats"] == []
    assert int(response.headers["Content-Length"]) == sum(map(len, pieces))


def test_a_rule_without_a_fault_makes_the_agent_slow(caller):
    chat = caller.chat()
    caller.sandbox.add_rule(match={"call": "send"}, delay_s=30)
    with pytest.raises(httpx.ReadTimeout):
        caller.send(chat, "hello", timeout=0.1)
    until(lambda: texts(caller, chat) == [("user", "hello")])  # it entered, and the agent still thinks
    assert caller.sandbox.received()[1]["fault"] is None


def test_the_message_stands_in_the_history_while_the_agent_thinks(caller):
    chat = caller.chat()
    caller.sandbox.update_settings(latency_s=30, jitter=0.5)
    with pytest.raises(httpx.ReadTimeout):
        caller.send(chat, "hello", timeout=0.1)
    until(lambda: texts(caller, chat) == [("user", "hello")])


@pytest.mark.parametrize("fault", ["status_before", "cut_before", "broken_body", "cut_after", "drip"])
def test_faults_strike_opening_finding_and_reading_too(caller, fault):
    chat = caller.chat()
    session = caller.v1_session()
    for call, request in {
        "open": lambda: caller.osvi("POST", "/chat_sessions", {"agent_uuid": AGENT}),
        "find": caller.active,
        "read": lambda: caller.synthflow("GET", f"/chat/{chat}"),
        "list": lambda: caller.synthflow("GET", "/chat"),
        "inject_context": lambda: caller.osvi("POST", f"/v1/chat/session/{session}/inject_context", {"context": "c"}),
        "support": lambda: caller.osvi("POST", f"/v1/chat/session/{session}/support", {"command": "takeover"}),
        "delete": lambda: caller.synthflow("DELETE", f"/chat/{chat}"),
    }.items():
        caller.sandbox.add_rule(fault, match={"call": call}, delay_s=0)
        attempt(request)
        assert (caller.sandbox.received()[-1]["call"], caller.sandbox.received()[-1]["fault"]) == (call, fault)


def connects(caller: Caller) -> bool:
    port = int(caller.sandbox.url.rpartition(":")[2])
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_refuse_shuts_the_port_at_once_and_a_reset_opens_it(caller):
    url = caller.sandbox.url
    caller.sandbox.add_rule("refuse", delay_s=600)
    assert not connects(caller)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    caller.sandbox.reset()
    assert connects(caller)
    assert caller.sandbox.url == url
    assert caller.active().status_code == 404


def test_refuse_ends_by_itself(caller):
    posted = caller.control("POST", "/rules", {"fault": "refuse", "delay_s": 0.05, "times": 2})
    assert posted.status_code == 201
    until(lambda: connects(caller))
    assert caller.active().status_code == 404


def test_removing_the_rule_opens_the_port(caller):
    rule = caller.sandbox.add_rule("refuse", delay_s=600)
    caller.sandbox.add_rule("refuse", delay_s=600)  # a second one while the port is shut
    assert not connects(caller)
    caller.sandbox.remove_rule(rule.id)
    assert connects(caller)


def test_nobody_else_gets_the_port_while_it_refuses(caller):
    port = int(caller.sandbox.url.rpartition(":")[2])
    caller.active()  # a connection that the refusal is going to close
    caller.sandbox.add_rule("refuse", delay_s=600)
    with pytest.raises(TurnwireError, match="already in use"), running_sandbox(port):
        pass
    caller.sandbox.reset()
    assert caller.active().status_code == 404


def test_refuse_lets_calls_under_way_finish_and_drops_idle_connections(caller):
    chat = caller.chat()  # the caller's connection is idle from now on
    caller.sandbox.add_rule(match={"call": "send"}, delay_s=0.2)

    async def main() -> None:
        headers = {"Authorization": f"Bearer {SYNTHFLOW_TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{caller.sandbox.synthflow_url}/chat/{chat}/messages"
            call = asyncio.ensure_future(session.post(url, json={"message": "hello"}))
            await asyncio.to_thread(until, lambda: caller.sandbox.summary()["processed"] == 1)
            caller.sandbox.add_rule("refuse", delay_s=600)
            async with await call as response:
                assert response.status == 200
                assert (await response.json())["response"]["agent_message"]
            with pytest.raises(aiohttp.ClientConnectionError):  # its connection was closed behind the answer
                await session.post(url, json={"message": "hello"})

    asyncio.run(main())
    assert isinstance(attempt(caller.active), httpx.TransportError)


def test_a_sandbox_stops_while_calls_are_silent_slow_and_refused():
    with running_sandbox(latency_s=600) as sandbox, Caller(sandbox) as caller:
        chat = caller.chat()
        sandbox.add_rule("silence_before", match={"text": "silent"}, times=0)
        for text in ("silent", "slow"):
            with pytest.raises(httpx.ReadTimeout):
                caller.send(chat, text, timeout=0.05)
        sandbox.add_rule("refuse", delay_s=600)
