"""Run of the demo: a sandbox with faults to come, a real worker, and everything taken in and sent."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from connector.cli.demo.folder import PORT, RECEIVED, SHIPPED, environment, files_of, make, port_of, settings_in
from connector.errors import TurnwireError
from connector.sandbox import Answer, Sandbox, answer, running_sandbox
from connector.services.ingest.run import FoundMessage, counted_as, take_in
from connector.services.receive import Receiver
from connector.settings import Settings
from connector.storage import queries
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.values import Event, Outcome
from connector.wiring import place_of
from tasks.application import create

LATENCY = 0.15
"""Seconds the sandbox's agents take to answer."""
PATIENCE = 90.0
"""Seconds after which what is still not answered is left as it is."""
LOG = "worker.log"
_DOOR = 30.0
"""Seconds after which the shut door opens in any case."""

_ACCIDENTS: tuple[dict[str, Any], ...] = (
    {"fault": "cut_after", "match": {"provider": "synthflow", "call": "send"}, "times": 2},
    # On different accounts: one that is busy and fails as well is treated more carefully, and that takes its time.
    {
        "fault": "status_before",
        "match": {"provider": "osvi", "call": "send", "text": "BW-20533"},
        "status": 429,
        "headers": {"Retry-After": "1"},
    },
    {"fault": "status_before", "match": {"provider": "osvi", "call": "send", "text": "BW-20418"}, "status": 500},
)

Tell = Callable[[str], None]
Progress = Callable[[int, int], None]
"""Is told how many turns are answered, and of how many."""


class Demo:
    """One run in one folder; what an earlier run took in there is not taken in again."""

    def __init__(self, folder: Path, tell: Tell, progress: Progress) -> None:
        """``tell`` is given a sentence for each step; nothing happens before :meth:`run`."""
        self.messages: list[FoundMessage] = []
        self.counts: Counter[str] = Counter()
        self._folder = folder
        self._environ = environment()
        self._tell = tell
        self._progress = progress

    def run(self) -> Settings:
        """Take in and send what is not there yet.

        Raises :class:`connector.errors.ConfigurationError` for a folder that is not the demo's, and
        :class:`TurnwireError` if sandbox or worker do not start.
        """
        settings = settings_in(self._folder, self._environ)
        if settings is None:
            with _sandbox(PORT) as sandbox:
                settings = make(self._folder, _port(sandbox), self._environ)
                self._tell(f"made {self._folder} with a turnwire.toml; a sandbox plays both providers")
                self._first_run(settings, sandbox)
        else:
            self._another_run(settings)
        return settings

    def _first_run(self, settings: Settings, sandbox: Sandbox) -> None:
        with self._door(settings) as receiver, _worker(settings, self._environ, sandbox) as worker:
            waits = Waits(receiver.wiring.database, self.messages)
            early, rest = self._first_conversation()
            # Shut for one conversation alone: nobody can refuse just one of many connections that come at once.
            door = sandbox.add_rule("refuse", delay_s=_DOOR)
            self._take(early, receiver)
            worker.wait(waits.refused, every=0.02, patience=_DOOR)
            sandbox.remove_rule(door.id)
            for accident in _ACCIDENTS:
                sandbox.add_rule(**accident)
            self._take(rest, receiver)
            self._send(worker, waits)

    def _another_run(self, settings: Settings) -> None:
        with self._door(settings) as receiver:
            waits = Waits(receiver.wiring.database, self.messages)
            self._take(self.messages, receiver)
            if waits.over():
                return
            with _sandbox(port_of(settings)) as sandbox, _worker(settings, self._environ, sandbox) as worker:
                self._send(worker, waits)

    @contextmanager
    def _door(self, settings: Settings) -> Iterator[Receiver]:
        upgrade(settings.database.sqlalchemy_url, place_of(settings))
        receiver: Receiver = create(settings).turnwire.receiver
        self.messages = [each for shipped in SHIPPED for each in files_of(settings, shipped).in_order()]
        try:
            yield receiver
        finally:
            receiver.wiring.database.dispose()

    def _first_conversation(self) -> tuple[list[FoundMessage], list[FoundMessage]]:
        """The messages of the queue's first conversation, and all others."""
        queue = (found.item for found in self.messages if found.file.name == SHIPPED[-1].name)
        first = next(item.conversation for item in queue if isinstance(item, Event))
        early = [each for each in self.messages if isinstance(each.item, Event) and each.item.conversation == first]
        return early, [each for each in self.messages if each not in early]

    def _take(self, messages: Iterable[FoundMessage], receiver: Receiver) -> None:
        for _, received in take_in(messages, receiver):
            self.counts[counted_as(received)] += 1

    def _send(self, worker: Worker, waits: Waits) -> None:
        self._tell(f"took in {', '.join(shipped.name for shipped in SHIPPED)}; a Celery worker sends")
        worker.wait(lambda: waits.over(self._progress))


class Waits:
    """How far the demo's own turns are; others that the user added do not count."""

    def __init__(self, database: Database, messages: Iterable[FoundMessage]) -> None:
        """``messages`` are those of the shipped files."""
        self._database = database
        self._sources = {found.item.source for found in messages}

    def turns(self) -> list[dict[str, Any]]:
        """The turns, in the order in which they came."""
        return [turn for turn in queries.turns(self._database) if turn["source"] in self._sources][::-1]

    def over(self, progress: Progress = lambda _done, _all: None) -> bool:
        """Whether all of them are answered."""
        turns = self.turns()
        answered = sum(1 for turn in turns if turn["status"] == "answered")
        progress(answered, len(turns))
        return answered == len(turns)

    def refused(self) -> bool:
        """Whether a connection was refused by now."""
        return any(
            attempt["outcome"] == Outcome.NOT_SENT
            for turn in self.turns()
            for attempt in queries.turn(self._database, int(turn["id"]))["attempts"]
        )


class Worker:
    """The worker's process."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """``log`` is where it writes."""
        self._process = process
        self._log = log

    def wait(self, done: Callable[[], bool], *, every: float = 0.1, patience: float = PATIENCE) -> None:
        """Until it is done or patience is over; raises :class:`TurnwireError` if the worker ends meanwhile."""
        until = time.monotonic() + patience
        while not done() and time.monotonic() < until:
            if self._process.poll() is not None:
                last = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
                raise TurnwireError(f"the worker has ended, see {self._log}: {''.join(last)}")
            time.sleep(every)

    def stop(self) -> None:
        """In order: what is in flight is finished and recorded."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def _worker(settings: Settings, environ: Mapping[str, str], sandbox: Sandbox) -> Iterator[Worker]:
    """``turnwire worker`` in a process of its own, leading to this very sandbox."""
    log = settings.folder / LOG
    # -P: whatever lies in the user's folder, a tasks.py for example, is not to be taken for a part of Turnwire.
    command = [sys.executable, "-P", "-m", "connector.cli", "--config", str(settings.path), "worker"]
    urls = {"osvi": sandbox.osvi_url, "synthflow": sandbox.synthflow_url}
    leading = {
        f"TURNWIRE_ACCOUNTS__{name.upper().replace('-', '_')}__BASE_URL": urls[account.provider]
        for name, account in settings.accounts.items()
    }
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program, by the interpreter that runs us
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**environ, **leading}
        )
    worker = Worker(process, log)
    try:
        yield worker
    finally:
        worker.stop()
        _keep(sandbox.received(), settings.folder / RECEIVED)


@contextmanager
def _sandbox(port: int) -> Iterator[Sandbox]:
    """A sandbox on that port, or on any if somebody else has it."""
    with ExitStack() as stack:
        try:
            sandbox = stack.enter_context(running_sandbox(port, latency_s=LATENCY, answer=_alone))
        except TurnwireError:
            sandbox = stack.enter_context(running_sandbox(latency_s=LATENCY, answer=_alone))
        yield sandbox


def _alone(text: str) -> Answer:
    """The sandbox's answers, with nobody to hand a customer over to who asks for a person: nobody is there."""
    return replace(answer(text), wants_person=False)


def _port(sandbox: Sandbox) -> int:
    return int(sandbox.url.rpartition(":")[2])


def _keep(received: Iterable[Mapping[str, Any]], file: Path) -> None:
    """Append what the sandbox received: an earlier run's is evidence too."""
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(f"{json.dumps(call)}\n" for call in received)
