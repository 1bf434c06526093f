"""Strangers' strings on a terminal: made harmless in one place.

A customer, a provider or the owner of a token can write what steers a terminal (escapes, C1 controls), what reorders a
line for the eye (bidirectional overrides), or what begins a line of its own that looks like ours.
"""

from __future__ import annotations

import re

_STEERING = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_STEERS = re.compile(f"[{_STEERING}]")
_BREAKS = re.compile(r"\s*[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*")


def printable(text: str) -> str:
    """``text`` without characters that steer a terminal or reorder a line; line breaks and tabs stay."""
    return text if text.isascii() and text.isprintable() else _STEERS.sub("\N{REPLACEMENT CHARACTER}", text)


def in_one_line(text: str) -> str:
    """The same on one line: nothing in it can pass for a line of ours."""
    return printable(_BREAKS.sub(" ", text))


def escaped(json: str) -> str:
    """JSON with these characters as escapes, which says the same."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
