"""Per-process state of the tasks: the wiring, and an engine that is made after any fork."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from weakref import WeakSet

from celery import Celery

from connector.engine.loop import Engine
from connector.services.receive import Receiver
from connector.settings import Settings
from connector.wiring import Wiring

from .prefork import Siblings
from .publisher import CeleryPublisher


def _tokens_of(wiring: Wiring) -> Callable[[str], str]:
    """What gives access tokens for sources that log in by OAuth."""
    from connector.services.oauth import AccessTokens  # noqa: PLC0415 - it costs whoever has no such source

    return AccessTokens.of(wiring).token


class Runtime:
    """One per application; its parts are per process, because neither connections nor threads survive a fork."""

    def __init__(self, settings: Settings, publishing: Callable[[], Celery]) -> None:
        """``publishing`` gives the application to publish with, asked once a process. Nothing is opened yet."""
        self.settings = settings
        self.siblings: Siblings | None = None
        """The processes of one prefork worker; None where all work is in one process."""
        self.lifecycle: object = None
        """What follows a host's worker, kept as long as its application."""
        self._publishing = publishing
        self._lock = threading.RLock()
        self._pid = 0
        self._wiring: Wiring | None = None
        self._engine: Engine | None = None
        self._inherited: list[object] = []
        _living.add(self)

    def forked(self) -> None:
        """Called in a child: another thread of the parent may have held the lock, and will never let go of it here."""
        self._lock = threading.RLock()

    def _here(self) -> None:
        if self._pid != os.getpid():
            # Kept: closing in a child what the parent opened would close it for the parent too.
            self._inherited += [self._wiring, self._engine]
            self._pid = os.getpid()
            publisher = CeleryPublisher(self._publishing(), self._nudge)
            self._wiring = Wiring(settings=self.settings, publisher=publisher, tokens=_tokens_of)
            self._engine = None

    def _nudge(self) -> None:
        # Without the lock: whoever holds it may be making the engine, which has nothing to do yet.
        engine = self._engine
        if engine is not None and self._pid == os.getpid():
            engine.nudge()

    @property
    def wiring(self) -> Wiring:
        """This process's wiring."""
        with self._lock:
            self._here()
            assert self._wiring is not None  # set just above
            return self._wiring

    @property
    def receiver(self) -> Receiver:
        """This process's way in."""
        return Receiver(wiring=self.wiring)

    @property
    def engine(self) -> Engine:
        """This process's engine; its loop starts with its first slice."""
        with self._lock:
            wiring = self.wiring
            if self._engine is None:
                self._engine = Engine(wiring)
            return self._engine

    def run_slice(self) -> bool:
        """Send what is ready, for a slice; True if there is more, so that the bell is to be rung.

        Of the processes of a prefork worker one sends at a time, so that the others stay free for the host's tasks;
        and it ends with nothing in flight, since whatever task comes next may take the process down with it.
        """
        if self.siblings is None:
            return self.engine.run_slice(self.settings.worker.slice)
        with self.siblings.sending() as mine:
            if not mine:
                return False
            more = self.engine.run_slice(self.settings.worker.slice)
            self.engine.settle()
            return more

    def request_stop(self) -> None:
        """Claim nothing more in this process, nor in its siblings."""
        if self.siblings is not None:
            self.siblings.stop()
        with self._lock:
            if self._pid == os.getpid() and self._engine is not None:
                self._engine.request_stop()

    def stop(self) -> None:
        """Wait for what is in flight, and give leases back."""
        with self._lock:
            engine = self._engine if self._pid == os.getpid() else None
        if engine is not None:
            engine.stop()


_living: WeakSet[Runtime] = WeakSet()


def _forked() -> None:
    for runtime in list(_living):
        runtime.forked()


os.register_at_fork(after_in_child=_forked)
