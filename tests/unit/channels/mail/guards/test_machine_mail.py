from __future__ import annotations

import pytest

from connector.channels.mail.guards.machine_mail import RULES
from connector.channels.mail.message import parse_email
from connector.values import Event, EventStatus
from connector.values.guards import GUARDS, OVERRULED

FROM = "From: Ana <ana@shop.example>\n"
OURS = ["Support@example.com"]


def read(headers: str, body: str = "hello") -> Event:
    sender = "" if headers.casefold().startswith("from:") else FROM
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
    (report("something-new", "text/plain"), "delivery_report"),
    ("Message-ID: <tw.17.Zm9vYmFyYmF6cXV4Zm9vYmE@shop.example>\n", "own_echo"),
    ("From: support@example.com\nReply-To: Support <support+1@example.com>\n", "own_address"),
    ("From: support@example.com\nReply-To: noreply@forms.example\n", "own_address"),
    ("From: mailer-daemon@example.com\nSubject: Returned mail\n", "delivery_report"),
    ("X_Auto_Reply: true\n", "auto_reply"),
    ("X-Precedence: auto_reply\n", "auto_reply"),
    ("Precedence: AUTO-REPLY\n", "auto_reply"),
    ("X-AutoResponse: 1\n", "auto_reply"),
    ("X-Auto-Generated: yes\n", "auto_reply"),
    ("X-Zammad-Is-Auto-Response: true\n", "auto_reply"),
    ("Delivered-To: Autoresponder\n", "auto_reply"),
    ("X-POST-MessageClass: 9; Autoresponder\n", "auto_reply"),
    ("Subject: Automatic reply: Your parcel\nIn-Reply-To: <1@example.com>\n", "auto_reply"),
    ("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_colis?=\nPrecedence: normal\n", "auto_reply"),
    ("Subject: Abwesenheitsnotiz\n\nIch bin im Urlaub.\n", "auto_reply"),
    ("X-Loop: desk@other.example\n", "loop"),
    ("X-OTRS-Loop: yes\n", "loop"),
    ("Feedback-ID: 7:sale:news\nPrecedence: bulk\n", "bulk"),
    ("X-Campaign-ID: 12\n", "bulk"),
    ("From: no-reply@market.example\n", "noreply"),
    ("From: DoNotReply@market.example\n", "noreply"),
    ("From: bounces+17-a=b.example@market.example\n", "noreply"),
    ("From: owner-garden@lists.example\n", "noreply"),
    ("From: garden-request@lists.example\n", "noreply"),
    ("From: noreply@market.example\nReply-To: no_reply@market.example\n", "noreply"),
    ("X-Spam-Flag: YES\n", "spam"),
    ("X-SES-Virus-Verdict: FAIL\n", "spam"),
    ("X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:US;SFV:SPM;SCL:9\n", "spam"),
    ("List-Id: <news.example.com.other.example>\n", "mailing_list"),
    ("List-Post: <mailto:all@lists.example>\nList-Id: <all.lists.example>\n", "mailing_list"),
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
        "From: support@example.com\nReply-To: Ana <ana@shop.example>\n",
        "From: WordPress <noreply@forms.example>\nReply-To: ana@shop.example\n",
        "From: noreen@shop.example\n",
        "From: requests@shop.example\n",
        "Precedence: list\nList-Id: Support <support.example.com>\nList-Unsubscribe: <mailto:x@example.com>\n",
        "List-Post: <mailto:Support@example.com?subject=x>\n",
        "Subject: Out of office chairs, when will you have more?\n",
        "Subject: Re: Automatic reply: Your parcel\nIn-Reply-To: <1@example.com>\n",
        "Subject: Automatic reply\n",
        "Subject: Delivery failed: nobody was at home\n",
        "Subject: Re: Undeliverable: Your parcel\n\nWhat does Message-ID: <1@example.com> and 550 5.1.1 mean?\n",
        "Message-ID: <tw.short@shop.example>\n",
        "In-Reply-To: <tw.17.Zm9vYmFyYmF6cXV4Zm9vYmE@shop.example>\n",
        "X-Loop: no\n",
        "X-Spam-Flag: NO\nX-Spam-Status: No, score=-2.1\nX-SES-Spam-Verdict: PASS\n",
        "Feedback-ID: 1:buyers:market\n",
    ],
)  # fmt: skip
def test_people_are_not_stopped(headers):
    event = read(headers)
    assert (event.status, event.reason) == (EventStatus.ACCEPTED, None)


def test_a_bounce_without_sender_and_text_is_a_bounce():
    event = parse_email(b"Content-Type: message/delivery-status\n\n", source="mail:s", route="s")
    assert (event.status, event.reason, event.text) == (EventStatus.STOPPED, "delivery_report", "")


@pytest.mark.parametrize("name", OVERRULED)
def test_a_route_overrules_a_guard_by_its_name(name):
    headers = next(headers for headers, rule in STOPPED if rule == name)
    mail = f"{'' if headers.startswith('From:') else FROM}{headers}\nhello".encode()
    found = parse_email(mail, source="mail:s", route="s", addresses=OURS, let_in=[name])
    assert found.reason != name
    others = parse_email(mail, source="mail:s", route="s", addresses=OURS, let_in=set(GUARDS) - {name})
    assert others.reason == name


def test_our_own_answer_and_reports_are_never_let_in():
    for headers, rule in STOPPED:
        if rule not in OVERRULED:
            sender = "" if headers.startswith("From:") else FROM
            mail = f"{sender}{headers}\nhello".encode()
            assert parse_email(mail, source="mail:s", route="s", addresses=OURS, let_in=GUARDS).reason == rule


def test_without_addresses_nobody_is_us():
    event = parse_email(b"From: support@example.com\n\nhello", source="mail:s", route="s", addresses=())
    assert event.status is EventStatus.ACCEPTED
