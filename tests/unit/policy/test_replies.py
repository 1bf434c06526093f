"""When a reply is delivered again: the published schedule, Retry-After, giving up, and a receiver that is gone."""

from __future__ import annotations

import random

import pytest

from connector.policy.replies import JITTER, WAITS, after_delivery, wait
from connector.values import CallResult, Outcome, ReplyStatus

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
        verdict = after_delivery(CallResult(outcome=outcome), delays=delays, jitter=random.Random(1))
        assert (verdict.status, verdict.reason, verdict.gives_up) == (ReplyStatus.QUEUED, str(outcome), False)
        assert verdict.delay >= WAITS[delays]
    assert after_delivery(CallResult(outcome=outcome), delays=len(WAITS), jitter=random.Random(1)).gives_up


def test_retry_after_lengthens_a_wait_and_never_shortens_it() -> None:
    asked = CallResult(outcome=Outcome.BUSY, http_status=429, retry_after=900.0)
    assert after_delivery(asked, delays=0, jitter=random.Random(1)).delay == 900.0
    assert after_delivery(asked, delays=20, jitter=random.Random(1)).delay >= 3600.0
    hasty = CallResult(outcome=Outcome.BUSY, http_status=503, retry_after=0.0)
    assert after_delivery(hasty, delays=3, jitter=random.Random(1)).delay >= WAITS[3]


def test_delivered_refused_and_gone() -> None:
    jitter = random.Random(1)
    assert after_delivery(CallResult(), delays=3, jitter=jitter).status is ReplyStatus.DELIVERED
    refused = after_delivery(CallResult(outcome=Outcome.REFUSED, http_status=422), delays=0, jitter=jitter)
    assert (refused.status, refused.reason) == (ReplyStatus.FAILED, "refused")
    gone = after_delivery(CallResult(outcome=Outcome.REFUSED, http_status=410), delays=0, jitter=jitter)
    assert (gone.status, gone.gone, gone.gives_up) == (ReplyStatus.QUEUED, True, False)
