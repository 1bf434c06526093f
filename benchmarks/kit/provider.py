"""A provider that answers after a fixed time and costs next to nothing, so that it is not what is measured.

It speaks as much of Synthflow's chat API as a benchmark needs: opening a chat, reading it, sending into it. Every
message whose text begins with ``live`` is noted with the moment its first byte arrived. Run by itself:
``python -m benchmarks.kit.provider PORT SECONDS``.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.kit.machine import pinned

_ANSWER = json.dumps({"status": "success", "response": {"agent_message": "Thank you, that is noted.",
                                                        "current_state": "main_state"}}).encode()  # fmt: skip
_CHAT = json.dumps({"status": "success", "response": {"chat_status": "ongoing", "conversation_history": []}}).encode()
_SECONDS_BETWEEN_TRIES = 0.05


def _response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class Connection(asyncio.Protocol):
    """One connection; answers in the order of the requests."""

    latency = 1.0
    seen: list[tuple[str, float]]
    calls = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._began = 0.0
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        if not self._buffer:
            self._began = time.time()
        self._buffer += data
        while (request := self._request()) is not None:
            self._answer(*request)

    def _request(self) -> tuple[bytes, bytes] | None:
        """The next whole request: its first line and body."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._buffer[:end]
        at = head.lower().find(b"content-length:")
        size = int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + size:
            return None
        body, self._buffer = self._buffer[end + 4 : end + 4 + size], self._buffer[end + 4 + size :]
        return head.partition(b"\r\n")[0], body

    def _answer(self, line: bytes, body: bytes) -> None:
        cls = type(self)
        if line.startswith(b"GET /_seen"):
            self._transport.write(_response(json.dumps({"seen": cls.seen, "calls": cls.calls}).encode()))
            return
        cls.calls += 1
        if b'"live' in body:
            cls.seen.append((json.loads(body).get("message", ""), self._began))
        answer = _response(_ANSWER if b"/messages" in line else _CHAT)
        self._loop.call_later(cls.latency, self._write, answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def _serve(port: int, latency: float) -> None:
    Connection.latency, Connection.seen = latency, []
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Provider:
    """A running provider: where it is, and what it has seen."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.url = f"http://127.0.0.1:{int(process.stdout.readline())}"

    def told(self) -> dict[str, Any]:
        """``calls``, how many came, and ``seen``, each live message with its time."""
        with urllib.request.urlopen(f"{self.url}/_seen", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@contextmanager
def running(latency: float) -> Iterator[Provider]:
    """A provider in a process of its own, on the last core where possible."""
    command = pinned([sys.executable, "-m", "benchmarks.kit.provider", "0", str(latency)])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Provider(process)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
