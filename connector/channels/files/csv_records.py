"""CSV parser: records as a stream, which goes on behind a broken quote."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

RECORD_LIMIT = 512 * 1024
"""Characters in one record; what is longer is taken for a quote that is never closed."""

_RECOVERIES = 20

# The limit is the whole process's; it is only ever raised, so that a long text is cut by us and not refused by csv.
csv.field_size_limit(max(csv.field_size_limit(), RECORD_LIMIT))


class Record(NamedTuple):
    """One record: its cells and its text as it came; ``broken`` says why there are no cells."""

    cells: list[str]
    source: str
    broken: str = ""


class _TooLong(Exception):
    """The record does not end within the limit."""


class _Feed:
    """Lines for :mod:`csv`, remembering those of the current record so that they can be read again."""

    def __init__(self, file: TextIO, first: str) -> None:
        self._file = file
        self._waiting = deque([first])
        self.start()

    def start(self) -> None:
        """A new record begins."""
        self.record: list[str] = []
        self.size = 0
        self.ended = False

    def go_back(self) -> None:
        """Read all but the first line of this record again."""
        self._waiting.extendleft(reversed(self.record[1:]))

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._file.readline(RECORD_LIMIT + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.record.append(line)
        self.size += len(line)
        if self.size > RECORD_LIMIT:
            self._pass_over(line)
            raise _TooLong
        return line

    def _pass_over(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(RECORD_LIMIT)


def records(file: TextIO, first: str, delimiter: str) -> Iterator[Record]:
    """All records, the header's among them; ``first`` is the line that was read already.

    A record whose quote is never closed is broken: the lines after its first are read again as records of their own.
    After twenty such the rest of the file is given up, in a last broken record.
    """
    feed = _Feed(file, first)
    reader = csv.reader(feed, delimiter=delimiter)
    recoveries = 0
    while True:
        feed.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_TooLong, csv.Error):
            cells = []
        source = "".join(feed.record)
        if cells and not feed.ended:
            yield Record(cells, source)
        elif not source.strip():
            yield Record([], source)
        elif recoveries >= _RECOVERIES:
            yield Record([], "", "too many rows with a quote that is never closed; the rest of the file was not read")
            return
        else:
            yield Record([], feed.record[0], "a quote is never closed, or the row is longer than 512 KiB")
            recoveries += 1
            feed.go_back()
            reader = csv.reader(feed, delimiter=delimiter)
