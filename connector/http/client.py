"""HTTP client: makes one call and returns what became of it as a value, never as an exception.

httpx with the ``httpx-aiohttp`` transport, because httpx's own pool collapses beyond a hundred requests in flight. The
transport is used without ``httpx.AsyncClient`` around it: redirects, cookies, netrc, environment proxies and a log line
per request are what it would add, and none of them is wanted here.

What matters most is the line between *not sent* and *lost*. The connection draws it, not the exception: our connector
notes when a request has got its connection, and only after a failure before that can no byte have left. (The
transport's translated exceptions cannot draw it: a connection closed *after* the request left comes out as
``httpx.ConnectTimeout``.)
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import re
import select
import socket
import ssl
import unicodedata
import zlib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from functools import lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from json import JSONEncoder, loads
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from connector.http.ssrf import AddressGuard
from connector.values import Outcome

CONNECT_TIMEOUT = 5.0
"""Seconds for one TCP connect, and for finding a connection as a whole: the wait in the pool, DNS, connect and TLS."""
READ_TIMEOUT = 60.0
"""Seconds of silence after which an answer is given up; never above the call's deadline."""
IDLE_REUSE = 0.25
"""Seconds a connection may have idled and still be used: a server closes older ones just as the next request leaves.

Shorter than any server's own limit, of which 1 s is the smallest in use, so that the two never meet.
"""
BODY_CAP = 1 << 20
"""Bytes of an answer that are read, compressed or not, unless the call says otherwise."""
KEPT = 1 << 16
"""Bytes kept of an answer that could not be read to its end."""
INTERIM = 20
"""Interim answers (1xx) before the real one; more than that are a flood."""
LONGEST_WAIT = 3600.0
"""Seconds beyond which a Retry-After is not believed."""

try:
    USER_AGENT = f"turnwire/{version('turnwire')}"
except PackageNotFoundError:
    USER_AGENT = "turnwire"

for _name in ("httpx", "httpcore", "aiohttp"):
    if logging.getLogger(_name).level == logging.NOTSET:
        logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpAnswer:
    """A complete answer, whatever its status: header names in lower case, the body decompressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json_object(self) -> dict[str, Any] | None:
        """The body as a JSON object; None if it is anything else (HTML, a list, broken, another charset, absurd)."""
        try:
            found = loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpFailure:
    """Why there is no complete answer. ``outcome`` is ``not_sent`` only where no byte of the request can have left.

    ``hint`` is one of ``url client_closed forbidden pool_timeout connect_timeout dns tls connect deadline read_timeout
    closed reset cut garbage too_large undecodable transport``; ``error`` one sentence. ``status``, ``headers`` and
    ``body`` hold what had come of an answer by then, the body cut at 64 KiB.
    """

    outcome: Outcome
    hint: str
    error: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class _Stage(Enum):
    UNTOLD = 0
    SEEKING = 1  # asked for a connection, has none: nothing can have left
    CONNECTED = 2


@dataclass(kw_only=True, slots=True)
class _Progress:
    stage: _Stage = _Stage.UNTOLD
    connecting: bool = False
    encrypted: bool = True
    refusal: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    def failure(self, hint: str, detail: str = "") -> HttpFailure:
        unsent = self.stage is _Stage.SEEKING
        return HttpFailure(
            outcome=Outcome.NOT_SENT if unsent else Outcome.LOST,
            hint=hint,
            error=clean(_SENTENCES[hint] + (f": {detail}" if detail else "")),
            status=self.status,
            headers=self.headers,
            body=None if self.status is None else bytes(self.body[:KEPT]),
        )


_progress: ContextVar[_Progress] = ContextVar("progress")


class _TooLarge(Exception):
    pass


class _Undecodable(Exception):
    pass


class HttpClient:
    """A connection pool for calls, with at most ``connections`` in use at once.

    It belongs to the event loop it is first used in. ``read_timeout`` is the longest silence in seconds, ``tls`` a
    context other than the system's default. ``guard`` judges each address just before it is connected to, whatever a
    name resolved to by then; ``resolver`` looks names up in place of the system. Close it with :meth:`aclose`; a call
    after that is ``not_sent``.
    """

    def __init__(
        self,
        *,
        connections: int = 200,
        read_timeout: float = READ_TIMEOUT,
        tls: ssl.SSLContext | None = None,
        guard: AddressGuard | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._connections = connections
        self._guard = guard
        self._resolver = resolver
        self._read_timeout = read_timeout
        self._tls = tls
        self._transport: AiohttpTransport | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        deadline: float,
        body_cap: int = BODY_CAP,
    ) -> HttpAnswer | HttpFailure:
        """Make one request and wait for the whole answer, at most ``deadline`` seconds of wall clock in all.

        ``json`` is encoded as UTF-8 (a lone surrogate becomes ``?``), else ``content`` is sent as it is. Redirects are
        answers like others; nothing is repeated but a GET whose reused connection turns out to be closed. Never raises
        for what the server or the network did; cancellation passes.
        """
        if self._closed:
            return HttpFailure(outcome=Outcome.NOT_SENT, hint="client_closed", error=_SENTENCES["client_closed"])
        try:
            request = self._request(method, url, headers, params, json, content, deadline)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            return _Progress(stage=_Stage.SEEKING).failure("url", str(error))
        progress = _Progress(encrypted=request.url.scheme == "https")
        token = _progress.set(progress)
        clock = asyncio.timeout(deadline)
        try:
            async with clock:
                await self._exchange(request, progress, body_cap)
            body = _decoded(bytes(progress.body), progress.headers.get("content-encoding", ""), body_cap)
        except Exception as error:  # noqa: BLE001 -- the promise of this module: whatever it was, it becomes a value
            return progress.failure("deadline") if clock.expired() else _failure(progress, error)
        finally:
            _progress.reset(token)
        return HttpAnswer(status=progress.status or 0, headers=progress.headers, body=body)

    async def aclose(self) -> None:
        """Close all connections."""
        self._closed = True
        if self._transport is not None and self._loop is asyncio.get_running_loop():
            await self._transport.aclose()

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        json: Any,
        content: bytes | None,
        deadline: float,
    ) -> httpx.Request:
        # Answers are small: asking for them uncompressed saves the work, and bombs.
        sent = {"user-agent": USER_AGENT, "accept": "application/json", "accept-encoding": "identity", **headers}
        if json is not None:
            content = encoded(json)
            sent["content-type"] = "application/json"
        target = httpx.URL(f"{url}?{urlencode(params)}" if params else url)
        if target.scheme not in {"http", "https"} or not target.host:
            raise httpx.UnsupportedProtocol("an http or https address with a host is needed")
        # The transport takes `pool` for the whole search for a connection; it has no time-out for writing, which the
        # deadline bounds (a message fits the socket's buffer anyway).
        read = min(self._read_timeout, deadline)
        timeouts = {"connect": CONNECT_TIMEOUT, "pool": CONNECT_TIMEOUT, "read": read}
        return httpx.Request(method, target, headers=sent, content=content, extensions={"timeout": timeouts})

    async def _exchange(self, request: httpx.Request, progress: _Progress, body_cap: int) -> None:
        response = await self._connected().handle_async_request(request)
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        progress.status = response.status_code
        progress.headers = {
            name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers.raw
        }
        try:
            async for chunk in stream:
                progress.body += chunk
                if len(progress.body) > body_cap:
                    raise _TooLarge
        finally:
            # After a complete body nothing that goes wrong here matters; before it, the body's error is the news.
            with contextlib.suppress(Exception):
                await stream.aclose()

    def _connected(self) -> AiohttpTransport:
        """The transport of the running loop, made at first use; a closed loop's is left behind."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._loop is not loop:
            if self._loop is not None and not self._loop.is_closed():
                raise RuntimeError("this client belongs to another event loop that is still open")
            tls = self._tls or _system_tls()
            self._transport = AiohttpTransport(client=lambda: self._session(tls), verify=tls, trust_env=False)
            self._loop = loop
        return self._transport

    def _session(self, tls: ssl.SSLContext) -> aiohttp.ClientSession:
        connector = _Connector(
            limit=self._connections,
            keepalive_timeout=IDLE_REUSE,
            ssl=tls,
            resolver=self._resolver,
            socket_factory=None if self._guard is None else partial(_guarded, self._guard),
        )
        session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        # httpx has judged and quoted the address; quoted anew, an escape that some receiver minds would be undone.
        session._build_url = partial(URL, encoded=True)  # type: ignore[method-assign]  # noqa: SLF001
        return session


class _Wire(ResponseHandler):
    """One connection, which ends under a flood of interim answers: each of them would count as a sign of life."""

    _interim = 0

    def feed_data(self, data: Any, size: int = 0) -> None:
        self._interim = self._interim + 1 if 100 <= data[0].code < 200 else 0
        if self._interim > INTERIM:
            self.set_exception(aiohttp.http.HttpProcessingError(message="a flood of interim answers"))
            if self.transport is not None:
                self.transport.close()
            return
        super().feed_data(data, size)


class _Connector(aiohttp.TCPConnector):
    """Notes in each call's own progress when it seeks a connection and when it has one.

    aiohttp's traces tell the same, at a twelfth of the processor time of a whole turn: they are told of every step.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = cast("partial[ResponseHandler]", partial(_Wire, loop=self._loop))

    async def connect(self, *args: Any, **named: Any) -> aiohttp.connector.Connection:
        progress = _progress.get()
        if progress.stage is _Stage.UNTOLD:  # a GET that is repeated has had its connection before
            progress.stage = _Stage.SEEKING
        found = await super().connect(*args, **named)
        while not progress.connecting and _spoken(found):  # from the pool, and not as quiet as it should be
            found.close()
            found = await super().connect(*args, **named)
        progress.stage = _Stage.CONNECTED
        return found

    async def _create_connection(self, *args: Any, **named: Any) -> ResponseHandler:
        _progress.get().connecting = True  # until here it waited for a place among the connections
        return await super()._create_connection(*args, **named)


def _spoken(connection: aiohttp.connector.Connection) -> bool:
    """Whether an idle connection has something to read that the loop has not seen yet, which is mostly its end."""
    wire = None if connection.transport is None else connection.transport.get_extra_info("socket")
    if wire is None or wire.fileno() < 0:
        return True
    look = select.poll()
    look.register(wire.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(look.poll(0))


def _guarded(guard: AddressGuard, target: aiohttp.AddrInfoType) -> socket.socket:
    """The socket for a connection to ``target``, or none: the last moment at which an address can be judged."""
    family, kind, protocol, _, address = target
    progress = _progress.get()
    refusal = guard.refusal(str(address[0]), encrypted=progress.encrypted)
    if refusal is not None:
        progress.refusal = refusal
        raise OSError(errno.EACCES, refusal)
    return socket.socket(family=family, type=kind, proto=protocol)


_compact = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encoded(value: Any) -> bytes:
    """A value as JSON in UTF-8; lone surrogates, which UTF-8 cannot carry, become ``?``."""
    return _compact.encode(value).encode("utf-8", "replace")


def clean(text: str, limit: int = 300) -> str:
    """Text as one short printable line: control and formatting characters are gone, white space is folded."""
    printable = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character for character in text[: 4 * limit]
    )
    line = " ".join(printable.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds to wait that a Retry-After header asks for, between 0 and 3600; None if there is nothing to obey.

    Takes seconds (decimals too) and HTTP dates, counted from ``now`` (aware). What has passed already, negative seconds
    included, is 0; more than an hour is an hour; what cannot be read is None.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"[+-]?\d+(\.\d*)?", value, re.ASCII):
        return min(max(float(value), 0.0), LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(value)
        wait = (then if then.tzinfo else then.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)


@lru_cache(maxsize=1)
def _system_tls() -> ssl.SSLContext:
    """The system's trust, read once: making a context costs more than forty calls."""
    return ssl.create_default_context()


_SENTENCES = {
    "url": "the address cannot be called",
    "client_closed": "this client is closed",
    "forbidden": "the address must not be called",
    "pool_timeout": "no connection came free in time",
    "connect_timeout": "the server did not accept a connection in time",
    "dns": "the host name cannot be resolved",
    "tls": "no trusted TLS connection could be made",
    "connect": "the server cannot be reached",
    "deadline": "no complete answer within the deadline",
    "read_timeout": "the server fell silent",
    "closed": "the server closed the connection without answering",
    "reset": "the connection broke",
    "cut": "the answer ended before its end",
    "garbage": "what came back is not HTTP",
    "too_large": "the answer is larger than is read",
    "undecodable": "the answer's content encoding cannot be undone",
    "transport": "the call failed",
}

_HINTS: tuple[tuple[type[BaseException], str], ...] = (
    (_TooLarge, "too_large"),
    (_Undecodable, "undecodable"),
    (aiohttp.InvalidURL, "url"),
    (aiohttp.ConnectionTimeoutError, "connect_timeout"),
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientSSLError, "tls"),
    (aiohttp.ClientConnectorError, "connect"),
    (aiohttp.SocketTimeoutError, "read_timeout"),
    (aiohttp.ServerDisconnectedError, "closed"),
    (aiohttp.ClientPayloadError, "cut"),
    (aiohttp.ClientOSError, "reset"),
    (aiohttp.ClientConnectionError, "reset"),
    (aiohttp.ClientResponseError, "garbage"),
    (aiohttp.http.HttpProcessingError, "garbage"),
)


def _failure(progress: _Progress, error: Exception) -> HttpFailure:
    if progress.refusal is not None and progress.stage is _Stage.SEEKING:
        return progress.failure("forbidden", progress.refusal)
    cause = error.__cause__ if isinstance(error, httpx.HTTPError) and error.__cause__ else error
    hint = next((hint for kind, hint in _HINTS if isinstance(cause, kind)), "transport")
    if hint == "connect_timeout" and not progress.connecting:
        hint = "pool_timeout"
    if hint == "transport":
        return progress.failure(hint, type(cause).__name__)
    return progress.failure(hint, _detail(cause))


def _detail(cause: BaseException) -> str:
    """What the system says about a connection that could not be made; nothing that an answer may have held."""
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):
        return str(cause.certificate_error)
    if isinstance(cause, aiohttp.ClientConnectorError):
        number = cause.os_error.errno or 0  # asyncio's own words are "Connect call failed"; a look-up's are negative
        return os.strerror(number) if number > 0 else cause.os_error.strerror or str(cause.os_error)
    return ""


def _decoded(body: bytes, encoding: str, cap: int) -> bytes:
    """The body without its content encoding, never more than ``cap`` bytes of it in memory."""
    encoding = encoding.strip().lower()
    if not body or encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise _Undecodable
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        inflated = inflater.decompress(body, cap + 1)
    except zlib.error as error:
        raise _Undecodable from error
    if len(inflated) > cap:
        raise _TooLarge
    if not inflater.eof:
        raise _Undecodable
    return inflated
