"""One measured run of Turnwire: so many turns by so many workers, with what it took."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.kit import fill
from benchmarks.kit.stage import Stage, server_cpu


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run came to: turns per second once ramped up, processor seconds per 1,000 turns, memory at its peak."""

    turns: int
    rate: float
    cpu: float
    peak_mb: float
    postgres_cpu: float = 0.0
    rabbitmq_cpu: float = 0.0


def steady_rate(ends: list[float], latency: float) -> float:
    """Answers per second after the ramp, of sorted times in seconds.

    Counted over whole latencies, because what was sent together comes back together: from two latencies (at least two
    seconds) after the first answer to one before the last.
    """
    unit = max(latency, 1.0)
    start = ends[0] + 2 * unit
    units = int((ends[-1] - unit - start) / unit)
    if units < 1:
        raise ValueError("too few turns for so many in flight")
    end = start + units * unit
    return sum(1 for each in ends if start <= each < end) / (units * unit)


def measured(
    stage: Stage, count: int, *, latency: float = 1.0, workers: int = 1, turns: int = 1, opened: bool = True
) -> Run:
    """Start workers on an empty database, let the work appear, wait until all of it is answered."""
    with stage.worker(workers) as running:
        before, servers = sum(worker.cpu() for worker in running), server_cpu()
        total = fill.ready(stage, count, turns=turns, opened=opened)
        stage.wait_answered(total)
        spent = sum(worker.cpu() for worker in running) - before
        server = {name: used - servers[name] for name, used in server_cpu().items()}
        peak = max(worker.peak_mb() for worker in running)
    per_thousand = 1000 / total
    return Run(
        turns=total,
        rate=steady_rate(stage.ends(), latency),
        cpu=spent * per_thousand,
        peak_mb=peak,
        postgres_cpu=server["postgres"] * per_thousand,
        rabbitmq_cpu=server["rabbitmq"] * per_thousand,
    )
