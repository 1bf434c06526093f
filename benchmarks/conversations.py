"""Conversations of ten turns in order, their opening included, against single turns in open chats."""

from __future__ import annotations

from benchmarks.kit import provider
from benchmarks.kit.report import Figure, Report
from benchmarks.kit.run import measured
from benchmarks.kit.stage import on_servers

LATENCY = 1.0
IN_FLIGHT = 500
TURNS = 10
TARGET = 1.4


def main() -> None:
    """Measure and print."""
    report = Report("conversations")
    with provider.running(LATENCY) as agents:
        with on_servers(agents.url, in_flight=IN_FLIGHT) as stage:
            single = measured(stage, TURNS * IN_FLIGHT)
        with on_servers(agents.url, in_flight=IN_FLIGHT) as stage:
            long = measured(stage, IN_FLIGHT, turns=TURNS, opened=False)
    ratio = long.cpu / single.cpu
    report.add(
        Figure(
            name=f"conversations of {TURNS} turns, opening included", value=long.cpu, unit="CPU-s per 1,000",
            beside="single turns in open chats", bound=single.cpu, ratio=ratio, target=f"at most {TARGET}x",
            met=ratio <= TARGET, note=f"{long.rate:,.0f} turns/s; eleven calls for ten turns",
        )
    )  # fmt: skip
    report.keep()


if __name__ == "__main__":
    main()
