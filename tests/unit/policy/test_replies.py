"""When a reply is delivered again, by what its channel can do: the schedule, giving up, looking, and doubt."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.policy.replies import (
    ABSENCE_AFTER,
    JITTER,
    LOOKS,
    WAITS,
    DeliveryDecision,
    ReplyStanding,
    after_delivery,
    after_lookup,
    after_worker_lost,
    first_status,
    wait,
)
from connector.values import CallResult, ChannelCapabilities, Outcome, ReplyLookup, ReplyStatus

REPEATABLE = ChannelCapabilities(repeatable=True)
FINDS = ChannelCapabilities(finds_reply=True)
PROVES = ChannelCapabilities(finds_reply=True, absence_proves=True)
CONDITIONAL = ChannelCapabilities(conditional_post=True)
CONDITIONAL_FINDS = ChannelCapabilities(conditional_post=True, finds_reply=True)
NEITHER = ChannelCapabilities()
ALL = (REPEATABLE, FINDS, PROVES, CONDITIONAL, CONDITIONAL_FINDS, NEITHER)
QUEUED, UNKNOWN, FAILED, DELIVERED = (
    ReplyStatus.QUEUED,
    ReplyStatus.UNKNOWN,
    ReplyStatus.FAILED,
    ReplyStatus.DELIVERED,
)


def delivered(
    result: CallResult, can: ChannelCapabilities = REPEATABLE, standing: ReplyStanding | None = None, delays: int = 0
) -> DeliveryDecision:
    return after_delivery(result, can, standing or ReplyStanding(delays=delays), jitter=random.Random(1))


def looked(
    can: ChannelCapabilities, *, found: bool = False, doubt: float = 0.0, looks: int = 0, stamped: bool = False
) -> DeliveryDecision:
    standing = ReplyStanding(doubted=True, doubt=doubt, looks=looks, stamped=stamped)
    return after_lookup(ReplyLookup(found=found), can, standing, jitter=random.Random(1))


DAY = 86_400


def test_the_schedule_takes_three_days() -> None:
    assert 2.9 * DAY < sum(WAITS) < 3 * DAY
    assert list(WAITS) == sorted(WAITS)
    assert (WAITS[0], WAITS[-1]) == (5.0, 3600.0)


@pytest.mark.parametrize("delays", [0, 1, 4, len(WAITS) - 1])
def test_jitter_only_adds_and_no_more_than_a_tenth(delays: int) -> None:
    chance = random.Random(1)
    found = [wait(delays, chance) for _ in range(300)]
    assert all(WAITS[delays] <= one <= WAITS[delays] * (1 + JITTER) for one in found)
    assert len(set(found)) > 100


def test_beyond_the_schedule_the_last_wait_repeats() -> None:
    assert wait(10_000, random.Random(1)) >= WAITS[-1]


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.BUSY, Outcome.SERVER_ERROR, Outcome.LOST])
def test_what_may_pass_is_tried_again_until_the_schedule_is_over(outcome: Outcome) -> None:
    for delays in range(len(WAITS)):
        decision = delivered(CallResult(outcome=outcome), delays=delays)
        assert (decision.status, decision.reason, decision.gives_up) == (QUEUED, str(outcome), False)
        assert decision.delay is not None
        assert decision.delay >= WAITS[delays]
    assert delivered(CallResult(outcome=outcome), delays=len(WAITS)).gives_up


def test_retry_after_lengthens_a_wait_and_never_shortens_it() -> None:
    asked = CallResult(outcome=Outcome.BUSY, http_status=429, retry_after=900.0)
    assert delivered(asked).delay == 900.0
    assert (delivered(asked, delays=20).delay or 0) >= 3600.0
    hasty = CallResult(outcome=Outcome.BUSY, http_status=503, retry_after=0.0)
    assert (delivered(hasty, delays=3).delay or 0) >= WAITS[3]


def test_delivered_refused_and_gone() -> None:
    assert delivered(CallResult(), delays=3).status is DELIVERED
    refused = delivered(CallResult(outcome=Outcome.REFUSED, http_status=422))
    assert (refused.status, refused.reason) == (FAILED, "refused")
    gone = delivered(CallResult(outcome=Outcome.REFUSED, http_status=410))
    assert (gone.status, gone.gone, gone.gives_up) == (QUEUED, True, False)


@pytest.mark.parametrize("outcome", [Outcome.SERVER_ERROR, Outcome.LOST])
@pytest.mark.parametrize(
    ("can", "stamped", "status", "step"),
    [
        (REPEATABLE, False, QUEUED, True),  # delivered again: the receiver drops repeats
        (FINDS, False, UNKNOWN, True),  # looked for
        (PROVES, False, UNKNOWN, True),
        (CONDITIONAL_FINDS, True, UNKNOWN, True),
        (CONDITIONAL, True, QUEUED, True),  # posted again under the same stamp: a second post is refused
        (NEITHER, False, UNKNOWN, False),  # held for a person
    ],
)
def test_an_unclear_delivery_is_settled_as_its_channel_allows(
    can: ChannelCapabilities, stamped: bool, outcome: Outcome, status: ReplyStatus, step: bool
) -> None:
    decision = delivered(CallResult(outcome=outcome), can, ReplyStanding(stamped=stamped))
    assert (decision.status, decision.delay is not None) == (status, step)
    assert decision.unclear is not can.repeatable
    lost = after_worker_lost(can, ReplyStanding(stamped=stamped))
    assert (lost.status, lost.delay is not None) == (status, step)
    assert lost.unclear is not can.repeatable


@pytest.mark.parametrize("can", ALL)
def test_what_was_certainly_not_delivered_is_delivered_later_by_any_channel(can: ChannelCapabilities) -> None:
    for outcome in (Outcome.NOT_SENT, Outcome.BUSY):
        decision = delivered(CallResult(outcome=outcome), can)
        assert (decision.status, decision.unclear, decision.delay is not None) == (QUEUED, False, True)


def test_nothing_is_posted_before_its_stamp_is_stored() -> None:
    lost = after_worker_lost(CONDITIONAL, ReplyStanding(stamped=False))
    assert (lost.status, lost.unclear, lost.delay) == (QUEUED, False, 0.0)


def test_found_is_delivered_whatever_else_is_known() -> None:
    for can in (FINDS, PROVES, CONDITIONAL_FINDS):
        assert looked(can, found=True).status is DELIVERED


def test_absence_proves_something_only_where_the_channel_says_so_and_only_after_a_while() -> None:
    early = looked(PROVES, doubt=ABSENCE_AFTER - 1, looks=1)
    assert (early.status, early.delay) == (UNKNOWN, LOOKS[1])
    again = looked(PROVES, doubt=ABSENCE_AFTER, looks=3)
    assert (again.status, again.delay, again.anew) == (QUEUED, 0.0, True)
    for looks in range(len(LOOKS)):
        assert looked(FINDS, doubt=1e9, looks=looks).status is UNKNOWN
    held = looked(FINDS, doubt=1e9, looks=len(LOOKS))
    assert (held.status, held.delay) == (UNKNOWN, None), "a person must say what became of it"


def test_a_conditional_post_is_made_again_under_its_stamp_and_a_change_means_look_again() -> None:
    assert looked(CONDITIONAL_FINDS, stamped=True, looks=1).status is QUEUED
    changed = CallResult(outcome=Outcome.REFUSED, http_status=412)
    doubted = delivered(changed, CONDITIONAL_FINDS, ReplyStanding(stamped=True, doubted=True))
    assert (doubted.status, doubted.delay is not None) == (UNKNOWN, True)
    blind = delivered(changed, CONDITIONAL, ReplyStanding(stamped=True, doubted=True))
    assert (blind.status, blind.delay) == (UNKNOWN, None), "it may have been our own post that changed it"
    stale = delivered(changed, CONDITIONAL, ReplyStanding(stamped=True))
    assert (stale.status, stale.anew) == (QUEUED, True), "not posted: read the place again, and write under a new stamp"
    assert looked(CONDITIONAL_FINDS, stamped=True, looks=len(LOOKS)).delay is None, "and not for ever"


@pytest.mark.parametrize("can", [FINDS, PROVES, CONDITIONAL_FINDS, CONDITIONAL])
def test_a_refusal_after_an_unclear_delivery_is_no_failure(can: ChannelCapabilities) -> None:
    refused = CallResult(outcome=Outcome.REFUSED, http_status=422)
    assert delivered(refused, can, ReplyStanding(stamped=True, doubted=True)).status is UNKNOWN
    assert delivered(refused, can, ReplyStanding(stamped=True)).status is FAILED


def test_a_look_that_failed_is_made_again_and_given_up_in_the_end() -> None:
    away = ReplyLookup(outcome=Outcome.NOT_SENT)
    for looks in (0, 5, len(WAITS) - 1):
        decision = after_lookup(
            away, PROVES, ReplyStanding(doubted=True, looks=looks, doubt=1e9), jitter=random.Random(1)
        )
        assert (decision.status, decision.delay is not None) == (UNKNOWN, True)
    over = ReplyStanding(doubted=True, looks=len(WAITS), doubt=1e9)
    assert after_lookup(away, PROVES, over, jitter=random.Random(1)).delay is None


@given(
    can=st.sampled_from(ALL[1:]),
    outcome=st.sampled_from(list(Outcome)),
    status=st.sampled_from([None, 409, 412, 410, 422, 500]),
    standing=st.builds(
        ReplyStanding, delays=st.integers(0, 90), stamped=st.booleans(), doubted=st.booleans(), looks=st.integers(0, 90)
    ),
)
def test_what_may_have_arrived_is_never_delivered_blindly_again(
    can: ChannelCapabilities, outcome: Outcome, status: int | None, standing: ReplyStanding
) -> None:
    decision = delivered(CallResult(outcome=outcome, http_status=status), can, standing)
    may_have_arrived = outcome in {Outcome.LOST, Outcome.SERVER_ERROR}
    if may_have_arrived and decision.status is QUEUED:
        assert can.conditional_post, "only where a second post is refused"
        assert standing.stamped or status in {409, 412}
    if standing.doubted and decision.status is FAILED:
        raise AssertionError("what may be there is not failed")


def test_a_login_that_is_not_taken_is_tried_again_until_the_schedule_is_over() -> None:
    refused = CallResult(outcome=Outcome.CREDENTIALS, error="535")
    first = delivered(refused, FINDS)
    assert (first.status, first.reason, first.unclear) == (QUEUED, "credentials", False)
    assert (first.delay or 0) >= WAITS[0]
    assert delivered(refused, FINDS, delays=len(WAITS)).gives_up


@pytest.mark.parametrize(("mode", "status"), [("draft", "draft"), ("internal", "queued"), ("public", "queued")])
def test_an_answer_to_its_source_begins_as_its_route_says(mode: str, status: str) -> None:
    assert first_status(mode) == status
