"""Servers and clean places on them, for every test.

A test asks for `database` (migrated; runs once on each kind), `database_url` (empty), `broker_url`, or for one kind:
`sqlite_database`, `postgres_database`, `postgres_url`, `amqp_url`, `redis_url`. Without the server the test is skipped,
with the environment variable's name in the reason; with CI=true it fails instead. The run's last lines name the servers
that were really used.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import pytest
import structlog

from tests.kit.servers import Absent, Postgres, RabbitMQ, Redis

if TYPE_CHECKING:
    from tests.kit.migrated_databases import MigratedDatabases

T = TypeVar("T")

pytest_plugins = ["tests.kit.matrix.recorder"]  # the fixture `matrix`

IN_CI = os.environ.get("CI") == "true"
USED = pytest.StashKey[set[str]]()
SQLITE = f"sqlite {sqlite3.sqlite_version}"

# No deadline: machines differ. In CI the same examples every time, so that a red run is about the change.
hypothesis.settings.register_profile("turnwire", deadline=None, print_blob=True, derandomize=IN_CI)
hypothesis.settings.load_profile("turnwire")


def used(config: pytest.Config) -> set[str]:
    """The servers that tests of this process were given, by name and version."""
    return config.stash[USED]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED] = set()
    _log_to_pytest()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    used(node.config).update(getattr(node, "workeroutput", {}).get("servers", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["servers"] = sorted(used(session.config))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.write_line("servers: " + (", ".join(sorted(used(config))) or "none"))


@pytest.fixture(autouse=True)
def _own_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own TURNWIRE_… settings decide nothing here."""
    for name in os.environ:
        if name.startswith("TURNWIRE_") and not name.startswith("TURNWIRE_TEST_"):
            monkeypatch.delenv(name)


def _log_to_pytest() -> None:
    """Until a program sets up its log, lines go where pytest shows them.

    structlog's default prints them: a line of a thread that an earlier test left behind would be in the output that a
    test reads.
    """
    structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """A command sets up the log of its process; the next test begins without that."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    _log_to_pytest()


def _needed(make: Callable[[], T]) -> T:
    try:
        return make()
    except Absent as absent:
        reason = str(absent)
    if IN_CI:
        pytest.fail(f"CI needs this server: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def _postgres(pytestconfig: pytest.Config) -> Iterator[Postgres]:
    server = _needed(Postgres)
    used(pytestconfig).add(server.version)
    yield server
    server.close()


@pytest.fixture(scope="session")
def _rabbitmq(pytestconfig: pytest.Config) -> RabbitMQ:
    server = _needed(RabbitMQ)
    used(pytestconfig).add(server.version)
    return server


@pytest.fixture(scope="session")
def _redis(pytestconfig: pytest.Config) -> Iterator[Redis]:
    server = _needed(Redis)
    used(pytestconfig).add(server.version)
    yield server
    server.close()


@pytest.fixture
def sqlite_url(pytestconfig: pytest.Config, tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    used(pytestconfig).add(SQLITE)
    return f"sqlite:///{tmp_path}/turnwire.db"


@pytest.fixture
def postgres_url(_postgres: Postgres) -> Iterator[str]:
    """An empty PostgreSQL database."""
    url = _postgres.create()
    yield url
    _postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each kind."""
    return request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from connector.storage.core.migrate import upgrade

    path = tmp_path_factory.mktemp("template") / "turnwire.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_databases(_postgres: Postgres) -> Iterator[MigratedDatabases]:
    from connector.storage.core.migrate import upgrade
    from tests.kit.migrated_databases import MigratedDatabases

    template = _postgres.create()
    upgrade(template)
    pool = MigratedDatabases(_postgres, template)
    yield pool
    pool.close()
    _postgres.drop(template)


@pytest.fixture
def sqlite_database(sqlite_url: str, _sqlite_template: Path) -> str:
    """A migrated SQLite database."""
    source = sqlite3.connect(_sqlite_template)
    copy = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    with closing(source), closing(copy):
        source.backup(copy)
    return sqlite_url


@pytest.fixture
def postgres_database(_postgres_databases: MigratedDatabases) -> Iterator[str]:
    """A migrated PostgreSQL database: a copy of a template, since that is faster than migrating."""
    url = _postgres_databases.take()
    yield url
    _postgres_databases.give_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """A migrated database, once of each kind."""
    return request.getfixturevalue({"sqlite": "sqlite_database", "postgresql": "postgres_database"}[request.param])


@pytest.fixture
def amqp_url(_rabbitmq: RabbitMQ) -> Iterator[str]:
    """A RabbitMQ virtual host without queues."""
    with _rabbitmq.place() as url:
        yield url


@pytest.fixture
def redis_url(_redis: Redis) -> Iterator[str]:
    """An empty Redis database."""
    with _redis.place() as url:
        yield url


@pytest.fixture(params=["embedded", "amqp", "redis"])
def broker_url(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> str:
    """A broker without messages, once of each kind."""
    if request.param == "embedded":
        used(pytestconfig).add("embedded broker")
        return "embedded"
    return request.getfixturevalue(f"{request.param}_url")
