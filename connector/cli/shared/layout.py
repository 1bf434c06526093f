"""Tables for people, laid out for the width they have: what does not fit stands below its row, and nothing is cut."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from connector.utils.terminal import in_one_line

_GAP = 2
_BELOW = "    "
_LONGEST = 300
_NARROWEST = 20
NOTHING = "-"


def width_of(stream: TextIO) -> int | None:
    """How many columns a line may have on a terminal, or by ``COLUMNS`` there; None for a program, whatever it has set.

    A program inherits ``COLUMNS`` from a shell, or from a parent that uses readline, and wants a line a row.
    """
    return max(shutil.get_terminal_size().columns, _NARROWEST) if stream.isatty() else None


def bounded(cell: str) -> str:
    """A cell of a list, however long what a stranger wrote; ids and dates are always whole."""
    return cell if len(cell) <= _LONGEST else f"{cell[: _LONGEST - 1].rstrip()}…"


def aligned(cells: Sequence[Sequence[str]]) -> str:
    """Rows of words as lines of text, a line each whatever the words are; each column as wide as its widest cell."""
    cells = [[in_one_line(cell) for cell in row] for row in cells]
    widths = _widths(cells)
    lines = ("  ".join(map(_padded, row, widths)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def fits(headings: Sequence[str], cells: Sequence[Sequence[str]], width: int | None, gap: int = _GAP) -> bool:
    """Whether a table of one line a row is no wider than that."""
    widths = _widths([headings, *cells])
    return width is None or sum(widths) + gap * (len(widths) - 1) <= width


def fitted(headings: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> str:
    """A table for a narrow place: columns without a value go, and the widest ones stand below their row by name."""
    kept = [place for place in range(len(headings)) if not place or any(row[place] != NOTHING for row in cells)]
    below: list[int] = []
    while len(kept) > 1 and not fits(*_only(kept, headings, cells), width):
        widest = max(kept[1:], key=lambda place: _widths([headings, *cells])[place])
        kept.remove(widest)
        below.append(widest)
    heads, rows = _only(kept, headings, cells)
    head, *lines = aligned([[name.upper() for name in heads], *rows]).split("\n")
    said = [head]
    for line, row in zip(lines, cells, strict=True):
        said.append(line)
        for place in sorted(below):
            if row[place] != NOTHING:
                said += _wrapped(f"{headings[place]}: {in_one_line(row[place])}", width)
    return "\n".join(said)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=_BELOW, subsequent_indent=_BELOW * 2, break_long_words=False, break_on_hyphens=False
    )  # fmt: skip


def _only(
    kept: Sequence[int], headings: Sequence[str], cells: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    return [headings[place] for place in kept], [[row[place] for place in kept] for row in cells]


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(_width, column)) for column in zip(*cells, strict=True)]


def _width(text: str) -> int:
    """How many columns a text takes: two for a character of East Asia, none for an accent of its own."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
