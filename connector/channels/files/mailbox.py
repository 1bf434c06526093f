"""Mailbox reader: one mail, mbox and Maildir, each as a stream."""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

from connector.channels.files.answer_times import in_time
from connector.channels.files.entry import FileEntry, Reading
from connector.channels.mail.guards.folder_marks import why_left_by_name
from connector.channels.mail.parsing.mime import MAX_LINES, MAX_RAW

_CHUNK = 64 * 1024
_DATE = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)"
    rb"(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2})\s+(?:\d{4}\s+)?\d{1,2}:\d\d"
)
_SEPARATOR_LENGTH = 400
_LINK = "a symbolic link, which is not followed in a Maildir"
NO_FILE = "not a regular file, and only such are read"
"""Why a pipe, a device or a socket is refused."""
_QUOTED_FROM = re.compile(rb">+From ")
_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|>?From ")
_HEADER_NAME = re.compile(rb"([!-9;-~]{1,80})[ \t]*:")
_HEADERS_AHEAD = 100  # lines
_OF_A_MAIL = frozenset({b"from", b"date", b"message-id"})
_WITH_IT = _OF_A_MAIL | {b"to", b"subject", b"received", b"return-path"}
_TELLING = 2
"""Of these headers so many tell a mail."""
_YEAR, _CLOCK = re.compile(rb"\b(?:19|20)\d\d\b"), re.compile(rb"(?<!\d)\d{1,2}:\d\d(?!\d)")
_UNDATED = re.compile(rb"From (?:-|[^\s@]*@\S*|MAILER-DAEMON)\s*")
_DOUBTS = 10
_DOUBT = (
    "it may be the start of another mail, whose text is then told as part of this one; "
    "if it is, put a blank line before it, and 'From - Sat Nov 21 10:00:00 2026' in its place"
)


def read_mail(reading: Reading) -> Iterator[FileEntry]:
    """The one mail in a file."""
    raw = first_bytes(reading.path)
    if raw.strip():
        yield reading.mail(raw, "mail 1")


def read_mbox(reading: Reading) -> Iterator[FileEntry]:
    """All mails of an mbox file (mboxo, mboxrd and relatives), in order.

    A line that may be the start of another mail, and may not, is reported: the mail that it stands in is then two.
    """
    return in_time(_read_mbox(reading))


def _read_mbox(reading: Reading) -> Iterator[FileEntry]:
    number = 0
    with reading.path.open("rb") as file:
        for number, (raw, doubtful) in enumerate(_mails(file), 1):
            yield reading.mail(raw, f"mail {number}")
            for line in doubtful:
                yield reading.refusal(f"mail {number}, line {line}", _DOUBT)
        if not number and file.tell():
            yield reading.refusal("", 'no mail in it: no line "From …" with a date opens one')


def is_separator(line: bytes) -> bool:
    """Whether a line can open a mail of an mbox: ``From `` with a plausible date."""
    return line.startswith(b"From ") and _DATE.search(line, 5, _SEPARATOR_LENGTH) is not None


def split_mbox(file: BinaryIO) -> Iterator[bytes]:
    """The mails of an mbox, unquoted; of one over the limits only so much that it is seen to be.

    Whatever stands before the first separator is no mail. ``Content-Length`` is not trusted.
    """
    return (raw for raw, _ in _mails(file))


def _mails(file: BinaryIO) -> Iterator[tuple[bytes, list[int]]]:
    """The mails, and the numbers of the lines in each that may open another."""
    mail: bytearray | None = None  # no list of lines, each of which would be an object
    count, doubtful = 0, list[int]()
    for line, mark in _marked(file):
        if mark is _Mark.OPENS:
            if mail is not None:
                yield _joined(mail), doubtful
            mail, count, doubtful = bytearray(), 0, []
        elif mail is not None and len(mail) <= MAX_RAW and count <= MAX_LINES:
            mail += line
            count += 1
            if mark is _Mark.MAY_OPEN and len(doubtful) < _DOUBTS:
                doubtful.append(count)
    if mail is not None:
        yield _joined(mail), doubtful


class _Mark(Enum):
    """What a line of an mbox is to the mails in it."""

    INSIDE = auto()
    OPENS = auto()
    MAY_OPEN = auto()


def _marked(file: BinaryIO) -> Iterator[tuple[bytes, _Mark]]:
    """Lines, unquoted, each with its mark."""
    lines = _Lines(file)
    if len(lines.header_names() & _OF_A_MAIL) >= _TELLING:  # the first separator is gone
        yield b"", _Mark.OPENS
    after_blank = True
    for line, at_start in lines:
        mark = _mark(line, lines, after_blank) if at_start and line.startswith(b"From ") else _Mark.INSIDE
        yield (line[1:] if at_start and _QUOTED_FROM.match(line) else line), mark
        after_blank = at_start and not line.strip()


def _mark(line: bytes, lines: _Lines, after_blank: bool) -> _Mark:
    """Whether a line "From …" opens a mail: bodies hold such lines as well.

    It does after a blank line, with a date in it and what looks like a header below; and wherever the headers of a mail
    stand below. Some programs write no blank line, others another date, or none.
    """
    strict = is_separator(line)
    if after_blank and strict and _may_open_mail(lines.ahead()):
        return _Mark.OPENS
    names = lines.header_names()
    told, dated = len(names & _OF_A_MAIL) >= _TELLING, strict or _dated(line)
    if told and (dated or (after_blank and _UNDATED.fullmatch(line))):
        return _Mark.OPENS
    if strict and b"from" in names and len(names & _WITH_IT) >= _TELLING:
        return _Mark.OPENS
    return _Mark.MAY_OPEN if told or (dated and names & _OF_A_MAIL) else _Mark.INSIDE


def _dated(line: bytes) -> bool:
    return bool(_YEAR.search(line, 5, _SEPARATOR_LENGTH) and _CLOCK.search(line, 5, _SEPARATOR_LENGTH))


def _may_open_mail(line: bytes) -> bool:
    return not line.strip() or _HEADER.match(line) is not None


def _joined(mail: bytearray) -> bytes:
    """The mail without the blank line that belongs to the next separator."""
    raw = bytes(mail)
    return raw.removesuffix(b"\n").removesuffix(b"\r") if raw.endswith((b"\n\n", b"\n\r\n")) else raw


class _Lines:
    """Lines, an endless one in pieces, with a flag that says whether a piece opens its line; some are seen ahead."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._at_start = self._new = True

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        while self._waiting or self._more():
            yield self._waiting.popleft()

    def _more(self) -> bool:
        line = self._file.readline(_CHUNK)
        if self._new:
            line, self._new = line.removeprefix(b"\xef\xbb\xbf"), False
        if line:
            self._waiting.append((line, self._at_start))
            self._at_start = line.endswith(b"\n")
        return bool(line)

    def ahead(self, number: int = 0) -> bytes:
        """The line after the next ``number`` ones; empty at the end."""
        while len(self._waiting) <= number:
            if not self._more():
                return b""
        return self._waiting[number][0]

    def header_names(self) -> set[bytes]:
        """The names of the headers that come next, as far as all lines are headers."""
        names: set[bytes] = set()
        for number in range(_HEADERS_AHEAD):
            line = self.ahead(number)
            found = _HEADER_NAME.match(line)
            if found:
                names.add(found[1].lower())
            elif not (number and line.startswith((b" ", b"\t")) and line.strip()):
                break
        return names


def is_maildir(path: Path) -> bool:
    """Whether a directory is a Maildir."""
    return path.is_dir() and ((path / "cur").is_dir() or (path / "new").is_dir())


def read_maildir(reading: Reading) -> Iterator[FileEntry]:
    """The mails in ``new/`` and then ``cur/``, oldest name first; those that were trashed or are drafts are stopped.

    A mail program may move or rename a file meanwhile: what is gone from its place is looked for in ``cur/`` by its
    unique name, the part before the colon. Only files are read: others may be able to put links there.
    """
    return in_time(_read_maildir(reading))


def _read_maildir(reading: Reading) -> Iterator[FileEntry]:
    seen: set[str] = set()
    for folder in ("new", "cur"):
        if (reading.path / folder).is_symlink():
            yield reading.refusal(folder, _LINK)
            continue
        for name in _names_in(reading.path / folder):
            unique = _unique(name)
            if unique not in seen:
                seen.add(unique)
                yield _mail_or_refusal(reading, folder, name)


def _unique(name: str) -> str:
    return name.partition(":")[0]


def _names_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as found:
        return sorted(each.name for each in found if not each.name.startswith("."))


def _mail_or_refusal(reading: Reading, folder: str, name: str) -> FileEntry:
    path = reading.path / folder / name
    try:
        if not os.path.lexists(path):
            cur = reading.path / "cur"
            path = next((cur / each for each in _names_in(cur) if _unique(each) == _unique(name)), path)
        raw = _first_bytes_of_file(path)
    except OSError as error:
        return reading.refusal(f"{folder}/{name}", f"cannot be read: {error.strerror}")
    if isinstance(raw, str):
        return reading.refusal(f"{folder}/{name}", raw)
    return reading.mail(raw, f"{folder}/{name}", why_left_by_name(path.name))


def _first_bytes_of_file(path: Path) -> bytes | str:
    """As :func:`first_bytes`, or why it is not read."""
    if path.is_symlink():
        return _LINK
    # What it is may have changed since it was listed; opening a pipe would wait for its writer.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return NO_FILE
    with os.fdopen(handle, "rb") as file:
        return file.read(MAX_RAW + 1)


def first_bytes(path: Path) -> bytes:
    """A mail file's content, or one byte more than the limit of it."""
    with path.open("rb") as file:
        return file.read(MAX_RAW + 1)
