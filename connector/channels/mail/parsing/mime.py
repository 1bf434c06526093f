"""MIME parser with limits: nothing that a stranger sends may take more than linear time, or raise.

The standard library parses; three of its public hooks keep it bounded: the policy cuts headers before anything looks
into them, the message class counts parts and depth, and ``message/*`` parts stay closed: their mail is content here,
and unfolding thousands of nested ones is how parsers die.

What the library leaves closed or encoded, because a label is misspelt or a boundary missing, is opened here. The
identity of a mail without a Message-ID is made of what the library itself finds, and stays so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from typing import Any, cast

from connector.channels.mail.parsing.charsets import decode, header_text
from connector.channels.mail.parsing.header_lines import mended
from connector.channels.mail.parsing.headers import decode_words
from connector.channels.mail.parsing.parameters import parameters
from connector.channels.mail.parsing.transfer import UUENCODED, encoding_named, undone
from connector.channels.text.clean import one_line
from connector.errors import InvalidInput

MAX_RAW = 25 * 1024 * 1024
MAX_LINES = 450_000  # the parser makes an object of each; the largest attachment in lines of 60 has 423,000
MAX_HEADERS = 256 * 1024
MAX_HEADER = 16 * 1024
MAX_HEADER_COUNT = 10_000  # of all parts together
MAX_PARTS = 500
MAX_DEPTH = 20
_MAX_PARAMETERS = 1500  # of a Content-* header; parsing its parameters is quadratic
_MAX_REOPENED = 3  # multiparts without a true boundary within each other
_KIND = re.compile(r"[\s\"']*([a-z0-9!#$&^_.+-]+)\s*/\s*([a-z0-9!#$&^_.+-]+)", re.IGNORECASE)
_MISNAMED = {
    "plain/text": "text/plain", "html/text": "text/html", "text/htm": "text/html", "text/txt": "text/plain",
    "text/text": "text/plain", "text": "text/plain", "html": "text/html", "multipart": "multipart/mixed",
    "application/text": "text/plain", "application/html": "text/html",
}  # fmt: skip
_OPENING = re.compile(
    rb"(?:\A|[\r\n])--([^\r\n]{1,200})(?:\r\n|\n|\r)(?=(content-[a-z-]{2,30}[ \t]*:)?)", re.IGNORECASE
)
_BOUNDARY = re.compile(rb"[!#-\[\]-~](?:[ !#-\[\]-~]{0,198}[!#-\[\]-~])?")
_MOST_OPENINGS = 1000
_UNIX_FROM = re.compile(rb">From [^\r\n]*[\r\n]+")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")


class _Bounded(Compat32):
    """Headers cut to size as they are read, and handed out as they came."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _MAX_PARAMETERS if name.lower().startswith("content-") else MAX_HEADER]

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value


class Part(Message):
    """A part of a mail that knows how deep it lies; one part or header too many raises :class:`InvalidInput`."""

    depth = 0
    root: Part | None = None
    parts = 1
    header_count = 0
    reopened = 0
    """Within how many multiparts without a true boundary it lies; of a root."""
    first: Part | None = None
    """The root in which these were found."""
    original: Part | None = None
    """The mail before its header lines were put right, if they had to be."""

    def set_raw(self, name: str, value: str) -> None:
        root = self if self.root is None else self.root
        root.header_count += 1
        if root.header_count > MAX_HEADER_COUNT:
            raise InvalidInput("mail", f"at most {MAX_HEADER_COUNT:,} headers", "more")
        super().set_raw(name, value)

    def attach(self, payload: Any) -> None:
        root = self if self.root is None else self.root
        root.parts += 1
        payload.root, payload.depth = root, self.depth + 1
        if payload.depth > MAX_DEPTH:
            raise InvalidInput("mail", f"parts nested at most {MAX_DEPTH} deep", "more")
        if root.parts > MAX_PARTS:
            raise InvalidInput("mail", f"at most {MAX_PARTS} parts", "more")
        super().attach(payload)

    @property
    def kind(self) -> str:
        """The declared content type, lower case, common misspellings put right."""
        kind: str | None = self.__dict__.get("kind_cache")
        if kind is None:
            kind = self.__dict__["kind_cache"] = self._kind()
        return kind

    def _kind(self) -> str:
        value = self.header("content-type")
        if not value:
            return self.get_default_type()
        found = _KIND.match(value)
        kind = (f"{found[1]}/{found[2]}" if found else value.partition(";")[0].strip("\"' ")).lower()
        return _MISNAMED.get(kind, kind) if found or kind in _MISNAMED else "text/plain"

    def get_content_type(self) -> str:
        """What the parser goes by: a mail inside a mail is opaque to it."""
        kind = super().get_content_type()
        return "application/octet-stream" if kind.startswith("message/") else kind

    def header(self, name: str) -> str:
        """The first header of that name, unfolded, encoded words untouched; empty when there is none.

        Identities are made of it: how raw bytes in it are read does not change.
        """
        values = (self.__dict__.get("header_index") or self._index()).get(name)  # asked for sixty times a mail
        return _unfolded(values[0]) if values else ""

    def headers(self, name: str) -> list[str]:
        """All headers of that name."""
        return [_unfolded(value) for value in self._index().get(name, ())]

    def shown(self, name: str) -> list[str]:
        """The same, raw bytes in them read in whatever charset makes words of them."""
        return [_shown(value) for value in self._index().get(name, ())]

    def count(self, name: str) -> int:
        """How often a header stands in it."""
        return len(self._index().get(name, ()))

    def _index(self) -> dict[str, list[Any]]:
        """The headers by their names, in lower case, made once the mail is parsed."""
        index: dict[str, list[Any]] | None = self.__dict__.get("header_index")
        if index is None:
            index = self.__dict__["header_index"] = {}
            for name, value in self.raw_items():
                index.setdefault(name.lower(), []).append(value)
        return index

    def line(self, name: str, limit: int) -> str:
        """A header for people to read."""
        values = self._index().get(name)
        return one_line(decode_words(_shown(values[0])), limit) if values else ""

    def parameter(self, name: str, header: str = "content-type") -> str:
        """A parameter such as ``charset`` or ``filename``; empty when it is absent or cannot be read."""
        return self._parameters(header).get(name, "")

    def _parameters(self, header: str) -> dict[str, str]:
        cached: dict[str, dict[str, str]] = self.__dict__.setdefault("parameter_cache", {})
        if header not in cached:
            text = str(next(iter(self._index().get(header, ())), ""))
            kind = _KIND.match(text)
            cached[header] = parameters(text[kind.end() if kind else 0 :]) if "=" in text else {}
        return cached[header]

    def content(self) -> bytes:
        """The part's bytes with the transfer encoding undone, by whatever spelling it is named."""
        encoding = encoding_named(self.header("content-transfer-encoding"))
        return self.content_for_identity() if encoding in UUENCODED else undone(self._payload_bytes(), encoding)

    def _payload_bytes(self) -> bytes:
        payload = self._payload  # type: ignore[attr-defined]
        return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""

    def content_for_identity(self) -> bytes:
        """The same as the standard library undoes it: digests are made of it, and must not change."""
        try:
            payload = self.get_payload(decode=True)
        except Exception:  # noqa: BLE001 - the sender chose every byte, and the library trusts it in many places
            return b""
        return payload if isinstance(payload, bytes) else b""

    def children(self) -> list[Part]:
        """The parts of a multipart that could be opened."""
        found: list[Part] | None = self.__dict__.get("children_cache")
        if found is None:
            found = self.__dict__["children_cache"] = self._opened() if self.is_multipart() else self._reopened()
        return found

    def _opened(self) -> list[Part]:
        return [each for each in cast("list[Any]", self.get_payload()) if isinstance(each, Part)]

    def _reopened(self) -> list[Part]:
        """The parts of a multipart whose boundary is missing or wrong, or that does not say that it is one."""
        root = self if self.root is None else self.root
        first = root if root.first is None else root.first
        unsaid = self.depth == 0 and self.kind == "text/plain"
        if not (self.kind.startswith("multipart/") or unsaid):
            return []
        if root.reopened >= _MAX_REOPENED or first.parts > MAX_PARTS:
            return []
        raw = self._payload_bytes()
        boundary = _boundary(raw, self.parameter("boundary").encode("ascii", "ignore"))
        if not boundary or (unsaid and not _is_no_text(raw, boundary, self.header("content-type"))):
            return []
        try:
            again = _parsed(b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + raw)
        except InvalidInput:
            return []
        first.parts += again.parts
        again.first, again.reopened = first, root.reopened + 1
        return again.children() if again.is_multipart() else []

    @property
    def for_identity(self) -> Part:
        """The same mail as the standard library reads its header lines."""
        return self if self.original is None else self.original  # one without headers counts as false

    def leaves(self) -> Iterator[Part]:
        """All parts that hold content, in order."""
        children = self.children()
        if not children and not self.is_multipart():
            yield self
        for child in children:
            yield from child.leaves()

    def leaves_for_identity(self) -> Iterator[Part]:
        """The same as the standard library finds them."""
        if not self.is_multipart():
            yield self
            return
        for child in self._opened():
            yield from child.leaves_for_identity()


def _boundary(raw: bytes, named: bytes) -> bytes:
    """The boundary by which a multipart's parts stand apart, whatever its header says; empty if none can be told."""
    likely = b""
    for hit, _ in zip(_OPENING.finditer(raw), range(_MOST_OPENINGS), strict=False):
        token = hit[1].rstrip(b" \t")
        if not _BOUNDARY.fullmatch(token):
            continue
        if token == named or hit[2]:
            return token
        likely = likely or (token if b"--" + token + b"--" in raw[hit.end() : hit.end() + MAX_HEADERS] else b"")
    return likely


def _is_no_text(raw: bytes, boundary: bytes, declared: str) -> bool:
    """Whether what is said to be a text is a multipart: a text may quote the source of one as well."""
    before = raw[: raw.find(b"--" + boundary)].strip().lower()
    return b"--" + boundary + b"--" in raw and (not before or (not declared and before.startswith(b"this is a multi")))


def _unfolded(value: Any) -> str:
    """Raw bytes in a header are UTF-8 or windows-1252, whatever the standard says."""
    text = str(value or "")
    if not text.isascii():
        text = header_text(text.encode("utf-8", "surrogateescape"))
    return " ".join(text.split())


def _shown(value: Any) -> str:
    text = str(value or "")
    if not text.isascii():
        text = decode(text.encode("utf-8", "surrogateescape"))
    return " ".join(text.split())


_POLICY = _Bounded()


def parse(raw: bytes) -> Part:
    """The mail's parts; raises :class:`InvalidInput` when it is over a limit, with ``field`` "mail"."""
    raw = _trimmed(raw)
    if len(raw) > MAX_RAW:
        raise InvalidInput("mail", f"at most {MAX_RAW // 1024 // 1024} MB", "more")
    if _lines(raw) > MAX_LINES:
        raise InvalidInput("mail", f"at most {MAX_LINES:,} lines", "more")
    if _headers_end(raw) > MAX_HEADERS:
        raise InvalidInput("mail", f"at most {MAX_HEADERS // 1024} KB of headers", "more")
    return _mended(_parsed(raw), raw, _parsed)


def _parsed(raw: bytes) -> Part:
    return cast("Part", BytesParser(Part, policy=_POLICY).parsebytes(raw))


def _mended(mail: Part, raw: bytes, parser: Callable[[bytes], Part]) -> Part:
    """The mail with its header lines put right, where one of them was taken for text."""
    broken = any(isinstance(each, MissingHeaderBodySeparatorDefect) for each in mail.defects)
    fixed = mended(raw) if broken else None
    if fixed is None:
        return mail
    again = parser(fixed)
    again.original = mail
    return again


def parse_headers(raw: bytes) -> Part:
    """Only the headers, as far as the limits reach, for a mail that is too much as a whole."""
    raw = _trimmed(raw[: MAX_HEADERS + 4])
    lines = raw[: min(_headers_end(raw), MAX_HEADERS)].split(b"\n", MAX_HEADER_COUNT)[:MAX_HEADER_COUNT]
    raw = b"\n".join(lines)
    return _mended(_parsed_headers(raw), raw, _parsed_headers)


def _parsed_headers(raw: bytes) -> Part:
    return cast("Part", BytesHeaderParser(Part, policy=_POLICY).parsebytes(raw))


def _trimmed(raw: bytes) -> bytes:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # a mail that a text editor saved
        raw = raw[: 2 * MAX_RAW + 4].decode("utf-16", "replace").encode()
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    quoted = _UNIX_FROM.match(raw, 0, MAX_HEADER)
    return raw[quoted.end() :] if quoted else raw


def _lines(raw: bytes) -> int:
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")


def _headers_end(raw: bytes) -> int:
    found = _BLANK_LINE.search(raw, 0, MAX_HEADERS + 4)
    return found.start() if found else len(raw)
