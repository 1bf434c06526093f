"""Celery task ``connector.send_turns``: lends its time to the engine, which calls the providers in batches.

It runs one slice of the engine, which claims ready conversations and posts their head turns to OSVI
(``POST /chat_messages/send_message``, or ``POST /v1/chat/inbound``) and to Synthflow
(``POST /chat/{chat_id}/messages``). The message that triggers it is a bell without payload: lost, doubled or late,
it does no harm.
"""

from __future__ import annotations

from typing import Any

from celery import Celery

from connector.utils import failpoints

from .options import WAKING
from .runtime.runtime import Runtime


def add(app: Celery, runtime: Runtime) -> None:
    """Register the sending tasks; extra arguments are ignored, so that old messages stay readable."""

    def work() -> None:
        if runtime.run_slice():
            runtime.wiring.publisher.ring()
        failpoints.hit("before_acknowledge")

    @app.task(name="connector.send_turns", **WAKING)
    def send_turns(*_: Any, **__: Any) -> None:
        """Send whatever is ready."""
        work()

    @app.task(name="connector.send_replies", **WAKING)
    def send_replies(*_: Any, **__: Any) -> None:
        """Deliver whatever is due; the same engine serves both."""
        work()

    @app.task(name="connector.send_turn", **WAKING)
    def send_turn(*_: Any, **__: Any) -> None:
        """Wake the engine for the turn named; it goes when its conversation and account let it."""
        work()
