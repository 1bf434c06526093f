"""A live message, from being accepted to its first byte on the way to the provider.

Idle: the worker has nothing at all to do; each message is sent when the one before is answered. Busy: it works through
a backlog of many turns, with all its places in use. The messages come in by ``connector.receive``, one after the other;
*accepted* is the time of the transaction that stored one, *first byte* when the provider saw its request begin. Both
clocks are this machine's. The bound is a program that has nothing else to do: it commits an insert, commits that it is
about to send, and sends.
"""

from __future__ import annotations

import sys
import time

from benchmarks.kit import bare, fill, provider
from benchmarks.kit.report import Figure, Report, percentile
from benchmarks.kit.stage import Stage, on_servers, wait_until

LATENCIES = {"idle": 0.2, "busy": 1.0}
PAUSES = {"idle": 0.4, "busy": 0.05}
"""Seconds between messages."""
IN_FLIGHT = 500
BACKLOG = 1_000_000
MESSAGES = 200
TARGETS = {"idle": (30, 150), "busy": (None, 300)}


def main(backlog: int = BACKLOG) -> None:
    """Measure and print; the size of the backlog may be named on the command line."""
    report = Report("live")
    for name, waiting in (("idle", 0), ("busy", backlog)):
        with provider.running(LATENCIES[name]) as agents, on_servers(agents.url, in_flight=IN_FLIGHT) as stage:
            fill.conversations(stage.database, MESSAGES, turns=0, prefix="live-")
            with stage.worker():
                if waiting:
                    _begin_backlog(stage, waiting)
                delays, from_publish = _send(stage, agents, PAUSES[name])
            if not waiting:
                shortest = bare.delays(agents, stage.address, MESSAGES)
        middle, worst = percentile(delays, 0.5), percentile(delays, 0.99)
        for figure, value, target in (("p50", middle, TARGETS[name][0]), ("p99", worst, TARGETS[name][1])):
            bound = percentile(shortest, 0.5 if figure == "p50" else 0.99)
            report.add(
                Figure(
                    name=f"live message, worker {name}{f' with {waiting:,} turns' if waiting else ''}, {figure}",
                    value=value, unit="ms", beside="bare program, ms", bound=bound, ratio=value / bound,
                    target=f"at most {target} ms" if target else "",
                    met=value <= target if target else None,
                    note=f"since published: {percentile(from_publish, 0.5 if figure == 'p50' else 0.99):.0f} ms",
                )
            )  # fmt: skip
    report.keep()


def _begin_backlog(stage: Stage, waiting: int) -> None:
    fill.conversations(stage.database, waiting, priority=fill.BACKLOG)
    stage.analyze()
    stage.ring()
    wait_until(lambda: stage.answered() > 2 * IN_FLIGHT, "the backlog to be under way", every=0.5)


def _send(stage: Stage, agents: provider.Provider, pause: float) -> tuple[list[float], list[float]]:
    """Milliseconds from accepted, and from published, to the first byte at the provider."""
    published = {}
    for number in range(1, MESSAGES + 1):
        text = f"live {number}"
        event = {"route": "bench", "conversation": f"live-{number}", "id": f"live/{number}", "text": text}
        published[text] = time.time()
        stage.app.send_task("connector.receive", args=[event], queue="turnwire.receive")
        time.sleep(pause)
    wait_until(lambda: len(agents.told()["seen"]) >= MESSAGES, "the live messages to be sent", every=0.2)
    seen = dict(agents.told()["seen"])
    with stage.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT text, accepted_at FROM turns WHERE priority = 5")
        accepted = {row.text: row.accepted_at / 1000 for row in rows}
    return (
        [1000 * (at - accepted[text]) for text, at in seen.items()],
        [1000 * (at - published[text]) for text, at in seen.items()],
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
