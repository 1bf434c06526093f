"""Celery task ``connector.fetch``, and the threads that read the sources of mail in every worker.

One worker at a time reads a source, by a lease that any may take over. Two that read it at once would do no harm: the
cursor never goes back, and a mail that comes twice is known.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from celery import Celery

from connector.channels.mail.problems import SourceProblem
from connector.errors import ConfigurationError, TurnwireError, places
from connector.services.sources.fetch import Fetching, announce, mail_sources, rounds_of
from connector.services.sources.lmtp import LmtpDoor
from connector.services.sources.tokens import MailboxTokens
from connector.settings import LmtpSettings, MailSourceSettings
from connector.storage.sources import states
from connector.utils.logs import get_logger

from .options import WAKING
from .queues.leases import ReaderLease
from .runtime.runtime import Runtime

log = get_logger(__name__)

_LEASE = 10.0
_EVERY = 2.0
"""Seconds between two renewals of a lease, and between two looks at a source's row."""
_AWAY = 2.0
"""Seconds before going on while the database is away."""
_LISTENING = 30.0
"""Seconds between two notes that a listener listens."""


def add(app: Celery, runtime: Runtime) -> None:
    """Register the task: ask whoever reads a source for a round at once."""

    @app.task(name="connector.fetch", **WAKING)
    def fetch(source: Any = None, *_: Any, **__: Any) -> None:
        """Ask for a round of one source. A name that is none is logged, and nothing else."""
        if not (isinstance(source, str) and states.ask(runtime.wiring.database, source)):
            log.warning("fetch.unknown_source")


class SourceThread(Protocol):
    """What reads or takes the mails of one source, in a thread of its own."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """Begin nothing more."""
        ...

    def join(self, patience: float) -> None:
        """Wait until it has stopped."""
        ...


class SourceReaders:
    """The sources of mail that are configured, each in a thread."""

    def __init__(self, runtime: Runtime) -> None:
        """Nothing is read yet."""
        self._runtime = runtime
        self._threads: list[SourceThread] = []
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin to read; a source that cannot be read is tried again and holds up no other."""
        if self._threads:
            return
        for source in mail_sources(self._runtime.settings).values():
            listens = isinstance(source, LmtpSettings)
            self._threads.append(
                ListeningThread(self._runtime, source) if listens else FetchThread(self._runtime, source)  # type: ignore[arg-type]
            )
        threading.Thread(target=self._retire, name="turnwire-sources", daemon=True).start()
        for thread in self._threads:
            thread.start()

    def _retire(self) -> None:
        """Note once which sources are gone, so that nobody waits for them."""
        configured = list(mail_sources(self._runtime.settings))
        while not self._stop.is_set():
            try:
                states.retire(self._runtime.wiring.database, configured)
                return
            except TurnwireError:
                self._stop.wait(_AWAY)

    def stop(self) -> None:
        """Read nothing more; what is being stored is finished first."""
        self._stop.set()
        for thread in self._threads:
            thread.stop()

    def join(self, patience: float) -> None:
        """Wait until all have stopped."""
        for thread in self._threads:
            thread.join(patience)


class _Thread:
    """A thread that goes on whatever happens, until it is stopped."""

    def __init__(self, runtime: Runtime, source: MailSourceSettings) -> None:
        self._runtime = runtime
        self._source = source
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def _state(self) -> states.SourceState | None:
        return states.state_of(self._runtime.wiring.database, self._source.name)

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"turnwire-{self._source.name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self, patience: float) -> None:
        if self._thread is not None:
            self._thread.join(patience)

    def _run(self) -> None:
        known = False
        while not self._stop.is_set():
            try:
                if not known:
                    announce(self._runtime.receiver, self._source)
                    known = True
                self._step()
            except TurnwireError as error:
                log.warning("source.put_off", source=self._source.name, error=str(error))
                self._stop.wait(_AWAY)
            except Exception as error:  # noqa: BLE001 - the thread must go on
                log.error("source.put_off", source=self._source.name, error=type(error).__name__, at=places(error))
                self._stop.wait(_AWAY)
        self._end()

    def _step(self) -> None:
        """Do the next thing; may raise anything, and is called again then."""
        raise NotImplementedError

    def _end(self) -> None:
        raise NotImplementedError


class FetchThread(_Thread):
    """Reads one source, round by round, as long as the lease is ours."""

    def __init__(self, runtime: Runtime, source: MailSourceSettings) -> None:
        super().__init__(runtime, source)
        self._lease = ReaderLease(runtime, source.name, kind="source", longest=_LEASE, every=_EVERY)
        self._fetching: Fetching | None = None

    def start(self) -> None:
        self._lease.start()
        super().start()

    def join(self, patience: float) -> None:
        super().join(patience)
        self._lease.stop()

    def _step(self) -> None:
        fetching = self._ours()
        if not self._lease.wait():
            fetching.rounds.close()  # another worker reads it
            return
        state = self._state
        if state is None or state.stopped:
            fetching.rounds.close()
            self._stop.wait(_EVERY)
            return
        done = fetching.fetch()
        interrupted = _NowAndThen(_EVERY, self._is_asked, self._is_over)
        if done.problem is None:
            fetching.rounds.wait(done.wait, interrupted)
        else:
            _slept(done.wait, interrupted, self._stop)

    def _ours(self) -> Fetching:
        if self._fetching is None:
            receiver = self._runtime.receiver
            rounds = rounds_of(receiver, self._source, MailboxTokens(receiver.wiring), stopping=self._is_over)
            self._fetching = Fetching(receiver, self._source, rounds)
        return self._fetching

    def _is_over(self) -> bool:
        return self._stop.is_set() or not self._lease.held

    def _is_asked(self) -> bool:
        """Whether somebody wants a round at once, or none any more."""
        try:
            state = self._state
        except TurnwireError:
            return False
        return state is None or state.stopped or state.asked

    def _end(self) -> None:
        if self._fetching is not None:
            self._fetching.rounds.close()


class ListeningThread(_Thread):
    """Listens for one source. Of the workers of a machine the first one does; there is no lease, for each has its own.

    Mail servers are spoken to where they are: on another machine another worker may listen at the same time.
    """

    def __init__(self, runtime: Runtime, source: LmtpSettings) -> None:
        super().__init__(runtime, source)
        self._listens = source
        self._door: LmtpDoor | None = None
        self._noted = float("-inf")

    def _step(self) -> None:
        door = self._door = self._door or LmtpDoor(self._runtime.receiver, self._listens)
        database, name = self._runtime.wiring.database, self._source.name
        state = self._state
        if state is None or state.stopped:
            door.close()
            self._stop.wait(_EVERY)
            return
        if not door.is_open:
            try:
                door.open()
                log.info("lmtp.listening", source=name, listen=self._listens.listen)
            except (SourceProblem, ConfigurationError) as problem:
                if state.round_at is None or state.silent:  # else another worker of this machine listens
                    states.failed(database, name, getattr(problem, "kind", "permission"), str(problem))
                self._stop.wait(_EVERY)
                return
        if time.monotonic() - self._noted > _LISTENING:
            states.succeeded(database, name)
            self._noted = time.monotonic()
        self._stop.wait(_EVERY)

    def _end(self) -> None:
        if self._door is not None:
            self._door.end()


class _NowAndThen:
    """An interruption of which one half is asked each time, and the other, which costs a query, now and then."""

    def __init__(self, every: float, seldom: Callable[[], bool], often: Callable[[], bool]) -> None:
        self._every, self._seldom, self._often = every, seldom, often
        self._last = time.monotonic()

    def __call__(self) -> bool:
        if self._often():
            return True
        if time.monotonic() - self._last < self._every:
            return False
        self._last = time.monotonic()
        return self._seldom()


def _slept(seconds: float, interrupted: Callable[[], bool], stop: threading.Event) -> None:
    until = time.monotonic() + seconds
    while not interrupted() and (left := until - time.monotonic()) > 0:
        stop.wait(min(left, _EVERY))
