"""Encryption of columns: AES-256-GCM, with the key's id before it and the place of the value as additional data.

A value that was stored before there was a key stays readable: it does not begin as an encrypted one does. Additional
data is table, column and row, so that a value that somebody moved to another row is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from typing import Any

from connector.errors import ConfigurationError, MissingExtra

ENCRYPTED = "enc:v1:"
"""What every encrypted value begins with."""
_NONCE = 12


class Keyring:
    """The keys of ``[encryption]``: the first encrypts, all of them decrypt; without any, values stay as they are."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        """Raises :class:`connector.errors.MissingExtra` for keys without the library that uses them."""
        self._ciphers = {key_id(key): _cipher(key) for key in keys}
        self._current = key_id(keys[0]) if keys else None

    @property
    def encrypts(self) -> bool:
        """Whether there is a key."""
        return self._current is not None

    def sealed(self, text: str, place: Sequence[str]) -> str:
        """``text`` as it is stored at ``place``: table, column, row."""
        if self._current is None:
            return text
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), _additional(place))
        return f"{ENCRYPTED}{self._current}:{base64.b64encode(nonce + sealed).decode()}"

    def opens(self, kept: str) -> bool:
        """Whether a stored value is plain, or encrypted with a key that is here."""
        return not kept.startswith(ENCRYPTED) or kept.removeprefix(ENCRYPTED).partition(":")[0] in self._ciphers

    def opened(self, kept: str, place: Sequence[str]) -> str:
        """What was stored at ``place``; raises :class:`connector.errors.ConfigurationError` if no key opens it."""
        if not kept.startswith(ENCRYPTED):
            return kept
        named, _, sealed = kept.removeprefix(ENCRYPTED).partition(":")
        cipher = self._ciphers.get(named)
        if cipher is None:
            raise ConfigurationError(
                f"{place[0]}: a value is encrypted with the key {named[:16]!r}, which the configuration does not name",
                field="encryption",
                expected="that key as key or in old_keys",
            )
        try:
            data = base64.b64decode(sealed, validate=True)
            plain: bytes = cipher.decrypt(data[:_NONCE], data[_NONCE:], _additional(place))
            return plain.decode()
        except (_invalid_tag(), binascii.Error, ValueError):
            raise ConfigurationError(
                f"{place[0]}: an encrypted value was changed, or was moved from another row", field="encryption"
            ) from None


def key_id(key: bytes) -> str:
    """The public name of a key: a digest that says nothing of it."""
    return hashlib.sha256(b"turnwire key " + key).hexdigest()[:12]


def _additional(place: Sequence[str]) -> bytes:
    return "\0".join(place).encode()


def _cipher(key: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - optional, and slow to import
    except ModuleNotFoundError:
        raise MissingExtra(
            "[encryption] needs a library that is not installed: pip install 'turnwire[crypto]'",
            field="encryption.key",
            expected="the extra crypto",
        ) from None
    return AESGCM(key)


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - there is a cipher, so it is installed

    return InvalidTag
