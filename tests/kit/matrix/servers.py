"""Servers of a test's own, on ports of their own, that it may stop, starve and empty: Redis, RabbitMQ, PostgreSQL.

Without the programs a test is skipped, with CI=true it fails.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FAST, AT_ONCE = signal.SIGINT, signal.SIGQUIT
"""How PostgreSQL is told to stop: ending every session in order, or like a crash."""

_PATIENCE = 60.0
_PORTS = itertools.count(21_000 + (os.getpid() * 7) % 8_000)


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to clients, which could take it meanwhile."""
    for port in _PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable")


def program(name: str, *folders: str) -> str:
    """The path of a program; skips the test, or fails it in CI, where there is none."""
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if found is None:
        reason = f"{name} is not installed here"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs it: {reason}", pytrace=False)
        pytest.skip(reason)
    return found


def wait_until(look: Callable[[], bool], what: str, patience: float = _PATIENCE) -> None:
    """Look until it is so; fails with ``what`` if it never is."""
    until = time.monotonic() + patience
    while not look():
        if time.monotonic() > until:
            raise AssertionError(f"never came to it: {what}")
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Redis:
    """A Redis that keeps what it holds (append-only file) over a restart."""

    def __init__(self, folder: Path) -> None:
        self._program = program("redis-server")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers."""
        words = f"--port {self.port} --bind 127.0.0.1 --save  --appendonly yes --appendfsync always".split(" ")
        self._process = subprocess.Popen(
            [self._program, *words, "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers, "Redis answers")

    def _answers(self) -> bool:
        import redis

        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def client(self) -> Any:
        """A client of one's own."""
        import redis

        return redis.Redis.from_url(self.url, socket_connect_timeout=5, socket_timeout=30)

    def stop(self) -> None:
        """Stop it in order; nothing if it does not run."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_PATIENCE)
            self._process = None


class RabbitMQ:
    """A RabbitMQ node of its own; its cookie, data and logs lie in ``folder``."""

    _FOLDERS = ("/usr/lib/rabbitmq/bin", "/usr/local/lib/rabbitmq/bin")

    def __init__(self, folder: Path) -> None:
        # The programs themselves: the wrappers in /usr/sbin change to a user who may not write here.
        self._program = program("rabbitmq-server", *self._FOLDERS)
        self._control = program("rabbitmqctl", *self._FOLDERS)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._environ = {
            **os.environ,
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"turnwire{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
        }

    def start(self) -> None:
        """Start and wait until it takes connections; some seconds."""
        with (self._folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [self._program], env=self._environ, stdout=output, stderr=output, start_new_session=True
            )
        wait_until(lambda: listens(self.port), "RabbitMQ takes connections")
        self.control("await_startup")

    def control(self, *words: str) -> str:
        """``rabbitmqctl`` on this node; its output."""
        command = [self._control, "--quiet", *words]
        done = subprocess.run(command, env=self._environ, capture_output=True, timeout=_PATIENCE, check=True)
        return done.stdout.decode()

    def stop_app(self) -> None:
        """Stop the broker but not its virtual machine, which takes seconds to start: every client is thrown out."""
        self.control("stop_app")

    def start_app(self) -> None:
        """The broker is back, with its durable queues and messages."""
        self.control("start_app")

    def stop(self) -> None:
        """End the node and everything it started."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None


class Postgres:
    """A PostgreSQL cluster of its own. Programs that refuse to run as root run as ``postgres``."""

    def __init__(self, folder: Path) -> None:
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))[::-1]
        self._initdb = program("initdb", *map(str, versions))
        self._server = program("postgres", *map(str, versions))
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._user = "postgres" if os.geteuid() == 0 else None
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        if self._user:
            shutil.chown(folder, self._user)
        command = [self._initdb, "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "--no-sync"]
        subprocess.run(command, user=self._user, cwd=folder, check=True, timeout=_PATIENCE, stdout=subprocess.DEVNULL)
        settings = {
            "port": self.port,
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            # The server is killed here, never the machine: what it wrote is in the kernel's hands.
            "fsync": "off",
            "deadlock_timeout": "200ms",
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(lines)

    def start(self) -> None:
        """Start and wait until it takes connections."""
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [self._server, "-D", str(self._folder / "data")],
                user=self._user,
                cwd=self._folder,
                stdout=output,
                stderr=output,
            )
        wait_until(self._answers, "PostgreSQL answers")

    def _answers(self) -> bool:
        import psycopg

        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = FAST) -> None:
        """Stop it: :data:`FAST` ends every session in order, :data:`AT_ONCE` is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._process = None

    def connect(self, url: str | None = None) -> Any:
        """A connection of one's own, each statement its own transaction."""
        import psycopg

        return psycopg.connect(url or self.url, autocommit=True, connect_timeout=5)

    def create(self, name: str) -> str:
        """Create an empty database; returns its URL."""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url.removesuffix("postgres") + name


@contextmanager
def running(server: Redis | RabbitMQ | Postgres) -> Iterator[Any]:
    """Start it now, stop it at the end."""
    try:
        server.start()
        yield server
    finally:
        server.stop()
