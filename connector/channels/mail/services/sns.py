"""Amazon SNS messages: their signature, and which addresses of them may be called.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connector.channels.base import NotAuthentic
from connector.errors import MissingExtra

NOTIFICATION, CONFIRMATION, END = "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"
_SIGNED: Mapping[str, tuple[str, ...]] = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    END: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_FIRST_VERSION, _SECOND_VERSION = "1", "2"


def of_amazon(url: object, path: str = r".*") -> bool:
    """Whether an address is one of SNS itself: by https, on its usual port, and nothing in it that misleads."""
    if not isinstance(url, str) or not re.fullmatch(r"[!-~]{1,2000}", url) or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        usual = parts.port in {None, 443} and parts.username is None and "@" not in parts.netloc
    except ValueError:
        return False
    host = _HOST.fullmatch(parts.hostname or "") is not None and parts.netloc in {
        parts.hostname,
        f"{parts.hostname}:443",
    }
    return parts.scheme == "https" and usual and host and re.fullmatch(path, parts.path) is not None


def certificate_url(told: Mapping[str, Any]) -> str:
    """Where the certificate is that signed a message; raises :class:`NotAuthentic` for any place but Amazon's."""
    url = told.get("SigningCertURL") or told.get("SigningCertUrl")
    if not of_amazon(url, r"/.*\.pem"):
        raise NotAuthentic("mismatch", "SigningCertURL is not an address of Amazon SNS")
    return str(url)


def signed_string(told: Mapping[str, Any]) -> bytes:
    """What a message's signature covers; raises :class:`NotAuthentic` for a message that lacks a part of it."""
    names = _SIGNED.get(str(told.get("Type")))
    if names is None:
        raise NotAuthentic("malformed", "Type is none of those that SNS sends")
    lines = []
    for name in names:
        value = told.get(name)
        if value is None and name == "Subject":
            continue
        if not isinstance(value, str):
            raise NotAuthentic("malformed", f"{name} is missing")
        lines.append(f"{name}\n{value}\n")
    return "".join(lines).encode("utf-8", "surrogatepass")


def verify_signature(told: Mapping[str, Any], certificate: bytes, now: datetime, *, accept_sha1: bool) -> None:
    """Raise :class:`NotAuthentic` unless the holder of this certificate signed the message."""
    try:
        from cryptography import x509  # noqa: PLC0415 - optional, and slow to import
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - the same
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same
        from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - the same
    except ModuleNotFoundError:
        raise MissingExtra(
            "the signatures of SNS need a library that is not installed: pip install 'turnwire[crypto]'",
            field="sources", expected="the extra crypto",
        ) from None  # fmt: skip
    version = str(told.get("SignatureVersion"))
    if version not in {_FIRST_VERSION, _SECOND_VERSION}:
        raise NotAuthentic("malformed", "SignatureVersion is neither 1 nor 2")
    if version == _FIRST_VERSION and not accept_sha1:
        raise NotAuthentic("weak", "the signature is made with SHA-1: set the topic's SignatureVersion to 2")
    try:
        found = x509.load_pem_x509_certificate(certificate)
        key = found.public_key()
        signature = base64.b64decode(str(told.get("Signature")), validate=True)
    except (ValueError, binascii.Error):
        raise NotAuthentic("mismatch", "certificate or signature cannot be read") from None
    if not isinstance(key, rsa.RSAPublicKey) or not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise NotAuthentic("mismatch", "the certificate is not one of SNS that is valid now")
    algorithm = hashes.SHA1() if version == _FIRST_VERSION else hashes.SHA256()  # noqa: S303 - only where it is allowed
    try:
        key.verify(signature, signed_string(told), padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        raise NotAuthentic("mismatch", "the signature is not that of this message and certificate") from None
