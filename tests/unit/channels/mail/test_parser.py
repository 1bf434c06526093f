"""Mail is parsed in a child process with limits: the same events, and what ends the child costs one mail at most."""

from __future__ import annotations

import os
import signal
import time

import pytest

from connector.channels.mail.message import attachment_bodies, parse_email
from connector.channels.mail.parser import ChildEnded, MailParser, ParserChild, is_plain, why_no_child
from connector.services.check import mail_parser
from connector.values import EventStatus

PLAIN = b"From: Anna <anna@shop.example>\nMessage-ID: <1@shop.example>\n\nWhere is my parcel?"
HTML = PLAIN.replace(b"\n\n", b"\nDate: Mon, 2 Nov 2026 10:00:00 +0100\nContent-Type: text/html\n\n<p>")
LARGE = b"From: a@shop.example\n\n" + b"x" * (26 * 1024 * 1024)
NOBODY = b"Subject: x\n\n<html>hello"
READ = {"source": "mail:support", "route": "support", "addresses": ["me@shop.example"]}


@pytest.fixture
def child():
    made = ParserChild()
    yield made
    made.close()


@pytest.mark.parametrize("mail", [PLAIN, HTML, LARGE, NOBODY, b"\xff\x00", HTML + "\U0001f600é".encode()])
def test_the_event_is_the_same_wherever_it_is_parsed(child, mail):
    there, here = MailParser(child).parse(mail, **READ), parse_email(mail, **READ)
    assert (there, there.thread, there.mail) == (here, here.thread, here.mail)


def test_what_a_mail_holds_is_told_by_the_child(child):
    raw = HTML.replace(
        b"text/html\n\n",
        b"multipart/mixed; boundary=b\nTo: help@shop.example\nReferences: <0@x>\n\n"
        b"--b\nContent-Type: text/html\n\n<p>hi\n"
        b"--b\nContent-Type: image/png; name=a.png\n\nx\n--b--\n",
    )
    mail = MailParser(child).parse(raw, **READ, trusted_auth=["mx.shop.example"]).mail
    assert mail == parse_email(raw, **READ, trusted_auth=["mx.shop.example"]).mail
    assert mail is not None
    assert (mail.to, mail.references, mail.attachments[0].name) == (("help@shop.example",), ("0@x",), "a.png")
    assert child.process is not None


def test_small_mail_without_html_needs_no_child(child):
    assert MailParser(child).parse(PLAIN, **READ).text == "Where is my parcel?"
    assert child.process is None
    assert not is_plain(PLAIN.replace(b"\n\n", b"\ncontent-type: TEXT/Html\n\n"))
    assert not is_plain(PLAIN + b"x" * 65_536)


def test_a_child_is_kept_and_one_that_has_ended_is_replaced_for_the_next_mail(child):
    parser = MailParser(child)
    assert parser.parse(HTML, **READ).status is EventStatus.ACCEPTED
    first = child.process
    assert parser.parse(HTML, **READ).status is EventStatus.ACCEPTED
    assert child.process is first
    os.kill(first.pid, signal.SIGKILL)
    assert parser.parse(HTML, **READ).status is EventStatus.ACCEPTED
    assert child.process is not first


class Ending(ParserChild):
    """Plays a child that ends over every mail that says so."""

    asked = 0

    def parse(self, raw, options):
        self.asked += 1
        if b"bomb" in raw:
            raise ChildEnded("signal 9")
        return super().parse(raw, options)


def test_a_mail_that_ends_two_children_is_refused_and_the_next_is_read():
    child = Ending()
    event = MailParser(child).parse(HTML + b"bomb", **READ)
    assert (event.status, event.reason, event.id) == (EventStatus.REFUSED, "unreadable", "1@shop.example")
    assert event.warnings == ("the process that parses mail ended over it (signal 9)",)
    assert child.asked == 2
    assert MailParser(child).parse(HTML, **READ).status is EventStatus.ACCEPTED
    child.close()


FILES = HTML.replace(
    b"text/html\n\n",
    b"multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>hi\n"
    b"--b\nContent-Type: image/png; name=a.png\n\n\xff\x00\n"
    b"--b\nContent-Type: image/png; name=b.png\n\nxyz\n--b--\n",
)


def test_attachments_come_from_the_child_as_they_are_here(child):
    found = MailParser(child).attachment_bodies(FILES)
    assert found == attachment_bodies(FILES)
    assert [body for _, body in found] == [b"\xff\x00", b"xyz"]
    assert child.process is not None
    assert MailParser(child).parse(HTML, **READ).status is EventStatus.ACCEPTED


def test_attachments_of_a_mail_that_ends_the_child_are_none(monkeypatch):
    child = ParserChild()
    monkeypatch.setattr(child, "ask", lambda *_: (_ for _ in ()).throw(ChildEnded("signal 9")))
    assert MailParser(child).attachment_bodies(FILES) == []


@pytest.mark.parametrize("told", [{}, {"attachments": [{"name": "a", "type": "b", "size": 3}]},
                                  {"attachments": [{"name": "a", "type": "b", "size": -1}]}])  # fmt: skip
def test_a_child_that_tells_nonsense_of_attachments_is_not_believed(told):
    class Lying(ParserChild):
        def ask(self, raw, options):
            return told, b"xy"

    assert MailParser(Lying()).attachment_bodies(FILES) == []


def test_a_mail_that_needs_more_memory_than_allowed_costs_only_itself():
    child = ParserChild(memory=220 * 1024 * 1024)
    event = MailParser(child).parse(PLAIN + b"x\n" * 200_000 + b"x" * (20 * 1024 * 1024), **READ)
    assert (event.status, event.reason) == (EventStatus.REFUSED, "unreadable")
    assert MailParser(child).parse(HTML, **READ).status is EventStatus.ACCEPTED
    child.close()


def test_where_no_child_can_be_started_mail_is_parsed_all_the_same_and_check_says_so():
    child = ParserChild(memory=16 * 1024 * 1024)
    assert MailParser(child).parse(HTML, **READ) == parse_email(HTML, **READ)
    assert why_no_child() is None
    (finding,) = mail_parser("exit 1")
    assert (finding.state, finding.what) == ("warning", "mail parser")
    assert not [*mail_parser(None)]


def test_a_child_has_no_secrets_and_ends_with_its_parent(child, monkeypatch):
    monkeypatch.setenv("TW_SECRET", "s3cret")
    MailParser(child).parse(HTML, **READ)
    with open(f"/proc/{child.process.pid}/environ", "rb") as environ:  # noqa: PTH123 - a file of the kernel's
        assert b"s3cret" not in environ.read()
    process = child.process
    process.stdin.close()
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert process.returncode == 0
