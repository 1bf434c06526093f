"""For whom a mail speaks: forms and services send mail of others, who are in Reply-To."""

from __future__ import annotations

import pytest

from connector.channels.mail.message import parse_email
from connector.values import Event, EventStatus

OURS = ("help@shop.example",)
REPLY = "Reply-To: Ada Lind <ada@home.example>\n"


def read(sender: str, rest: str = REPLY, to: str = "help@shop.example", forms: tuple[str, ...] = ()) -> Event:
    raw = f"From: {sender}\nTo: {to}\n{rest}\nThe lamp is broken.".encode()
    return parse_email(raw, source="mail:s", route="s", addresses=OURS, forms=forms)


@pytest.mark.parametrize(
    "sender",
    [
        "Shop <help@shop.example>", "WordPress <wordpress@www.shop.example>", "noreply@forms.example",
        "no-reply+17@forms.example", "do_not_reply@forms.example", "Form <www-data@web.example>",
    ],
)  # fmt: skip
def test_the_customer_of_a_form_is_in_reply_to(sender):
    event = read(sender)
    assert (event.status, event.reason) == (EventStatus.ACCEPTED, None)
    assert (event.customer.name, event.customer.email) == ("Ada Lind", "ada@home.example")


def test_a_form_can_be_named():
    assert read("site@web.example").customer.email == "site@web.example"
    assert read("site@web.example", forms=("*@web.example",)).customer.email == "ada@home.example"


def test_a_person_stays_the_customer_whoever_is_to_get_the_answer():
    event = read("Ana <ana@home.example>", "Reply-To: bo@other.example\n")
    assert event.customer.email == "ana@home.example"
    assert event.mail is not None
    assert event.mail.defects == ("reply_to_elsewhere",)


@pytest.mark.parametrize(
    ("sender", "rest", "to"),
    [
        ("help@shop.example", "", "help@shop.example"),
        ("help@shop.example", "Reply-To: help+t@shop.example\n", "help@shop.example"),
        ("help@shop.example", REPLY, "Bo <bo@other.example>"),
        ("help@shop.example", "Reply-To: noreply@shop.example\n", "help@shop.example"),
    ],
)
def test_our_own_mail_stays_ours(sender, rest, to):
    assert read(sender, rest, to).reason == "own_address"


def test_two_people_who_use_one_form_are_two_customers():
    first, second = read("help@shop.example"), read("help@shop.example", "Reply-To: bo@other.example\n")
    assert first.thread is not None
    assert second.thread is not None
    assert (first.thread.customer, second.thread.customer) == ("ada@home.example", "bo@other.example")
    assert first.thread.senders == second.thread.senders == ("help@shop.example",)
