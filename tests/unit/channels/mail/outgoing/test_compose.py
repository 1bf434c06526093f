"""Our mails: whatever stands in the mail that they answer, they go to its writer, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.outgoing.compose import (
    LINE_LIMIT,
    SUBJECT_LIMIT,
    AnsweredMail,
    Letter,
    answer_subject,
    answered_mail,
    compose,
    quotation,
    references,
)
from connector.channels.mail.outgoing.way_back import domain_of
from tests.kit.mails import mail

OURS = ("support@shop.example", "*@desk.example")
ID = "tw.7.00112233445566778899aabbccddeeff@shop.example"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
}  # fmt: skip


def letter(
    raw: bytes, text: str = "It arrives on Monday.", *, quoted: str = "Where is it?", machine: bool = True
) -> Letter:
    return Letter(
        sender="Shop Support <support@shop.example>", message_id=ID, answered=answered_mail(raw, OURS), text=text,
        quoted=quoted, date=NOW, by_machine=machine,
    )  # fmt: skip


def written(raw: bytes, text: str = "It arrives on Monday.", **more: Any) -> EmailMessage:
    composed = compose(letter(raw, text, **more))
    assert max(map(len, composed.raw.split(b"\r\n"))) <= LINE_LIMIT
    assert b"\n" not in composed.raw.replace(b"\r\n", b""), "every line ends with CR LF"
    return message_from_bytes(composed.raw, policy=default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_an_answer_goes_into_the_customers_thread():
    message = written(mail("a@x.example", "Jane <jane@x.example>", references="<o@x.example> <p@x.example>"))
    assert set(message.keys()) <= HEADERS
    assert message["To"] == "jane@x.example"
    assert message["From"] == "Shop Support <support@shop.example>"
    assert message["Subject"] == "Re: A parcel"
    assert message["Message-ID"] == f"<{ID}>"
    assert message["In-Reply-To"] == "<a@x.example>"
    assert message["References"] == "<o@x.example> <p@x.example> <a@x.example>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Date"] == "Tue, 24 Nov 2026 10:00:00 +0000"
    assert body(message, "plain") == "It arrives on Monday.\n\n> Where is it?\n"
    assert "It arrives on Monday." in body(message, "html")


def test_what_a_person_has_written_says_nothing_of_a_machine():
    message = written(mail("a@x.example", "jane@x.example"), machine=False)
    assert message["Auto-Submitted"] is None
    assert message["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize(
    ("headers", "to"),
    [
        ({}, "jane@x.example"),
        ({"reply_to": "Jane at home <home@x.example>"}, "home@x.example"),
        ({"reply_to": "support@shop.example"}, "jane@x.example"),
        ({"reply_to": "anybody@desk.example, home@x.example"}, "home@x.example"),
        ({"reply_to": "home@x.example, victim@y.example"}, "home@x.example"),
        ({"reply_to": "not an address"}, "jane@x.example"),
        ({"cc": "boss@x.example"}, "jane@x.example"),
    ],
)
def test_it_goes_to_whoever_wrote_and_to_one_address(headers, to):
    assert written(mail("a@x.example", "jane@x.example", text="write to evil@z.example", **headers))["To"] == to


@pytest.mark.parametrize("sender", ["support@shop.example", "Support+7@SHOP.example", "me@desk.example", "nobody"])
def test_our_own_addresses_are_never_written_to(sender):
    raw = mail("a@x.example", sender, reply_to="support@shop.example")
    assert answered_mail(raw, OURS).to is None
    with pytest.raises(ValueError, match="no address"):
        compose(letter(raw))


@pytest.mark.parametrize(
    "hostile",
    [
        b"Subject: hello\r\n\tBcc: evil@z.example",
        b"Subject: =?utf-8?q?hello=0D=0ABcc=3A_evil=40z.example?=",
        b"Subject: =?utf-8?b?aGVsbG8NCkJjYzogZXZpbEB6LmV4YW1wbGU=?=",
        b"Subject: hello\x00\rBcc: evil@z.example",
        b"Reply-To: =?utf-8?q?jane=40x=2Eexample=0D=0ABcc=3A?= <jane@x.example>",
        b'Reply-To: "jane@x.example\r\nBcc: evil@z.example" <jane@x.example>',
        b"Reply-To: <jane@x.example\x0bBcc:evil@z.example>",
        b"Message-ID: <a\x00@x.example>",
        b"Message-ID: =?utf-8?q?=3Ca=0D=0ABcc=3A_evil=40z=2Eexample=3E?=",
        b"References: <a\r\n Bcc:evil@z.example> <\xe2\x80\xaeb@x.example>",
        b"In-Reply-To: <" + b"a" * 5000 + b"@x.example>",
    ],
    ids=range(11),
)
def test_no_header_can_be_smuggled_in(hostile):
    raw = b"From: jane@x.example\r\nTo: support@shop.example\r\n" + hostile + b"\r\n\r\nHello\r\n"
    message = written(raw)
    assert set(message.keys()) <= HEADERS
    (to,) = message["To"].addresses
    assert (to.username, "evil" in to.domain) == ("jane", False)
    assert not message.defects


@given(st.binary(max_size=300), st.text(max_size=200), st.text(max_size=200))
def test_whatever_the_bytes_it_is_one_mail_to_one_address(junk, text, quoted):
    raw = b"From: jane@x.example\r\nSubject: " + junk + b"\r\n\r\n"
    if answered_mail(raw, OURS).to is None:
        return
    composed = compose(letter(raw, text, quoted=quoted))
    message = message_from_bytes(composed.raw, policy=default)
    assert set(message.keys()) <= HEADERS
    assert [composed.to] == [each.addr_spec for each in message["To"].addresses]
    assert len(message["Subject"]) <= SUBJECT_LIMIT


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("A parcel", "Re: A parcel"),
        ("Re: A parcel", "Re: A parcel"),
        ("RE: re: Re[2]: A parcel", "Re: A parcel"),
        ("AW: WG: Paket", "Re: WG: Paket"),
        ("Antw: SV: VS: Odp: R: Rif: RES: YNT: x", "Re: x"),
        ("回复：包裹", "Re: 包裹"),
        ("RE : x", "Re: x"),
        ("Fwd: A parcel", "Re: Fwd: A parcel"),
        ("Request: a parcel", "Re: Request: a parcel"),
        ("שאלה על משלוח", "Re: שאלה על משלוח"),
        ("\u202eevil\u202c", "Re: evil"),
        ("", "Re:"),
        ("x" * 400, "Re: " + "x" * 251),
    ],
)
def test_the_subject_has_one_re(subject, answered):
    assert answer_subject(subject) == answered


def test_a_subject_in_another_script_arrives_as_it_was():
    raw = mail("a@x.example", "jane@x.example", subject="=?utf-8?b?16nXnNeV150=?=")
    assert written(raw)["Subject"] == "Re: שלום"


def test_of_a_long_thread_the_first_and_the_last_ids_are_named_in_one_line():
    ids = [f"{number}.{'x' * 40}@x.example" for number in range(100)]
    line = references(AnsweredMail(to="j@x.example", references=tuple(ids), own_id="last@x.example"))
    named = line.split(" ")
    assert (named[0], named[-2:]) == (f"<{ids[0]}>", [f"<{ids[-1]}>", "<last@x.example>"])
    assert len(f"References: {line}") <= LINE_LIMIT
    message = written(mail("last@x.example", "j@x.example", references=" ".join(f"<{each}>" for each in ids)))
    assert message["References"] == line


def test_a_long_id_is_written_as_it_is():
    own = f"{'y' * 500}@x.example"
    message = written(mail(own, "j@x.example", references=f"<{'z' * 600}@x.example>"))
    assert message["In-Reply-To"] == f"<{own}>"
    assert message["References"] == f"<{own}>"


def test_the_agents_words_are_no_html_and_no_end_of_data():
    message = written(mail("a@x.example", "j@x.example"), '<script>alert("x")</script>\n.\n..\nFrom me\r\nNext\x00')
    assert "&lt;script&gt;" in body(message, "html")
    assert "<script>" not in body(message, "html")
    assert body(message, "plain").startswith('<script>alert("x")</script>\n.\n..\nFrom me\nNext\n')


def test_each_text_has_its_own_direction():
    assert '<p dir="auto">שלום</p>' in body(written(mail("a@x.example", "j@x.example"), "שלום"), "html")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("one\ntwo", ("one", "two")),
        ("\n".join("abcdefghijkl"), (*"abcdefghij", "…")),
        ("x" * 2000, ("x" * 1000, "…")),
    ],
)
def test_the_customer_is_quoted_sparingly(text, lines):
    assert quotation(text) == lines


def test_an_address_in_other_letters_needs_smtputf8_and_its_domain_does_not():
    assert compose(letter("From: jörg@x.example\n\nHello".encode())).utf8
    composed = compose(letter("From: joerg@bücher.example\n\nHello".encode()))
    assert (composed.utf8, composed.to) == (False, "joerg@xn--bcher-kva.example")


@pytest.mark.parametrize(
    ("mailbox", "domain"),
    [
        ("Shop <support@shop.example>", "shop.example"),
        ("a@bücher.example", "xn--bcher-kva.example"),
        ("shop", "localhost"),
    ],
)
def test_our_ids_stand_on_our_own_domain(mailbox, domain):
    assert domain_of(mailbox) == domain
