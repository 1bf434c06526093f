"""What the tasks of one process share: the wiring, and an engine that is made after any fork."""

from __future__ import annotations

import os
import threading

from celery import Celery

from connector.engine import Engine
from connector.receiving import Receiver
from connector.settings import Settings
from connector.wiring import Wiring
from .bell import CeleryPublisher


class Runtime:
    """One per application; its parts are per process, because neither connections nor threads survive a fork."""

    def __init__(self, settings: Settings, app: Celery) -> None:
        """Nothing is opened yet."""
        self.settings = settings
        self._app = app
        self._lock = threading.RLock()
        self._pid = 0
        self._wiring: Wiring | None = None
        self._engine: Engine | None = None

    def _here(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._wiring = Wiring(settings=self.settings, publisher=CeleryPublisher(self._app, self._nudge))
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

    def request_stop(self) -> None:
        """Claim nothing more in this process."""
        with self._lock:
            if self._pid == os.getpid() and self._engine is not None:
                self._engine.request_stop()

    def stop(self) -> None:
        """Wait for what is in flight, and give leases back."""
        with self._lock:
            engine = self._engine if self._pid == os.getpid() else None
        if engine is not None:
            engine.stop()
