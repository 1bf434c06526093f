"""The log: one JSON line an event, at standard error, and the names that the page promises."""

from __future__ import annotations

import json
import logging
import re

import pytest
import structlog

from connector.utils import logs
from connector.values import ReplyStatus, TurnStatus
from tests.kit.pages import ROOT


def test_the_page_names_events_that_there_are() -> None:
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    (paragraph,) = (part for part in page.split("\n\n") if "Each worker logs" in part)
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", paragraph)) - {"turnwire.events", "turnwire.receive"}
    code = "".join(
        file.read_text(encoding="utf-8") for top in ("connector", "tasks") for file in (ROOT / top).rglob("*.py")
    )
    written = set(re.findall(r'"([a-z]+\.[a-z_]+)"', code))
    written |= {f"turn.{status}" for status in TurnStatus} | {f"reply.{status}" for status in ReplyStatus}
    written |= {f"{queue}.interrupted" for queue in ("receive", "events")}  # the reader names its queue
    assert len(named) > 8
    assert named <= written


def test_in_somebody_elses_program_nothing_is_printed_and_what_it_asks_for_is_told(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    structlog.reset_defaults()
    log = logs.get_logger("connector.test")
    with caplog.at_level(logging.WARNING):
        log.info("event.received", accepted=2)
        log.warning("turn.unknown", turn=2, reason="lost")
    assert caplog.messages == ["turn.unknown turn=2 reason=lost"]
    assert capsys.readouterr() == ("", "")


STRANGE = "a\nturn.sent turn=1\x1b[2J\x9b31m\u202egnp\u2028b\x00"
STEERING = set("\x1b\x9b\u202e\u2028\x00\n")


def test_a_strangers_string_is_one_harmless_line_in_somebody_elses_log(caplog: pytest.LogCaptureFixture) -> None:
    structlog.reset_defaults()
    with caplog.at_level(logging.WARNING):
        logs.get_logger("connector.test").warning("event.refused", reason=STRANGE, share="100%s")
    (message,) = caplog.messages
    assert not STEERING & set(message)
    assert message.endswith("share=100%s")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_strangers_string_is_one_harmless_line_of_the_log(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    logs.configure()
    logs.get_logger("test").warning("event.refused", reason=STRANGE)
    logging.getLogger("a.library").warning("refused %s", STRANGE)
    ours, theirs = capsys.readouterr().err.splitlines()
    for line in (ours, theirs):
        assert "gnp" in line
        assert not STEERING & set(line)


def test_a_line_is_json_at_standard_error_and_below_the_level_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(logging.WARNING)
    log = logs.get_logger("test")
    log.info("turn.sent", turn=1)
    log.warning("turn.unknown", turn=2)
    logging.getLogger("a.library").warning("theirs, %s", "in the same form")
    said = capsys.readouterr()
    assert said.out == ""
    ours, theirs = (json.loads(line) for line in said.err.splitlines())
    assert {"event": "turn.unknown", "turn": 2, "level": "warning"}.items() <= ours.items()
    assert {"event": "theirs, in the same form", "level": "warning"}.items() <= theirs.items()
    assert ours.keys() - theirs.keys() == {"turn"}
