"""The bound: a bare asyncio protocol client and batched inserts, with no queue, no guarantee and no second thought.

It runs in a process of its own, so that its processor time can be told: ``python -m benchmarks.kit.bare`` URL DATABASE
IN_FLIGHT TURNS LATENCY prints its rate and processor time as JSON.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from benchmarks.kit.provider import Provider
from benchmarks.kit.run import steady_rate
from benchmarks.kit.stage import servers

_EVERY = 0.02
_LIVE = "INSERT INTO bare_live VALUES (%s, %s) RETURNING extract(epoch from now())::float"
_INSERT = "INSERT INTO results (id, answer) SELECT * FROM unnest(%s::bigint[], %s::text[])"


@dataclass(frozen=True, kw_only=True)
class Bound:
    """Turns per second after the ramp, and processor seconds per 1,000 turns."""

    rate: float
    cpu: float


class _Client(asyncio.Protocol):
    def __init__(self, run: _Run) -> None:
        self._run = run

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._send()

    def _send(self) -> None:
        number = self._run.take()
        if number is None:
            self._transport.close()
            return
        self._number = number
        body = b'{"message":"Good morning, where is my order %d?"}' % number
        head = b"POST /chat/%d/messages HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n" % number
        self._transport.write(b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        size = int(head[head.lower().find(b"content-length:") + 15 :].partition(b"\r\n")[0]) if separator else 0
        if separator and len(body) >= size:
            self._buffer = b""
            self._run.answered(self._number, json.loads(body)["response"]["agent_message"])
            self._send()


class _Run:
    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._next = 0
        self._waiting: list[tuple[int, str]] = []
        self.ends: list[float] = []

    def take(self) -> int | None:
        self._next += 1
        return self._next if self._next <= self._turns else None

    def answered(self, number: int, answer: str) -> None:
        self._waiting.append((number, answer))

    async def write(self, connection: psycopg.Connection) -> None:
        while len(self.ends) < self._turns:
            await asyncio.sleep(_EVERY)
            group, self._waiting = self._waiting, []
            if group:
                await asyncio.to_thread(_insert, connection, group)
                self.ends.extend([time.monotonic()] * len(group))


def _insert(connection: psycopg.Connection, group: list[tuple[int, str]]) -> None:
    connection.execute(_INSERT, ([number for number, _ in group], [answer for _, answer in group]))
    connection.commit()


async def _call_all(url: str, database: str, in_flight: int, turns: int, latency: float) -> dict[str, float]:
    parts = urlsplit(url)
    run = _Run(turns)
    began = time.process_time()
    loop = asyncio.get_running_loop()
    with psycopg.connect(database) as connection:
        writing = asyncio.create_task(run.write(connection))
        for _ in range(in_flight):
            await loop.create_connection(lambda: _Client(run), parts.hostname, parts.port)
        await writing
    cpu = (time.process_time() - began) * 1000 / turns
    return {"rate": steady_rate(run.ends, latency), "cpu": cpu}


def measured(url: str, *, in_flight: int, turns: int, latency: float = 1.0) -> Bound:
    """Call a running provider so many times, so many at once, and keep the answers in a database of one's own."""
    with servers() as (postgres, _):
        database = postgres.create()
        try:
            with psycopg.connect(database) as connection:
                connection.execute("CREATE TABLE results (id bigint PRIMARY KEY, answer text, at timestamptz)")
            command = [sys.executable, "-m", "benchmarks.kit.bare", url, database]
            command += [str(in_flight), str(turns), str(latency)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            return Bound(**json.loads(done.stdout))
        finally:
            postgres.drop(database)
            postgres.close()


def delays(agents: Provider, database: str, messages: int) -> list[float]:
    """Milliseconds from a stored message to its first byte at the provider, at the least: two commits and a write."""
    stored: dict[str, float] = {}
    parts = urlsplit(agents.url)
    with (
        psycopg.connect(database) as connection,
        socket.create_connection((parts.hostname, parts.port or 80)) as provider,
    ):
        connection.execute("CREATE TABLE bare_live (id bigint PRIMARY KEY, text text, sent_at timestamptz)")
        connection.commit()
        for number in range(messages):
            text = f"live bare {number}"
            row = connection.execute(_LIVE, (number, text)).fetchone()
            connection.commit()
            stored[text] = row[0] if row else 0.0
            connection.execute("UPDATE bare_live SET sent_at = now() WHERE id = %s", (number,))
            connection.commit()
            body = json.dumps({"message": text}).encode()
            provider.sendall(b"POST /chat/1/messages HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            provider.recv(65536)
    seen = dict(agents.told()["seen"])
    return [1000 * (seen[text] - at) for text, at in stored.items()]


if __name__ == "__main__":
    address, place = sys.argv[1:3]
    many, count, wait = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    print(json.dumps(asyncio.run(_call_all(address, place, many, count, wait))))
