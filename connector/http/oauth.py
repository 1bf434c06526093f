"""OAuth 2.0 as a client: requests to token endpoints are built and their answers read; pure, nothing is called here.

RFC 6749 (client credentials, refresh), 7523 (JWT bearer), 8628 (device code), and SASL XOAUTH2. Of what an endpoint
says only the error codes are kept: its sentences may quote what was sent, and that holds secrets.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from connector.errors import ConfigurationError, MissingExtra
from connector.http.client import HttpAnswer, HttpFailure, clean, parse_retry_after
from connector.values import Denied, DeviceCode, Granted

ANSWER_CAP = 64 * 1024
"""Bytes of an answer that are read; a token has a few thousand."""
DEADLINE = 30.0
"""Seconds for one call to a token endpoint."""
DEFAULT_LIFETIME = 300.0
LONGEST_LIFETIME = 7 * 86_400.0
_LONGEST_TOKEN = 16_384
_ASSERTED = 300
"""Seconds that an assertion of ours is good for."""
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_CODES = frozenset(
    # RFC 6749 5.2, RFC 8628 3.5, OpenID Connect 3.1.2.6, and what Microsoft and Google add
    [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "access_denied",
        "authorization_pending",
        "slow_down",
        "expired_token",
        "server_error",
        "temporarily_unavailable",
        "interaction_required",
        "consent_required",
        "login_required",
        "invalid_resource",
        "authorization_declined",
        "bad_verification_code",
        "deleted_client",
        "disabled_client",
        "org_internal",
        "admin_policy_enforced",
        "rate_limit_exceeded",
    ]
)
_SAME = {"authorization_declined": "access_denied", "interaction_required": "invalid_grant"}
"""Microsoft's words for what the standards call otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthRequest:
    """One POST of a form to an endpoint; the form holds secrets."""

    url: str
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthClient:
    """Who asks which endpoint for what; ``secret`` is None for a public client."""

    token_url: str
    client_id: str
    scope: str = ""
    secret: str | None = field(default=None, repr=False)

    def credentials(self) -> OAuthRequest:
        """Ask for a token of the client's own."""
        return self._asked(grant_type="client_credentials", scope=self.scope)

    def refresh(self, refresh_token: str) -> OAuthRequest:
        """Ask for a new access token. The scope stays what was granted."""
        return self._asked(grant_type="refresh_token", refresh_token=refresh_token)

    def asserted(self, assertion: str) -> OAuthRequest:
        """Ask with a signed assertion, which stands for the client as well."""
        form = {"grant_type": _JWT_GRANT, "assertion": assertion}
        return OAuthRequest(url=self.token_url, content=urlencode(form).encode())

    def device(self, device_url: str) -> OAuthRequest:
        """Ask for a code that a person types in."""
        return self._asked(device_url, scope=self.scope)

    def poll(self, device_code: str) -> OAuthRequest:
        """Ask whether the person has."""
        return self._asked(grant_type=_DEVICE_GRANT, device_code=device_code)

    def _asked(self, url: str = "", **form: str) -> OAuthRequest:
        whole = {**form, "client_id": self.client_id, "client_secret": self.secret or ""}
        given = {name: value for name, value in whole.items() if value}
        return OAuthRequest(url=url or self.token_url, content=urlencode(given).encode())


def jwt_assertion(client: OAuthClient, pem: str, subject: str | None, now: datetime) -> str:
    """A JWT (RFC 7519) for the JWT bearer grant, signed by RS256 with a private RSA key in PEM.

    Raises :class:`connector.errors.ConfigurationError` for a key that is none, and for a missing library.
    """
    at = int(now.timestamp())
    claims = {"iss": client.client_id, "aud": client.token_url, "iat": at, "exp": at + _ASSERTED}
    claims |= {"jti": secrets.token_urlsafe(16), "sub": subject or client.client_id}
    if client.scope:
        claims["scope"] = client.scope
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_urlsafe(_rs256(pem, signed.encode()))}"


def _part(value: Mapping[str, Any]) -> str:
    return _urlsafe(json.dumps(value, separators=(",", ":")).encode())


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _rs256(pem: str, data: bytes) -> bytes:
    try:
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - optional, and slow to import
        from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - the same
    except ModuleNotFoundError:
        raise MissingExtra(
            "the grant jwt_bearer needs a library that is not installed: pip install 'turnwire[crypto]'",
            field="oauth.grant",
            expected="the extra crypto",
        ) from None
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        expected = "an RSA private key in PEM without a passphrase"
        raise ConfigurationError("the key of the grant jwt_bearer is not usable", "", "oauth.key", expected)
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


# --- answers ----------------------------------------------------------------------------------------------------------


def read_token(answer: HttpAnswer | HttpFailure) -> Granted | Denied:
    """What a token endpoint answered."""
    found = _read(answer)
    if isinstance(found, Denied):
        return found
    token, refresh = found.get("access_token"), found.get("refresh_token")
    if str(found.get("token_type", "bearer")).casefold() != "bearer":
        return Denied(code="token_type", said="the token endpoint gave a token that is no bearer token")
    if not _is_token(token, r"[A-Za-z0-9._~+/=-]+"):
        return Denied(code="no_token", said="the token endpoint answered without a usable access token")
    return Granted(
        access_token=str(token),
        lifetime=_seconds(found.get("expires_in"), DEFAULT_LIFETIME, LONGEST_LIFETIME),
        refresh_token=str(refresh) if _is_token(refresh, r"[\x21-\x7e]+") else None,
    )


def read_device(answer: HttpAnswer | HttpFailure) -> DeviceCode | Denied:
    """What a device authorization endpoint answered."""
    found = _read(answer)
    if isinstance(found, Denied):
        return found
    code, typed = found.get("device_code"), found.get("user_code")
    # Google calls it otherwise than RFC 8628.
    where = found.get("verification_uri") or found.get("verification_url")
    usable = _is_token(code, r"[\x20-\x7e]+") and _is_token(typed, r"[A-Za-z0-9 -]{1,64}") and _is_page(where)
    if not usable:
        return Denied(code="no_code", said="the device endpoint answered without a usable code")
    return DeviceCode(
        device_code=str(code), user_code=str(typed), verification_uri=str(where),
        lifetime=_seconds(found.get("expires_in"), 900.0, 3600.0), interval=_seconds(found.get("interval"), 5.0, 60.0),
    )  # fmt: skip


def _read(answer: HttpAnswer | HttpFailure) -> dict[str, Any] | Denied:
    if isinstance(answer, HttpFailure):
        return Denied(code="unreachable", said=f"no answer: {clean(answer.error)}", silent=True)
    found = answer.json_object() or {}
    if answer.status == 200:
        return found
    wait = parse_retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    code = found.get("error")
    if not isinstance(code, str) or code not in _CODES:
        said = f"HTTP {answer.status}" + (" with an error code that nobody knows" if code else "")
        return Denied(code=f"http_{answer.status}", said=said, retry_after=wait)
    numbers = _numbers(found.get("error_codes"))
    return Denied(code=_SAME.get(code, code), said=f"HTTP {answer.status} {code}{numbers}", retry_after=wait)


def _numbers(listed: Any) -> str:
    """Microsoft's numbers, by which its pages explain an error; plain numbers hold no secret."""
    given = listed if isinstance(listed, list) else []
    numbers = [f"AADSTS{number}" for number in given[:3] if type(number) is int and 0 < number < 10**9]
    return f" ({', '.join(numbers)})" if numbers else ""


def _is_token(value: Any, pattern: str) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TOKEN and re.fullmatch(pattern, value) is not None


def _is_page(value: Any) -> bool:
    """Whether a person may be sent there: https, and nothing a terminal would obey."""
    if not isinstance(value, str) or not re.fullmatch(r"[\x21-\x7e]{1,500}", value):
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or host in {"127.0.0.1", "localhost", "::1"})


def _seconds(value: Any, default: float, most: float) -> float:
    try:
        length = float(value)
    except (TypeError, ValueError, OverflowError):
        return default
    return min(max(length, 1.0), most) if math.isfinite(length) else default


# --- SASL -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class XOAuth2Refusal:
    """Why a mail server does not take a token: an HTTP-like ``status``, and the ``scope`` that it wants."""

    status: str = ""
    scope: str = ""


def xoauth2(user: str, token: str) -> bytes:
    """The initial response of SASL XOAUTH2, not yet in base64; raises ``ValueError`` for a name that would break it."""
    if "\x01" in user or "\0" in user:
        raise ValueError("a user name without control characters")
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def xoauth2_refusal(challenge: bytes) -> XOAuth2Refusal:
    """What the server's challenge says, in base64 or decoded; empty if it says nothing that can be read.

    An empty line must be answered to it before the server tells that the login failed.
    """
    data = challenge[:ANSWER_CAP].strip()
    try:
        text = data if data.startswith(b"{") else base64.b64decode(data, validate=True)
        found = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return XOAuth2Refusal()
    if not isinstance(found, dict):
        return XOAuth2Refusal()
    status, scope = (clean(str(found.get(name, "")), 100) for name in ("status", "scope"))
    return XOAuth2Refusal(status=status, scope=scope)
