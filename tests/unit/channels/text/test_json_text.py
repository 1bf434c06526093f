"""What strangers write is decoded within bounds, and whatever it is, refused by one error with a reason."""

from __future__ import annotations

import sys

import pytest

from connector.channels.text import json_text
from connector.channels.text.json_text import DEEPEST, decoded
from connector.errors import InvalidInput


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * depth + b"1" + closing * depth


def refused(raw: bytes, **bounds) -> str:
    with pytest.raises(InvalidInput) as caught:
        decoded(raw, **bounds)
    return caught.value.expected


@pytest.mark.parametrize("depth", [DEEPEST + 1, 900, 960, 985, 1000, 1100, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_what_is_nested_deeper_than_the_bound_is_refused_whatever_the_stack_bears(depth, opening, closing):
    assert refused(nested(depth, opening, closing)) == "JSON nested at most 100 deep"
    assert refused(opening * depth) in {"JSON nested at most 100 deep", "JSON"}


@pytest.mark.parametrize("depth", [1, 50, DEEPEST])
def test_what_is_nested_as_deep_as_the_bound_is_read(depth):
    assert decoded(nested(depth)) is not None
    assert decoded(b'["' + b"[{" * 500 + b'", ' + nested(depth - 1) + b"]") is not None


@pytest.mark.parametrize("stack", [700, 800, 900])
def test_the_bound_is_the_same_however_much_of_the_stack_is_used(stack):
    def deeper(more: int):
        return deeper(more - 1) if more else decoded(nested(DEEPEST))

    room = sys.getrecursionlimit() - 400
    assert deeper(min(stack, room)) is not None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"", "JSON"),
        (b"NaN", "JSON"),
        (b"-Infinity", "JSON"),
        (b"[" + b"9" * 5000 + b"]", "JSON"),
        (b'{"a": 1', "JSON"),
        (b'"\\ud800', "JSON"),
    ],
)
def test_what_is_no_json_is_refused_by_the_same_error(raw, expected):
    assert refused(raw) == expected


def test_bytes_and_the_number_of_objects_are_bounded_before_decoding():
    assert refused(b"[1]", most=2) == "at most 0 KiB of JSON"
    assert refused(b"[" + b"[]," * 1_000_000 + b"[]]") == "JSON of at most 1,000,000 objects and lists"


def test_brackets_within_strings_are_no_objects():
    many = b'["' + b"[{\\\\" * 600_000 + b'\\"[[[["]'
    assert len(decoded(many)) == 1


def test_a_byte_order_mark_is_passed_over():
    assert decoded(b"\xef\xbb\xbf{}") == {}


def test_python_objects_are_walked_without_a_stack():
    value: list = []
    for _ in range(50_000):
        value = [value]
    assert not json_text.within_depth(value, DEEPEST)
    while value:
        value = value[0]
