"""A play with real worker processes at a real broker, each of which may be reached by way of a proxy."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celery import Celery

from connector.errors import DatabaseUnavailable
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, Sandbox
from connector.services.tick import tick
from connector.settings import load
from connector.values import EventStatus
from tasks.application import create
from tests.kit.forked import ForkedProcess
from tests.kit.matrix.kit import PATIENCE, Play
from tests.kit.matrix.servers import wait_until
from tests.storm.surroundings import Crew, Manner, Worker, clean_environment, configuration

ROUTE = "v1"
"""OSVI: what was perhaps sent is never sent again by itself, so that a message sent twice has no excuse."""

QUICK = Manner(deadline=20.0, grace=2.0, lease=4.0, in_flight=60)
"""Times for tests: the lease is short, so that a worker thought dead is settled soon."""


def in_flight(play: Play) -> int:
    """Messages that the sandbox has in hand: received, not answered yet."""
    return sum(line["http_status"] is None and line["fault"] is None for line in play.heard())


def once_each(play: Play, count: int) -> int:
    """Every message was processed exactly once; returns how many."""
    texts = [line["text"] for line in play.heard() if line["processed"]]
    assert len(texts) == len(set(texts)) == count, f"{len(texts)} processed, {len(set(texts))} different"
    return count


def all_answered(play: Play, count: int) -> int:
    """Wait until every turn is answered, and every message was processed once; returns how many."""
    wait_until(lambda: play.statuses() == {"answered": count}, "all answered")
    return once_each(play, count)


@contextmanager
def working(play: Play) -> Iterator[None]:
    """The tick and the first engine of a play work in a thread meanwhile, whatever the database says."""
    play.hire()
    ends = threading.Event()

    def work() -> None:
        while not ends.is_set():
            for use in (lambda: tick(play.wiring), lambda: play.engines[0].run_slice(0.3)):
                with suppress(DatabaseUnavailable):
                    use()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


_TURNWIRE = "import sys\nfrom connector.cli import main\nsys.exit(main())"


class Staff(Crew):
    """Workers started as users start them, by ``turnwire worker``; their logs are lines of JSON."""

    def start(self, failpoints: str = "", *, own_group: bool = False) -> Worker:
        """Start one more."""
        log = self.config.with_name(f"worker{len(self.started) + 1}.log")
        environment = clean_environment({"TURNWIRE_FAILPOINTS": failpoints} if failpoints else None)
        with log.open("wb") as output:
            process = ForkedProcess(
                _TURNWIRE,
                ["--config", str(self.config), "worker"],
                output=output,
                env=environment,
                cwd=self.config.parent,
                own_group=own_group,
            )
        worker = Worker(process, log)
        self.started.append(worker)
        return worker

    def dismiss(self) -> None:
        """End those that live."""
        for worker in self.living:
            with suppress(ProcessLookupError):
                worker.signal(signal.SIGCONT)
            worker.kill()


@dataclass
class Stage(Play):
    """A :class:`tests.kit.matrix.kit.Play` whose engines are worker processes."""

    app: Celery = field(kw_only=True)
    crew: Crew = field(kw_only=True)

    def ask(self, count: int, conversations: int, name: str = "c") -> list[str]:
        """Take ``count`` messages in, dealt out to that many conversations; returns the ids of their turns."""
        asked: list[str] = []
        for number in range(count):
            key = f"{name}{number % conversations}"
            (answer,) = self.receive(ROUTE, key, f"{key} asks {self.numbers}")
            assert answer.status is EventStatus.ACCEPTED
            assert answer.turn_id is not None
            asked.append(answer.turn_id)
        return asked

    def answered(self, count: int, patience: float = PATIENCE) -> None:
        """Wait until that many turns are answered, and every other one too."""
        try:
            self.comes(lambda: self.statuses() == {"answered": count}, "all answered", patience)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.statuses()}\n{self.logs()}") from None

    def comes(self, look: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait until it is so."""
        wait_until(look, what, patience)

    def busy(self, count: int = 1) -> None:
        """Wait until so many messages are at the provider."""
        self.comes(lambda: in_flight(self) >= count, f"{count} messages in flight")

    def once_each(self, count: int) -> int:
        """Every message was processed exactly once; returns how many."""
        return once_each(self, count)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Lines of the first worker's log whose event has these words in it."""
        lines = self.crew.started[0].log.read_text(encoding="utf-8", errors="replace").splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in found if event in str(line.get("event"))]

    def says(self, event: str) -> str:
        """What the last such line tells an operator."""
        lines = self.logged(event)
        assert lines, f"no {event!r} in the log\n{self.logs()}"
        facts = [f"{name}={value}" for name, value in lines[-1].items() if name not in {"event", "timestamp", "level"}]
        return " ".join(["log:", str(lines[-1]["event"]).split(" (")[0], *facts])

    def logs(self, last: int = 4000) -> str:
        """The end of every worker's log."""
        return "\n".join(
            f"--- {worker.log.name}\n{worker.log.read_text(encoding='utf-8', errors='replace')[-last:]}"
            for worker in self.crew.started
        )


@contextmanager
def stage(
    folder: Path,
    sandbox: Sandbox,
    database: str,
    broker: str,
    *,
    workers: int = 1,
    via: Sequence[str] = (),
    manner: Manner = QUICK,
    latency: float = 0.0,
) -> Iterator[Stage]:
    """Workers on a migrated database; ``via`` are addresses that they use instead (of the same schemes)."""
    ways = {address.partition(":")[0]: address for address in via}
    config = configuration(
        folder,
        database=ways.get(database.partition(":")[0], database),
        broker=ways.get(broker.partition(":")[0], broker),
        osvi=(sandbox.osvi_url, OSVI_TOKEN),
        synthflow=(sandbox.synthflow_url, SYNTHFLOW_TOKEN),
        manner=manner,
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TURNWIRE_")}
    direct: dict[str, Any] = {"TURNWIRE_DATABASE_URL": database, "TURNWIRE_BROKER_URL": broker}
    app = create(load(config, {**environ, **direct}))
    sandbox.update_settings(latency_s=latency)
    hired = Staff(config)
    made = Stage(wiring=app.turnwire.wiring, sandbox=sandbox, app=app, crew=hired)
    try:
        for _ in range(workers):
            hired.start()
        yield made
    finally:
        hired.dismiss()
        made.stop()
        app.close()
