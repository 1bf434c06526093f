"""Receiver for commands that take messages in, and a warning when no worker is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from connector.cli.shared.output import Out, load_settings
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from connector.services.receive import Receiver
    from connector.settings import Settings
    from connector.storage.core.database import Database
    from tasks.runtime.publisher import CeleryPublisher

NO_WORKER = "no worker has been seen for a minute: run `turnwire worker`, it sends what is waiting"


@dataclass(frozen=True, kw_only=True)
class OpenReceiver:
    """The way in, open: ``receiver`` stores and ``bell`` wakes the workers."""

    out: Out
    settings: Settings
    receiver: Receiver
    bell: CeleryPublisher

    @property
    def database(self) -> Database:
        """The database, at this code's revision."""
        return self.receiver.wiring.database

    def say_what_is_missing(self) -> None:
        """Tell the user if the broker or a worker is missing; what was stored is safe without either."""
        self.bell.flush()
        if self.bell.silent:
            self.out.note("stored; the broker does not answer, so a worker's tick will find it: see `turnwire check`")
        if not worker_seen(self.database):
            self.out.note(NO_WORKER)


@contextmanager
def open_door(ctx: typer.Context, *, as_json: bool = False) -> Iterator[OpenReceiver]:
    """Load the configuration and open the database; nothing connects to the broker before there is a message.

    Raises :class:`ConfigurationError`, :class:`connector.errors.DatabaseNotReady` and
    :class:`connector.errors.DatabaseUnavailable`.
    """
    settings = load_settings(ctx)
    from tasks.application import create
    from tasks.runtime.publisher import CeleryPublisher

    runtime = create(settings).turnwire
    publisher = runtime.wiring.publisher
    assert isinstance(publisher, CeleryPublisher)
    database = runtime.wiring.ready().database
    try:
        yield OpenReceiver(out=Out(as_json=as_json), settings=settings, receiver=runtime.receiver, bell=publisher)
    finally:
        publisher.close()
        database.dispose()


def configured_route(settings: Settings, name: str) -> str:
    """``--route``, which must be configured; raises :class:`ConfigurationError` with the names there are."""
    if name not in settings.routes:
        known = ", ".join(settings.routes)
        expected = f"one of {known}" if known else f"a section [routes.{name}]"
        message = f"there is no route {name}" + (f", only {known}" if known else " and no other yet")
        raise ConfigurationError(message, str(settings.path), "--route", expected)
    return name


def worker_seen(database: Database) -> bool:
    """Whether a worker has looked for work within the last minute."""
    from connector.storage.queries import live

    with database.reading() as connection:
        now = live.clock(connection)
        return live.worker_seen(live.live_workers(connection, now), now)
