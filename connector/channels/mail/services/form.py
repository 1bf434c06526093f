"""Form bodies, as bytes: ``application/x-www-form-urlencoded`` and ``multipart/form-data``, within limits.

The values stay bytes: services send fields in the mail's own character sets.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import unquote_to_bytes

from connector.channels.mail.services.base import ServiceDelivery, malformed
from connector.errors import MissingExtra

if (_theirs := logging.getLogger("python_multipart")).level == logging.NOTSET:
    _theirs.setLevel(logging.ERROR)  # it warns of what strangers send, letter by letter

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_FIELDS = 500
_HEADER_BYTES = 4096
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class FormPart:
    """One field; ``file`` is the name of a file that was attached, ``kind`` its media type.

    A ``quoted`` one is undone when it is asked for: whoever only verifies does not pay for the mail in it.
    """

    name: str
    content: bytes
    file: str | None = None
    kind: str = ""
    quoted: bool = False

    @property
    def value(self) -> bytes:
        """The field's bytes."""
        return unquote_to_bytes(self.content.replace(b"+", b" ")) if self.quoted else self.content


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The fields in their order; of a name that came several times the first counts."""

    parts: tuple[FormPart, ...] = ()

    def value(self, name: str) -> bytes | None:
        """The field's bytes; None if it is missing."""
        return next((part.value for part in self.parts if part.name == name), None)

    def text(self, name: str) -> str:
        """The field as UTF-8; empty if it is missing."""
        return (self.value(name) or b"").decode("utf-8", "replace")

    def files(self) -> Iterator[FormPart]:
        """Those that are files."""
        return (part for part in self.parts if part.file is not None)


def read_form(delivery: ServiceDelivery) -> Form:
    """The form in a body; raises :class:`connector.errors.InvalidInput` for what is none and for too many fields."""
    header = Message()
    header["content-type"] = delivery.media_type
    if header.get_content_type() == MULTIPART:
        boundary = header.get_boundary("")
        if not boundary or len(boundary) > 200:
            raise malformed("a form with a boundary")
        return Form(parts=tuple(_multipart(delivery.body, boundary.encode("latin-1", "replace"))))
    return Form(parts=tuple(_urlencoded(delivery.body)))


def _urlencoded(body: bytes) -> Iterator[FormPart]:
    fields = body.split(b"&", MOST_FIELDS)
    if len(fields) > MOST_FIELDS:
        raise malformed(f"a form of at most {MOST_FIELDS} fields")
    for each in fields:
        name, _, value = each.partition(b"=")
        if name:
            plain = unquote_to_bytes(name[:_LONGEST_NAME].replace(b"+", b" ")).decode("utf-8", "replace")
            yield FormPart(name=plain, content=value, quoted=True)


def _multipart(body: bytes, boundary: bytes) -> list[FormPart]:
    try:
        from python_multipart.multipart import MultipartParser  # noqa: PLC0415 - of the extra http
    except ModuleNotFoundError:
        raise MissingExtra(
            "forms need a library that is not installed: pip install 'turnwire[http]'", field="sources",
            expected="the extra http",
        ) from None  # fmt: skip
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks(), max_size=max(1, len(body)))
        parser.write(body)
        parser.finalize()
    except ValueError:  # the library's errors are such
        raise malformed("a form that can be read") from None
    if not parts.ended:
        raise malformed("a whole form")
    return parts.found


@dataclass
class _Parts:
    """What the parser says, piece by piece, as parts."""

    found: list[FormPart] = field(default_factory=list)
    ended: bool = False
    _headers: dict[str, bytes] = field(default_factory=dict)
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _data: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin, "on_part_data": self._more_data, "on_part_end": self._end,
            "on_header_field": self._more_name, "on_header_value": self._more_value,
            "on_header_end": self._header_end, "on_end": self._all,
        }  # fmt: skip

    def _begin(self) -> None:
        if len(self.found) >= MOST_FIELDS:
            raise malformed(f"a form of at most {MOST_FIELDS} fields")
        self._headers, self._data = {}, bytearray()

    def _more_name(self, data: bytes, start: int, end: int) -> None:
        self._bounded(self._name, data[start:end])

    def _more_value(self, data: bytes, start: int, end: int) -> None:
        self._bounded(self._value, data[start:end])

    def _bounded(self, held: bytearray, more: bytes) -> None:
        held += more
        if len(held) > _HEADER_BYTES:
            raise malformed(f"a form whose headers have at most {_HEADER_BYTES} bytes")

    def _header_end(self) -> None:
        if len(self._headers) < 10:
            self._headers[self._name.decode("latin-1").lower()] = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def _more_data(self, data: bytes, start: int, end: int) -> None:
        self._data += memoryview(data)[start:end]

    def _end(self) -> None:
        told = Message()
        told["content-disposition"] = self._headers.get("content-disposition", b"").decode("utf-8", "replace")
        name, file = (told.get_param(key, None, "content-disposition") for key in ("name", "filename"))
        kind = self._headers.get("content-type", b"").decode("latin-1")
        if isinstance(name, str):
            shown = file if isinstance(file, str) or file is None else file[2]
            part = FormPart(name=name[:_LONGEST_NAME], content=bytes(self._data), file=shown, kind=kind)
            self.found.append(part)

    def _all(self) -> None:
        self.ended = True
