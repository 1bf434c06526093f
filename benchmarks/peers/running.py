"""Start a peer's worker on servers of its own, hand in the work, and measure it as Turnwire is measured."""

from __future__ import annotations

import asyncio
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.kit.machine import cpu_seconds, family, resident_mb
from benchmarks.kit.run import Run, steady_rate
from benchmarks.kit.stage import servers, wait_until
from benchmarks.peers import place

BIN = Path(sys.executable).parent


_AGAIN = "redelivered after a kill, so sent twice; no order, no limits, no record of attempts"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A tool and how it is started; ``{in_flight}`` stands for the calls in flight.

    ``keeps`` says in words which of Turnwire's guarantees it has.
    """

    name: str
    module: str
    command: tuple[str, ...]
    keeps: str = _AGAIN
    environ: dict[str, str] = field(default_factory=dict)


_CELERY = (
    "celery", "-A", "benchmarks.peers.with_celery", "worker", "-c", "{in_flight}", "--without-gossip",
    "--without-mingle", "-l", "warning", "-P",
)  # fmt: skip
_DRAMATIQ = ("dramatiq", "benchmarks.peers.with_dramatiq", "--processes", "1", "--threads", "{in_flight}")
_TASKIQ = (
    "taskiq", "worker", "benchmarks.peers.with_taskiq:broker", "--workers", "1", "--max-async-tasks", "{in_flight}",
    "--ack-type", "when_executed",
)  # fmt: skip
_KEPT = {"PEER_STYLE": "kept"}

PEERS = {
    peer.name: peer
    for peer in (
        Peer(name="celery-prefork", module="with_celery", command=(*_CELERY, "prefork")),
        Peer(name="celery-threads", module="with_celery", command=(*_CELERY, "threads")),
        Peer(name="celery-threads-kept", module="with_celery", command=(*_CELERY, "threads"), environ=_KEPT),
        Peer(name="dramatiq", module="with_dramatiq", command=_DRAMATIQ),
        Peer(name="dramatiq-kept", module="with_dramatiq", command=_DRAMATIQ, environ=_KEPT),
        Peer(name="taskiq", module="with_taskiq", command=_TASKIQ),
        Peer(name="taskiq-aiohttp", module="with_taskiq", command=_TASKIQ, environ={"PEER_TRANSPORT": "aiohttp"}),
    )
}


def measured(name: str, provider: str, *, in_flight: int, turns: int, latency: float = 1.0, most: float = 60.0) -> Run:
    """What a peer makes of so many turns; after ``most`` seconds it is judged by what it has done until then."""
    peer = PEERS[name]
    with servers() as (postgres, rabbitmq), rabbitmq.place() as broker:
        database = postgres.create()
        environ = {
            **os.environ, **peer.environ, "PEER_BROKER": broker, "PEER_DATABASE": database, "PEER_PROVIDER": provider,
            "PEER_IN_FLIGHT": str(in_flight),
        }  # fmt: skip
        try:
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute(place.TABLE)
                with _worker(peer, environ, in_flight) as pid:
                    return _run(connection, peer, pid, environ, turns, latency, most)
        finally:
            postgres.drop(database)
            postgres.close()


def _run(
    connection: psycopg.Connection, peer: Peer, pid: int, environ: dict[str, str], turns: int, latency: float,
    most: float,
) -> Run:  # fmt: skip
    def done() -> int:
        row = connection.execute("SELECT count(*) FROM results").fetchone()
        return int(row[0]) if row else 0

    # One turn first, so that all is imported and connected, as a worker of ours is before it is measured.
    _publish(peer, environ, 0, 1)
    wait_until(lambda: done() == 1, f"{peer.name} to come up", every=0.2, patience=90)
    time.sleep(1.0)
    connection.execute("TRUNCATE results")
    before, until = cpu_seconds(family(pid)), time.monotonic() + most
    _publish(peer, environ, 1, turns + 1)
    while done() < turns and time.monotonic() < until:
        time.sleep(0.5)
    processes = family(pid)
    spent, memory = cpu_seconds(processes) - before, resident_mb(processes)
    ends = [row[0] for row in connection.execute("SELECT extract(epoch FROM at)::float8 FROM results ORDER BY at")]
    # One that stands still for seconds has no steady rate; it is judged by all that it did.
    rate = steady_rate(ends, latency) or len(ends) / (ends[-1] - ends[0])
    return Run(turns=len(ends), rate=rate, cpu=1000 * spent / len(ends), peak_mb=memory)


def _publish(peer: Peer, environ: dict[str, str], first: int, last: int) -> None:
    command = [sys.executable, "-m", "benchmarks.peers.running", peer.module, str(first), str(last)]
    subprocess.run(command, env=environ, check=True, capture_output=True)


@contextmanager
def _worker(peer: Peer, environ: dict[str, str], in_flight: int) -> Iterator[int]:
    program, *arguments = (part.format(in_flight=in_flight) for part in peer.command)
    with TemporaryDirectory(prefix="turnwire-peer-") as folder, (Path(folder) / "out").open("wb") as log:
        process = subprocess.Popen(
            [str(BIN / program), *arguments], env=environ, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process.pid
        finally:
            members = family(process.pid)
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                for member in members:
                    _kill(member)
                process.wait()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    published = importlib.import_module(f"benchmarks.peers.{sys.argv[1]}").publish(
        range(int(sys.argv[2]), int(sys.argv[3]))
    )
    if published is not None:
        asyncio.run(published)
