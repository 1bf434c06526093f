"""MIME parser with limits: nothing that a stranger sends may take more than linear time, or raise.

The standard library parses; three of its public hooks keep it bounded: the policy cuts headers before anything looks
into them, the message class counts parts and depth, and ``message/*`` parts stay closed: their mail is content here,
and unfolding thousands of nested ones is how parsers die.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from email.utils import collapse_rfc2231_value
from typing import Any, cast

from connector.channels.mail.parsing.charsets import decode
from connector.channels.mail.parsing.headers import decode_words
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

    def set_raw(self, name: str, value: str) -> None:
        root = self.root or self
        root.header_count += 1
        if root.header_count > MAX_HEADER_COUNT:
            raise InvalidInput("mail", f"at most {MAX_HEADER_COUNT:,} headers", "more")
        super().set_raw(name, value)

    def attach(self, payload: Any) -> None:
        root = self.root or self
        root.parts += 1
        payload.root, payload.depth = root, self.depth + 1
        if payload.depth > MAX_DEPTH:
            raise InvalidInput("mail", f"parts nested at most {MAX_DEPTH} deep", "more")
        if root.parts > MAX_PARTS:
            raise InvalidInput("mail", f"at most {MAX_PARTS} parts", "more")
        super().attach(payload)

    @property
    def kind(self) -> str:
        """The declared content type, lower case."""
        return super().get_content_type()

    def get_content_type(self) -> str:
        """What the parser goes by: a mail inside a mail is opaque to it."""
        return "application/octet-stream" if self.kind.startswith("message/") else self.kind

    def header(self, name: str) -> str:
        """The first header of that name, unfolded, encoded words untouched; empty when there is none."""
        return _unfolded(self.get(name))

    def headers(self, name: str) -> list[str]:
        """All headers of that name."""
        return [_unfolded(value) for value in self.get_all(name, [])]

    def line(self, name: str, limit: int) -> str:
        """A header for people to read."""
        return one_line(decode_words(self.header(name)), limit)

    def parameter(self, name: str, header: str = "content-type") -> str:
        """A parameter such as ``charset`` or ``filename``; empty when it is absent or cannot be read."""
        return self._parameters(header).get(name, "")

    def _parameters(self, header: str) -> dict[str, str]:
        cached = self.__dict__.setdefault("parameter_cache", {})
        if header not in cached:
            try:
                pairs = self.get_params([], header=header)
                cached[header] = {key.lower(): _unfolded(collapse_rfc2231_value(value)) for key, value in pairs}
            except Exception:  # noqa: BLE001 - the sender chose every byte, and the library trusts it in many places
                cached[header] = {}
        return cast("dict[str, str]", cached[header])

    def content(self) -> bytes:
        """The part's bytes with the transfer encoding undone."""
        try:
            payload = self.get_payload(decode=True)
        except Exception:  # noqa: BLE001 - as above
            return b""
        return payload if isinstance(payload, bytes) else b""

    def children(self) -> list[Part]:
        """The parts of a multipart that could be opened."""
        payload = self.get_payload() if self.is_multipart() else []  # else it would be decoded, by any charset
        return [each for each in payload if isinstance(each, Part)]

    def leaves(self) -> Iterator[Part]:
        """All parts that hold content, in order."""
        if not self.is_multipart():
            yield self
        for child in self.children():
            yield from child.leaves()


def _unfolded(value: Any) -> str:
    """Raw bytes in a header are UTF-8 or windows-1252, whatever the standard says."""
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
    return cast("Part", BytesParser(Part, policy=_POLICY).parsebytes(raw))


def parse_headers(raw: bytes) -> Part:
    """Only the headers, as far as the limits reach, for a mail that is too much as a whole."""
    raw = _trimmed(raw[: MAX_HEADERS + 4])
    lines = raw[: min(_headers_end(raw), MAX_HEADERS)].split(b"\n", MAX_HEADER_COUNT)[:MAX_HEADER_COUNT]
    return cast("Part", BytesHeaderParser(Part, policy=_POLICY).parsebytes(b"\n".join(lines)))


def _trimmed(raw: bytes) -> bytes:
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def _lines(raw: bytes) -> int:
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")


def _headers_end(raw: bytes) -> int:
    found = _BLANK_LINE.search(raw, 0, MAX_HEADERS + 4)
    return found.start() if found else len(raw)
