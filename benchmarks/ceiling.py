"""What one process can do at most: a provider that answers after 0.05 s, so that the processor is the bound."""

from __future__ import annotations

from benchmarks.kit import bare, provider
from benchmarks.kit.report import Figure, Report
from benchmarks.kit.run import measured
from benchmarks.kit.stage import on_servers

LATENCY = 0.05
IN_FLIGHT = 500
TURNS = 36_000
TARGET = 900


def main() -> None:
    """Measure and print."""
    report = Report("ceiling")
    with provider.running(LATENCY) as agents:
        with on_servers(agents.url, in_flight=IN_FLIGHT) as stage:
            run = measured(stage, TURNS, latency=LATENCY)
        limit = bare.measured(agents.url, in_flight=IN_FLIGHT, turns=10 * TURNS, latency=LATENCY)
    cores = run.cpu * run.rate / 1000
    report.add(
        Figure(
            name="ceiling of one process, answer after 0.05 s", value=run.rate, unit="turns/s", beside="bare client",
            bound=limit.rate, ratio=run.rate / limit.rate, target="at least 900 turns/s", met=run.rate >= TARGET,
            note=f"{run.cpu:.2f} CPU-s per 1,000 turns, so {cores:.2f} cores busy",
        )
    )  # fmt: skip
    report.keep()


if __name__ == "__main__":
    main()
