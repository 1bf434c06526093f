"""Just enough HTTP/1.1 for a double: requests with a Content-Length, connections kept alive, cuts on demand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 422: "Unprocessable Entity"}


@dataclass(kw_only=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's value, or None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(kw_only=True)
class Response:
    """What goes back; ``cut`` resets the connection instead, ``mute`` says nothing until the client has gone."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    mute: bool = False

    def encoded(self) -> bytes:
        content = json.dumps(self.body).encode()
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Whatever')}"]
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


Handler = Callable[[Request], Awaitable[Response]]


async def listen(handle: Handler, port: int = 0) -> tuple[asyncio.Server, int]:
    """Serve on the loopback; returns the server and its port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while (request := await _read(reader)) is not None:
                if not await _answer(reader, writer, await handle(request)):
                    return
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port, limit=1 << 22)
    return server, server.sockets[0].getsockname()[1]


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(
        method=method, path=unquote(parts.path), query=dict(parse_qsl(parts.query)), headers=headers, body=body
    )


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, response: Response) -> bool:
    """Send, cut or keep silent; whether the connection goes on."""
    if response.mute:
        await reader.read()  # ends when the client closes
    if response.cut or response.mute:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False
    writer.write(response.encoded())
    await writer.drain()
    return True
