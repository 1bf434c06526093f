"""Process identity: which process of which machine a row speaks of, and whether it has visibly ended.

Where a process can be seen, its death can be too, and nobody needs to wait for its lease. Seen means: the same start of
the same kernel, the same pid namespace (and time namespace, in which start times are counted), the same user. Linux
only; elsewhere nothing is seen, and the lease decides.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_STATE, _STARTED = 0, 19
"""Fields of ``/proc/PID/stat`` after the name: the state and the start time (``man 5 proc``, fields 3 and 22)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessIdentity:
    """One process: ``place`` is where its ``pid`` is counted, ``started`` its start in clock ticks since boot."""

    place: str
    pid: int
    started: int


def current() -> ProcessIdentity | None:
    """The calling process; None where processes cannot be seen."""
    place = _place()
    found = _stat(os.getpid()) if place is not None else None
    return ProcessIdentity(place=place, pid=os.getpid(), started=found[1]) if place is not None and found else None


def has_ended(process: ProcessIdentity) -> bool:
    """Whether it can be seen that this process is gone; False for one that is stopped, or that cannot be seen."""
    if process.place != _place():
        return False
    try:
        found = _stat(process.pid)
    except OSError:
        return False
    if found is None:
        return True
    state, started = found
    return started != process.started or (state in "ZX" and _threads(process.pid) <= 1)


def _place() -> str | None:
    """Kernel, namespaces and user, as one comparable word."""
    try:
        # A /proc of another namespace, such as the host's in a container, would show strangers under our numbers.
        if (_PROC / "self").readlink() != Path(str(os.getpid())):
            return None
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        pids = (_PROC / "self/ns/pid").readlink()
    except (OSError, UnicodeError):
        return None
    try:
        clock = str((_PROC / "self/ns/time").readlink())
    except OSError:  # a kernel before 5.6 has one clock for all
        clock = "time:[]"
    return f"{boot} {pids} {clock} uid:{os.getuid()}"


def _stat(pid: int) -> tuple[str, int] | None:
    """State and start time; None if there is no such process. Raises ``OSError`` if it cannot be told."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in parentheses and may hold any character, these two as well.
    fields = text.rpartition(")")[2].split()
    return fields[_STATE], int(fields[_STARTED])


def _threads(pid: int) -> int:
    """Threads that are left: a process whose first thread has ended looks like a zombie while the others go on."""
    try:
        return len(list((_PROC / str(pid) / "task").iterdir()))
    except OSError:
        return 0
