"""History of a thread: the mails from before the first contact that a new mail continues, as context for the agent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connector.channels.mail.imap.mailbox import ImapMailbox
from connector.services.sources.answered import is_colleagues
from connector.services.sources.intake import MailIntake, Numbered
from connector.storage.core.database import Database
from connector.storage.receive.known import known
from connector.storage.sources.cursors import FolderCursor
from connector.values import ContextBy, Event, EventStatus

PER_MAIL = 50
"""Ids of a mail that are looked for, the newest first."""
_PER_GROUP = 100
"""Searches for the mails that are stored together: each costs a server a look through its folder."""
_BYTES = 5 * 1024 * 1024
"""Of all of them together; larger ones are left out."""


class ThreadHistory:
    """Finds the older mails of threads in the folder that is open."""

    def __init__(self, database: Database, intake: MailIntake) -> None:
        """Looks for nothing yet."""
        self._database = database
        self._intake = intake

    def of(self, mails: Sequence[Numbered], mailbox: ImapMailbox, cursor: FolderCursor) -> list[Numbered]:
        """The older mails that these continue and that are not stored, oldest first, with the status ``context``.

        Raises :class:`connector.channels.mail.problems.SourceProblem`.
        """
        wanted = self._wanted([mail.event for mail in mails])
        found: dict[int, str] = {}
        for name in wanted[:_PER_GROUP]:
            older = [uid for uid in mailbox.named(name) if uid < cursor.live_from]
            found.update((uid, name) for uid in older[-1:])
        sizes, left = {}, _BYTES
        for mail in mailbox.sizes(sorted(found)) if found else ():
            if mail.size is not None and mail.size <= left:
                sizes[mail.uid] = mail.size
                left -= mail.size
        bodies = mailbox.bodies(list(sizes), sum(sizes.values())) if sizes else {}
        return [Numbered(number=uid, event=event) for uid, event in self._events(bodies, found)]

    def _wanted(self, events: Sequence[Event]) -> list[str]:
        """Ids that are named and not stored, those of each mail from the newest on."""
        here = {event.id for event in events}
        threads = (event.thread.names[:PER_MAIL] for event in events if event.thread and _goes_on(event))
        names = dict.fromkeys(name for thread in threads for name in thread if "@" in name and name not in here)
        stored = known(self._database, [(self._intake.source, name) for name in names])
        return [name for name in names if (self._intake.source, name) not in stored]

    def _events(self, bodies: dict[int, bytes], found: dict[int, str]) -> Iterator[tuple[int, Event]]:
        for uid, raw in sorted(bodies.items()):
            event = self._intake.event(raw, f"{self._intake.name}, UID {uid}")
            # A search by a header finds what only contains the id, too; and what a machine wrote tells nothing.
            if event.id == found[uid] and event.status is EventStatus.ACCEPTED:
                yield uid, replace(event, status=EventStatus.CONTEXT, context_by=ContextBy.FETCH)
            elif event.id == found[uid] and is_colleagues(event):
                yield uid, event  # it becomes context when its conversation is settled


def _goes_on(event: Event) -> bool:
    return event.status is EventStatus.ACCEPTED
