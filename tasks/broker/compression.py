"""Kombu's decompression of message bodies with a bound: a kilobyte can be made of a gigabyte of zeros.

Kombu decompresses before anybody sees the message. For workers of our own only; what is beyond the bound, or of a kind
that cannot be bounded, is set aside as it came.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kombu import compression

from connector.channels.text import json_text

MOST = json_text.LARGEST
"""Bytes of a decompressed body."""
_KINDS = (
    ("application/x-gzip", ("zlib",), "decompressobj"),
    ("application/x-bz2", ("bz2",), "BZ2Decompressor"),
    ("application/x-lzma", ("lzma",), "LZMADecompressor"),
    ("application/zstd", ("compression.zstd", "backports.zstd"), "ZstdDecompressor"),
)


class TooLarge(ValueError):
    """A body that decompresses to more than the bound, has no end, or is of a kind that cannot be bounded."""


def install() -> None:
    """Bound every kind of compression that Kombu knows in this process."""
    bounded = {kind: _decoder(modules, name) for kind, modules, name in _KINDS}
    for kind in compression.encoders():
        encoder, _ = compression.get_encoder(kind)
        compression.register(encoder, bounded.get(kind) or _refused, kind)


def _decoder(modules: tuple[str, ...], name: str) -> Callable[[bytes], bytes] | None:
    for module in modules:
        try:
            make = getattr(import_module(module), name)
        except ImportError:
            continue
        return lambda body: _bounded(make(), body)
    return None


def _bounded(decompressor: Any, body: bytes) -> bytes:
    found: bytes = decompressor.decompress(body, MOST + 1)
    if len(found) > MOST or not decompressor.eof:
        raise TooLarge
    return found


def _refused(_body: bytes) -> bytes:
    raise TooLarge
