"""What the demo tells is computed, not claimed: from the turns, and from what the sandbox received."""

from __future__ import annotations

import json
import stat
from collections import Counter
from typing import Any

import pytest

from connector.cli.demo.folder import RECEIVED, make, port_of, settings_in
from connector.cli.demo.mail import SentMail, ShownMail
from connector.cli.demo.page import page
from connector.cli.demo.report import DemoReport, sent_twice
from connector.errors import ConfigurationError


def turn(number: int, text: str = "hello", **more: Any) -> dict[str, Any]:
    return {
        "route": "tickets", "conversation": "BW-T-4105", "position": number, "status": "answered", "text": text,
        "answer": "yes", "settled_by": None, "provider_chat_id": "chat-1", "occurred_at": "2026-10-05T08:14:00.000Z",
        "customer": {"name": "Ann"}, "attempts": [{"outcome": "answered"}], **more,
    }  # fmt: skip


def told(*turns: dict[str, Any], twice: int = 0, mail: ShownMail | None = None) -> DemoReport:
    return DemoReport(
        turns=turns, subjects={}, languages=Counter(en=1), stopped=Counter(own_address=1), context=0, sent_twice=twice,
        mail=mail,
    )  # fmt: skip


def received(folder, *calls: tuple[str, bool]) -> None:
    lines = ({"call": "send", "chat": "chat-1", "text": text, "processed": processed} for text, processed in calls)
    (folder / RECEIVED).write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")


def test_a_message_that_entered_a_chat_twice_is_counted(tmp_path):
    settings = make(tmp_path, 18790, {})
    received(tmp_path, ("hello", False), ("hello", True), ("hello", True), ("bye", True))
    assert sent_twice([turn(1), turn(2, "bye")], settings) == 1


def test_a_customer_who_says_the_same_twice_is_not(tmp_path):
    settings = make(tmp_path, 18790, {})
    received(tmp_path, ("yes", True), ("yes", True))
    assert sent_twice([turn(1, "yes"), turn(2, "yes")], settings) == 0


def test_without_a_record_nothing_is_claimed_to_be_twice(tmp_path):
    assert sent_twice([turn(1)], make(tmp_path, 18790, {})) == 0


def test_only_answers_that_were_lost_and_read_back_count_as_such():
    lost = [{"outcome": "lost"}, {"outcome": "answered"}]
    report = told(
        turn(1, settled_by="read_back", attempts=lost),
        turn(2, attempts=lost),
        turn(3, settled_by="read_back", status="unknown", attempts=lost),
    )
    assert report.read_back == 1
    assert report.unanswered == 1


def test_the_page_shows_the_conversation_and_what_went_wrong():
    lost = [{"outcome": "not_sent"}, {"outcome": "lost"}, {"outcome": "answered"}]
    lines = list(page(told(turn(2, "second"), turn(1, "first " * 40, settled_by="read_back", attempts=lost), twice=1)))
    text = "\n".join(lines)
    assert "1 answer lost on the way, read back; 1 sent twice." in text
    assert "1 connection refused" in text
    assert text.index("| first") < text.index("| second")
    assert "agent (its answer was lost on the way and read back)" in text
    assert max(map(len, lines)) <= 80


def test_the_page_shows_what_of_a_mail_was_told_and_its_answer_at_the_end():
    answer = SentMail(headers=(("From", "us@shop.example"), ("References", "<a@b> " * 20)), text="Soon.\n")
    mail = ShownMail(turn=turn(1, "where is it"), came="where is it\n\n> " + "said before " * 8, answer=answer)
    lines = list(page(told(mail=mail)))
    first = lines.index("Ann, 2026-10-05 08:14, the whole mail")
    assert lines[first + 1 : first + 4] == ["| where is it", "|", f"| > {'said before ' * 6}said"]
    assert lines[first + 4] == "| > before said before"
    assert lines[first + 5 : first + 7] == ["what the agent was told", "| where is it"]
    assert lines[first + 9] == "| From: us@shop.example"
    assert lines[-3:] == ["|", "| Soon.", "and the same as HTML"]
    assert max(map(len, lines)) <= 80


def test_a_mail_that_was_not_answered_has_no_answer_on_the_page():
    lines = list(page(told(mail=ShownMail(turn=turn(1), came="hello", answer=None))))
    assert lines[-2:] == ["what the agent was told", "| hello"]


def test_the_page_owns_up_to_what_is_not_answered():
    assert "1 message NOT answered." in list(page(told(turn(1, status="queued", answer=None))))


def test_the_folder_says_where_the_sandbox_is_and_keeps_tokens_to_its_owner(tmp_path):
    settings = make(tmp_path, 12345, {})
    assert port_of(settings) == 12345
    assert {account.secret() for account in settings.accounts.values()} == {"sandbox-osvi-tok", "sandbox-synthflow"}
    assert all(route.names_on_lost for name, route in settings.routes.items() if name != "tickets")
    for token in tmp_path.glob("*.token"):
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
    again = settings_in(tmp_path, {})
    assert again is not None
    assert again.accounts == settings.accounts


def test_a_configuration_of_somebody_elses_is_left_alone(tmp_path):
    assert settings_in(tmp_path, {}) is None
    (tmp_path / "turnwire.toml").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        settings_in(tmp_path, {})
