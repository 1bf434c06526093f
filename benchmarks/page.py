"""Write the figures that were measured last into docs/performance.md: ``python -m benchmarks.page``.

They come from ``build/bench/summary.json``; a quick run is refused, because its sizes are not those of the page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.kit.report import FOLDER, Figure, number

PAGE = Path("docs/performance.md")
BEGIN, END = "<!-- figures: made by `python -m benchmarks.page` -->", "<!-- /figures -->"


def main() -> int:
    """Write the table between the page's markers; the exit code is 1 if there is nothing to write."""
    kept = FOLDER / "summary.json"
    if not kept.exists():
        print("nothing measured yet: make bench", file=sys.stderr)
        return 1
    summary: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    if summary["quick"]:
        print("the last run was a quick one, whose sizes are too small to be published: make bench", file=sys.stderr)
        return 1
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text("\n".join([before + BEGIN, "", *lines(summary), "", END + after]), encoding="utf-8")
    return 0


def lines(summary: dict[str, Any]) -> Iterator[str]:
    """The table, and beneath it where it was measured."""
    yield "| figure | measured | beside | ratio | target | | |"
    yield "| --- | ---: | --- | ---: | --- | --- | --- |"
    for figure in (Figure(**each) for each in summary["figures"]):
        beside = "" if figure.bound is None else f"{number(figure.bound)} ({figure.beside})"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        verdict = {True: "met", False: "**missed**", None: ""}[figure.met]
        measured = f"{number(figure.value)} {figure.unit}"
        cells = [figure.name, measured, beside, ratio, figure.target, verdict, figure.note]
        yield f"| {' | '.join(cells)} |"
    runs = "One run" if summary["runs"] == 1 else f"Medians of {summary['runs']} runs"
    yield ""
    yield f"{runs} on {summary['machine']}; all servers on the same machine."


if __name__ == "__main__":
    sys.exit(main())
