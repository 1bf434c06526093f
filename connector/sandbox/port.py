"""Listening port of the sandbox: it can refuse connections for a while and come back under the same number."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable

from connector.errors import TurnwireError

BACKLOG = 2_048


class Port:
    """One listening socket on the running loop.

    While it refuses, the socket is closed and another one, bound but not listening, keeps the number: nobody else can
    take it, and a client that connects from a chance port of its own cannot end up talking to itself.
    """

    def __init__(self, host: str, port: int, protocol: Callable[[], asyncio.BaseProtocol]) -> None:
        self._protocol = protocol
        self._family, self._address, self._socket = _bind(host, port)
        self.number: int = self._socket.getsockname()[1]
        self._server: asyncio.Server | None = None
        self._starting: asyncio.Task[None] | None = None
        self._reopening: asyncio.TimerHandle | None = None
        try:
            self.listen()
        except OSError as error:
            self._socket.close()
            raise _cannot_listen(host, port, error) from None

    def listen(self) -> None:
        """Takes connections, at once: the kernel queues them until the loop serves the socket."""
        self._forget_reopening()
        if self._server is None and self._starting is None:
            # Against what earlier connections have left on the port; see _bound.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.listen(BACKLOG)
            self._starting = asyncio.create_task(self._serve())

    def refuse(self, seconds: float) -> None:
        """Refuses connections from now on, for ``seconds``."""
        self._stop()
        self._socket = _bound(self._family, (self._address[0], self.number))
        self._reopening = asyncio.get_running_loop().call_later(seconds, self.listen)

    def close(self) -> None:
        """Gives the port back."""
        self._stop()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=self._socket, backlog=BACKLOG)
        self._starting = None

    def _stop(self) -> None:
        self._forget_reopening()
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        if self._server is not None:
            self._server.close()
            self._server = None
        self._socket.close()

    def _forget_reopening(self) -> None:
        if self._reopening is not None:
            self._reopening.cancel()
            self._reopening = None


def _bind(host: str, port: int) -> tuple[int, tuple[str, int], socket.socket]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        place = (str(address[0]), int(address[1]))
        return family, place, _bound(family, place)
    except OSError as error:
        raise _cannot_listen(host, port, error) from None


def _bound(family: int, address: tuple[str, int]) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setblocking(False)  # the standard library's signature
        bound.bind(address)
        # Two sockets that both allow it may share a port as long as neither listens; this one is to keep it.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    except OSError:
        bound.close()
        raise
    return bound


def _cannot_listen(host: str, port: int, error: OSError) -> TurnwireError:
    if error.errno == errno.EADDRINUSE:
        return TurnwireError(f"Port {port} on {host} is already in use; choose another one.")
    return TurnwireError(f"Cannot listen on {host}, port {port}: {error.strerror or error}.")
