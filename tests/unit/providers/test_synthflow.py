"""Synthflow: what each answer becomes, by tables, and the requests the class makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ConfigurationError
from connector.http import BODY_CAP, HttpAnswer, HttpFailure
from connector.providers import synthflow
from connector.providers.synthflow import READ_CAP, REGIONS, ChatRow, Synthflow, connect
from connector.values import Capabilities, HistoryEntry, Outcome, ProviderAccount
from tests.kit.provider_fakes import FakeHttp, answer, conversation, turn

TOKEN = "a-workspace-key"
CHAT = "a830288c-88df-4611-8db2-6db87b4fbb41"
MODEL = "893195c1-c640-438b-9761-2e5357b01cb8"
TIME = "2026-03-02T09:15:00Z"

SENT: dict[str, Any] = {"agent_message": "Sure.", "current_state": "main_state", "timestamp": TIME, "turn_number": 3}
NOT_FOUND = {"detail": "Not Found"}
NO_ROUTE = {"error": "not_found", "message": "No route matched"}


def entry(speaker: Any, message: Any, number: Any = 1) -> dict[str, Any]:
    return {"agent_id": speaker, "message": message, "turn_number": number, "current_state": "s", "timestamp": {}}


def chat(*entries: Any, **changes: Any) -> dict[str, Any]:
    known = {"chat_id": CHAT, "chat_status": "ongoing", "conversation_history": list(entries), "transcript": ""}
    return known | {"start_timestamp": {}, "initial_message": None, "fsm_log": None} | changes


def fine(response: Any) -> HttpAnswer:
    return answer({"status": "ok", "response": response})


def detail(description: Any, status: int = 400, **more: Any) -> HttpAnswer:
    known = {"status": "error", "description": description, "timestamp": TIME, "request_id": "req-1", "category": "c"}
    return answer({"detail": known | more}, status)


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in names}


# -- sends ------------------------------------------------------------------------------------------------------------


def test_an_answer() -> None:
    result = synthflow.read_answer(fine(SENT))
    assert (result.outcome, result.http_status, result.error) == (Outcome.ANSWERED, 200, None)
    assert (result.answer, result.agent_state, result.provider_turn) == ("Sure.", "main_state", 3)
    assert (result.chat_id, result.human) == (None, False)
    assert result.raw == fine(SENT).body


ANSWERED: dict[str, tuple[HttpAnswer, str]] = {
    "empty": (fine(SENT | {"agent_message": ""}), ""),
    "a number": (fine(SENT | {"agent_message": 4.5}), "4.5"),
    "nothing else": (fine({"agent_message": "Sure."}), "Sure."),
    "no status": (answer({"response": SENT}), "Sure."),
    "another status": (answer({"status": "success", "response": SENT}), "Sure."),
    "status error": (answer({"status": "error", "response": SENT}), "Sure."),
    "odd fields": (fine(SENT | {"timestamp": {}, "current_state": None, "turn_number": "x", "new": [1]}), "Sure."),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_answered(name: str) -> None:
    reply, text = ANSWERED[name]
    result = synthflow.read_answer(reply)
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, text)


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3), ("3", 3), (3.0, 3), (3.5, None), (True, None), ("x", None), (None, None), ([], None)]
)
def test_turn_numbers(value: Any, number: int | None) -> None:
    assert synthflow.read_answer(fine(SENT | {"turn_number": value})).provider_turn == number


UNREADABLE: dict[str, HttpAnswer] = {
    "html": answer(b"<html>OK</html>"),
    "empty body": answer(b""),
    "no content": answer(b"", 204),
    "broken": answer(b'{"status": "ok", "response": {"agent_m'),
    "no response": answer({"status": "ok"}),
    "response null": fine(None),
    "response a list": fine([SENT]),
    "no message": fine(without(SENT, "agent_message")),
    "message null": fine(SENT | {"agent_message": None}),
    "message a list": fine(SENT | {"agent_message": ["Sure."]}),
    "message false": fine(SENT | {"agent_message": False}),
    "renamed": fine({"message": "Sure."}),
    "a failure's body": answer({"detail": {"status": "error", "description": "agent failed"}}),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_200_that_cannot_be_read_is_lost(name: str) -> None:
    reply = UNREADABLE[name]
    result = synthflow.read_answer(reply)
    assert (result.outcome, result.answer, result.raw) == (Outcome.LOST, None, reply.body)
    assert result.error
    assert result.error.startswith("Synthflow answered 20")


OVER = [
    detail("chat has ended"),
    detail("This chat has already ended."),
    detail("The Chat Has Ended", 422),
    detail("chat does not exist"),
    detail("Chat a830 doesn't exist"),
    detail("chat not found"),
    detail("chat is over"),
    detail("chat is completed"),
    answer({"detail": "Chat not found"}, 404),
    detail("no such thing", 404),
    answer({}, 404),
    answer(b"", 404),
    answer(NOT_FOUND, 404),
    answer({"detail": [{"msg": "chat has ended", "loc": ["path", "chat_id"]}]}, 400),
]


@pytest.mark.parametrize("reply", OVER)
def test_a_chat_that_is_over_or_unknown(reply: HttpAnswer) -> None:
    assert synthflow.read_answer(reply).outcome is Outcome.CHAT_OVER


@pytest.mark.parametrize(
    "reply",
    [
        answer({}, 400),
        answer(b"", 400),
        answer(b"<html>", 400),
        detail("message must not be empty"),
        detail("recommended message length exceeded"),
        detail(None),
        detail({"text": "chat has ended"}),
        answer({"detail": [{"msg": "field required", "loc": ["body", "message"]}]}, 422),
        answer({"detail": [None, "x"]}, 422),
        answer({"detail": 5}, 413),
    ],
)
def test_a_4xx_that_names_our_fault_is_refused(reply: HttpAnswer) -> None:
    result = synthflow.read_answer(reply)
    assert (result.outcome, result.raw) == (Outcome.REFUSED, reply.body)


def test_a_failure_names_its_reason_and_request() -> None:
    result = synthflow.read_answer(detail("message must not be empty"))
    assert (result.error, result.request_id) == ("Synthflow answered 400: message must not be empty", "req-1")
    validation = answer({"detail": [{"msg": "field required", "loc": ["body", "message"], "input": "secret"}]}, 422)
    assert synthflow.read_answer(validation).error == "Synthflow answered 422: body.message field required"
    assert synthflow.read_answer(answer({"detail": {"request_id": 9}}, 500, x_request_id="h")).request_id == "9"
    assert synthflow.read_answer(answer({}, 500, x_request_id="h")).request_id == "h"


STATUSES: list[tuple[int, dict[str, str], Outcome, Outcome]] = [
    # status, headers, a send, an opening
    (302, {"location": "https://elsewhere"}, Outcome.MISCONFIGURED, Outcome.MISCONFIGURED),
    (400, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (401, {}, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
    (403, {}, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
    (404, {}, Outcome.CHAT_OVER, Outcome.MISCONFIGURED),
    (402, {}, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
    (408, {}, Outcome.LOST, Outcome.LOST),
    (409, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (422, {}, Outcome.REFUSED, Outcome.MISCONFIGURED),
    (429, {}, Outcome.BUSY, Outcome.BUSY),
    (500, {}, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
    (502, {}, Outcome.LOST, Outcome.LOST),
    (503, {}, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
    (503, {"retry_after": "7"}, Outcome.BUSY, Outcome.BUSY),
    (504, {}, Outcome.LOST, Outcome.LOST),
    (530, {}, Outcome.LOST, Outcome.LOST),
]


@pytest.mark.parametrize(("status", "headers", "send", "opening"), STATUSES)
@pytest.mark.parametrize("body", [{}, {"detail": {"description": "no"}}, b""])
def test_statuses(status: int, headers: dict[str, str], send: Outcome, opening: Outcome, body: Any) -> None:
    if status >= 500 and not body:
        send = opening = Outcome.LOST  # whoever answers so may be a proxy
    reply = answer(body, status, **headers)
    assert synthflow.read_answer(reply).outcome is send
    assert synthflow.read_created(reply, CHAT).outcome is opening
    assert synthflow.read_page(reply).outcome is opening


def test_what_answers_from_elsewhere_says_nothing_about_a_chat() -> None:
    for reply in (answer(b"<html>nginx</html>", 404), answer(NO_ROUTE, 404)):
        assert synthflow.read_answer(reply).outcome is Outcome.MISCONFIGURED
        assert synthflow.read_created(reply, CHAT).outcome is Outcome.MISCONFIGURED
        history = synthflow.read_history(reply, CHAT)
        assert history
        assert history.outcome is Outcome.MISCONFIGURED


def test_refused_credentials_point_to_the_region() -> None:
    result = synthflow.read_answer(detail("Unauthorized: Invalid or expired token.", 401))
    assert result.outcome is Outcome.CREDENTIALS
    assert result.error
    assert "Invalid or expired token" in result.error
    assert "base_url" in result.error


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.LOST])
def test_a_failed_call_keeps_its_outcome_and_evidence(outcome: Outcome) -> None:
    failure = HttpFailure(outcome=outcome, hint="cut", error="the answer ended before its end", status=404, body=b"{}")
    history = synthflow.read_history(failure, CHAT)
    assert history is not None
    for result in (synthflow.read_answer(failure), synthflow.read_created(failure, CHAT), history):
        assert (result.outcome, result.hint, result.error) == (outcome, "cut", failure.error)
        assert (result.http_status, result.raw) == (404, b"{}")


# -- openings ---------------------------------------------------------------------------------------------------------


def test_a_created_chat_with_a_greeting() -> None:
    greeting = {"agent_message": "Hi there!", "current_state": "s", "timestamp": {}, "turn_number": 1}
    result = synthflow.read_created(fine(chat(initial_message=greeting)), CHAT)
    assert (result.outcome, result.chat_id, result.greeting, result.baseline) == (
        Outcome.ANSWERED,
        CHAT,
        "Hi there!",
        0,
    )


@pytest.mark.parametrize(
    ("response", "greeting", "baseline"),
    [
        (chat(), None, 0),
        (chat(entry(MODEL, "Hi!")), "Hi!", 0),
        (chat(entry("user", "yes"), entry(MODEL, "ok"), entry("User ", "yes")), None, 2),
        (without(chat(), "conversation_history", "transcript", "start_timestamp"), None, 0),
        (chat(conversation_history=None), None, 0),
        ({}, None, 0),
        (chat(entry("user", "x"), chat_status="completed"), None, 1),
    ],
)
def test_created_chats(response: Any, greeting: str | None, baseline: int) -> None:
    result = synthflow.read_created(fine(response), CHAT)
    assert (result.outcome, result.chat_id) == (Outcome.ANSWERED, CHAT)
    assert (result.greeting, result.baseline) == (greeting, baseline)


@pytest.mark.parametrize(
    "reply",
    [answer({"status": "ok"}), answer(b"OK"), fine([]), fine(chat(conversation_history="none")), fine(chat(None))],
)
def test_an_opening_that_cannot_be_read_is_lost(reply: HttpAnswer) -> None:
    assert synthflow.read_created(reply, CHAT).outcome is Outcome.LOST


def test_a_chat_that_exists_already() -> None:
    other = detail("chat already exists with different configuration")
    assert synthflow.read_created(other, CHAT).outcome is Outcome.MISCONFIGURED
    assert synthflow.read_created(detail("Chat already exists", 409), CHAT).outcome is Outcome.LOST


# -- read-back --------------------------------------------------------------------------------------------------------


def test_a_history() -> None:
    history = synthflow.read_history(
        fine(chat(entry(MODEL, "Hi!", 1), entry("user", "yes", 2), entry(MODEL, None, "3"), entry(7, 8, None))), CHAT
    )
    assert history
    assert (history.outcome, history.chat_id, history.ongoing) == (Outcome.ANSWERED, CHAT, True)
    assert history.entries == (
        HistoryEntry(role="agent", text="Hi!", number=1, state="s"),
        HistoryEntry(role="user", text="yes", number=2, state="s"),
        HistoryEntry(role="agent", text="", number=3, state="s"),
        HistoryEntry(role="agent", text="8", number=None, state="s"),
    )


@pytest.mark.parametrize(
    ("status", "ongoing"), [("ongoing", True), ("completed", False), ("cancelled", False), ("new", True), (None, True)]
)
def test_whether_a_chat_goes_on(status: Any, ongoing: bool) -> None:
    history = synthflow.read_history(fine(chat(chat_status=status)), CHAT)
    assert history
    assert history.ongoing is ongoing


PROVES_NOTHING: dict[str, tuple[HttpAnswer, Outcome]] = {
    "no response": (answer({"status": "ok"}), Outcome.LOST),
    "html": (answer(b"<html>"), Outcome.LOST),
    "no history": (fine(without(chat(), "conversation_history")), Outcome.LOST),
    "history null": (fine(chat(conversation_history=None)), Outcome.LOST),
    "history an object": (fine(chat(conversation_history={})), Outcome.LOST),
    "an entry null": (fine(chat(entry(MODEL, "Hi!"), None)), Outcome.LOST),
    "an entry without speaker": (fine(chat(without(entry("user", "yes"), "agent_id"))), Outcome.LOST),
    "an entry whose speaker is null": (fine(chat(entry(None, "yes"))), Outcome.LOST),
    "another chat": (fine(chat(chat_id="00000000-0000-0000-0000-000000000000")), Outcome.LOST),
    "the published 400": (answer({}, 400), Outcome.REFUSED),
    "an unknown route": (answer(NOT_FOUND, 404), Outcome.MISCONFIGURED),
    "the gateway": (answer(NO_ROUTE, 404), Outcome.MISCONFIGURED),
    "a redirect": (answer(b"", 302), Outcome.MISCONFIGURED),
    "credentials": (detail("Missing or invalid Authorization header", 401), Outcome.CREDENTIALS),
    "busy": (answer({}, 429, retry_after="7"), Outcome.BUSY),
    "server error": (detail("broken", 500), Outcome.SERVER_ERROR),
    "a page": (answer({}, 500), Outcome.LOST),
    "gateway time-out": (answer(b"", 504), Outcome.LOST),
}


@pytest.mark.parametrize("name", PROVES_NOTHING)
def test_what_proves_nothing_about_a_message(name: str) -> None:
    reply, outcome = PROVES_NOTHING[name]
    history = synthflow.read_history(reply, CHAT)
    assert history is not None
    assert (history.outcome, history.entries, history.chat_id) == (outcome, (), CHAT)
    assert history.error


@pytest.mark.parametrize(
    "reply", [detail("chat not found", 404), answer({}, 404), answer(b"", 404), detail("chat does not exist", 400)]
)
def test_a_chat_that_synthflow_does_not_know(reply: HttpAnswer) -> None:
    assert synthflow.read_history(reply, CHAT) is None


def test_an_id_in_other_letters_is_the_same_chat() -> None:
    history = synthflow.read_history(fine(chat(chat_id=CHAT.upper())), CHAT)
    assert history
    assert history.outcome is Outcome.ANSWERED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*chat(), *SENT, *entry(1, 1), "detail", "response", "description"]), inner)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([200, 400, 404, 422, 500]))
def test_no_body_makes_reading_raise(body: Any, status: int) -> None:
    for reply in (answer(body, status), answer({"response": body}, status), answer({"detail": body}, status)):
        assert synthflow.read_answer(reply).outcome in Outcome
        assert synthflow.read_created(reply, CHAT).outcome in Outcome
        assert synthflow.read_page(reply).outcome in Outcome
        history = synthflow.read_history(reply, CHAT)
        assert history is None or history.outcome in Outcome


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_page() -> None:
    row = {"chat_id": CHAT, "chat_status": "ongoing", "start_timestamp": TIME}
    page = synthflow.read_page(fine({"chats": [row, None, {}], "has_more": True, "next_cursor": "c2"}))
    assert page.chats == (ChatRow(id=CHAT, status="ongoing", started_at=TIME),)
    assert page.cursor == "c2"


@pytest.mark.parametrize(("more", "cursor"), [(False, "c2"), (True, ""), (True, None), (None, "c2")])
def test_the_last_page_has_no_cursor(more: Any, cursor: Any) -> None:
    page = synthflow.read_page(fine({"chats": [], "has_more": more, "next_cursor": cursor}))
    assert (page.outcome, page.chats, page.cursor) == (Outcome.ANSWERED, (), None)


@pytest.mark.parametrize("response", [None, {}, {"chats": None}])
def test_a_page_that_cannot_be_read(response: Any) -> None:
    assert synthflow.read_page(fine(response)).outcome is Outcome.LOST


# -- the class --------------------------------------------------------------------------------------------------------


def using(
    *answers: HttpAnswer | HttpFailure, use: Callable[[Synthflow], Awaitable[Any]], **options: Any
) -> tuple[Any, FakeHttp]:
    http = FakeHttp(list(answers))

    async def main() -> Any:
        async with Synthflow(TOKEN, http=http, **options) as client:
            return await use(client)

    result = asyncio.run(main())
    assert http.closed
    return result, http


def test_open_creates_the_chat_under_our_id() -> None:
    talk = conversation(agent=MODEL, context=("Customer: hello", "Agent: hi"))
    result, http = using(fine(chat()), use=lambda client: client.open(talk))
    assert (result.outcome, result.chat_id) == (Outcome.ANSWERED, CHAT)
    (asked,) = http.asked
    assert (asked.method, asked.url) == ("POST", f"https://api.us.synthflow.ai/v2/chat/{CHAT}")
    assert asked.headers == {"Authorization": f"Bearer {TOKEN}"}
    assert asked.json == {
        "model_id": MODEL,
        "metadata": {
            "turnwire_conversation": "12",
            "turnwire_key": "T-1001",
            "turnwire_route": "support",
            "context": ["Customer: hello", "Agent: hi"],
        },
    }


def test_opening_again_makes_the_same_request() -> None:
    _, first = using(fine(chat()), use=lambda client: client.open(conversation()))
    _, second = using(fine(chat()), use=lambda client: client.open(conversation()))
    assert first.asked == second.asked


@pytest.mark.parametrize("region", REGIONS.values())
def test_send_on_every_region(region: str) -> None:
    result, http = using(
        fine(SENT), use=lambda client: client.send(turn("hello", CHAT)), base_url=f"{region}/", deadline=7.0
    )
    assert result.answer == "Sure."
    (asked,) = http.asked
    assert (asked.method, asked.url, asked.deadline) == ("POST", f"{region}/chat/{CHAT}/messages", 7.0)
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.json == {"message": "hello"}


def test_a_chat_id_stays_one_part_of_the_path() -> None:
    _, http = using(fine(chat()), use=lambda client: client.read("../list?x=1"))
    assert http.asked[0].url.endswith("/v2/chat/..%2Flist%3Fx%3D1")


def test_find_counts_the_user_entries() -> None:
    result, http = using(
        fine(chat(entry(MODEL, "Hi!"), entry("user", "yes"))), use=lambda client: client.find(conversation())
    )
    assert (result.outcome, result.chat_id, result.baseline) == (Outcome.ANSWERED, CHAT, 1)
    assert (http.asked[0].method, http.asked[0].json) == ("GET", None)


def test_find_nothing_and_find_out_nothing() -> None:
    assert using(detail("chat not found", 404), use=lambda client: client.find(conversation()))[0] is None
    unclear, _ = using(detail("broken", 500), use=lambda client: client.find(conversation()))
    assert (unclear.outcome, unclear.chat_id) == (Outcome.SERVER_ERROR, "")


def test_list_chats() -> None:
    page = fine({"chats": [], "has_more": False, "next_cursor": ""})
    _, http = using(page, use=lambda client: client.list_chats(MODEL, limit=50, cursor="c2"))
    assert http.asked[0].params == {"agent_id": MODEL, "limit": "50", "cursor": "c2"}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (fine({"chats": [], "has_more": False, "next_cursor": ""}), Outcome.ANSWERED),
        (detail("Unauthorized: Invalid or expired token.", 401), Outcome.CREDENTIALS),
        (answer(NOT_FOUND, 404), Outcome.MISCONFIGURED),
        (answer(b"<html>Welcome</html>"), Outcome.LOST),
        (HttpFailure(outcome=Outcome.NOT_SENT, hint="dns", error="the host name cannot be resolved"), Outcome.NOT_SENT),
    ],
)
def test_check(reply: HttpAnswer | HttpFailure, outcome: Outcome) -> None:
    result, http = using(reply, use=lambda client: client.check())
    assert result.outcome is outcome
    assert http.asked[0].url == f"{REGIONS['us']}/chat"
    assert http.asked[0].params == {"limit": "1"}


def test_only_a_read_back_may_be_large() -> None:
    _, read = using(fine(chat()), use=lambda client: client.read(CHAT))
    _, sent = using(fine(SENT), use=lambda client: client.send(turn("hello", CHAT)))
    assert (read.asked[0].body_cap, sent.asked[0].body_cap) == (READ_CAP, BODY_CAP)


def test_neither_token_nor_text_shows_in_an_error() -> None:
    text = "my card is 4111 1111 1111 1111 and it was charged twice"
    for echo in (text, TOKEN):
        result, _ = using(detail(f"cannot handle {echo}"), use=lambda client: client.send(turn(text, CHAT)))
        assert result.outcome is Outcome.REFUSED
        assert TOKEN not in result.error
        assert "card" not in result.error


def test_capabilities() -> None:
    assert Synthflow(TOKEN).capabilities == Capabilities(reads_back=True, client_chosen_id=True)


def test_connect_takes_an_account() -> None:
    assert isinstance(connect(ProviderAccount(name="a", token=TOKEN, base_url=REGIONS["eu"])), Synthflow)
    with pytest.raises(ConfigurationError) as caught:
        connect(ProviderAccount(name="a", token=TOKEN, api="v1"))
    assert caught.value.field == "api"
