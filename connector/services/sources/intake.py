"""Intake of mails from a source: each becomes an event of its route, stored with the cursor in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Any

from connector.channels.mail.colleagues import with_receivers
from connector.channels.mail.message import UNREADABLE, oversized
from connector.channels.mail.parser import parser
from connector.channels.mail.parsing.mime import MAX_HEADERS
from connector.errors import DatabaseUnavailable, places
from connector.services.receive import Receiver
from connector.services.sources.answered import AnsweredMails
from connector.services.sources.attachments import DAY_MOST, NOT_TAKEN, files_of
from connector.settings import LmtpSettings, MailboxSettings, MailSourceSettings
from connector.storage.sources import states
from connector.storage.sources.attachments import keep
from connector.utils.logs import get_logger
from connector.values import MAIL_SOURCE, AttachedFile, Event, EventStatus, Received, Refusal

log = get_logger(__name__)

Advance = Callable[[Any, Sequence[int]], None]
"""Moves a cursor on over mails, named by their numbers, within the transaction that stores them."""
_NEW = (EventStatus.ACCEPTED, EventStatus.SCHEDULED, EventStatus.CONTEXT, EventStatus.STOPPED)
"""What a mail becomes that was not here before, and can be read."""
_KEPT = 1024 * 1024
"""Bytes that are kept of a mail that cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """A mail as an event, and the number that the source has for it."""

    number: int
    event: Event


class MailIntake:
    """What becomes of the mails of one source."""

    def __init__(self, receiver: Receiver, source: MailSourceSettings) -> None:
        """Its own addresses are the route's and the source's."""
        self._receiver = receiver
        self.name = source.name
        self.route = source.route
        self.source = f"{MAIL_SOURCE}{source.route}"
        """All mails of a route have this source, whichever way they come: what is known of one is known of all."""
        configured = receiver.wiring.settings.routes.get(source.route)
        self.addresses = (*(configured.addresses if configured else ()), *own_addresses(source))
        self.let_in = configured.let_in if configured else ()
        self._trusted = source.trusted_auth
        self._kind = source.kind_name
        skips = configured is not None and configured.skip_answered
        self._answered = AnsweredMails(receiver.wiring.database, self.name, skips=skips)
        self._keeps_files = source.attachments == "store"

    def event(self, raw: bytes, where: str) -> Event:
        """The event of a mail; one that no parser gets to the end of goes into quarantine. Never raises."""
        try:
            event = parser.parse(
                raw,
                source=self.source,
                route=self.route,
                addresses=self.addresses,
                let_in=self.let_in,
                trusted_auth=self._trusted,
            )
        except Exception as error:  # noqa: BLE001 - one mail must never stop a mailbox
            log.error("mail.not_read", source=self.name, error=type(error).__name__, at=places(error))
            return self.quarantined(raw, where, f"reading it failed with {type(error).__name__}")
        if event.status is EventStatus.REFUSED and event.reason == UNREADABLE:
            return self.quarantined(raw, where, "; ".join(event.warnings) or UNREADABLE)
        event = replace(event, source_name=self.name, source_kind=self._kind)
        return with_receivers(event, self.addresses)

    def too_large(self, head: bytes, size: int) -> Event:
        """The event of a mail of which only the headers were fetched."""
        event = oversized(head[:MAX_HEADERS], self.source, self.route, f"the mail has {size} bytes")
        return replace(event, source_name=self.name, source_kind=self._kind)

    def quarantined(self, raw: bytes, where: str, why: str) -> Event:
        """The event of a mail that is kept as it came; the same again is the same row."""
        digest = hashlib.sha256(raw or where.encode()).hexdigest()
        return Event(
            source=self.source,
            id=f"quarantined:{digest[:32]}",
            route="",
            conversation="",
            text="",
            status=EventStatus.QUARANTINED,
            reason=f"{where}: {why}",
            raw=raw[:_KEPT],
            source_name=self.name,
            source_kind=self._kind,
        )

    def store(self, mails: Sequence[Numbered], advance: Advance, *, live: bool = True) -> list[Received]:
        """Store mails and move the cursor on, in one transaction; what can never be stored goes into quarantine.

        Raises :class:`connector.errors.DatabaseUnavailable`; nothing is stored then.
        """
        try:
            return self._stored(mails, advance, live=live)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one mail must not come back for ever and hold up the others
            log.error("mail.not_stored", source=self.name, mails=len(mails), error=type(error).__name__)
            if len(mails) == 1:
                return self._stored([self._unstorable(mails[0], error)], advance, live=live)
        return [answer for mail in mails for answer in self.store([mail], advance, live=live)]

    def _unstorable(self, mail: Numbered, error: Exception) -> Numbered:
        why = f"storing it failed with {type(error).__name__}"
        return replace(mail, event=self.quarantined(mail.event.raw or b"", f"{self.name}, mail {mail.number}", why))

    def _stored(self, mails: Sequence[Numbered], advance: Advance, *, live: bool) -> list[Received]:
        judged: list[Event | Refusal] = []

        def judge(items: Sequence[Event | Refusal]) -> list[Event | Refusal]:
            judged[:] = self._answered.judged(items)
            return judged

        files = [files_of(mail.event) if self._keeps_files else [] for mail in mails]
        kept: list[AttachedFile] = []

        def along(connection: Any, answers: Sequence[Received]) -> None:
            self._answered.settle(connection, judged, answers, self._receiver.wiring.channels)
            advance(connection, [mail.number for mail in mails])
            kept[:] = self._keep(connection, answers, files)
            states.count(connection, self.name, answers)

        answers = self._receiver.receive_with([mail.event for mail in mails], along, judge=judge, live=live)
        if left_out := Counter(file.why for file in kept if file.why not in {None, NOT_TAKEN}):
            log.warning("attachments.left_out", source=self.name, **left_out)
        return answers

    def _keep(
        self, connection: Any, answers: Sequence[Received], files: Sequence[Sequence[AttachedFile]]
    ) -> list[AttachedFile]:
        """Keep what is attached to the mails that are new."""
        wanted = [
            (int(answer.event_id), file)
            for answer, its in zip(answers, files, strict=True)
            if answer.status in _NEW and answer.event_id is not None
            for file in its
        ]
        return keep(connection, self._receiver.wiring.database, self.name, wanted, DAY_MOST)


def own_addresses(source: MailSourceSettings) -> tuple[str, ...]:
    """The addresses of ours that a source itself names."""
    if isinstance(source, MailboxSettings):
        named = (source.user, parseaddr(source.answers_as)[1])
        return tuple(dict.fromkeys(address for address in named if "@" in address))
    return source.recipients if isinstance(source, LmtpSettings) else ()
