"""The Celery application: built from settings, with the tasks, their queues, the tick and an orderly end."""

from __future__ import annotations

import inspect
from typing import Any

from celery import Celery, signals

from connector.errors import ConfigurationError
from connector.settings import Settings
from tasks import receive, send, tick
from tasks.brokers import configuration
from tasks.runtime import Runtime


def create(settings: Settings) -> Celery:
    """A configured application; nothing connects yet. ``app.turnwire`` is its :class:`tasks.runtime.Runtime`."""
    app = Celery("turnwire", set_as_current=False)
    app.conf.update(configuration(settings))
    runtime = Runtime(settings, app)
    app.turnwire = runtime
    for part in (send, receive, tick):
        part.add(app, runtime)
    refuse_coroutines(app)
    _follow_lifecycle(runtime)
    return app


def refuse_coroutines(app: Celery) -> None:
    """Celery would log an ``async def`` task as succeeded and never run it; raises :class:`ConfigurationError`."""
    for name, task in app.tasks.items():
        if inspect.iscoroutinefunction(task.run):
            raise ConfigurationError(f"task {name} is a coroutine function, which Celery does not run")


_lifecycles: list[tuple[Any, ...]] = []


def _follow_lifecycle(runtime: Runtime) -> None:
    ticker = tick.Ticker(runtime)

    def ready(**_: Any) -> None:
        ticker.start()

    def shutting_down(**_: Any) -> None:
        ticker.stop()
        runtime.request_stop()

    def ended(**_: Any) -> None:
        runtime.stop()

    # Signals hold their receivers weakly.
    _lifecycles.append((ready, shutting_down, ended))
    signals.worker_ready.connect(ready)
    signals.worker_shutting_down.connect(shutting_down)
    signals.worker_shutdown.connect(ended)
    signals.worker_process_shutdown.connect(ended)
