"""Mailgun routes: forms with a signature in them, over a time and a token; the mail itself is not covered.

A token that was used is no good with another mail. Forward to an address that ends in ``mime``: then the form holds the
mail as it came. https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connector.channels.base import Head, Ignored, NotAuthentic
from connector.channels.mail.services.base import NeedsNoCertificate, ServiceDelivery, ServiceMail, fresh, malformed
from connector.channels.mail.services.form import MULTIPART, URLENCODED, Form, read_form
from connector.channels.mail.services.rebuilt_mail import RebuiltPart, rebuilt

RETRIED = 8 * 3600.0
"""Seconds for which Mailgun repeats a delivery; whether with a new time, its pages do not say."""
_MOST_HEADERS = 1000


@dataclass(frozen=True, kw_only=True)
class Mailgun(NeedsNoCertificate):
    """A route of Mailgun's. Any of the keys will do, so that they can be changed one by one."""

    keys: Sequence[str] = field(repr=False)
    tolerance: float
    media_types = (URLENCODED, MULTIPART)

    def announced(self, head: Head, now: datetime) -> None:
        """Mailgun shows nothing in the head."""

    def verify(self, delivery: ServiceDelivery, now: datetime, certificate: bytes | None) -> str | None:
        """The token, once the signature is known to be Mailgun's."""
        form = read_form(delivery)
        at, token, shown = (form.text(name) for name in ("timestamp", "token", "signature"))
        if not (at and token and shown):
            raise NotAuthentic("missing_header", "the fields timestamp, token and signature must be there")
        matched = False
        for key in self.keys:
            made = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
            matched |= hmac.compare_digest(made.encode(), shown.lower().encode())
        if not matched:
            raise NotAuthentic("mismatch", "the signature is not that of this time, this token and any of the keys")
        fresh(_moment(at), now, self.tolerance)
        return token

    def read(self, delivery: ServiceDelivery) -> ServiceMail | Ignored:
        """The mail as it came, or built of the fields."""
        form = read_form(delivery)
        raw = form.value("body-mime")
        recipients = [one.strip() for one in form.text("recipient").split(",") if one.strip()]
        if raw is None:
            raw = rebuilt(_headers(form), list(_bodies(form)), list(_attached(form)))
        return ServiceMail(raw=raw, recipients=recipients)


def _moment(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if re.fullmatch(r"[0-9]{1,11}", text) else None


def _headers(form: Form) -> Iterator[tuple[str, str]]:
    """Those of the mail, which Mailgun lists; a form without the list has the few that it names."""
    try:
        listed = json.loads(form.value("message-headers") or b"null")
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list):
        if not form.value("from"):
            raise malformed("body-mime, message-headers or from")
        yield from ((name.capitalize(), form.text(name)) for name in ("from", "subject") if form.value(name))
        return
    for pair in listed[:_MOST_HEADERS]:
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(each, str) for each in pair):
            yield pair[0], pair[1]


def _bodies(form: Form) -> Iterator[RebuiltPart]:
    plain, html = form.value("body-plain"), form.value("body-html")
    if plain is not None or html is None:
        yield RebuiltPart(content=plain or b"", kind="text/plain")
    if html is not None:
        yield RebuiltPart(content=html, kind="text/html")


def _attached(form: Form) -> Iterator[RebuiltPart]:
    try:
        ids = json.loads(form.value("content-id-map") or b"{}")
    except (ValueError, RecursionError):
        ids = {}
    names = {field: cid for cid, field in ids.items() if isinstance(field, str)} if isinstance(ids, dict) else {}
    for part in form.files():
        content_id = names.get(part.name, "")
        yield RebuiltPart(content=part.value, kind=part.kind, file=part.file or "", content_id=content_id)
