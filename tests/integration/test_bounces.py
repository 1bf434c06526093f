"""Bounces: a report settles the reply that left as that mail; one that names nothing of ours changes nothing."""

from __future__ import annotations

import pytest

from connector.channels.mail.message import parse_email
from connector.storage import tables
from connector.values import EventStatus
from tests.kit.storage import ANSWERED

TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmE"


def report(original: str, status: str = "5.1.1", action: str = "failed"):
    """The event of a delivery report about this Message-ID."""
    raw = (
        f"From: mailer-daemon@mx.example\nMessage-ID: <{status}.{action}.{original}>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; ada@example.com\nAction: {action}\nStatus: {status}\n"
        f"--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{original}>\n--B--\n"
    )
    return parse_email(raw.encode(), source="mail:support", route="support")


@pytest.fixture
def mailed(store):
    """An answer that left by mail: its row, its Message-ID."""
    store.receive("T-1", "one")
    store.send(store.worker(), ANSWERED)
    (reply,) = store.rows(tables.replies)
    marker = f"tw.{reply.id}.{TOKEN}@shop.example"
    store.change(tables.replies, channel="source:inbox", marker=marker, status="delivered", ready_at=None)
    return marker


def reply(store):
    (row,) = store.rows(tables.replies)
    return row.status, row.reason


def audited(store):
    return [row.action for row in store.rows(tables.audit) if row.subject.startswith("reply:")]


def test_a_permanent_failure_makes_the_reply_failed_and_its_mail_stays_a_stopped_one(store, mailed):
    (answer,) = store.store([report(mailed)])
    assert (answer.status, answer.reason, answer.turn_id) == (EventStatus.STOPPED, "delivery_report", None)
    assert reply(store) == ("failed", "bounced: 5.1.1")
    assert audited(store) == ["bounce"]
    store.store([report(mailed)])
    assert audited(store) == ["bounce"], "the same report again is a duplicate"


def test_a_delay_is_noted_and_changes_nothing(store, mailed):
    store.store([report(mailed, "4.4.1", "delayed")])
    assert reply(store) == ("delivered", None)
    assert audited(store) == ["bounce"]


@pytest.mark.parametrize("status", ["sending", "unknown", "queued"])
def test_what_a_mail_server_reports_of_has_left_whoever_delivers_it(store, mailed, status):
    owner = store.worker()
    store.change(tables.replies, status=status, owner=owner, ready_at=None)
    store.store([report(mailed)])
    (row,) = store.rows(tables.replies)
    assert (row.status, row.reason, row.owner, row.ready_at) == ("failed", "bounced: 5.1.1", None, None)


@pytest.mark.parametrize("status", ["draft", "cancelled", "failed"])
def test_what_never_left_is_left_alone(store, mailed, status):
    store.change(tables.replies, status=status)
    store.store([report(mailed)])
    assert reply(store)[0] == status


def test_it_is_also_known_by_the_id_that_the_receiver_gave_to_it(store, mailed):
    store.change(tables.replies, external_id="0100@relay.example")
    store.store([report("0100@relay.example")])
    assert reply(store) == ("failed", "bounced: 5.1.1")


def test_backscatter_changes_nothing(store, mailed):
    number = mailed.split(".")[1]
    for other in (
        f"tw.{number}.{TOKEN[::-1]}@shop.example",
        f"tw.{int(number) + 1}.{TOKEN}@shop.example",
        "x@y.example",
    ):
        store.store([report(other)])
    assert (reply(store), audited(store)) == (("delivered", None), [])
    store.change(tables.replies, channel="webhook")
    store.store([report(mailed)])
    assert reply(store) == ("delivered", None), "what left by another way is no mail"
