"""Intake of messages: each is stored once, with its turn, in one transaction; then the bell is rung.

Rows first, commit, then wake. A bad message becomes a row with its reason; it never costs the others of its batch.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connector.channels.celery_callback import require_names
from connector.channels.events.schema import content_hash, parse_event, refusal_of
from connector.errors import InvalidInput, places
from connector.services.threads import Threads
from connector.settings import FollowupSettings
from connector.storage.core.database import BadData
from connector.storage.receive.bulk import Chunk, Stored
from connector.storage.receive.events import Along, NewEvent
from connector.storage.receive.known import known
from connector.utils.logs import get_logger
from connector.values import BROKER, Event, EventStatus, Followup, Received, Refusal, source_kind
from connector.wiring import Wiring

if TYPE_CHECKING:
    from connector.storage.core.host_transaction import Joined  # SQLAlchemy's ORM, which costs every command's start

log = get_logger(__name__)

Judge = Callable[[Sequence[Event | Refusal]], list[Event | Refusal]]
"""Says what becomes of messages whose conversations are settled."""
RESERVED = "none, or a program's own: those of [sources], mail, tables and the broker are for their own doors"
"""What a program's event may say of its source."""
BATCH = 500
"""Messages per transaction: small enough that a live message for one of its conversations hardly waits."""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """The one way in: every door ends here."""

    wiring: Wiring

    def receive(self, items: Sequence[Event | Refusal], *, ring: bool = True, live: bool = True) -> list[Received]:
        """Store a batch in one transaction and ring; answers in the same order.

        What is not ``live``, the messages of files, is neither joined to others nor counted by brakes.

        Raises :class:`connector.errors.DatabaseUnavailable`; nothing is stored then, so hand the batch in again.
        """
        if not items:
            return []
        entries = self.entries(Threads(self.wiring.database).settle(items))
        answers = _told(entries, self.wiring.intake.store(entries, live=live))
        if ring and _wake(answers):
            self.wiring.publisher.ring()
        return answers

    def receive_with(
        self, items: Sequence[Event | Refusal], along: Along, *, judge: Judge = list, live: bool = True
    ) -> list[Received]:
        """As :meth:`receive`, where the items come with what ``along`` writes in the same transaction.

        ``judge`` has the last say over each, once its conversation is settled.
        """
        entries = self.entries(judge(Threads(self.wiring.database).settle(items)))
        answers = _told(entries, self.wiring.intake.store_with(entries, along, live=live))
        if _wake(answers):
            self.wiring.publisher.ring()
        return answers

    def receive_within(self, payload: object, source: str, joined: Joined, kind: str | None = None) -> list[Received]:
        """As :meth:`receive_json`, within the caller's own transaction; the bell rings after its commit, if it comes.

        Raises :class:`connector.errors.DatabaseUnavailable`; the caller's transaction is then to be rolled back.
        """
        entries = self.entries(self._all_parsed(payload, source, kind))
        answers = _told(entries, self.wiring.intake.store_in(joined, entries)) if entries else []
        if _wake(answers):
            joined.after_commit(self.wiring.publisher.ring)
        return answers

    def receive_chunk(self, chunk: Chunk) -> Stored | None:
        """Store thousands of accepted messages of configured routes in one transaction and ring.

        None, with nothing stored, if they have to be received one by one. Raises as :meth:`receive`.
        """
        stored = self.wiring.bulk_intake.store(chunk)
        if stored is not None and stored.accepted:
            self.wiring.publisher.ring()
        return stored

    def receive_json(self, payload: object, source: str, kind: str | None = None) -> list[Received]:
        """Events as programs hand them in: one object, or a list of up to 1,000. Never raises for a bad event.

        ``kind`` is that of the door, where ``source`` does not say it.
        """
        return self.receive(self._all_parsed(payload, source, kind))

    def receive_apart(self, items: Sequence[Event | Refusal], *, ring: bool = True) -> list[Received | BadData]:
        """As :meth:`receive`, but what the database refuses for good costs only itself."""
        try:
            return [*self.receive(items, ring=ring)]
        except BadData:
            return [self._alone(item, ring=ring) for item in items]

    def _alone(self, item: Event | Refusal, *, ring: bool) -> Received | BadData:
        try:
            return self.receive([item], ring=ring)[0]
        except BadData as error:
            log.error("event.not_stored", source=item.source, error=str(error))
            return error

    def set_aside(self, raw: bytes, reason: str, queue: str, named: str = "") -> Received:
        """Keep what a broker brought and nobody can read, as a quarantined event of source ``broker``."""
        return self.receive([unreadable(raw, reason, queue, named)])[0]

    def _all_parsed(self, payload: object, source: str, kind: str | None) -> list[Event | Refusal]:
        payloads = payload if isinstance(payload, list) else [payload]
        return [
            self.read(one, source=source, where=source, position=str(place), kind=kind)
            for place, one in enumerate(payloads, 1)
        ]

    def entries(self, items: Sequence[Event | Refusal]) -> list[NewEvent]:
        """What would be stored of each: what cannot be taken becomes a refused one, with the reason."""
        # This machine's clock may be wrong; whether a message is due yet is for the one that will say when it is.
        timed = any(isinstance(item, Event) and item.due_at is not None for item in items)
        now = self.wiring.database.now() if timed else datetime.now(UTC)
        stored = self.taken_before([item for item in items if isinstance(item, Event) and item.callback is not None])
        return [self._entry(item, now, stored) for item in items]

    def taken_before(self, calling: Sequence[Event]) -> set[tuple[str, str]]:
        """Of messages with callbacks that would be refused now, those (source, id) that are stored: they are known."""
        routes = self.wiring.settings.routes
        unlisted = [
            (event.source, event.id)
            for event in calling
            if event.callback is not None
            and event.route in routes
            and routes[event.route].callback_refusal(event.callback)
        ]
        found = known(self.wiring.database, unlisted)
        return {identity for identity, status in found.items() if status != EventStatus.CONTEXT}

    def read(
        self,
        payload: object,
        *,
        source: str,
        where: str,
        position: str,
        raw: bytes | None = None,
        unwrap: Callable[[Any], Any] = lambda payload: payload,
        kind: str | None = None,
    ) -> Event | Refusal:
        """What :meth:`receive` can store of a JSON value: an event, a refusal, or a quarantined event. Never raises.

        ``unwrap`` takes the event out of its envelope and may raise :class:`InvalidInput`; ``where``, ``position`` and
        ``raw`` are kept with a refusal; ``kind`` as for :meth:`receive_json`.
        """
        try:
            event = self._own(parse_event(unwrap(payload), source=source, now=datetime.now(UTC)), source)
            return replace(event, source_kind=source_kind(kind, source))
        except InvalidInput as error:
            refusal = refusal_of(payload, error, where=where, position=position, source=source, raw=raw)
            if error.expected == RESERVED:
                refusal = replace(refusal, reason=f"source: reserved; expected {RESERVED}")
            speaks_for = refusal.source or source
            return replace(refusal, source=source) if self.wiring.settings.reserves(speaks_for) else refusal
        except Exception as error:  # noqa: BLE001 - one bad message must not cost the others of its batch
            log.error("event.quarantined", error=type(error).__name__, at=places(error))
            return quarantined(payload, error, source)

    def _own(self, event: Event, source: str) -> Event:
        """The event, unless it speaks for another door than that of ``source``."""
        if event.source != source and self.wiring.settings.reserves(event.source):
            raise InvalidInput("source", RESERVED, "a reserved one")
        return event

    def _of_section(self, event: Event) -> Event:
        """With the kind of the configured source that brought it, if one did."""
        for name, section in self.wiring.settings.sources.items():
            if event.source_name == name or event.source == section.label:
                return event if event.source_kind == section.kind else replace(event, source_kind=section.kind)
        return event

    def _entry(self, item: Event | Refusal, now: datetime, stored: Collection[tuple[str, str]]) -> NewEvent:
        if isinstance(item, Refusal):
            return refused(item)
        if item.status is EventStatus.QUARANTINED:
            return NewEvent(event=item, hash=_bytes_hash(item))
        item = self._of_section(item)
        route = self.wiring.settings.routes.get(item.route)
        if route is None:
            known = ", ".join(sorted(self.wiring.settings.routes)) or "none yet"
            return refused_event(item, "route", f"a configured route ({known})")
        if item.callback is not None and (item.source, item.id) not in stored:
            refusal = route.callback_refusal(item.callback)
            if refusal is not None:
                return refused_event(item, *refusal)
            try:
                require_names(item.callback, files=self.wiring.settings.broker.kind == "embedded")
            except InvalidInput as error:
                return refused_event(item, error.field, error.expected)
        if item.status is EventStatus.REFUSED:
            return refused_event(item, None, item.reason or "unreadable")
        if item.status is EventStatus.ACCEPTED and _is_due_later(item, now):
            item = replace(item, status=EventStatus.SCHEDULED, followup=_settled(item.followup, route.followups))
        return NewEvent(event=item, hash=content_hash(item))


def _is_due_later(event: Event, now: datetime) -> bool:
    counted = event.followup is not None and event.followup.after is not None
    return counted or (event.due_at is not None and event.due_at > now)


def _settled(wish: Followup | None, route: FollowupSettings) -> Followup:
    """How a follow-up waits: as it says itself, else as its route says now."""
    wish = wish or Followup()
    return Followup(
        after=wish.after,
        keep=route.keep if wish.keep is None else wish.keep,
        expires_after=route.expires_after if wish.expires_after is None else wish.expires_after,
    )


def _bytes_hash(event: Event) -> str:
    return hashlib.sha256(event.raw or b"").hexdigest()


def _told(entries: Sequence[NewEvent], stored: Sequence[Received]) -> list[Received]:
    """The answers, and a word to the log: a line for each that was not taken, and one for those that were."""
    answers = [_plainly(*pair) for pair in zip(entries, stored, strict=True)]
    _log_taken([answer for answer in answers if answer.status not in {EventStatus.REFUSED, EventStatus.CONFLICT}])
    for answer in answers:
        if answer.status in {EventStatus.REFUSED, EventStatus.CONFLICT}:
            log.warning("event.received", status=answer.status, event_id=answer.event_id, reason=answer.reason)
        if answer.braked is not None:
            log.error("conversation.handed_off", event_id=answer.event_id, reason=answer.braked)
    return answers


def _log_taken(answers: Sequence[Received]) -> None:
    if len(answers) == 1:
        (answer,) = answers
        log.info("event.received", status=answer.status, event_id=answer.event_id, turn_id=answer.turn_id)
    elif answers:
        log.info("event.received", **Counter(str(answer.status) for answer in answers))


def _wake(answers: Sequence[Received]) -> bool:
    return any(answer.status is EventStatus.ACCEPTED for answer in answers)


def _plainly(entry: NewEvent, answer: Received) -> Received:
    """What is refused is answered ``refused`` each time it comes, though its row is kept once."""
    if entry.event.status is not EventStatus.REFUSED or answer.status is EventStatus.REFUSED:
        return answer
    return replace(answer, status=EventStatus.REFUSED, reason=entry.event.reason)


def unreadable(raw: bytes, reason: str, queue: str, named: str = "") -> Event:
    """What a broker brought and nobody can read, to be kept whole; ``named`` is what its publisher called it.

    The same again is the same row. Nothing tells whether the broker repeats itself or somebody sent the same bytes a
    second time: a broker may mark what it delivers again, but not whether the first delivery was kept.
    """
    parts = (queue, reason, named, hashlib.sha256(raw).hexdigest())
    made_up = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
    return Event(
        source=BROKER,
        id=f"quarantined:{made_up[:32]}",
        route="",
        conversation="",
        text="",
        status=EventStatus.QUARANTINED,
        reason=f"queue {queue or 'unknown'}: {reason}",
        raw=raw,
    )


def quarantined(payload: object, error: Exception, source: str) -> Event:
    """What made our own reader fail: kept whole, with where it failed. Trying again would fail again."""
    raw = json.dumps(payload, ensure_ascii=True, default=repr).encode()
    return Event(
        source=source,
        id=f"quarantined:{hashlib.sha256(raw).hexdigest()[:32]}",
        route="",
        conversation="",
        text="",
        status=EventStatus.QUARANTINED,
        reason=f"the reader failed with {type(error).__name__} at {places(error)}",
        raw=raw,
    )


def refused(refusal: Refusal) -> NewEvent:
    """A row for what could not become an event, under an id of its own: the same input again is the same row."""
    parts = (refusal.where, refusal.position, refusal.external_id or "", refusal.reason)
    made_up = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
    event = Event(
        source=refusal.source or "unknown",
        id=f"refused:{made_up[:32]}",
        route="",
        conversation="",
        text="",
        status=EventStatus.REFUSED,
        reason=f"{refusal.where}, {refusal.position}: {refusal.reason}",
        raw=refusal.raw,
    )
    return NewEvent(event=event, hash=made_up, given_id=refusal.external_id)


def refused_event(event: Event, field: str | None, expected: str) -> NewEvent:
    """A row for a readable message that cannot be taken; mended, it comes in under its own id as if it were new."""
    reason = f"{field}: expected {expected}" if field else expected
    made_up = hashlib.sha256(f"{event.id}\x1f{reason}".encode("utf-8", "replace")).hexdigest()
    kept = replace(
        event, id=f"refused:{made_up[:32]}", status=EventStatus.REFUSED, reason=reason, callback=None, due_at=None
    )
    return NewEvent(event=kept, hash=content_hash(event), given_id=event.id)
