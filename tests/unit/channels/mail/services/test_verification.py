"""Who may hand mail in: each service's own proof, over the bytes that came, and how long it is good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from connector.channels.base import NotAuthentic
from connector.channels.mail.services import sns as sns_messages
from connector.channels.mail.services.basic_auth import BasicAuth
from connector.channels.mail.services.mailgun import Mailgun
from connector.channels.mail.services.postmark import Postmark
from connector.channels.mail.services.sendgrid import SendGrid, public_key
from connector.channels.mail.services.ses import Ses
from connector.errors import InvalidInput
from tests.kit.mail_services import (
    CERTIFICATE_URL,
    SIGNING_KEY,
    TOPIC,
    Sent,
    basic,
    certificate,
    form,
    mailgun,
    mailgun_signature,
    postmark,
    public,
    received,
    sendgrid,
    sendgrid_key,
    sns,
    urlencoded,
)

NOW = datetime.now(UTC)
LATE = timedelta(minutes=6)
MAILGUN = Mailgun(keys=[SIGNING_KEY], tolerance=300)
POSTMARK = Postmark(auth=BasicAuth(user="turnwire", passwords=["pass-of-the-shop-1", "old-pass"]))
SENDGRID = SendGrid(keys=[public_key(public(sendgrid_key()))], tolerance=300)
SES = Ses(topics=[TOPIC], accept_sha1=False, tolerance=300)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The moment at which the deliveries below were made, however much later their test runs."""
    with time_machine.travel(NOW, tick=False):
        yield


def why(service, sent: Sent, pem: bytes | None = None) -> str | None:
    """Why it is not taken; None if it is."""
    delivery = sent.delivery()
    try:
        service.announced(delivery.head, NOW)
        url = service.certificate(delivery)
        service.verify(delivery, NOW, certificate() if url and pem is None else pem)
    except NotAuthentic as error:
        return error.why
    return None


def changed(sent: Sent, old: bytes, new: bytes) -> Sent:
    assert old in sent.body
    return Sent(sent.body.replace(old, new), sent.headers)


# --- Mailgun ----------------------------------------------------------------------------------------------------------


def test_mailgun_signs_time_and_token():
    assert why(MAILGUN, mailgun()) is None
    assert MAILGUN.verify(mailgun(token="tok").delivery(), NOW, None) == "tok"
    assert why(MAILGUN, urlencoded({"body-mime": "x", **mailgun_signature()})) is None
    assert why(Mailgun(keys=["new", SIGNING_KEY], tolerance=300), mailgun()) is None


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (mailgun(key="another"), "mismatch"),
        (changed(mailgun(token="zq9"), b"zq9", b"zq8"), "mismatch"),
        (form({"body-mime": "x"}), "missing_header"),
        (form({**mailgun_signature(), "signature": "0"}), "mismatch"),
        (mailgun(at=NOW - LATE), "stale"),
        (mailgun(at=NOW + LATE), "stale"),
    ],
)
def test_mailgun_is_refused(sent, reason):
    assert why(MAILGUN, sent) == reason


def test_a_wider_tolerance_takes_what_is_repeated_late():
    assert why(Mailgun(keys=[SIGNING_KEY], tolerance=9 * 3600), mailgun(at=NOW - timedelta(hours=8))) is None


# --- Postmark ---------------------------------------------------------------------------------------------------------


def test_postmark_shows_a_password_the_present_or_the_old_one():
    assert why(POSTMARK, postmark()) is None
    assert why(POSTMARK, postmark(password="old-pass")) is None


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "missing_header"),
        ({"authorization": "Bearer pass-of-the-shop-1"}, "wrong_prefix"),
        ({"authorization": "Basic !!"}, "mismatch"),
        ({"authorization": "Basic"}, "mismatch"),
        (basic("another"), "mismatch"),
        (basic("pass-of-the-shop-1", user="other"), "mismatch"),
    ],
)
def test_postmark_is_refused_before_its_body_is_read(headers, reason):
    with pytest.raises(NotAuthentic) as caught:
        POSTMARK.announced(Sent(b"", headers).delivery().head, NOW)
    assert caught.value.why == reason


# --- SendGrid ---------------------------------------------------------------------------------------------------------


def test_sendgrid_signs_time_and_body():
    assert why(SENDGRID, sendgrid()) is None


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (sendgrid(key=ec.generate_private_key(ec.SECP256R1())), "mismatch"),
        (changed(sendgrid(), b"parcel", b"money!"), "mismatch"),
        (sendgrid(at=NOW - LATE), "stale"),
        (form({"email": "x"}), "missing_header"),
        (Sent(b"", {**sendgrid().headers, "X-Twilio-Email-Event-Webhook-Signature": "?"}), "mismatch"),
        (Sent(b"", {**sendgrid().headers, "X-Twilio-Email-Event-Webhook-Timestamp": "now"}), "unreadable_timestamp"),
    ],
)
def test_sendgrid_is_refused(sent, reason):
    assert why(SENDGRID, sent) == reason


def test_sendgrid_without_a_policy_shows_a_password():
    service = SendGrid(auth=BasicAuth(user="turnwire", passwords=["pass"]), tolerance=300)
    assert why(service, Sent(b"", basic("pass"))) is None
    assert why(service, sendgrid()) == "missing_header"


@pytest.mark.parametrize("encoded", ["AAAA", "?", public(ec.generate_private_key(ec.SECP384R1()))])
def test_a_key_of_another_kind_is_no_key(encoded):
    with pytest.raises(ValueError, match="security policy"):
        public_key(encoded)


# --- Amazon SES -------------------------------------------------------------------------------------------------------


def test_sns_signs_its_messages():
    for sent in (sns(received()), sns({}, Subject="hello"), sns({}, kind="SubscriptionConfirmation")):
        assert SES.certificate(sent.delivery()) == CERTIFICATE_URL
        assert why(SES, sent) is None


def test_sha1_is_taken_where_it_is_allowed():
    assert why(SES, sns({}, version="1")) == "weak"
    assert why(Ses(topics=[TOPIC], accept_sha1=True, tolerance=300), sns({}, version="1")) is None


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (changed(sns(received()), b"Received", b"Rejected"), "mismatch"),
        (changed(sns({}), b"n-1", b"n-2"), "mismatch"),
        (changed(sns({}, kind="SubscriptionConfirmation"), b"Token=t", b"Token=u"), "mismatch"),
        (sns({}, TopicArn=f"{TOPIC}-2"), "wrong_topic"),
        (Sent(sns({}).body, {"x-amz-sns-topic-arn": f"{TOPIC}-2"}), "wrong_topic"),
        (sns({}, version="3"), "malformed"),
        (sns({}, at=NOW - LATE), "stale"),
        (sns({}, SigningCertURL="https://sns.evil.example/a.pem"), "mismatch"),
        (Sent(json.dumps({"TopicArn": TOPIC, "Type": "Else"}).encode()), "malformed"),
        (Sent(json.dumps({"TopicArn": TOPIC, "Type": "Notification", "Message": 5}).encode()), "malformed"),
    ],
)
def test_ses_is_refused(sent, reason):
    assert why(SES, sent) == reason


def test_a_certificate_that_is_over_or_none_proves_nothing():
    assert why(SES, sns({}), b"no certificate") == "mismatch"
    assert why(SES, sns({}), certificate(days=0)) == "mismatch"


def test_what_is_no_json_object_is_malformed():
    for body in (b"", b"[]", b"[" * 5000):
        with pytest.raises(InvalidInput):
            SES.certificate(Sent(body).delivery())


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
        "https://evil.example\\@sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://sns.eu-west-1.amazonaws.com:x/a.pem",
        "https://sns.eu_west.amazonaws.com/a.pem",
        "https://s3.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem\r\nX: y",
        "https://sns.eu-west-1.amazonaws.com/a.txt",
        "https://[::1]/a.pem",
        "file:///etc/passwd",
        None,
        5,
    ],
)
def test_only_amazons_own_addresses_are_called(url):
    assert not sns_messages.of_amazon(url, r"/.*\.pem")


@pytest.mark.parametrize("host", ["sns.eu-west-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn"])
def test_amazons_own_addresses_are_known(host):
    assert sns_messages.of_amazon(f"https://{host}/SimpleNotificationService-1.pem", r"/.*\.pem")
    assert sns_messages.of_amazon(f"https://{host}:443/?Action=ConfirmSubscription")
