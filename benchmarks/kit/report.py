"""Figures as they are printed and kept: measured, beside what, the ratio, the target."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.kit.machine import described, versions

FOLDER = Path("build/bench")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line: ``value`` in ``unit`` beside ``bound``, what it is held against; ``ratio`` is what counts."""

    name: str
    value: float
    unit: str
    beside: str = ""
    bound: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    note: str = ""

    def line(self) -> str:
        """The figure as a line of the printed table."""
        shown = f"{self.name:<58} {number(self.value):>9} {self.unit:<16}"
        if self.bound is not None:
            shown += f" beside {number(self.bound)} ({self.beside})"
        if self.ratio is not None:
            shown += f" = {self.ratio:.2f}x"
        if self.target:
            verdict = {True: "met", False: "MISSED", None: "reported"}[self.met]
            shown += f"  [target {self.target}: {verdict}]"
        return shown + (f"  {self.note}" if self.note else "")


def number(value: float) -> str:
    """A figure as people read it."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


class Report:
    """Prints figures as they come and keeps them for whoever draws them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.machine = f"{described()}; {versions()}"
        self.figures: list[Figure] = []
        print(f"== {name}: {self.machine}", flush=True)

    def add(self, figure: Figure) -> None:
        """Print a figure at once."""
        self.figures.append(figure)
        print("   " + figure.line(), flush=True)

    def keep(self) -> None:
        """Write the figures to ``build/bench/NAME.json``."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        kept = {"name": self.name, "machine": self.machine, "figures": [asdict(each) for each in self.figures]}
        (FOLDER / f"{self.name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def at_least(value: float, target: float) -> bool:
    """Whether a figure that should be high is."""
    return value >= target


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of them lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: list[float]) -> float:
    """The middle one."""
    return percentile(values, 0.5)
