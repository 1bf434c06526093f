"""Transfer encodings by the labels that programs write, and base64 to its end."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.parsing.transfer import encoding_named, undone


def read(data: bytes, label: str = "base64") -> bytes:
    return undone(data, encoding_named(label))


@pytest.mark.parametrize(
    "label",
    ["base64", "base64 ", "Base64;", '"base64"', "base64 (by our program)", "BASE-64", "7bit, base64", "x-base64"],
)
def test_base64_is_known_by_its_labels(label):
    assert read(b"V2hlcmU/\r\n", label) == b"Where?"


@pytest.mark.parametrize("label", ["quoted-printable", "Quoted-Printable;", "quoted printable", "quotedprintable"])
def test_quoted_printable_is_known_by_its_labels(label):
    assert read(b"wo =C3=BC=\r\nber", label) == "wo über".encode()


@pytest.mark.parametrize("label", ["", "7bit", "8bit", "binary", "none", "rot13"])
def test_all_else_is_left_as_it_is(label):
    assert read(b"V2hlcmU/", label) == b"V2hlcmU/"


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (b"V2hlcmU=aXM=aXQ/", b"Whereisit?"),
        (b"V2hlcmU=\nIGlzIGl0Pw==\n\n_____\nA footer of the list, in words.\n", b"Where is it?"),
        (b"V2hlcmU", b"Where"),
        (b"V2hlcmUA=", b"Where\0"),
        (b"V2hl\0cmU/*", b"Where?"),
        (b"A", b""),
    ],
)
def test_pieces_and_damage_are_read_to_the_end(data, plain):
    assert read(data) == plain


def test_words_that_are_called_base64_are_left_as_they_are():
    words = b"Where is my parcel?\nIt was to come last week.\n"
    assert read(words) == words


@given(st.binary(max_size=300), st.integers(1, 80))
def test_what_was_encoded_is_read_back(data, width):
    text = base64.b64encode(data)
    lines = b"\r\n".join(text[at : at + width] for at in range(0, len(text), width))
    assert read(lines) == data


@given(st.binary(max_size=300))
def test_any_bytes_can_be_called_base64(data):
    read(data)
