"""Fork server of the tests: programs that begin with Turnwire imported already.

A run starts some hundred workers, and a second of processor time for imports in each of them is a good part of the
whole run. The server is a process of its own with one thread, which has imported everything and run nothing, and forks
for each program. A program that it starts is like one of ``python -c CODE ARGUMENTS``, with a process of its own to be
killed; what happens while it imports is the only thing that cannot be tested with it.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[2]
_LARGEST = 1 << 20


class ForkedProcess:
    """A program that was forked; used like :class:`subprocess.Popen`."""

    def __init__(
        self,
        code: str,
        arguments: Sequence[str],
        *,
        output: BinaryIO,
        env: Mapping[str, str],
        cwd: Path,
        own_group: bool = False,
    ) -> None:
        """Run ``code``; both of its outputs go to ``output``."""
        request = {
            "code": code,
            "argv": ["-c", *arguments],
            "env": dict(env),
            "cwd": str(cwd),
            "own_group": own_group,
        }
        self.returncode: int | None = None
        self.pid = int(_ask(request, [output.fileno()]))
        self._ended = os.pidfd_open(self.pid)

    def __del__(self) -> None:
        os.close(self._ended)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None and select.select([self._ended], [], [], 0)[0]:
            self.returncode = int(_ask({"ended": self.pid}))
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises :class:`subprocess.TimeoutExpired`."""
        if not select.select([self._ended], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


# --- in the process of the tests --------------------------------------------------------------------------------------

_lock = threading.Lock()


def _ask(request: Mapping[str, Any], files: Sequence[int] = ()) -> Any:
    with _lock:
        server = _server()
        socket.send_fds(server, [json.dumps(request).encode()], files)
        return json.loads(server.recv(_LARGEST))


@cache
def _server() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno())], pass_fds=[theirs.fileno()], cwd=ROOT
        )

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours


# --- in the server ----------------------------------------------------------------------------------------------------


def _import_everything() -> None:
    import importlib
    import pkgutil

    import connector
    import tasks

    for package in (connector, tasks):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    for name in (
        "aiohttp", "amqp", "celery.apps.worker", "celery.bin.worker", "celery.concurrency.thread",
        "celery.concurrency.solo", "celery.worker.consumer", "celery.worker.strategy", "httpx", "httpx_aiohttp",
        "kombu.transport.pyamqp", "kombu.transport.redis", "psycopg", "psycopg_binary", "redis", "sqlalchemy.orm",
        "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite", "uvicorn",
    ):  # fmt: skip
        importlib.import_module(name)


def _serve(requests: socket.socket) -> None:
    """Fork for each request until the tests' process ends."""
    import gc

    _import_everything()
    assert threading.active_count() == 1, "a fork copies one thread only"
    gc.collect()
    gc.freeze()
    while True:
        message, files, _, _ = socket.recv_fds(requests, _LARGEST, 1)
        if not message:
            return
        request = json.loads(message)
        if "ended" in request:
            _, status = os.waitpid(request["ended"], 0)
            requests.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())
            continue
        pid = os.fork()
        if pid == 0:
            requests.close()
            _become(request, files[0])
            return
        os.close(files[0])
        requests.send(json.dumps(pid).encode())


def _become(request: Mapping[str, Any], output: int) -> None:
    """Run a program in this process, which was forked for it; leaves by its exit."""
    import random

    from connector.utils import failpoints

    if request["own_group"]:
        os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.path[:0] = [path for path in request["env"].get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.argv = request["argv"]
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    sys.stdout.reconfigure(line_buffering=True)
    random.seed()
    failpoints.load()
    exec(compile(request["code"], "<forked>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
