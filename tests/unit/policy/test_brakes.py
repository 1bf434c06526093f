"""Who is counted as one customer, and what is too much."""

from __future__ import annotations

import pytest

from connector.policy.brakes import DAY, HOUR, Allowed, counted_as
from connector.values import Customer


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
