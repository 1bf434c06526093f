"""HTTP basic authentication of services that sign nothing: user and password are part of the address they are given."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.channels.base import Head, NotAuthentic


@dataclass(frozen=True, kw_only=True, slots=True)
class BasicAuth:
    """A user with any of several passwords, so that they can be changed one by one."""

    user: str
    passwords: Sequence[str] = field(repr=False)

    def require(self, head: Head) -> None:
        """Raise :class:`NotAuthentic` unless the head shows one of them."""
        shown = head.one("authorization")
        if shown is None:
            raise NotAuthentic("missing_header", "the header Authorization is missing")
        scheme, _, encoded = shown.partition(" ")
        if scheme.lower() != "basic":
            raise NotAuthentic("wrong_prefix", "the header Authorization is not that of basic authentication")
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            given = b""
        matched = False
        for password in self.passwords:
            matched |= hmac.compare_digest(f"{self.user}:{password}".encode(), given)
        if not matched:
            raise NotAuthentic("mismatch", "user and password are not those of this source")
