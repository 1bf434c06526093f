"""Running the front door until a signal ends it."""

from __future__ import annotations

import asyncio
import functools
import logging
import signal
import socket
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType

import uvicorn

from connector.errors import Unreachable
from connector.receiving import Receiver
from connector.web.app import create
from connector.web.limits import DEFAULTS, Limits
from connector.web.protocol import DeadlineProtocol

BACKLOG = 1024
GRACE = 20
"""Seconds that requests in work have once it is told to stop."""


def listen(host: str, port: int) -> socket.socket:
    """Take an address; 0 is any free port. Raises :class:`connector.errors.Unreachable` with the reason."""
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
        raise Unreachable(f"cannot listen on {host} port {port}: {error.strerror or error}") from None


def address(taken: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(taken: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ip_address(taken.getsockname()[0]).is_loopback


def serve(
    receiver: Receiver, taken: socket.socket, *, ready: Callable[[], None] = lambda: None, limits: Limits = DEFAULTS
) -> None:
    """Answer until SIGTERM or SIGINT; what is in work is finished first. Logging is the caller's."""
    server = build(receiver, limits, ready=ready)
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        # Uvicorn stops in order at the first signal, then raises it once more for whoever stood there before.
        asyncio.run(server.serve([taken]))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def build(receiver: Receiver, limits: Limits, *, ready: Callable[[], None] = lambda: None) -> uvicorn.Server:
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
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
        h11_max_incomplete_event_size=limits.head_bytes,
    )
    # Its own lines: a page of trace for an error that is logged already, and a line for each malformed request.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    return uvicorn.Server(config)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """The end has come already."""
