"""Dead letter queue ``turnwire.dead``: a copy of what nobody can read, with the reason; SQL has the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import Celery

from connector.utils.logs import get_logger

from .config import CONFIRMED, DEAD

log = get_logger(__name__)


def name_of(properties: Mapping[str, Any] | None) -> str:
    """What its publisher called a message, if anything; a broker that delivers it again brings the same.

    Celery puts a task's id into ``correlation_id``.
    """
    found = properties or {}
    return "\x1f".join(str(found.get(name) or "") for name in ("message_id", "correlation_id"))


def bury(app: Celery, body: bytes, reason: str, queue: str) -> bool:
    """Publish a copy, confirmed; False if the broker did not take it."""
    try:
        with app.producer_or_acquire() as producer:
            producer.publish(
                body,
                routing_key=DEAD.name,
                exchange=DEAD.exchange,
                declare=[DEAD],
                serializer=None,
                content_type="application/octet-stream",
                content_encoding="binary",
                headers={"turnwire-reason": reason, "turnwire-queue": queue},
                # A pooled connection may have ended since it was last used.
                retry=True,
                retry_policy=app.conf.task_publish_retry_policy,
                **CONFIRMED,
            )
    except Exception as error:  # noqa: BLE001 - the row is the one that counts
        log.warning("message.not_buried", error=type(error).__name__)
        return False
    return True
