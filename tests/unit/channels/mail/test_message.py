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


WORDLESS = HEAD.replace("Subject: Parcel\n", "")
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
    assert event.metadata["attachments"] == ["cup.jpg", "grüße.log", "mail-3.eml"]


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


def test_a_text_that_was_attached_is_the_body_where_there_is_no_other():
    log = "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nMy lamp is broken."
    picture = "Content-Type: image/png; name=lamp.png\n\nx"
    assert read(HEAD + log).text == "My lamp is broken."
    event = read(multipart("mixed", picture, log))
    assert (event.text, event.metadata["attachments"]) == ("My lamp is broken.", ["lamp.png"])
    assert read(multipart("mixed", PLAIN, log)).metadata["attachments"] == ["a.txt"]


def test_a_page_that_says_much_more_than_the_plain_text_is_read_instead():
    page = "Content-Type: text/html\n\n" + "<p>Where is my parcel? Please tell me.</p>\n" * 400
    short = "Content-Type: text/plain\n\n" + "Dear shop, this mail holds a longer text, which some programs show. " * 5
    assert read(multipart("alternative", short, page)).text.startswith("Where is my parcel?")
    assert read(multipart("alternative", short * 3, HTML)).text.startswith("Dear shop")


def test_a_text_that_is_told_twice_is_told_once():
    assert read(multipart("mixed", PLAIN, PLAIN, HTML.replace("my", "MY"))).text == (
        "Where is my parcel?\n\nWhere is MY parcel?"
    )


@pytest.mark.parametrize(
    "content_type",
    ["plain/text", "text/plain charset=utf-8", '"text/plain"', "text/unknown", "x-unknown/x-unknown", "message/text",
     "application/octet-stream"],
)  # fmt: skip
def test_what_is_no_attachment_and_not_known_is_plain_text(content_type):
    part = f"Content-Type: {content_type}\n\nGrüße"
    assert read(HEAD + part).text == "Grüße"
    if content_type != "application/octet-stream":
        assert read(multipart("mixed", part, "Content-Type: text/plain\n\nAna")).text == "Grüße\n\nAna"


PHOTO = "Content-Type: image/jpeg; name=lamp.jpg\n\nx"
SHOWING = f"""Content-Type: text/html

<img src="cid:1">
--B
{PHOTO.replace(chr(10) * 2, chr(10) + "Content-ID: <1>" + chr(10) * 2)}"""
UNSEEN = "Content-Type: text/html; charset=utf-8\n\n<div>&zwnj;&#8203;&nbsp;&#xAD;</div>"


@pytest.mark.parametrize(
    ("mail", "text"),
    [
        (HEAD, "Parcel"),
        (f"{HEAD}\n \u200b\u2060\ufeff\u3164\n", "Parcel"),
        (f"{HEAD}{UNSEEN}", "Parcel"),
        (multipart("mixed", UNSEEN, PHOTO), "Parcel"),
        (multipart("mixed", UNSEEN, PHOTO).replace("Subject: Parcel", "Subject: Re: Parcel"), "[photo lamp.jpg]"),
        (multipart("mixed", UNSEEN, PHOTO).replace("Subject: Parcel", "Subject: (kein Betreff)"), "[photo lamp.jpg]"),
        (multipart("mixed", PHOTO, PHOTO.replace("image/jpeg", "x/y")).replace("Subject: Parcel\n", ""),
         "[photo lamp.jpg]\n[attachment lamp.jpg]"),
        (HEAD.replace("Parcel", "Re: Parcel"), "Re: Parcel"),
        (multipart("related", SHOWING).replace("Subject: Parcel", "Subject: Re: Parcel"), "[photo lamp.jpg]"),
    ],
)  # fmt: skip
def test_a_mail_without_words_is_told_by_its_subject_or_by_what_it_brings(mail, text):
    event = read(mail)
    assert (event.text, event.status) == (text, EventStatus.ACCEPTED)


@pytest.mark.parametrize("coded", [True, False])
def test_a_mail_that_only_forwards_another_tells_that_one(coded):
    mail = "From: bo@home.example\nSubject: Lamp\n\nThe cup is broken."
    encoding = "Content-Transfer-Encoding: base64\n" if coded else ""
    body = base64.encodebytes(mail.encode()).decode() if coded else mail
    event = read(multipart("mixed", f"Content-Type: message/rfc822\n{encoding}\n{body}"))
    assert event.text == "[forwarded mail: bo@home.example, Lamp]\n\nThe cup is broken."


def test_mails_within_mails_are_read_to_a_depth():
    raw = "Subject: 9\n\nThe cup is broken."
    for number in range(9):
        raw = f"Subject: {number}\nContent-Type: message/rfc822\n\n{raw}"
    text = read(f"From: ana@home.example\n{raw}").text
    assert text.count("[forwarded mail") == 3
    assert "The cup" not in text


def test_an_invitation_alone_is_told_in_a_line():
    lines = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Fitting\nDTSTART:20261124T100000Z\nEND:VEVENT\nEND:VCALENDAR"
    assert read(multipart("mixed", f"Content-Type: text/calendar\n\n{lines}")).text == (
        "[invitation: Fitting, 2026-11-24 10:00 UTC]"
    )


QUOTE = "On Mon, 2 Nov 2026 at 10:00, Shop <help@shop.example> wrote:\n> Which lamp?\n"


def test_what_is_new_is_told_and_what_is_quoted_or_signed_is_kept():
    event = read(f"{HEAD}\nThe red one.\n\n-- \nAna Lima\n\n{QUOTE}")
    assert event.text == "The red one."
    assert event.mail is not None
    assert "Which lamp?" in event.mail.quoted_text
    assert "Ana Lima" in event.mail.signature
    assert event.mail.full_text.startswith("The red one.")
    assert "Which lamp?" in event.mail.full_text


@pytest.mark.parametrize(
    ("subject", "parts", "told"),
    [
        ("Please cancel my order", ["Sent from my iPhone"], "Please cancel my order"),
        ("Re: Lamp", [QUOTE, "photo"], "[photo lamp.jpg]"),
        ("Lamp", [QUOTE, "photo"], "[photo lamp.jpg]"),
        ("Re: Lamp", [QUOTE], QUOTE.strip()),
        ("Re: Lamp", ["Sent from my iPhone"], "Sent from my iPhone"),
    ],
)
def test_where_nothing_is_new_something_is_told_all_the_same(subject, parts, told):
    texts = [PHOTO if part == "photo" else f"Content-Type: text/plain\n\n{part}" for part in parts]
    assert read(multipart("mixed", *texts).replace("Subject: Parcel", f"Subject: {subject}")).text == told


def test_no_page_speaks_for_the_texts_beside_it():
    quoting = '<div>First.</div><div class="gmail_quote"><blockquote>Which lamp?</blockquote></div>'
    pages = [f"Content-Type: text/html\n\n{page}" for page in (quoting, "<p>Second.</p>")]
    text = read(multipart("mixed", pages[0], PHOTO, pages[1])).text
    assert "First." in text
    assert "Second." in text


def test_the_first_of_several_texts_may_have_a_name():
    named = PLAIN.replace("utf-8", "utf-8; name=body.txt")
    assert read(multipart("mixed", named, "Content-Type: text/plain\n\nBest wishes")).text.startswith("Where is my")
    page = HTML.replace("utf-8", "utf-8; name=body.html")
    footer = "Content-Type: text/plain\n\nA footer of the list"
    related = f'Content-Type: multipart/related; boundary="C"\n\n--C\n{page}\n--C--'
    assert read(multipart("mixed", related, footer)).text.startswith("Where is my parcel?")


def test_of_repeated_headers_the_first_counts_and_it_is_said():
    event = read(f"{HEAD}Subject: Other\nFrom: bo@other.example\nMessage-ID: <2@x>\n\nhello")
    assert (event.subject, event.customer.email, event.id) == ("Parcel", "ana@shop.example", "1@shop.example")
    assert event.mail is not None
    assert event.mail.defects == ("repeated_from", "repeated_subject", "repeated_message_id")


def test_what_was_not_read_as_it_was_meant_is_said():
    event = read(HEAD.encode() + b"Content-Type: text/plain; charset=x-unknown\n\n\x81\x8d")
    assert event.mail is not None
    assert event.mail.defects == ("undecodable",)


HEADERS = "From: Ana <ana@home.example>\nTo: help@shop.example\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n"
PART = "--x\nContent-Type: text/plain\n\nhello\n--x--\n"


@pytest.mark.parametrize(
    ("rest", "digest"),
    [
        ("Subject: a\nContent-Transfer-Encoding: base64 \n\nV2hlcmU/\n", "e50be048ce1bee9f"),
        ("Subject: Gr\xfc\xdfe\n\nhello\n", "df0e2c2e075f0281"),
        ("Subject : b\n\nhello\n", "ebb9cf850a18cdd3"),
        (f"Subject: c\nContent-Type: multipart/mixed\n\n{PART}", "abc27e0b54960ad5"),
        ('Subject: d\nContent-Type: "multipart/mixed"; boundary=x\n\n--x\n\nhello\n--x--\n', "d8d8296ef6a5a874"),
    ],
)
def test_an_identity_does_not_change_with_what_the_reader_learns(rest, digest):
    event = read((HEADERS + rest).encode("latin-1"))
    assert event.id.startswith(f"sha256:{digest}")
    assert event.text.strip() in {"Where?", "hello"}


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
        ("From: nobody\n\nhello", "no_sender"), (WORDLESS, "no_text"), (f"{WORDLESS}\n \u200b \n", "no_text"),
        (f"{WORDLESS}Subject: (no subject)\n\n\n", "no_text"),
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
