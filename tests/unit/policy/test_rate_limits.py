from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connector.policy.rate_limits import Limits, calls_for, slots_for


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
            slots[worker] = slots_for(limits, ramp, wanted=wish, others=others, workers=len(wanted))
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
        count, tat = calls_for(rate, tat, now, wanted)
        assert 0 <= count <= wanted
        granted.append((now, count))
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            span = (granted[last][0] - granted[first][0]) / 1e6
            total = sum(count for _, count in granted[first : last + 1])
            assert total <= rate * span + max(rate, 1.0) + 1e-3


def test_a_slow_rate_still_lets_one_call_go_when_it_is_due():
    count, tat = calls_for(0.1, 0, 10**12, 5)
    assert (count, tat) == (1, 10**12 + 10_000_000)
    assert calls_for(0.1, tat, 10**12 + 9_000_000, 5)[0] == 0
    assert calls_for(0.1, tat, 10**12 + 10_000_000, 5)[0] == 1
