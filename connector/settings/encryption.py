"""``[encryption]``: the keys with which secrets are encrypted before they are stored."""

from __future__ import annotations

import base64
import binascii

from pydantic import model_validator

from connector.errors import ConfigurationError
from connector.settings.base import Section
from connector.settings.types import SecretReference, SecretReferences

KEY_BYTES = 32
_EXPECTED = "32 random bytes in base64, as `openssl rand -base64 32` makes them"


class EncryptionSettings(Section):
    """``[encryption]``: ``key`` encrypts what is stored from now on, ``old_keys`` still read what they encrypted."""

    key: SecretReference | None = None
    old_keys: SecretReferences = ()

    @model_validator(mode="after")
    def _with_a_key(self) -> EncryptionSettings:
        if self.old_keys and self.key is None:
            raise ValueError("key together with old_keys")
        return self

    def keys(self) -> tuple[bytes, ...]:
        """The keys, the present one first, read now; raises :class:`ConfigurationError`. Never store them."""
        named = [] if self.key is None else [("encryption.key", self.key)]
        return tuple(
            self._bytes(name, one) for name, one in [*named, *(("encryption.old_keys", o) for o in self.old_keys)]
        )

    def _bytes(self, name: str, reference: str) -> bytes:
        text = self._resolve(reference, name, "encryption")
        try:
            key = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise ConfigurationError("encryption: a key is not usable", str(self._place.path), name, _EXPECTED)
        return key
