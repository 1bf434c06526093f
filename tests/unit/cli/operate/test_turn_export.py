"""`turnwire turns export`: the pinned keys, the order, cells that are no formulas, files that are not overwritten."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.cli.operate.turn_export import COLUMNS, cell
from connector.storage import tables
from tests.kit.cli_site import make_site
from tests.kit.storage_fixtures import MINUTE


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


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_could_be_a_formula_gets_an_apostrophe(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"1{start}1") == f"1{start}1"


@given(st.one_of(st.text(), st.integers(), st.none(), st.dictionaries(st.text(), st.text())))
def test_no_cell_ever_begins_like_a_formula(value):
    assert not cell(value).startswith(("=", "+", "-", "@", "\t", "\r"))


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
