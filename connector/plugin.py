"""Turnwire in your own Celery application and beside your own tables: ``from connector.plugin import register``.

The same as ``from tasks import register``, for programs in which ``tasks`` is a module of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connector.ours import task_module
from connector.settings import Settings, load
from connector.storage.tables.alembic_filter import filter_of
from connector.wiring import place_of

if TYPE_CHECKING:
    from celery import Celery

    from tasks.runtime.runtime import Runtime

Config = Settings | Path | str | None


def register(app: Celery, config: Config = None, *, ticks: bool = True) -> Runtime:
    """Add the tasks, their queues and the tick to ``app``, once it is configured; see ``docs/plugin.md``.

    ``config`` is settings or the path of a ``turnwire.toml``, found as every command finds it when left out;
    ``ticks=False`` leaves the tick to your beat. Raises :class:`connector.errors.ConfigurationError` in one sentence
    for what cannot work.
    """
    runtime: Runtime = task_module("host.register").register(app, config, ticks=ticks)
    return runtime


def embedded_broker(config: Config = None) -> dict[str, Any]:
    """Celery settings of the broker made of files, for trials: ``app.conf.update(embedded_broker())``."""
    settings: dict[str, Any] = task_module("host.register").embedded_broker(config)
    return settings


def include_object(config: Config = None) -> Callable[..., bool]:
    """Alembic's ``include_object`` that leaves Turnwire's tables to ``turnwire migrate``.

    In your ``env.py``: ``context.configure(..., include_object=include_object("turnwire.toml"))``.
    """
    return filter_of(place_of(config if isinstance(config, Settings) else load(Path(config) if config else None)))
