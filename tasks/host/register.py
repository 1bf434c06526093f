"""Plugin for a host's Celery application: adds our tasks, queues and tick, and changes nothing else.

The host keeps its broker, serializer, pool, result backend, beat and routes. Each of our tasks says for itself what
matters to it, and what we publish goes out by an application of our own over the host's broker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import Celery, bootsteps, signals
from kombu import Exchange, Queue

from connector.errors import ConfigurationError, TurnwireError
from connector.settings import Settings, load
from connector.storage.core.database import Database
from connector.storage.core.revision import require_current
from connector.utils.logs import get_logger
from connector.wiring import place_of

from .. import receive, send, tick
from ..broker.config import RECEIVE, WORK, configuration, queues
from ..broker.own_queue import GuestQueue
from ..runtime.prefork import Siblings
from ..runtime.runtime import Runtime
from ..worker import require_secrets
from .requirements import require_pool, require_possible
from .strategy import receiving, waking

log = get_logger(__name__)

_OURS = ("broker_use_ssl", "broker_login_method", "broker_failover_strategy")
"""What publishing takes over from the host, beside the address and the transport's options."""


def register(app: Celery, config: Settings | Path | str | None = None, *, ticks: bool = True) -> Runtime:
    """Add Turnwire to a Celery application that has been configured; a second time changes nothing.

    ``config`` is settings or the path of a ``turnwire.toml``, found as every command finds it when left out. Nothing
    is connected, and no process or thread is started, before a worker consumes our queues. ``ticks=False`` leaves the
    tick to a beat (``connector.tick``, once a second).

    Raises :class:`connector.errors.ConfigurationError` for what cannot work.
    """
    if not isinstance(app, Celery):
        raise ConfigurationError("register takes a Celery application", field="app", expected="a celery.Celery")
    settings = config if isinstance(config, Settings) else load(Path(config) if config is not None else None)
    present: Runtime | None = getattr(app, "turnwire", None)
    if present is not None:
        if present.settings != settings:
            raise ConfigurationError(
                f"this application has Turnwire already, configured by {present.settings.path}",
                where=str(settings.path), field="config", expected="one configuration for an application",
            )  # fmt: skip
        return present
    require_possible(app, settings)
    runtime = Runtime(settings, lambda: _publishing(app, settings))
    for part in (send, receive, tick):
        part.add(app, runtime)
    app.turnwire = runtime
    for queue in queues(settings, GuestQueue):
        # In other processes of the host's than workers, ours being a quorum queue would change how ETAs are sent.
        # A beat, or whoever else names that one, publishes to it as it is: declared otherwise, it would shut one out.
        _define(app, queue if queue.name == RECEIVE else Queue(queue.name, Exchange(""), queue.name, no_declare=True))
    _Lifecycle(app, runtime, ticks=ticks)
    return runtime


def embedded_broker(config: Settings | Path | str | None = None) -> dict[str, Any]:
    """Celery settings of the embedded broker, for a host without a server: ``app.conf.update(embedded_broker())``.

    For trials and tests; ``[broker] url`` must be ``"embedded"``. Raises :class:`ConfigurationError`.
    """
    settings = config if isinstance(config, Settings) else load(Path(config) if config is not None else None)
    if settings.broker.kind != "embedded":
        raise ConfigurationError("broker.url is not embedded", str(settings.path), "broker.url", '"embedded"')
    ours = configuration(settings)
    names = ("broker_url", "broker_transport_options", "worker_enable_remote_control")
    return {name: ours[name] for name in names}


def _publishing(app: Celery, settings: Settings) -> Celery:
    """An application of ours, with our serializer and patience, to publish on the host's broker with."""
    own = Celery("turnwire", set_as_current=False)
    own.conf.update(configuration(settings))
    theirs = app.conf
    own.conf.update({name: theirs[name] for name in _OURS if theirs[name] is not None})
    own.conf.broker_url = theirs.broker_write_url or theirs.broker_url or own.conf.broker_url
    own.conf.broker_transport_options = {
        **(theirs.broker_transport_options or {}),
        **own.conf.broker_transport_options,
    }
    return own


def _define(app: Celery, queue: Queue) -> Any:
    """Make a queue known as it is: Celery's own way would lay the host's task_queue_max_priority on it."""
    known = app.amqp.queues
    dict.__setitem__(known, queue.name, queue)
    return known


class _Lifecycle:
    """What happens when a worker of the host's starts and ends; signals and steps, so that no subclass is needed."""

    def __init__(self, app: Celery, runtime: Runtime, *, ticks: bool) -> None:
        self._app = app
        self._runtime = runtime
        self._ticker = tick.Ticker(runtime) if ticks else None
        runtime.lifecycle = self  # signals hold their receivers weakly
        signals.celeryd_init.connect(self._chosen)
        signals.worker_shutting_down.connect(self._shutting_down)
        signals.worker_process_init.connect(self._child_starts)
        signals.worker_process_shutdown.connect(self._child_ends)
        lifecycle = self

        class Turnwire(bootsteps.StartStopStep):
            """Refuses what cannot work before anything is consumed; ticks where the worker is one process."""

            requires = ("celery.worker.components:Pool",)

            def include_if(self, worker: Any) -> bool:
                return {WORK, RECEIVE} & set(worker.app.amqp.queues.consume_from) != set()

            def create(self, worker: Any) -> None:
                lifecycle.prepare(worker)

            def start(self, worker: Any) -> None:
                lifecycle.start()

            def stop(self, worker: Any) -> None:
                lifecycle.stop()

            def terminate(self, worker: Any) -> None:
                lifecycle.hurry()

        app.steps["worker"].add(Turnwire)

    def _chosen(self, instance: Any = None, options: dict[str, Any] | None = None, **_: Any) -> None:
        """Before a worker looks for its queues."""
        if instance is None or instance.app is not self._app:
            return
        named = (options or {}).get("queues") or ()
        named = named.split(",") if isinstance(named, str) else named
        for queue in queues(self._runtime.settings, GuestQueue):
            if named and queue.name not in named and queue.name == WORK:
                dict.pop(self._app.amqp.queues, WORK, None)
                continue
            known = _define(self._app, queue)
            consumed = getattr(known, "_default_consume_from", None)  # before Celery 5.7: whatever is known
            if consumed is not None:
                consumed[queue.name] = queue

    def prepare(self, worker: Any) -> None:
        """Ends the process with one sentence if it cannot work; nothing stays open, since children may follow."""
        settings = self._runtime.settings
        try:
            require_pool(worker.pool_cls)
            require_possible(self._app, settings)
            if not self._app.tasks["connector.receive"].acks_late:
                raise ConfigurationError("task_annotations has connector.receive acknowledged before it is stored")
            require_secrets(settings)
            database = Database(settings.database.sqlalchemy_url, place=place_of(settings))
            try:
                require_current(database)
            finally:
                database.dispose()
        except TurnwireError as error:
            raise SystemExit(f"turnwire: {error}") from error
        for name, task in self._app.tasks.items():
            if name.startswith("connector."):
                task.Strategy = receiving if name == "connector.receive" else waking
        if worker.pool_cls.__module__.endswith("prefork"):
            self._runtime.siblings = Siblings()

    def start(self) -> None:
        """The worker starts; with prefork its children do the work."""
        if self._runtime.siblings is None and self._ticker is not None:
            self._ticker.start()

    def stop(self) -> None:
        """The worker ends: finish what is in flight."""
        self._shutting_down()
        self._runtime.stop()

    def hurry(self) -> None:
        """The worker ends at once: nothing is waited for, and what is in flight becomes unknown."""
        self._shutting_down()

    def _shutting_down(self, **_: Any) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        self._runtime.request_stop()

    def _child_starts(self, **_: Any) -> None:
        if self._runtime.siblings is not None:
            _ChildTicker(self._runtime, ticks=self._ticker is not None).start()

    def _child_ends(self, **_: Any) -> None:
        self._runtime.stop()


class _ChildTicker(tick.Ticker):
    """In each child of a prefork worker: one of them ticks, and all see when the worker is to stop."""

    def __init__(self, runtime: Runtime, *, ticks: bool) -> None:
        super().__init__(runtime)
        self._ticks = ticks

    def once(self) -> None:
        siblings = self._runtime.siblings
        assert siblings is not None  # made before the fork
        if siblings.stopped:
            self._runtime.request_stop()
            self.stop()
        elif self._ticks and siblings.ticking():
            super().once()
