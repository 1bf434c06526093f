"""Addresses and encoded words of headers, as programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.parsing.headers import decode_words, mailboxes


def addresses(value: str) -> list[str]:
    return [box.address for box in mailboxes(value)]


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        (
            "ana@home.example via Market <noreply@market.example>",
            "ana@home.example via Market",
            "noreply@market.example",
        ),
        ("Ana@Home <ana@home.example>", "Ana@Home", "ana@home.example"),
        ("help@shop.example <ana@home.example>", "help@shop.example", "ana@home.example"),
        ("'help@shop.example' <'help@shop.example'>", "help@shop.example", "help@shop.example"),
        ("Lima, Ana <ana@home.example>", "Lima, Ana", "ana@home.example"),
        ("'Lima, Ana' <ana@home.example>", "Lima, Ana", "ana@home.example"),
        ('"Ana <ana@home.example>', "Ana", "ana@home.example"),
        ("Ana ( <ana@home.example>", "Ana (", "ana@home.example"),
        ("<<ana@home.example>>", "", "ana@home.example"),
        ("<mailto:ana@home.example>", "", "ana@home.example"),
        ("<@relay.example,@other.example:ana@home.example>", "", "ana@home.example"),
        ("Ana Lima ana@home.example", "Ana Lima", "ana@home.example"),
        ("<ana@home.example> <work>", "", "ana@home.example"),
        ('"A \\"B\\" C" <ana@home.example>', 'A "B" C', "ana@home.example"),
        ("Ana <ana@HOME.Example.>", "Ana", "ana@home.example"),
        ("=?utf-8?q?help=40shop=2Eexample?= <ana@home.example>", "help@shop.example", "ana@home.example"),
        ("Ana <ana@straße.example>", "Ana", "ana@xn--strae-oqa.example"),
        ("Ana <ana@BÜCHER.example>", "Ana", "ana@xn--bcher-kva.example"),
    ],
)
def test_the_address_is_what_stands_in_the_last_brackets(value, name, address):
    assert [tuple(box) for box in mailboxes(value)] == [(name, address)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("undisclosed-recipients:;", []),
        ("", []),
        ("nobody", []),
        ("Friends: ana@a.example, Bo <bo@b.example>;, cy@c.example", ["ana@a.example", "bo@b.example", "cy@c.example"]),
        ("ana@a.example; bo@b.example", ["ana@a.example", "bo@b.example"]),
        ("ana@a.example bo@b.example", ["ana@a.example", "bo@b.example"]),
        ("Ana <ana@a.example, Bo <bo@b.example>", ["ana@a.example", "bo@b.example"]),
        ('"Lima, Ana" <ana@a.example>, "Berg; Bo" <bo@b.example>', ["ana@a.example", "bo@b.example"]),
    ],
)
def test_lists_and_groups_give_each_address(value, found):
    assert addresses(value) == found


@given(st.text('ab@.,;:<>()"\\ =?_é', max_size=300))
def test_any_header_gives_only_addresses(value):
    for address in addresses(value):
        assert address.isascii() or "é" in address.partition("@")[0]
        assert address.count("@") == 1
        assert not set(address) & set('<>()",;: ')


@pytest.mark.parametrize(
    "value", ["(" * 4_000, '"' * 3_999, "<" * 4_000, "a,b" * 1_000 + "<x@y.example>", "\\" * 4_000]
)
def test_headers_that_never_end_are_read_all_the_same(value):
    assert len(addresses(value)) <= 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?Where_is_it??=", "Where is it?"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?windows1251?B?w+TlPw==?=", "Где?"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?=3D?= = =?utf-8?Q?=3D?=", "= = ="),
    ],
)
def test_encoded_words_are_read_as_they_are_written(value, text):
    assert decode_words(value) == text
