"""Whose turn it is: three of four places are known customers' while new ones wait too, whatever frees up at once."""

from __future__ import annotations

import pytest

from connector.policy.fairness import LEAD, Turns, lead_after, slot


def order(known: int, new: int, lead: int) -> str:
    """Who is taken, in order, when so many of each wait."""
    waiting = [(slot(rank, lead, known=True), "K") for rank in range(known)]
    waiting += [(slot(rank, lead, known=False), "n") for rank in range(new)]
    return "".join(who for _, who in sorted(waiting))


@pytest.mark.parametrize(
    ("known", "new", "lead", "expected"),
    [
        (9, 3, 3, "KKKnKKKnKKKn"),
        (9, 3, 2, "KKnKKKnKKKnK"),
        (9, 3, 0, "nKKKnKKKnKKK"),
        (2, 3, 3, "KKnnn"),
        (0, 3, 3, "nnn"),
        (5, 0, 1, "KKKKK"),
    ],
)
def test_three_of_four_places_are_known_customers_while_both_wait(known, new, lead, expected):
    assert order(known, new, lead) == expected


@pytest.mark.parametrize("lead", range(LEAD + 1))
@pytest.mark.parametrize(("known", "new"), [(20, 20), (3, 20), (20, 2), (0, 5), (5, 0), (1, 1)])
def test_places_one_at_a_time_go_to_the_same_as_all_at_once(known, new, lead):
    whole = order(known, new, lead)
    for size in range(1, len(whole) + 1):
        taken, left = "", [known, new]
        now = lead
        while sum(left):
            some = order(left[0], left[1], now)[:size]
            now = lead_after(now, some.count("K"), some.count("n"))
            left = [left[0] - some.count("K"), left[1] - some.count("n")]
            taken += some
            if not all(left):
                break  # from here on there is nobody to take turns with
        assert whole.startswith(taken)


def test_each_account_and_priority_has_turns_of_its_own():
    turns = Turns()
    turns.took([("osvi", 5, True), ("osvi", 5, True), ("osvi", 9, True), ("other", 5, False)])
    assert [turns.lead(*key) for key in (("osvi", 5), ("osvi", 9), ("other", 5), ("never", 5))] == [1, 2, 3, 3]
    turns.took([("osvi", 5, True)] * 4)
    assert turns.lead("osvi", 5) == 0, "the next new one is next"
    turns.took([("osvi", 5, False)])
    assert turns.lead("osvi", 5) == 3
