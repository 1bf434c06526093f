"""Header decoding of mail: encoded words, addresses, ids, dates; in linear time and never raising."""

from __future__ import annotations

import binascii
import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from connector.channels.mail.parsing.charsets import decode
from connector.channels.text.clean import one_line

# A question mark may not stand in a word, and some programs write it all the same.
_WORD = re.compile(r"=\?([A-Za-z0-9._:+*-]{1,60})\?([bBqQ])\?([^?\r\n]*|[^\r\n]{0,300}?)\?=")
_MASKED = re.compile("\ue000([0-9]{1,4})\ue001")
_GAP = re.compile(r"\s*\Z")
_ADDRESS = re.compile('[^\\s<>()\\[\\],;:"\\\\@\ue000]{1,64}@[^\\s<>()\\[\\],;:"\\\\@\ue000]{1,190}')
_USUAL = re.compile(
    r'\s*"?([A-Za-z0-9 ._-]*)"?\s*<([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,60}){1,5})>\s*'
)
_TOKEN = re.compile(r'\\.|["()<>,;:\\]|[^"()<>,;:\\]+')
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTES = " \t\r\n'\"<>`\u2018\u2019\u201c\u201d"
_MAX_DOMAIN = 190
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
    """The addresses of an address header; an unreadable header gives those that can be picked out of it.

    An address is what stands in the last ``<…>``; whatever stands before it is a name, whichever form it has.
    """
    value = value[:_MAX_ADDRESS_HEADER]
    usual = _USUAL.fullmatch(value)
    if usual:
        return [Mailbox(one_line(usual[1].strip(), 255), _tidy(usual[2]))]
    words: list[str] = []

    def mask(word: re.Match[str]) -> str:  # what is encoded may hold characters that mean something in a header
        words.append(word[0])
        return f"\ue000{len(words) - 1}\ue001"

    def shown(name: str) -> str:
        plain = _MASKED.sub(lambda number: words[int(number[1])] if int(number[1]) < len(words) else "", name)
        return one_line(decode_words(plain).strip(_QUOTES), 255)

    masked = _WORD.sub(mask, value) if "=?" in value else value
    found = [Mailbox(shown(name), address) for entry in _entries(masked) for name, address in _named(entry)]
    if not found:  # some programs encode name and address in one word
        found = [Mailbox("", _tidy(hit[0])) for hit in _ADDRESS.finditer(decode_words(value))]
    return found


class _Entry:
    """What stands between two commas of an address header: words, comments, and what is in angle brackets."""

    def __init__(self) -> None:
        self.words = ""
        self.comment = ""
        self.angles: list[str] = []


def _entries(value: str) -> list[_Entry]:
    """The entries of a header; a quote or comment that never ends is none, and its first character a letter."""
    for ordinary in ("", '"', "(", '"('):
        found = _scanned(value, ordinary)
        if found is not None:
            return found
    return []


def _scanned(value: str, ordinary: str) -> list[_Entry] | None:
    found, entry, within, depth = [], _Entry(), "", 0
    for hit in _TOKEN.finditer(value):
        token = hit[0]
        if within == '"':
            within = "" if token == '"' else within
            entry.words += "" if token == '"' else token[-1] if token[0] == "\\" else token
        elif within == "(":
            depth += (token == "(") - (token == ")")
            within = "(" if depth else ""
            entry.comment += token if depth else ""
        elif within == "<" and token == ">":
            within = ""
        elif within == "<" and not (token in {",", ";"} and "@" in entry.angles[-1].lstrip("@ ")):
            entry.angles[-1] = "" if token == "<" else entry.angles[-1] + token
        elif token in {'"', "("} and token not in ordinary:
            within, depth = token, 1
        elif token == "<":
            within = "<"
            entry.angles.append("")
        elif token in {",", ";"}:
            found.append(entry)
            within, entry = "", _Entry()
            entry.words = _carried(found[-1]) if token == "," else ""
        elif token == ":" and "@" not in entry.words:
            entry.words = ""  # the name of a group
        else:
            entry.words += token
    return None if within in {'"', "("} else [*found, entry]


def _carried(entry: _Entry) -> str:
    """The first half of a name that holds a comma and stands in no quotes."""
    return "" if entry.angles or "@" in entry.words or not entry.words.strip() else f"{entry.words},"


def _named(entry: _Entry) -> list[tuple[str, str]]:
    """The name and the address of an entry; of addresses without brackets or commas all."""
    for angle in reversed(entry.angles):
        address = _tidy(angle)
        if address:
            return [(entry.words.strip() or entry.comment.strip("() "), address)]
    address = _tidy(entry.words)
    if address:
        return [(entry.comment.strip("() "), address)]
    hits = [hit[0] for hit in _ADDRESS.finditer(entry.words)]
    name = entry.words.replace(hits[0], " ").strip() if len(hits) == 1 else ""
    return [(name, address) for address in map(_tidy, hits) if address]


def _tidy(text: str) -> str:
    """An address as it is compared and sent to: no quotes around it, its domain in lower case ASCII; empty if none."""
    text = _COMMENT.sub("", text).strip(_QUOTES).removeprefix("mailto:").rstrip(".,;")
    if text.startswith("@"):  # the route of old, "@relay:ana@shop.example"
        text = text.rpartition(":")[2]
    local, _, domain = text.rpartition("@")
    local = local.strip(_QUOTES)
    address = f"{local}@{_ascii(domain.strip())}"
    return address if len(address) <= 255 and _ADDRESS.fullmatch(address) else ""


def _ascii(domain: str) -> str:
    """The domain as it stands in the DNS (IDNA 2008, without its checks)."""
    if domain.isascii():
        return domain.lower()
    labels = unicodedata.normalize("NFKC", domain.lower()[:_MAX_DOMAIN]).split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label[:63].encode('punycode', 'ignore').decode('ascii')}"
        for label in labels
    )


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
