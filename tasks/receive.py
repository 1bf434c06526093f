"""Celery task ``connector.receive``: hands messages in by wire name, without an import of ours."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import Celery
from celery.exceptions import Reject

from connector.errors import DatabaseUnavailable

from .options import RECEIVING
from .runtime.runtime import Runtime

log = structlog.get_logger(__name__)

MOST = 1000
_SOURCE = "celery"


def add(app: Celery, runtime: Runtime) -> None:
    """Register the receiving task."""

    @app.task(name="connector.receive", **{**RECEIVING, "ignore_result": not runtime.settings.broker.results})
    def receive(event: Any = None, *_: Any, **__: Any) -> Any:
        """Take one event, or a list of up to 1,000. Never raises for a bad event: that becomes a ``refused`` row."""
        many = isinstance(event, list)
        payloads = event if many else [event]
        try:
            answers = [
                answer.as_dict()
                for start in range(0, len(payloads), MOST)
                for answer in runtime.receiver.receive_json(payloads[start : start + MOST], _SOURCE)
            ]
        except DatabaseUnavailable as error:
            # Not acknowledged: the broker keeps it until the database is back.
            log.warning("event.put_back", error=str(error))
            time.sleep(1.0)
            raise Reject(str(error), requeue=True) from error
        return answers if many else answers[0]
