"""Fault injection of the sandbox: cut, silent and dripping connections, broken bodies."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable, Mapping

from aiohttp import web

DRIP_S = 0.4  # seconds between two bytes unless the rule says otherwise
LOOK_AGAIN_S = 0.1  # how soon a silent call sees that its client has left
MISSING_BYTES = 1_024  # how many bytes an answer that is cut in its middle had promised on top

GATEWAY_STATUSES = (502, 504)
GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"

_LINGER_ZERO = struct.pack("ii", 1, 0)


def client_waits(request: web.BaseRequest) -> bool:
    """Whether the client still holds the connection of this request."""
    transport = request.transport
    return transport is not None and not transport.is_closing()


def reset(request: web.BaseRequest) -> web.StreamResponse:
    """Ends the connection with a TCP reset, as a crashed server or a firewall does; returns what aiohttp wants back."""
    transport = request.transport
    if transport is not None and not transport.is_closing():
        raw = transport.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    return web.Response()  # goes nowhere: aiohttp finds the connection closed and drops it


async def cut_within(
    request: web.BaseRequest, status: int, headers: Mapping[str, str], sent: bytes
) -> web.StreamResponse:
    """Sends ``sent`` of an answer that promised more bytes, then ends the connection."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(sent) + MISSING_BYTES
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        await response.write(sent)
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def silence(request: web.BaseRequest, seconds: float | None, given_up: Callable[[], bool]) -> web.StreamResponse:
    """Answers nothing until the client leaves, ``seconds`` are over or ``given_up`` says so; then resets."""
    end = time.monotonic() + seconds if seconds is not None else float("inf")
    while client_waits(request) and not given_up():
        left = end - time.monotonic()
        if left <= 0:
            break
        await asyncio.sleep(min(LOOK_AGAIN_S, left))
    return reset(request)


async def drip(
    request: web.BaseRequest, status: int, headers: Mapping[str, str], body: bytes, between_s: float
) -> web.StreamResponse:
    """Sends the head at once and the body byte by byte, ``between_s`` seconds apart."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        for position in range(len(body)):
            await asyncio.sleep(between_s)
            await response.write(body[position : position + 1])
    return response


def truncated(body: bytes) -> bytes:
    """The first half of a body: valid at its beginning, no JSON as a whole."""
    return body[: max(1, len(body) // 2)]
