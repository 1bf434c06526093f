"""HTTP server of the front door: Uvicorn, which ends in bounded time when a signal comes."""

from __future__ import annotations

import asyncio
import errno
import functools
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType

import uvicorn

from connector.errors import TurnwireError
from connector.services.receive import Receiver
from connector.utils.logs import get_logger
from connector.web.app import create
from connector.web.request.limits import DEFAULTS, RequestLimits
from connector.web.request.protocol import DeadlineProtocol

BACKLOG = 1024

log = get_logger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """Take an address; 0 is any free port. Raises :class:`CannotListen` with the reason and what helps."""
    taken = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # With the protocol named: asyncio turns Nagle's delay off for such sockets only, and it costs 40 ms an answer.
        taken = socket.socket(found[0], socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(found[4])
        taken.listen(BACKLOG)
        return taken
    except OSError as error:
        if taken is not None:
            taken.close()
        raise CannotListen(f"cannot listen on {host} port {port}: {_what_helps(error, port)}") from None


class CannotListen(TurnwireError):
    """The address cannot be taken (exit 1)."""


def _what_helps(error: OSError, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 0
            return (
                "another program has it, perhaps another `turnwire serve`: stop that one, or take another port, such "
                f"as `turnwire serve --port {other}`"
            )
        case errno.EACCES:
            return "only an administrator may take it: choose one above 1023, such as `turnwire serve --port 8080`"
        case errno.EADDRNOTAVAIL | socket.EAI_NONAME:
            return "this machine has no such address: `turnwire serve --host 127.0.0.1`, or --host 0.0.0.0 for all"
    return error.strerror or str(error)


def address(taken: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(taken: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ip_address(taken.getsockname()[0]).is_loopback


def serve(
    receiver: Receiver,
    taken: socket.socket,
    *,
    ready: Callable[[], None] = lambda: None,
    limits: RequestLimits = DEFAULTS,
) -> None:
    """Answer until SIGTERM or SIGINT; what is in work is finished first. Logging is the caller's.

    A database or a broker that hangs cannot hold the process: it then ends with 1, without an answer to what it could
    not store.
    """
    server = build(receiver, limits, ready=ready)
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        # Uvicorn stops in order at the first signal, then raises it once more for whoever stood there before.
        asyncio.run(server.serve([taken]))
    finally:
        server.closed()
        for number, handler in before.items():
            signal.signal(number, handler)


class BoundedServer(uvicorn.Server):
    """Uvicorn's server that ends in bounded time once it is told to; a second signal cuts that short."""

    def __init__(self, config: uvicorn.Config, limits: RequestLimits) -> None:
        super().__init__(config)
        self._limits = limits
        self._last: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came."""
        self.force_exit = self.force_exit or self.should_exit
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order."""
        self._leave_after(self._limits.stop + self._limits.close)
        await super().shutdown(sockets)
        self.closed()
        if self.force_exit:
            # The application has not ended its threads yet.
            self._leave_after(self._limits.close)

    def closed(self) -> None:
        """Everything has ended by itself."""
        if self._last is not None:
            self._last.cancel()

    def _leave_after(self, seconds: float) -> None:
        self.closed()
        self._last = threading.Timer(seconds, _leave)
        self._last.daemon = True
        self._last.start()


def _leave() -> None:
    log.error("serve.left", reason="the database or the broker hangs; what was not answered was not promised")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(1)


def build(receiver: Receiver, limits: RequestLimits, *, ready: Callable[[], None] = lambda: None) -> BoundedServer:
    """A server that is not running yet."""
    config = uvicorn.Config(
        create(receiver, limits, ready=ready),
        http=functools.partial(DeadlineProtocol, limits),  # type: ignore[arg-type] # called like the class itself
        loop="asyncio",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=limits.keep_alive,  # type: ignore[arg-type] # seconds, fractions too
        timeout_graceful_shutdown=limits.stop,  # type: ignore[arg-type] # the same
        backlog=BACKLOG,
    )
    # Its own lines: a page of trace for an error that is logged already, and a line for each malformed request.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    return BoundedServer(config, limits)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """The end has come already."""
