"""OSVI: what each answer becomes, by tables, and the requests the class makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connector.errors import ConfigurationError
from connector.http import HttpAnswer, HttpFailure
from connector.providers import osvi
from connector.providers.osvi import Osvi, Session, connect
from connector.values import Capabilities, Customer, Outcome, Provider, ProviderAccount
from tests.kit.provider_fakes import AGENT, CHAT, FakeHttp, answer, conversation, turn

TOKEN = "sixteen-letters1"

V1: dict[str, Any] = {"session_id": CHAT, "reply": "Sure.", "state": "default", "mode": "ai", "help_requested": False}
LEGACY: dict[str, Any] = {
    "session_id": CHAT,
    "response": "9 to 6.",
    "tool_calls": [],
    "tool_results": [],
    "current_state": None,
}
RECORD: dict[str, Any] = {"id": CHAT, "customer_id": "tw-12", "mode": "ai", "status": "active", "help_requested": False}
ERRORS: dict[str, Any] = {"success": False, "errors": ["agent_uuid is required", "phone_number is invalid"]}


def fine(data: Any) -> HttpAnswer:
    return answer({"success": True, "data": data})


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in names}


# -- sends ------------------------------------------------------------------------------------------------------------


def test_a_v1_answer() -> None:
    result = osvi.read_answer(fine(V1))
    assert (result.outcome, result.http_status, result.error) == (Outcome.ANSWERED, 200, None)
    assert (result.answer, result.agent_state, result.chat_id) == ("Sure.", "default", CHAT)
    assert (result.human, result.provider_turn) == (False, None)
    assert result.raw == fine(V1).body


def test_a_legacy_answer() -> None:
    result = osvi.read_legacy_answer(fine(LEGACY))
    assert (result.outcome, result.answer, result.agent_state, result.chat_id) == (
        Outcome.ANSWERED,
        "9 to 6.",
        None,
        CHAT,
    )


ANSWERED: dict[str, tuple[HttpAnswer, str]] = {
    "empty": (fine(V1 | {"reply": ""}), ""),
    "a number": (fine(V1 | {"reply": 42}), "42"),
    "no success": (answer({"data": V1}), "Sure."),
    "success null": (answer({"success": None, "data": V1}), "Sure."),
    "inner success": (fine(V1 | {"success": True}), "Sure."),
    "success false without a reason but with the reply": (answer({"success": False, "data": V1}), "Sure."),
    "status 201": (answer({"success": True, "data": V1}, 201), "Sure."),
    "nothing but the reply": (fine({"reply": "Sure."}), "Sure."),
    "unknown fields": (fine(V1 | {"confidence": {"x": [1]}, "timestamp": {}}), "Sure."),
    "empty errors": (answer({"success": True, "errors": [], "error": None, "data": V1}), "Sure."),
    "state of another type": (fine(V1 | {"state": {"name": "x"}, "mode": 3, "session_id": None}), "Sure."),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_answered(name: str) -> None:
    reply, text = ANSWERED[name]
    result = osvi.read_answer(reply)
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, text)


@pytest.mark.parametrize("tools", [[None], None, "x", {"a": 1}, [{"name": "lookup", "args": {}}, 7]])
def test_tools_of_any_shape_are_left_in_the_raw_body(tools: Any) -> None:
    result = osvi.read_legacy_answer(fine(LEGACY | {"tool_calls": tools, "tool_results": tools}))
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, "9 to 6.")


@pytest.mark.parametrize(
    ("data", "human"),
    [
        (V1, False),
        (V1 | {"help_requested": True}, True),
        (V1 | {"help_requested": "true"}, True),
        (V1 | {"help_requested": 1}, True),
        (V1 | {"help_requested": "false"}, False),
        (V1 | {"help_requested": None}, False),
        (V1 | {"mode": "support"}, True),
        (V1 | {"mode": "robot"}, False),
        (without(V1, "mode", "help_requested"), False),
    ],
)
def test_a_person_is_noticed(data: dict[str, Any], human: bool) -> None:
    assert osvi.read_answer(fine(data)).human is human


@pytest.mark.parametrize("data", [V1 | {"mode": "support", "reply": None}, without(V1, "reply") | {"mode": "support"}])
def test_a_session_held_by_a_person_has_nothing_to_say(data: dict[str, Any]) -> None:
    result = osvi.read_answer(fine(data))
    assert (result.outcome, result.answer, result.human) == (Outcome.ANSWERED, "", True)


UNREADABLE: dict[str, HttpAnswer] = {
    "html": answer(b"<html>OK</html>"),
    "empty body": answer(b""),
    "no content": answer(b"", 204),
    "broken": answer(b'{"success": true, "data": {"rep'),
    "a list": answer([V1]),
    "no data": answer({"success": True}),
    "data is a list": fine([V1]),
    "data is null": fine(None),
    "no reply": fine(without(V1, "reply")),
    "reply null": fine(V1 | {"reply": None}),
    "reply true": fine(V1 | {"reply": True}),
    "reply an object": fine(V1 | {"reply": {"text": "Sure."}}),
    "legacy's name": fine(LEGACY),
    "latin-1": answer('{"success": true, "data": {"reply": "größer"}}'.encode("latin-1")),
    "success false, no reason, no reply": answer({"success": False}),
    "success false, empty reasons": answer({"success": False, "error": "", "errors": [], "data": None}),
    "inner success false": fine({"success": False, "session_id": CHAT}),
    "errors but no word on success": answer({"errors": ["x"]}),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_200_that_cannot_be_read_is_lost(name: str) -> None:
    reply = UNREADABLE[name]
    result = osvi.read_answer(reply)
    assert (result.outcome, result.answer, result.raw) == (Outcome.LOST, None, reply.body)
    assert result.error
    assert result.error.startswith("OSVI answered 20")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (ERRORS, "agent_uuid is required; phone_number is invalid"),
        ({"success": False, "error": "message is too long"}, "message is too long"),
        ({"success": "false", "errors": "one text"}, "one text"),
        ({"success": 0, "errors": [{"message": "is required"}]}, "message: is required"),
        ({"success": True, "data": {"success": False, "error": "inner"}}, "inner"),
        ({"success": False, "errors": ["no"], "data": V1}, "no"),
    ],
)
def test_success_false_with_a_reason_is_refused(body: Any, error: str) -> None:
    result = osvi.read_answer(answer(body))
    assert (result.outcome, result.error) == (Outcome.REFUSED, f"OSVI answered 200: {error}")
    assert osvi.read_created(answer(body)).outcome is Outcome.MISCONFIGURED


def test_a_revoked_token_is_told_by_its_text_too() -> None:
    assert osvi.read_answer(answer({"success": False, "error": "Invalid API token"})).outcome is Outcome.CREDENTIALS


STATUSES: list[tuple[int, dict[str, str], Outcome, Outcome]] = [
    # status, headers, a send, an opening
    (301, {"location": "https://elsewhere"}, Outcome.MISCONFIGURED, Outcome.MISCONFIGURED),
    (307, {}, Outcome.MISCONFIGURED, Outcome.MISCONFIGURED),
    (400, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (401, {}, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
    (403, {}, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
    (404, {}, Outcome.CHAT_OVER, Outcome.MISCONFIGURED),
    (405, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (402, {}, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
    (408, {}, Outcome.LOST, Outcome.LOST),
    (409, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (413, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (422, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (429, {}, Outcome.BUSY, Outcome.BUSY),
    (429, {"retry_after": "soon"}, Outcome.BUSY, Outcome.BUSY),
    (500, {}, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
    (500, {"retry_after": "7"}, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
    (501, {}, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
    (502, {}, Outcome.LOST, Outcome.LOST),
    (503, {}, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
    (503, {"retry_after": "7"}, Outcome.BUSY, Outcome.BUSY),
    (503, {"retry_after": "-7"}, Outcome.BUSY, Outcome.BUSY),
    (504, {}, Outcome.LOST, Outcome.LOST),
    (520, {}, Outcome.LOST, Outcome.LOST),
]


@pytest.mark.parametrize(("status", "headers", "send", "opening"), STATUSES)
@pytest.mark.parametrize("body", [ERRORS, b""])
def test_statuses(status: int, headers: dict[str, str], send: Outcome, opening: Outcome, body: Any) -> None:
    if status >= 500 and body == b"":
        send = opening = Outcome.LOST  # whoever answers so may be a proxy
    reply = answer(body, status, **headers)
    assert osvi.read_answer(reply).outcome is send
    assert osvi.read_legacy_answer(reply).outcome is send
    assert osvi.read_created(reply).outcome is opening
    assert osvi.read_started(reply).outcome is opening


def test_a_404_in_no_json_is_no_word_about_a_session() -> None:
    page = answer(b"<html>nginx</html>", 404)
    assert osvi.read_answer(page).outcome is Outcome.MISCONFIGURED
    assert osvi.read_created(page).outcome is Outcome.MISCONFIGURED
    assert osvi.read_sessions(page).outcome is Outcome.MISCONFIGURED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("86400", 3600.0), ("-7", 0.0), ("soon", None), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)],
)
def test_the_wait_is_passed_on(value: str, seconds: float | None) -> None:
    result = osvi.read_answer(answer(ERRORS, 429, retry_after=value, x_request_id="r-1"))
    assert (result.retry_after, result.request_id) == (seconds, "r-1")


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.LOST])
def test_a_failed_call_keeps_its_outcome_and_evidence(outcome: Outcome) -> None:
    failure = HttpFailure(
        outcome=outcome, hint="cut", error="the answer ended before its end", status=200, body=b'{"su'
    )
    for result in (osvi.read_answer(failure), osvi.read_created(failure), osvi.read_sessions(failure)):
        assert (result.outcome, result.hint, result.error) == (outcome, "cut", failure.error)
        assert (result.http_status, result.raw) == (200, b'{"su')


def test_an_error_is_one_short_line() -> None:
    reply = answer({"success": False, "errors": ["no\x00\n" * 500]}, 422)
    error = osvi.read_answer(reply).error
    assert error
    assert error.isprintable()
    assert len(error) <= 300


# -- openings and look-ups --------------------------------------------------------------------------------------------


def test_a_created_session() -> None:
    result = osvi.read_created(fine(RECORD | {"created_at": "2026-06-04T11:40:25.690486"}))
    assert (result.outcome, result.chat_id, result.greeting, result.baseline) == (Outcome.ANSWERED, CHAT, None, 0)


def test_a_started_legacy_session() -> None:
    data = {"session_id": CHAT, "started_at": "2025-12-31T11:40:25.690486", "welcome_message": "Hi!", "success": True}
    result = osvi.read_started(fine(data))
    assert (result.outcome, result.chat_id, result.greeting) == (Outcome.ANSWERED, CHAT, "Hi!")


@pytest.mark.parametrize("data", [{"id": 4711}, {"session_id": 4711}, {"id": "", "session_id": "4711"}])
def test_the_session_id_under_either_name(data: dict[str, Any]) -> None:
    assert osvi.read_created(fine(data)).chat_id == "4711"


@pytest.mark.parametrize("reply", [fine({}), fine({"id": None}), answer(b"OK"), answer({"success": True})])
def test_an_opening_without_an_id_is_lost(reply: HttpAnswer) -> None:
    result = osvi.read_created(reply)
    assert (result.outcome, result.chat_id) == (Outcome.LOST, "")


@pytest.mark.parametrize(
    ("data", "agents"),
    [
        (RECORD, [None]),
        ({AGENT: RECORD}, [AGENT]),
        ({AGENT: RECORD, "agent_b": {"id": "5"}}, [AGENT, "agent_b"]),
        ({}, []),
    ],
)
def test_active_sessions(data: Any, agents: list[str | None]) -> None:
    result = osvi.read_sessions(fine(data))
    assert result.outcome is Outcome.ANSWERED
    assert [session.agent for session in result.sessions] == agents


def test_a_session_record() -> None:
    (session,) = osvi.read_sessions(
        fine(RECORD | {"help_requested": True, "metadata": None, "active_human": "a@b.c"})
    ).sessions
    assert session == Session(id=CHAT, customer_id="tw-12", mode="ai", status="active", help_requested=True)


def test_no_active_session_is_an_answer() -> None:
    for body in ({"success": False, "errors": ["no active session"]}, b""):
        result = osvi.read_sessions(answer(body, 404))
        assert (result.outcome, result.sessions) == (Outcome.ANSWERED, ())


@pytest.mark.parametrize("data", [None, [], {AGENT: {}}, {AGENT: RECORD, "x": 1}, {"a": "b"}])
def test_sessions_that_cannot_be_read_are_lost(data: Any) -> None:
    assert osvi.read_sessions(fine(data)).outcome is Outcome.LOST


# -- the class --------------------------------------------------------------------------------------------------------


def using(
    *answers: HttpAnswer | HttpFailure, use: Callable[[Osvi], Awaitable[Any]], **options: Any
) -> tuple[Any, FakeHttp]:
    http = FakeHttp(list(answers))

    async def main() -> Any:
        async with Osvi(TOKEN, http=http, **options) as client:
            return await use(client)

    result = asyncio.run(main())
    assert http.closed
    return result, http


def test_v1_opens_with_the_customer_and_the_carried_lines() -> None:
    talk = conversation(context=("one", " ", "two"))
    result, http = using(fine(RECORD), use=lambda client: client.open(talk))
    assert result.chat_id == CHAT
    (asked,) = http.asked
    assert (asked.method, asked.url) == ("POST", "https://api.osvi.ai/v1/chat/session")
    assert asked.headers == {"API-Token": TOKEN}
    assert asked.json == {
        "agent_uuid": AGENT,
        "customer_id": "tw-12",
        "input_fields": {"name": "Ada", "email": "ada@example.com"},
        "context": ["one", "two"],
    }


def test_more_lines_than_the_vendor_keeps_are_folded_and_none_is_lost() -> None:
    body = osvi.create_session_request(AGENT, "c", context=[str(n) for n in range(8)]).body
    assert body
    assert body["context"] == ["0\n1\n2\n3", "4", "5", "6", "7"]


def test_v1_opens_a_stranger_with_nothing_to_carry() -> None:
    _, http = using(fine(RECORD), use=lambda client: client.open(conversation(customer=Customer())))
    assert http.asked[0].json == {"agent_uuid": AGENT, "customer_id": "tw-12"}


def test_v1_sends_with_the_session_id() -> None:
    result, http = using(
        fine(V1), use=lambda client: client.send(turn()), base_url="http://127.0.0.1:8/osvi/", deadline=7.0
    )
    assert result.answer == "Sure."
    (asked,) = http.asked
    assert (asked.method, asked.url, asked.deadline) == ("POST", "http://127.0.0.1:8/osvi/v1/chat/inbound", 7.0)
    assert asked.json == {
        "agent_uuid": AGENT,
        "customer_id": "tw-12",
        "content": "What are your business hours?",
        "session_id": CHAT,
    }


def test_v1_lets_osvi_pick_the_session_if_none_is_known() -> None:
    _, http = using(fine(V1), use=lambda client: client.inbound(AGENT, "customer-7", "Hi"))
    assert http.asked[0].json == {"agent_uuid": AGENT, "customer_id": "customer-7", "content": "Hi"}


def test_v1_finds_the_active_session() -> None:
    result, http = using(fine(RECORD), use=lambda client: client.find(conversation()))
    assert (result.outcome, result.chat_id, result.raw) == (Outcome.ANSWERED, CHAT, fine(RECORD).body)
    (asked,) = http.asked
    assert (asked.method, asked.url) == ("GET", "https://api.osvi.ai/v1/chat/session/active")
    assert asked.params == {"customer_id": "tw-12", "agent_uuid": AGENT}


@pytest.mark.parametrize("reply", [answer(ERRORS, 404), fine(RECORD | {"status": "closed"}), fine({})])
def test_v1_finds_none(reply: HttpAnswer) -> None:
    assert using(reply, use=lambda client: client.find(conversation()))[0] is None


def test_a_look_up_that_fails_is_no_none() -> None:
    result, _ = using(answer(ERRORS, 500), use=lambda client: client.find(conversation()))
    assert (result.outcome, result.http_status, result.chat_id) == (Outcome.SERVER_ERROR, 500, "")


def test_legacy_opens_sends_and_cannot_find() -> None:
    started = fine({"session_id": CHAT, "welcome_message": "Hi!"})
    talk = conversation(context=("one",))
    opened, http = using(started, use=lambda client: client.open(talk), api="legacy")
    assert (opened.chat_id, opened.greeting) == (CHAT, "Hi!")
    assert http.asked[0].url == "https://api.osvi.ai/chat_sessions"
    assert http.asked[0].json == {
        "agent_uuid": AGENT,
        "metadata": {
            "person_name": "Ada",
            "customer": {"name": "Ada", "email": "ada@example.com"},
            "context": ["one"],
        },
    }
    sent, http = using(fine(LEGACY), use=lambda client: client.send(turn()), api="legacy")
    assert sent.answer == "9 to 6."
    assert http.asked[0].url == "https://api.osvi.ai/chat_messages/send_message"
    assert http.asked[0].json == {
        "agent_uuid": AGENT,
        "chat_session_id": CHAT,
        "message": "What are your business hours?",
    }
    found, http = using(started, use=lambda client: client.find(talk), api="legacy")
    assert found is None
    assert http.asked == []


@pytest.mark.parametrize("api", ["v1", "legacy"])
def test_nothing_can_be_read_back(api: str) -> None:
    result, http = using(fine({}), use=lambda client: client.read(CHAT), api=api)
    assert (result.outcome, http.asked) == (Outcome.REFUSED, [])


def test_capabilities() -> None:
    assert Osvi(TOKEN).capabilities == Capabilities(human_mode=True)
    assert Osvi(TOKEN, api="legacy").capabilities == Capabilities()


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (answer({"success": True, "data": {}}), Outcome.ANSWERED),
        (answer({"success": False, "errors": ["no active session"]}, 404), Outcome.ANSWERED),
        (answer({"success": False, "error": "Invalid API token"}, 401), Outcome.CREDENTIALS),
        (answer(b"<html>404</html>", 404), Outcome.MISCONFIGURED),
        (HttpFailure(outcome=Outcome.NOT_SENT, hint="dns", error="the host name cannot be resolved"), Outcome.NOT_SENT),
    ],
)
def test_check(reply: HttpAnswer | HttpFailure, outcome: Outcome) -> None:
    result, http = using(reply, use=lambda client: client.check())
    assert result.outcome is outcome
    assert http.asked[0].url == "https://api.osvi.ai/v1/chat/session/active"
    assert http.asked[0].params == {"customer_id": "turnwire-check"}


def test_neither_token_nor_text_shows_in_an_error() -> None:
    text = "my card is 4111 1111 1111 1111 and it was charged twice"
    for echo in (text, f"{TOKEN} is no token", "x" * 260 + text):
        reply = answer({"success": False, "errors": [f"cannot handle {echo}"]}, 422)
        result, _ = using(reply, use=lambda client: client.send(turn(text)))
        assert result.outcome is Outcome.REFUSED
        assert result.error.startswith("OSVI answered 422: cannot handle")
        assert TOKEN not in result.error
        assert "card" not in result.error
        assert result.raw == reply.body


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "tökén"])
def test_a_token_no_header_can_carry_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Osvi(token)
    assert caught.value.field == "token"
    assert not token.strip() or token not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["api.osvi.ai", "ftp://x", "https://", "https://u:p@x", "https://x/?a=1", "http://[", "http://x:y"]
)
def test_a_base_url_that_cannot_be_called_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Osvi(TOKEN, base_url=url)
    assert caught.value.field == "base_url"


def test_connect_takes_an_account() -> None:
    provider: Provider = connect(ProviderAccount(name="a", token=f" {TOKEN}\n", api="legacy"))
    assert isinstance(provider, Osvi)
    assert provider.api == "legacy"
    default = connect(ProviderAccount(name="a", token=TOKEN))
    assert isinstance(default, Osvi)
    assert default.api == "v1"
    with pytest.raises(ConfigurationError) as caught:
        connect(ProviderAccount(name="a", token=TOKEN, api="v2"))
    assert (caught.value.field, caught.value.expected) == ("api", "v1 or legacy")
