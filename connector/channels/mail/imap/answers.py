"""Answers of an IMAP server, read without believing them: FETCH data, lists of UIDs, response codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

_TOKEN = re.compile(
    # A text that nobody closes ends with the line: looked for anew from each of its quotes it would cost its square.
    rb'(?s)(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)(?:"|\\?\Z)'
    rb"|(?P<atom>[A-Za-z0-9.$\\*+:/_-]+(?:\[[^\]]{0,200}\](?:<\d+>)?)?))"
)
_LITERAL = re.compile(rb"\{\d{1,20}\+?\}$")
_CODE = re.compile(r"\[([A-Z0-9-]+)")
_BIGGEST = 2**32 - 1
Data = Sequence[object]
"""What imaplib makes of an answer: bytes, or pairs of bytes and the literal that followed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedMail:
    """What a server told of one mail: ``body`` is that of the section that was asked for."""

    uid: int
    size: int | None = None
    arrived: datetime | None = None
    body: bytes | None = None


def fetched(data: Data) -> dict[int, FetchedMail]:
    """The mails of a FETCH answer by UID; what names none, such as news of flags, is left out."""
    found: dict[int, FetchedMail] = {}
    for message in _messages(data):
        fields = _fields(message)
        uid = number(fields.get(b"UID"))
        if uid is None or (uid in found and b"BODY[]" not in fields and b"BODY[HEADER]" not in fields):
            continue
        body = next((value for name, value in fields.items() if name.startswith(b"BODY[")), None)
        found[uid] = FetchedMail(
            uid=uid,
            size=number(fields.get(b"RFC822.SIZE"), 2**63),
            arrived=_moment(fields.get(b"INTERNALDATE")),
            body=None if body == b"\x00NIL" else body,
        )
    return found


def _messages(data: Data) -> Iterator[list[bytes | tuple[bytes]]]:
    """The parts of each message: text, and literals as tuples of one."""
    parts: list[bytes | tuple[bytes]] = []
    for item in data:
        if isinstance(item, tuple) and len(item) == 2:
            parts += [_LITERAL.sub(b"", item[0]), (item[1],)]
        elif isinstance(item, bytes):
            yield [*parts, item]
            parts = []
    if parts:
        yield parts


def _fields(parts: Iterable[bytes | tuple[bytes]]) -> dict[bytes, bytes]:
    """Names and values at the first level; values in parentheses are passed over."""
    fields: dict[bytes, bytes] = {}
    name: bytes | None = None
    for depth, value in _values(parts):
        if depth != 1:
            continue
        if name is None:
            name = value.upper().partition(b"<")[0] if value is not None else None
        else:
            if value is not None:
                fields.setdefault(name, value)
            name = None
    return fields


def _values(parts: Iterable[bytes | tuple[bytes]]) -> Iterator[tuple[int, bytes | None]]:
    """Values with their depth; a whole list in parentheses is None one level above it."""
    depth = 0
    for part in parts:
        if isinstance(part, tuple):
            yield depth, part[0]
            continue
        for token in _TOKEN.finditer(part):
            if token["open"]:
                depth += 1
            elif token["close"]:
                depth -= 1
                yield depth, None
            elif token["quoted"] is not None:
                yield depth, re.sub(rb"\\(.)", rb"\1", token["quoted"])
            else:
                atom = token["atom"]
                yield depth, b"\x00NIL" if atom.upper() == b"NIL" else atom


def number(value: bytes | None, most: int = _BIGGEST) -> int | None:
    """A number that is none too big; None of anything else."""
    if value is None or not value.isdigit() or len(value) > 19:
        return None
    found = int(value)
    return found if found <= most else None


def _moment(value: bytes | None) -> datetime | None:
    if value is None:
        return None
    try:
        return parsedate_to_datetime(value.decode("ascii").strip().replace("-", " ", 2))
    except (ValueError, TypeError, UnicodeDecodeError):
        return None


def uids(data: Data) -> list[int]:
    """The UIDs of a SEARCH answer, ascending."""
    words = (word for item in data if isinstance(item, bytes) for word in item.split())
    return sorted({found for word in words if (found := number(word)) is not None and found > 0})


def code_of(text: str) -> str:
    """The response code at the beginning of an answer, such as ``AUTHENTICATIONFAILED``; empty without one."""
    found = _CODE.search(text[:200])
    return found[1] if found else ""
