"""`turnwire turns export`: the pinned keys, the order, cells that are no formulas, files that are not overwritten."""

from __future__ import annotations

import csv
import io
import json

import pytest

from connector.cli.operate.turn_export import COLUMNS
from connector.storage import tables
from tests.kit.cli_site import make_site
from tests.kit.storage_fixtures import MINUTE


class Terminal(io.TextIOWrapper):
    """Standard output that says it is one."""

    def isatty(self):
        return True


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def test_json_lines_in_the_order_of_acceptance(site):
    _, (late,) = site.store.conversation("T-1", ["answered"])
    _, (early,) = site.store.conversation("T-2", ["failed"], age=MINUTE)
    ran = site("turns", "export")
    assert [int(row["id"]) for row in ran.rows] == [early, late]
    assert tuple(ran.rows[0]) == COLUMNS
    assert (ran.code, ran.err) == (0, "")


def test_filters(site):
    site.store.conversation("T-1", ["answered", "failed", "queued"])
    site.store.conversation("T-2", ["answered"], route="sales", age=90 * MINUTE)
    assert len(site("turns", "export", "--status", "answered", "--status", "failed").rows) == 3
    assert len(site("turns", "export", "--route", "sales").rows) == 1
    assert len(site("turns", "export", "--since", "1h").rows) == 3
    assert len(site("turns", "export", "--until", "1h").rows) == 1
    assert site("turns", "export", "--route", "slaes").code == 2


def test_csv_has_a_header_and_no_formula(site):
    _, (turn,) = site.store.conversation("T-1", ["answered"])
    site.store.change(tables.turns, tables.turns.c.id == turn, text='=HYPERLINK("x")\nsecond, "line"', answer="-1 €")
    ran = site("turns", "export", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(ran.out, newline=""))
    assert tuple(row) == COLUMNS
    assert row["text"] == '\'=HYPERLINK("x")\nsecond, "line"'
    assert row["answer"] == "'-1 €"
    assert json.loads(row["customer"]) == {"name": "Zoë"}
    assert row["reason"] == ""


def test_a_terminal_is_not_steered_by_what_customers_wrote(site, monkeypatch):
    _, (turn,) = site.store.conversation("T-1", ["answered"])
    site.store.change(tables.turns, tables.turns.c.id == turn, text="a\x1b[2Jb\x9b31m\u202e", answer="\x1b]0;x\x07")
    steering = set("\x1b\x9b\u202e\x07")
    assert "\x1b" in site("turns", "export", "--format", "csv").out  # a program gets the text as it is
    lines = site("turns", "export")
    assert not steering & set(lines.out)
    assert lines.one["text"] == "a\x1b[2Jb\x9b31m\u202e"
    monkeypatch.setattr("connector.cli.operate.turn_export.io.TextIOWrapper", Terminal)
    assert not steering & set(site("turns", "export", "--format", "csv").out)


def test_a_file_is_written_for_its_owner_and_never_overwritten(site):
    site.store.conversation("T-1", ["answered"])
    target = site.folder / "turns.jsonl"
    ran = site("turns", "export", "-o", str(target))
    assert (ran.code, ran.out) == (0, "")
    assert "wrote 1 turn to" in ran.err
    assert json.loads(target.read_text(encoding="utf-8"))["conversation"] == "T-1"
    assert target.stat().st_mode & 0o077 == 0
    before = target.read_bytes()
    again = site("turns", "export", "-o", str(target))
    assert again.code == 2
    assert "is there already" in again.err
    assert target.read_bytes() == before


def test_an_export_that_fails_leaves_no_half_file(site):
    _, (turn,) = site.store.conversation("T-1", ["answered"])
    site.store.change(tables.events, tables.events.c.id == turn, metadata="not JSON")
    target = site.folder / "turns.csv"
    assert site("turns", "export", "--format", "csv", "-o", str(target)).code == 1
    assert not target.exists()


def test_an_empty_export(site):
    assert site("turns", "export").out == ""
    assert site("turns", "export", "--format", "csv").out == ",".join(COLUMNS) + "\r\n"
