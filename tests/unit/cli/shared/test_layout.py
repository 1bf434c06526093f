"""Lists at the width of a terminal: nothing is cut, least of all a date, and no message shares a line with a bar."""

from __future__ import annotations

import io
import re
import sys

import pytest

from connector.cli.shared.layout import fitted
from connector.cli.shared.output import Out
from connector.storage import tables
from tests.kit.cli_site import make_site
from tests.kit.storage_fixtures import MINUTE


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """From now on standard output is one, of so many columns and without colours."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")


def fill(site):
    later = site.store.now() + 90 * MINUTE
    site.store.account("osvi", reason="credentials", detail="HTTP 401 " + "of the provider " * 6, closed_until=later)
    site("routes", "pause", "support", "--detail", "the agent is being trained by " + "somebody " * 10)
    site(
        "followups",
        "schedule",
        "did it arrive? " * 9,
        "--route",
        "sales",
        "--conversation",
        "T-" + "9" * 60,
        "--at",
        "2d",
    )


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("noun", ["routes", "accounts", "followups"])
def test_a_list_has_no_line_wider_than_the_terminal_and_whole_dates(site, monkeypatch, noun, columns):
    fill(site)
    whole = site(noun, "list").out
    on_a_terminal(monkeypatch, columns)
    said = site(noun, "list").out
    assert max(map(len, said.splitlines())) <= columns, said
    assert len(DATE.findall(said)) == len(DATE.findall(whole))
    said_words, whole_words = set(re.findall(r"\w+", said.lower())), set(re.findall(r"\w+", whole.lower()))
    assert whole_words - said_words <= {"reason", "detail", "until", "next", "step", "failed", "unknown", "when"}


def test_a_program_gets_a_line_a_row_whatever_columns_it_has_inherited(site, monkeypatch):
    fill(site)
    whole = site("followups", "list").out
    monkeypatch.setenv("COLUMNS", "40")
    assert site("followups", "list").out == whole
    assert len(whole.splitlines()) == 2


def test_what_does_not_fit_stands_below_its_row_by_name():
    cells = [
        ["support", "2026-11-28 10:00:00Z", "-", "a longer explanation of what has happened here"],
        ["sales", "-", "-", "-"],
    ]
    assert fitted(["name", "until", "reason", "detail"], cells, 40).splitlines() == [
        "NAME     UNTIL",
        "support  2026-11-28 10:00:00Z",
        "    detail: a longer explanation of what",
        "        has happened here",
        "sales    -",
    ]


def test_a_cell_of_a_list_has_a_bound(site):
    site.store.conversation("T-1", ["answered"])
    site.store.change(tables.conversations, True, reason="x" * 100_000, status="handed_off")
    assert max(map(len, site("conversations", "list").out.splitlines())) < 2_000


def test_a_message_begins_a_line_of_its_own_while_a_bar_runs(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Terminal()
    out = Out(stdout=screen, stderr=screen)
    with out.progress("reading", 10) as step:
        step(1)
        out.note("row 3: no text")
        out.text("row 4: fine")
        step(1)
    for message in ("row 3: no text", "row 4: fine"):
        before, _, after = screen.getvalue().partition(message)
        assert "reading" in before
        shown = re.split(r"\x1b\[2K|\n", before)[-1]  # since a line was erased or ended
        assert re.sub(r"\x1b\[[0-9?;]*[a-zA-Z]|\r", "", shown) == "", repr(before)
        assert after.startswith("\n")
