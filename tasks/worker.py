"""Celery worker behind ``turnwire worker``: its pool, queues and tick, by the configuration."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from celery import signals
from celery.apps.worker import Worker

from connector.settings import Settings
from connector.storage.core.revision import require_current
from connector.utils.gc_tuning import collect_seldom
from connector.utils.logs import get_logger

from .application import create, own_name
from .broker.config import EVENTS, RECEIVE, WORK, problem, reads_events

log = get_logger(__name__)

QUEUES = (WORK, RECEIVE)
"""What a worker consumes by Celery."""


def grace(settings: Settings) -> float:
    """Seconds an orderly stop may take: the longest call that can be in flight, and time to record it."""
    return max((account.deadline for account in settings.accounts.values()), default=0.0) + 15.0


def require_secrets(settings: Settings) -> None:
    """Raise :class:`connector.errors.ConfigurationError` now rather than close an account at its first call."""
    for account in settings.accounts.values():
        account.secret()
    if settings.replies.webhook is not None:
        settings.replies.webhook.signing_secret()


def run(settings: Settings, *, loglevel: int = logging.INFO) -> int:
    """Work until told to stop by SIGTERM or SIGINT; returns the exit code.

    Logging is the caller's: Celery changes nothing about it. A broker that does not answer is waited for. Raises
    :class:`connector.errors.DatabaseNotReady` before anything is consumed.
    """
    require_secrets(settings)
    app = create(settings)
    require_current(app.turnwire.wiring.database)
    log.info(
        "worker.starting",
        broker=settings.broker.shown,
        database=settings.database.shown,
        queues=[*QUEUES, EVENTS] if reads_events(settings) else list(QUEUES),
        in_flight=settings.worker.in_flight,
        grace=grace(settings),
    )
    if trouble := problem(app, settings):
        log.error("broker.unreachable", problem=trouble, next="trying until it answers; what is stored waits meanwhile")
    # Celery warns of root because of pickle, which it does not take here; in a container root is the usual user.
    warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser privileges")
    warnings.filterwarnings("ignore", message=r"\s*An entry for the specified gid or egid was not found")
    signals.setup_logging.connect(_leave_logging)
    worker = Worker(
        app=app,
        hostname=own_name(),
        pool="threads",
        concurrency=settings.worker.threads,
        without_gossip=True,
        without_mingle=True,
        # Celery's own heartbeats are events that its main loop publishes: a broker that is silent, or blocks
        # publishers, would stop it for good. The lease in SQL says more.
        without_heartbeat=True,
        loglevel=loglevel,
        quiet=True,
        # An empty list would be read as "the arguments of this process".
        argv=["turnwire-worker"],
    )
    collect_seldom()
    worker.start()
    sys.stdout.flush()
    log.info("worker.stopped")
    return int(worker.exitcode or 0)


def _leave_logging(**_: Any) -> None:
    """A receiver of Celery's ``setup_logging``: having one keeps Celery from setting up its own."""
