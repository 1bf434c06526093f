"""Taking in a file of a million lines by ``turnwire ingest FILE --yes``, again, and while live messages are claimed.

The lines are events of 250,000 conversations, four each, some 250 bytes long; they come in as a backlog. Beside the
command a live lane is claimed from twenty times a second, as a worker would, to see what the intake does to it. The
bound is a bare loader of the same file into the same database, with nothing beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kit import bare_loader, fill
from benchmarks.kit.machine import family, peak_mb
from benchmarks.kit.report import Figure, Report, percentile
from benchmarks.kit.stage import Stage, embedded, on_servers
from connector.storage.send import workers
from connector.storage.send.wishes import Wish
from connector.wiring import NoPublisher, Wiring

LINES = 1_000_000
PER_CONVERSATION = 4
SEVERAL = 4
TARGETS = {"postgresql, one connection": 25_000, "postgresql, several connections": 40_000, "sqlite": 40_000}
_TEXT = "Good morning, my order {} has not arrived yet. It should be here since Tuesday; can you tell me where it is?"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the command: lines per second, memory of all its processes, and what claims took meanwhile."""

    rate: float
    peak_mb: float
    claims: list[float]


def main(lines: int = LINES) -> None:
    """Measure and print; the number of lines may be named on the command line."""
    report = Report("intake")
    with tempfile.TemporaryDirectory(prefix="turnwire-bench-") as folder:
        file = Path(folder) / "million.jsonl"
        write_lines(file, lines)
        with on_servers("http://127.0.0.1:1", in_flight=200) as stage:
            first, again = _ingest(stage, file, lines), _ingest(stage, file, lines)
            bound = bare_loader.measured(file, stage.address)
            _tell(report, "postgresql, one connection", first, again, bound)
        with on_servers("http://127.0.0.1:1", in_flight=200) as stage:
            options = ("--connections", str(SEVERAL))
            first, again = _ingest(stage, file, lines, *options), _ingest(stage, file, lines, *options)
            _tell(report, "postgresql, several connections", first, again, bound)
        with embedded("http://127.0.0.1:1") as stage:
            first, again = _ingest(stage, file, lines), _ingest(stage, file, lines)
            bound = bare_loader.measured(file, str(stage.folder / "bare.db"))
            _tell(report, "sqlite", first, again, bound)
    report.keep()


def write_lines(file: Path, lines: int) -> None:
    """Write so many events of so many conversations, four each, as JSON lines."""
    conversations = lines // PER_CONVERSATION
    with file.open("w", encoding="utf-8") as out:
        for number in range(lines):
            conversation = number % conversations
            out.write(
                json.dumps({
                    "conversation": f"T-{conversation}", "id": f"T-{conversation}/{number // conversations}",
                    "text": _TEXT.format(number), "occurred_at": "2026-11-20T10:00:00Z",
                    "customer": {"email": f"customer{conversation}@example.com", "name": f"Customer {conversation}"},
                }) + "\n"
            )  # fmt: skip


def _tell(report: Report, name: str, first: Run, second: Run, bound: float) -> None:
    target, claim = TARGETS[name], percentile(first.claims, 0.99)
    report.add(
        Figure(
            name=f"intake, {name}", value=first.rate, unit="lines/s", beside="bare loader", bound=bound,
            ratio=first.rate / bound, target=f"at least {target:,}", met=first.rate >= target,
            note=f"{first.peak_mb:.0f} MB in all processes",
        )
    )  # fmt: skip
    report.add(
        Figure(
            name=f"the same file again, {name}", value=second.rate, unit="lines/s", beside="first run",
            bound=first.rate, ratio=second.rate / first.rate, target="faster than the first",
            met=second.rate > first.rate,
        )
    )  # fmt: skip
    report.add(
        Figure(
            name=f"memory, {name}", value=max(first.peak_mb, second.peak_mb), unit="MB", target="under 250 MB",
            met=max(first.peak_mb, second.peak_mb) < 250,
        )
    )  # fmt: skip
    report.add(
        Figure(
            name=f"live claims meanwhile, {name}, p99", value=claim, unit="ms", target="at most 100 ms",
            met=claim <= 100, note=f"median {percentile(first.claims, 0.5):.1f} ms, {len(first.claims)} claims",
        )
    )  # fmt: skip


def command_of(stage: Stage, file: Path, *options: str) -> list[str]:
    """The command that takes a file in as a backlog."""
    command = [sys.executable, "-m", "connector.cli", "--config", str(stage.folder / "turnwire.toml"), "ingest"]
    return [*command, str(file), "--route", "bench", "--yes", *options]


def _ingest(stage: Stage, file: Path, lines: int, *options: str) -> Run:
    command = command_of(stage, file, *options)
    peak = 0.0
    with _claiming(stage) as claims:
        began = time.monotonic()
        with (stage.folder / "ingest.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ})
            while process.poll() is None:
                peak = max(peak, sum(peak_mb(pid) for pid in family(process.pid)))
                time.sleep(0.1)
        spent = time.monotonic() - began
    if process.returncode:
        raise RuntimeError((stage.folder / "ingest.log").read_text(encoding="utf-8")[-2000:])
    return Run(rate=lines / spent, peak_mb=peak, claims=claims)


@contextmanager
def _claiming(stage: Stage) -> Iterator[list[float]]:
    """Claims from a live lane and gives back, twenty times a second; the milliseconds of each claim."""
    wiring = Wiring(settings=stage.settings, publisher=NoPublisher())
    if not any(lane.priority == fill.LIVE for lane in wiring.claims.open_lanes()):
        fill.conversations(stage.database, 100, prefix="live-")
    lane = next(lane for lane in wiring.claims.open_lanes() if lane.priority == fill.LIVE)
    owner = workers.register(wiring.database, "benchmark", 3600.0)
    times: list[float] = []
    over = threading.Event()

    def claim() -> None:
        wish = Wish.of(lane, k=10, room=10)
        while not over.wait(0.05):
            began = time.perf_counter()
            taken = wiring.claims.claim(owner, [wish], 10)
            times.append((time.perf_counter() - began) * 1000)
            wiring.records.release(owner, [each.conversation_id for each in taken])

    thread = threading.Thread(target=claim, daemon=True)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()
        wiring.database.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
