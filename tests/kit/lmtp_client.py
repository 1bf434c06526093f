"""An LMTP client of bare sockets: commands as they are, and every line of the answer."""

from __future__ import annotations

import socket
from typing import Self


class LmtpClient:
    """``with LmtpClient(port) as client: client.ask("LHLO me")``."""

    def __init__(self, port: int) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._file = self._sock.makefile("rb")
        self.greeting = self.answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def answer(self) -> str:
        """One answer, of one line or several; the code and the text of the last line."""
        while True:
            line = self._file.readline().decode().rstrip("\r\n")
            if line[3:4] != "-":
                return line

    def lines(self) -> list[str]:
        """An answer of several lines, whole."""
        found = [self._file.readline().decode().rstrip("\r\n")]
        while found[-1][3:4] == "-":
            found.append(self._file.readline().decode().rstrip("\r\n"))
        return found

    def say(self, data: bytes) -> None:
        self._sock.sendall(data)

    def ask(self, command: str) -> str:
        self.say(command.encode() + b"\r\n")
        return self.answer()

    def hand_over(self, raw: bytes, *recipients: str, sender: str = "ann@home.example") -> list[str]:
        """A whole mail; the answer for each recipient that was taken."""
        self.ask("LHLO me")
        self.ask(f"MAIL FROM:<{sender}>")
        taken = [answer for each in recipients if (answer := self.ask(f"RCPT TO:<{each}>")).startswith("250")]
        assert self.ask("DATA").startswith("354")
        dotted = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n"))
        self.say(dotted.removesuffix(b"\r\n") + b"\r\n.\r\n")
        return [self.answer() for _ in taken]
