"""`turnwire tail`: a line an event, within 80 columns, JSON for programs, until Ctrl-C."""

from __future__ import annotations

import json

import pytest

from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]

ESCAPE = "\x1b[31m"


@pytest.fixture
def at_work(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Between two looks a message comes in; the third look is Ctrl-C."""
    naps = iter(
        [
            lambda: folder.sql("INSERT INTO events (id, source, external_id, hash, status, reason, route,"
            " conversation_key, priority, received_at) VALUES (1, 'cli', 'm', 'h', 'stopped', 'loop', 'mail', ?, 5,"
            " 1764332000000)", f"{ESCAPE}T-1"),
        ]
    )  # fmt: skip

    def sleep(_seconds: float) -> None:
        nap = next(naps, None)
        if nap is None:
            raise KeyboardInterrupt
        nap()

    monkeypatch.setattr("connector.cli.admin.tail.time.sleep", sleep)
    return folder


def test_a_line_an_event_until_interrupted_and_nothing_that_steers_a_terminal(at_work: Folder) -> None:
    said = at_work("tail")
    assert said.code == 130
    (line,) = said.out.splitlines()
    assert line.split() == ["12:13:20", "event", "1", "stopped", "mail", "\N{REPLACEMENT CHARACTER}[31mT-1", "loop"]
    assert len(line) < 80
    assert "\x1b" not in said.out


def test_json_lines_for_programs_and_of_one_route_only(at_work: Folder) -> None:
    said = at_work("tail", "--json", "--route", "mail")
    (one,) = (json.loads(line) for line in said.out.splitlines())
    assert (one["event"], one["conversation"], one["at"]) == (
        "event.received", f"{ESCAPE}T-1", "2025-11-28T12:13:20.000Z",
    )  # fmt: skip
    assert at_work("tail", "--route", "nowhere").code == 2
