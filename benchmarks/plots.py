"""Draw ``build/bench/curves.json`` into ``docs/images``: ``python -m benchmarks.plots``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.kit.report import FOLDER

IMAGES = Path("docs/images")
_COLOURS = {
    "turnwire": "#0b6e4f", "taskiq-aiohttp": "#3b6fb6", "dramatiq": "#b8860b", "celery-threads": "#b23a48",
    "celery-prefork": "#7d5ba6",
}  # fmt: skip


def main() -> None:
    """Draw all three."""
    found = json.loads((FOLDER / "curves.json").read_text(encoding="utf-8"))
    mpl.rcParams.update(
        {"svg.hashsalt": "turnwire", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    )
    IMAGES.mkdir(parents=True, exist_ok=True)
    _over_in_flight(found, "rate", "turns per second", "throughput.svg", bound=True)
    _over_in_flight(found, "cpu", "worker CPU seconds per 1,000 turns", "cpu.svg")
    _claims(found["claims"])


def _over_in_flight(found: dict[str, Any], key: str, label: str, name: str, *, bound: bool = False) -> None:
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for peer, points in found["lines"].items():
        axes.plot(
            [each["in_flight"] for each in points], [each[key] for each in points], marker="o", markersize=4,
            color=_COLOURS.get(peer), label=peer, linewidth=2.2 if peer == "turnwire" else 1.4,
        )  # fmt: skip
    if bound:
        most = max(each["in_flight"] for each in found["lines"]["turnwire"])
        axes.plot([10, most], [10 / found["latency"], most / found["latency"]], "k:", label="in flight / latency")
    axes.set(xscale="log", yscale="log", xlabel="calls in flight", ylabel=label)
    _keep(figure, axes, name)


def _claims(points: list[dict[str, float]]) -> None:
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    waiting = [each["waiting"] for each in points]
    axes.plot(waiting, [each["milliseconds"] for each in points], "o-", color="#0b6e4f", label="milliseconds (median)")
    axes.plot(waiting, [each["buffers"] / 10 for each in points], "s--", color="#3b6fb6", label="buffers / 10")
    axes.set(xscale="log", xlabel="turns waiting", ylabel="a claim of a hundred", ylim=(0, None))
    _keep(figure, axes, "claims.svg")


def _keep(figure: Any, axes: Axes, name: str) -> None:
    axes.grid(visible=True, alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(IMAGES / name, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
