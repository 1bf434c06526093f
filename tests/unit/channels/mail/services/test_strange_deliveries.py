"""Whatever comes: a delivery is read, or refused with a reason; nothing else ever leaves a service's file."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.base import NotAuthentic
from connector.channels.mail.message import parse_email
from connector.channels.mail.services.base import ServiceMail
from connector.channels.mail.services.basic_auth import BasicAuth
from connector.channels.mail.services.mailgun import Mailgun
from connector.channels.mail.services.postmark import Postmark
from connector.channels.mail.services.sendgrid import SendGrid
from connector.channels.mail.services.ses import Ses
from connector.errors import InvalidInput
from tests.kit.mail_services import BOUNDARY, TOPIC, Sent, certificate, form, sns, urlencoded

NOW = datetime.now(UTC)
SERVICES = {
    "mailgun": Mailgun(keys=["k"], tolerance=300),
    "postmark": Postmark(auth=BasicAuth(user="turnwire", passwords=["p"])),
    "sendgrid": SendGrid(tolerance=300),
    "ses": Ses(topics=[TOPIC], accept_sha1=False, tolerance=300),
}
TEXT = st.text(max_size=40) | st.sampled_from(["\ud800", "\udc80 x", "a\udfff\0", "\r\nX: y", "=?utf-8?q?=0A?="])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "RawEmail",
    "From",
    "To",
    "Subject",
    "TextBody",
    "HtmlBody",
    "Headers",
    "Attachments",
    "Name",
    "Value",
    "Content",
    "ContentType",
    "ContentID",
    "OriginalRecipient",
    "Type",
    "TopicArn",
    "Message",
    "MessageId",
    "Timestamp",
    "SigningCertURL",
    "Signature",
    "SignatureVersion",
    "SubscribeURL",
    "Token",
    "notificationType",
    "receipt",
    "recipients",
    "spamVerdict",
    "status",
    "action",
    "encoding",
    "content",
    "mail",
    "headers",
    "name",
    "value",
]
OBJECTS = st.recursive(
    VALUES, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=8) | st.lists(inner, max_size=3)
)
TOLD = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, TEXT | OBJECTS))
FIELDS = [
    "timestamp",
    "token",
    "signature",
    "body-mime",
    "message-headers",
    "body-plain",
    "body-html",
    "content-id-map",
    "recipient",
    "from",
    "subject",
    "headers",
    "text",
    "html",
    "charsets",
    "envelope",
    "attachment-info",
    "SPF",
    "dkim",
    "email",
    "to",
]
KINDS = ["application/json", f"multipart/form-data; boundary={BOUNDARY}", "application/x-www-form-urlencoded", ""]


def tried(service, sent: Sent) -> None:
    delivery = sent.delivery()
    with suppress(InvalidInput, NotAuthentic):
        service.announced(delivery.head, NOW)
    with suppress(InvalidInput, NotAuthentic):
        service.certificate(delivery)
    with suppress(InvalidInput, NotAuthentic):
        service.verify(delivery, NOW, certificate())
    with suppress(InvalidInput, NotAuthentic):
        found = service.read(delivery)
        if isinstance(found, ServiceMail):
            parse_email(found.raw, source="mail:support", route="support")
            json.dumps(found.metadata())


@pytest.mark.parametrize("name", SERVICES)
@given(body=st.binary(max_size=300), kind=st.sampled_from(KINDS))
def test_any_bytes(name, body, kind):
    tried(SERVICES[name], Sent(body, {"content-type": kind}))


@pytest.mark.parametrize("name", ["postmark", "ses"])
@given(told=TOLD)
def test_any_json(name, told):
    tried(SERVICES[name], Sent(json.dumps(told).encode()))


@given(told=TOLD)
def test_any_notification_that_is_signed(told):
    tried(SERVICES["ses"], sns({"notificationType": "Received", **told}))


@pytest.mark.parametrize("name", ["mailgun", "sendgrid"])
@given(
    fields=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, st.binary(max_size=60) | OBJECTS.map(json.dumps)))
)
def test_any_form(name, fields):
    given_ = {key: value if isinstance(value, bytes) else value.encode() for key, value in fields.items()}
    tried(SERVICES[name], urlencoded(given_))
    tried(SERVICES[name], form(given_, {"attachment-1": ("a.pdf", "application/pdf", b"x")}))
