"""What the composition root decides."""

from __future__ import annotations

import pytest

from connector.values import Customer
from connector.wiring import NoPublisher, Wiring
from tests.kit.engine import configured


@pytest.mark.parametrize(
    ("customer", "key"),
    [
        (Customer(id="C-1", email="a@b.example"), "C-1"),
        (Customer(email="a@b.example"), "a@b.example"),
        (Customer(), "tw-12"),
        (Customer(id="tw-12"), "c-tw-12"),
        (Customer(id="tw-"), "c-tw-"),
        (Customer(id="c-tw-12"), "c-c-tw-12"),
        (Customer(id="c-1"), "c-1"),
    ],
)
def test_no_customer_s_key_is_a_conversation_s_or_another_customer_s(tmp_path, customer, key):
    settings = configured("sqlite:///none.db", None, tmp_path, routes={"osvi": {"osvi_customer": "customer"}})
    assert Wiring(settings=settings, publisher=NoPublisher()).customer_key("osvi", 12, customer) == key
