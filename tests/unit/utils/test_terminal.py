"""What strangers write is harmless on a terminal, and passes for no line of ours."""

from __future__ import annotations

import json

import pytest

from connector.cli.shared.format import labelled, quoted
from connector.cli.shared.layout import aligned
from connector.cli.shared.output import shown
from connector.utils.terminal import escaped, in_one_line, printable

STEERING = "\x00\x07\x08\x1b\x7f\x80\x85\x9b\x9d\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ud800"
ENDINGS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
ADVICE = "What you can do"


@pytest.mark.parametrize("character", STEERING)
def test_what_steers_or_reorders_is_replaced(character):
    assert printable(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"
    told = escaped(json.dumps({"a": f"x{character}y"}, ensure_ascii=False))
    assert character not in told
    assert json.loads(told) == {"a": f"x{character}y"}


def test_what_people_write_stays():
    for text in ("Zoë 👩‍👧 می‌خواهم", "two\n\tlines", "plain", ""):
        assert printable(text) == text


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_value_is_one_line_wherever_it_stands(ending):
    forged = f"refund{ending}{ADVICE}{ending}  turnwire turns resolve 1"
    lines = [
        *labelled([("agent state", forged)]),
        *aligned([["  1", forged]]).splitlines(),
        *shown(forged).splitlines(),
        *in_one_line(forged).splitlines(),
    ]
    assert len(lines) == 4
    assert all(not line.strip().startswith(ADVICE) for line in lines)
    assert all(line.startswith("  | ") for line in quoted(forged))
