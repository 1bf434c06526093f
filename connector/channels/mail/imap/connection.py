"""Bounded IMAP connection: imaplib over a transport that limits all that a server may send or keep one waiting for.

imaplib, and what is built on it, reads a literal of any size that a server announces, any number of lines, and waits
for each of them anew. It lets its transport be replaced; this one has for every command a deadline, and so many bytes
and lines, and literals of such a size.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from connector.channels.mail.problems import PROTOCOL, SECURITY, SILENT, SourceProblem

_PIECE = 64 * 1024
_LINE = 64 * 1024
_LINES = 5_000
_RECEIVED = 1024 * 1024
PATIENCE = 60.0
"""Seconds for a command, unless it is allowed more."""
_LOOK = 0.5


class BoundedImap(imaplib.IMAP4):
    """One connection; every method raises :class:`SourceProblem`, or what imaplib raises."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, patience: float = PATIENCE) -> None:
        """Connects, with TLS from the first byte if there is a context, and reads the greeting."""
        self._tls = tls
        self._patience = patience
        self._received = bytearray()
        self.allow()
        super().__init__(host, port, patience)

    # --- what a server may do ---

    def allow(
        self, *, received: int = _RECEIVED, lines: int = _LINES, line: int = _LINE, literal: int = _LINE,
        seconds: float | None = None,
    ) -> None:  # fmt: skip
        """Set the limits of the next command."""
        self._left, self._lines, self._line, self._literal = received, lines, line, literal
        self._until = time.monotonic() + (self._patience if seconds is None else seconds)

    # --- commands that imaplib has no method for ---

    def command(self, name: str, *words: bytes) -> tuple[str, list[Any]]:
        """Give a command as it is; its status and the server's words."""
        answer, data = self._simple_command(name, *words)
        return str(answer), list(data)

    def ask_capabilities(self) -> None:
        """Learn anew what the server can do: it differs after STARTTLS and after the login."""
        self.allow()
        self._get_capabilities()

    # --- the transport, as imaplib lets it be replaced ---

    def open(self, host: str = "", port: int = 993, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.sock: Any = socket.create_connection((host, port), timeout)
        if self._tls is not None:
            self.secure(self._tls)

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on; what was sent in the clear behind the server's consent is no answer to us."""
        if self._received:
            raise SourceProblem(SECURITY, "the server sent more in the clear after it had agreed to speak TLS")
        try:
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        except BaseException:
            self.sock.close()
            raise

    def read(self, size: int) -> bytes:
        if size > self._literal:
            raise SourceProblem(PROTOCOL, f"the server announced {size} bytes where {self._literal} are the limit")
        while len(self._received) < size:
            self._fill()
        return self._taken(size)

    def readline(self) -> bytes:
        self._lines -= 1
        if self._lines < 0:
            raise SourceProblem(PROTOCOL, "the server sent more lines than an answer has")
        looked = 0
        while (end := self._received.find(b"\n", looked)) < 0:
            looked = len(self._received)
            if looked > self._line:
                raise SourceProblem(PROTOCOL, f"the server sent a line of more than {self._line} bytes")
            self._fill()
        if end > self._line:
            raise SourceProblem(PROTOCOL, f"the server sent a line of more than {self._line} bytes")
        return self._taken(end + 1)

    def send(self, data: Any) -> None:
        self.sock.settimeout(self._remaining())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with suppress(OSError):
            self.sock.close()

    def _taken(self, size: int) -> bytes:
        taken = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        return taken

    def _remaining(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise SourceProblem(SILENT, "the server did not answer in time")
        return left

    def _fill(self) -> None:
        if self._left <= 0:
            raise SourceProblem(PROTOCOL, "the server sent more bytes than an answer has")
        self.sock.settimeout(self._remaining())
        try:
            piece = self.sock.recv(min(_PIECE, self._left))
        except TimeoutError:
            raise SourceProblem(SILENT, "the server did not answer in time") from None
        if not piece:
            raise ConnectionResetError("closed by the server")
        self._left -= len(piece)
        self._received += piece

    # --- IDLE (RFC 2177), which imaplib has from Python 3.14 on ---

    def idle_until(self, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """Wait for news of the selected folder; whether there are any. Ends the command before it returns."""
        self.allow(seconds=self._patience)
        tag: bytes = self._new_tag()
        self.send(tag + b" IDLE\r\n")
        while self._get_response() is not None:
            if self.tagged_commands[tag] is not None:
                self._get_tagged_response(tag)
                return False  # it will not have it
        news = self._news(time.monotonic() + seconds, interrupted)
        self.allow()
        self.send(b"DONE\r\n")
        self._get_tagged_response(tag)
        return news

    def _news(self, until: float, interrupted: Callable[[], bool]) -> bool:
        """Whether a line came that tells of mails; others, such as "still here", are only signs of life."""
        said = 0
        while not interrupted() and (left := until - time.monotonic()) > 0:
            self.allow(seconds=self._patience)
            if b"\n" in self._received or self._arrives(min(left, _LOOK)):
                said += 1
                if said > _LINES:
                    raise SourceProblem(PROTOCOL, "the server sent more lines than it has news")
                line = self.readline().upper()
                if b" EXISTS" in line or b" EXPUNGE" in line or b" RECENT" in line or line.startswith(b"* BYE"):
                    return True
        return False

    def _arrives(self, seconds: float) -> bool:
        self.sock.settimeout(seconds)
        try:
            piece = self.sock.recv(_PIECE)
        except TimeoutError:
            return False
        if not piece:
            raise ConnectionResetError("closed by the server")
        self._received += piece
        return True
