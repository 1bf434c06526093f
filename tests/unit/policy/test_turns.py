"""What follows from what, as tables; the sums behind backoff, gates, slots and rates for any numbers at all."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.policy import turns as policy
from connector.policy.turns import BACKOFF_CAP, Decision, Gate, GateReason, Limits, Move, Report, RoutePolicy, Standing
from connector.values import Capabilities, History, HistoryEntry, Outcome, TurnStatus

QUEUED, ANSWERED, UNKNOWN, FAILED = (
    TurnStatus.QUEUED,
    TurnStatus.ANSWERED,
    TurnStatus.UNKNOWN,
    TurnStatus.FAILED,
)
NEITHER, READS, KEYED = Capabilities(), Capabilities(reads_back=True), Capabilities(idempotency_key=True)


class Longest(random.Random):
    """Jitter that never shortens a delay."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


JITTER = Longest()


def send(
    outcome: Outcome,
    capabilities: Capabilities = NEITHER,
    standing: Standing | None = None,
    retry_after: float | None = None,
    **rules: Any,
) -> Decision:
    route = RoutePolicy(**rules)
    return policy.after_send(outcome, standing or Standing(), route, capabilities, JITTER, retry_after)


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
    decision = policy.after_open(outcome, Standing(), RoutePolicy(), JITTER, None)
    assert short(decision) == (QUEUED, Move.AGAIN, reason, False)
    assert decision.pause_route == paused


def test_answers_and_whether_a_person_must_look():
    assert short(policy.after_answer(moved=False, human=False)) == (ANSWERED, Move.ADVANCE, None, True)
    assert short(policy.after_answer(moved=False, human=True)) == (ANSWERED, Move.HAND_OFF, "help_requested", True)
    assert short(policy.after_answer(moved=True, human=True)) == (ANSWERED, Move.HAND_OFF, "other_session", True)


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
    decision = policy.after_worker_lost(Standing(), RoutePolicy(on_lost=rule), capabilities, JITTER)
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
    return policy.after_read(history, text=text, before=before, standing=standing, policy=route, jitter=JITTER)


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
        return policy.after_read(None, text="x", before=0, standing=standing, policy=RoutePolicy(), jitter=JITTER)

    assert (gone(False).status, gone(False).move, gone(False).reason) == (UNKNOWN, Move.HOLD, "chat_gone")
    assert (gone(True).status, gone(True).move) == (QUEUED, Move.NEW_CHAT)


@pytest.mark.parametrize("ongoing", [True, False])
def test_a_record_that_lacks_its_beginning_proves_nothing(ongoing):
    """Two of three messages are shown, as many as stood before ours: counted alone, ours would seem to be missing."""
    shown = [user("second"), agent("two"), user("mine"), agent("the answer")]
    late = Standing(doubt=9e9)

    def seen(entries: list[HistoryEntry], previous: str | None) -> Decision:
        history = History(chat_id="c", ongoing=ongoing, entries=tuple(entries))
        return policy.after_read(
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
    decision = policy.after_read(
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
    assert 0.0 <= decision.delay <= policy.READ_BACK_CAP


# --- delays, gates, shares --------------------------------------------------------------------------------------------


@given(delays=st.integers(0, 10**6), seed=st.integers())
def test_backoff_grows_to_its_cap_and_is_jittered_in_full(delays, seed):
    most = policy.backoff(delays, JITTER)
    assert most == min(BACKOFF_CAP, 2.0 * 2.0 ** min(delays, 30))
    assert 0.0 <= policy.backoff(delays, random.Random(seed)) <= most


def after(gate: Gate, *outcomes: Outcome, cap: int = 8, retry_after: float | None = None) -> Gate:
    for outcome in outcomes:
        gate = policy.gate_after(gate, Report(outcome=outcome, retry_after=retry_after), cap, JITTER)
    return gate


def reopened(gate: Gate) -> Gate:
    """The same gate once its time is over."""
    return Gate(level=gate.level, streak=gate.streak, ramp=gate.ramp)


@pytest.mark.parametrize("failure", [Outcome.NOT_SENT, Outcome.SERVER_ERROR, Outcome.LOST])
def test_a_streak_of_failures_closes_the_gate_and_a_success_breaks_it(failure):
    assert after(Gate(), *[failure] * 4).closed_for is None
    assert after(Gate(), *[failure] * 4, Outcome.ANSWERED, *[failure] * 4).closed_for is None
    closed = after(Gate(), *[failure] * 5)
    assert (closed.reason, closed.ramp, closed.level) == (GateReason.FAILING, 1, 1)
    assert closed.closed_for == 3.0


def test_what_was_in_flight_when_the_gate_closed_neither_opens_nor_lengthens_it():
    closed = after(Gate(), *[Outcome.LOST] * 5)
    assert after(closed, *[Outcome.LOST] * 50) == closed
    assert after(closed, *[Outcome.ANSWERED] * 50) == closed
    assert after(closed, Outcome.CREDENTIALS).reason is GateReason.CREDENTIALS


def test_a_probe_that_fails_closes_for_longer_and_one_that_succeeds_lets_more_through():
    first = after(Gate(), *[Outcome.LOST] * 5)
    second = after(reopened(first), Outcome.LOST)
    third = after(reopened(second), Outcome.LOST)
    assert [gate.closed_for for gate in (first, second, third)] == [3.0, 5.0, 9.0]
    assert [gate.level for gate in (first, second, third)] == [1, 2, 3]
    ramping = after(reopened(third), Outcome.ANSWERED)
    assert (ramping.ramp, ramping.level, ramping.closed_for) == (2, 0, None)
    assert after(ramping, Outcome.LOST).closed_for is None, "one failure among successes is no outage"
    assert after(ramping, *[Outcome.LOST] * 5).closed_for is not None
    assert after(ramping, *[Outcome.ANSWERED] * 6).ramp is None


def test_busy_closes_for_as_long_as_it_is_told():
    closed = after(Gate(), Outcome.BUSY, retry_after=17.0)
    assert (closed.closed_for, closed.reason, closed.ramp) == (17.0, GateReason.BUSY, 1)
    assert after(closed, Outcome.BUSY, retry_after=5.0) == closed
    assert after(closed, Outcome.BUSY, retry_after=30.0).closed_for == 30.0
    assert after(Gate(), Outcome.BUSY).closed_for == 3.0


@pytest.mark.parametrize("reason", [GateReason.CREDENTIALS, GateReason.OPERATOR])
def test_a_gate_that_a_person_must_open_stays_shut(reason):
    shut = Gate(closed_for=float("inf"), reason=reason, ramp=1)
    for outcome in (Outcome.ANSWERED, Outcome.BUSY, Outcome.LOST, Outcome.REFUSED):
        assert after(shut, *[outcome] * 9, retry_after=1.0) == shut


@given(outcomes=st.lists(st.sampled_from(list(Outcome)), max_size=60), cap=st.integers(1, 50), waits=st.booleans())
def test_a_gate_keeps_its_bounds_whatever_happens(outcomes, cap, waits):
    gate = Gate()
    for outcome in outcomes:
        gate = after(gate, outcome, cap=cap, retry_after=5.0 if waits else None)
        assert 0 <= gate.level <= 10
        assert gate.ramp is None or 1 <= gate.ramp <= max(cap, 1)
        assert gate.closed_for is None or gate.closed_for > 0
        assert gate.closed_for is None or gate.ramp == 1, "after every closing one call goes out first"
        if gate.closed_for is not None and gate.closed_for != float("inf"):
            gate = reopened(gate)


@given(
    cap=st.integers(1, 300),
    ramp=st.none() | st.integers(1, 300),
    wanted=st.lists(st.integers(0, 400), min_size=1, max_size=8),
    rounds=st.integers(1, 4),
)
def test_workers_never_hold_more_slots_than_there_are_and_share_them(cap, ramp, wanted, rounds):
    limits = Limits(max_in_flight=cap)
    slots = [0] * len(wanted)
    least = min(cap, ramp or cap)
    for _ in range(rounds):
        for worker, wish in enumerate(wanted):
            others = sum(slots) - slots[worker]
            slots[worker] = policy.slots_for(limits, ramp, wanted=wish, others=others, workers=len(wanted))
            assert sum(slots) <= least
            assert slots[worker] <= wish
    if rounds > 1:
        share = max(1, least // len(wanted))
        fair = [min(wish, share) for wish in wanted]
        assert sum(slots) == min(least, sum(fair))


@given(
    rate=st.floats(0.01, 500),
    asks=st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(0, 200)), min_size=1, max_size=30),
)
def test_calls_granted_keep_the_rate_in_every_window(rate, asks):
    now, tat = 10**12, 0
    granted: list[tuple[int, int]] = []
    for wait, wanted in asks:
        now += wait
        count, tat = policy.calls_for(rate, tat, now, wanted)
        assert 0 <= count <= wanted
        granted.append((now, count))
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            span = (granted[last][0] - granted[first][0]) / 1e6
            total = sum(count for _, count in granted[first : last + 1])
            assert total <= rate * span + max(rate, 1.0) + 1e-3


def test_a_slow_rate_still_lets_one_call_go_when_it_is_due():
    count, tat = policy.calls_for(0.1, 0, 10**12, 5)
    assert (count, tat) == (1, 10**12 + 10_000_000)
    assert policy.calls_for(0.1, tat, 10**12 + 9_000_000, 5)[0] == 0
    assert policy.calls_for(0.1, tat, 10**12 + 10_000_000, 5)[0] == 1


# --- an agent's state --------------------------------------------------------------------------------------------

GIVES_AWAY = RoutePolicy(hand_off_states=frozenset({policy.state_name(" Escalated ")}))


def answered(state: str | None, move: Move = Move.ADVANCE) -> Decision:
    return Decision(status=ANSWERED, move=move, agent_state=state, spends=True)


@pytest.mark.parametrize("state", ["escalated", "ESCALATED", " Escalated\n"])
def test_a_state_of_the_routes_takes_the_conversation_to_a_person(state):
    decision = policy.by_state(answered(state), GIVES_AWAY)
    assert short(decision) == (ANSWERED, Move.HAND_OFF, "agent_state", True)


@pytest.mark.parametrize("state", [None, "", "escalated_later", "main"])
def test_other_states_do_not(state):
    assert policy.by_state(answered(state), GIVES_AWAY) == answered(state)
    assert policy.by_state(answered(state), RoutePolicy()) == answered(state)


def test_what_was_decided_otherwise_stays():
    moved = replace(answered("escalated", Move.HAND_OFF), reason="other_session")
    assert policy.by_state(moved, GIVES_AWAY) == moved
    doubted = Decision(status=UNKNOWN, move=Move.HOLD, agent_state="escalated")
    assert policy.by_state(doubted, GIVES_AWAY) == doubted
