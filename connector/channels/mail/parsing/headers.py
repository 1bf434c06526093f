"""Header decoding of mail: encoded words, addresses, ids, dates; in linear time and never raising."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple

from connector.channels.mail.parsing.charsets import decode
from connector.channels.text.clean import one_line

_WORD = re.compile(r"=\?([A-Za-z0-9._:+*-]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_MASKED = re.compile("\ue000([0-9]{1,4})\ue001")
_GAP = re.compile(r"\s*\Z")
_ADDRESS = re.compile('[^\\s<>()\\[\\],;:"\\\\@\ue000]{1,64}@[^\\s<>()\\[\\],;:"\\\\@]{1,190}')
_ID = re.compile(r"<([^<>]{1,2000})>")
_MAX_ADDRESS_HEADER = 4000
_BELIEVED = range(1971, 2100)


class Mailbox(NamedTuple):
    """One address of a header: ``name`` as shown (may be empty), ``address`` with its domain in lower case."""

    name: str
    address: str


def decode_words(text: str) -> str:
    """RFC 2047 encoded words to text.

    Neighbours in one charset are joined as bytes first, because some programs split a character between two words.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    run, label, end = b"", "", 0
    for word in _WORD.finditer(text):
        gap = text[end : word.start()]
        data, charset = _word_bytes(word[2], word[3]), word[1].partition("*")[0].lower()
        if run and _GAP.match(gap):
            gap = ""
        if run and (gap or charset != label):
            out.append(decode(run, label))
            run = b""
        out.append(gap)
        run, label, end = run + data, charset, word.end()
    out.append(decode(run, label))
    out.append(text[end:])
    return "".join(out)


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "surrogateescape")
    try:
        if encoding in "qQ":
            return binascii.a2b_qp(raw, header=True)
        return binascii.a2b_base64(raw.rstrip(b"=") + b"=" * (-len(raw.rstrip(b"=")) % 4))
    except binascii.Error:
        return raw


def mailboxes(value: str) -> list[Mailbox]:
    """The addresses of an address header; an unreadable header gives those that can be picked out of it."""
    value = value[:_MAX_ADDRESS_HEADER]
    words: list[str] = []

    def mask(word: re.Match[str]) -> str:  # what is encoded may hold characters that mean something in a header
        words.append(word[0])
        return f"\ue000{len(words) - 1}\ue001"

    def shown(name: str) -> str:
        plain = _MASKED.sub(lambda number: words[int(number[1])] if int(number[1]) < len(words) else "", name)
        return one_line(decode_words(plain), 255)

    try:
        pairs = getaddresses([_WORD.sub(mask, value)])
    except (RecursionError, ValueError, IndexError, TypeError):  # 500 nested comments, among others
        pairs = []
    found = [Mailbox(shown(name), _tidy(address)) for name, address in pairs if _plausible(address)]
    if not found:  # some programs encode name and address in one word
        found = [Mailbox("", _tidy(hit[0])) for hit in _ADDRESS.finditer(decode_words(value))]
    return found


def _plausible(address: str) -> bool:
    return len(address) <= 255 and _ADDRESS.fullmatch(address) is not None


def _tidy(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def message_ids(value: str) -> list[str]:
    """The ids of a Message-ID, In-Reply-To or References header, without angle brackets, oldest first."""
    found = ["".join(hit.split()) for hit in _ID.findall(value)]
    if not found and len(value.split()) == 1 and "@" in value:
        found = [value.strip("<> \t\r\n")]
    return [each for each in found if each]


def moment(value: str) -> datetime | None:
    """The time of a Date header in UTC, or None if it cannot be told or believed; without a zone it is taken as UTC."""
    try:
        when = parsedate_to_datetime(" ".join(value[:200].split()))
        when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.year in _BELIEVED else None
