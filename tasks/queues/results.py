"""Return values of ``connector.receive`` for callers that have a result backend, told after the commit."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from celery import Celery
from celery.app.task import Context

from connector.utils.logs import get_logger

log = get_logger(__name__)

_AT_ONCE = 4
_SULK = 10.0
"""Seconds without telling anybody after a backend that did not answer: what is read goes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one call returns, and to whom: ``properties`` are its message's."""

    task_id: str
    value: Any
    properties: Mapping[str, Any]


class Results:
    """Writes results as Celery's worker does, several at once; a backend that fails costs its callers only."""

    def __init__(self, app: Celery) -> None:
        """Nothing is opened yet."""
        self._app = app
        self._silent_until = 0.0

    def tell(self, answers: Iterable[Answer]) -> None:
        """Write them and return when it is done, or given up; never raises."""
        waiting = list(answers)
        if not waiting or time.monotonic() < self._silent_until:
            return
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="turnwire-results") as telling:
            told = sum(telling.map(self._told, waiting))
        if told < len(waiting):
            log.warning("results.lost", results=len(waiting) - told)

    def _told(self, answer: Answer) -> bool:
        if time.monotonic() < self._silent_until:
            return False
        found = answer.properties
        request = Context(
            id=answer.task_id,
            task="connector.receive",
            reply_to=found.get("reply_to"),
            correlation_id=found.get("correlation_id") or answer.task_id,
        )
        try:
            self._app.backend.store_result(answer.task_id, answer.value, "SUCCESS", request=request)
        except Exception as error:  # noqa: BLE001 - whatever a backend raises means the same here
            self._silent_until = time.monotonic() + _SULK
            log.warning("result.not_told", error=type(error).__name__)
            return False
        return True
