"""Parameters of a MIME header (RFC 2045, RFC 2231), such as ``charset`` or ``filename``; never raising."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from connector.channels.mail.parsing.charsets import decode

# A semicolon belongs before each; programs forget it, or write a comma.
_PARAMETER = re.compile(r'([^\s=;,"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
_NAME = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_ESCAPED = re.compile(r'\\(["\\])')
_WHITE = re.compile(r"[\r\n]+[ \t]*")


@dataclass(slots=True)
class _Extended:
    """A value in pieces (RFC 2231): the first names the charset of all of them."""

    pieces: dict[int, bytes] = field(default_factory=dict)
    charset: str = ""

    def add(self, number: int, value: str, *, encoded: bool) -> None:
        """Keep a piece; the first one of its number counts."""
        if encoded and number == 0 and value.count("'") >= 2:
            self.charset, _, value = value.split("'", 2)
        raw = value.encode("utf-8", "surrogateescape")
        self.pieces.setdefault(number, unquote_to_bytes(raw) if encoded else raw)

    def text(self) -> str:
        """The whole value; a character may be split between two pieces."""
        return decode(b"".join(self.pieces[number] for number in sorted(self.pieces)), self.charset)


def parameters(text: str) -> dict[str, str]:
    """The parameters in what follows a header's value, names in lower case; of two of a name the first."""
    plain: dict[str, str] = {}
    extended: dict[str, _Extended] = {}
    for hit in _PARAMETER.finditer(text):
        value = _unquoted(hit[2])
        name = _NAME.fullmatch(hit[1].lower())
        if "*" not in hit[1] or name is None:
            plain.setdefault(hit[1].lower(), value)
        else:
            extended.setdefault(name[1], _Extended()).add(int(name[2] or 0), value, encoded=bool(name[3]))
    return plain | {name: value.text() for name, value in extended.items()}


def _unquoted(value: str) -> str:
    value = _WHITE.sub(" ", value).strip()
    if value.startswith('"'):
        value = _ESCAPED.sub(r"\1", value[1:].removesuffix('"'))
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    return value
