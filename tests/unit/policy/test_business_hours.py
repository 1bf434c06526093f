"""Opening hours and local times, over the changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.policy.business_hours import MIDNIGHT, Hours, instant, oddity, zone

BERLIN = zone("Europe/Berlin")
NEW_YORK = zone("America/New_York")
WEEK = frozenset(range(5))


def hours(opens: int = 9 * 60, closes: int = 17 * 60, **changes: object) -> Hours:
    return Hours(**{"zone": BERLIN, "days": WEEK, "opens": opens, "closes": closes, **changes})


def berlin(text: str) -> datetime:
    return instant(datetime.fromisoformat(text), BERLIN)


def odd(text: str) -> str | None:
    return oddity(datetime.fromisoformat(text), BERLIN)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 09:00", "2026-11-20 09:00"),
        ("2026-11-20 16:59:59", "2026-11-20 16:59:59"),
        ("2026-11-20 08:59:59", "2026-11-20 09:00"),
        ("2026-11-20 17:00", "2026-11-23 09:00"),  # Friday evening: Monday
        ("2026-11-21 12:00", "2026-11-23 09:00"),
        ("2026-12-24 18:00", "2026-12-28 09:00"),  # Christmas is a Friday
        ("2026-12-25 10:00", "2026-12-28 09:00"),
        ("2026-10-24 12:00", "2026-10-26 09:00"),  # the clocks go back in between
    ],
)
def test_the_next_opening(moment, opening):
    open_ = hours(holidays={date(2026, 12, 25)})
    assert open_.next_opening(berlin(moment)) == berlin(opening)


def test_the_day_is_the_zone_s_own():
    friday_evening_there = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # Friday, 20:00 in New York
    late = Hours(zone=NEW_YORK, days=WEEK, opens=9 * 60, closes=21 * 60)
    assert late.next_opening(friday_evening_there) == friday_evening_there
    assert hours().next_opening(friday_evening_there) == berlin("2026-11-23 09:00")


def test_a_day_may_be_open_to_its_end_and_from_its_beginning():
    always = hours(0, MIDNIGHT, days=frozenset(range(7)))
    midnight = berlin("2026-11-21 00:00")
    for moment in (midnight - timedelta(microseconds=1), midnight, midnight + timedelta(hours=13)):
        assert always.next_opening(moment) == moment


def test_an_opening_that_the_change_of_clocks_skips_begins_after_it():
    night = hours(2 * 60, 6 * 60, days=frozenset(range(7)))
    assert night.next_opening(berlin("2026-03-29 00:00")) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 03:00 there
    assert hours(2 * 60, 3 * 60, days=frozenset({6})).next_opening(berlin("2026-03-29 00:00")) == berlin(
        "2026-04-05 02:00"
    ), "the whole opening was skipped"


def test_local_times_that_do_not_exist_or_come_twice():
    assert (berlin("2026-03-29 02:30"), odd("2026-03-29 02:30")) == (
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        "skipped",
    )
    assert (berlin("2026-10-25 02:30"), odd("2026-10-25 02:30")) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        "repeated",
    )
    assert odd("2026-10-25 03:30") is None
    assert odd("2026-03-29 03:00") is None


@pytest.mark.parametrize("name", ["", "Europe/Berln", "/etc/passwd", "../x", "Europe", "tzdata.zi", "\0"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match="the name of a time zone"):
        zone(name)


@given(
    moment=st.integers(0, 3650 * 86_400).map(
        lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    place=st.sampled_from([BERLIN, NEW_YORK, zone("Australia/Lord_Howe"), zone("Asia/Kathmandu")]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    span=st.tuples(st.integers(0, MIDNIGHT), st.integers(0, MIDNIGHT)).filter(lambda span: span[0] < span[1]),
    closed=st.frozensets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=5),
)
def test_an_opening_is_never_early_and_really_open(moment, place, days, span, closed):
    open_ = Hours(zone=place, days=days, opens=span[0], closes=span[1], holidays=closed)
    found = open_.next_opening(moment)
    assert found >= moment
    assert open_.next_opening(found) == found
    local = found.astimezone(place)
    assert local.weekday() in days
    assert local.date() not in closed
    start = datetime.combine(local.date(), time()) + timedelta(minutes=span[0])
    end = datetime.combine(local.date(), time()) + timedelta(minutes=span[1])
    assert instant(start, place) <= found < instant(end, place)
