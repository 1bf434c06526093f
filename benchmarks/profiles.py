"""Where processor time goes: py-spy beside a worker in its steady state, or beside an intake.

``python -m benchmarks.profiles [worker | intake-postgresql | intake-sqlite]`` prints what each thread used, then who
held the interpreter: by part of the path, and by function. The stacks are kept in ``build/bench/profile-NAME.txt``, as
flame graph tools read them. py-spy slows what it watches: shares are to be read, not seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.intake import command_of, write_lines
from benchmarks.kit import fill, provider
from benchmarks.kit.machine import described, thread_seconds
from benchmarks.kit.report import FOLDER
from benchmarks.kit.stage import Stage, embedded, on_servers

LATENCY = 1.0
IN_FLIGHT = 500
SECONDS = 10
RATE = 500
LINES = 600_000
NOBODY = "http://127.0.0.1:1"
"""An intake calls no provider."""

PARTS = {
    "httpx and its transport": ("httpx/", "httpx_aiohttp/"),
    "aiohttp": ("aiohttp/",),
    "HTTP client, provider": ("connector/http/client.py", "connector/providers/"),
    "marking": ("Marks.mark ",),
    "recording": ("Records.record ",),
    "claiming": ("Claims.claim ",),
    "account shares": ("connector/storage/send/accounts.py",),
    "the tick": ("connector/services/tick.py",),
    "a step's own decisions": ("connector/engine/turn_step.py",),
    "SQLAlchemy and drivers": ("sqlalchemy/", "psycopg/"),
    "storing": ("connector/storage/",),
    "Celery": ("celery/", "kombu/", "tasks/"),
    "event loop": ("asyncio/",),
}
"""Parts of the path, each by what one of its frames holds. A stack belongs to the first part that has one; for HTTP,
to whose frame is the innermost."""
_INNERMOST = ("httpx and its transport", "aiohttp", "HTTP client, provider")


def main(name: str = "worker") -> None:
    """Profile and print."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / f"profile-{name}.txt"
    what = {"worker": _worker, "intake-postgresql": _intake, "intake-sqlite": _intake}
    if name not in what:
        sys.exit(f"nothing is called {name}: {', '.join(what)}")
    print(f"== profile of {name}: {described()}", flush=True)
    what[name](name, kept)
    _tell(kept)


def _worker(_name: str, kept: Path) -> None:
    with (
        provider.running(LATENCY) as agents,
        on_servers(agents.url, in_flight=IN_FLIGHT) as stage,
        stage.worker() as (worker,),
    ):
        fill.ready(stage, 20 * IN_FLIGHT)
        time.sleep(3 * LATENCY)
        _watch(worker.pid, kept, stage.answered, "turns")


def _intake(name: str, kept: Path) -> None:
    place = on_servers(NOBODY, in_flight=200) if name == "intake-postgresql" else embedded(NOBODY)
    with tempfile.TemporaryDirectory(prefix="turnwire-bench-") as folder, place as stage:
        file = Path(folder) / "lines.jsonl"
        write_lines(file, LINES)
        process = subprocess.Popen(command_of(stage, file), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        try:
            while not _stored(stage):  # the first of its two passes only looks
                if process.poll() is not None:
                    sys.exit("the intake ended early")
                time.sleep(0.1)
            _watch(process.pid, kept, lambda: _stored(stage), "lines")
        finally:
            process.kill()
            process.wait()


def _stored(stage: Stage) -> int:
    return int(stage.one("SELECT coalesce(max(id), 0) FROM events"))


def _watch(pid: int, kept: Path, counted: Callable[[], int], unit: str) -> None:
    """Let py-spy write down for a while who holds the interpreter; print what each thread used meanwhile."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = ["py-spy", "record", "--pid", str(pid), "--duration", str(SECONDS), "--rate", str(RATE), "--gil"]
    command += ["--format", "raw", "--threads", "--output", str(kept)]
    before, used = counted(), thread_seconds(pid)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, "PATH": path})
    if done.returncode:
        sys.exit(f"py-spy could not look into the process, for which it needs to be root: {done.stderr.strip()}")
    count, now = counted() - before, thread_seconds(pid)
    print(f"   {count:,} {unit}; microseconds of processor time for each, by thread:")
    spent = Counter({thread: seconds - used.get(thread, 0.0) for thread, seconds in now.items()})
    for thread, seconds in spent.most_common(6):
        print(f"   {seconds * 1e6 / count:8.1f}  {thread}")


def _tell(kept: Path) -> None:
    parts: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for line in kept.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        parts[_part(stack)] += int(count)
        own[stack.rpartition(";")[2]] += int(count)
    for title, counted in (("part", parts), ("function", own)):
        print(f"   shares of the interpreter by {title}:")
        for name, count in counted.most_common(25):
            print(f"   {count / counted.total():8.1%}  {name}")


def _part(stack: str) -> str:
    for frame in reversed(stack.split(";")):
        for name in _INNERMOST:
            if any(mark in frame for mark in PARTS[name]):
                return name
    return next((name for name, marks in PARTS.items() if any(mark in stack for mark in marks)), "other")


if __name__ == "__main__":
    main(*sys.argv[1:])
