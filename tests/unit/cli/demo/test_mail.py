"""The mail that the demo shows: only its new words are told, and its answer is a mail in the customer's thread."""

from __future__ import annotations

from typing import Any

import pytest

from connector.cli.demo.folder import SHIPPED, files_of, make
from connector.cli.demo.mail import SHOWN_MAIL, shown_mail
from connector.values import Event


@pytest.fixture
def events(tmp_path) -> list[Event]:
    found = files_of(make(tmp_path, 18790, {}), SHIPPED[0]).in_order()
    return [each.item for each in found if isinstance(each.item, Event)]


def turn(events: list[Event], **more: Any) -> dict[str, Any]:
    (event,) = (each for each in events if each.id == SHOWN_MAIL)
    return {"external_id": event.id, "text": event.text, "told": None, "answer": "Yes.", **more}


def test_signature_and_history_are_not_told(events):
    shown = shown_mail([turn(events)], events)
    assert shown is not None
    assert shown.came.startswith(shown.told)
    left_out = shown.came.removeprefix(shown.told)
    assert "Sent from my iPhone" in left_out
    assert left_out.count("\n>") > 10


def test_what_was_told_beside_the_text_is_shown_too(events):
    shown = shown_mail([turn(events, told="Subject: Seeds\n\nhello")], events)
    assert shown is not None
    assert shown.told == "Subject: Seeds\n\nhello"


def test_the_answer_is_a_mail_in_the_customers_thread(events):
    shown = shown_mail([turn(events)], events)
    assert shown is not None
    assert shown.answer is not None
    headers = dict(shown.answer.headers)
    assert (headers["To"], headers["In-Reply-To"]) == ("marcus.adeyemi@example.com", f"<{SHOWN_MAIL}>")
    assert headers["Subject"] == "Re: Cancel my seed box – moving to a flat"
    assert headers["Auto-Submitted"] == "auto-replied"
    assert shown.answer.text.startswith("Yes.\n\n> So if I read that right")


def test_the_answer_is_the_same_in_each_run(events):
    one, other = shown_mail([turn(events)], events), shown_mail([turn(events)], events)
    assert one == other


def test_without_an_answer_there_is_no_mail_to_show(events):
    shown = shown_mail([turn(events, answer=None)], events)
    assert shown is not None
    assert (shown.answer, shown.as_dict()["answer"]) == (None, None)


def test_a_mailbox_that_was_not_taken_in_has_none_to_show(events):
    assert shown_mail([], events) is None
    assert shown_mail([turn(events)], []) is None
