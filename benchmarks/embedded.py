"""The default without any server: SQLite and a broker of files, 200 in flight, answered after 1.0 s."""

from __future__ import annotations

from benchmarks.kit import provider
from benchmarks.kit.report import Figure, Report
from benchmarks.kit.run import measured
from benchmarks.kit.stage import embedded

LATENCY = 1.0
IN_FLIGHT = 200
TARGET = 150


def main() -> None:
    """Measure and print."""
    report = Report("embedded")
    with provider.running(LATENCY) as agents, embedded(agents.url, in_flight=IN_FLIGHT) as stage:
        run = measured(stage, 12 * IN_FLIGHT)
    bound = IN_FLIGHT / LATENCY
    report.add(
        Figure(
            name="embedded default: SQLite, broker of files", value=run.rate, unit="turns/s",
            beside="in flight / latency", bound=bound, ratio=run.rate / bound, target=f"at least {TARGET} turns/s",
            met=run.rate >= TARGET, note=f"{run.cpu:.2f} CPU-s per 1,000 turns, {run.peak_mb:.0f} MB",
        )
    )  # fmt: skip
    report.keep()


if __name__ == "__main__":
    main()
