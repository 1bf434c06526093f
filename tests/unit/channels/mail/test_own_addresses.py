"""Which addresses are ours."""

from __future__ import annotations

import pytest

from connector.channels.mail.message import parse_email
from connector.channels.mail.own_addresses import is_ours


@pytest.mark.parametrize("ours", ["*@firm.example", "@firm.example", "*@FIRM.example"])
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("support@firm.example", True),
        ("Anna.Lee@Firm.Example", True),
        ("x+y@firm.example", True),
        ("x@sub.firm.example", False),
        ("x@notfirm.example", False),
        ("firm.example@elsewhere.example", False),
        ("firm.example", False),
    ],
)
def test_a_whole_domain_is_ours_without_those_below_it(ours, address, expected):
    assert is_ours(address, [ours]) is expected


def test_a_mail_of_a_colleague_is_stopped():
    event = parse_email(
        b"From: Anna <anna@firm.example>\n\nhello", source="mail:s", route="s", addresses=["*@firm.example"]
    )
    assert (str(event.status), event.reason) == ("stopped", "own_address")
