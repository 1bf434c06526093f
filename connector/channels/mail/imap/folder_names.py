"""Folder names of IMAP: modified UTF-7 (RFC 3501, 5.1.3), and how they are quoted."""

from __future__ import annotations

import base64
import re

_PLAIN = re.compile(r"[ -%'-~]+|&|[^ -~]+")
_CODED = re.compile(r"&([A-Za-z0-9+,]*)-")


def encoded(name: str) -> str:
    """A name as it goes over the wire.

    >>> encoded("Entwürfe & mehr")
    'Entw&APw-rfe &- mehr'
    """
    return "".join(_piece(found[0]) for found in _PLAIN.finditer(name))


def _piece(text: str) -> str:
    if text == "&":
        return "&-"
    if text[0] in " ~" or "!" <= text[0] <= "}":
        return text
    coded = base64.b64encode(text.encode("utf-16-be", "surrogatepass")).decode().rstrip("=")
    return f"&{coded.replace('/', ',')}-"


def decoded(name: str) -> str:
    """A name as people write it; one that is not encoded rightly stays as it is.

    >>> decoded("Entw&APw-rfe &- mehr")
    'Entwürfe & mehr'
    """
    try:
        return _CODED.sub(_plain, name)
    except ValueError:
        return name


def _plain(found: re.Match[str]) -> str:
    if not found[1]:
        return "&"
    coded = found[1].replace(",", "/")
    return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True).decode("utf-16-be")


def quoted(name: str) -> str:
    """A name as an argument of a command."""
    escaped = encoded(name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
