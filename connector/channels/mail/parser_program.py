"""The child process of :mod:`connector.channels.mail.parser`: one mail after the other from standard input.

It takes limits from the system before it reads anything, has no network where the system lets it give that up, and
ends with its parent, when its standard input does.
"""

from __future__ import annotations

import ctypes
import json
import resource
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from connector.channels.mail.message import attachment_bodies, parse_email
from connector.channels.mail.parser import BODIES, fields_of, files_of

_HEADER = struct.Struct(">II")
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_LARGE = 1024 * 1024
"""Bytes of a mail after which it looks at how much memory it has used."""
_MUCH = 384 * 1024
"""Kilobytes of memory ever used, after which it asks to be replaced: what was given back once is in pieces."""


_TRIED = b"From: a@shop.example\nContent-Type: text/html\n\n<p>works"
"""Parsed within the limits before it says that it is ready."""


def main() -> None:
    """Parse until there is nothing more to parse."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold customers' mail
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)
    if parse_email(_TRIED, source="try", route="try").text != "works":
        sys.exit(1)
    sys.stdout.buffer.write(_HEADER.pack(0, 0))
    sys.stdout.buffer.flush()
    work(sys.stdin.buffer, sys.stdout.buffer, seconds)


def work(incoming: BinaryIO, outgoing: BinaryIO, seconds: int) -> None:
    """Answer each mail of ``incoming`` by its fields on ``outgoing``, or by its attachments, if these are asked for."""
    while len(header := incoming.read(_HEADER.size)) == _HEADER.size:
        sizes = _HEADER.unpack(header)
        options = json.loads(incoming.read(sizes[0]))
        _allow(seconds)
        raw, bodies = incoming.read(sizes[1]), b""
        if options.pop(BODIES, False):
            found, bodies = files_of(attachment_bodies(raw))
        else:
            found = fields_of(parse_email(raw, **options))
        found["last"] = sizes[1] > _LARGE and _most_memory() > _MUCH
        answer = json.dumps(found).encode()
        outgoing.write(_HEADER.pack(len(answer), len(bodies)) + answer)
        outgoing.write(bodies)
        outgoing.flush()


def _most_memory() -> int:
    """Kilobytes that this program has ever had; the system's other count of it begins with the parent's."""
    with suppress(OSError, ValueError), Path("/proc/self/status").open(encoding="ascii", errors="replace") as status:
        return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)
    return 0


def _allow(seconds: int) -> None:
    """So much processor time from now on; the system ends the process beyond it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))


if __name__ == "__main__":
    main()
