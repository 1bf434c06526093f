"""Celery options of each of our tasks, the same in our own application and in a host's."""

from __future__ import annotations

from typing import Any

from celery import Task

NEVER = 7 * 86_400
"""Seconds. A time limit kills the process, and with it the calls it has in flight; a slice ends by itself."""

WAKING: dict[str, Any] = {
    # A host's own base class may want a request, a tenant, a session.
    "base": Task,
    "shared": False,
    "serializer": "json",
    # A bell that comes twice is answered by an empty claim.
    "acks_late": True,
    "acks_on_failure": True,
    "acks_on_timeout": True,
    "acks_on_failure_or_timeout": True,
    "reject_on_worker_lost": False,
    "retry_on_worker_lost": False,
    "ignore_result": True,
    "store_errors_even_if_ignored": False,
    "track_started": False,
    "rate_limit": 0,
    "time_limit": NEVER,
    "soft_time_limit": NEVER,
}

RECEIVING: dict[str, Any] = {
    **WAKING,
    # What it carries is kept nowhere else: acknowledged early, or when its process dies, it would be lost.
    "reject_on_worker_lost": True,
    "ignore_result": False,
}
