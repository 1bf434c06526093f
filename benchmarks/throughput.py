"""Turns per second of one worker process with 500 and 1,000 calls in flight, answered after 1.0 s."""

from __future__ import annotations

from benchmarks.kit import bare, provider
from benchmarks.kit.report import Figure, Report
from benchmarks.kit.run import measured
from benchmarks.kit.stage import on_servers

LATENCY = 1.0
TARGETS = {500: 0.85, 1000: 0.75}


def main() -> None:
    """Measure and print."""
    report = Report("throughput")
    for in_flight, target in TARGETS.items():
        bound = in_flight / LATENCY
        with provider.running(LATENCY) as agents:
            with on_servers(agents.url, in_flight=in_flight) as stage:
                run = measured(stage, 12 * in_flight)
            limit = bare.measured(agents.url, in_flight=in_flight, turns=8 * in_flight)
        ratio = run.rate / bound
        report.add(
            Figure(
                name=f"throughput, {in_flight} in flight", value=run.rate, unit="turns/s", beside="in flight / latency",
                bound=bound, ratio=ratio, target=f"at least {target:.2f}x", met=ratio >= target,
                note=f"bare client {limit.rate:,.0f} turns/s, so {run.rate / limit.rate:.2f}x of it",
            )
        )  # fmt: skip
        report.add(
            Figure(
                name=f"worker CPU per 1,000 turns, {in_flight} in flight", value=run.cpu, unit="CPU-s",
                beside="bare client, CPU-s", bound=limit.cpu, ratio=run.cpu / limit.cpu, target="at most 1.0 CPU-s",
                met=run.cpu <= 1.0, note=f"PostgreSQL {run.postgres_cpu:.2f}, RabbitMQ {run.rabbitmq_cpu:.2f} CPU-s",
            )
        )  # fmt: skip
        if in_flight == 1000:
            report.add(
                Figure(
                    name="memory of the worker, 1,000 in flight", value=run.peak_mb, unit="MB", target="under 150 MB",
                    met=run.peak_mb < 150,
                )
            )  # fmt: skip
    report.keep()


if __name__ == "__main__":
    main()
