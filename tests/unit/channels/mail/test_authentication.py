from __future__ import annotations

import pytest

from connector.channels.mail.message import parse_email

TRUSTED = ["mx.shop.example"]


def auth(*values: str, sender: str = "Ana <ana@home.example>", trusted: list[str] = TRUSTED) -> str:
    lines = "".join(f"Authentication-Results: {value}\n" for value in values)
    event = parse_email(f"{lines}From: {sender}\n\nhello".encode(), source="mail:s", route="s", trusted_auth=trusted)
    assert event.mail is not None
    return event.mail.auth


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("mx.shop.example; dmarc=pass (p=none) header.from=home.example", "pass"),
        ("MX.Shop.Example 1; spf=pass smtp.mailfrom=x.example; dmarc=fail header.from=home.example", "fail"),
        ("mx.shop.example; dkim=pass header.d=home.example", "pass"),
        ("mx.shop.example; dkim=pass header.i=@mail.home.example", "pass"),
        ("mx.shop.example; spf=pass smtp.mailfrom=bounce@home.example; dmarc=none", "pass"),
        ("mx.shop.example; dkim=pass header.d=other.example", "none"),
        ("mx.shop.example; dkim=pass header.d=example", "none"),
        ("mx.shop.example; spf=fail smtp.mailfrom=ana@home.example", "fail"),
        ("mx.shop.example; none", "none"),
        ("mx.shop.example; (dmarc=pass) spf=none", "none"),
        ("mx.shop.example (a (nested) note); dmarc=pass", "pass"),
        ("mx.shop.example.evil.example; dmarc=pass", "unknown"),
        ("dmarc=pass", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_our_own_server_found_is_told(value, verdict):
    assert auth(value) == verdict


def test_only_the_topmost_of_a_trusted_server_counts():
    assert auth("mx.shop.example; dmarc=fail", "mx.shop.example; dmarc=pass") == "fail"
    assert auth("evil.example; dmarc=pass", "mx.shop.example; dmarc=fail") == "fail"


def test_nothing_is_known_where_no_server_is_trusted():
    assert auth("mx.shop.example; dmarc=pass", trusted=[]) == "unknown"
    assert auth() == "unknown"


def test_a_path_proves_nothing_for_two_senders():
    assert auth("mx.shop.example; dkim=pass header.d=home.example", sender="a@home.example, b@bank.example") == "none"
