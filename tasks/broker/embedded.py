"""Embedded broker: Kombu's file-system transport with files that appear whole or not at all.

Kombu writes a message into the file that readers already see, and moves it through the machine's temporary folder on
its way; a reader that is quick finds an empty file, which ends the worker. Here a file is written beside and renamed,
and an envelope that cannot be read becomes a message that is set aside. What Celery takes is lost with a worker that is
killed, which bells may be; :mod:`tasks.queues.embedded_files` reads events, and takes them away when they are stored.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

from connector.channels.celery_callback import require_file_name
from connector.utils.private_files import make_private_file, make_private_folder, write_private

from .envelopes import opened

SCHEME = "turnwire-files"
_PATIENCE = 0.5


def install() -> None:
    """Make the transport known to Kombu under its scheme."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:EmbeddedTransport"


_named = threading.Lock()
_last = [0]


def _later() -> int:
    """The time in nanoseconds, later than whenever it was asked for: files are read in the order of their names."""
    with _named:
        _last[0] = max(_last[0] + 1, time_ns())
        return _last[0]


def _write_whole(file: Path, content: bytes) -> None:
    beside = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    try:
        write_private(beside, content)
    except FileNotFoundError:
        make_private_folder(file.parent)  # somebody cleared the folder away
        write_private(beside, content)
    beside.replace(file)


class EmbeddedChannel(filesystem.Channel):
    """Files are renamed into place, and taken by renaming them away."""

    def _messages(self) -> Path:
        return Path(self.data_folder_in)

    # Kombu's own two classes above this one do not agree on the name of the second argument.
    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        require_file_name(queue)
        name = f"{_later():020d}_{uuid.uuid4().hex}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, str_to_bytes(dumps(payload)))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        ending = f"{queue}.msg"
        try:
            names = sorted(os.listdir(self._messages()))  # noqa: PTH208 - names only, many of them
        except FileNotFoundError:
            raise Empty from None
        for name in names:
            if name.startswith(".") or name.partition(".")[2] != ending:
                continue
            taken = self._messages() / f".taken.{name}"
            try:
                (self._messages() / name).rename(taken)
                content = taken.read_bytes()
                taken.unlink()
            except OSError:
                continue  # another process was quicker
            return opened(content, queue)
        raise Empty

    @contextlib.contextmanager
    def _bindings_locked(self) -> Iterator[None]:
        make_private_folder(self.control_folder)
        file = self.control_folder / ".lock"
        make_private_file(file)
        with file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def get_table(self, exchange: str) -> list[Any]:
        """The bindings of an exchange; none if it has none or they cannot be read."""
        try:
            rows = loads(bytes_to_str(self._exchange_file(exchange).read_bytes()))
        except (OSError, ValueError):
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def queue_bind(
        self, queue: str, exchange: str | None = None, routing_key: str = "", arguments: Any = None, **kwargs: Any
    ) -> None:
        """Bind in this folder, whatever the process remembers: Kombu keeps one memory for all folders.

        A binding that is missing in the folder sends what is published there to nobody.
        """
        for name in filter(None, (queue, exchange)):
            require_file_name(name)
        super().queue_bind(queue, exchange=exchange, routing_key=routing_key, arguments=arguments, **kwargs)
        bound_to = exchange or "amq.direct"
        self._queue_bind(bound_to, *self.typeof(bound_to).prepare_bind(queue, bound_to, routing_key, arguments))

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._bindings_locked():
            bindings = self.get_table(exchange)
            if binding not in bindings:
                _write_whole(self._exchange_file(exchange), str_to_bytes(dumps([binding, *bindings])))


class EmbeddedTransport(filesystem.Transport):
    """Kombu's transport with our channel; its global state is kept per class, as Kombu's own is."""

    Channel = EmbeddedChannel
    driver_name = SCHEME

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Deliver what comes; a worker's loop, which waits here for two seconds at a time, sees a signal sooner."""
        super().drain_events(connection, timeout=min(timeout or _PATIENCE, _PATIENCE), **kwargs)
