"""``turnwire worker``: send what is waiting, receive from Celery, keep the clock; until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from connector.cli.shared.output import Out, load_settings, plain

if TYPE_CHECKING:
    from connector.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(ctx: typer.Context) -> None:
    """Send what is waiting; keep it running.

    A Celery worker with everything chosen. It takes messages to the agents, brings the answers back, receives what
    Celery programs hand in (connector.receive) and looks after what is due. Start more of them, on any machine, for
    more throughput; with SQLite only one.

    \b
    To stop it: Ctrl-C or SIGTERM. Calls in flight are finished and recorded
    first, which takes at most the longest `deadline` of an account. If it is
    killed instead nothing is lost, but what was in flight is then unknown.
    """
    before = signal.signal(signal.SIGTERM, _nothing_begun)
    try:
        settings = load_settings(ctx)
        from connector.utils import logs
        from tasks.worker import run

        logs.configure()
        if not plain(sys.stderr):
            Out().note("\n".join(introduction(settings)))
        code = run(settings)
    finally:
        signal.signal(signal.SIGTERM, before)
    raise typer.Exit(code)


def _nothing_begun(_number: int, _frame: FrameType | None) -> NoReturn:
    """Until Celery takes over the signals there is nothing to finish, and an exception might be swallowed."""
    os._exit(0)


def introduction(settings: Settings) -> Iterator[str]:
    """What this worker is going to do, in words; shown on a terminal, where the log says the same to programs."""
    from tasks.worker import QUEUES, grace

    yield "Sends what is waiting and records the answers. Stop it with Ctrl-C."
    yield f"  database  {settings.database.shown}"
    yield f"  broker    {settings.broker.shown}, queues {', '.join(QUEUES)}"
    yield f"  sends     up to {settings.worker.in_flight} messages at once"
    routes = ", ".join(f"{name} ({route.account})" for name, route in settings.routes.items())
    yield f"  routes    {routes or 'none yet: add a [routes.NAME] to ' + str(settings.path)}"
    yield f"  stopping  finishes the calls in flight, so allow {grace(settings):g} s before you kill it"
