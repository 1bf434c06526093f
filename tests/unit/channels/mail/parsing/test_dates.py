from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.channels.mail.parsing.dates import written_at
from connector.channels.mail.parsing.mime import parse

EARLY = "Received: from c.example by a.example; Mon, 2 Nov 2026 10:00:09 +0000\n"
LATE = EARLY.replace("Mon, 2", "Fri, 20")
RECEIVED = "Received: from a.example by b.example; Sat, 21 Nov 2026 10:00:00 +0000\n"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "when", "believed"),
    [
        (f"{RECEIVED}Date: Sat, 21 Nov 2026 10:59:00 +0100\n", at(21, 9, 59), True),
        (f"{RECEIVED}Date: Fri, 20 Nov 2026 10:00:00 +0000\n", at(20, 10), True),
        (f"{RECEIVED}Date: Mon, 1 Jan 2018 01:04:44 +0100\n", at(21, 10), False),
        (f"{RECEIVED}Date: Sat, 21 Nov 2026 10:02:00 +0000\n", at(21, 10), True),
        (f"{RECEIVED}Date: Sat, 21 Nov 2026 12:00:00 +0000\n", at(21, 10), False),
        (f"{RECEIVED}Received: from c.example by a.example; Mon, 2 Nov 2026 10:00:00 +0000\n", at(21, 10), True),
        (f"{RECEIVED}{EARLY}Date: Mon, 2 Nov 2026 10:00:00 +0000\n", at(2, 10), True),
        (f"{RECEIVED}{LATE}Date: Mon, 2 Nov 2026 10:00:00 +0000\n", at(21, 10), False),
        ("Received: from a.example by b.example\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n", at(2, 10), True),
        ("Date: Mon, 2 Nov 2026 10:00:00 +0000\n", at(2, 10), True),
        ("Subject: x\n", None, True),
    ],
)
def test_a_date_is_believed_where_the_server_that_took_the_mail_in_agrees(headers, when, believed):
    assert written_at(parse(f"{headers}\nhello".encode())) == (when, believed)
