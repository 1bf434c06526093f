"""Amazon SES: each mail in a notification of Amazon SNS, signed; a topic has to be confirmed first.

Use the SNS action with Base64 encoding, which holds the mail itself (up to 150 KB). A notification without it, as the
S3 action makes, becomes a mail of its headers alone, which is refused with a reason that people see.
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.channels.base import Head, Ignored, NotAuthentic
from connector.channels.events.schema import moment
from connector.channels.mail.services import sns
from connector.channels.mail.services.base import Confirmation, ServiceDelivery, ServiceMail, fresh, malformed
from connector.channels.mail.services.postmark import json_object
from connector.channels.mail.services.rebuilt_mail import RebuiltPart, as_bytes, rebuilt
from connector.errors import InvalidInput

_VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")
_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Ses:
    """Rules of SES that publish to these topics."""

    topics: Collection[str]
    accept_sha1: bool
    tolerance: float
    media_types = ("text/plain", "application/json")
    largest = 1024 * 1024  # SNS carries 256 KiB

    def announced(self, head: Head, now: datetime) -> None:
        """The head of an SNS message proves nothing; a topic that it names may already be a wrong one."""
        topic = head.one("x-amz-sns-topic-arn")
        if topic is not None:
            self._require_topic(topic)

    def certificate(self, delivery: ServiceDelivery) -> str | None:
        """The address of the certificate, after all that is wrong without it."""
        told = _told(delivery)
        self._require_topic(told.get("TopicArn"))
        sns.signed_string(told)
        return sns.certificate_url(told)

    def verify(self, delivery: ServiceDelivery, now: datetime, certificate: bytes | None) -> str | None:
        """The signature covers the whole message, so that no token has to be remembered."""
        told = _told(delivery)
        self._require_topic(told.get("TopicArn"))
        sns.verify_signature(told, certificate or b"", now, accept_sha1=self.accept_sha1)
        fresh(_moment(told.get("Timestamp")), now, self.tolerance)
        return None

    def read(self, delivery: ServiceDelivery) -> ServiceMail | Confirmation | Ignored:
        """The mail, what is to be called to confirm the topic, or why it is neither."""
        told = _told(delivery)
        if told.get("Type") == sns.CONFIRMATION:
            if not sns.of_amazon(told.get("SubscribeURL")):
                raise InvalidInput("SubscribeURL", "an address of Amazon SNS")
            return Confirmation(url=str(told["SubscribeURL"]))
        if told.get("Type") != sns.NOTIFICATION:
            return Ignored(reason="other_event")
        return _mail(json_object(str(told.get("Message")).encode("utf-8", "surrogatepass")))

    def _require_topic(self, topic: object) -> None:
        if topic not in self.topics:
            raise NotAuthentic("wrong_topic", "the topic is none of those of this source")


def _told(delivery: ServiceDelivery) -> dict[str, Any]:
    return json_object(delivery.body)


def _moment(text: object) -> datetime | None:
    try:
        found: datetime | None = moment(text)
    except ValueError:
        return None
    return found


def _mail(told: Mapping[str, Any]) -> ServiceMail | Ignored:
    if told.get("notificationType") != "Received":
        return Ignored(reason="other_event")
    receipt = told["receipt"] if isinstance(told.get("receipt"), dict) else {}
    found = receipt.get("recipients")
    recipients = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    verdicts = {name: _status(receipt.get(f"{name}Verdict")) for name in _VERDICTS}
    told_verdicts = {name: status for name, status in verdicts.items() if status}
    return ServiceMail(raw=_raw(told, receipt), recipients=recipients, verdicts=told_verdicts)


def _status(verdict: object) -> str:
    status = verdict.get("status") if isinstance(verdict, dict) else None
    return status.lower()[:50] if isinstance(status, str) else ""


def _raw(told: Mapping[str, Any], receipt: Mapping[str, Any]) -> bytes:
    content, action = told.get("content"), receipt.get("action")
    if not isinstance(content, str) or not content:
        return rebuilt(_headers(told), [RebuiltPart(content=b"", kind="text/plain")])
    if isinstance(action, dict) and str(action.get("encoding")).upper() == "BASE64":
        try:
            return base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            raise malformed("content in Base64") from None
    return as_bytes(content)


def _headers(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    mail = told.get("mail")
    listed = mail.get("headers") if isinstance(mail, dict) else None
    if not isinstance(listed, list):
        raise malformed("content, or mail.headers")
    for each in listed[:_MOST]:
        if isinstance(each, dict) and isinstance(each.get("name"), str) and isinstance(each.get("value"), str):
            yield each["name"], each["value"]
