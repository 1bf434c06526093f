"""Postmark's inbound stream: JSON without a signature, so the address that it is given holds a user and a password.

Switch on *Include raw email content in JSON payload*: then the mail is read as it came.
https://postmarkapp.com/developer/webhooks/inbound-webhook
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.channels.base import Head, Ignored
from connector.channels.mail.services.base import LARGEST, NeedsNoCertificate, ServiceDelivery, ServiceMail, malformed
from connector.channels.mail.services.basic_auth import BasicAuth
from connector.channels.mail.services.rebuilt_mail import RebuiltPart, as_bytes, rebuilt
from connector.channels.text import json_text
from connector.errors import InvalidInput

_FIELDS = ("From", "To", "Cc", "ReplyTo", "Subject", "Date")
_MOST = 500


@dataclass(frozen=True, kw_only=True)
class Postmark(NeedsNoCertificate):
    """An inbound server of Postmark's."""

    auth: BasicAuth
    media_types = ("application/json",)

    def announced(self, head: Head, now: datetime) -> None:
        """All that Postmark shows is in the head."""
        self.auth.require(head)

    def verify(self, delivery: ServiceDelivery, now: datetime, certificate: bytes | None) -> str | None:
        """The password again, so that nothing is read of a body without it."""
        self.auth.require(delivery.head)
        return None

    def read(self, delivery: ServiceDelivery) -> ServiceMail | Ignored:
        """The mail as it came, or built of the fields."""
        told = json_object(delivery.body)
        raw = told.get("RawEmail")
        recipient = told.get("OriginalRecipient")
        recipients = [recipient] if isinstance(recipient, str) and recipient else []
        if isinstance(raw, str) and raw:
            return ServiceMail(raw=as_bytes(raw), recipients=recipients)
        if not isinstance(told.get("From"), str):
            raise malformed("RawEmail or From")
        return ServiceMail(
            raw=rebuilt(_headers(told), list(_bodies(told)), list(_attached(told))), recipients=recipients
        )


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; raises :class:`connector.errors.InvalidInput`, also for nesting beyond reason."""
    found = json_text.decoded(body, most=LARGEST)
    if not isinstance(found, dict):
        raise InvalidInput("body", "a JSON object")
    return found


def _headers(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The real Message-ID is among the listed headers; ``MessageID`` is Postmark's own."""
    listed = [each for each in _listed(told, "Headers") if isinstance(each.get("Name"), str)]
    names = {each["Name"].lower() for each in listed}
    for name in _FIELDS:
        header = "Reply-To" if name == "ReplyTo" else name
        if header.lower() not in names and isinstance(told.get(name), str) and told[name]:
            yield header, told[name]
    yield from ((each["Name"], each["Value"]) for each in listed if isinstance(each.get("Value"), str))


def _bodies(told: Mapping[str, Any]) -> Iterator[RebuiltPart]:
    plain, html = told.get("TextBody"), told.get("HtmlBody")
    if isinstance(plain, str) and plain:
        yield RebuiltPart(content=plain.encode("utf-8", "replace"), kind="text/plain")
    if isinstance(html, str) and html:
        yield RebuiltPart(content=html.encode("utf-8", "replace"), kind="text/html")
    elif not plain:
        yield RebuiltPart(content=b"", kind="text/plain")


def _attached(told: Mapping[str, Any]) -> Iterator[RebuiltPart]:
    for each in _listed(told, "Attachments"):
        try:
            content = base64.b64decode(str(each.get("Content") or ""))
        except (binascii.Error, ValueError):
            content = b""
        name, kind, content_id = (str(each.get(key) or "") for key in ("Name", "ContentType", "ContentID"))
        yield RebuiltPart(content=content, kind=kind, file=name, content_id=content_id)


def _listed(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    return [each for each in found[:_MOST] if isinstance(each, dict)] if isinstance(found, list) else []
