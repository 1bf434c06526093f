"""Group commit of what a queue's reader has; what nobody can read is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from celery import Celery

from connector.channels.events.amqp import Malformed
from connector.channels.events.schema import EVENT_BYTES
from connector.errors import DatabaseUnavailable, places
from connector.services.receive import BATCH, Receiver, unreadable
from connector.storage.core.database import BadData
from connector.utils.logs import get_logger
from connector.values import Event, Received, Refusal

from ..broker.dead_letter import bury, name_of
from ..broker.task_headers import warning
from ..runtime.runtime import Runtime
from .message import QueueMessage
from .results import Answer, Results

log = get_logger(__name__)

_PAUSES = (1.0, 10.0)
"""Seconds before a group is first tried again while the database is away, and before later tries at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadMessage:
    """What a message holds: its events, and how its sender is answered, if at all."""

    items: Sequence[Event | Refusal]
    many: bool = True
    task_id: str | None = None
    ignored: tuple[str, ...] = ()
    """Headers of its sender's that are not heeded."""


class Read(Protocol):
    """Reads one message; raises :class:`Malformed` for one that is kept as it came."""

    def __call__(self, receiver: Receiver, message: QueueMessage) -> ReadMessage:
        """The events in it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Aside:
    """A message that cannot be read: its row, and the body whose copy goes to ``turnwire.dead``."""

    event: Event
    body: bytes
    reason: str


class MessageStore:
    """Stores groups of one queue's messages."""

    def __init__(self, runtime: Runtime, app: Celery, queue: str, read: Read, results: Results | None = None) -> None:
        """Nothing is opened yet; ``results`` tells callers what became of their call."""
        self._runtime = runtime
        self._app = app
        self._queue = queue
        self._opened = read
        self._results = results

    def keep(self, group: Sequence[QueueMessage], stopped: Callable[[float], bool]) -> None:
        """Store a group and set aside what cannot be read; returns when all of it is committed.

        While the database is away it tries again, ``stopped`` being what waits between two tries and says whether to
        give up. Raises :class:`connector.errors.DatabaseUnavailable` then: nothing may be acknowledged.
        """
        opened, aside = self._read(group)
        items = [(item, message) for message, found in opened for item in found.items]
        pause = _PAUSES[0]
        while True:
            try:
                answers, refused = self._store(items)
                set_aside = [*aside, *refused]
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
            buried = buried and bury(self._app, each.body, each.reason, self._queue)
            log.error("message.set_aside", reason=each.reason, queue=self._queue, bytes=len(each.body), buried=buried)
        if self._results is not None:
            self._results.tell(_answers(opened, iter(answers)))

    def _read(self, group: Sequence[QueueMessage]) -> tuple[list[tuple[QueueMessage, ReadMessage]], list[Aside]]:
        opened: list[tuple[QueueMessage, ReadMessage]] = []
        aside: list[Aside] = []
        for message in group:
            try:
                opened.append((message, self._opened(self._runtime.receiver, message)))
                continue
            except Malformed as malformed:
                reason = str(malformed)
            except Exception as error:  # noqa: BLE001 - one bad message must not cost the others, nor come for ever
                reason = f"the reader failed with {type(error).__name__}"
            aside.append(self._aside(message, reason))
        ignored = Counter(name for _, found in opened for name in found.ignored)
        if ignored:
            log.warning(
                "message.headers_ignored", queue=self._queue, headers=dict(ignored), instead="due_at in the event"
            )
        return opened, aside

    def _store(
        self, items: Sequence[tuple[Event | Refusal, QueueMessage]]
    ) -> tuple[list[Received | None], list[Aside]]:
        """Store them; those that can never be stored come back."""
        answers: list[Received | None] = []
        refused = []
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            for (_, message), answer in zip(part, self._received([item for item, _ in part]), strict=True):
                if isinstance(answer, Exception):
                    refused.append(self._broken(message, answer))
                answers.append(None if isinstance(answer, Exception) else answer)
        return answers, refused

    def _received(self, items: Sequence[Event | Refusal]) -> Sequence[Received | Exception]:
        """What each one came to; a mistake of ours must not bring the whole group back for ever."""
        try:
            return self._runtime.receiver.receive_apart(items)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            log.error("event.not_stored", events=len(items), error=type(error).__name__, at=places(error))
            return [error] if len(items) == 1 else [found for item in items for found in self._received([item])]

    def _broken(self, message: QueueMessage, error: Exception) -> Aside:
        refused = isinstance(error, BadData)
        reason = "the database refused it" if refused else f"receiving it failed with {type(error).__name__}"
        return self._aside(message, reason)

    def _aside(self, message: QueueMessage, reason: str) -> Aside:
        """Of what is far too large the row holds the beginning; all of it says which message it is."""
        event = unreadable(message.body, reason, self._queue, name_of(message.properties))
        return Aside(event=replace(event, raw=message.body[:EVENT_BYTES]), body=message.body, reason=reason)


def _answers(
    opened: Sequence[tuple[QueueMessage, ReadMessage]], received: Iterator[Received | None]
) -> Iterator[Answer]:
    """What each caller is told of its events, in the order in which they came."""
    for message, found in opened:
        told = [_told(next(received), found.ignored) for _ in found.items]
        if found.task_id is not None and None not in told:
            value = told if found.many else told[0]
            yield Answer(task_id=found.task_id, value=value, properties=message.properties)


def _told(answer: Received | None, ignored: Sequence[str]) -> dict[str, Any] | None:
    if answer is None:
        return None
    body = answer.as_dict()
    body["warnings"] += [warning(name) for name in ignored]
    return body
