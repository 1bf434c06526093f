"""Every row of the matrix is played by a test or says why it is not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.kit.matrix.recorder import states
from tests.kit.matrix.rows import REMARKS, ROWS, UNCOVERED
from tests.kit.matrix.table import table

TESTS = Path(__file__).parents[1]


def named() -> set[str]:
    """The rows that tests name, as a text of its own, in files that use the recorder."""
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        source = file.read_text(encoding="utf-8")
        if file != Path(__file__) and "matrix.row(" in source:
            found |= {
                node.value
                for node in ast.walk(ast.parse(source))
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ROWS
            }
    return found


def test_every_row_is_played_or_says_why_not():
    known = named() | set(UNCOVERED)
    assert [row for row in ROWS if row not in known] == []


def test_no_row_is_both_played_and_excused():
    assert sorted(named() & set(UNCOVERED)) == []
    assert sorted(set(REMARKS) - named()) == []
    assert set(UNCOVERED) <= set(ROWS)


def test_rows_are_those_of_the_five_parts_without_a_gap():
    sizes = {"W": 16, "B": 12, "D": 14, "P": 24, "E": 23}
    assert list(ROWS) == [f"{letter}{number}" for letter, size in sizes.items() for number in range(1, size + 1)]


def test_the_table_has_a_line_for_each_outcome_and_one_for_the_same_on_two_databases():
    play = {"injected": "a cut", "case": "osvi", "state": "unknown (lost)", "posts": "1", "operator": "why | what"}
    records = [{**play, "row": row, "test": f"tests/x.py::test_{row}[sqlite]"} for row in ROWS if row not in UNCOVERED]
    records += [{**record, "test": record["test"].replace("sqlite", "postgresql")} for record in records]
    lines = [line for line in table(records).splitlines() if "a cut" in line]
    assert len(lines) == len(ROWS) - len(UNCOVERED)
    assert all("why \\| what" in line for line in lines)


def test_a_row_that_nobody_recorded_stops_the_table():
    with pytest.raises(SystemExit, match="P6"):
        table([])


def test_states_are_counted():
    turns = [{"status": "answered", "reason": None}] * 2 + [{"status": "unknown", "reason": "lost"}]
    assert states(turns) == "2 answered, unknown (lost)"
