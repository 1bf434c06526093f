"""Two worker processes against one, where the processor is the bound."""

from __future__ import annotations

from benchmarks.ceiling import IN_FLIGHT, LATENCY, TURNS
from benchmarks.kit import provider
from benchmarks.kit.report import Figure, Report
from benchmarks.kit.run import measured
from benchmarks.kit.stage import on_servers

TARGET = 1.8


def main() -> None:
    """Measure and print."""
    report = Report("processes")
    runs = []
    with provider.running(LATENCY) as agents:
        for workers in (1, 2):
            with on_servers(agents.url, in_flight=IN_FLIGHT) as stage:
                runs.append(measured(stage, workers * TURNS, latency=LATENCY, workers=workers))
    one, two = runs
    ratio = two.rate / one.rate
    report.add(
        Figure(
            name="two worker processes", value=two.rate, unit="turns/s", beside="one", bound=one.rate, ratio=ratio,
            target=f"at least {TARGET}x on free cores", met=ratio >= TARGET,
            note=f"{one.cpu:.2f} and {two.cpu:.2f} CPU-s per 1,000 turns; provider, PostgreSQL and broker on the same "
            "machine",
        )
    )  # fmt: skip
    report.keep()


if __name__ == "__main__":
    main()
