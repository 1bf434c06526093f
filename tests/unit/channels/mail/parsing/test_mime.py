"""A mail's structure is bounded before it is parsed."""

from __future__ import annotations

import pytest

from connector.channels.mail.parsing.mime import MAX_LINES, parse
from connector.errors import InvalidInput

HEAD = b"From: a@shop.example\r\n\r\n"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_mail_of_more_lines_than_any_attachment_has_is_refused(end):
    with pytest.raises(InvalidInput, match="450,000 lines"):
        parse(HEAD + end * (MAX_LINES - 1))
    assert parse(HEAD + b"x" + end * (MAX_LINES - 2)).kind == "text/plain"


def test_the_largest_attachment_in_lines_of_sixty_is_read():
    line = b"QUFB" * 15 + b"\r\n"
    mail = parse(HEAD + line * (25 * 1024 * 1024 // len(line) - 10))
    assert mail.kind == "text/plain"
