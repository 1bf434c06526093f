"""SendGrid's Inbound Parse: forms, signed by ECDSA over time and body if a security policy is attached.

Switch on *POST the raw, full MIME message*: form fields come in character sets of their own, the raw mail does not.
https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/securing-your-parse-webhooks
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connector.channels.base import Head, Ignored, NotAuthentic
from connector.channels.mail.services.base import NeedsNoCertificate, ServiceDelivery, ServiceMail, fresh, malformed
from connector.channels.mail.services.basic_auth import BasicAuth
from connector.channels.mail.services.form import MULTIPART, URLENCODED, Form, read_form
from connector.channels.mail.services.rebuilt_mail import RebuiltPart, rebuilt
from connector.errors import MissingExtra

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
RETRIED = 3 * 86_400.0
"""Seconds for which SendGrid repeats a delivery; whether with a new time, its pages do not say."""


@dataclass(frozen=True, kw_only=True)
class SendGrid(NeedsNoCertificate):
    """A parse setting: ``keys`` are public keys of its policy, ``auth`` what its address holds; either or both."""

    keys: Sequence[Any] = ()
    auth: BasicAuth | None = None
    tolerance: float
    media_types = (MULTIPART, URLENCODED)

    def announced(self, head: Head, now: datetime) -> None:
        """Refuse what shows no signature or password, and what is old."""
        if self.auth is not None:
            self.auth.require(head)
        if self.keys:
            for name in (SIGNATURE, TIMESTAMP):
                if not head.one(name):
                    raise NotAuthentic("missing_header", f"the header {name} is missing")
            fresh(_moment(head.one(TIMESTAMP) or ""), now, self.tolerance)

    def verify(self, delivery: ServiceDelivery, now: datetime, certificate: bytes | None) -> str | None:
        """The signature covers the whole body, so that no token has to be remembered."""
        self.announced(delivery.head, now)
        if self.keys:
            signed = (delivery.head.one(TIMESTAMP) or "").encode() + delivery.body
            if not _signed_by_any(self.keys, delivery.head.one(SIGNATURE) or "", signed):
                raise NotAuthentic("mismatch", "the signature is not that of this body and any key of this source")
        return None

    def read(self, delivery: ServiceDelivery) -> ServiceMail | Ignored:
        """The mail as it came, or built of the fields."""
        form = read_form(delivery)
        raw = form.value("email")
        if raw is None:
            raw = rebuilt(_headers(form), list(_bodies(form)), list(_attached(form)))
        verdicts = {"spf": form.text("SPF")[:50], "dkim": form.text("dkim")[:200]}
        told = {name: value for name, value in verdicts.items() if value}
        return ServiceMail(raw=raw, recipients=_recipients(form), verdicts=told)


def public_key(encoded: str) -> Any:
    """A P-256 public key as SendGrid shows it, DER in base64; raises ``ValueError`` for what is none."""
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - optional, and slow to import
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - the same
    except ModuleNotFoundError:
        raise MissingExtra(
            "SendGrid's signatures need a library that is not installed: pip install 'turnwire[crypto]'",
            field="sources", expected="the extra crypto",
        ) from None  # fmt: skip
    try:
        key = serialization.load_der_public_key(base64.b64decode(encoded, validate=True))
    except (ValueError, TypeError):
        key = None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise ValueError("the public key of the security policy, as SendGrid shows it")


def _signed_by_any(keys: Sequence[Any], shown: str, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - there is a key, so it is installed
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - the same

    try:
        signature = base64.b64decode(shown, validate=True)
    except (binascii.Error, ValueError):
        return False
    for key in keys:
        try:
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return True
    return False


def _moment(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if re.fullmatch(r"[0-9]{1,11}", text) else None


def _recipients(form: Form) -> list[str]:
    found = _json(form, "envelope").get("to")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _json(form: Form, name: str) -> dict[str, Any]:
    try:
        found = json.loads(form.value(name) or b"{}")
    except (ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}


def _headers(form: Form) -> Iterator[tuple[str, str]]:
    """The mail's own header lines, or the few that the form names."""
    block = form.value("headers")
    if block is None and not form.value("from"):
        raise malformed("email, headers or from")
    if block is None:
        yield from (
            (name.capitalize(), form.text(name)) for name in ("from", "to", "cc", "subject") if form.value(name)
        )
        return
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", block)
    for line in re.split(rb"[\r\n]+", unfolded):
        name, colon, value = line.partition(b":")
        if colon:
            yield name.decode("latin-1").strip(), value.strip().decode("utf-8", "surrogateescape")


def _bodies(form: Form) -> Iterator[RebuiltPart]:
    charsets = _json(form, "charsets")
    plain, html = form.value("text"), form.value("html")
    if plain is not None or html is None:
        yield RebuiltPart(content=plain or b"", kind="text/plain", charset=str(charsets.get("text", "utf-8")))
    if html is not None:
        yield RebuiltPart(content=html, kind="text/html", charset=str(charsets.get("html", "utf-8")))


def _attached(form: Form) -> Iterator[RebuiltPart]:
    told = _json(form, "attachment-info")
    for part in form.files():
        info = told.get(part.name)
        content_id = str(info.get("content-id") or "") if isinstance(info, dict) else ""
        yield RebuiltPart(content=part.value, kind=part.kind, file=part.file or "", content_id=content_id)
