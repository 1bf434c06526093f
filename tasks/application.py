"""Celery application (``tasks.app``): made from settings, with tasks, queues, tick and an orderly end."""

from __future__ import annotations

import inspect
import os
import secrets
from typing import Any

from celery import Celery, signals
from celery.utils.nodenames import default_nodename, gethostname, nodename

from connector.errors import ConfigurationError
from connector.settings import Settings

from . import fetch, receive, send, tick
from .broker import compression
from .broker.config import configuration
from .queues.readers import QueueReaders
from .runtime.runtime import Runtime


def create(settings: Settings) -> Celery:
    """A configured application, not connected yet. ``app.turnwire`` is its :class:`tasks.runtime.runtime.Runtime`."""
    app = Celery("turnwire", set_as_current=False)
    app.conf.update(configuration(settings))
    _bound_messages(settings)
    runtime = Runtime(settings, lambda: app)
    app.turnwire = runtime
    for part in (send, receive, tick, fetch):
        part.add(app, runtime)
    refuse_coroutines(app)
    _name_workers(app)
    _follow_lifecycle(runtime, QueueReaders(runtime, app))
    return app


def _bound_messages(settings: Settings) -> None:
    """Bound what this process takes from a broker before anybody can look at it."""
    compression.install()
    if settings.broker.kind == "redis":
        from .broker import redis_envelopes  # noqa: PLC0415 - needs the optional driver

        redis_envelopes.install()


def refuse_coroutines(app: Celery) -> None:
    """Celery would log an ``async def`` task as succeeded and never run it; raises :class:`ConfigurationError`."""
    for name, task in app.tasks.items():
        if inspect.iscoroutinefunction(task.run):
            raise ConfigurationError(f"task {name} is a coroutine function, which Celery does not run")


_PATIENCE = 15.0
"""Seconds that storing what has arrived may take at the end; it began when the worker was told to stop."""
_lifecycles: list[tuple[Any, ...]] = []


def own_name() -> str:
    """A name for this process's worker: on RabbitMQ a second one of one name gets no control queue, and so no work.

    Containers may share a host's name, and each has a process 1.
    """
    return str(nodename(f"turnwire-{os.getpid()}-{secrets.token_hex(4)}", gethostname()))


def _name_workers(app: Celery) -> None:
    """Give a worker that nobody has named, as of a plain ``celery -A tasks worker``, a name of its own."""

    def starting(instance: Any, **_: Any) -> None:
        if instance.app is app and instance.hostname == default_nodename(""):
            instance.hostname = own_name()

    _lifecycles.append((starting,))
    signals.celeryd_init.connect(starting)


def _follow_lifecycle(runtime: Runtime, readers: QueueReaders) -> None:
    ticker = tick.Ticker(runtime)
    sources = fetch.SourceReaders(runtime)

    def chosen(instance: Any, **_: Any) -> None:
        if getattr(instance.app, "turnwire", None) is runtime:
            readers.take_over()

    def ready(**_: Any) -> None:
        ticker.start()
        readers.start()
        sources.start()

    def shutting_down(**_: Any) -> None:
        ticker.stop()
        sources.stop()
        readers.stop()
        runtime.request_stop()

    def ended(**_: Any) -> None:
        sources.join(_PATIENCE)
        readers.join(_PATIENCE)
        runtime.stop()

    # Signals hold their receivers weakly.
    _lifecycles.append((chosen, ready, shutting_down, ended))
    signals.celeryd_after_setup.connect(chosen)
    signals.worker_ready.connect(ready)
    signals.worker_shutting_down.connect(shutting_down)
    signals.worker_shutdown.connect(ended)
    signals.worker_process_shutdown.connect(ended)
