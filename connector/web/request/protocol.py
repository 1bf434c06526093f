"""HTTP/1.1 protocol of Uvicorn with deadlines, which it leaves to a proxy.

A connection has so long to say its request's head, to take an answer, and, once a request was refused early, to finish
the body that nobody reads any more; then it is closed. Beyond a number of connections a new one takes the place of one
that asks for nothing, and is told to come again only where all are at work: whoever opens many keeps nobody out.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from connector.web.request.limits import RequestLimits


def _plain(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "Content-Length: 0", "", ""]).encode()


_FULL = _plain("503 Service Unavailable", "Retry-After: 1")
_SLOW = _plain("408 Request Timeout")
_LARGE_HEAD = _plain("431 Request Header Fields Too Large")
_AMBIGUOUS = _plain("400 Bad Request")

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:", re.IGNORECASE | re.MULTILINE)
_FOLDED = re.compile(rb"\n[ \t]")
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_AUTHORIZATION = re.compile(rb"^authorization[ \t]*:", re.IGNORECASE | re.MULTILINE)
_OLD = re.compile(rb"^[^\n]*HTTP/1\.0[ \t]*\r?\n")


class _Strict(h11.Connection):
    """A parser that looks at each head before it reads it.

    Its own bound is for heads that are not complete: one that comes in a single piece would be read whatever its size.
    And it takes a head with two lengths by the one, a line that is folded for a part of the one before, chunks from a
    client of HTTP/1.0, which has none, and two callers for the first: a proxy in front of us may have taken it
    otherwise, and would hold the rest for a request of somebody else's, or the request for another's.
    """

    def __init__(self, most: int) -> None:
        super().__init__(h11.SERVER, most)
        self._most = most
        self.refusal: bytes | None = None

    def next_event(self) -> Any:
        """As the parser; raises its error for a head that is refused unread."""
        if self.their_state is h11.IDLE:
            self.refusal = self._why_unread()
            if self.refusal is not None:
                raise h11.RemoteProtocolError("a head that is refused unread")
        return super().next_event()

    def _why_unread(self) -> bytes | None:
        come, _ = self.trailing_data
        end = _END_OF_HEAD.search(come, 0, self._most)
        if end is None:
            return _LARGE_HEAD if len(come) > self._most else None
        head = come[: end.end()]
        chunked = _CHUNKED.search(head)
        two_lengths = chunked and (_LENGTH.search(head) or _OLD.search(head))
        two_callers = len(_AUTHORIZATION.findall(head)) > 1
        return _AMBIGUOUS if two_lengths or two_callers or _FOLDED.search(head) else None


class _Lingering:
    """A transport that closes a moment later while the client still writes: an answer would be lost with a reset."""

    def __init__(self, transport: asyncio.Transport, protocol: DeadlineProtocol) -> None:
        self._transport = transport
        self._protocol = protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Close now, or once the client had its moment."""
        if self._protocol.is_cut_short:
            self._protocol.linger()
        else:
            self._transport.close()


class DeadlineProtocol(H11Protocol):
    """One connection, closed when the client is too slow."""

    def __init__(self, limits: RequestLimits, *arguments: Any, **named: Any) -> None:
        """``limits`` are this project's, the rest is Uvicorn's."""
        super().__init__(*arguments, **named)
        self.conn: _Strict = _Strict(limits.head_bytes)
        self._limits = limits
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._deaf = False
        self._leaving = False
        self._heard = False
        self._idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client came."""
        self._wire = transport
        super().connection_made(_Lingering(transport, self))  # type: ignore[arg-type]
        self._idle_since = self.loop.time()
        if len(self.connections) > self._limits.connections and not self._make_room():
            self._dismiss(_FULL)
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        for name in list(self._timers):
            self._stop(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._deaf:
            return
        super().data_received(data)
        self._await_head()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or a head that was not even read."""
        if self.conn.refusal is None:
            super().send_400_response(msg)
        else:
            self._dismiss(self.conn.refusal)

    def on_response_complete(self) -> None:
        """An answer is out; with the body still coming, the client has a moment to finish it."""
        self._heard, self._idle_since = True, self.loop.time()
        super().on_response_complete()
        if self.is_cut_short and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._start("linger", self._limits.linger, self._wire.close)

    def timeout_keep_alive_handler(self) -> None:
        """Nothing came for a while; what the client did not take by then is thrown away."""
        super().timeout_keep_alive_handler()
        self._start("write", self._limits.write, self._wire.abort)

    def pause_writing(self) -> None:
        """The client does not take its answer."""
        super().pause_writing()
        self._start("write", self._limits.write, self._wire.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._stop("write")

    def _await_head(self) -> None:
        """Keep the deadline running from a request's first moment until its head is complete, and no longer."""
        if self._deaf or self.transport.is_closing():
            return
        if not self.is_cut_short:
            self._stop("linger")
        if self.conn.their_state is not h11.IDLE:
            self._stop("head")
        elif "head" not in self._timers and self.timeout_keep_alive_task is None:
            self._start("head", self._limits.head, self._no_head)

    def _make_room(self) -> bool:
        """End a connection that asks for nothing: one that is ending, else the oldest without a request so far.

        Those that have asked before, such as a program that keeps its connection, go last.
        """
        others = (each for each in self.connections if isinstance(each, DeadlineProtocol) and each is not self)
        idle = [each for each in others if each.asks_nothing]
        if not idle:
            return False
        min(idle, key=lambda each: each.worth).leave()
        return True

    @property
    def asks_nothing(self) -> bool:
        """Whether no request of it is at work: none has come whole, or its answer is out."""
        ending = self._deaf or "linger" in self._timers
        return not self._leaving and (ending or self.conn.their_state is h11.IDLE)

    @property
    def worth(self) -> tuple[bool, bool, float]:
        """Where it stands among those that ask for nothing; the least goes first."""
        ending = self._deaf or "linger" in self._timers
        return not ending, self._heard, self._idle_since

    def leave(self) -> None:
        """Give its place up at once."""
        self._leaving = True
        self._wire.abort()

    def _no_head(self) -> None:
        begun, _ = self.conn.trailing_data
        if begun:
            self._dismiss(_SLOW)
        else:
            self._wire.close()

    def _dismiss(self, answer: bytes) -> None:
        self._wire.write(answer)
        self.linger()

    @property
    def is_cut_short(self) -> bool:
        """Whether the client may still be writing what nobody will read."""
        return self.conn.their_state in {h11.SEND_BODY, h11.ERROR}

    def linger(self) -> None:
        """Close in a moment, and hear nothing more until then."""
        self._deaf = True
        self._stop("head")
        self._start("linger", self._limits.linger, self._wire.close)

    def _start(self, name: str, seconds: float, end: Any) -> None:
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, end)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
