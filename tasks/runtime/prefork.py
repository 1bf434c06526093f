"""Locks between the child processes of a prefork worker: who sends, who ticks, and whether to stop.

A file without a name, opened before the fork, carries it. Locks on a range of a file belong to a process and end with
it, however it ends; nothing has to be cleaned up after a child that was killed.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_SENDING, _TICKING, _STOPPED = 0, 1, 2


class Siblings:
    """The locks and the stop flag that children share; made in the parent before it forks."""

    def __init__(self) -> None:
        """Nothing is held yet."""
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - as long as the worker
        self._file.write(bytes(3))

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Whether it is this process that sends until the block ends."""
        mine = self._taken(_SENDING)
        try:
            yield mine
        finally:
            if mine:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _SENDING)

    def ticking(self) -> bool:
        """Whether it is this process that ticks, from now on and as long as it lives."""
        return self._taken(_TICKING)

    def stop(self) -> None:
        """Tell all to claim nothing more."""
        os.pwrite(self._file.fileno(), b"1", _STOPPED)

    @property
    def stopped(self) -> bool:
        """Whether they were told."""
        return os.pread(self._file.fileno(), 1, _STOPPED) == b"1"

    def _taken(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True
