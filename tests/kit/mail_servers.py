"""Scripted mail servers on this machine: SMTP that takes mail or misbehaves where a test says so, IMAP with one folder.

``with SmtpServer(dot="die") as server:`` reads a whole mail and then closes without an answer. A stage's script is
``"die"``, ``"silence"``, or the answer that it gives instead of the usual one; a list of them is used up, one a mail.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Literal, Self, cast

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "localhost.pem"

_SILENCE = 30.0


class _Over(Exception):
    """This connection is done with."""


class LineServer:
    """A server that speaks in lines, a thread for each connection."""

    def __init__(self, security: Literal["tls", "starttls", "none"] = "none") -> None:
        """With encryption it shows the certificate of tests, which nobody trusts by itself."""
        self.security = security
        self.encrypted = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.security == "tls":
                connection = self._encrypted(connection)
            with connection.makefile("rwb", buffering=0) as line:
                upgrade = self.talk(line)
            if upgrade:
                with self._encrypted(connection) as secured, secured.makefile("rwb", buffering=0) as line:
                    self.talk(line)
        except (_Over, OSError, ValueError):
            return
        finally:
            connection.close()

    def _encrypted(self, connection: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        secured = context.wrap_socket(connection, server_side=True)
        self.encrypted += 1
        return secured

    def talk(self, line: socket.SocketIO) -> bool:
        """Serve one connection; True: it is to be encrypted now, and goes on."""
        raise NotImplementedError


class SmtpServer(LineServer):
    """Takes mail on a loopback port, without encryption."""

    def __init__(
        self,
        *,
        login: tuple[str, str] | None = None,
        security: Literal["tls", "starttls", "none"] = "none",
        **script: str | list[str],
    ) -> None:
        """``script``: by stage (connect, ehlo, auth, mail, rcpt, data, body, dot) what happens there."""
        super().__init__(security)
        self.login = login
        self.script = script
        self.taken: list[bytes] = []
        """Mails to which the server said 250."""
        self.read: list[bytes] = []
        """All mails that were read to their end, whatever was answered."""
        self.envelopes: list[tuple[str, str]] = []
        self.commands: list[str] = []

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.taken]

    def _stage(self, line: socket.SocketIO, stage: str, usual: str) -> bool:
        """Answer as the script says; whether the usual answer was given."""
        said = self.script.get(stage)
        if isinstance(said, list):
            said = said.pop(0) if said else None
        match said:
            case "die":
                raise _Over
            case "silence":
                self._ended.wait(_SILENCE)
                raise _Over
            case None | "":
                if usual:
                    line.write(f"{usual}\r\n".encode())
                return True
        line.write(f"{said}\r\n".encode())
        if said.startswith("421"):
            raise _Over
        return False

    def talk(self, line: socket.SocketIO) -> bool:
        read = cast("Callable[[], bytes]", line.readline)
        if not self.encrypted or self.security != "starttls":
            self._stage(line, "connect", "220 double")
        sender = receiver = ""
        while command := read().decode("utf-8", "replace").rstrip("\r\n"):
            verb, _, rest = command.partition(" ")
            self.commands.append(verb.upper())
            match verb.upper():
                case "EHLO":
                    starttls = "250-STARTTLS\r\n" if self.security == "starttls" else ""
                    auth = "250-AUTH PLAIN XOAUTH2\r\n" if self.login else ""
                    self._stage(line, "ehlo", f"250-double\r\n{auth}{starttls}250 SMTPUTF8")
                case "STARTTLS":
                    line.write(b"220 go on\r\n")
                    return True
                case "AUTH":
                    self._auth(line, rest)
                case "MAIL":
                    sender = rest
                    self._stage(line, "mail", "250 ok")
                case "RCPT":
                    receiver = rest
                    self._stage(line, "rcpt", "250 ok")
                case "DATA":
                    if self._stage(line, "data", "354 go on"):
                        self._take(line, read, sender, receiver)
                case "QUIT":
                    line.write(b"221 bye\r\n")
                    return False
                case _:
                    line.write(b"250 ok\r\n")
        return False

    def _auth(self, line: socket.SocketIO, rest: str) -> None:
        mechanism, _, coded = rest.partition(" ")
        assert self.login is not None
        user, secret = self.login
        wanted = {
            "PLAIN": f"\0{user}\0{secret}",
            "XOAUTH2": f"user={user}\x01auth=Bearer {secret}\x01\x01",
        }.get(mechanism)
        right = base64.b64decode(coded).decode() == wanted
        self._stage(line, "auth", "235 welcome" if right else "535 5.7.8 no")

    def _take(self, line: socket.SocketIO, read: Callable[[], bytes], sender: str, receiver: str) -> None:
        lines: list[bytes] = []
        while (one := read()) != b".\r\n":
            if not one:
                raise _Over
            lines.append(one[1:] if one.startswith(b".") else one)
            if len(lines) == 3 and self.script.get("body"):
                self._stage(line, "body", "")
        self.read.append(b"".join(lines))
        if self._stage(line, "dot", "250 2.0.0 taken"):
            self.taken.append(b"".join(lines))
            self.envelopes.append((_address(sender), _address(receiver)))


class ImapServer(LineServer):
    """One folder of sent mails, on a loopback port, without encryption."""

    def __init__(
        self, *, folder: str = "Sent", broken: str = "", security: Literal["tls", "starttls", "none"] = "none"
    ) -> None:
        """``broken``: the command that is answered with NO."""
        super().__init__(security)
        self.folder = folder
        self.broken = broken
        self.mails: list[bytes] = []
        self.appends = 0
        self.tokens: list[str] = []

    def until_kept(self, number: int) -> None:
        """Wait for so many mails to be there."""
        until = time.monotonic() + 20
        while len(self.mails) < number:
            assert time.monotonic() < until, self.mails
            time.sleep(0.01)

    def talk(self, line: socket.SocketIO) -> bool:
        read = cast("Callable[[], bytes]", line.readline)
        if not self.encrypted or self.security != "starttls":
            line.write(b"* OK double\r\n")
        while command := read().decode("utf-8", "replace").rstrip("\r\n"):
            tag, verb, *rest = command.split(" ", 2)
            arguments = rest[0] if rest else ""
            if verb.upper() == self.broken:
                line.write(f"{tag} NO not now\r\n".encode())
                continue
            match verb.upper():
                case "CAPABILITY":
                    line.write(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2\r\n")
                case "STARTTLS":
                    line.write(f"{tag} OK go on\r\n".encode())
                    return True
                case "AUTHENTICATE":
                    line.write(b"+ \r\n")
                    self.tokens.append(base64.b64decode(read()).decode())
                case "SELECT" | "EXAMINE":
                    if arguments.strip('"') != self.folder:
                        line.write(f"{tag} NO no such folder\r\n".encode())
                        continue
                    line.write(f"* {len(self.mails)} EXISTS\r\n".encode())
                case "UID":
                    wanted = re.search(r"<([^>]*)>", arguments)
                    hits = [str(n) for n, raw in enumerate(self.mails, 1) if wanted and wanted[0].encode() in raw]
                    line.write(f"* SEARCH {' '.join(hits)}".rstrip().encode() + b"\r\n")
                case "APPEND":
                    self._append(line, arguments)
                    read()
                case "LOGOUT":
                    line.write(f"* BYE\r\n{tag} OK bye\r\n".encode())
                    return False
            line.write(f"{tag} OK done\r\n".encode())
        return False

    def _append(self, line: socket.SocketIO, arguments: str) -> None:
        size = int(re.search(r"\{(\d+)\}$", arguments)[1])  # type: ignore[index]
        line.write(b"+ go on\r\n")
        raw = b""
        while len(raw) < size:
            raw += line.read(size - len(raw)) or b""
        self.appends += 1
        self.mails.append(raw)


def _address(argument: str) -> str:
    found = re.search(r"<([^>]*)>", argument)
    return found[1] if found else argument
