"""What becomes of a follow-up when a tick finds it due: one table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.policy.business_hours import Hours, zone
from connector.policy.followups import Surroundings, Waiting, fall_due
from connector.values import ConversationStatus, FollowupStatus

HOUR = 3_600_000
DAY = 24 * HOUR
OFFICE = Hours(zone=zone("Europe/Berlin"), days=frozenset(range(5)), opens=9 * 60, closes=17 * 60)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


FRIDAY_EVENING = at("2026-11-20 18:00")
MONDAY_MORNING = at("2026-11-23 08:00")  # 09:00 in Berlin
TUESDAY_NIGHT, TUESDAY_MORNING = at("2026-11-24 02:00"), at("2026-11-24 08:00")


@pytest.mark.parametrize(
    ("waiting", "around", "now", "expected"),
    [
        pytest.param({"due_at": 5}, {}, 5, ("sent", None, 5, None), id="due"),
        pytest.param({"due_at": 6}, {}, 5, ("scheduled", None, 6, None), id="never early"),
        pytest.param({"due_at": 5, "expires_at": 9}, {}, 9, ("sent", None, 5, 9), id="late, not too late"),
        pytest.param({"due_at": 5, "expires_at": 9}, {}, 10, ("expired", "overdue", 5, 9), id="too late"),
        pytest.param({"due_at": 5}, {"status": "handed_off"}, 5, ("skipped", "handed_off", 5, None), id="a person's"),
        pytest.param({"due_at": 5}, {"status": "closed"}, 5, ("skipped", "closed", 5, None), id="closed"),
        pytest.param(
            {"due_at": 100, "after": 50, "expires_at": 200},
            {"last_message": 90},
            100,
            ("scheduled", "newer_message", 140, 240),
            id="counted from a newer message, its expiry too",
        ),
        pytest.param({"due_at": 140, "after": 50}, {"last_message": 90}, 140, ("sent", None, 140, None), id="counted"),
        pytest.param({"due_at": 9, "after": 5}, {}, 9, ("sent", None, 9, None), id="no message to count from"),
        pytest.param({"due_at": 9}, {"last_message": 9}, 9, ("sent", None, 9, None), id="a set time is not counted"),
        pytest.param(
            {"due_at": FRIDAY_EVENING, "expires_at": FRIDAY_EVENING + DAY},
            {"hours": OFFICE},
            FRIDAY_EVENING,
            ("scheduled", "outside_hours", MONDAY_MORNING, MONDAY_MORNING + DAY),
            id="waits for the opening, which does not make it late",
        ),
        pytest.param(
            {"due_at": FRIDAY_EVENING, "expires_at": FRIDAY_EVENING + DAY},
            {"hours": OFFICE},
            TUESDAY_NIGHT,
            ("scheduled", "outside_hours", TUESDAY_MORNING, MONDAY_MORNING + DAY),
            id="an outage over its opening: not in the night either",
        ),
        pytest.param(
            {"due_at": TUESDAY_MORNING, "expires_at": MONDAY_MORNING + DAY + 1000, "reason": "outside_hours"},
            {"hours": OFFICE},
            TUESDAY_MORNING,
            ("sent", None, TUESDAY_MORNING, MONDAY_MORNING + DAY + 1000),
            id="and then it goes",
        ),
        pytest.param(
            {"due_at": FRIDAY_EVENING, "expires_at": FRIDAY_EVENING + HOUR},
            {"hours": OFFICE},
            TUESDAY_NIGHT,
            ("expired", "overdue", MONDAY_MORNING, MONDAY_MORNING + HOUR),
            id="an outage swallowed it",
        ),
        pytest.param(
            {"due_at": FRIDAY_EVENING - DAY, "after": DAY},
            {"hours": OFFICE, "last_message": FRIDAY_EVENING - DAY},
            FRIDAY_EVENING - 5 * HOUR,
            ("scheduled", "outside_hours", MONDAY_MORNING, None),
            id="counted, and then the opening",
        ),
    ],
)
def test_what_becomes_of_it(waiting, around, now, expected):
    if "status" in around:
        around = {**around, "status": ConversationStatus(around["status"])}
    found = fall_due(Waiting(**waiting), Surroundings(**around), now)
    assert (str(found.status), found.reason, found.due_at, found.expires_at) == expected


@given(
    due_at=st.integers(0, 10 * DAY),
    now=st.integers(0, 20 * DAY),
    after=st.none() | st.integers(0, 3 * DAY),
    last=st.none() | st.integers(0, 20 * DAY),
    expires=st.none() | st.integers(0, 5 * DAY),
    hours=st.none() | st.just(OFFICE),
)
def test_it_is_never_early_and_looked_at_again_only_later(due_at, now, after, last, expires, hours):
    waiting = Waiting(due_at=due_at, after=after, expires_at=None if expires is None else due_at + expires)
    found = fall_due(waiting, Surroundings(last_message=last, hours=hours), now)
    if found.status is FollowupStatus.SENT:
        assert now >= due_at
        assert after is None or last is None or now >= last + after
        assert expires is None or now <= (found.expires_at or 0)
    if found.status is FollowupStatus.SCHEDULED:
        assert found.due_at > now, "or the next tick would find it again at once"
    if found.status is FollowupStatus.EXPIRED:
        assert expires is not None
        assert now > due_at + expires
