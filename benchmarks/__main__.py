"""All figures, or some of them, several times over: ``python -m benchmarks [NAME ...] [--runs 3] [--quick]``.

``make bench`` makes the environment first. Each figure is measured by a process of its own; the end is a table of
medians, kept in ``build/bench/summary.json`` with the machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.kit.machine import described, wait_for_quiet
from benchmarks.kit.report import FOLDER, Figure, median
from benchmarks.kit.stage import servers

FIGURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "throughput": ("turns/s with 500 and 1,000 in flight, CPU and memory", ()),
    "ceiling": ("turns/s of one process when the processor is the bound", ()),
    "processes": ("two worker processes against one", ()),
    "conversations": ("conversations of ten turns in order, opening included", ()),
    "live": ("a live message, idle and behind a backlog of a million", ("20000",)),
    "claims": ("a claim with a million turns waiting against ten thousand", ("10000", "50000")),
    "intake": ("taking in a file of a million lines", ("50000",)),
    "door": ("events/s through the HTTP front door on one core", ("2000",)),
    "embedded": ("the embedded default", ()),
    "mail": ("reading mail, fetching a mailbox, and how soon a mail is with the agent", ("500", "300")),
    "cpu": ("CPU beside peers that do the same work", ()),
}
"""What is measured, in this order, and the sizes of a quick run."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, keep; the exit code is 1 if a target was missed or a figure could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure Turnwire beside bounds and peers of the same run.",
        epilog="\n".join(f"  {name:<14} {what}" for name, (what, _) in FIGURES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="NAME", help="which figures; all of them if none is named")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="so many runs of each; medians are kept")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see it work, not to be published")
    chosen = parser.parse_args(words)
    unknown = [name for name in chosen.names if name not in FIGURES]
    if unknown or chosen.runs < 1:
        parser.error(f"no figure is called {unknown[0]}: {', '.join(FIGURES)}" if unknown else "--runs: at least 1")
    with servers():  # or an end here and now, before minutes are spent
        pass
    began = time.monotonic()
    runs: dict[str, list[list[Figure]]] = {name: [] for name in chosen.names or FIGURES}
    for _ in range(chosen.runs):
        for name, found in runs.items():
            found.append(_measured(name, quick=chosen.quick))
    medians = [figure for found in runs.values() for figure in middle(found)]
    failed = [name for name, found in runs.items() if not all(found)]
    _keep(medians, chosen.runs, quick=chosen.quick)
    _tell(medians, failed, chosen.runs, time.monotonic() - began)
    return 1 if failed or any(figure.met is False for figure in medians) else 0


def _measured(name: str, *, quick: bool) -> list[Figure]:
    """The figures of one run; none if it failed, of which it has said why."""
    kept = FOLDER / f"{name}.json"
    kept.unlink(missing_ok=True)
    wait_for_quiet()
    arguments = FIGURES[name][1] if quick else ()
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False)
    if not kept.exists():
        return []
    return [Figure(**each) for each in json.loads(kept.read_text(encoding="utf-8"))["figures"]]


def middle(runs: Iterable[list[Figure]]) -> list[Figure]:
    """Of each figure the run with the median value, whole, so that ratio and bound stay those of one run."""
    by_name: dict[str, list[Figure]] = {}
    for run in runs:
        for figure in run:
            by_name.setdefault(figure.name, []).append(figure)
    found = []
    for figures in by_name.values():
        value = median([figure.value for figure in figures])
        found.append(next(figure for figure in figures if figure.value == value))
    return found


def _keep(figures: Iterable[Figure], runs: int, *, quick: bool) -> None:
    summary: dict[str, Any] = {
        "machine": described(load=False), "runs": runs, "quick": quick, "figures": [vars(each) for each in figures],
    }  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")


def _tell(figures: Sequence[Figure], failed: Sequence[str], runs: int, seconds: float) -> None:
    print(f"\n== {'medians of ' + str(runs) + ' runs' if runs > 1 else 'one run'}, {seconds / 60:.0f} min")
    for figure in figures:
        print("   " + figure.line())
    missed = [figure.name for figure in figures if figure.met is False]
    held = [figure for figure in figures if figure.met is not None]
    print(
        f"{len(held) - len(missed)} of {len(held)} targets met" + (f"; missed: {'; '.join(missed)}" if missed else "")
    )
    for name in failed:
        print(f"could not be measured: {name}, see above")


if __name__ == "__main__":
    sys.exit(main())
