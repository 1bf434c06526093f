from __future__ import annotations

import pytest

from connector.channels.mail.guards.folder_marks import why_left_by_name
from connector.channels.mail.message import parse_email
from connector.values import EventStatus


def reason(headers: str) -> str | None:
    event = parse_email(f"From: ana@home.example\n{headers}\nhello".encode(), source="mail:s", route="s")
    assert (event.status is EventStatus.STOPPED) == (event.reason is not None)
    return event.reason


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ("X-Mozilla-Status: 0009\n", "deleted"),
        ("X-Mozilla-Status2: 00200000\n", "deleted"),
        ("X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00000000\nX-Mozilla-Keys:\n", None),
        ("X-Mozilla-Status: later\n", None),
        ("X-Mozilla-Keys: junk $label1\n", "spam"),
        ("X-Status: AD\n", "deleted"),
        ("X-Status: T\n", "draft"),
        ("X-Status: Delivered\n", None),
        ("Status: RO\n", None),
        ("X-Gmail-Labels: Inbox,Opened\n", None),
        ("X-Gmail-Labels: Spam,Unread\n", "spam"),
        ('X-Gmail-Labels: Opened,"Trash"\n', "deleted"),
        ("X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=\n", "draft"),
        ("", None),
    ],
)
def test_what_a_mailbox_says_of_a_mail_stops_it(headers, why):
    assert reason(headers) == why


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("1.a:2,S", None),
        ("1.a:2,ST", "deleted"),
        ("1.a:2,DS", "draft"),
        ("1.a", None),
        ("1.a;2,T", "deleted"),
        ("TD", None),
    ],
)
def test_the_name_of_a_maildirs_file_says_it_too(name, why):
    assert why_left_by_name(name) == why
