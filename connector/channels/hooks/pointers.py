"""JSON pointers (RFC 6901), headers and templates: where a delivery of a hook keeps what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connector.channels.hooks.signatures import Head

_PIECES = re.compile(r"\{([^{}]*)\}")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class _Missing:
    """What a place holds that is not there."""


MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class HookItem:
    """One thing that was delivered, with the head of its delivery."""

    value: Any
    head: Head

    def at(self, place: str) -> Any:
        """What a pointer or ``header:NAME`` leads to; :data:`MISSING` where it leads nowhere."""
        if place.startswith("header:"):
            found = self.head.headers.get(place.removeprefix("header:").lower(), ())
            return found[0] if len(found) == 1 else MISSING
        return _pointed(self.value, place)

    def first(self, sources: Sequence[str]) -> Any:
        """What the first of these sources says that says something; :data:`MISSING` if none does."""
        for source in sources:
            found = self.said(source)
            if found is not MISSING and found is not None:
                return found
        return MISSING

    def said(self, source: str) -> Any:
        """What one source says: a place, a text with places in braces, or a constant."""
        pieces = _PIECES.split(source)
        if len(pieces) > 1:
            texts = [as_text(self.at(piece)) if number % 2 else piece for number, piece in enumerate(pieces)]
            return MISSING if None in texts else "".join(text for text in texts if text is not None).strip()
        return self.at(source) if source.startswith(("/", "header:")) else source


def _pointed(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def as_text(value: Any) -> str | None:
    """A single value as text; None for what is missing, null, an object or a list.

    >>> as_text(True), as_text(12.0), as_text([])
    ('true', '12', None)
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value) if abs(value) < 10**255 else None
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
    return None
