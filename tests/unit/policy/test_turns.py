"""What follows from what, as tables; the sums behind backoff, gates, slots and rates for any numbers at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.policy import turns as turn_policy
from connector.policy.turns import Decision, Move, RoutePolicy, Standing
from connector.values import Capabilities, History, HistoryEntry, Outcome, TurnStatus
from tests.kit.jitter import JITTER

QUEUED, ANSWERED, UNKNOWN, FAILED = (
    TurnStatus.QUEUED,
    TurnStatus.ANSWERED,
    TurnStatus.UNKNOWN,
    TurnStatus.FAILED,
)
NEITHER, READS, KEYED = Capabilities(), Capabilities(reads_back=True), Capabilities(idempotency_key=True)


def send(
    outcome: Outcome,
    capabilities: Capabilities = NEITHER,
    standing: Standing | None = None,
    retry_after: float | None = None,
    http_status: int | None = None,
    **rules: Any,
) -> Decision:
    standing, route = standing or Standing(), RoutePolicy(**rules)
    return turn_policy.after_send(outcome, standing, route, capabilities, JITTER, retry_after, http_status)


def short(decision: Decision) -> tuple[TurnStatus, Move, str | None, bool]:
    return decision.status, decision.move, decision.reason, decision.spends


@pytest.mark.parametrize(
    ("outcome", "capabilities", "rules", "expected"),
    [
        (Outcome.NOT_SENT, NEITHER, {}, (QUEUED, Move.AGAIN, "not_sent", False)),
        (Outcome.NOT_SENT, READS, {}, (QUEUED, Move.AGAIN, "not_sent", False)),
        (Outcome.BUSY, NEITHER, {}, (QUEUED, Move.AGAIN, "busy", False)),
        (Outcome.CREDENTIALS, NEITHER, {}, (QUEUED, Move.AGAIN, "credentials", False)),
        (Outcome.MISCONFIGURED, NEITHER, {}, (QUEUED, Move.AGAIN, "misconfigured", False)),
        (Outcome.REFUSED, NEITHER, {}, (FAILED, Move.ADVANCE, "refused", True)),
        (Outcome.REFUSED, READS, {}, (FAILED, Move.ADVANCE, "refused", True)),
        (Outcome.SERVER_ERROR, NEITHER, {}, (QUEUED, Move.AGAIN, "server_error", True)),
        (Outcome.SERVER_ERROR, NEITHER, {"on_server_error": "hold"}, (UNKNOWN, Move.HOLD, "server_error", True)),
        (Outcome.SERVER_ERROR, NEITHER, {"on_server_error": "fail"}, (FAILED, Move.ADVANCE, "server_error", True)),
        (Outcome.SERVER_ERROR, READS, {}, (UNKNOWN, Move.AGAIN, "server_error", False)),
        (Outcome.SERVER_ERROR, READS, {"on_server_error": "fail"}, (UNKNOWN, Move.AGAIN, "server_error", False)),
        (Outcome.SERVER_ERROR, KEYED, {"on_server_error": "fail"}, (QUEUED, Move.AGAIN, "server_error", True)),
        (Outcome.LOST, NEITHER, {}, (UNKNOWN, Move.HOLD, "lost", True)),
        (Outcome.LOST, NEITHER, {"on_lost": "resend"}, (QUEUED, Move.AGAIN, "lost", True)),
        (Outcome.LOST, NEITHER, {"on_lost": "fail"}, (FAILED, Move.ADVANCE, "lost", True)),
        (Outcome.LOST, READS, {"on_lost": "resend"}, (UNKNOWN, Move.AGAIN, "lost", False)),
        (Outcome.LOST, KEYED, {}, (QUEUED, Move.AGAIN, "lost", True)),
        (Outcome.CHAT_OVER, NEITHER, {}, (QUEUED, Move.NEW_CHAT, "chat_over", True)),
        (Outcome.CHAT_OVER, NEITHER, {"on_chat_end": "hand_off"}, (QUEUED, Move.HAND_OFF, "chat_over", False)),
        (Outcome.CHAT_OVER, READS, {}, (UNKNOWN, Move.AGAIN, "chat_over", False)),
    ],
)
def test_what_follows_a_send(outcome, capabilities, rules, expected):
    decision = send(outcome, capabilities, **rules)
    assert short(decision) == expected
    assert decision.pause_route == (outcome is Outcome.MISCONFIGURED)
    assert decision.settled_by is None


@pytest.mark.parametrize("outcome", [Outcome.SERVER_ERROR, Outcome.LOST, Outcome.CHAT_OVER])
def test_a_turn_has_so_many_tries(outcome):
    rules = {"on_lost": "resend", "max_attempts": 3}
    assert send(outcome, standing=Standing(tries=1), **rules).status is QUEUED
    last = send(outcome, standing=Standing(tries=2), **rules)
    assert short(last) == (FAILED, Move.ADVANCE, f"max_attempts: {outcome}", True)


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.BUSY])
def test_what_was_not_sent_spends_no_try_but_is_given_up_in_the_end(outcome):
    assert send(outcome, standing=Standing(tries=99, age=10), give_up_after=11).status is QUEUED
    assert short(send(outcome, standing=Standing(age=11), give_up_after=11)) == (
        FAILED,
        Move.ADVANCE,
        f"gave_up: {outcome}",
        False,
    )


@pytest.mark.parametrize(
    ("capabilities", "rules", "expected"),
    [
        (NEITHER, {}, (QUEUED, Move.AGAIN, "busy", True)),
        (NEITHER, {"on_server_error": "hold"}, (UNKNOWN, Move.HOLD, "busy", True)),
        (NEITHER, {"on_server_error": "fail"}, (FAILED, Move.ADVANCE, "busy", True)),
        (READS, {}, (UNKNOWN, Move.AGAIN, "busy", False)),
        (KEYED, {}, (QUEUED, Move.AGAIN, "busy", True)),
    ],
)
def test_a_503_is_an_error_of_the_servers_whatever_wait_it_names(capabilities, rules, expected):
    decision = send(Outcome.BUSY, capabilities, retry_after=77.0, http_status=503, **rules)
    assert short(decision) == expected
    if decision.status is QUEUED:
        assert decision.delay == 77.0
    last = send(Outcome.BUSY, NEITHER, standing=Standing(tries=2), retry_after=0.0, http_status=503)
    assert short(last) == (FAILED, Move.ADVANCE, "max_attempts: busy", True)


@pytest.mark.parametrize(("status", "reason"), [(401, "credentials"), (402, "credit"), (403, "credentials")])
def test_an_account_that_is_refused_keeps_its_turns_and_says_why(status, reason):
    kept = QUEUED, Move.AGAIN, reason, False
    assert short(send(Outcome.CREDENTIALS, http_status=status)) == kept
    opened = turn_policy.after_open(Outcome.CREDENTIALS, Standing(), RoutePolicy(), JITTER, None, status)
    assert short(opened) == kept


@pytest.mark.parametrize("outcome", [Outcome.MISCONFIGURED, Outcome.REFUSED])
@pytest.mark.parametrize(
    ("status", "alone"),
    [(200, True), (400, True), (403, True), (409, True), (413, True), (422, True),
     (None, False), (302, False), (404, False), (405, False)],
)  # fmt: skip
def test_a_refused_opening_may_be_one_conversations_own_or_all_of_its_routes(outcome, status, alone):
    decision = turn_policy.after_open(outcome, Standing(), RoutePolicy(), JITTER, None, status)
    own = QUEUED, Move.HAND_OFF, "not_opened", False
    assert short(decision) == (own if alone else (QUEUED, Move.AGAIN, "misconfigured", False))
    assert decision.pause_route is not alone


def test_what_a_provider_asks_to_wait_is_waited():
    assert send(Outcome.BUSY, retry_after=77.0).delay == 77.0
    assert send(Outcome.BUSY, standing=Standing(delays=8), retry_after=1.0).delay == 512.0


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("capabilities", [NEITHER, READS, KEYED])
@pytest.mark.parametrize("rule", ["resend", "hold", "fail"])
def test_nothing_that_may_have_been_delivered_is_sent_again_unless_somebody_chose_so(outcome, capabilities, rule):
    if outcome is Outcome.ANSWERED:
        return
    decision = send(outcome, capabilities, on_lost=rule, on_server_error=rule)
    doubtful = outcome in {Outcome.LOST, Outcome.SERVER_ERROR}
    if doubtful and decision.status is QUEUED:
        assert capabilities.idempotency_key or (rule == "resend" and not capabilities.reads_back)
    if outcome in {Outcome.CREDENTIALS, Outcome.MISCONFIGURED, Outcome.BUSY, Outcome.NOT_SENT}:
        assert decision.status is QUEUED, "no turn is burnt for what is not its fault"
        assert not decision.spends


@pytest.mark.parametrize(
    ("outcome", "paused", "reason"),
    [
        (Outcome.NOT_SENT, False, "not_sent"),
        (Outcome.LOST, False, "lost"),
        (Outcome.SERVER_ERROR, False, "server_error"),
        (Outcome.BUSY, False, "busy"),
        (Outcome.CREDENTIALS, False, "credentials"),
        (Outcome.MISCONFIGURED, True, "misconfigured"),
        (Outcome.REFUSED, True, "misconfigured"),
        (Outcome.CHAT_OVER, True, "misconfigured"),
    ],
)
def test_a_chat_that_cannot_be_opened_burns_no_turn(outcome, paused, reason):
    decision = turn_policy.after_open(outcome, Standing(), RoutePolicy(), JITTER, None)
    assert short(decision) == (QUEUED, Move.AGAIN, reason, False)
    assert decision.pause_route == paused


def test_answers_and_whether_a_person_must_look():
    assert short(turn_policy.after_answer(moved=False, human=False)) == (ANSWERED, Move.ADVANCE, None, True)
    assert short(turn_policy.after_answer(moved=False, human=True)) == (ANSWERED, Move.HAND_OFF, "help_requested", True)
    assert short(turn_policy.after_answer(moved=True, human=True)) == (ANSWERED, Move.HAND_OFF, "other_session", True)


@pytest.mark.parametrize(
    ("capabilities", "rule", "status", "move", "settled_by"),
    [
        (NEITHER, "hold", UNKNOWN, Move.HOLD, None),
        (NEITHER, "resend", QUEUED, Move.AGAIN, "policy"),
        (NEITHER, "fail", FAILED, Move.ADVANCE, "policy"),
        (READS, "fail", UNKNOWN, Move.AGAIN, None),
        (KEYED, "hold", QUEUED, Move.AGAIN, "policy"),
    ],
)
def test_a_turn_whose_worker_died_is_as_one_whose_answer_was_lost(capabilities, rule, status, move, settled_by):
    decision = turn_policy.after_worker_lost(Standing(), RoutePolicy(on_lost=rule), capabilities, JITTER)
    assert (decision.status, decision.move, decision.settled_by) == (status, move, settled_by)


# --- reading back -----------------------------------------------------------------------------------------------------


def user(text: str) -> HistoryEntry:
    return HistoryEntry(role="user", text=text)


def agent(text: str) -> HistoryEntry:
    return HistoryEntry(role="agent", text=text, state="main")


def read(
    *entries: HistoryEntry,
    before: int = 0,
    text: str = "mine",
    ongoing: bool = True,
    doubt: float = 0.0,
    over: bool = False,
    tries: int = 0,
    **rules: Any,
) -> Decision:
    history = History(chat_id="c", ongoing=ongoing, entries=entries)
    standing = Standing(doubt=doubt, over=over, tries=tries)
    route = RoutePolicy(**{"grace": 60.0, **rules})
    return turn_policy.after_read(history, text=text, before=before, standing=standing, policy=route, jitter=JITTER)


GREETING = agent("Hi!")


@pytest.mark.parametrize("greeting", [(), (GREETING,)])
def test_the_entry_in_our_place_with_its_answer_is_adopted(greeting):
    entries = [*greeting, user("earlier"), agent("so"), user("mine"), agent("the answer"), user("later")]
    numbered = [replace(entry, number=number) for number, entry in enumerate(entries, 1)]
    decision = read(*numbered, before=1)
    assert (decision.status, decision.move, decision.settled_by) == (ANSWERED, Move.ADVANCE, "read_back")
    assert (decision.answer, decision.provider_turn) == ("the answer", 4 + len(greeting))
    assert decision.agent_state == "main"


def test_like_texts_in_a_row_are_told_apart_by_their_place():
    entries = [user("yes"), agent("one"), user("yes"), agent("two"), user("yes")]
    assert read(*entries, before=1, text="yes").answer == "two"
    last = read(*entries, before=2, text="yes")
    assert (last.status, last.move) == (UNKNOWN, Move.AGAIN), "delivered, not answered yet: never sent again"


@pytest.mark.parametrize("kept", ["mine  and\nmore", "ｍｉｎｅ and more", " mine and more "])
def test_a_text_that_the_provider_tidied_is_recognised(kept):
    assert read(user(kept), agent("ok"), text="mine\tand more").status is ANSWERED


def test_another_text_in_our_place_proves_nothing():
    decision = read(user("somebody else's"), agent("ok"))
    assert (decision.status, decision.move, decision.reason) == (UNKNOWN, Move.HOLD, "other_text")
    assert read(user("Mine"), agent("ok")).reason == "other_text", "letter case counts"


def test_not_there_counts_only_after_the_grace_and_leads_to_one_more_send():
    early = read(user("earlier"), agent("so"), before=1, doubt=59.0)
    assert (early.status, early.move) == (UNKNOWN, Move.AGAIN)
    late = read(user("earlier"), agent("so"), before=1, doubt=60.0)
    assert (late.status, late.move, late.spends, late.settled_by) == (QUEUED, Move.AGAIN, True, "read_back")
    assert late.delay == 0.0
    assert read(before=0, doubt=60.0, tries=2, max_attempts=3).status is FAILED


def test_a_history_with_less_than_we_know_of_is_partial_and_proves_nothing():
    decision = read(user("earlier"), before=2, doubt=3600.0)
    assert (decision.status, decision.move) == (UNKNOWN, Move.AGAIN)


def test_a_chat_that_ended_without_ours_is_over():
    assert read(ongoing=False, doubt=10.0).status is UNKNOWN
    assert short(read(ongoing=False, doubt=60.0)) == (QUEUED, Move.NEW_CHAT, "chat_over", True)
    assert read(ongoing=False, doubt=60.0, on_chat_end="hand_off").move is Move.HAND_OFF
    # The send itself was answered with "this chat has ended": there is nothing to wait for.
    assert short(read(ongoing=False, doubt=0.0, over=True)) == (QUEUED, Move.NEW_CHAT, "chat_over", True)


def test_a_chat_that_ended_with_ours_unanswered_is_for_a_person():
    decision = read(user("mine"), ongoing=False)
    assert (decision.status, decision.move, decision.reason) == (UNKNOWN, Move.HOLD, "ended_unanswered")


def test_a_chat_nobody_knows_proves_something_only_if_the_send_was_told_so_too():
    def gone(over: bool) -> Decision:
        standing = Standing(over=over)
        return turn_policy.after_read(None, text="x", before=0, standing=standing, policy=RoutePolicy(), jitter=JITTER)

    assert (gone(False).status, gone(False).move, gone(False).reason) == (UNKNOWN, Move.HOLD, "chat_gone")
    assert (gone(True).status, gone(True).move) == (QUEUED, Move.NEW_CHAT)


@pytest.mark.parametrize("ongoing", [True, False])
def test_a_record_that_lacks_its_beginning_proves_nothing(ongoing):
    """Two of three messages are shown, as many as stood before ours: counted alone, ours would seem to be missing."""
    shown = [user("second"), agent("two"), user("mine"), agent("the answer")]
    late = Standing(doubt=9e9)

    def seen(entries: list[HistoryEntry], previous: str | None) -> Decision:
        history = History(chat_id="c", ongoing=ongoing, entries=tuple(entries))
        return turn_policy.after_read(
            history, text="mine", before=2, standing=late, policy=RoutePolicy(), jitter=JITTER, previous=previous
        )

    numbered = [replace(entry, number=number) for number, entry in enumerate(shown, 3)]
    for decision in (seen(shown, "second"), seen(numbered, None), seen(numbered, "mine")):
        assert (decision.status, decision.move) == (UNKNOWN, Move.AGAIN)
    complete = [user("first"), agent("one"), user("second"), agent("two")]
    assert seen(complete, "second").status is QUEUED
    assert seen(complete, None).status is QUEUED


@pytest.mark.parametrize("outcome", [Outcome.LOST, Outcome.BUSY, Outcome.CREDENTIALS, Outcome.SERVER_ERROR])
def test_a_read_that_fails_teaches_nothing(outcome):
    history = History(outcome=outcome, retry_after=40.0)
    decision = turn_policy.after_read(
        history, text="x", before=0, standing=Standing(doubt=9e9), policy=RoutePolicy(), jitter=JITTER
    )
    assert (decision.status, decision.move, decision.delay) == (UNKNOWN, Move.AGAIN, 40.0)


entries_of_a_chat = st.lists(
    st.builds(HistoryEntry, role=st.sampled_from(["user", "agent"]), text=st.sampled_from(["mine", "other"])),
    max_size=6,
)


@given(entries=entries_of_a_chat, before=st.integers(0, 5), ongoing=st.booleans(), doubt=st.floats(0, 1e6))
def test_whatever_a_history_says_ours_is_never_sent_again_once_it_is_in_there(entries, before, ongoing, doubt):
    decision = read(*entries, before=before, ongoing=ongoing, doubt=doubt)
    users = [entry for entry in entries if entry.role == "user"]
    if decision.status is QUEUED:
        assert len(users) == before
        assert doubt >= 60.0
    if decision.status is ANSWERED:
        assert users[before].text == "mine"
    assert 0.0 <= decision.delay <= turn_policy.READ_BACK_CAP


# --- an agent's state --------------------------------------------------------------------------------------------

GIVES_AWAY = RoutePolicy(hand_off_states=frozenset({turn_policy.state_name(" Escalated ")}))


def answered(state: str | None, move: Move = Move.ADVANCE) -> Decision:
    return Decision(status=ANSWERED, move=move, agent_state=state, spends=True)


@pytest.mark.parametrize("state", ["escalated", "ESCALATED", " Escalated\n"])
def test_a_state_of_the_routes_takes_the_conversation_to_a_person(state):
    decision = turn_policy.by_state(answered(state), GIVES_AWAY)
    assert short(decision) == (ANSWERED, Move.HAND_OFF, "agent_state", True)


@pytest.mark.parametrize("state", [None, "", "escalated_later", "main"])
def test_other_states_do_not(state):
    assert turn_policy.by_state(answered(state), GIVES_AWAY) == answered(state)
    assert turn_policy.by_state(answered(state), RoutePolicy()) == answered(state)


def test_what_was_decided_otherwise_stays():
    moved = replace(answered("escalated", Move.HAND_OFF), reason="other_session")
    assert turn_policy.by_state(moved, GIVES_AWAY) == moved
    doubted = Decision(status=UNKNOWN, move=Move.HOLD, agent_state="escalated")
    assert turn_policy.by_state(doubted, GIVES_AWAY) == doubted
