"""The servers that tests may need: where they are, which version answers, and a clean place of one's own on each.

Nothing is looked for: a server is used only if its environment variable names it, because tests create and drop
databases and virtual hosts, and empty Redis's databases 1 to 15.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

POSTGRES = "TURNWIRE_TEST_POSTGRES"
AMQP = "TURNWIRE_TEST_AMQP"
REDIS = "TURNWIRE_TEST_REDIS"

OUR_QUEUES = ("turnwire.receive", "turnwire", "turnwire.events", "turnwire.dead", "celery")


_RUN = secrets.token_hex(3)
"""Names of this run alone: a run that was killed leaves databases behind, and its process numbers come again."""


class Absent(Exception):
    """A server is not named, its driver is not installed, or it does not answer; the message says which and where."""


def _named(variable: str, example: str) -> str:
    url = os.environ.get(variable, "")
    if not url:
        raise Absent(f"{variable} names no server (such as {example})")
    return url


class Postgres:
    """A PostgreSQL on which databases may be created and dropped."""

    def __init__(self) -> None:
        self._url = _named(POSTGRES, "postgresql://postgres@127.0.0.1:5432/postgres")
        try:
            import psycopg
        except ImportError as error:
            raise Absent(f"{POSTGRES} is set, but psycopg is not installed") from error
        try:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            raise Absent(f"the server that {POSTGRES} names does not answer: {error}") from error
        self._numbers = itertools.count(1)
        self.version = "postgresql " + (self._connection.info.parameter_status("server_version") or "?").split()[0]

    def create(self, template: str = "template1") -> str:
        """Create a database from ``template`` (a URL of ours, or a name) and return its URL."""
        name = self._new_name()
        source = _name(template) if "://" in template else template
        self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return self._at(name)

    def rename(self, url: str) -> str:
        """Give the database a name that none had before and return its new URL: whoever knew the old one fails."""
        name = self._new_name()
        self._connection.execute(f'ALTER DATABASE "{_name(url)}" RENAME TO "{name}"')
        return self._at(name)

    def drop(self, url: str) -> None:
        """Drop the database, whoever is still connected to it."""
        self._connection.execute(f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')

    def _new_name(self) -> str:
        return f"turnwire_test_{os.getpid()}_{_RUN}_{next(self._numbers)}"

    def _at(self, name: str) -> str:
        return urlsplit(self._url)._replace(path=f"/{name}").geturl()

    def close(self) -> None:
        self._connection.close()


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


class RabbitMQ:
    """A RabbitMQ; where ``rabbitmqctl`` may be used, each test gets a virtual host, else the URL's own is emptied."""

    def __init__(self) -> None:
        import amqp

        self._url = _named(AMQP, "amqp://guest:guest@127.0.0.1:5672//")
        parts = urlsplit(self._url)
        self._user = parts.username or "guest"
        self._host = f"{parts.hostname or '127.0.0.1'}:{parts.port or 5672}"
        self._open = lambda: amqp.Connection(
            self._host, self._user, parts.password or "guest", virtual_host=parts.path[1:] or "/", connect_timeout=5
        )
        try:
            with self._open() as connection:
                self.version = f"rabbitmq {connection.server_properties['version']}"
        except (OSError, amqp.AMQPError) as error:
            raise Absent(f"the server that {AMQP} names does not answer: {error!r}") from error
        local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        self._may_add = local and os.geteuid() == 0 and shutil.which("rabbitmqctl") is not None
        self._numbers = itertools.count(1)

    @contextmanager
    def place(self) -> Iterator[str]:
        """The URL of a virtual host in which no queue exists yet."""
        if not self._may_add:
            self._delete_queues()
            yield self._url
            self._delete_queues()
            return
        name = f"turnwire-test-{os.getpid()}-{_RUN}-{next(self._numbers)}"
        _rabbitmqctl("add_vhost", name)
        try:
            _rabbitmqctl("set_permissions", "-p", name, self._user, ".*", ".*", ".*")
            yield urlsplit(self._url)._replace(path="/" + quote(name, safe="")).geturl()
        finally:
            _rabbitmqctl("delete_vhost", name)

    def _delete_queues(self) -> None:
        with self._open() as connection, connection.channel() as channel:
            for queue in OUR_QUEUES:
                channel.queue_delete(queue)


def _rabbitmqctl(*arguments: str) -> None:
    subprocess.run(["rabbitmqctl", "--quiet", *arguments], check=True, capture_output=True, timeout=60)


class Redis:
    """A Redis and, for this process alone, one of its numbered databases."""

    def __init__(self) -> None:
        url = _named(REDIS, "redis://127.0.0.1:6379/0")
        try:
            import redis
        except ImportError as error:
            raise Absent(f"{REDIS} is set, but redis is not installed") from error
        self._lock, number = _free_number()
        self._url = urlsplit(url)._replace(path=f"/{number}").geturl()
        self._client: Any = redis.Redis.from_url(self._url, socket_connect_timeout=5, socket_timeout=30)
        try:
            self.version = f"redis {self._client.info('server')['redis_version']}"
        except redis.RedisError as error:
            raise Absent(f"the server that {REDIS} names does not answer: {error}") from error

    @contextmanager
    def place(self) -> Iterator[str]:
        """The URL of an empty database."""
        self._client.flushdb()
        try:
            yield self._url
        finally:
            self._client.flushdb()

    def close(self) -> None:
        with suppress(Exception):
            self._client.close()
        os.close(self._lock)


def _free_number() -> tuple[int, int]:
    """Lock one of Redis's databases 1-15 against other test processes here; the lock goes with the process."""
    folder = Path(tempfile.gettempdir())
    for number in range(1, 16):
        lock = os.open(folder / f"turnwire-test-redis-{number}.lock", os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
        else:
            return lock, number
    raise Absent(f"all fifteen databases of the server that {REDIS} names are taken by other tests")
