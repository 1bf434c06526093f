from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.policy.gate import CallReport, Gate, GateReason, gate_after
from connector.values import Outcome
from tests.kit.jitter import JITTER


def after(gate: Gate, *outcomes: Outcome, cap: int = 8, retry_after: float | None = None) -> Gate:
    for outcome in outcomes:
        gate = gate_after(gate, CallReport(outcome=outcome, retry_after=retry_after), cap, JITTER)
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


@pytest.mark.parametrize("wait", [None, 0.0, 0.2])
def test_a_wait_of_nothing_is_at_least_the_backoff(wait):
    """A Retry-After of 0, or a date gone by, would have it ask several times a second for ever."""
    gates = [after(Gate(), Outcome.BUSY, retry_after=wait)]
    for _ in range(3):
        gates.append(after(reopened(gates[-1]), Outcome.BUSY, retry_after=wait))
    assert [gate.closed_for for gate in gates] == [3.0, 5.0, 9.0, 17.0]


def test_a_credit_that_is_used_up_closes_until_a_person_opens():
    report = CallReport(outcome=Outcome.CREDENTIALS, http_status=402, detail="no credit")
    closed = gate_after(Gate(), report, 8, JITTER)
    assert (closed.closed_for, closed.reason, closed.detail) == (float("inf"), GateReason.CREDIT, "no credit")


@pytest.mark.parametrize("reason", [GateReason.CREDENTIALS, GateReason.CREDIT, GateReason.OPERATOR])
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
