"""Celery worker behind ``turnwire worker``: its pool, queues and tick, by the configuration."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from celery import signals
from celery.apps import worker as celery_worker
from celery.apps.worker import Worker

from connector.settings import Settings
from connector.storage.core.database import Database
from connector.storage.core.revision import require_current
from connector.storage.queries import live
from connector.utils.gc_tuning import collect_seldom
from connector.utils.logs import get_logger

from .application import create, own_name
from .broker.config import EVENTS, RECEIVE, WORK, problem, reads_events

log = get_logger(__name__)

SECOND = (
    "another worker runs on this SQLite database, where only one can write at a time: nothing is sent twice, but two "
    "are no faster than one; stop one of them, or use PostgreSQL"
)
"""What is said where a second one starts."""
_AGAIN = "Ctrl-C once more ends it at once; what is in flight is then unknown, and never sent a second time by itself."

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


def has_company(database: Database) -> bool:
    """Whether another worker is alive on a database that only one can write to at a time."""
    if database.dialect != "sqlite":
        return False
    with database.reading() as connection:
        return bool(live.live_workers(connection, live.clock(connection)))


def say(message: str, stream: Any = None) -> None:
    """What Celery says of a stop, in words that are true here; it speaks of cold shutdowns and terminated tasks."""
    if "Ctrl+C again" in message:
        message = _AGAIN
    elif "Warm shutdown" in message:
        message = "Stopping: calls in flight are finished and recorded first."
    elif "old shutdown" in message:
        message = "Ending at once: calls in flight are given up, and recorded as unknown by the next worker."
    print(message, file=stream or sys.stderr, flush=True)


def run(settings: Settings, *, loglevel: int = logging.INFO) -> int:
    """Work until told to stop by SIGTERM or SIGINT; returns the exit code.

    Logging is the caller's: Celery changes nothing about it. A broker that does not answer is waited for. Raises
    :class:`connector.errors.DatabaseNotReady` before anything is consumed.
    """
    require_secrets(settings)
    app = create(settings)
    require_current(app.turnwire.wiring.database)
    if has_company(app.turnwire.wiring.database):
        log.warning("worker.second", problem=SECOND)
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
    celery_worker.safe_say = say
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
