"""CSV injection guard: cells that no spreadsheet takes for a formula, whatever separates its cells.

Where the decimal sign is a comma, spreadsheets separate cells by ``;``, and then neither our commas nor our quotes hold
a text together: each piece of it behind a ``;``, a tab or a line break is a cell of its own.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_SIGNS = frozenset("=+-@\u2212")
_BLANKS = frozenset('"\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0')
_CELL = re.compile("(?:^|[;\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029])[^;\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*")
_BREAKS = "\t\r\n\x0b\x0c"


def cell(value: Any) -> str:
    """A value as a cell; an apostrophe stands before all that could begin a formula."""
    if isinstance(value, dict):
        # Says the same, and holds no separator.
        return json.dumps(value, ensure_ascii=False).replace(";", "\\u003b") if value else ""
    text = "" if value is None else str(value)
    guarded = _CELL.sub(_guarded, text)
    return f"'{guarded}" if text.startswith(tuple(_BREAKS)) else guarded


def _guarded(found: re.Match[str]) -> str:
    piece = found[0]
    start = 0 if found.start() == 0 and piece[:1] not in {";", *_BREAKS} else 1
    if not _could_be_formula(piece[start:]):
        return piece
    return f"{piece[:start]}'{piece[start:]}"


def _could_be_formula(piece: str) -> bool:
    """Whether its first character that is seen is a sign that opens a formula, of any width."""
    first = next((char for char in piece if not _is_blank(char)), "")
    return bool(first) and unicodedata.normalize("NFKC", first) in _SIGNS


def _is_blank(char: str) -> bool:
    return char in _BLANKS or char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cn", "Cs", "Mn", "Me"}
