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
