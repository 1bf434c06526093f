"""The mail parser of this process: parses what is small and plain itself, and has all else parsed by a child process.

Parsers of mail and HTML are large, partly in C, and fed by strangers. In a child they have limits that the system
holds, of memory and processor time; what ends it costs one mail, not the worker or server.
"""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, TypeVar

from connector.channels.mail.message import attachment_bodies, parse_email, unreadable
from connector.channels.mail.parsing.mime import MAX_HEADERS, MAX_RAW
from connector.utils.logs import get_logger
from connector.values import Bounce, Customer, Event, EventStatus, MailAttachment, MailContent, MailThread

log = get_logger(__name__)

PLAIN = 64 * 1024
"""Bytes up to which a mail without HTML is parsed in this process: a child costs it more than a fifth of its time."""
MEMORY = 768 * 1024 * 1024
"""Bytes of address space of the child; the largest mail takes 350 MB."""
SECONDS = 10
"""Of processor time for one mail; the slowest takes two."""
_PATIENCE = 120.0
"""Seconds on the clock for one mail: a machine may be busy, or put to sleep."""
_HEADER = struct.Struct(">II")
_AGAIN = 60.0
"""Seconds before a child is started again where none could be."""
_TRIES = 2
BODIES = "bodies"
"""The option that asks for a mail's attachments, not for its event."""
Read = TypeVar("Read")


class ChildEnded(Exception):
    """The child ended, or had to be ended, over the mail that it was given; ``str()`` says how."""


class ParserChild:
    """One child process, started with the first mail and kept; one mail at a time."""

    def __init__(self, memory: int = MEMORY, seconds: int = SECONDS) -> None:
        """Nothing is started yet; the limits are those of one mail."""
        self._limits = (str(memory), str(seconds))
        self.process: subprocess.Popen[bytes] | None = None
        """The one that runs; None before the first mail and after the last."""

    def parse(self, raw: bytes, options: dict[str, Any]) -> dict[str, Any]:
        """The fields of the mail's event; raises :class:`ChildEnded`, and ``OSError`` where no child can be started."""
        return self.ask(raw, options)[0]

    def ask(self, raw: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """What is told of a mail, and bytes that belong to it; raises as :meth:`parse`."""
        if self.process is None:
            self.process = self._started()
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            asked = json.dumps(options).encode()
            process.stdin.write(_HEADER.pack(len(asked), len(raw)) + asked)
            process.stdin.write(raw)
            process.stdin.flush()
            until = time.monotonic() + _PATIENCE
            size, more = _HEADER.unpack(_read(process.stdout, _HEADER.size, until))
            found: dict[str, Any] = json.loads(_read(process.stdout, size, until))
            bodies = _read(process.stdout, min(more, 2 * MAX_RAW), until)
        except (OSError, EOFError, ValueError, struct.error) as error:
            raise ChildEnded(self.close() or type(error).__name__) from None
        if found.pop("last"):
            self.close()
        return found, bodies

    def close(self) -> str:
        """End it; how it ended if it had ended by itself."""
        process, self.process = self.process, None
        if process is None:
            return ""
        with suppress(OSError, subprocess.TimeoutExpired):
            process.wait(0.2)
        status = process.poll()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()
        return "" if status is None else f"signal {-status}" if status < 0 else f"exit {status}"

    def _started(self) -> subprocess.Popen[bytes]:
        process = self.process = self._program()
        assert process.stdout is not None
        try:
            _read(process.stdout, _HEADER.size, time.monotonic() + _PATIENCE)  # its limits are set
        except (OSError, EOFError):
            raise OSError(f"it ended with {self.close() or 'no word'}") from None
        return process

    def _program(self) -> subprocess.Popen[bytes]:
        """A program of its own, not a fork: it has no connections, no threads and none of our environment's secrets."""
        known = os.pathsep.join(dict.fromkeys([str(Path(__file__).parents[3]), *filter(None, sys.path)]))
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "connector.channels.mail.parser_program", *self._limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": known, "PYTHONIOENCODING": "utf-8", "PATH": os.defpath},
            cwd="/",
            start_new_session=True,  # an interruption is for the program that it works for
        )


def _read(pipe: IO[bytes], size: int, until: float) -> bytes:
    pieces: list[bytes] = []
    waiting = select.poll()  # unlike select, for any number of open files
    waiting.register(pipe, select.POLLIN)
    while size:
        if not waiting.poll(max(0.0, until - time.monotonic()) * 1000):
            raise EOFError
        piece = os.read(pipe.fileno(), min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class MailParser:
    """Mails to events, each within limits. Safe to use from any thread; a fork starts a child of its own."""

    def __init__(self, child: ParserChild | None = None) -> None:
        """Nothing is started before the first mail that needs it."""
        self._child = child or ParserChild()
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._not_before = 0.0

    def parse(
        self,
        raw: bytes,
        *,
        source: str,
        route: str,
        addresses: Collection[str] = (),
        let_in: Collection[str] = (),
        forms: Collection[str] = (),
        trusted_auth: Collection[str] = (),
        left: str | None = None,
    ) -> Event:
        """As :func:`connector.channels.mail.message.parse_email`; a mail that ends the child is ``unreadable``."""
        options: dict[str, Any] = {
            "source": source, "route": route, "addresses": list(addresses), "let_in": list(let_in),
            "forms": list(forms), "trusted_auth": list(trusted_auth), "left": left,
        }  # fmt: skip
        try:
            return self._by_child(
                raw, lambda child: event_of(child.parse(raw, options), raw, source=source, route=route)
            )
        except ChildEnded as error:
            return unreadable(raw, source, route, f"the process that parses mail ended over it ({error})")
        except OSError:
            return parse_email(raw, **options)

    def attachment_bodies(self, raw: bytes) -> list[tuple[MailAttachment, bytes]]:
        """As :func:`connector.channels.mail.message.attachment_bodies`; none of a mail that ends the child."""
        try:
            return self._by_child(raw, lambda child: bodies_of(*child.ask(raw, {BODIES: True})))
        except ChildEnded:
            return []
        except OSError:
            return attachment_bodies(raw)

    def _by_child(self, raw: bytes, read: Callable[[ParserChild], Read]) -> Read:
        """What a child tells; raises :class:`ChildEnded` if it ends over it, ``OSError`` where none is to be asked."""
        if is_plain(raw) or time.monotonic() < self._not_before:
            raise OSError
        ended = ""
        with self._lock:
            for _ in range(_TRIES):
                try:
                    return read(self._mine())
                except (ChildEnded, KeyError, TypeError, ValueError) as error:
                    ended = str(error) if isinstance(error, ChildEnded) else "what it told is no event"
                    log.warning("mail.parser_ended", how=ended, bytes=len(raw))
                except OSError as error:
                    log.warning("mail.parser_not_started", error=str(error))
                    self._not_before = time.monotonic() + _AGAIN
                    raise
        raise ChildEnded(ended)

    def _mine(self) -> ParserChild:
        if self._pid != os.getpid():  # the other process's child is not ours to talk to
            self._pid, self._child = os.getpid(), ParserChild()
        return self._child


def is_plain(raw: bytes) -> bool:
    """Whether a mail is small and holds no HTML, by whatever name."""
    if len(raw) > PLAIN:
        return False
    lowered = raw.lower()
    return b"html" not in lowered and b"enriched" not in lowered


def fields_of(event: Event) -> dict[str, Any]:
    """What the child tells of an event, as JSON can hold it; the mail itself stays where it is."""
    return {
        "id": event.id, "conversation": event.conversation, "text": event.text, "status": str(event.status),
        "reason": event.reason, "customer": event.customer.as_dict(), "subject": event.subject,
        "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
        "metadata": dict(event.metadata), "warnings": list(event.warnings),
        "thread": asdict(event.thread) if event.thread else None, "mail": asdict(event.mail) if event.mail else None,
        "bounce": event.bounce.as_dict() if event.bounce else None,
    }  # fmt: skip


def event_of(fields: dict[str, Any], raw: bytes, *, source: str, route: str) -> Event:
    """The event of what the child told; it is believed no more than the mail was, and only its words are taken."""
    at = fields["occurred_at"]
    event = Event(
        source=source, route=route, id=fields["id"], conversation=fields["conversation"], text=fields["text"],
        status=EventStatus(fields["status"]), reason=fields["reason"], customer=Customer(**fields["customer"]),
        subject=fields["subject"], occurred_at=datetime.fromisoformat(at) if at else None,
        metadata=fields["metadata"], warnings=tuple(fields["warnings"]), raw=raw, thread=_thread(fields["thread"]),
        mail=_mail(fields["mail"]), bounce=Bounce(**fields["bounce"]) if fields["bounce"] else None,
    )  # fmt: skip
    return replace(event, raw=raw[:MAX_HEADERS]) if event.reason in {"too_large", "unreadable"} else event


def files_of(found: Sequence[tuple[MailAttachment, bytes]]) -> tuple[dict[str, Any], bytes]:
    """What the child tells of attachments, and the bytes of all of them in a row."""
    return {"attachments": [asdict(each) for each, _ in found]}, b"".join(body for _, body in found)


def bodies_of(told: dict[str, Any], bodies: bytes) -> list[tuple[MailAttachment, bytes]]:
    """The attachments that the child told of; raises :class:`ValueError` where their sizes are not those of the bytes.

    >>> [body for _, body in bodies_of(*files_of([(MailAttachment(name="a", type="text/plain", size=2), b"hi")]))]
    [b'hi']
    """
    files = [MailAttachment(**each) for each in told["attachments"]]
    if any(each.size < 0 for each in files) or sum(each.size for each in files) != len(bodies):
        raise ValueError
    ends = list(accumulate(each.size for each in files))
    return [(each, bodies[end - each.size : end]) for each, end in zip(files, ends, strict=True)]


def _thread(told: dict[str, Any] | None) -> MailThread | None:
    if told is None:
        return None
    return MailThread(
        names=tuple(told["names"]), senders=tuple(told["senders"]), others=tuple(told["others"]),
        customer=told["customer"], date=told["date"],
    )  # fmt: skip


def _mail(told: dict[str, Any] | None) -> MailContent | None:
    if told is None:
        return None
    files = tuple(MailAttachment(**each) for each in told["attachments"])
    lists = {name: tuple(told[name]) for name in ("references", "to", "cc", "defects")}
    return MailContent(**{**told, **lists, "attachments": files})


def why_no_child() -> str | None:
    """Why no child can be started here; None if one works."""
    child = ParserChild()
    try:
        child.parse(b"From: a@shop.example\n\n<html>", {"source": "check", "route": "check", "addresses": []})
    except (OSError, ChildEnded) as error:
        return str(error) or type(error).__name__
    finally:
        child.close()
    return None


parser = MailParser()
"""This process's."""
