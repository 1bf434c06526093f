"""Who is counted as one customer, and what is too much."""

from __future__ import annotations

import pytest

from connector.policy.brakes import (
    DAY,
    HOUR,
    SAME_TEXTS,
    Allowed,
    all_say_the_same,
    counted_as,
    counted_domain,
    counted_together,
    gist,
    is_hasty,
    is_mail_of_now,
)
from connector.values import Customer, Event


def key(**fields):
    return counted_as("support", Customer(**fields))


def test_a_customer_is_their_id_else_their_address_else_their_number():
    assert key(id="7", email="a@example.com") == key(id=" 7 ", email="b@example.com") != key(id="8")
    assert key(email="Ann@Example.com") == key(email=" ann@example.COM ", phone="1") != key(email="bob@example.com")
    assert key(phone="+49 (30) 123-456") == key(phone="+4930123456") != key(phone="+4930123457")
    assert len({key(id="7"), key(email="7"), key(phone="7")}) == 3, "an id is no address and no number"
    assert counted_as("sales", Customer(id="7")) != key(id="7"), "each route counts for itself"


@pytest.mark.parametrize("fields", [{}, {"name": "Ann"}, {"id": " ", "email": "", "phone": "none"}])
def test_nobody_is_counted_without_something_to_go_by(fields):
    assert key(**fields) is None


def test_a_key_tells_nobody_who_the_customer_is():
    assert -(2**63) <= key(email="ann@example.com") < 2**63


@pytest.mark.parametrize(
    ("allowed", "hour", "day", "exceeded"),
    [
        (Allowed(hour=3, day=5), 3, 5, False),
        (Allowed(hour=3, day=5), 4, 4, True),
        (Allowed(hour=3, day=5), 0, 6, True),
        (Allowed(hour=3), 3, 99, False),
        (Allowed(day=5), 99, 5, False),
        (Allowed(), 10**9, 10**9, False),
    ],
)
def test_what_is_too_much(allowed, hour, day, exceeded):
    assert allowed.exceeded(hour, day) is exceeded


def test_limits_come_with_their_windows():
    assert Allowed(hour=3, day=5).limits == ((3, HOUR), (5, DAY))
    assert Allowed(day=5).limits == ((5, DAY),)
    assert Allowed().limits == ()


def mail(address, source="mail:support"):
    return Event(source=source, id="1", route="support", conversation="1", text="x", customer=Customer(email=address))


def test_a_domain_is_a_mails_and_no_public_providers():
    assert counted_domain(mail("bot@Desk.EXAMPLE")) == "desk.example"
    assert counted_domain(mail("ann@gmail.com")) is None
    assert counted_domain(mail(None)) is None
    assert counted_domain(mail("bot@desk.example", source="cli")) is None


def test_kinds_that_are_counted_together_never_meet():
    assert len({counted_together(kind, "a") for kind in ("route", "source", "domain", "out")} | {key(id="a")}) == 5


@pytest.mark.parametrize(
    ("source", "age", "counts"),
    [
        ("mail:support", 0, True),
        ("mail:support", HOUR - 1, True),
        ("mail:support", HOUR, False),
        ("mail:support", -DAY, True),
        ("csv:support", 0, False),
    ],
)
def test_a_mail_of_the_last_hour_is_of_now(source, age, counts):
    assert is_mail_of_now(source, 10 * DAY - age, 10 * DAY) is counts
    assert not is_mail_of_now(source, None, 10 * DAY)


SAME = "We have received your request 28661 (2026-11-28) and will come back to you soon."


@pytest.mark.parametrize(
    "other",
    [
        "We have received your request 28662 (2026-11-29) and will come back to you soon.",
        "WE HAVE RECEIVED your request #7,\n and will come back to you soon!\n> We wrote before\n  > and before",
        "We have received your request A17-B and will\u00a0come back to you soon",
    ],
)
def test_numbers_case_and_quoted_lines_do_not_make_another_text(other):
    assert gist(other) == gist(SAME)


@pytest.mark.parametrize("other", ["We have received your parcel and will come back to you soon.", "", "28661", "👍"])
def test_other_words_are_another_text(other):
    assert gist(other) != gist(SAME)


def test_bare_numbers_are_told_apart():
    assert gist("1") != gist("2")


def test_fewer_texts_than_five_say_nothing():
    assert not all_say_the_same([SAME] * (SAME_TEXTS - 1))
    assert all_say_the_same([SAME] * SAME_TEXTS)
    assert not all_say_the_same([SAME] * SAME_TEXTS + ["But when?"])


@pytest.mark.parametrize(
    ("written", "delivered", "hasty"),
    [(100_000, 100_000, True), (104_999, 100_000, True), (105_000, 100_000, False), (97_000, 100_000, False),
     (None, 1, False), (1, None, False)],
)  # fmt: skip
def test_seconds_after_ours_nobody_has_written_an_answer(written, delivered, hasty):
    assert is_hasty(written, delivered) is hasty
