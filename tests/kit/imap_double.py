"""An IMAP server that is scripted: mails in memory, and tricks that a test has it play at a command.

It speaks enough of RFC 3501 for one mailbox. ``server.tricks["FETCH"] = silence`` plays a trick once, at the next
command of that name; ``server.always`` plays it each time. A trick gets the connection and the command's tag, and
returns whether the command was answered.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from connector.channels.mail.imap.answers import fetched

USER, PASSWORD = "help@shop.example", "right"


@dataclass
class Talk:
    """One connection, from the server's side."""

    sock: socket.socket
    server: ImapDouble
    received: bytearray = field(default_factory=bytearray)
    folder: str = "INBOX"
    next_uid: int = 0

    def say(self, *lines: str | bytes) -> None:
        self.sock.sendall(b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines))

    def line(self) -> str:
        while b"\r\n" not in self.received:
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionResetError
            self.received += piece
        line, _, rest = bytes(self.received).partition(b"\r\n")
        self.received[:] = rest
        return line.decode()

    def bytes_of(self, size: int) -> bytes:
        """A literal of that size."""
        while len(self.received) < size:
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionResetError
            self.received += piece
        taken, self.received[:] = bytes(self.received[:size]), self.received[size:]
        return taken


Trick = Callable[[Talk, str], bool]


@dataclass
class StoredMail:
    """A mail of the double."""

    raw: bytes
    flags: set[str] = field(default_factory=set)
    size: int | None = None


@dataclass
class ImapDouble:
    """The server's whole state."""

    port: int = 0
    password: str = PASSWORD
    validity: int = 7
    next_uid: int = 1
    mails: dict[int, StoredMail] = field(default_factory=dict)
    folders: dict[str, dict[int, StoredMail]] = field(default_factory=lambda: {"INBOX": {}})
    capabilities: str = "IMAP4rev1 AUTH=PLAIN IDLE UIDPLUS MOVE"
    greeting: str = "* OK ready"
    permanent: str = "\\Seen \\Deleted \\*"
    tricks: dict[str, Trick] = field(default_factory=dict)
    always: dict[str, Trick] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    idling: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.folders["INBOX"] = self.mails

    def add(self, raw: bytes, *, size: int | None = None) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails[uid] = StoredMail(raw, size=size)
        return uid

    def asked(self, name: str) -> int:
        """How often a command was given."""
        return sum(f" {name}" in f" {command}" for command in self.commands)

    # --- the protocol ---

    def serve(self, sock: socket.socket) -> None:
        self.connections += 1
        talk = Talk(sock, self)
        with suppress(OSError, ValueError), sock:
            talk.say(self.greeting)
            while True:
                tag, _, command = talk.line().partition(" ")
                self.commands.append(command)
                if not self._tricked(talk, tag, command) and not self._answered(talk, tag, command):
                    return

    def _tricked(self, talk: Talk, tag: str, command: str) -> bool:
        words = command.upper().split()
        name = words[1] if words[0] == "UID" else words[0]
        trick = self.tricks.pop(name, None) or self.always.get(name)
        return trick is not None and trick(talk, tag)

    def _answered(self, talk: Talk, tag: str, command: str) -> bool:
        name, _, rest = command.partition(" ")
        name = name.upper()
        if name == "UID":
            name, _, rest = rest.partition(" ")
            name = f"UID_{name.upper()}"
        answer = getattr(self, f"do_{name.lower()}", None)
        if answer is None:
            talk.say(f"{tag} BAD unknown")
            return True
        return bool(answer(talk, tag, rest) is not False)

    def do_capability(self, talk: Talk, tag: str, _rest: str) -> None:
        talk.say(f"* CAPABILITY {self.capabilities}", f"{tag} OK done")

    def do_authenticate(self, talk: Talk, tag: str, rest: str) -> None:
        import base64

        talk.say("+ ")
        said = base64.b64decode(talk.line()).decode()
        right = said in {f"\0{USER}\0{self.password}", f"user={USER}\x01auth=Bearer {self.password}\x01\x01"}
        if not right and rest.startswith("XOAUTH2"):
            talk.say("+ eyJzdGF0dXMiOiI0MDAifQ==")
            assert talk.line() == ""
        talk.say(f"{tag} OK in" if right else f"{tag} NO [AUTHENTICATIONFAILED] no: {said}")

    def do_login(self, talk: Talk, tag: str, rest: str) -> None:
        talk.say(f"{tag} OK in" if rest.replace('"', "") == f"{USER} {self.password}" else f"{tag} NO wrong")

    def do_list(self, talk: Talk, tag: str, _rest: str) -> None:
        talk.say(*(f'* LIST () "/" "{name}"' for name in self.folders), f"{tag} OK done")

    def do_select(self, talk: Talk, tag: str, rest: str) -> None:
        name = rest.strip('"')
        if name not in self.folders:
            talk.say(f"{tag} NO [NONEXISTENT] no such folder")
            return
        talk.folder, talk.next_uid = name, self.next_uid
        talk.say(
            f"* {len(self.folders[name])} EXISTS", "* 0 RECENT", "* FLAGS (\\Seen)",
            f"* OK [PERMANENTFLAGS ({self.permanent})] these", f"* OK [UIDVALIDITY {self.validity}] valid",
            f"* OK [UIDNEXT {self.next_uid}] next", f"{tag} OK [READ-WRITE] open",
        )  # fmt: skip

    do_examine = do_select

    def _chosen(self, talk: Talk, ranges: str) -> Iterator[int]:
        have = sorted(self.folders[talk.folder])
        newest = have[-1] if have else 0
        for part in ranges.split(","):
            first, _, last = part.partition(":")
            ends = [newest if end == "*" else int(end) for end in (first, last or first)]
            yield from (uid for uid in have if min(ends) <= uid <= max(ends))

    def do_uid_search(self, talk: Talk, tag: str, rest: str) -> None:
        words = rest.split()
        if words[0] == "HEADER":
            wanted = words[2].strip('"').encode()
            found = [uid for uid, mail in self.folders[talk.folder].items() if wanted in _message_id(mail.raw)]
        else:
            found = list(self._chosen(talk, words[1]))
        talk.say(f"* SEARCH {' '.join(map(str, found))}".rstrip(), f"{tag} OK done")

    def do_uid_fetch(self, talk: Talk, tag: str, rest: str) -> None:
        ranges, _, what = rest.partition(" ")
        for place, uid in enumerate(self._chosen(talk, ranges), 1):
            mail = self.folders[talk.folder][uid]
            if "BODY" not in what:
                size = len(mail.raw) if mail.size is None else mail.size
                arrived = '"02-Nov-2020 10:00:00 +0000"'
                talk.say(f"* {place} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE {arrived})")
                continue
            head = "HEADER" in what
            raw = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if head else mail.raw
            section = "BODY[HEADER]<0>" if head else "BODY[]"
            talk.sock.sendall(f"* {place} FETCH (FLAGS (\\Seen) {section} {{{len(raw)}}}\r\n".encode() + raw)
            talk.say(f" UID {uid})")
        talk.say(f"{tag} OK done")

    def do_uid_store(self, talk: Talk, tag: str, rest: str) -> None:
        ranges, flags = rest.split(" ", 1)
        for uid in self._chosen(talk, ranges):
            self.folders[talk.folder][uid].flags.update(re.findall(r"[$\\]\w+", flags))
        talk.say(f"{tag} OK done")

    def do_uid_copy(self, talk: Talk, tag: str, rest: str) -> bool:
        ranges, target = rest.split(" ", 1)
        if target.strip('"') not in self.folders:
            talk.say(f"{tag} NO [TRYCREATE] no such folder")
            return True
        for uid in list(self._chosen(talk, ranges)):
            there = self.folders[target.strip('"')]
            there[len(there) + 1] = self.folders[talk.folder][uid]
        talk.say(f"{tag} OK done")
        return True

    def do_uid_move(self, talk: Talk, tag: str, rest: str) -> bool:
        ranges, target = rest.split(" ", 1)
        gone = list(self._chosen(talk, ranges)) if target.strip('"') in self.folders else []
        self.do_uid_copy(talk, tag, rest)
        for uid in gone:
            del self.folders[talk.folder][uid]
        return True

    def do_uid_expunge(self, talk: Talk, tag: str, rest: str) -> None:
        for uid in list(self._chosen(talk, rest)):
            if "\\Deleted" in self.folders[talk.folder][uid].flags:
                del self.folders[talk.folder][uid]
        talk.say(f"{tag} OK done")

    def do_append(self, talk: Talk, tag: str, rest: str) -> None:
        name = rest.split(maxsplit=1)[0].strip('"')
        talk.say("+ go on")
        raw = talk.bytes_of(int(rest.rpartition("{")[2].rstrip("}")))
        talk.line()
        there = self.folders[name]
        there[len(there) + 1] = StoredMail(raw)
        talk.say(f"{tag} OK done")

    def do_idle(self, talk: Talk, tag: str, _rest: str) -> None:
        talk.say("+ idling")
        self.idling.set()
        talk.sock.settimeout(0.02)
        while True:
            with suppress(TimeoutError):
                assert talk.line() == "DONE"
                break
            if talk.next_uid != self.next_uid:  # also what came since the folder was opened
                talk.next_uid = self.next_uid
                talk.say(f"* {len(self.mails)} EXISTS")
        talk.sock.settimeout(None)
        self.idling.clear()
        talk.say(f"{tag} OK done")

    def do_logout(self, talk: Talk, tag: str, _rest: str) -> bool:
        talk.say("* BYE", f"{tag} OK done")
        return False


def _message_id(raw: bytes) -> bytes:
    return next((line for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id:")), b"")


def of_one_line(text: str) -> None:
    """Read a line as what a server fetched, for :mod:`tests.kit.growth`."""
    fetched([text.encode("latin-1")])


# --- tricks -----------------------------------------------------------------------------------------------------------


def hang_up(_talk: Talk, _tag: str) -> bool:
    """End the connection in the middle of a command."""
    raise ConnectionResetError


def silence(talk: Talk, _tag: str) -> bool:
    """Never answer."""
    time.sleep(60)
    return True


def saying(*lines: str | bytes, tagged: str | None = "OK done") -> Trick:
    """Answer with these lines, and the command with ``tagged``."""

    def trick(talk: Talk, tag: str) -> bool:
        talk.say(*lines, *([f"{tag} {tagged}"] if tagged is not None else []))
        return True

    return trick


def flood(line: bytes, times: int) -> Trick:
    """Say the same very often, without a line end of its own if it has none."""

    def trick(talk: Talk, tag: str) -> bool:
        for _ in range(times):
            talk.sock.sendall(line)
        talk.say(f"{tag} OK done")
        return True

    return trick


def drip(talk: Talk, _tag: str) -> bool:
    """A byte now and then, so that no single read ever waits for long."""
    while True:
        talk.sock.sendall(b"x")
        time.sleep(0.05)


@contextmanager
def imap_double() -> Iterator[ImapDouble]:
    """Serve on a free port."""
    double = ImapDouble()
    listening = socket.create_server(("127.0.0.1", 0))
    double.port = listening.getsockname()[1]

    def accept() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listening.accept()
                threading.Thread(target=double.serve, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield double
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
