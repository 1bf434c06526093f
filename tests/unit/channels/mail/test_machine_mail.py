from __future__ import annotations

import pytest

from connector.channels.mail.machine_mail import RULES
from connector.channels.mail.message import parse_email
from connector.values import Event, EventStatus

OURS = ["Support@example.com"]


def read(headers: str, body: str = "hello") -> Event:
    sender = "" if headers.casefold().startswith("from:") else "From: Ana <ana@shop.example>\n"
    return parse_email(f"{sender}{headers}\n{body}".encode(), source="mail:s", route="s", addresses=OURS)


def report(kind: str, part: str) -> str:
    return (
        f'Content-Type: multipart/report; report-type={kind}; boundary="B"\n\n--B\n\nSorry.\n--B\n'
        f"Content-Type: {part}\n\nFinal-Recipient: rfc822; x@y.example\n--B--\n"
    )


STOPPED = [
    ("From: support@EXAMPLE.com\n", "own_address"),
    ("From: Us <support+7f3a@example.com>\n", "own_address"),
    ("From: support@example.com\nAuto-Submitted: auto-replied\n", "own_address"),
    ("Auto-Submitted: auto-replied\n", "auto_submitted"),
    ("auto-submitted: AUTO-GENERATED; owner-email=x\n", "auto_submitted"),
    ("Auto-Submitted: auto-notified (rfc 5436)\n", "auto_submitted"),
    ("Auto-Submitted: no\nAuto-Submitted: auto-replied\n", "auto_submitted"),
    ("Return-Path: <>\n", "null_sender"),
    ("Return-Path: < >\n", "null_sender"),
    ("Return-Path: <>\nAuto-Submitted: auto-replied\n", "auto_submitted"),
    (report("delivery-status", "message/delivery-status"), "delivery_report"),
    (report('"delivery-status"', "message/global-delivery-status"), "delivery_report"),
    ("Content-Type: multipart/report\n\n", "delivery_report"),
    ("Content-Type: message/delivery-status\n\nAction: failed\n", "delivery_report"),
    ("X-Failed-Recipients: x@y.example\n", "delivery_report"),
    ("From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\n", "delivery_report"),
    ("From: postmaster@mx.example\nSubject: Undeliverable: your order\n", "delivery_report"),
    ("From: postmaster@mx.example\nSubject: =?utf-8?q?Delivery_Status_Notification?=\n", "delivery_report"),
    (report("disposition-notification", "message/disposition-notification"), "read_receipt"),
    (report("feedback-report", "message/feedback-report"), "complaint"),
    (report("something-new", "text/plain"), "report"),
    ("X-Autoreply: yes\n", "auto_reply"),
    ("X-Autorespond: 1\n", "auto_reply"),
    ("Precedence: auto_reply\n", "auto_reply"),
    ("X-Auto-Response-Suppress: DR, OOF\n", "response_suppressed"),
    ("X-Auto-Response-Suppress: All\n", "response_suppressed"),
    ("List-Id: <news.shop.example>\n", "mailing_list"),
    ("List-Unsubscribe: <mailto:x@shop.example>\n", "mailing_list"),
    ("Precedence: Bulk\n", "mailing_list"),
    ("Precedence: list\n", "mailing_list"),
    ("Precedence: junk\n", "mailing_list"),
]


@pytest.mark.parametrize(("headers", "rule"), STOPPED)
def test_machine_mail_is_stopped_with_the_name_of_the_rule(headers, rule):
    event = read(headers)
    assert (event.status, event.reason) == (EventStatus.STOPPED, rule)


def test_every_rule_is_tried_here():
    assert {rule for _, rule in STOPPED} == set(RULES)


FORWARDED_BOUNCE = (
    'Content-Type: multipart/mixed; boundary="A"\n\n--A\n\nWhat does this mean?\n--A\n'
    f"Content-Type: message/rfc822\n\n{report('delivery-status', 'message/delivery-status')}\n--A--\n"
)


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: no\n",
        "Auto-Submitted: No (a person)\n",
        "Return-Path: <ana@shop.example>\n",
        "From: postmaster@shop.example\nSubject: Where is my parcel?\n",
        "Precedence: normal\n",
        "X-Autoreply: no\n",
        "X-Auto-Response-Suppress: DR, RN\n",
        "X-Auto-Response-Suppress: None\n",
        "Subject: Undeliverable parcel\n",
        "To: support@example.com\nReply-To: support@example.com\n",
        "From: unsupport@example.com\n",
        FORWARDED_BOUNCE,
    ],
)  # fmt: skip
def test_people_are_not_stopped(headers):
    event = read(headers)
    assert (event.status, event.reason) == (EventStatus.ACCEPTED, None)


def test_a_bounce_without_sender_and_text_is_a_bounce():
    event = parse_email(b"Content-Type: message/delivery-status\n\n", source="mail:s", route="s")
    assert (event.status, event.reason, event.text) == (EventStatus.STOPPED, "delivery_report", "")


def test_without_addresses_nobody_is_us():
    event = parse_email(b"From: support@example.com\n\nhello", source="mail:s", route="s", addresses=())
    assert event.status is EventStatus.ACCEPTED
