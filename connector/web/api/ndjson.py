"""Line splitter for JSON lines (NDJSON) that arrive in pieces of any size."""

from __future__ import annotations

from collections.abc import Iterator

Line = tuple[int, bytes | None]
"""A line's number, from 1, and what is in it; None for one that is too long. Blank lines are counted and left out."""


class Lines:
    """Feed pieces, get the lines they complete. An over-long line is passed over, never held."""

    def __init__(self, longest: int) -> None:
        """``longest`` is in bytes."""
        self._longest = longest
        self._rest = b""
        self._skipping = False
        self._number = 0

    @property
    def left(self) -> int:
        """Bytes kept of a line that has no end yet."""
        return len(self._rest)

    def feed(self, piece: bytes) -> Iterator[Line]:
        """The lines that end in this piece."""
        *ended, rest = (self._rest + piece).split(b"\n")
        self._rest = b""
        for line in ended:
            yield from self._line(line)
        if self._skipping or len(rest) > self._longest:
            self._skipping, rest = True, b""
        self._rest = rest

    def finish(self) -> Iterator[Line]:
        """The last line, which needs no line end."""
        rest, self._rest = self._rest, b""
        if rest or self._skipping:
            yield from self._line(rest)

    def _line(self, line: bytes) -> Iterator[Line]:
        self._number += 1
        if self._skipping or len(line) > self._longest:
            self._skipping = False
            yield self._number, None
        elif line.strip():
            yield self._number, line
