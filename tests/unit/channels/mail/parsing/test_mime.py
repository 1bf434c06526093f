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


PARTS = "--x\nContent-Type: text/plain\n\nHello\n--x\nContent-Type: image/png\n\npicture\n--x--\n"


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/mixed", 'multipart/mixed; boundary="y"', "multipart/mixed boundary=x",
        '"multipart/mixed"; boundary=x',
        "multipart/mixed; boundary=", "multipart; boundary=x", "multipart/mixed, boundary=x", "text/plain", "",
    ],
)  # fmt: skip
def test_a_multipart_is_opened_whatever_its_header_says(content_type):
    header = f"Content-Type: {content_type}\n" if content_type else ""
    mail = parse(f"From: a@shop.example\n{header}\n{PARTS}".encode())
    assert [leaf.kind for leaf in mail.leaves()] == ["text/plain", "image/png"]


def test_parts_without_headers_are_found_by_their_end():
    mail = parse(b"From: a@shop.example\nContent-Type: multipart/mixed\n\n--x\n\nHello\n--x--\n")
    assert [leaf.content() for leaf in mail.leaves()] == [b"Hello"]


@pytest.mark.parametrize("before", ["Your mail came back:\n\n", "> "])
def test_a_text_that_quotes_a_multipart_stays_a_text(before):
    mail = parse(f"From: a@shop.example\n\n{before}{PARTS}".encode())
    assert [leaf.kind for leaf in mail.leaves()] == ["text/plain"]


def test_multiparts_without_a_boundary_open_no_more_parts_than_others():
    part = "--{0}\nContent-Type: multipart/mixed\n\n" + "--y\nContent-Type: text/plain\n\nx\n" * 400 + "--y--\n"
    body = "".join(part.format("x") for _ in range(100))
    mail = parse(f"From: a@shop.example\nContent-Type: multipart/mixed; boundary=x\n\n{body}--x--\n".encode())
    assert len(list(mail.leaves())) < 1_500


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("text/plain charset=utf-8", "text/plain"), ("plain/text; charset=x", "text/plain"),
        ('"text/html"', "text/html"),
        ("TEXT / HTML", "text/html"), ("text", "text/plain"), ("garbage", "text/plain"), ("image/png, x", "image/png"),
    ],
)  # fmt: skip
def test_content_types_are_read_as_programs_write_them(value, kind):
    assert parse(f"Content-Type: {value}\n\nx".encode()).kind == kind


@pytest.mark.parametrize(
    "lines",
    [
        "Subject : Where is it\nContent-Type : text/html\n",
        "Subject: Where\nis it\nContent-Type: text/html\n",
        "X-Id: 1\nbroken\n\tline\nSubject: Where is it\nContent-Type: text/html\n",
    ],
)
def test_a_broken_header_line_costs_no_other(lines):
    mail = parse(f"From: a@shop.example\n{lines}\nHello".encode())
    assert (mail.line("subject", 99), mail.kind, mail.content()) == ("Where is it", "text/html", b"Hello")
    assert mail.original is not None


def test_a_text_right_below_the_headers_is_text():
    mail = parse(b"From: a@shop.example\nHello, where is it?\nNote: it is late.\n\nAna")
    assert mail.content() == b"Hello, where is it?\nNote: it is late.\n\nAna"
    assert mail.original is None


def test_a_mail_that_an_editor_saved_is_read():
    assert parse("From: a@shop.example\n\nGrüße".encode("utf-16")).content().decode() == "Grüße"
    assert parse(b">From a@shop.example Sat Nov 21 10:00:00 2026\nSubject: x\n\nHello").header("subject") == "x"
