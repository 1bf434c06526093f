"""History of a thread: the mails from before the first contact that a new mail continues, as context for the agent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from connector.channels.mail.imap.mailbox import ImapMailbox, SelectedFolder
from connector.channels.mail.problems import FOLDER, SourceProblem
from connector.policy.threads import reply_named
from connector.services.sources.answered import is_colleagues
from connector.services.sources.intake import MailIntake, Numbered
from connector.storage.core.database import Database
from connector.storage.receive.known import known
from connector.storage.sources.cursors import FolderCursor, cursor_of
from connector.values import ContextBy, Event, EventStatus
from connector.values.guards import OWN_ADDRESS

PER_MAIL = 50
"""Ids of a mail that are looked for, the newest first."""
_PER_GROUP = 100
"""Searches for the mails that are stored together: each costs a server a look through its folder."""
_ELSEWHERE = 100
"""Further ones, in all folders but the one that is read."""
_BYTES = 5 * 1024 * 1024
"""Of all of them together; larger ones are left out."""
_NO_NUMBER = 0
"""That of a mail from another folder, where its UID says nothing."""


@dataclass(kw_only=True, slots=True)
class _Search:
    """What is looked for, the newest first, and what was found by it; ``room`` and ``looks`` are left of the limits."""

    wanted: list[str]
    looks: int = _PER_GROUP
    room: int = _BYTES
    found: dict[str, Numbered] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """Ids to look for now."""
        return [name for name in self.wanted if name not in self.found][: self.looks]


class ThreadHistory:
    """Finds the older mails of threads, in the folder that is open first and then in the others of the mailbox."""

    def __init__(self, database: Database, intake: MailIntake, folders: Sequence[str]) -> None:
        """Looks for nothing yet; a folder of ``folders`` that is not there is passed over."""
        self._database = database
        self._intake = intake
        self._folders = tuple(dict.fromkeys(folders))

    def of(self, mails: Sequence[Numbered], mailbox: ImapMailbox, folder: str, cursor: FolderCursor) -> list[Numbered]:
        """The older mails that these continue and that are not stored, oldest first, with the status ``context``.

        ``folder`` is open; afterwards another one may be. Raises
        :class:`connector.channels.mail.problems.SourceProblem`.
        """
        search = _Search(wanted=self._wanted([mail.event for mail in mails]))
        self._look(search, mailbox, folder, below=cursor.live_from)
        search.looks = _ELSEWHERE
        for other in self._folders:
            if other != folder and search.missing() and (opened := _opened(mailbox, other)) is not None:
                self._look(search, mailbox, other, below=self._live_from(opened), numbered=False)
        return [search.found[name] for name in reversed(search.wanted) if name in search.found]

    def _live_from(self, folder: SelectedFolder) -> int | None:
        """From which UID on the mails of another folder come by themselves; None if it is not read, or not yet."""
        cursor = cursor_of(self._database, self._intake.name, folder.name)
        return cursor.live_from if cursor is not None and cursor.uid_validity == folder.uid_validity else None

    def _look(
        self, search: _Search, mailbox: ImapMailbox, folder: str, *, below: int | None, numbered: bool = True
    ) -> None:
        """Look through the folder that is open, for mails of UIDs ``below`` that."""
        uids: dict[int, str] = {}
        for name in search.missing():
            older = [uid for uid in mailbox.named(name) if below is None or uid < below]
            uids.update((uid, name) for uid in older[-1:])
            search.looks -= 1
        sizes: dict[int, int] = {}
        for mail in mailbox.sizes(sorted(uids)) if uids else ():
            if mail.size is not None and mail.size <= search.room:
                sizes[mail.uid] = mail.size
                search.room -= mail.size
        bodies = mailbox.bodies(list(sizes), sum(sizes.values())) if sizes else {}
        for uid, event in self._events(bodies, uids, folder):
            search.found[event.id] = Numbered(number=uid if numbered else _NO_NUMBER, event=event)

    def _wanted(self, events: Sequence[Event]) -> list[str]:
        """Ids that are named and not stored, those of each mail from the newest on; our answers' are known anyway."""
        here = {event.id for event in events}
        threads = (event.thread.names[:PER_MAIL] for event in events if event.thread and _goes_on(event))
        names = dict.fromkeys(name for thread in threads for name in thread if "@" in name and name not in here)
        stored = known(self._database, [(self._intake.source, name) for name in names])
        return [name for name in names if (self._intake.source, name) not in stored and reply_named(name) is None]

    def _events(self, bodies: dict[int, bytes], uids: dict[int, str], folder: str) -> Iterator[tuple[int, Event]]:
        for uid, raw in sorted(bodies.items()):
            event = self._intake.event(raw, f"{self._intake.name}, folder {folder}, UID {uid}")
            # A search by a header finds what only contains the id, too; and what a machine wrote tells nothing.
            if event.id == uids[uid] and event.status is EventStatus.ACCEPTED:
                yield uid, replace(event, status=EventStatus.CONTEXT, context_by=ContextBy.FETCH)
            elif event.id == uids[uid] and is_colleagues(event):
                yield uid, event  # it becomes context when its conversation is settled
            elif event.id == uids[uid] and _began_it(event):
                yield uid, replace(event, status=EventStatus.CONTEXT, context_by=ContextBy.AUTHOR)


def _opened(mailbox: ImapMailbox, folder: str) -> SelectedFolder | None:
    try:
        return mailbox.select(folder, read_only=True)
    except SourceProblem as problem:
        if problem.kind != FOLDER:
            raise
        return None


def _began_it(event: Event) -> bool:
    """Whether a colleague wrote it first, and the customer has answered."""
    return event.status is EventStatus.STOPPED and event.reason == OWN_ADDRESS and bool(event.text.strip())


def _goes_on(event: Event) -> bool:
    return event.status is EventStatus.ACCEPTED
