"""What mail is in a delivery: as it came, or built of the fields, so that the one parser reads it."""

from __future__ import annotations

import base64
import json

import pytest

from connector.channels.base import Ignored
from connector.channels.mail.message import parse_email
from connector.channels.mail.services.base import Confirmation, ServiceMail
from connector.channels.mail.services.basic_auth import BasicAuth
from connector.channels.mail.services.mailgun import Mailgun
from connector.channels.mail.services.postmark import Postmark
from connector.channels.mail.services.rebuilt_mail import RebuiltPart, rebuilt
from connector.channels.mail.services.sendgrid import SendGrid
from connector.channels.mail.services.ses import Ses
from connector.errors import InvalidInput
from tests.kit.mail_services import (
    SUBSCRIBE_URL,
    TOPIC,
    Sent,
    form,
    mail,
    mailgun,
    postmark,
    received,
    sendgrid,
    sns,
    urlencoded,
)

MAILGUN = Mailgun(keys=["k"], tolerance=300)
POSTMARK = Postmark(auth=BasicAuth(user="turnwire", passwords=["p"]))
SENDGRID = SendGrid(tolerance=300)
SES = Ses(topics=[TOPIC], accept_sha1=False, tolerance=300)
HEADERS = [
    ["Received", "from a by b"], ["From", "Zoë <zoe@customer.example>"], ["To", "support@shop.example"],
    ["Subject", "Päckchen"], ["Message-Id", "<m-7@customer.example>"], ["In-Reply-To", "<m-6@shop.example>"],
    ["Mime-Version", "1.0"], ["Content-Type", "multipart/mixed; boundary=gone"],
]  # fmt: skip
PDF = ("attachment-1", ("bill.pdf", "application/pdf", b"%PDF"))


def event(found):
    assert isinstance(found, ServiceMail)
    return parse_email(found.raw, source="mail:support", route="support")


def as_json(fields):
    return Sent(json.dumps(fields).encode(), {"content-type": "application/json"})


@pytest.mark.parametrize(
    ("service", "sent"),
    [(MAILGUN, mailgun()), (POSTMARK, postmark()), (SENDGRID, sendgrid()), (SES, sns(received()))],
    ids=["mailgun", "postmark", "sendgrid", "ses"],
)
def test_the_mail_as_it_came_is_taken_first(service, sent):
    found = service.read(sent.delivery())
    assert found.raw == mail()
    assert list(found.recipients) == ["support@shop.example"]


def test_bytes_that_are_no_text_stay_as_they_are():
    raw = b"From: a@b.example\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\ngr\xfc\xdfe\r\n"
    for service, sent in (
        (MAILGUN, mailgun(raw)),
        (SENDGRID, sendgrid(form({"email": raw}))),
        (SES, sns(received(raw))),
    ):
        assert service.read(sent.delivery()).raw == raw
        assert event(service.read(sent.delivery())).text == "grüße"


def test_of_mailguns_fields_a_mail_is_built():
    fields = {"message-headers": json.dumps(HEADERS), "body-plain": "Wo ist es?", "body-html": "<p>Wo ist es?</p>"}
    sent = form({**fields, "content-id-map": '{"<c-1>": "attachment-1"}'}, dict([PDF]))
    found = event(MAILGUN.read(sent.delivery()))
    assert (found.id, found.subject, found.text) == ("m-7@customer.example", "Päckchen", "Wo ist es?")
    assert (found.customer.name, found.customer.email) == ("Zoë", "zoe@customer.example")
    assert found.thread.names == ("m-6@shop.example",)
    assert found.metadata["attachments"] == ["bill.pdf"]
    assert event(MAILGUN.read(urlencoded(fields).delivery())).text == "Wo ist es?"


def test_of_postmarks_fields_a_mail_is_built():
    told = {
        "From": "Zoë <zoe@customer.example>", "To": "support@shop.example", "Subject": "Päckchen",
        "MessageID": "b4ae1b3c-postmark", "Date": "Sat, 21 Nov 2026 10:00:00 +0000",
        "OriginalRecipient": "s@in.example",
        "TextBody": "Wo ist es?", "HtmlBody": "<p>Wo ist es?</p>", "StrippedTextReply": "",
        "Headers": [{"Name": "Message-ID", "Value": "<m-7@customer.example>"}, {"Name": "X", "Value": None}, 5],
        "Attachments": [
            {"Name": "bill.pdf", "Content": base64.b64encode(b"%PDF").decode(), "ContentType": "application/pdf"}, "x",
        ],
    }  # fmt: skip
    found = POSTMARK.read(as_json(told).delivery())
    assert found.recipients == ["s@in.example"]
    read = event(found)
    assert (read.id, read.subject, read.text) == ("m-7@customer.example", "Päckchen", "Wo ist es?")
    assert read.occurred_at.isoformat() == "2026-11-21T10:00:00+00:00"
    assert read.metadata["attachments"] == ["bill.pdf"]


def test_of_sendgrids_fields_a_mail_is_built_each_in_its_own_charset():
    head = "Subject: P\u00e4ckchen\nFrom: Zo\u00eb\n  <zoe@customer.example>\nMessage-ID: <m-7@customer.example>\n"
    fields = {
        "headers": head + "Content-Type: multipart/mixed;\n boundary=gone\n", "text": "grüße".encode("iso-8859-1"),
        "charsets": '{"text": "iso-8859-1"}', "envelope": '{"to": ["s@in.example"]}',
        "SPF": "pass", "dkim": "{@a : pass}",
        "attachment-info": '{"attachment-1": {"content-id": "c-1"}}',
    }  # fmt: skip
    found = SENDGRID.read(form(fields, dict([PDF])).delivery())
    assert (found.recipients, dict(found.verdicts)) == (["s@in.example"], {"spf": "pass", "dkim": "{@a : pass}"})
    read = event(found)
    assert (read.id, read.subject, read.text) == ("m-7@customer.example", "Päckchen", "grüße")
    assert read.customer.email == "zoe@customer.example"


def test_ses_tells_its_verdicts():
    found = SES.read(sns(received()).delivery())
    assert found.metadata() == {
        "envelope_to": ["support@shop.example"], "verdicts": {"dmarc": "pass", "spf": "gray"},
    }  # fmt: skip


def test_what_a_service_says_beside_the_mail_is_one_harmless_line():
    told = ServiceMail(raw=b"", recipients=["a@b.example\r\nX: \x1b[31m\0\ud800" + "y" * 999] * 200).metadata()
    assert len(told["envelope_to"]) == 100
    assert told["envelope_to"][0].startswith("a@b.example X: [31m\ufffdyyy")
    assert len(told["envelope_to"][0]) == 320


def test_ses_may_send_the_mail_as_text():
    told = received() | {"content": mail().decode(), "receipt": {"action": {"type": "SNS", "encoding": "UTF8"}}}
    assert SES.read(sns(told).delivery()).raw == mail()


def test_a_notification_without_the_mail_is_a_mail_without_text():
    headers = [{"name": "From", "value": "ada@customer.example"}, {"name": "Message-ID", "value": "<m-9@c.example>"}]
    told = received() | {"content": None, "mail": {"headers": headers}}
    found = event(SES.read(sns(told).delivery()))
    assert (found.id, str(found.status), found.reason) == ("m-9@c.example", "refused", "no_text")


def test_other_news_of_ses_is_left_alone():
    for sent in (sns({"notificationType": "Bounce"}), sns({}, kind="UnsubscribeConfirmation")):
        assert SES.read(sent.delivery()) == Ignored(reason="other_event")


def test_a_topic_asks_to_be_confirmed_at_amazons_own_address_only():
    sent = sns({}, kind="SubscriptionConfirmation")
    assert SES.read(sent.delivery()) == Confirmation(url=SUBSCRIBE_URL)
    inside = sns({}, kind="SubscriptionConfirmation", SubscribeURL="http://169.254.169.254/latest")
    with pytest.raises(InvalidInput, match="SubscribeURL"):
        SES.read(inside.delivery())


@pytest.mark.parametrize(
    ("service", "sent"),
    [
        (MAILGUN, form({"subject": "x"})),
        (POSTMARK, as_json({})),
        (POSTMARK, as_json([])),
        (POSTMARK, Sent(b"{")),
        (SENDGRID, form({"text": "x"})),
        (SES, sns({"notificationType": "Received"})),
        (SES, sns("text")),
        (SES, sns(received() | {"content": "?", "receipt": {"action": {"encoding": "BASE64"}}})),
    ],
)
def test_a_delivery_without_a_mail_is_named(service, sent):
    with pytest.raises(InvalidInput, match="expected"):
        service.read(sent.delivery())


def test_a_rebuilt_mail_is_always_the_same_and_nothing_breaks_out_of_it():
    headers = [
        ("Subject", "a\r\nBcc: x@evil.example"),
        ("X y", "z"),
        ("Content-Type", "text/html"),
        ("From", "a@b.example"),
    ]
    parts = [RebuiltPart(content=b"hello", kind="text/plain", charset='x"\r\nA: b')]
    attached = [RebuiltPart(content=b"1", kind="a/b\r\nX: y", file='n"\r\nX: y', content_id="<c>\r\nX: y")]
    first = rebuilt(headers, parts, attached)
    assert first == rebuilt(headers, parts, attached)
    assert b"\nBcc" not in first
    assert b"\nX: y" not in first
    assert b"\nA: b" not in first
    assert b"X y" not in first
    assert parse_email(first, source="s", route="r").text == "hello"
