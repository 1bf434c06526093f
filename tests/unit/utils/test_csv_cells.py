"""Cells of a CSV: none is a formula, in a spreadsheet of any country."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.utils.csv_cells import cell

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\u2212")
UNSEEN = (
    "",
    " ",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\u200b",
    "\u2060",
    "\u00ad",
    "\u202e",
    "\x00",
    "\x1b",
    "\ufe0f",
    "\u3164",
    '"',
)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_could_be_a_formula_gets_an_apostrophe(unseen, sign):
    assert cell(f"{unseen}{sign}1+1") == f"'{unseen}{sign}1+1"
    assert cell(f"1{unseen}{sign}1") == f"1{unseen}{sign}1"


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_a_cell_that_begins_with_a_break_gets_one(start):
    assert cell(f"{start}hello").startswith("'")


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r"])
@pytest.mark.parametrize("unseen", UNSEEN)
def test_so_does_what_becomes_a_cell_where_others_separate(separator, unseen):
    assert cell(f"Hello{separator}{unseen}=1+1") == f"Hello{separator}'{unseen}=1+1"
    assert cell(f"Hello{separator}world") == f"Hello{separator}world"


def test_json_in_a_cell_stays_json():
    given_ = {"name": "x;=1+1", "note": "a\n=2"}
    assert ";" not in cell(given_)
    assert json.loads(cell(given_)) == given_
    assert cell({}) == cell(None) == ""


LIKELY = st.lists(st.sampled_from([*SIGNS, *UNSEEN, ";", "\t", "\n", "\r", "a", "1", "'"]), max_size=12).map("".join)


@given(st.one_of(LIKELY, st.text(), st.integers(), st.none(), st.dictionaries(st.text(), st.text())))
def test_no_cell_begins_like_a_formula_however_the_line_is_cut(value):
    line = io.StringIO()
    csv.writer(line).writerow(["a", cell(value)])
    (cells,) = csv.reader(io.StringIO(line.getvalue(), newline=""))
    for piece in [*cells, *re.split("[;\t\n\r]", line.getvalue())]:
        assert not piece.lstrip(' "\u200b\ufeff\xa0\x00').startswith(("=", "+", "-", "@", "\uff1d"))
