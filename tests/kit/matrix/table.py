"""The table in ``docs/evidence/fault-matrix.md``, made from what the last run has recorded: ``make matrix``."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.kit.matrix.recorder import FOLDER
from tests.kit.matrix.rows import REMARKS, ROWS, UNCOVERED

PAGE = Path(__file__).parents[3] / "docs" / "evidence" / "fault-matrix.md"
BEGIN, END = "<!-- matrix:begin -->", "<!-- matrix:end -->"
PARTS = {"W": "Workers", "B": "Broker", "D": "Database", "P": "Provider", "E": "Events, conversations, time, content"}
LONGEST = 220
"""Characters of a cell; what an operator reads is longer, and the test has it all."""

FEW = 3
"""Different faults that one line names in full; of more it names the cases alone."""

_VARYING = (
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "…"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+"), "…"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?"), "…"),
)

Record = Mapping[str, str]


def recorded(folder: Path = FOLDER) -> list[Record]:
    """All records of the last run."""
    return [record for file in sorted(folder.glob("*.json")) for record in json.loads(file.read_text("utf-8"))]


def table(records: Iterable[Record]) -> str:
    """The tables, a part each, and the rows that no test plays."""
    by_row: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_row[record["row"]].append(record)
    missing = [row for row in ROWS if row not in by_row and row not in UNCOVERED]
    if missing:
        raise SystemExit(f"neither recorded nor given a reason: {', '.join(missing)}; did every test pass?")
    lines = [
        f"{len(by_row)} of {len(ROWS)} rows are played by tests, {len(UNCOVERED)} are not: the reasons stand below.",
        "",
    ]
    for letter, name in PARTS.items():
        lines += [f"## {name}", "", "| row | fault | injected | state | POSTs | what an operator sees | test |"]
        lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
        for row in (row for row in ROWS if row.startswith(letter) and row in by_row):
            lines += _lines(row, by_row[row])
        lines += [""]
    lines += ["## Not played", "", "| row | fault | why |", "| --- | --- | --- |"]
    lines += [f"| {row} | {ROWS[row]} | {why} |" for row, why in UNCOVERED.items()]
    return "\n".join(lines)


def _lines(row: str, records: Iterable[Record]) -> Iterator[str]:
    """A line for each outcome of a row: plays that came to the same in one test share it."""
    name = ROWS[row] + (f". *{REMARKS[row]}*" if row in REMARKS else "")
    outcomes: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (_test(record), record["case"])):
        saw: tuple[str, ...] = (
            _cell(record["state"]),
            _cell(record["posts"]),
            _cell(record["operator"]),
            _test(record),
        )
        outcomes[saw].append(record)
    first = f"**{row}**"
    for saw, plays in outcomes.items():
        yield f"| {first} | {name} | {_injected(plays)} | {' | '.join(saw)} |"
        first, name = "", ""


def _injected(plays: Iterable[Record]) -> str:
    """What was injected, each with the cases that it was played in."""
    cases: dict[str, list[str]] = defaultdict(list)
    for play in plays:
        mine = cases[_cell(play["injected"])]
        if play["case"] and play["case"] not in mine:
            mine.append(_cell(play["case"]))
    if len(cases) > FEW:
        return _cell("; ".join(case for mine in cases.values() for case in mine))
    return "; ".join(what + (f" ({_cell(', '.join(mine))})" if mine else "") for what, mine in cases.items())


def _cell(text: str) -> str:
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    text = " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _test(record: Record) -> str:
    file, _, name = record["test"].partition("::")
    return f"[`{name.partition('[')[0]}`](../../{file})"


def main() -> None:
    """Write the table between the page's markers."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(recorded())}\n{END}{after}", "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(PAGE.parents[1])} written\n")


if __name__ == "__main__":
    main()
