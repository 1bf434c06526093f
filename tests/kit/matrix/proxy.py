"""A TCP proxy that a test stands between a client and its server: to cut, silence or refuse connections at will.

It can also lie in wait for a statement and end the connection at that statement's COMMIT, before the server hears of it
or after.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)
_CHUNK = 65_536


@dataclass
class Trap:
    """Springs once: on the first connection that carried ``after`` and then ``at`` to the server.

    ``heard`` says whether the server still gets what holds ``at``; the client never gets the answer.
    """

    after: bytes
    at: bytes
    heard: bool
    sprung: threading.Event = field(default_factory=threading.Event)


class _Link:
    """One client's connection with its own to the server."""

    def __init__(
        self, client: tuple[asyncio.StreamReader, asyncio.StreamWriter], silent: bool, on_end: Callable[[_Link], None]
    ) -> None:
        self._client = client
        self._on_end = on_end
        self._flows = asyncio.Event()
        self._muted = False
        self._armed = False
        self.sides: list[asyncio.StreamWriter] = [client[1]]
        if not silent:
            self._flows.set()

    async def run(self, host: str, port: int, trap: Callable[[], Trap | None]) -> None:
        pumps: list[asyncio.Task[None]] = []
        try:
            server = await asyncio.open_connection(host, port)
            self.sides.append(server[1])
            pumps.append(asyncio.create_task(self._pump(self._client[0], server[1], trap)))
            pumps.append(asyncio.create_task(self._pump(server[0], self._client[1], None)))
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass
        finally:
            self.reset()
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, trap: Callable[[], Trap | None] | None
    ) -> None:
        while chunk := await source.read(_CHUNK):
            await self._flows.wait()
            # What is muted is the answer to what sprang the trap.
            if self._muted if trap is None else not self._pass(chunk, trap()):
                return
            sink.write(chunk)
            await sink.drain()

    def _pass(self, chunk: bytes, trap: Trap | None) -> bool:
        """Whether the server may have this."""
        if trap is None or trap.sprung.is_set():
            return True
        if self._armed and trap.at in chunk:
            trap.sprung.set()
            self._muted = trap.heard
            return trap.heard
        self._armed = self._armed or trap.after in chunk
        return True

    def hold(self) -> None:
        self._flows.clear()

    def let_go(self) -> None:
        self._flows.set()

    def reset(self) -> None:
        for side in self.sides:
            raw = side.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            side.transport.abort()
        self._on_end(self)


class Proxy:
    """Made by :func:`proxy`. Every method may be called from the test's thread and has had its effect on return."""

    def __init__(self, host: str, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self._to = (host, port)
        self._loop = loop
        self._links: set[_Link] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._silent = self._refuses = False
        self._trap: Trap | None = None
        self.accepted = 0
        self.port = 0

    async def serve(self, client: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.accepted += 1
        link = _Link((client, out), self._silent, self._links.discard)
        self._links.add(link)
        if self._refuses:
            link.reset()
            return
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        await link.run(*self._to, lambda: self._trap)

    async def end(self) -> None:
        """End every connection; for :func:`proxy`."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def cut(self) -> int:
        """Reset every connection; says how many there were. New ones are let through."""
        return self._do(self._cut)

    def _cut(self) -> int:
        links = list(self._links)
        for link in links:
            link.reset()
        return len(links)

    def refuse(self) -> None:
        """Reset every connection, those to come as well, until :meth:`admit`: the server is away."""

        def now() -> None:
            self._refuses = True
            self._cut()

        self._do(now)

    def admit(self) -> None:
        """The server is back."""
        self._do(lambda: setattr(self, "_refuses", False))

    def hold(self, *, new: bool = True) -> None:
        """Carry nothing more on the connections there are and, with ``new``, on those to come; none is closed."""

        def now() -> None:
            self._silent = new
            for link in self._links:
                link.hold()

        self._do(now)

    def let_go(self) -> None:
        """Carry on, with all that was held back."""

        def now() -> None:
            self._silent = False
            for link in self._links:
                link.let_go()

        self._do(now)

    def trap(self, *, after: bytes, at: bytes, heard: bool) -> Trap:
        """Set a trap; it replaces an earlier one."""
        found = Trap(after, at, heard)
        self._do(lambda: setattr(self, "_trap", found))
        return found

    def url(self, url: str) -> str:
        """The same address by way of this proxy."""
        parts = urlsplit(url)
        user = parts.netloc.rpartition("@")[0]
        place = f"127.0.0.1:{self.port}"
        return parts._replace(netloc=f"{user}@{place}" if user else place).geturl()

    def _do(self, action: Callable[[], int | None]) -> int:
        async def act() -> int:
            return action() or 0

        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(30)


@contextmanager
def proxy(url: str) -> Iterator[Proxy]:
    """A proxy to the server of ``url``, whose port must be named there, on a thread of its own."""
    parts = urlsplit(url)
    assert parts.port is not None, "the port must be named"
    loop = asyncio.new_event_loop()
    made = Proxy(parts.hostname or "127.0.0.1", parts.port, loop)
    thread = threading.Thread(target=loop.run_forever, name="proxy", daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(made.serve, "127.0.0.1", 0), loop).result(30)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(made.end(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
