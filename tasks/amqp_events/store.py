"""Group commit of messages of ``turnwire.events``; what nobody can read is set aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from celery import Celery

from connector.channels.events.amqp import Delivery, Malformed, opened
from connector.channels.events.schema import EVENT_BYTES
from connector.errors import DatabaseUnavailable, places
from connector.services.receive import BATCH, unreadable
from connector.storage.core.database import BadData
from connector.utils.logs import get_logger
from connector.values import Event, Refusal

from ..broker.config import EVENTS
from ..broker.dead_letter import bury, name_of
from ..runtime.runtime import Runtime

log = get_logger(__name__)

SOURCE = "amqp"
"""The source of events that name none."""
_PAUSES = (1.0, 10.0)
"""Seconds before a group is first tried again while the database is away, and before later tries at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aside:
    """A message that cannot be read: its row, and the body whose copy goes to ``turnwire.dead``."""

    event: Event
    body: bytes
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The message that an event came in: its body, and what its publisher called it."""

    body: bytes
    named: str


class MessageStore:
    """Stores groups of messages as py-amqp delivers them."""

    def __init__(self, runtime: Runtime, app: Celery) -> None:
        """Nothing is opened yet."""
        self._runtime = runtime
        self._app = app

    def keep(self, group: Sequence[Any], stopped: Callable[[float], bool]) -> None:
        """Store a group and set aside what cannot be read; returns when all of it is committed.

        While the database is away it tries again, ``stopped`` being what waits between two tries and says whether to
        give up. Raises :class:`connector.errors.DatabaseUnavailable` then: nothing may be acknowledged.
        """
        items, aside = self._read(group)
        pause = _PAUSES[0]
        while True:
            try:
                set_aside = [*aside, *self._store(items)]
                # A row for each; those that were kept before the worker died keep the row that they have.
                self._runtime.receiver.receive_apart([each.event for each in set_aside])
                break
            except DatabaseUnavailable as error:
                log.warning("event.put_off", messages=len(group), error=str(error))
                if stopped(pause):
                    raise
                pause = min(_PAUSES[1], pause * 2)
        buried = True
        for each in set_aside:
            # One that takes no copy now, such as a broker that blocks publishers, would take as long over every other.
            buried = buried and bury(self._app, each.body, each.reason, EVENTS)
            log.error("message.set_aside", reason=each.reason, queue=EVENTS, bytes=len(each.body), buried=buried)

    def _read(self, group: Sequence[Any]) -> tuple[list[tuple[Event | Refusal, Origin]], list[Aside]]:
        items: list[tuple[Event | Refusal, Origin]] = []
        aside: list[Aside] = []
        for message in group:
            # An empty body comes as text.
            origin = Origin(body=message.body or b"", named=name_of(message.properties))
            try:
                items += [(item, origin) for item in self._items(message.properties, origin.body)]
                continue
            except Malformed as malformed:
                reason = str(malformed)
            except Exception as error:  # noqa: BLE001 - one bad message must not cost the others, nor come for ever
                reason = f"the reader failed with {type(error).__name__}"
            aside.append(_aside(origin, reason))
        return items, aside

    def _items(self, properties: dict[str, Any], body: bytes) -> Iterator[Event | Refusal]:
        headers = properties.get("application_headers")
        delivery = Delivery(
            body=body,
            content_type=properties.get("content_type"),
            content_encoding=properties.get("content_encoding"),
            headers=headers if isinstance(headers, dict) else {},
        )
        payloads, unwrap = opened(delivery)
        # The same bytes again are the same refusal; others, with the same fault and no id, another.
        name = f"message {hashlib.sha256(body).hexdigest()[:12]}"
        for number, payload in enumerate(payloads, 1):
            single = len(payloads) == 1
            yield self._runtime.receiver.read(
                payload,
                source=SOURCE,
                where=EVENTS,
                position=name if single else f"{name}, event {number}",
                raw=body if single else json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"),
                unwrap=unwrap,
            )

    def _store(self, items: Sequence[tuple[Event | Refusal, Origin]]) -> list[Aside]:
        """Store them; those that can never be stored come back."""
        refused = []
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            answers = self._received([item for item, _ in part])
            refused += [_broken(origin, answer) for (_, origin), answer in zip(part, answers, strict=True) if answer]
        return refused

    def _received(self, items: Sequence[Event | Refusal]) -> list[Exception | None]:
        """What each one alone is to blame for; a mistake of ours must not bring the whole group back for ever."""
        try:
            answers = self._runtime.receiver.receive_apart(items)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            log.error("event.not_stored", events=len(items), error=type(error).__name__, at=places(error))
            return [error] if len(items) == 1 else [found for item in items for found in self._received([item])]
        return [answer if isinstance(answer, Exception) else None for answer in answers]


def _broken(origin: Origin, error: Exception) -> Aside:
    refused = isinstance(error, BadData)
    reason = "the database refused it" if refused else f"receiving it failed with {type(error).__name__}"
    return _aside(origin, reason)


def _aside(origin: Origin, reason: str) -> Aside:
    """Of what is far too large the row holds the beginning; all of it says which message it is."""
    event = unreadable(origin.body, reason, EVENTS, origin.named)
    return Aside(event=replace(event, raw=origin.body[:EVENT_BYTES]), body=origin.body, reason=reason)
