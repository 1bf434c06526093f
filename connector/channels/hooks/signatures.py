"""Signature verification of hooks: HMAC, plain hashes and shared secrets, as a source's configuration says.

Pure: the clock is an argument. The bytes are verified as they came, before anything is decoded, and every comparison
takes as long whatever was guessed. A verifier without a usable secret cannot be made.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.channels.base import Head, NotAuthentic, Why
from connector.channels.events.schema import moment
from connector.settings import SignatureSettings

__all__ = ["Claim", "Head", "NotAuthentic", "UnusableSecret", "Verifier", "Why", "instant"]

_MOST_CANDIDATES = 10
_PIECES = re.compile(r"\{([^{}]*)\}")
# What HubSpot's page on request validation lists; other escapes stay as they came.
_URL_ESCAPES = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)


class UnusableSecret(Exception):
    """A secret that is empty or not in the encoding that the scheme wants; the argument is what was expected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What a delivery's head says of its origin; whether it is true, the body tells."""

    candidates: Sequence[tuple[str, bytes]]
    parts: Mapping[str, bytes]


class Verifier:
    """One source's scheme with its secrets. Any of the secrets will do, so that they can be changed one by one."""

    def __init__(self, scheme: SignatureSettings, secrets: Sequence[str], url: str | None = None) -> None:
        """``url`` is the address that the sender was given. Raises :class:`UnusableSecret`."""
        self._scheme = scheme
        self._url = url
        self._keys = [_key(secret, scheme.key) for secret in secrets]
        if not self._keys:
            raise UnusableSecret("a secret that is not empty")

    def announced(self, head: Head, now: datetime) -> Claim:
        """What the head alone allows to refuse is refused here, before a body is read.

        Raises :class:`NotAuthentic`.
        """
        scheme = self._scheme
        shown = head.one(scheme.header)
        if not shown:
            raise NotAuthentic("missing_header", f"the header {scheme.header} is missing")
        parts = {"method": head.method.encode(), "url": self._called(head.query)}
        if scheme.timestamp_header is not None:
            parts["timestamp"] = self._fresh(head.one(scheme.timestamp_header), now)
        if scheme.id_header is not None:
            identity = head.one(scheme.id_header)
            if not identity:
                raise NotAuthentic("missing_id", f"the header {scheme.id_header} is missing")
            parts["id"] = _bytes(identity)
        return Claim(candidates=self._candidates(shown), parts=parts)

    def verify(self, claim: Claim, body: bytes) -> None:
        """Raises :class:`NotAuthentic` unless one of the secrets has signed just these bytes."""
        matched = False
        made: dict[tuple[str, bytes], bytes] = {}
        for algorithm, candidate in claim.candidates:
            for key in self._keys:
                expected = made.get((algorithm, key))
                if expected is None:
                    expected = made[algorithm, key] = self._expected(algorithm, key, claim.parts, body)
                matched |= hmac.compare_digest(expected, candidate)
        if not matched:
            raise NotAuthentic("mismatch", "the signature is not that of this body and any secret of this source")

    def _candidates(self, shown: str) -> list[tuple[str, bytes]]:
        scheme = self._scheme
        listed = [shown] if scheme.separator is None else shown.split(scheme.separator)
        found: list[tuple[str, bytes]] = [
            (algorithm, _canonical(one.strip().removeprefix(prefix), scheme.encoding))
            for one in listed[:_MOST_CANDIDATES]
            for algorithm in scheme.algorithm
            if one.strip().startswith(prefix := scheme.prefix.replace("{algorithm}", algorithm.removeprefix("hmac-")))
        ]
        if not found:
            raise NotAuthentic("wrong_prefix", f"the header {scheme.header} holds no signature of the expected kind")
        return found

    def _fresh(self, shown: str | None, now: datetime) -> bytes:
        scheme = self._scheme
        name = scheme.timestamp_header
        if not shown:
            raise NotAuthentic("missing_header", f"the header {name} is missing")
        at = _instant(shown, scheme.timestamp_unit)
        if at is None:
            raise NotAuthentic("unreadable_timestamp", f"the header {name} holds no time in {scheme.timestamp_unit}")
        if abs((now - at).total_seconds()) > scheme.tolerance:
            raise NotAuthentic("stale", f"the time in {name} is more than {scheme.tolerance:g} seconds away")
        return _bytes(shown)

    def _called(self, query: str) -> bytes:
        if self._url is None:
            return b""
        called = f"{self._url}?{query}" if query else self._url
        if self._scheme.decode_url:
            called = _URL_ESCAPES.sub(lambda found: chr(int(found[0][1:], 16)), called)
        return _bytes(called)

    def _expected(self, algorithm: str, key: bytes, parts: Mapping[str, bytes], body: bytes) -> bytes:
        if algorithm == "secret":
            return _encoded(key, self._scheme.encoding)
        kind = algorithm.removeprefix("hmac-")
        digest = hmac.new(key, digestmod=kind) if algorithm.startswith("hmac-") else hashlib.new(kind)
        named = {**parts, "body": body, "secret": key}
        for number, piece in enumerate(_PIECES.split(self._scheme.signed)):
            digest.update(named[piece] if number % 2 else piece.encode())
        return _encoded(digest.digest(), self._scheme.encoding)


def _key(secret: str, encoding: str) -> bytes:
    try:
        if encoding == "text":
            key = secret.encode()
        elif encoding == "hex":
            key = bytes.fromhex(secret)
        else:
            coded = secret.removeprefix("whsec_").rstrip("=")
            key = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSecret(f"a secret in {encoding}") from None
    if not key:
        raise UnusableSecret("a secret that is not empty")
    return key


def _encoded(digest: bytes, encoding: str) -> bytes:
    match encoding:
        case "hex":
            return digest.hex().encode()
        case "base64":
            return base64.b64encode(digest)
        case "base64url":
            return base64.urlsafe_b64encode(digest).rstrip(b"=")
    return digest


def _canonical(shown: str, encoding: str) -> bytes:
    """What was shown, written as :func:`_encoded` writes: hex may be in capitals, base64url may be padded."""
    if encoding == "hex":
        shown = shown.lower() if shown.isascii() else shown
    elif encoding == "base64url":
        shown = shown.rstrip("=")
    return _bytes(shown)


def _bytes(text: str) -> bytes:
    """A header's bytes as they came: servers decode them as Latin-1."""
    return text.encode("latin-1", "replace")


def _instant(shown: str, unit: str) -> datetime | None:
    try:
        if unit == "rfc3339":
            found = moment(shown)
            return found if isinstance(found, datetime) else None
        return instant(int(shown), unit) if re.fullmatch(r"[0-9]{1,16}", shown) else None
    except ValueError:
        return None


def instant(number: float, unit: str) -> datetime | None:
    """Seconds or milliseconds since 1970 as a time; None for what is in no calendar."""
    try:
        return datetime.fromtimestamp(number / 1000 if unit == "milliseconds" else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
