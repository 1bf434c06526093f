from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.message import parse_email
from connector.channels.text.clean import clean
from connector.values import Customer, Event, EventStatus

HEAD = "From: Ana Lima <ana@shop.example>\nTo: support@example.com\nSubject: Parcel\nMessage-ID: <1@shop.example>\n"


def read(raw: str | bytes, **options: Any) -> Event:
    data = raw.encode() if isinstance(raw, str) else raw
    return parse_email(data, source="mail:support", route="support", **options)


def multipart(kind: str, *parts: str) -> str:
    body = "".join(f"--B\n{part}\n" for part in parts)
    return f'{HEAD}Content-Type: multipart/{kind}; boundary="B"\n\n{body}--B--\n'


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nWhere is my parcel?"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Where <b>is</b> my parcel?</p>"


def test_a_mail_becomes_an_event():
    raw = f"{HEAD}Date: Sat, 21 Nov 2026 11:00:00 +0100\nReply-To: lima@home.example\n\nWhere is my parcel?\n".encode()
    assert read(raw) == Event(
        source="mail:support", id="1@shop.example", route="support", conversation="1@shop.example",
        text="Where is my parcel?", status=EventStatus.ACCEPTED,
        customer=Customer(name="Ana Lima", email="ana@shop.example"), subject="Parcel",
        occurred_at=datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
        metadata={"to": "support@example.com", "reply_to": "lima@home.example"}, raw=raw,
    )  # fmt: skip


@pytest.mark.parametrize("newline", [b"\r\n", b"\r"])
def test_line_ends_do_not_matter(newline):
    raw = f"{HEAD}\nline one\nline two\n".encode().replace(b"\n", newline)
    assert read(raw).text == "line one\nline two"
    assert read(raw).id == "1@shop.example"


@pytest.mark.parametrize("before", ["\n\n", "\ufeff", "From ana@shop.example Sat Nov 21 10:00:00 2026\n"])
def test_what_exports_put_before_the_headers_does_not_matter(before):
    assert read(f"{before}{HEAD}\nhello").customer.email == "ana@shop.example"


@pytest.mark.parametrize(
    ("headers", "conversation"),
    [
        ("", "1@shop.example"),
        ("In-Reply-To: <a@x>\n", "a@x"),
        ("In-Reply-To: Your mail of Monday <a@x>\n", "a@x"),
        ("In-Reply-To: a@x\n", "a@x"),
        ("In-Reply-To: your mail\n", "1@shop.example"),
        ("References: <root@x>\n <a@x>\nIn-Reply-To: <a@x>\n", "root@x"),
        ("References:\n", "1@shop.example"),
    ],
)
def test_the_conversation_is_the_oldest_id_of_the_thread(headers, conversation):
    event = read(f"{HEAD}{headers}\nhello")
    assert (event.id, event.conversation) == ("1@shop.example", conversation)


def test_an_id_too_long_for_a_key_becomes_its_digest():
    keys = {read(f"{HEAD}References: <{'r' * length}@x>\n\nhello").conversation for length in (253, 254, 255, 255)}
    assert sorted(map(len, keys)) == [71, 71, 255]


def test_a_mail_without_an_id_gets_one_of_its_content():
    one = HEAD.replace("Message-ID: <1@shop.example>\n", "")
    event = read(f"Received: from a\n{one}\nhello\n")
    assert event.id.startswith("sha256:")
    assert event.conversation == event.id
    assert read(f"Received: from b\n{one}\nhello\n".replace("\n", "\r\n")).id == event.id
    assert read(f"{one}\nhello!").id != event.id
    assert read(f"{one.replace('Parcel', 'Parcels')}\nhello").id != event.id


@pytest.mark.parametrize("message_id", ["<[1234@foo]>", "<a b@c>", "bare@id", "<=?utf-8?q?x?=@y>", "<ü@x>"])
def test_strange_ids_are_taken_as_they_are(message_id):
    event = read(HEAD.replace("<1@shop.example>", message_id) + "\nhello")
    assert event.id == message_id.strip("<>").replace(" ", "")


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("ana@shop.example", None, "ana@shop.example"),
        ('"Lima, Ana" <Ana@SHOP.Example>', "Lima, Ana", "Ana@shop.example"),
        ("=?utf-8?B?w4BuYQ==?= =?utf-8?B?IExpbWE=?= <ana@shop.example>", "Àna Lima", "ana@shop.example"),
        ('"=?iso-8859-1?Q?Jos=E9?=" <jose@shop.example>', "José", "jose@shop.example"),
        ("José <jose@shop.example>", "José", "jose@shop.example"),
        ("=?utf-8?B?" + base64.b64encode(b"Ana <ana@shop.example>").decode() + "?=", None, "ana@shop.example"),
        ("ana@shop.example (Ana Lima)", "Ana Lima", "ana@shop.example"),
        ("Ana\u202e <ana@shop.example>, Ben <ben@shop.example>", "Ana", "ana@shop.example"),
        ("(" * 500 + ")" * 500 + " <ana@shop.example>", None, "ana@shop.example"),
        ("=?utf-8?q?Ana=0D=0ABcc:_x?= <ana@shop.example>", "Ana Bcc: x", "ana@shop.example"),
        ("Group: ana@shop.example;", None, "ana@shop.example"),
    ],
)
def test_the_sender(value, name, address):
    event = read(HEAD.replace("Ana Lima <ana@shop.example>", value) + "\nhello")
    assert (event.customer.name, event.customer.email, event.status) == (name, address, EventStatus.ACCEPTED)


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("Parcel", "Parcel"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?q?split_=C3?=\n =?utf-8?q?=BC?=", "split ü"),
        ("=?ISO-2022-JP?B?GyRCQ21KOBsoQg==?=", "注文"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?no-such?q?abc?=", "abc"),
        ("=?utf-8?b?!!!?=", ""),
        ("Grüße", "Grüße"),
        ("a\n\tb", "a b"),
        ("", None),
        ("s" * 2000, "s" * 998),
    ],
)
def test_the_subject(value, subject):
    assert (read(HEAD.replace("Parcel", value) + "\nhello").subject or None) == (subject or None)


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("Sat, 21 Nov 2026 10:00:00 GMT", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),
        ("21 Nov 2026 10:00:00 -0000", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),
        ("next week", None), ("", None), ("Sat, 21 Nov 3609 10:00:00 GMT", None),
        ("Sat, 99 Nov 2026 10:00:00 GMT", None),
    ],
)  # fmt: skip
def test_the_date(value, when):
    assert read(f"{HEAD}Date: {value}\n\nhello").occurred_at == when


def test_plain_text_is_preferred():
    assert (
        read(multipart("alternative", PLAIN.replace("parcel", "plain parcel"), HTML)).text
        == "Where is my plain parcel?"
    )


@pytest.mark.parametrize("plain", ["", " \n\n", "Your program does not show HTML."])
def test_html_is_read_where_the_plain_text_says_nothing(plain):
    mail = multipart("alternative", f"Content-Type: text/plain\n\n{plain}", HTML)
    assert read(mail).text == "Where is my parcel?"


def test_html_alone_is_read():
    assert read(f"{HEAD}{HTML}").text == "Where is my parcel?"


def test_text_around_an_attachment_is_joined_and_the_attachment_left_out():
    photo = "Content-Type: image/jpeg; name=cup.jpg\nContent-Disposition: inline\n\n\u0000"
    log = "Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.log\n\nSECRET"
    forwarded = f"Content-Type: message/rfc822\n\n{HEAD}\nSECRET"
    event = read(multipart("mixed", PLAIN, photo, log, forwarded, "Content-Type: text/plain\n\nThe cup is broken."))
    assert event.text == "Where is my parcel?\n\nThe cup is broken."
    assert event.metadata["attachments"] == ["cup.jpg", "grüße.log"]


def test_a_nested_mail_reads_as_it_is_meant():
    related = (
        'Content-Type: multipart/related; boundary="C"\n\n--C\n' + HTML + "\n--C\nContent-Type: image/png\n\nx\n--C--"
    )
    alternative = f'Content-Type: multipart/alternative; boundary="D"\n\n--D\n{PLAIN}\n--D\n{related}\n--D--'
    assert read(multipart("mixed", alternative)).text == "Where is my parcel?"
    assert read(multipart("mixed", related)).text == "Where is my parcel?"


@pytest.mark.parametrize(
    "body",
    [
        "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=utf-8\n\nGr=C3=BC=\n=C3=9Fe",
        "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-8\n\nR3LDvMOfZQ==",
        "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=iso-8859-1\n\nR3L832U",
        "Content-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset=us-ascii\n\nGrüße",
        "Content-Type: text/plain; charset=charset=utf-8\n\nGrüße",
        "Content-Type: garbage\n\nGrüße",
        "\nGrüße",
        'Content-Type: multipart/mixed\n\nGrüße',
        "Content-Type: multipart/mixed; boundary=never-used\n\nGrüße",
        "Content-Type: ;charset*=x''%\n\nGrüße",
    ],
)  # fmt: skip
def test_text_is_decoded_whatever_wraps_it(body):
    assert read(f"{HEAD}{body}").text == "Grüße"


def test_flowed_text_is_joined():
    assert read(f"{HEAD}Content-Type: text/plain; format=flowed\n\nWhere is \nmy parcel?").text == "Where is my parcel?"


def test_text_is_clean():
    assert read(f"{HEAD}\nCafe\u0301\0 \x1b[1m\r\nbye").text == "Café [1m\nbye"


def test_a_long_text_is_cut_and_says_so():
    text = read(f"{HEAD}\n{'x' * 1_000_000}").text
    assert len(text) <= 100_000
    assert "[cut: " in text
    kept = text.partition("\n\n[cut: ")[0]
    assert text.endswith(f"[cut: {1_000_000 - len(kept)} more characters]")


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        ("", "no_sender"), ("just words", "no_sender"), ("Subject: x\n\nhello", "no_sender"),
        ("From: nobody\n\nhello", "no_sender"), (HEAD, "no_text"), (f"{HEAD}\n \n", "no_text"),
        (f"{HEAD}Content-Type: image/png\n\nx", "no_text"),
        (f"{HEAD}Content-Disposition: attachment; filename=a.txt\n\nx", "no_text"),
    ],
)  # fmt: skip
def test_a_mail_that_cannot_be_answered_is_refused_with_its_reason(mail, reason):
    event = read(mail)
    assert (event.status, event.reason) == (EventStatus.REFUSED, reason)
    assert event.id
    assert event.conversation


def nested(levels: int) -> str:
    return HEAD + "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels)) + PLAIN


TOO_MUCH = {
    "bytes": f"{HEAD}\n{'x' * (25 * 1024 * 1024)}",
    "subject": f"{HEAD}X-Long: {'x' * 1_000_000}\n\nhello",
    "addresses": f"{HEAD}Cc: {', '.join(f'u{n}@x.example' for n in range(20_000))}\n\nhello",
    "headers": HEAD + "A: b\n" * 20_000 + "\nhello",
    "part headers": multipart("mixed", "A: b\n" * 20_000 + "\nhello"),
    "parts": multipart("mixed", *["\nx"] * 10_000),
    "depth": nested(1_000),
    "endless": HEAD + "Content-Type: multipart/mixed; boundary=B\n\n--B\n" * 60_000,
}


@pytest.mark.parametrize("mail", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_a_mail_over_a_limit_is_refused_with_what_its_headers_say(mail):
    event = read(mail)
    assert (event.status, event.reason) == (EventStatus.REFUSED, "too_large")
    assert event.warnings
    assert event.raw is not None
    assert len(event.raw) <= 256 * 1024
    assert event.id == "1@shop.example"


def test_limits_themselves_are_allowed():
    assert read(nested(20)).text == "Where is my parcel?"
    assert read(multipart("mixed", *["\nx"] * 499)).status is EventStatus.ACCEPTED


SLOW = {
    "subject of encoded words": HEAD.replace("Parcel", "=?utf-8?q?x?= " * 15_000) + "\nhello",
    "comments in From": HEAD.replace("Ana Lima", "(" * 2_000) + "\nhello",
    "parameters": f'{HEAD}Content-Type: text/plain; a="{";" * 200_000}\n\nhello',
    "nested mails": HEAD + "Content-Type: message/rfc822\n\n" * 5_000 + "hello",
    "delivery status": f"{HEAD}Content-Type: message/delivery-status\n\n" + "A: b\n\n" * 200_000,
    "combining marks": f"{HEAD}Content-Type: text/plain; charset=utf-8\n\na" + "\u0301\u0316" * 200_000,
    "one line": f"{HEAD}\n{'x' * 3_000_000}",
    "quote marks": f"{HEAD}Content-Type: text/plain; format=flowed\n\n{'>' * 1_000_000}",
    "many pages": multipart("alternative", *["Content-Type: text/html\n\n" + "<p>" * 15_000] * 100),
    "punycode": f"{HEAD}Content-Type: text/plain; charset=punycode\n\n" + "é-" * 200_000,
}


@pytest.mark.parametrize("mail", SLOW.values(), ids=SLOW.keys())
def test_what_is_slow_elsewhere_is_read(mail):
    assert read(mail).reason in {None, "no_text", "no_sender", "delivery_report"}


@given(st.binary(max_size=2_000))
def test_any_bytes_become_an_event(raw):
    event = read(raw)
    assert event.id
    (event.text + event.id + event.conversation + str(event.subject) + str(event.customer)).encode()


header_names = st.sampled_from([
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To", b"Content-Type",
    b"Content-Transfer-Encoding", b"Content-Disposition", b"Return-Path", b"Auto-Submitted", b"Precedence",
])  # fmt: skip
snippets = st.sampled_from([
    b"multipart/mixed; boundary=B", b"multipart/alternative", b"message/rfc822", b"text/html", b"base64", b"--B\n",
    b"--B--", b"=?utf-8?q?=", b"?=", b"<", b">", b"(", b'"', b";", b"a@b.example", b"\n", b"\n\n",
    b"\r", b"\xff", b"charset*=x''%", b" ",
])  # fmt: skip
pieces = st.lists(snippets | st.binary(max_size=10), max_size=12).map(b"".join)


@given(st.lists(st.tuples(header_names, pieces), max_size=6), pieces)
def test_anything_like_a_mail_becomes_an_event(headers, body):
    raw = b"".join(name + b": " + value + b"\n" for name, value in headers) + b"\n" + body
    event = read(raw, addresses=["a@b.example"])
    assert event.reason != "unreadable"
    assert (event.status is EventStatus.ACCEPTED) == (event.reason is None)
    (event.text + event.id + event.conversation + str(event.subject) + str(event.customer)).encode()


@given(
    st.text(min_size=1, max_size=200).filter(lambda text: text.strip()),
    st.sampled_from(["7bit", "8bit", "base64", "quoted-printable"]),
)
def test_what_a_mail_program_writes_is_read_back(text, encoding):
    message = EmailMessage()
    message["From"] = "Ana <ana@shop.example>"
    message.set_content(text, cte="base64" if encoding == "7bit" else encoding)
    assert read(message.as_bytes()).text == clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
