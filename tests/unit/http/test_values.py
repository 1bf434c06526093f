"""Retry-After, error sentences and bodies: the pure parts of the HTTP client."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.http import HttpAnswer, clean, encoded, parse_retry_after

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("0x10", None),
        ("1 2", None),
        ("١٢", None),
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("+7", 7.0),
        ("1.5", 1.5),
        ("-1", 0.0),
        ("-99999999999", 0.0),
        ("3600", 3600.0),
        ("86400", 3600.0),
        ("9" * 5000, 3600.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),
        ("Saturday, 21-Nov-26 10:00:30 GMT", 30.0),
        ("Sat Nov 21 10:00:30 2026", 30.0),
        ("Sat, 21 Nov 2026 10:00:30 -0000", 30.0),
        ("Sat, 21 Nov 2026 12:00:30 +0200", 30.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600.0),
        ("Sat, 41 Nov 2026 10:00:30 GMT", None),
        ("2026-11-21T10:00:30Z", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_retry_after_is_never_absurd(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0.0 <= seconds <= 3600.0


@given(st.text())
def test_a_sentence_is_one_short_printable_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= 300
    assert line.isprintable()
    assert line == line.strip()


def test_a_sentence_says_that_it_was_cut() -> None:
    assert clean("a" * 300) == "a" * 300
    assert clean("a" * 301) == "a" * 299 + "…"
    assert clean("no\x00\x1b[31m way\r\n  really") == "no [31m way really"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b"<html>Bad gateway</html>",
        b'{"a": ',
        b'{"a": 1} trailing',
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        '{"a": "größer"}'.encode("latin-1"),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_json_object_is_none(body: bytes) -> None:
    assert HttpAnswer(status=200, body=body).json_object() is None


def test_a_json_object_is_read_with_and_without_a_byte_order_mark() -> None:
    assert HttpAnswer(status=200, body='{"a": "größer"}'.encode("utf-8-sig")).json_object() == {"a": "größer"}
    assert HttpAnswer(status=200, body='{"a": "größer"}'.encode("utf-16")).json_object() == {"a": "größer"}


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_every_text_can_be_encoded(value: dict[str, object]) -> None:
    assert isinstance(encoded(value).decode("utf-8"), str)


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert encoded({"text": "a\ud800b"}) == b'{"text":"a?b"}'
