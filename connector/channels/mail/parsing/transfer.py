"""Transfer encodings (RFC 2045): what was sent, out of what was fit to travel; by labels as programs write them."""

from __future__ import annotations

import binascii
import re

_LABEL = re.compile(r"[a-z0-9-]+")
_BASE64 = frozenset({"base64", "base-64", "b64", "x-base64"})
_QUOTED = frozenset({"quoted-printable", "quotedprintable", "quoted", "qp", "x-quoted-printable"})
UUENCODED = frozenset({"x-uuencode", "uuencode", "uue", "x-uue", "x-uu"})
_KNOWN = _BASE64 | _QUOTED | UUENCODED
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(set(range(256)) - set(_ALPHABET))
_SAMPLE = 4096
_WHITE = b" \t\r\n"
_FOREIGN_AND_PADS = _FOREIGN + b"="
_MOST_PADS = 10_000
_END = re.compile(rb"={1,3}")


def encoding_named(value: str) -> str:
    """The encoding that a header names, lower case, without what programs put around it."""
    found: list[str] = _LABEL.findall(value.lower())
    return next((label for label in found if label in _KNOWN), found[0] if found else "")


def undone(data: bytes, encoding: str) -> bytes:
    """The bytes that were sent; as they came where the encoding is none, or one that is not known."""
    if encoding in _BASE64:
        return _from_base64(data)
    if encoding in _QUOTED:
        return binascii.a2b_qp(data)
    return data


def _from_base64(data: bytes) -> bytes:
    """Base64 to its end: some programs encode a text in pieces, each padded, and write plain words below it."""
    if _is_prose(data):
        return data
    bare = data.translate(None, _WHITE)
    if b"=" in bare.rstrip(b"=") and bare.count(b"=") < _MOST_PADS:
        return b"".join(map(_piece, _END.split(_without_footer(data).translate(None, _FOREIGN))))
    return _piece(bare.translate(None, _FOREIGN_AND_PADS))


def _is_prose(data: bytes) -> bool:
    """Whether what is called base64 is plain words: most of its lines hold spaces between words of any length."""
    lines = [line.split() for line in data[:_SAMPLE].splitlines() if line.strip()]
    prose = sum(len(words) > 1 and any(len(word) % 4 for word in words[:-1]) for words in lines)
    return prose * 2 > len(lines)


def _without_footer(data: bytes) -> bytes:
    """The lines until the first that is of another kind, once a line has ended with padding."""
    kept: list[bytes] = []
    padded = False
    for line in data.splitlines():
        bare = line.strip(_WHITE)
        if padded and bare.translate(None, _ALPHABET):
            break
        padded = padded or bare.endswith(b"=")
        kept.append(bare)
    return b"".join(kept)


def _piece(piece: bytes) -> bytes:
    whole = piece[:-1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
