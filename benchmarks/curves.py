"""Curves: throughput and CPU per turn over calls in flight, of Turnwire and its peers, and claims over rows waiting.

``python -m benchmarks.curves`` measures, keeps ``build/bench/curves.json`` after each point, and draws. About a quarter
of an hour; ``--go-on`` keeps the points that are there.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks import claims, plots
from benchmarks.kit import provider
from benchmarks.kit.report import FOLDER, Figure, Report
from benchmarks.kit.run import Run, measured
from benchmarks.kit.stage import on_servers
from benchmarks.peers import running

LATENCY = 1.0
IN_FLIGHT = (10, 50, 200, 500, 1000, 2000)
A_PROCESS = 1000
"""Calls in flight that one worker process of Turnwire may have; more are shared by several."""
MOST = {"celery-prefork": 50, "celery-threads": 500, "dramatiq": 500}
"""Beyond this a peer needs more memory or threads than this machine gives it."""
PEERS = ("celery-prefork", "celery-threads", "dramatiq", "taskiq-aiohttp")
WAITING = (1_000, 10_000, 100_000, 1_000_000)
_ROUNDS = 8
_SECONDS = 25.0  # for each point of a peer
_KEPT = FOLDER / "curves.json"


def main(*, go_on: bool = False) -> None:
    """Measure, keep and draw."""
    report = Report("curves")
    found: dict[str, Any] = {"machine": report.machine, "latency": LATENCY, "lines": {}, "claims": []}
    if go_on and _KEPT.exists():
        found = json.loads(_KEPT.read_text(encoding="utf-8"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with provider.running(LATENCY) as agents:
        for in_flight in IN_FLIGHT:
            for name in ("turnwire", *PEERS):
                points = found["lines"].setdefault(name, [])
                if in_flight <= MOST.get(name, in_flight) and in_flight not in {each["in_flight"] for each in points}:
                    run = _measured(name, agents.url, in_flight)
                    points.append({"in_flight": in_flight, "rate": run.rate, "cpu": run.cpu})
                    report.add(_figure(name, in_flight, run))
                    _keep(found)
    for waiting in WAITING:
        if waiting not in {each["waiting"] for each in found["claims"]}:
            milliseconds, buffers = claims.measured(waiting)
            found["claims"].append({"waiting": waiting, "milliseconds": milliseconds, "buffers": buffers})
            report.add(Figure(name=f"claim of {claims.BATCH}, {waiting:,} waiting", value=milliseconds, unit="ms"))
            _keep(found)
    plots.main()


def _measured(name: str, url: str, in_flight: int) -> Run:
    turns = _ROUNDS * in_flight
    if name != "turnwire":
        return running.measured(name, url, in_flight=in_flight, turns=turns, most=_SECONDS)
    processes = -(-in_flight // A_PROCESS)
    with on_servers(url, in_flight=in_flight // processes) as stage:
        return measured(stage, turns, workers=processes)


def _keep(found: dict[str, Any]) -> None:
    _KEPT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _figure(name: str, in_flight: int, run: Run) -> Figure:
    bound = in_flight / LATENCY
    return Figure(
        name=f"{name}, {in_flight} in flight", value=run.rate, unit="turns/s", beside="in flight / latency",
        bound=bound, ratio=run.rate / bound, note=f"{run.cpu:.2f} CPU-s per 1,000 turns",
    )  # fmt: skip


if __name__ == "__main__":
    main(go_on="--go-on" in sys.argv[1:])
