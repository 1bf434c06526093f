"""Request bodies: read piece by piece within size limits and deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import ClientDisconnect, Request

from connector.channels.text import json_text
from connector.errors import InvalidInput
from connector.web.request.limits import Hold
from connector.web.request.problems import Problem


async def pieces(request: Request, hold: Hold, *, most: int, idle: float, total: float) -> AsyncIterator[bytes]:
    """The body as it comes, at most ``most`` bytes; each piece is held until it is given back.

    Raises :class:`Problem`: 413 before the first byte beyond the limit is kept, 408 for a pause longer than ``idle``
    seconds or a body that takes longer than ``total``, 503 when too much is being read by all together.
    """
    told = request.headers.get("content-length")
    if told is not None and int(told) > most:
        raise too_large(most)
    loop = asyncio.get_running_loop()
    until = loop.time() + total
    count = 0
    while True:
        try:
            async with asyncio.timeout(min(idle, until - loop.time())):
                message = await request.receive()
        except TimeoutError:
            raise Problem(408, "the body came too slowly") from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        count += len(piece)
        if count > most:
            raise too_large(most)
        if piece:
            hold.take(len(piece))
            yield piece
        if not message.get("more_body", False):
            return


async def whole(request: Request, hold: Hold, *, most: int, idle: float, total: float) -> bytes:
    """The whole body; raises like :func:`pieces`."""
    return b"".join([piece async for piece in pieces(request, hold, most=most, idle=idle, total=total)])


def too_large(most: int) -> Problem:
    """413, with the limit."""
    return Problem(413, f"the body is larger than {most // 1024:,} KiB")


def media_type(request: Request) -> str:
    """The body's media type in lower case; raises :class:`Problem` 415 for what is compressed or not UTF-8."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Problem(415, "a compressed body is not taken")
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in {"utf-8", "utf8", "us-ascii"}:
            raise Problem(415, "the body must be in UTF-8")
    return kind.strip()


def require_media_type(request: Request, *known: str) -> str:
    """The body's media type, one of ``known``; raises :class:`Problem` 415."""
    kind = media_type(request)
    if kind not in known:
        raise Problem(415, f"the content type must be {' or '.join(known)}", headers={"Accept": ", ".join(known)})
    return kind


def decoded(raw: bytes) -> Any:
    """The JSON value in ``raw``; raises :class:`Problem` 400, also for NaN and for nesting beyond reason."""
    try:
        return json_text.decoded(raw)
    except InvalidInput as error:
        raise Problem(400, f"the body is not {error.expected}") from None
