"""Celery task ``connector.tick``, and the thread that ticks in every worker, so that no beat is needed."""

from __future__ import annotations

import threading
from typing import Any

from celery import Celery

from connector.errors import TurnwireError, places
from connector.services.tick import EVERY, tick
from connector.utils.logs import get_logger

from .options import WAKING
from .runtime.runtime import Runtime

log = get_logger(__name__)


def add(app: Celery, runtime: Runtime) -> None:
    """Register the tick for beats and hands."""

    @app.task(name="connector.tick", **WAKING)
    def tick_task(*_: Any, **__: Any) -> None:
        """Sweep, promote, hand over, ring."""
        tick(runtime.wiring)


class Ticker:
    """Ticks every second in a thread of its own until stopped; a tick that fails is logged and the next one tries."""

    def __init__(self, runtime: Runtime) -> None:
        """Does not start yet."""
        self._runtime = runtime
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to tick."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="turnwire-tick", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop ticking."""
        self._stop.set()

    def _run(self) -> None:
        while True:
            self.once()
            if self._stop.wait(EVERY):
                return

    def once(self) -> None:
        """Tick now."""
        try:
            tick(self._runtime.wiring)
        except TurnwireError as error:
            log.warning("tick.failed", error=str(error))
        except Exception as error:  # noqa: BLE001 - the tick must go on
            log.error("tick.failed", error=type(error).__name__, at=places(error))
