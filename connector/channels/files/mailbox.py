"""Mailbox reader: one mail, mbox and Maildir, each as a stream."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from connector.channels.files.entry import FileEntry, Reading
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


def read_mail(reading: Reading) -> Iterator[FileEntry]:
    """The one mail in a file."""
    raw = first_bytes(reading.path)
    if raw.strip():
        yield reading.mail(raw, "mail 1")


def read_mbox(reading: Reading) -> Iterator[FileEntry]:
    """All mails of an mbox file (mboxo, mboxrd and relatives), in order."""
    number = 0
    with reading.path.open("rb") as file:
        for number, raw in enumerate(split_mbox(file), 1):
            yield reading.mail(raw, f"mail {number}")
        if not number and file.tell():
            yield reading.refusal("", 'no mail in it: no line "From …" with a date opens one')


def is_separator(line: bytes) -> bool:
    """Whether a line can open a mail of an mbox: ``From `` with a plausible date."""
    return line.startswith(b"From ") and _DATE.search(line, 5, _SEPARATOR_LENGTH) is not None


def split_mbox(file: BinaryIO) -> Iterator[bytes]:
    """The mails of an mbox, unquoted; of one over the limits only so much that it is seen to be.

    Whatever stands before the first separator is no mail. ``Content-Length`` is not trusted.
    """
    mail: bytearray | None = None  # no list of lines, each of which would be an object
    count = 0
    for line, opens in _marked(file):
        if opens:
            if mail is not None:
                yield _joined(mail)
            mail, count = bytearray(), 0
        elif mail is not None and len(mail) <= MAX_RAW and count <= MAX_LINES:
            mail += line
            count += 1
    if mail is not None:
        yield _joined(mail)


def _marked(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Lines, unquoted, and whether each opens a mail.

    Bodies hold lines that begin with "From " as well, so a separator must also follow a blank line (or open the file)
    and be followed by what looks like a header.
    """
    lines = _lines(file)
    ahead, after_blank = next(lines, None), True
    while ahead is not None:
        (line, at_start), ahead = ahead, next(lines, None)
        following = ahead[0] if ahead else b""
        opens = at_start and after_blank and is_separator(line) and _may_open_mail(following)
        yield (line[1:] if at_start and _QUOTED_FROM.match(line) else line), opens
        after_blank = at_start and not line.strip()


def _may_open_mail(line: bytes) -> bool:
    return not line.strip() or _HEADER.match(line) is not None


def _joined(mail: bytearray) -> bytes:
    """The mail without the blank line that belongs to the next separator."""
    raw = bytes(mail)
    return raw.removesuffix(b"\n").removesuffix(b"\r") if raw.endswith((b"\n\n", b"\n\r\n")) else raw


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Lines, an endless one in pieces; the flag says whether a piece opens its line."""
    at_start = True
    while line := file.readline(_CHUNK):
        yield line, at_start
        at_start = line.endswith(b"\n")


def is_maildir(path: Path) -> bool:
    """Whether a directory is a Maildir."""
    return path.is_dir() and ((path / "cur").is_dir() or (path / "new").is_dir())


def read_maildir(reading: Reading) -> Iterator[FileEntry]:
    """The mails in ``new/`` and then ``cur/``, oldest name first.

    A mail program may move or rename a file meanwhile: what is gone from its place is looked for in ``cur/`` by its
    unique name, the part before the colon. Only files are read: others may be able to put links there.
    """
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
    return reading.mail(raw, f"{folder}/{name}")


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
