"""Mail services as they send: forms and JSON signed with keys of our own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from connector.channels.base import Head
from connector.channels.mail.services.base import ServiceDelivery

SIGNING_KEY = "key-of-the-shop-0123456789"
BOUNDARY = "xYzZY"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
SUBSCRIBE_URL = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
MAIL = (
    "From: Ada <ada@customer.example>\r\nTo: support@shop.example\r\nSubject: parcel\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{id}@customer.example>\r\n\r\nWhere is it? {id}\r\n"
)


def mail(id_: str = "m-1") -> bytes:
    return MAIL.replace("{id}", id_).encode()


@dataclass(frozen=True)
class Sent:
    """What a service posts."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def delivery(self) -> ServiceDelivery:
        head = Head.of(self.headers.items())
        return ServiceDelivery(head=head, media_type=self.headers.get("content-type", ""), body=self.body)


def form(fields: Mapping[str, str | bytes], files: Mapping[str, tuple[str, str, bytes]] | None = None) -> Sent:
    """As multipart/form-data."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + (value if isinstance(value, bytes) else value.encode())
        for name, value in fields.items()
    ]
    parts += [
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        + content
        for name, (file, kind, content) in (files or {}).items()
    ]
    body = b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
    return Sent(body, {"content-type": f"multipart/form-data; boundary={BOUNDARY}"})


def urlencoded(fields: Mapping[str, str | bytes]) -> Sent:
    return Sent(urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded"})


# --- Mailgun ----------------------------------------------------------------------------------------------------------


def mailgun_signature(token: str = "t-1", at: datetime | None = None, key: str = SIGNING_KEY) -> dict[str, str]:
    time = str(int((at or datetime.now(UTC)).timestamp()))
    signature = hmac.new(key.encode(), f"{time}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": time, "token": token, "signature": signature}


def mailgun(raw: bytes | None = None, **signed: Any) -> Sent:
    fields = {"recipient": "support@shop.example", "sender": "ada@customer.example"}
    return form({**fields, "body-mime": mail() if raw is None else raw, **mailgun_signature(**signed)})


# --- Postmark ---------------------------------------------------------------------------------------------------------


def basic(password: str, user: str = "turnwire") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def postmark(password: str = "pass-of-the-shop-1", **fields: Any) -> Sent:
    told = {"RawEmail": mail().decode(), "OriginalRecipient": "support@shop.example", **fields}
    return Sent(json.dumps(told).encode(), {"content-type": "application/json; charset=utf-8", **basic(password)})


# --- SendGrid ---------------------------------------------------------------------------------------------------------


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: Any) -> str:
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def sendgrid(sent: Sent | None = None, at: datetime | None = None, key: Any = None) -> Sent:
    sent = sent or form(
        {"email": mail(), "envelope": '{"to": ["support@shop.example"], "from": "ada@customer.example"}'}
    )
    time = str(int((at or datetime.now(UTC)).timestamp()))
    signature = (key or sendgrid_key()).sign(time.encode() + sent.body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": time,
    }
    return Sent(sent.body, {**sent.headers, **headers})


# --- Amazon SES -------------------------------------------------------------------------------------------------------


@cache
def sns_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate(days: int = 30) -> bytes:
    """That of :func:`sns_key`, good from yesterday for so many days."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(sns_key().public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .sign(sns_key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


_SIGNED = {
    "Notification": "Message MessageId Subject Timestamp TopicArn Type",
    "SubscriptionConfirmation": "Message MessageId SubscribeURL Timestamp Token TopicArn Type",
    "UnsubscribeConfirmation": "Message MessageId SubscribeURL Timestamp Token TopicArn Type",
}


def sns(
    message: Any, *, kind: str = "Notification", at: datetime | None = None, version: str = "2", **more: Any
) -> Sent:
    """A signed SNS message; ``more`` is signed too."""
    time = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    told = {"Type": kind, "MessageId": "n-1", "TopicArn": TOPIC, "Timestamp": time, "Message": json.dumps(message)}
    if kind != "Notification":
        told |= {"Token": "tok", "SubscribeURL": SUBSCRIBE_URL}
    told |= {"SignatureVersion": version, "SigningCertURL": CERTIFICATE_URL, **more}
    signed = "".join(f"{name}\n{told[name]}\n" for name in _SIGNED[kind].split() if name in told)
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = sns_key().sign(signed.encode(), padding.PKCS1v15(), digest)
    body = json.dumps({**told, "Signature": base64.b64encode(signature).decode()}).encode()
    return Sent(body, {"content-type": "text/plain; charset=UTF-8", "x-amz-sns-topic-arn": TOPIC})


def received(raw: bytes | None = None, **more: Any) -> dict[str, Any]:
    """What SES publishes by its SNS action with Base64 encoding."""
    receipt = {
        "recipients": ["support@shop.example"], "dmarcVerdict": {"status": "PASS"}, "spfVerdict": {"status": "GRAY"},
        "action": {"type": "SNS", "encoding": "BASE64"},
    }  # fmt: skip
    content = base64.b64encode(mail() if raw is None else raw).decode()
    return {"notificationType": "Received", "receipt": receipt, "mail": {}, "content": content, **more}
