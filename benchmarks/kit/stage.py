"""A database, a broker and a worker of one's own for one measurement, and rows for it to work on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from celery import Celery
from sqlalchemy import text

from benchmarks.kit.machine import cpu_seconds, family, named, peak_mb
from connector.settings import Settings, load
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tasks.application import create
from tests.kit.servers import AMQP, POSTGRES, Absent, Postgres, RabbitMQ

AGENT = "893195c1-c640-438b-9761-2e5357b01cb8"
TOKEN = "BENCHMARK_TOKEN"
PATIENCE = 300.0

_CONFIG = """
[database]
url = "{database}"
[broker]
url = "{broker}"
[worker]
in_flight = {in_flight}
[accounts.bench]
provider = "synthflow"
base_url = "{provider}"
token = "env:BENCHMARK_TOKEN"
rate = "none"
max_in_flight = {most}
[routes.bench]
account = "bench"
agent = "{agent}"
"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A configured Turnwire with an empty database. ``folder`` holds its configuration and the workers' output."""

    folder: Path
    settings: Settings
    workers: list[Worker] = field(default_factory=list)

    @cached_property
    def database(self) -> Database:
        """The database."""
        return Database(self.settings.database.sqlalchemy_url)

    @property
    def address(self) -> str:
        """The database's address as drivers take it."""
        return self.settings.database.sqlalchemy_url.replace("+psycopg", "")

    @cached_property
    def app(self) -> Celery:
        """A Celery application on the same broker, for whoever hands in or rings."""
        return create(self.settings)

    def ring(self) -> None:
        """Wake a worker."""
        self.app.send_task("connector.send_turns", queue="turnwire")

    def one(self, statement: str, **values: Any) -> Any:
        """The first value that a query gives."""
        with self.database.reading() as connection:
            return connection.execute(text(statement), values).scalar()

    def column(self, statement: str, **values: Any) -> list[Any]:
        """The first column that a query gives."""
        with self.database.reading() as connection:
            return list(connection.execute(text(statement), values).scalars())

    def analyze(self) -> None:
        """Tell the planner what is there, as autovacuum would within a minute."""
        with self.database.writer.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()

    @contextmanager
    def worker(self, many: int = 1) -> Iterator[list[Worker]]:
        """So many worker processes, ready for work."""
        started = [Worker(self.folder, number) for number in range(len(self.workers), len(self.workers) + many)]
        self.workers.extend(started)
        try:
            self._wait_for_workers(len(self.workers))
            yield started
        finally:
            for worker in started:
                worker.stop()

    def _wait_for_workers(self, many: int) -> None:
        def enrolled() -> bool:
            self.ring()
            return bool(self.one("SELECT count(*) FROM workers") >= many)

        wait_until(enrolled, "the workers to come up", every=0.2, output=self.workers[-1].output)
        time.sleep(0.5)

    def answered(self) -> int:
        """How many turns are answered."""
        return int(self.one("SELECT count(*) FROM turns WHERE status = 'answered'"))

    def wait_answered(self, turns: int, patience: float = PATIENCE) -> None:
        """Wait until so many turns are answered."""
        wait_until(
            lambda: self.answered() >= turns, f"{turns} answers", every=0.5, patience=patience,
            output=self.workers[-1].output,
        )  # fmt: skip

    def ends(self) -> list[float]:
        """When each answered turn ended, in seconds, in order."""
        found = self.column("SELECT ended_at FROM turns WHERE status = 'answered' ORDER BY ended_at")
        return [each / 1000 for each in found]


class Worker:
    """``turnwire worker`` in a process of its own."""

    def __init__(self, folder: Path, number: int) -> None:
        self._log = folder / f"worker-{number}.log"
        with self._log.open("wb") as log:
            command = [sys.executable, "-m", "connector.cli", "--config", str(folder / "turnwire.toml"), "worker"]
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def cpu(self) -> float:
        """Processor seconds used so far."""
        return cpu_seconds(family(self.pid))

    def peak_mb(self) -> float:
        """The most memory it has had."""
        return peak_mb(self.pid)

    def output(self) -> str:
        """What it has written."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def wait_until(
    done: Callable[[], bool], what: str, *, every: float, patience: float = PATIENCE,
    output: Callable[[], str] = lambda: "",
) -> None:  # fmt: skip
    """Look until it is so; raises RuntimeError with what the process wrote if it never is."""
    until = time.monotonic() + patience
    while not done():
        if time.monotonic() > until:
            raise RuntimeError(f"waited {patience:g} s for {what}\n{output()}")
        time.sleep(every)


@contextmanager
def servers() -> Iterator[tuple[Postgres, RabbitMQ]]:
    """PostgreSQL and RabbitMQ, or an end with one sentence about which is missing."""
    os.environ.setdefault(POSTGRES, "postgresql://postgres@127.0.0.1:5432/postgres")
    if os.geteuid() == 0 and shutil.which("rabbitmqctl"):  # each run gets a virtual host then, and harms nobody
        os.environ.setdefault(AMQP, "amqp://guest:guest@127.0.0.1:5672//")
    try:
        yield Postgres(), RabbitMQ()
    except Absent as absent:
        sys.exit(f"{absent}. `docker compose up -d postgres rabbitmq` starts both; name them in {POSTGRES} and {AMQP}.")


@contextmanager
def on_servers(provider: str, *, in_flight: int, most: int = 10_000) -> Iterator[Stage]:
    """A stage on PostgreSQL and RabbitMQ; ``in_flight`` a process, ``most`` for the account."""
    with servers() as (postgres, rabbitmq), rabbitmq.place() as broker:
        url = postgres.create()
        try:
            with _made(url, broker, provider, in_flight, most) as stage:
                yield stage
        finally:
            postgres.drop(url)
            postgres.close()


@contextmanager
def embedded(provider: str, *, in_flight: int = 200) -> Iterator[Stage]:
    """A stage on SQLite and the broker of files."""
    with _made("sqlite:///turnwire.db", "embedded", provider, in_flight, 10_000) as stage:
        yield stage


@contextmanager
def _made(database: str, broker: str, provider: str, in_flight: int, most: int) -> Iterator[Stage]:
    os.environ[TOKEN] = "benchmark"
    with tempfile.TemporaryDirectory(prefix="turnwire-bench-") as folder:
        path = Path(folder) / "turnwire.toml"
        path.write_text(
            _CONFIG.format(
                database=database, broker=broker, provider=provider, in_flight=in_flight, most=most, agent=AGENT
            ),
            encoding="utf-8",
        )
        settings = load(path)
        upgrade(settings.database.sqlalchemy_url)
        stage = Stage(folder=Path(folder), settings=settings)
        try:
            yield stage
        finally:
            stage.database.dispose()


def server_cpu() -> dict[str, float]:
    """Processor seconds that all of PostgreSQL's and RabbitMQ's processes have used so far."""
    return {"postgres": cpu_seconds(named("postgres")), "rabbitmq": cpu_seconds(named("beam.smp"))}
