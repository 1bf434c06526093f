"""The HTTP front door on one core: events one by one, signed hooks, and batches, each accepted in PostgreSQL.

``turnwire serve`` runs on a core of its own, where the machine has cores to spare; 32 connections hand in events of
250,000 conversations, each connection the next one when the one before is answered. The bound is a bare endpoint on the
same server and the same core, which inserts and commits.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kit import bare_door
from benchmarks.kit.machine import cpu_seconds, pinned
from benchmarks.kit.report import Figure, Report, at_least, percentile
from benchmarks.kit.stage import Stage, on_servers, wait_until
from connector.storage.admin import tokens

EVENTS = 20_000
CONNECTIONS = 32
LINES = 1_000
BATCHES_AT_ONCE = 4
TARGETS = {"single": 300, "hooks": 300, "batch": 1_000}
_SECRET = "benchmark-of-the-front-door"
_TEXT = "Good morning, my order {} has not arrived yet. It should be here since Tuesday; can you tell me where it is?"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one way of handing in came to: events per second, processor per second, milliseconds of each request."""

    rate: float
    cpu: float
    times: list[float]


def main(events: int = EVENTS) -> None:
    """Measure and print; the number of events may be named on the command line."""
    report = Report("door")
    with on_servers("http://127.0.0.1:1", in_flight=200) as stage:
        token = tokens.create(stage.database, "bench", routes=["bench"], source="bench", actor="benchmark")
        with _bare(stage) as (host, port, pid):
            single = asyncio.run(_handed_in(host, port, pid, list(_singles(token, events)), 1, CONNECTIONS))
            batches = list(_batches(token, events * 2))
            batch = asyncio.run(_handed_in(host, port, pid, batches, LINES, BATCHES_AT_ONCE))
        bounds = {"single": single.rate, "hooks": single.rate, "batch": batch.rate}
        with _serving(stage) as (host, port, pid):
            for name, requests, each, at_once in (
                ("single", _singles(token, events), 1, CONNECTIONS),
                ("hooks", _hooks(events), 1, CONNECTIONS),
                ("batch", _batches(token, events * 2), LINES, BATCHES_AT_ONCE),
            ):
                run = asyncio.run(_handed_in(host, port, pid, list(requests), each, at_once))
                target = TARGETS[name]
                report.add(
                    Figure(
                        name=f"front door, {name}", value=run.rate, unit="events/s", beside="bare endpoint",
                        bound=bounds[name], ratio=run.rate / bounds[name], target=f"at least {target:,}",
                        met=at_least(run.rate, target),
                        note=f"{run.cpu:.0%} of a core, p50 {percentile(run.times, 0.5):.0f} ms, "
                        f"p99 {percentile(run.times, 0.99):.0f} ms",
                    )
                )  # fmt: skip
        stored = stage.one("SELECT count(*) FROM turns")
        if stored != 4 * events:
            raise RuntimeError(f"{stored} turns are stored, not {4 * events}")
    report.keep()


@contextmanager
def _serving(stage: Stage) -> Iterator[tuple[str, int, int]]:
    config = stage.folder / "turnwire.toml"
    (stage.folder / "hook.secret").write_text(_SECRET, encoding="utf-8")
    source = '[sources.desk]\nkind = "hook"\nroute = "bench"\nprofile = "zammad"\nsecret = "file:hook.secret"\n'
    config.write_text(config.read_text(encoding="utf-8") + source, encoding="utf-8")
    command = [sys.executable, "-m", "connector.cli", "--config", str(config), "serve", "--port", "0"]
    with _started(command, stage.folder / "serve.log") as place:
        yield place


@contextmanager
def _bare(stage: Stage) -> Iterator[tuple[str, int, int]]:
    with _started([sys.executable, "-m", bare_door.__name__, stage.address], stage.folder / "bare.log") as place:
        yield place


@contextmanager
def _started(command: list[str], log: Path) -> Iterator[tuple[str, int, int]]:
    """A server on a core of its own; the host and port that it says it is at, and its process."""
    with log.open("wb") as output:
        process = subprocess.Popen(pinned(command), stdout=output, stderr=subprocess.STDOUT)

    def found() -> re.Match[str] | None:
        return re.search(r"http://([\d.]+):(\d+);", log.read_text(encoding="utf-8"))

    try:
        wait_until(lambda: found() is not None, "the front door", every=0.1, patience=60)
        place = found()
        assert place is not None
        yield place[1], int(place[2]), process.pid
    finally:
        process.terminate()
        process.wait(60)


def _request(path: str, body: bytes, kind: str, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: door", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _event(kind: str, number: int) -> dict[str, str]:
    conversation = f"{kind}-{number % 250_000}"
    return {"route": "bench", "conversation": conversation, "id": f"{kind}/{number}", "text": _TEXT.format(number)}


def _singles(token: str, events: int) -> Iterator[bytes]:
    for number in range(events):
        body = json.dumps(_event("single", number)).encode()
        yield _request("/v1/events", body, "application/json", f"Authorization: Bearer {token}")


def _batches(token: str, events: int) -> Iterator[bytes]:
    for start in range(0, events, LINES):
        numbers = range(start, min(start + LINES, events))
        body = b"\n".join(json.dumps(_event("batch", number)).encode() for number in numbers)
        yield _request("/v1/events/batch", body, "application/x-ndjson", f"Authorization: Bearer {token}")


def _hooks(events: int) -> Iterator[bytes]:
    for number in range(events):
        article = {
            "id": f"hook/{number}", "sender": "Customer", "internal": False, "body": f"<p>{_TEXT.format(number)}</p>",
            "content_type": "text/html", "created_at": "2026-11-21T10:00:00.000Z",
        }  # fmt: skip
        body = json.dumps({"ticket": {"id": f"hook-{number}", "title": "Order"}, "article": article}).encode()
        signature = hmac.new(_SECRET.encode(), body, hashlib.sha1).hexdigest()
        yield _request("/v1/hooks/desk", body, "application/json", f"X-Hub-Signature: sha1={signature}")


async def _handed_in(host: str, port: int, pid: int, requests: list[bytes], each: int, at_once: int) -> Run:
    waiting = iter(requests)
    times: list[float] = []
    lines = 0
    used, began = cpu_seconds([pid]), time.monotonic()

    async def connection() -> None:
        nonlocal lines
        reader, writer = await asyncio.open_connection(host, port)
        for request in waiting:
            start = time.monotonic()
            writer.write(request)
            await writer.drain()
            taken = _taken(await _answer(reader), each)
            lines += taken
            times.append((time.monotonic() - start) * 1000)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(at_once)))
    spent = time.monotonic() - began
    return Run(rate=lines / spent, cpu=(cpu_seconds([pid]) - used) / spent, times=times)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if length is not None:
        return int(head.split(b" ", 2)[1]), await reader.readexactly(int(length[1]))
    pieces: list[bytes] = []
    while size := int(await reader.readline(), 16):
        pieces.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return int(head.split(b" ", 2)[1]), b"".join(pieces)


def _taken(answer: tuple[int, bytes], each: int) -> int:
    """How many events the answer says were accepted; anything else ends the measurement."""
    status, body = answer
    accepted = _count(body.splitlines()) if each > 1 else int(status == 202)
    if not accepted or status not in {200, 202}:
        raise RuntimeError(f"HTTP {status}: {body[:300]!r}")
    return accepted


def _count(lines: Iterable[bytes]) -> int:
    return sum(b'"http_status": 202' in line for line in lines)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
