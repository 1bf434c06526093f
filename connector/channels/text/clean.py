"""Text normalisation: NFC, no NUL, no lone surrogates, bounded length."""

from __future__ import annotations

import re
import unicodedata

from connector.utils.unicode_forms import bounded_marks

TEXT_LIMIT = 100_000
"""Code points in the text of one event."""

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
# Bidirectional overrides and invisible characters, without the joiners that Persian, Indic scripts and emoji need.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")


def unsafe(text: str) -> bool:
    """Whether the text holds a NUL or a lone surrogate, which databases and JSON parsers refuse."""
    return "\x00" in text if text.isascii() else _UNSAFE.search(text) is not None


def nfc(text: str) -> str:
    """The text in Unicode normal form C, in linear time (:func:`bounded_marks` says at which price)."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", bounded_marks(text))


def clean(text: str) -> str:
    """Text that any database, broker and provider takes: one kind of line end, no controls but that and tabs, NFC."""
    text = _NEWLINES.sub("\n", text)
    text = _CONTROLS.sub("", text)
    return nfc(_SURROGATES.sub("\ufffd", text))


def cut(text: str, more: int = 0) -> str:
    """At most :data:`TEXT_LIMIT` code points, saying at the end how much is missing.

    ``more`` is the number of characters that were left out before.
    """
    if len(text) <= TEXT_LIMIT and not more:
        return text
    kept = text[: TEXT_LIMIT - 60].rstrip()
    return f"{kept}\n\n[cut: {len(text) - len(kept) + more} more characters]"


def one_line(text: str, limit: int) -> str:
    """A name or subject as people read it: one line, nothing invisible, at most ``limit`` code points."""
    text = _INVISIBLE.sub("", clean(text[: 4 * limit]))
    return _SPACES.sub(" ", text).strip()[:limit]
