"""LMTP listener (RFC 2033): takes mails from a mail server, and says 250 only once they are stored.

aiosmtpd speaks the protocol. Added are a status for each recipient, limits of connections, lines and recipients, and
that nothing of it is logged but counts.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from connector.channels.mail.own_addresses import is_ours
from connector.channels.mail.parsing.mime import MAX_RAW
from connector.utils.logs import get_logger

log = get_logger(__name__)

STORED = "250 2.0.0 stored"
LATER = "451 4.3.0 cannot be stored now, try again later"
CONNECTIONS = 16
"""Connections at once; each may hold the largest mail in memory."""
LINE = 128 * 1024
"""Bytes of a line. RFC 5321 allows a thousand; mails of programs have longer ones, and are mails all the same."""
RECIPIENTS = 100
IDLE = 120.0
"""Seconds for a command with its mail."""
_CLOSING = 10.0

Deliver = Callable[[bytes, Sequence[str]], bool]
"""Stores a mail for these recipients; whether it is stored. Called in another thread; must not raise."""

# It logs addresses and whole commands at level INFO, and the traces of strangers' mistakes.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class Listener:
    """Listens in a thread of its own until it is stopped."""

    def __init__(self, host: str, port: int, recipients: Collection[str], deliver: Deliver, storing: Executor) -> None:
        """``recipients`` are the addresses that are taken, with their sub-addresses; ``storing`` runs ``deliver``."""
        self._host, self._port = host, port
        self._door = _Door(recipients, deliver, storing)
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._open: set[_Session] = set()
        self.port = port

    def start(self) -> None:
        """Listen; raises :class:`OSError` if the address is taken."""
        try:
            self._server = self._loop.run_until_complete(
                self._loop.create_server(self._session, self._host, self._port, backlog=CONNECTIONS)
            )
        except BaseException:
            self._loop.close()
            raise
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_forever, name="turnwire-lmtp", daemon=True)
        self._thread.start()

    def _session(self) -> _Session:
        return _Session(self._door, self._loop, self._open)

    def stop(self) -> None:
        """Take no connection any more, and finish mails that are being stored."""
        if self._thread is None:
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result(_CLOSING)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSING)
        if not self._thread.is_alive():
            self._loop.close()
        self._thread = None

    async def _ended(self) -> None:
        assert self._server is not None
        self._server.close()
        for _ in range(int(_CLOSING * 10)):
            for session in list(self._open):
                if not session.storing and session.transport is not None:
                    session.transport.abort()  # type: ignore[attr-defined]
            if not self._open:
                return
            await asyncio.sleep(0.1)


class _Door:
    """What is answered to whom."""

    def __init__(self, recipients: Collection[str], deliver: Deliver, storing: Executor) -> None:
        self._recipients = recipients
        self._deliver = deliver
        self._storing = storing

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address, self._recipients):
            return "550 5.1.1 no such recipient here"
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient taken"

    async def handle_DATA(self, server: _Session, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        server.storing = True
        try:
            work = asyncio.get_running_loop().run_in_executor(
                self._storing, self._deliver, bytes(content), tuple(envelope.rcpt_tos)
            )
            return STORED if await work else LATER
        except RuntimeError:  # the executor is closed: this worker is ending
            return LATER
        finally:
            server.storing = False

    async def handle_exception(self, error: Exception) -> str:
        log.error("lmtp.failed", error=type(error).__name__)
        return "451 4.3.0 something went wrong here"


class _Session(LMTP):
    """One connection."""

    line_length_limit = LINE

    def __init__(self, door: _Door, loop: asyncio.AbstractEventLoop, opened: set[_Session]) -> None:
        self.storing = False
        self._opened = opened
        self._statuses = 1
        super().__init__(
            door, data_size_limit=MAX_RAW, enable_SMTPUTF8=True, hostname="turnwire", ident="LMTP", timeout=IDLE,
            auth_exclude_mechanism=["LOGIN", "PLAIN"], loop=loop,
        )  # fmt: skip

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._opened) >= CONNECTIONS:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 too many connections\r\n")
            transport.close()
            return
        self._opened.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._opened:
            self._opened.discard(self)
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        try:
            await super().smtp_DATA(arg)
        finally:
            self._statuses = 1

    async def push(self, status: Any) -> None:
        """After a mail each recipient gets a status (RFC 2033, 4.2)."""
        text = status.decode() if isinstance(status, bytes) else str(status)
        if text.startswith("354"):
            assert self.envelope is not None
            await super().push(text)
            self._statuses = len(self.envelope.rcpt_tos)
            return
        await super().push("\r\n".join([text] * self._statuses))
