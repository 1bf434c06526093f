"""Bounces: whom a mail did not reach and which mail that was, by the standard's parts or by the words alone."""

from __future__ import annotations

import pytest

from connector.channels.mail.guards.bounces import bounce_of
from connector.channels.mail.message import parse_email
from connector.channels.mail.parser import event_of, fields_of
from connector.channels.mail.parsing.mime import parse
from connector.values import Bounce

OURS = "tw.17.Zm9vYmFyYmF6cXV4Zm9vYmE@shop.example"
FAILED = "Final-Recipient: rfc822; ada@example.com\nAction: failed\nStatus: 5.1.1\n"
DELAYED = "Final-Recipient: rfc822; ada@example.com\nAction: delayed\nStatus: 4.4.1 (no route)\n"
RETURNED = f"Subject: Re: Lamp\nMessage-ID: <{OURS}>\n"


def report(groups: str, returned: str = RETURNED, kind: str = "message/rfc822") -> bytes:
    """A delivery report with these recipients and this returned mail."""
    return (
        "From: Mailer <mailer-daemon@mx.example>\nReturn-Path: <>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\n\nSorry.\n--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{groups}\n"
        f"--B\nContent-Type: {kind}\n\n{returned}\nHello\n--B--\n"
    ).encode()


def bounce(raw: bytes) -> Bounce | None:
    return bounce_of(parse(raw))


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
def test_the_parts_of_the_standard_say_who_why_and_which(kind):
    found = bounce(report(FAILED, kind=kind))
    assert found == Bounce(recipient="ada@example.com", status="5.1.1", action="failed", original_id=OURS)
    assert found.is_final


def test_of_several_recipients_the_one_that_failed_is_told():
    other = "Final-Recipient: rfc822; bob@example.com\nAction: relayed\nStatus: 2.0.0\n"
    assert bounce(report(f"{other}\n{DELAYED}\n{FAILED}")).status == "5.1.1"
    assert bounce(report(f"{other}\n{DELAYED}")).action == "delayed"
    assert not bounce(report(other)).is_final


def test_a_delay_is_not_final():
    found = bounce(report(DELAYED))
    assert (found.action, found.status, found.is_final) == ("delayed", "4.4.1", False)


def test_a_folded_diagnostic_says_what_a_missing_status_does_not():
    group = "Original-Recipient: rfc822;ada@example.com\nAction: Failed\nDiagnostic-Code: smtp; 550\n  5.7.1 refused\n"
    assert bounce(report(group)) == Bounce(
        recipient="ada@example.com", status="5.7.1", action="failed", original_id=OURS
    )


def plain(text: str, headers: str = "") -> bytes:
    return f"From: MAILER-DAEMON@mx.example\nSubject: failure notice\n{headers}\n{text}".encode()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (plain(f"<ada@example.com>:\nSorry, no mailbox here. (#5.1.1)\n\nMessage-ID: <{OURS}>\n"), ("5.1.1", OURS)),
        (plain(f"said: 550 no such user\n> Message-Id: <{OURS}>\n"), ("5.0.0", OURS)),
        (plain("said: 452-4.2.2 full", f"In-Reply-To: <{OURS}>\n"), ("4.2.2", OURS)),
        (plain("no", f"References: <first@other.example> <{OURS}>\n"), ("5.0.0", OURS)),
        (plain(f"Message-ID: <theirs@mx.example>\nMessage-ID: <{OURS}>\n"), ("5.0.0", OURS)),
        (plain("from 192.0.2.15 by 5.4.3.2.1"), ("5.0.0", None)),
    ],
)
def test_without_the_parts_the_text_and_the_headers_are_read(raw, told):
    found = bounce(raw)
    assert (found.status, found.original_id) == told


def test_a_warning_in_words_is_a_delay():
    raw = b"From: postmaster@mx.example\nSubject: Warning: could not send message for past 4 hours\n\nWait."
    assert (bounce(raw).action, bounce(raw).is_final) == ("delayed", False)


@pytest.mark.parametrize(
    "headers",
    [
        "From: System Administrator <x@mx.example>\nSubject: Undeliverable: Lamp\n",
        "From: Postmaster <>\nSubject: Undeliverable: Lamp\n",
        "From: x@mx.example\nReturn-Path: <>\nSubject: Unzustellbar: Lampe\n",
        "From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mx.example\nSubject: Lamp\n",
        "From: gateway@mx.example\nSubject: Delivery failure\n\nYour message could not be delivered to\nx\n",
    ],
)
def test_half_of_all_bounces_have_no_such_part_and_are_told_by_sender_and_words(headers):
    assert bounce(f"{headers}\nSorry.".encode()) is not None


def test_a_mail_of_a_person_is_no_bounce():
    assert bounce(b"From: ana@shop.example\nSubject: Delivery failed\n\nNobody was here with my parcel.") is None


@pytest.mark.parametrize(
    "raw",
    [
        report("\n" * 5000 + FAILED * 2000),
        report("Status" + ":" * 60_000),
        report(FAILED, returned="Message-ID: <" + "x" * 70_000),
        plain("Message-ID: <" * 20_000),
        plain("your message to " * 8_000 + "could not be delivered"),
        plain("\xff\x00 5.1.1 "),
    ],
)
def test_whatever_the_bytes_it_is_read_and_never_raises(raw):
    assert bounce(raw) is not None


def test_the_event_carries_it_through_the_child_process():
    raw = report(FAILED)
    event = parse_email(raw, source="mail:s", route="s")
    assert (event.reason, event.bounce.original_id) == ("delivery_report", OURS)
    assert event_of(fields_of(event) | {"last": False}, raw, source="mail:s", route="s").bounce == event.bounce
    assert parse_email(b"From: ana@shop.example\n\nHello", source="mail:s", route="s").bounce is None
