"""Failpoints: named places where tests stop a process; nothing unless ``TURNWIRE_FAILPOINTS`` is set at start.

``TURNWIRE_FAILPOINTS="after_mark:kill"`` kills the process with SIGKILL at that place, ``after_mark:kill:3`` at the
third time it is passed, ``after_mark:stop`` freezes it with SIGSTOP.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

_ACTIONS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
_STOPPING = 0.5
"""Seconds that this thread waits for a stop to reach it: another thread may be the one to take the signal."""
_passed: Counter[str] = Counter()


def _parse(text: str) -> dict[str, tuple[signal.Signals, int]]:
    points = {}
    for part in filter(None, text.split(",")):
        name, action, *count = part.split(":")
        points[name.strip()] = (_ACTIONS[action], int(count[0]) if count else 1)
    return points


_POINTS: dict[str, tuple[signal.Signals, int]] = {}


def load() -> None:
    """Take the failpoints of the environment; done once at import, and again in a process forked after it."""
    _passed.clear()
    _POINTS.clear()
    _POINTS.update(_parse(os.environ.get("TURNWIRE_FAILPOINTS", "")))


load()


def hit(name: str) -> None:
    """Pass the named place; free when no failpoint is set."""
    if not _POINTS or name not in _POINTS:
        return
    _passed[name] += 1
    number, at = _POINTS[name]
    if _passed[name] == at:
        os.kill(os.getpid(), number)
        time.sleep(_STOPPING)
