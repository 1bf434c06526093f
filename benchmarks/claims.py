"""What a claim costs with few and with a million conversations waiting.

Two thirds of them wait behind closed gates (their accounts' lanes are not visited), a tenth of the others is due later.
Each point is a fresh database; the same claims are made, marked and recorded before the next, so that rows die as they
do in real work.
"""

from __future__ import annotations

import sys
import time

from benchmarks.kit import fill
from benchmarks.kit.report import Figure, Report, median
from benchmarks.kit.stage import Stage, on_servers
from connector.storage.send import workers
from connector.storage.send.wishes import Lane, Wish
from connector.wiring import NoPublisher, Wiring

FEW, MANY = 10_000, 1_000_000
BATCH = 100
CLAIMS = 60
TARGET = 1.3


def main(points: tuple[int, ...] = (FEW, MANY)) -> None:
    """Measure and print; the points may be named on the command line."""
    report = Report("claims")
    found: dict[int, tuple[float, float]] = {}
    for waiting in points:
        found[waiting] = measured(waiting)
        first, here = found[points[0]], found[waiting]
        ratio = here[0] / first[0]
        last = waiting == points[-1]
        report.add(
            Figure(
                name=f"claim of {BATCH}, {waiting:,} waiting", value=here[0], unit="ms (median)",
                beside=f"ms with {points[0]:,}", bound=first[0], ratio=ratio,
                target=f"at most {TARGET}x, or the same buffers" if last else "",
                met=ratio <= TARGET or here[1] <= first[1] * 1.1 if last else None,
                note=f"choosing them touches {here[1]:.0f} buffers",
            )
        )  # fmt: skip
    report.keep()


def measured(waiting: int) -> tuple[float, float]:
    """Milliseconds of a claim, and buffers that choosing its conversations touches; medians."""
    with on_servers("http://127.0.0.1:1", in_flight=200) as stage:
        part = waiting // 30
        fill.conversations(stage.database, 9 * part, prefix="A")
        fill.conversations(stage.database, part, due_in=3600, prefix="D")
        for number, account in enumerate(("closed", "busy")):
            fill.conversations(stage.database, 10 * part, account=account, prefix=f"G{number}-")
        stage.analyze()
        wiring = Wiring(settings=stage.settings, publisher=NoPublisher())
        owner = workers.register(wiring.database, "benchmark", 3600.0)
        lanes = [lane for lane in wiring.claims.open_lanes() if lane.account == "bench"]
        times, buffers = [], []
        _claim(wiring, owner, lanes, 1)  # statements are compiled with their first use
        for _ in range(min(CLAIMS, (9 * part - 1) // BATCH)):
            times.append(_claim(wiring, owner, lanes))
            buffers.append(_buffers(stage, lanes))
        wiring.database.dispose()
    return median(times), median(buffers)


def _claim(wiring: Wiring, owner: int, lanes: list[Lane], many: int = BATCH) -> float:
    wishes = [Wish.of(lane, k=many, room=many) for lane in lanes]
    began = time.perf_counter()
    claimed = wiring.claims.claim(owner, wishes, many)
    spent = (time.perf_counter() - began) * 1000
    assert len(claimed) == many, len(claimed)
    wiring.marks.mark(owner, [each.turn.id for each in claimed if each.turn is not None])
    return spent


def _buffers(stage: Stage, lanes: list[Lane]) -> float:
    """Buffers for choosing the next hundred, by PostgreSQL's own count; nothing is taken."""
    ids = ", ".join(str(lane.id) for lane in lanes)
    rows = stage.column(
        "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT q.conversation_id FROM"
        f" unnest(ARRAY[{ids}]::bigint[]) AS l(lane), LATERAL (SELECT conversation_id, ready_at FROM schedule"
        " WHERE lane = l.lane AND ready_at IS NOT NULL AND ready_at <= (extract(epoch from now()) * 1000)::bigint"
        f" ORDER BY ready_at LIMIT {BATCH} FOR NO KEY UPDATE SKIP LOCKED) q"
    )
    line = next(row for row in rows if "Buffers:" in row)
    return float(sum(int(part.partition("=")[2]) for part in line.split() if part.startswith(("hit=", "read="))))


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or (FEW, MANY))
