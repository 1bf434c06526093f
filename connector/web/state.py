"""Shared state of the front door's endpoints, made once a process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from fastapi import Depends, Request

from connector.channels.registry import hooks_of, mail_hooks_of
from connector.errors import DatabaseNotReady, TurnwireError
from connector.http.sns import SnsClient
from connector.services.operations import Operations
from connector.services.receive import Receiver
from connector.settings import Settings
from connector.storage.core.database import Database
from connector.storage.core.revision import require_current
from connector.storage.monitoring.measures import measures
from connector.utils.logs import get_logger
from connector.web.auth.bearer import Authenticator
from connector.web.group_commit import EventCommits
from connector.web.request.cache import Cached
from connector.web.request.limits import Pressure, RequestLimits

log = get_logger(__name__)

try:
    from connector.web import metrics
except ModuleNotFoundError:  # the extra `metrics` is not installed
    metrics = None  # type: ignore[assignment, unused-ignore]

METRICS = metrics is not None
"""Whether ``/metrics`` has anything to say."""

_READERS = 4
_BATCHES = 2
_MAILS = 2
"""Large mails take seconds: they keep no token's request waiting."""


class FrontDoor:
    """The receiver, the tokens and the limits, with a few threads for the database."""

    def __init__(self, receiver: Receiver, limits: RequestLimits) -> None:
        """Nothing is opened before the first request. Raises :class:`connector.errors.ConfigurationError`."""
        self.hooks = hooks_of(receiver.wiring.settings)
        self.mail_hooks = mail_hooks_of(receiver.wiring.settings)
        self.sns = SnsClient()
        self.receiver = receiver
        self.operations = Operations(wiring=receiver.wiring)
        self.limits = limits
        self.pressure = Pressure(limits)
        self.commits = EventCommits(receiver, patience=limits.answer)
        self.reads = ThreadPoolExecutor(_READERS, thread_name_prefix="read")
        self.mails = ThreadPoolExecutor(_MAILS, thread_name_prefix="mail")
        self.batches = ThreadPoolExecutor(_BATCHES, thread_name_prefix="batch")
        self.keeper = Authenticator(self.database, self.reads)
        self.answers = metrics.AnswerCounts() if METRICS else None
        self.readiness = Cached(self._not_ready, self.reads, fresh=1.0)
        self.page = Cached(self._measured, self.reads, fresh=10.0)

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.receiver.wiring.settings

    @property
    def database(self) -> Database:
        """The database."""
        return self.receiver.wiring.database

    def count_delivery(self, source: str, outcome: str, reason: str = "") -> None:
        """Count a hook's delivery; ``source`` is a configured one or ``unknown``."""
        if self.answers is not None:
            self.answers.count_delivery(source, outcome, reason)

    def _not_ready(self) -> str | None:
        """Why the database cannot be used, in a sentence."""
        try:
            require_current(self.database)
        except DatabaseNotReady as error:
            return error.message
        except TurnwireError as error:
            # Anybody may ask, and the driver's own words may quote the address that it was given.
            log.warning("database.unavailable", error=str(error))
            return "the database does not answer"
        return None

    def _measured(self) -> bytes:
        return metrics.page(measures(self.database, self.receiver.wiring.limits))

    def close(self) -> None:
        """End the threads and close the database."""
        self.commits.close()
        for executor in (self.reads, self.mails, self.batches):
            executor.shutdown()
        self.database.dispose()


def _the_door(request: Request) -> FrontDoor:
    door = request.app.state.door
    assert isinstance(door, FrontDoor)
    return door


TheDoor = Annotated[FrontDoor, Depends(_the_door)]
"""An endpoint's parameter: the door."""
