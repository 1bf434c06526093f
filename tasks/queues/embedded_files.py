"""Deliveries of a queue of the embedded broker: files that stay until they are stored."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from ..broker.envelopes import opened
from .amqp_queue import BYTES, IDLE, TOGETHER
from .message import QueueMessage

_LOOK = 0.05


class EmbeddedDeliveries:
    """The files of one queue in the broker's folder, whose names begin with the time at which they were written."""

    def __init__(self, folder: Path, queue: str) -> None:
        """``folder`` is where messages lie; it may come later, or again."""
        self._folder = folder
        self._queue = queue

    def gathered(self) -> Sequence[QueueMessage]:
        """The oldest files, read and left where they are."""
        until = time.monotonic() + IDLE
        while not (names := self._names()):
            if time.monotonic() > until:
                return []
            time.sleep(_LOOK)
        found: list[QueueMessage] = []
        size = 0
        for name in names[:TOGETHER]:
            file = self._folder / name
            try:
                raw = file.read_bytes()
            except OSError:
                continue  # another process took it
            found.append(QueueMessage.of_envelope(opened(raw, self._queue), file))
            size += len(raw)
            if size >= BYTES:
                break
        return found

    def _names(self) -> list[str]:
        """The files up to a moment, none of them missing.

        One listing may hold a file and lack one that was written before it, while files come. A second one holds all
        that were written before the newest of the first.
        """
        first = self._listed()
        if not first:
            return []
        newest = first[-1]
        return [name for name in self._listed() if name <= newest]

    def _listed(self) -> list[str]:
        ending = f"{self._queue}.msg"
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - names only, many of them
        except FileNotFoundError:
            return []
        return sorted(name for name in names if name[:1] != "." and name.partition(".")[2] == ending)

    def beat(self) -> None:
        """Nobody watches."""

    def acknowledge(self, group: Sequence[QueueMessage]) -> None:
        for message in group:
            message.receipt.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""

    def abandon(self) -> None:
        """Nothing is open."""
