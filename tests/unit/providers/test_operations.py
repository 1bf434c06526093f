"""What the engine may ask a provider beside the conversation: holding, briefing, releasing, ending, forgetting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connector.http import HttpAnswer, HttpFailure
from connector.policy.handoffs import DAY, after_call
from connector.providers import osvi_operations, synthflow
from connector.providers.osvi import Osvi
from connector.providers.synthflow import Synthflow
from connector.values import CallResult, OutboxStatus, Outcome
from tests.kit.provider_fakes import AGENT, CHAT, FakeHttp, answer, conversation

TALK = conversation(chat_id=CHAT)
LOST = HttpFailure(outcome=Outcome.LOST, error="nothing came back", hint="deadline")
GONE = answer({"success": False, "errors": ["no active session"]}, 404)


def record(**changes: Any) -> HttpAnswer:
    session = {"id": CHAT, "mode": "ai", "status": "active", "help_requested": False, "metadata": {"context": ["old"]}}
    return answer({"success": True, "data": session | changes})


def done(**data: Any) -> HttpAnswer:
    return answer({"success": True, "data": {"state": "ok", "session_id": CHAT} | data})


def asked(verb: str, *answers: HttpAnswer | HttpFailure, again: bool = False, api: Any = "v1") -> tuple[Any, list[Any]]:
    """What OSVI's client makes of it, and (path, body) of what it asked."""
    http = FakeHttp(list(answers))

    async def main() -> Any:
        async with Osvi("sixteen-letters1", api=api, http=http) as client:
            told = ("She paid.",) if verb == "brief" else ()
            return await getattr(client, verb)(TALK, *told, again=again)

    result = asyncio.run(main())
    return result, [(call.url.removeprefix("https://api.osvi.ai"), call.json) for call in http.asked]


LOOK = ("/v1/chat/session/active", None)
SUPPORT = f"/v1/chat/session/{CHAT}/support"
INJECT = (f"/v1/chat/session/{CHAT}/inject_context", {"context": "She paid."})


def test_a_session_is_taken_over_unless_somebody_has_it_already() -> None:
    result, calls = asked("hold", record(), done(command="takeover", active_human="ann@example.com"))
    assert (result.outcome, result.active_human) == (Outcome.ANSWERED, "ann@example.com")
    assert calls == [LOOK, (SUPPORT, {"command": "takeover"})]
    result, calls = asked("hold", record(mode="support"))
    assert (result.outcome, calls) == (Outcome.ANSWERED, [LOOK])


def test_a_session_that_the_look_up_does_not_show_is_taken_over_all_the_same() -> None:
    result, calls = asked("hold", GONE, done())
    assert (result.outcome, len(calls)) == (Outcome.ANSWERED, 2)
    result, calls = asked("hold", record(id="another"), done())
    assert len(calls) == 2
    result, calls = asked("hold", LOST)
    assert (result.outcome, len(calls)) == (Outcome.LOST, 1)


def test_a_session_is_given_back() -> None:
    assert asked("release", done())[1] == [(SUPPORT, {"command": "end"})]
    result, calls = asked("release", record(), again=True)
    assert (result.outcome, calls) == (Outcome.ANSWERED, [LOOK])
    for state in ({"mode": "support"}, {"help_requested": True}):
        assert len(asked("release", record(**state), done(), again=True)[1]) == 2


def test_a_note_is_told_once() -> None:
    assert asked("brief", done(context=["old", "She paid."]))[1] == [INJECT]
    result, calls = asked("brief", record(metadata={"context": ["old", "She paid."]}), again=True)
    assert (result.outcome, calls) == (Outcome.ANSWERED, [LOOK])
    for seen in (record(), record(metadata=None), record(metadata={"context": "She paid."}), GONE, LOST):
        assert asked("brief", seen, done(), again=True)[1] == [LOOK, INJECT]


def test_a_session_is_closed() -> None:
    assert asked("end", done())[1] == [(SUPPORT, {"command": "close"})]


def test_what_legacy_has() -> None:
    result, calls = asked("hold", done(message="Session paused"), api="legacy")
    assert (result.outcome, calls) == (
        Outcome.ANSWERED,
        [(f"/chat_sessions/{CHAT}/pause_session", {"agent_uuid": AGENT})],
    )
    result, calls = asked("release", done(), api="legacy")
    assert (result.outcome, calls) == (Outcome.ANSWERED, [])
    assert asked("brief", done(), api="legacy") == (None, [])
    result, calls = asked("end", done(summary="All is well."), api="legacy")
    assert (result.summary, calls) == (
        "All is well.",
        [(f"/chat_sessions/{CHAT}/close_session", {"agent_uuid": AGENT})],
    )


ANSWERS: list[tuple[HttpAnswer | HttpFailure, Outcome]] = [
    (done(), Outcome.ANSWERED),
    (answer({"success": True, "data": {"success": True}}), Outcome.ANSWERED),
    (GONE, Outcome.CHAT_OVER),
    (answer(b"<html>", 404), Outcome.MISCONFIGURED),
    (answer({"success": False, "errors": ["no"]}, 422), Outcome.REFUSED),
    (answer({"success": False, "errors": ["no"]}), Outcome.REFUSED),
    (answer({"success": False, "error": "Invalid API token"}, 401), Outcome.CREDENTIALS),
    (answer({"success": False, "errors": ["disabled"]}, 403), Outcome.REFUSED),
    (answer({"success": False, "errors": ["x"]}, 500), Outcome.SERVER_ERROR),
    (answer({"success": False, "errors": ["x"]}, 503, retry_after="7"), Outcome.BUSY),
    (answer(b"<html>", 503, retry_after="7"), Outcome.LOST),
    (answer(b"", 200), Outcome.LOST),
    (answer([], 200), Outcome.LOST),
    (answer({"success": True, "data": None}), Outcome.LOST),
    (LOST, Outcome.LOST),
]


@pytest.mark.parametrize(("reply", "outcome"), ANSWERS)
@pytest.mark.parametrize("name", ["read_paused", "read_closed", "read_supported", "read_context_added"])
def test_every_answer_of_an_operation_has_its_outcome(name: str, reply: Any, outcome: Outcome) -> None:
    result = getattr(osvi_operations, name)(reply)
    assert result.outcome is outcome
    assert (result.error is None) == (outcome is Outcome.ANSWERED)


def test_a_context_of_another_kind_is_no_context() -> None:
    assert osvi_operations.read_context_added(done(context=["a", 5, None, "b"])).context == ("a", "b")
    assert osvi_operations.read_context_added(done(context="a")).context == ()


def test_an_error_does_not_repeat_the_note() -> None:
    http = FakeHttp([answer({"success": False, "errors": ["bad context: The customer's secret words"]}, 422)])

    async def main() -> Any:
        async with Osvi("sixteen-letters1", http=http) as client:
            return await client.inject_context(CHAT, "The customer's secret words")

    error = asyncio.run(main()).error
    assert "bad context" in error
    assert "secret" not in error


DELETED: list[tuple[HttpAnswer | HttpFailure, Outcome]] = [
    (answer({"status": "ok"}), Outcome.ANSWERED),
    (answer(b"", 200), Outcome.ANSWERED),
    (answer({"detail": {"description": "Chat 7 not found"}}, 400), Outcome.CHAT_OVER),
    (answer({"detail": {"description": "Chat not found"}}, 404), Outcome.CHAT_OVER),
    (answer({"detail": "Not Found"}, 404), Outcome.REFUSED),
    (answer({"error": "not_found", "message": "No route matched"}, 404), Outcome.MISCONFIGURED),
    (answer({}, 400), Outcome.REFUSED),
    (answer({"detail": {"description": "Unauthorized"}}, 401), Outcome.CREDENTIALS),
    (answer({"detail": "x"}, 500), Outcome.SERVER_ERROR),
    (answer({}, 500), Outcome.LOST),
    (LOST, Outcome.LOST),
]


@pytest.mark.parametrize(("reply", "outcome"), DELETED)
def test_every_answer_to_a_delete_has_its_outcome(reply: Any, outcome: Outcome) -> None:
    result = synthflow.read_deleted(reply)
    assert result.outcome is outcome
    assert (result.error is None) == (outcome is Outcome.ANSWERED)


def test_synthflow_forgets_and_can_do_nothing_else() -> None:
    http = FakeHttp([answer({"status": "ok"})])

    async def main() -> Any:
        async with Synthflow("key", http=http) as client:
            assert not any(hasattr(client, verb) for verb in ("hold", "release", "brief", "end"))
            return await client.forget(TALK, again=False)

    assert asyncio.run(main()).outcome is Outcome.ANSWERED
    (call,) = http.asked
    assert (call.method, call.url) == ("DELETE", f"https://api.us.synthflow.ai/v2/chat/{CHAT}")


def test_an_outbound_start_names_its_conversation() -> None:
    http = FakeHttp([answer({"status": "ok", "response": {"conversation_id": "c-1"}})])

    async def main() -> Any:
        async with Synthflow("key", http=http) as client:
            return await client.create_outbound("m", "sms", "+15559876543", "+15551234567", initial_message="Hi")

    assert asyncio.run(main()).conversation_id == "c-1"
    assert http.asked[0].json == {
        "agent_id": "m",
        "channel": "sms",
        "to_number": "+15559876543",
        "from_number": "+15551234567",
        "initial_message": "Hi",
    }
    assert synthflow.read_started(answer({"status": "ok"})).outcome is Outcome.LOST


# -- what follows -----------------------------------------------------------------------------------------------------

FOLLOWS = [
    (Outcome.ANSWERED, OutboxStatus.DONE),
    (Outcome.CHAT_OVER, OutboxStatus.DONE),
    (Outcome.REFUSED, OutboxStatus.FAILED),
    (Outcome.LOST, OutboxStatus.QUEUED),
    (Outcome.SERVER_ERROR, OutboxStatus.QUEUED),
    (Outcome.CREDENTIALS, OutboxStatus.QUEUED),
    (Outcome.MISCONFIGURED, OutboxStatus.QUEUED),
]


@pytest.mark.parametrize(("outcome", "status"), FOLLOWS)
def test_what_follows_from_an_outside_call(outcome: Outcome, status: OutboxStatus) -> None:
    result = CallResult(outcome=outcome, retry_after=9.0)
    found, _, delay = after_call(result, age=10.0, delay=3.0)
    assert (found, delay) == (status, 9.0 if status is OutboxStatus.QUEUED else 0.0)
    late, reason, _ = after_call(result, age=4 * DAY, delay=3.0)
    assert late is (OutboxStatus.FAILED if status is OutboxStatus.QUEUED else status)
    assert (reason or "").startswith("gave_up") is (status is OutboxStatus.QUEUED)


def test_what_a_provider_cannot_do_is_skipped() -> None:
    assert after_call(None, age=0.0, delay=3.0)[0] is OutboxStatus.SKIPPED
