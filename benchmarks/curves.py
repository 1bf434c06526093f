"""Curves: throughput and CPU per turn over calls in flight, of Turnwire and its peers, and claims over rows waiting.

``python -m benchmarks.curves`` measures, keeps ``build/bench/curves.json`` and draws; a number of seconds bounds each
point of a peer. About a quarter of an hour.
"""

from __future__ import annotations

import json
import sys

from benchmarks import claims, plots
from benchmarks.kit import provider
from benchmarks.kit.report import FOLDER, Figure, Report
from benchmarks.kit.run import Run, measured
from benchmarks.kit.stage import on_servers
from benchmarks.peers import running

LATENCY = 1.0
IN_FLIGHT = (10, 50, 200, 500, 1000, 2000)
MOST = {"celery-prefork": 50, "celery-threads": 500, "dramatiq": 500}
"""Beyond this a peer needs more memory or threads than this machine gives it."""
PEERS = ("celery-prefork", "celery-threads", "dramatiq", "taskiq-aiohttp")
WAITING = (1_000, 10_000, 100_000, 1_000_000)
_ROUNDS = 8


def main(most: float = 25.0) -> None:
    """Measure, keep and draw."""
    report = Report("curves")
    lines: dict[str, list[dict[str, float]]] = {}
    with provider.running(LATENCY) as agents:
        for in_flight in IN_FLIGHT:
            with on_servers(agents.url, in_flight=in_flight) as stage:
                _add(report, lines, "turnwire", in_flight, measured(stage, _ROUNDS * in_flight))
            for name in PEERS:
                if in_flight <= MOST.get(name, in_flight):
                    turns = _ROUNDS * in_flight
                    run = running.measured(name, agents.url, in_flight=in_flight, turns=turns, most=most)
                    _add(report, lines, name, in_flight, run)
    points = []
    for waiting in WAITING:
        milliseconds, buffers = claims.measured(waiting)
        points.append({"waiting": waiting, "milliseconds": milliseconds, "buffers": buffers})
        report.add(Figure(name=f"claim of {claims.BATCH}, {waiting:,} waiting", value=milliseconds, unit="ms"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {"machine": report.machine, "latency": LATENCY, "lines": lines, "claims": points}
    (FOLDER / "curves.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    plots.main()


def _add(report: Report, lines: dict[str, list[dict[str, float]]], name: str, in_flight: int, run: Run) -> None:
    lines.setdefault(name, []).append({"in_flight": in_flight, "rate": run.rate, "cpu": run.cpu})
    bound = in_flight / LATENCY
    report.add(
        Figure(
            name=f"{name}, {in_flight} in flight", value=run.rate, unit="turns/s", beside="in flight / latency",
            bound=bound, ratio=run.rate / bound, note=f"{run.cpu:.2f} CPU-s per 1,000 turns",
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
