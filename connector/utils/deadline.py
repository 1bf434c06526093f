"""Deadline of a blocking call in a thread: a clock that counts sleep, a socket to cut, a point of no return."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from connector.utils.clock import boottime

T = TypeVar("T")

_GRACE = 2.0
"""Seconds that a thread has to end after its socket was cut."""


class Deadline:
    """How long one blocking call may take as a whole, and what has become of it.

    The thread asks :meth:`left` before each step and calls :meth:`commit` right before what cannot be undone; whoever
    waits may :meth:`cut` it. After a cut, or after the time is over, :meth:`commit` raises: a thread that wakes late,
    or a process that was frozen, does not begin what cannot be undone.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = boottime() + seconds
        self._lock = threading.Lock()
        self._cut = False
        self._socket: socket.socket | None = None
        self.committed = False
        """Whether what cannot be undone has begun."""

    def left(self, at_most: float) -> float:
        """Seconds for the next step, at most so many. Raises TimeoutError when the time is over."""
        left = self._ends - boottime()
        if self._cut or left <= 0:
            raise TimeoutError
        return min(left, at_most)

    def uses(self, connection: socket.socket | None) -> None:
        """Name the socket that a cut closes."""
        with self._lock:
            self._socket = connection

    def commit(self) -> None:
        """Go past the point of no return. Raises TimeoutError when it is too late for that."""
        with self._lock:
            self.left(self.seconds)
            self.committed = True

    def cut(self) -> bool:
        """End it: its socket is shut, and it commits no more. Returns whether it had."""
        with self._lock:
            self._cut = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
            return self.committed


async def within(
    deadline: Deadline, threads: ThreadPoolExecutor, call: Callable[[], T], too_late: Callable[[bool], T]
) -> T:
    """Run a blocking call in a thread; ``too_late`` says what it came to if it did not end in time.

    It is told whether the point of no return was passed.
    """
    running = asyncio.get_running_loop().run_in_executor(threads, call)
    running.add_done_callback(_seen)
    try:
        done, _ = await _ended(running, deadline.seconds)
    except asyncio.CancelledError:
        deadline.cut()  # nobody waits any more, and the thread is not to keep the program from ending
        raise
    if not done:
        committed = deadline.cut()
        done, _ = await _ended(running, _GRACE)
        if not done:
            return too_late(committed)
    return running.result()


async def _ended(running: asyncio.Future[T], seconds: float) -> tuple[set[asyncio.Future[T]], set[asyncio.Future[T]]]:
    return await asyncio.wait({running}, timeout=seconds)


def _seen(running: asyncio.Future[T]) -> None:
    """What comes after nobody waits any more is nobody's error."""
    if not running.cancelled():
        running.exception()
