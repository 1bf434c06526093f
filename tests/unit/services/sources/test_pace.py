"""When a source is read again, when it is closed, and what is stored together."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.services.sources.pace import gives_up, grouped, silent_after, wait_after
from connector.utils.uid_ranges import ranges_of, uids_of


@pytest.mark.parametrize("failures", range(1, 30))
def test_a_wait_grows_up_to_five_minutes_and_is_never_the_same(failures: int) -> None:
    jitter = random.Random(7)
    waits = [wait_after(failures, jitter) for _ in range(20)]
    assert len(set(waits)) == 20
    assert min(300, 2**failures) / 2 <= min(waits)
    assert max(waits) <= min(300, 2**failures)


@pytest.mark.parametrize(
    ("problem", "by_token", "at"),
    [
        ("credentials", False, 1), ("credentials", True, 2), ("login", False, 3), ("login", True, 3),
        ("unreachable", False, None), ("busy", False, None), ("certificate", False, None), ("token", True, None),
    ],
)  # fmt: skip
def test_only_what_stays_wrong_closes_a_source(problem: str, by_token: bool, at: int | None) -> None:
    closing = [number for number in range(1, 20) if gives_up(problem, number, by_token=by_token)]
    assert (closing[0] if closing else None) == at


@pytest.mark.parametrize(("poll", "silent"), [(1, 300), (30, 300), (60, 600), (3600, 36_000)])
def test_a_source_is_silent_after_ten_rounds_and_not_before_five_minutes(poll: float, silent: float) -> None:
    assert silent_after(poll) == silent


@given(st.lists(st.integers(0, 9_000_000)))
def test_groups_hold_every_mail_once_in_order_within_their_limits(sizes: list[int]) -> None:
    pairs = list(enumerate(sizes))
    groups = list(grouped(pairs))
    assert [uid for group in groups for uid in group] == [uid for uid, _ in pairs]
    for group in groups:
        assert len(group) <= 50
        assert len(group) == 1 or sum(sizes[uid] for uid in group) <= 5 * 1024 * 1024


@given(st.sets(st.integers(1, 2**32 - 1)))
def test_ranges_say_the_same_uids(uids: set[int]) -> None:
    assert list(uids_of(ranges_of(sorted(uids)))) == sorted(uids)
