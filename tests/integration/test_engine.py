"""The engine in this process against the sandbox: every outcome, what follows, and that nothing is sent twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from connector.sandbox import Sandbox
from connector.storage import tables
from connector.values import Followup
from tests.kit import actions
from tests.kit.engine import EngineKit, in_order

ROUTES = ["osvi", "legacy", "synthflow"]


@pytest.fixture
def kit(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        yield kit


def build(database: str, sandbox: Sandbox, folder, **changes):
    return EngineKit(database, sandbox, folder, **changes)


@pytest.mark.parametrize("route", ROUTES)
def test_everything_is_answered_once_and_in_order(kit, route):
    kit.crowd(route, 12, 4)
    kit.settle()

    assert kit.statuses() == {"answered": 48}
    assert len(kit.processed()) == 48
    assert in_order(kit.processed())
    summary = kit.sandbox.summary()
    assert (summary["chats"], summary["repeated"], summary["concurrent"]) == (12, 0, 0)
    turn = kit.turns("C0")[0]
    assert turn.answer
    assert turn.ended_at >= turn.sent_at >= turn.accepted_at
    assert kit.attempts(turn.id) == [("open", "answered"), ("send", "answered")]
    assert kit.rows(tables.trouble) == []


def test_each_message_is_told_to_the_log_with_its_ids_and_never_its_words(kit):
    with capture_logs() as lines:
        kit.crowd("osvi", 3, 2)
        kit.settle()
    turns = [row.id for row in kit.rows(tables.turns)]
    for name in ("turn.sent", "turn.answered"):
        assert sorted(line["turn"] for line in lines if line["event"] == name) == turns
    received = [line for line in lines if line["event"] == "event.received"]
    assert sum(line.get("accepted", 0) + (line.get("status") == "accepted") for line in received) == 6
    answers = [turn.answer for turn in kit.rows(tables.turns)]
    texts = [turn.text for turn in kit.rows(tables.turns)]
    assert all(words not in str(lines) for words in (*answers, *texts))


def test_providers_do_not_wait_for_each_other(kit):
    for route in ROUTES:
        kit.crowd(route, 5, 2, prefix=route)
    kit.settle()
    assert kit.statuses() == {"answered": 30}


@pytest.mark.parametrize("fault", ["cut_after", "silence_after", "broken_body"])
def test_a_lost_answer_is_read_back_not_asked_for_again(database, turnwire_sandbox, tmp_path, fault):
    accounts = {"synthflow": {"deadline": "2s"}} if fault == "silence_after" else {}
    with build(database, turnwire_sandbox, tmp_path, accounts=accounts) as kit:
        turnwire_sandbox.add_rule(fault, match={"call": "send"})
        kit.crowd("synthflow", 1, 3)
        kit.settle()

        turns = kit.turns()
        assert [(turn.status, turn.settled_by) for turn in turns] == [
            ("answered", "read_back"),
            ("answered", None),
            ("answered", None),
        ]
        assert turns[0].answer == turns[1].answer  # the sandbox's agent answers alike to like texts
        assert kit.attempts(turns[0].id) == [("open", "answered"), ("send", "lost"), ("read_back", "answered")]
        assert len(kit.calls()) == 3
        assert in_order(kit.processed())
        assert kit.rows(tables.trouble) == []


def test_the_same_words_again_are_told_apart_when_read_back(kit):
    kit.receive("synthflow", "T-1", "yes", "yes", "yes")
    kit.sandbox.add_rule("cut_after", match={"call": "send"}, times=3)
    kit.settle()
    assert [(turn.status, turn.settled_by) for turn in kit.turns()] == [("answered", "read_back")] * 3
    assert kit.processed() == ["yes"] * 3


@pytest.mark.parametrize("fault", ["cut_before", "status_before"])
def test_what_never_arrived_is_sent_once_more_after_the_grace(kit, fault):
    kit.sandbox.add_rule(fault, match={"call": "send"})
    kit.crowd("synthflow", 1, 2)
    kit.settle()

    first, second = kit.turns()
    assert (first.status, second.status) == ("answered", "answered")
    calls = kit.attempts(first.id)
    assert [call for call, _ in calls].count("send") == 2
    assert ("read_back", "answered") in calls
    assert in_order(kit.processed())


def test_an_answer_lost_at_osvi_waits_for_a_person_and_holds_its_conversation_only(kit):
    kit.sandbox.add_rule("cut_after", match={"call": "send", "text": "C0 says 1"})
    kit.crowd("osvi", 2, 2)
    kit.settle()

    lost, waiting = kit.turns("C0")
    assert (lost.status, lost.reason, waiting.status) == ("unknown", "lost", "queued")
    assert kit.place("C0").held == "unknown"
    assert [row.turn_id for row in kit.rows(tables.trouble)] == [lost.id]
    assert [turn.status for turn in kit.turns("C1")] == ["answered"] * 2
    assert len(kit.processed()) == 3

    actions.resolve_turn(kit.database, lost.id, "answered", "it was seen", actor="ann")
    kit.settle()
    assert [turn.status for turn in kit.turns("C0")] == ["answered"] * 2
    assert len(kit.processed()) == 4
    assert kit.rows(tables.trouble) == []


@pytest.mark.parametrize(
    ("rule", "status", "settled_by", "sends"),
    [("resend", "answered", None, 2), ("fail", "failed", None, 1)],
)
def test_the_route_may_choose_otherwise_for_lost_answers(
    database, turnwire_sandbox, tmp_path, rule, status, settled_by, sends
):
    with build(database, turnwire_sandbox, tmp_path, routes={"osvi": {"on_lost": rule}}) as kit:
        kit.sandbox.add_rule("cut_after", match={"call": "send"})
        kit.crowd("osvi", 1, 2)
        kit.settle()
        first, second = kit.turns()
        assert (first.status, first.settled_by, second.status) == (status, settled_by, "answered")
        assert len([call for call in kit.attempts(first.id) if call[0] == "send"]) == sends


def test_an_error_of_the_server_is_sent_again_up_to_the_limit(kit):
    kit.sandbox.add_rule("status_before", match={"call": "send", "text": "C0"}, times=2)
    kit.sandbox.add_rule("status_before", match={"call": "send", "text": "C1"}, times=3)
    kit.crowd("osvi", 2)
    kit.settle()

    (mended,), (given_up,) = kit.turns("C0"), kit.turns("C1")
    assert (mended.status, mended.tries) == ("answered", 3)
    assert (given_up.status, given_up.reason, given_up.tries) == ("failed", "max_attempts: server_error", 3)
    assert [row.kind for row in kit.rows(tables.trouble)] == ["failed"]
    assert kit.processed() == ["C0 says 1"]

    actions.retry_turn(kit.database, given_up.id, actor="ann")
    kit.settle()
    assert kit.statuses() == {"answered": 2}


def test_what_the_provider_refuses_fails_and_the_next_turn_goes(kit):
    kit.sandbox.add_rule("status_before", match={"call": "send"}, status=422)
    kit.crowd("osvi", 1, 2)
    kit.settle()
    assert [(turn.status, turn.reason) for turn in kit.turns()] == [("failed", "refused"), ("answered", None)]
    failed = kit.turns()[0]
    bodies = kit.rows(tables.raw_bodies, tables.raw_bodies.c.turn_id == failed.id)
    assert b"could not be processed" in bodies[-1].body


def test_an_answer_that_cannot_be_stored_as_it_is_spoils_no_other(kit):
    poison = {"success": True, "data": {"session_id": "{chat}", "reply": "bad \x00 one", "state": "s\x00"}}
    kit.sandbox.add_rule("status_after", match={"call": "send", "text": "C1"}, status=200, body=poison)
    kit.crowd("osvi", 20)
    kit.settle()
    assert kit.statuses() == {"answered": 20}
    assert kit.turns("C1")[0].answer == "bad \N{REPLACEMENT CHARACTER} one"


def test_a_request_for_a_person_hands_the_conversation_off(kit):
    kit.receive("osvi", "T-1", "I want to talk to a human", "anybody there?")
    kit.settle()

    first, second = kit.turns()
    assert (first.status, second.status) == ("answered", "queued")
    conversation = kit.conversation("T-1")
    assert (conversation.status, conversation.reason) == ("handed_off", "help_requested")
    assert (kit.place("T-1").held, kit.place("T-1").ready_at) == ("handed_off", None)

    actions.resume_conversation(kit.database, conversation.id, actor="ann", answer_waiting=True, hands=kit.wiring.hands)
    kit.settle()
    assert (kit.turns()[1].status, bool(kit.turns()[1].answer)) == ("answered", True)
    assert kit.conversation("T-1").status == "open"


def test_an_answer_under_another_session_is_kept_and_a_person_looks(kit):
    body = {"success": True, "data": {"session_id": "somebody-elses", "reply": "Hello you", "state": "default"}}
    kit.sandbox.add_rule("status_after", match={"call": "send"}, status=200, body=body)
    kit.crowd("osvi", 1, 2)
    kit.settle()
    first, second = kit.turns()
    assert (first.status, first.answer, second.status) == ("answered", "Hello you", "queued")
    assert kit.conversation("C0").reason == "other_session"


@pytest.mark.parametrize("route", ROUTES)
def test_when_a_chat_has_ended_a_new_one_carries_on(kit, route):
    kit.sandbox.update_settings(end_chat_after=2)
    kit.crowd(route, 1, 3)
    kit.settle()

    assert kit.statuses() == {"answered": 3}
    assert kit.sandbox.summary()["chats"] == 2
    assert len(kit.processed()) == 3
    conversation = kit.conversation("C0")
    assert conversation.chat_number == 1
    chats = [turn.provider_chat_id for turn in kit.turns()]
    assert chats[0] == chats[1] != chats[2] == conversation.chat_id


def test_when_a_chat_has_ended_a_person_may_be_asked_instead(database, turnwire_sandbox, tmp_path):
    with build(database, turnwire_sandbox, tmp_path, routes={"osvi": {"on_chat_end": "hand_off"}}) as kit:
        kit.sandbox.update_settings(end_chat_after=1)
        kit.crowd("osvi", 1, 2)
        kit.settle()
        assert [turn.status for turn in kit.turns()] == ["answered", "queued"]
        assert kit.conversation("C0").reason == "chat_over"


def test_a_chat_that_synthflow_forgot_is_replaced(kit):
    kit.crowd("synthflow", 1)
    kit.settle()
    gone = {"detail": {"status": "error", "description": "chat does not exist"}}
    kit.sandbox.add_rule("status_before", match={"call": "send"}, status=404, body=gone)
    kit.sandbox.add_rule("status_before", match={"call": "read"}, status=404, body=gone)
    kit.receive("synthflow", "C0", "C0 says 2")
    kit.settle()
    assert kit.statuses() == {"answered": 2}
    assert kit.conversation("C0").chat_number == 1
    assert kit.turns()[1].settled_by is None


@pytest.mark.parametrize("route", ROUTES)
def test_an_opening_whose_answer_was_lost_is_looked_up_not_repeated(kit, route):
    kit.sandbox.add_rule("cut_after", match={"call": "open"})
    kit.crowd(route, 1)
    kit.settle()
    assert kit.statuses() == {"answered": 1}
    assert kit.processed() == ["C0 says 1"]
    # Legacy sessions cannot be looked up; a further one closes none.
    assert kit.sandbox.summary()["chats"] == (2 if route == "legacy" else 1)


def test_a_wrong_agent_pauses_its_route_after_one_conversation_and_no_other(database, turnwire_sandbox, tmp_path):
    routes = {"wrong": {"account": "osvi", "agent": "agent_wrong"}}
    with build(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        kit.crowd("wrong", 10)
        kit.crowd("osvi", 3, prefix="R")
        kit.until(lambda: kit.statuses().get("answered"), lambda answered: answered == 3)
        kit.engine.run_slice(1)

        assert kit.statuses() == {"answered": 3, "queued": 10}
        (paused,) = kit.rows(tables.routes, tables.routes.c.paused)
        assert (paused.name, paused.reason) == ("wrong", "misconfigured")
        opened = {row.turn_id for row in kit.rows(tables.attempts, tables.attempts.c.outcome == "misconfigured")}
        assert len(opened) == 1

    # Mended in the configuration and resumed, the waiting conversations go on with the right one.
    routes = {"wrong": {"account": "osvi", "agent": "agent_right"}}
    with build(database, turnwire_sandbox, tmp_path, routes=routes) as kit:
        actions.resume_route(kit.database, "wrong", actor="ann")
        kit.settle()
        assert kit.statuses() == {"answered": 13}
        assert {kit.conversation(f"C{number}").agent for number in range(10)} == {"agent_right"}


def test_turns_that_cannot_be_sent_are_given_up_in_the_end_and_a_retry_starts_anew(database, tmp_path):
    routes = {"osvi": {"give_up_after": "50ms"}}
    with EngineKit(database, None, tmp_path, routes=routes) as kit:
        kit.crowd("osvi", 1)
        kit.settle()
        (turn,) = kit.turns()
        assert (turn.status, turn.reason) == ("failed", "gave_up: not_sent")
        before = len(kit.attempts(turn.id))
        assert before >= 2

        actions.retry_turn(kit.database, turn.id, actor="ann")
        kit.settle()
        assert len(kit.attempts(turn.id)) >= before + 2


def test_a_follow_up_becomes_a_turn_when_it_is_due(kit):
    soon = datetime.now(UTC) + timedelta(seconds=0.4)
    (answer,) = kit.receive("osvi", "T-1", "still there?", due_at=soon, followup=Followup(keep=True))
    assert (answer.status, answer.turn_id) == ("scheduled", None)
    kit.receive("osvi", "T-1", "before that")
    kit.until(kit.statuses, lambda statuses: statuses.get("answered") == 2)
    first, second = kit.turns()
    assert (first.text, second.text, second.followup_id) == ("before that", "still there?", second.id)
    assert [row.status for row in kit.rows(tables.followups)] == ["sent"]


def test_an_unknown_turn_goes_to_a_person_when_nobody_settles_it(database, turnwire_sandbox, tmp_path):
    with build(database, turnwire_sandbox, tmp_path, routes={"osvi": {"unknown_after": "300ms"}}) as kit:
        kit.sandbox.add_rule("cut_after", match={"call": "send"})
        kit.crowd("osvi", 1, 2)
        handed_off = kit.until(lambda: [c for c in kit.rows(tables.conversations) if c.status == "handed_off"])
        assert handed_off[0].reason == "unknown_outcome"
        assert [turn.status for turn in kit.turns()] == ["unknown", "queued"]
