"""The demo's input files, read with the standard library alone: enough of everything the demo promises to show."""

from __future__ import annotations

import csv
import email
import io
import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr
from importlib import resources
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

OWN_ADDRESS = "support@brightwater.example"
LANGUAGES = {"en", "de", "fr", "es", "pt"}
EVENT_FIELDS = {"id", "conversation", "text", "customer", "occurred_at", "metadata", "priority"}


class Message(NamedTuple):
    """One customer message of any file, as far as the counts need it."""

    conversation: str
    id: str
    language: str
    at: datetime
    text: str


def data(name: str) -> bytes:
    return resources.files("connector.cli.demo").joinpath("data", name).read_bytes()


def raw_mails() -> list[bytes]:
    """The mails of the mailbox, with mboxrd's quoting taken back."""
    parts = re.split(rb"(?m)^From \S+ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n", data("support.mbox"))
    assert parts[0] == b""
    return [re.sub(rb"(?m)^>(>*From )", rb"\1", part) for part in parts[1:]]


def parse(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)


def machine_rule(mail: EmailMessage) -> str | None:
    """Why this mail is not a customer's; None if it is."""
    if mail.get_content_type() == "multipart/report":
        return "bounce"
    if str(mail.get("Auto-Submitted", "no")) != "no":
        return "auto_reply"
    if parseaddr(str(mail["From"]))[1] == OWN_ADDRESS:
        return "own_address"
    if "List-Id" in mail:
        return "list"
    return "null_sender" if str(mail["Return-Path"]) == "<>" else None


def customer_mails() -> list[EmailMessage]:
    return [mail for mail in map(parse, raw_mails()) if machine_rule(mail) is None]


def ids(mail: EmailMessage, header: str) -> list[str]:
    return re.findall(r"<[^<>\s]+>", str(mail.get(header, "")))


def conversation_of(mail: EmailMessage) -> str:
    return (ids(mail, "References") or ids(mail, "In-Reply-To") or ids(mail, "Message-ID"))[0]


def body_part(mail: EmailMessage) -> MIMEPart:
    body = mail.get_body(("plain", "html"))
    assert body is not None
    return body


def text_leaves(mail: EmailMessage) -> list[MIMEPart]:
    return [part for part in mail.walk() if part.get_content_maintype() == "text"]


def mailbox_messages() -> list[Message]:
    return [
        Message(
            conversation=conversation_of(mail),
            id=str(mail["Message-ID"]),
            language=str(mail["Content-Language"])[:2],
            at=mail["Date"].datetime,
            text=body_part(mail).get_content(),
        )
        for mail in customer_mails()
    ]


def ticket_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data("tickets.csv").decode("utf-8"), newline=""), strict=True))


def ticket_messages() -> list[Message]:
    return [
        Message(
            row["ticket_id"], row["created_at"] + row["text"], row["language"], when(row["created_at"]), row["text"]
        )
        for row in ticket_rows()
        if row["author"] == "customer"
    ]


def queue_events() -> list[dict[str, Any]]:
    return [json.loads(line) for line in data("queue.jsonl").decode("utf-8").splitlines()]


def queue_messages() -> list[Message]:
    return [
        Message(
            event["conversation"], event["id"], event["customer"]["language"], when(event["occurred_at"]), event["text"]
        )
        for event in queue_events()
    ]


def when(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    assert at.tzinfo is not None, text
    return at


FILES = {"support.mbox": mailbox_messages, "tickets.csv": ticket_messages, "queue.jsonl": queue_messages}


def all_messages() -> list[Message]:
    return [message for read in FILES.values() for message in read()]


def by_conversation(messages: list[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        found[message.conversation].append(message)
    return found


@pytest.mark.parametrize("name", FILES)
def test_each_file_holds_enough_messages_in_five_languages(name: str) -> None:
    messages = FILES[name]()
    conversations = by_conversation(messages)
    assert len(messages) >= 36
    assert len(conversations) >= 12
    assert all(2 <= len(turns) <= 5 for turns in conversations.values())
    per_language = Counter(turns[0].language for turns in conversations.values())
    assert set(per_language) == LANGUAGES
    assert min(per_language.values()) >= 3


def test_all_files_together_make_the_numbers_of_the_demo() -> None:
    messages = all_messages()
    assert len(messages) >= 110
    assert len(by_conversation(messages)) >= 36


@pytest.mark.parametrize("name", FILES)
def test_messages_have_ids_of_their_own_and_times_that_increase(name: str) -> None:
    messages = FILES[name]()
    assert len({message.id for message in messages}) == len(messages)
    for turns in by_conversation(messages).values():
        times = [turn.at for turn in turns]
        assert times == sorted(set(times))
        assert all((at.year, at.month) in {(2026, 10), (2026, 11)} for at in times)
        assert len({turn.language for turn in turns}) == 1


def test_every_text_can_be_sent_and_says_something() -> None:
    for message in all_messages():
        assert message.text.strip()
        assert "\ufffd" not in message.text
        assert len(message.text) < 2_000


def test_the_files_stay_small() -> None:
    assert sum(len(data(name)) for name in FILES) < 150_000


def test_every_thread_is_linked_to_its_first_mail() -> None:
    mails = customer_mails()
    seen: set[str] = set()
    for mail in sorted(mails, key=lambda mail: mail["Date"].datetime):
        own, root = str(mail["Message-ID"]), conversation_of(mail)
        assert root == own or root in seen
        customers_ids = {found for found in ids(mail, "References") if not found.endswith("@brightwater.example>")}
        assert customers_ids <= seen, "a reply refers to a mail that had not yet been written"
        seen.add(own)
    assert any("In-Reply-To" in mail and "References" not in mail for mail in mails)


def test_machine_mails_of_each_kind_are_there_once() -> None:
    rules = Counter(rule for rule in map(machine_rule, map(parse, raw_mails())) if rule)
    assert rules == {"auto_reply": 1, "bounce": 1, "own_address": 1, "list": 1, "null_sender": 1}


def test_the_bounce_is_a_delivery_report_from_nobody() -> None:
    bounce = next(mail for mail in map(parse, raw_mails()) if machine_rule(mail) == "bounce")
    assert bounce["Return-Path"] == "<>"
    assert [part.get_content_type() for part in bounce.iter_parts()][1] == "message/delivery-status"


def test_mails_use_the_encodings_of_real_clients() -> None:
    leaves = [leaf for mail in customer_mails() for leaf in text_leaves(mail)]
    assert {leaf.get_content_charset() for leaf in leaves} == {
        "us-ascii",
        "utf-8",
        "iso-8859-1",
        "iso-8859-15",
        "windows-1252",
    }
    transfer = {str(leaf["Content-Transfer-Encoding"]) for leaf in leaves}
    assert transfer == {"7bit", "8bit", "quoted-printable", "base64"}
    assert any(leaf.get_param("format") == "flowed" for leaf in leaves)


def test_headers_hold_encoded_words_of_both_kinds() -> None:
    raw = b"\n".join(raw_mails())
    for header in (b"Subject", b"From"):
        for kind in (b"q", b"b"):
            assert re.search(rb"(?mi)^%s:.*=\?[\w-]+\?%s\?" % (header, kind), raw)
    names = {parseaddr(str(mail["From"]))[0] for mail in customer_mails()}
    assert {"Jürgen Köhler", "Hélène Carpentier", "Íñigo Echeverría", "João Magalhães"} <= names


def test_mails_come_in_every_common_shape() -> None:
    mails = customer_mails()
    kinds = Counter(mail.get_content_type() for mail in mails)
    assert kinds["multipart/alternative"] >= 3
    assert kinds["text/html"] >= 3
    attachments = [part for mail in mails for part in mail.iter_attachments()]
    assert [part.get_filename() for part in attachments] == ["IMG_2041.png"]
    assert attachments[0].get_content().startswith(b"\x89PNG")


def test_from_lines_inside_mails_are_quoted_the_mboxrd_way() -> None:
    source = data("support.mbox")
    assert re.search(rb"(?m)^>From ", source)
    assert re.search(rb"(?m)^>>From ", source)
    texts = [message.text for message in mailbox_messages()]
    assert any(re.search(r"(?m)^From what", text) for text in texts)
    assert any(re.search(r"(?m)^>From Wednesday", text) for text in texts)


def test_tickets_carry_context_line_breaks_and_a_column_of_their_own() -> None:
    rows = ticket_rows()
    assert Counter(row["author"] for row in rows)["agent"] >= 4
    assert {row["author"] for row in rows} == {"customer", "agent"}
    assert {"product", "subject", "customer_name", "customer_email"} <= set(rows[0])
    assert all(None not in row and None not in row.values() for row in rows)
    assert all(when(row["created_at"]) for row in rows)
    for piece in ("\n", ",", '"'):
        assert any(piece in row["text"] for row in rows)


def test_events_of_the_queue_have_known_fields_and_one_is_urgent() -> None:
    events = queue_events()
    assert all(set(event) <= EVENT_FIELDS for event in events)
    assert all({"id", "name", "language"} <= set(event["customer"]) for event in events)
    assert [event["priority"] for event in events if "priority" in event] == [9]


@pytest.mark.parametrize("word", ["yes", "sí"])
def test_some_customers_say_the_same_word_twice_in_a_row(word: str) -> None:
    pairs = [
        (one, other)
        for turns in by_conversation(queue_messages()).values()
        for one, other in pairwise(turns)
        if one.text == other.text == word
    ]
    assert len(pairs) == 1
    assert pairs[0][0].id != pairs[0][1].id
