"""What a server answers is read without believing it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.imap.answers import FetchedMail, code_of, fetched, uids
from connector.channels.mail.imap.folder_names import decoded, encoded, quoted
from tests.kit.growth import grows_linearly, measured

BODY = b'Subject: (x) "y\r\n\r\nUID 99)'
WRITTEN = {
    "the UID first": [(b"1 (UID 5 BODY[] {29}", BODY), b")"],
    "the UID last": [(b"1 (BODY[] {29}", BODY), b" UID 5)"],
    "flags in between": [(b'1 (FLAGS (\\Seen $Done) UID 5 X-GM (a (b "c)")) BODY[] {29}', BODY), b")"],
    "small letters": [(b"1 (uid 5 body[] {29}", BODY), b")"],
}


@pytest.mark.parametrize("data", WRITTEN.values(), ids=WRITTEN)
def test_a_mail_is_found_however_its_answer_is_written(data: list[object]) -> None:
    assert fetched(data) == {5: FetchedMail(uid=5, body=BODY)}


def test_a_body_may_be_a_quoted_string_or_nothing() -> None:
    data = [b'1 (UID 5 BODY[] "a\\"b")', b"2 (UID 6 BODY[] NIL)", b'3 (BODY[HEADER]<0> "" UID 7)']
    assert {uid: mail.body for uid, mail in fetched(data).items()} == {5: b'a"b', 6: None, 7: b""}


def test_sizes_and_times_are_read() -> None:
    data = [b'1 (UID 5 RFC822.SIZE 1234 INTERNALDATE " 2-Nov-2026 10:00:00 +0100")', b"2 (UID 6 RFC822.SIZE -1)"]
    found = fetched(data)
    assert found[5] == FetchedMail(uid=5, size=1234, arrived=datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert found[6].size is None


def test_news_of_flags_is_no_mail_and_hides_none() -> None:
    data = [b"9 (FLAGS (\\Seen))", (b"1 (UID 5 BODY[] {29}", BODY), b")", b"1 (UID 5 FLAGS (\\Seen))", None, b""]
    assert fetched(data) == {5: FetchedMail(uid=5, body=BODY)}


@given(st.lists(st.binary(max_size=60) | st.tuples(st.binary(max_size=60), st.binary(max_size=60)) | st.none()))
def test_nothing_that_a_server_says_breaks_the_reader(data: list[object]) -> None:
    assert all(0 <= mail.uid < 2**32 for mail in fetched(data).values())
    assert uids(data) == sorted(set(uids(data)))


@given(st.text())
def test_any_folder_name_goes_there_and_back(name: str) -> None:
    plain = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert decoded(encoded(plain)) == plain
    assert encoded(plain).isascii()
    assert encoded(plain).isprintable()


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
        ('a "b" \\c', '"a \\"b\\" \\\\c"'),
        ("evil\r\nA1 LOGOUT", '"evil&AA0ACg-A1 LOGOUT"'),
    ],
)
def test_a_name_goes_over_the_wire_as_one_word(name: str, wire: str) -> None:
    assert quoted(name) == wire


def test_a_name_that_is_encoded_wrongly_stays() -> None:
    assert decoded("a&zz-b") == "a&zz-b"


def test_a_response_code_is_found_at_the_beginning() -> None:
    assert code_of("[AUTHENTICATIONFAILED] no") == "AUTHENTICATIONFAILED"
    assert code_of("no code") == ""


BOMBS = {
    "quotes that nobody closes": '\\"',
    "lists in lists": "(",
    "ends of lists": ")",
    "brackets that nobody closes": "BODY[",
    "words": "a ",
    "spaces": " ",
    "numbers": "1",
}


def test_an_answer_costs_what_its_length_says() -> None:
    sizes = (8_000, 16_000, 32_000)
    series = [["1 (UID 5 X " + bomb * size for size in sizes] for bomb in BOMBS.values()]
    module = "tests.kit.imap_double"
    for bomb, measures in zip(BOMBS, measured(module, "of_one_line", series), strict=True):
        assert grows_linearly(measures, sizes[-1] // sizes[0]), (bomb, measures)
