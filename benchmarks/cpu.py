"""Processor time per 1,000 turns, beside peers that do the same work with the same number of calls in flight."""

from __future__ import annotations

from benchmarks.kit import provider
from benchmarks.kit.report import Figure, Report
from benchmarks.kit.run import measured
from benchmarks.kit.stage import on_servers
from benchmarks.peers import running

LATENCY = 1.0
IN_FLIGHT = 500
PREFORK = 32
"""Processes of Celery's prefork pool: eight times what it takes by itself here, and 1.4 GB of memory."""
TURNS = {
    "celery-prefork": 400, "celery-threads": 2_500, "celery-threads-kept": 3_000, "dramatiq": 2_500,
    "dramatiq-kept": 3_000, "taskiq": 500, "taskiq-aiohttp": 4_000,
}  # fmt: skip
TARGETS = {"celery-threads": 1 / 8, "dramatiq": 1 / 5, "taskiq-aiohttp": 1 / 2}
OURS = "committed before sent, never sent twice, order kept, limits, attempts recorded"


def main() -> None:
    """Measure and print."""
    report = Report("cpu")
    with provider.running(LATENCY) as agents:
        with on_servers(agents.url, in_flight=IN_FLIGHT) as stage:
            ours = measured(stage, 12 * IN_FLIGHT)
        report.add(
            Figure(
                name="turnwire, worker CPU per 1,000 turns", value=ours.cpu, unit="CPU-s",
                target="at most 1.0 CPU-s", met=ours.cpu <= 1.0, note=f"{ours.rate:,.0f} turns/s; {OURS}",
            )
        )  # fmt: skip
        for name, peer in running.PEERS.items():
            in_flight = PREFORK if name == "celery-prefork" else IN_FLIGHT
            theirs = running.measured(name, agents.url, in_flight=in_flight, turns=TURNS[name])
            ratio, target = ours.cpu / theirs.cpu, TARGETS.get(name)
            report.add(
                Figure(
                    name=f"{name}, {in_flight} in flight", value=theirs.cpu, unit="CPU-s", beside="turnwire",
                    bound=ours.cpu, ratio=ratio, target=f"at most {target:.3f}x" if target else "",
                    met=None if target is None else ratio <= target,
                    note=f"{theirs.rate:,.0f} turns/s, {theirs.peak_mb:,.0f} MB; {peer.keeps}",
                )
            )  # fmt: skip
    report.keep()


if __name__ == "__main__":
    main()
