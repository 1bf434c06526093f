"""Rounds of a mailbox: search, fetch, store with the cursor, and only then mark.

Killed between any two of these, the next round goes on where the cursor stands: what was fetched and not stored is
fetched again, what was stored and not marked is marked now. Mails that come twice are known by their identity.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from connector.channels.mail.imap.answers import FetchedMail
from connector.channels.mail.imap.login import TokenGiver
from connector.channels.mail.imap.mailbox import SPAN, ImapMailbox, SelectedFolder
from connector.channels.mail.parsing.mime import MAX_HEADERS, MAX_RAW
from connector.channels.mail.problems import FOLDER, PROTOCOL, READ_ONLY, SourceProblem
from connector.services.receive import Receiver
from connector.services.sources.history import ThreadHistory
from connector.services.sources.intake import MailIntake, Numbered
from connector.services.sources.pace import TOGETHER, grouped
from connector.services.sources.rounds import RoundReport, day_of
from connector.settings import MailboxSettings
from connector.storage.sources import cursors
from connector.storage.sources.cursors import FolderCursor
from connector.utils import failpoints
from connector.utils.logs import get_logger

log = get_logger(__name__)

_ROUND = 1000
"""Mails of one folder in one round; then the other folders have their turn."""
_TRIES = {PROTOCOL: 3}
_PATIENT = 10
"""Times that a mail may end in nonsense, or in a broken connection, before it is passed over."""
_MARGIN = 10 * 60 * 1000
"""Milliseconds by which clocks may differ."""
_SLICE = 0.5
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_USABLE = {FOLDER, READ_ONLY}
"""Problems after which the connection is still good."""


class MailboxRounds:
    """Reads one mailbox; keeps its connection from round to round."""

    def __init__(
        self, receiver: Receiver, source: MailboxSettings, tokens: TokenGiver | None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Nothing is connected yet; ``stopping`` says whether to end a round early."""
        self._database = receiver.wiring.database
        self._source = source
        self._tokens = tokens
        self._stopping = stopping
        self._intake = MailIntake(receiver, source)
        sent = [source.smtp.sent] if source.smtp is not None else []
        self._history = ThreadHistory(self._database, self._intake, [*source.imap.folders, *sent])
        self._mailbox: ImapMailbox | None = None
        self._broke: dict[tuple[str, int], Counter[str]] = {}
        """Which mails the connection broke over, how, and how often."""
        self._next: dict[str, int | None] = {}

    # --- the round ---

    def round(self) -> RoundReport:
        report, problems = RoundReport(), []
        try:
            for folder in self._source.imap.folders:
                try:
                    self._read(folder, report)
                except SourceProblem as problem:
                    if problem.kind not in _USABLE:
                        self.close()
                        raise
                    problems.append(problem)
        except _Interrupted:
            report.more = True
        if problems:
            raise problems[0]
        return report

    def _look_up(self) -> None:
        if self._stopping():
            raise _Interrupted

    def _open(self) -> ImapMailbox:
        if self._mailbox is None:
            self._mailbox = ImapMailbox(self._source, self._tokens)
        return self._mailbox

    def _read(self, name: str, report: RoundReport) -> None:
        self._look_up()
        mailbox = self._open()
        folder = self._select(name)
        self._next[name] = folder.uid_next
        cursor = self._cursor(mailbox, folder)
        unmarked = self._mark(folder, cursor.pending)
        uids, upto = mailbox.new(folder, cursor.last_uid, self._since())
        for start in range(0, min(len(uids), _ROUND), TOGETHER):
            unmarked = self._take(folder, cursor, uids[start : start + TOGETHER], report) or unmarked
        if len(uids) <= _ROUND:
            self._move_on(folder, upto)
            report.more |= folder.uid_next is not None and upto >= cursor.last_uid + SPAN
        else:
            report.more = True
        if unmarked is not None:
            raise unmarked

    def _select(self, name: str) -> SelectedFolder:
        """Open a folder; one in which nothing may be marked is read all the same, and marking it says so."""
        try:
            return self._open().select(name, read_only=self._source.imap.done == "keep")
        except SourceProblem as problem:
            if problem.kind != READ_ONLY:
                raise
            return self._open().select(name, read_only=True)

    def _move_on(self, folder: SelectedFolder, upto: int) -> None:
        """Over UIDs of which no mail is wanted: so a search never covers them again."""
        cursor = cursors.cursor_of(self._database, self._source.name, folder.name)
        if cursor is not None and upto > cursor.last_uid:
            at = (self._source.name, folder.name, folder.uid_validity, upto)
            self._database.write(lambda connection: cursors.advance(connection, *at))

    def _since(self) -> str | None:
        day = day_of(self._source.imap.start)
        return None if day is None else f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"

    def _cursor(self, mailbox: ImapMailbox, folder: SelectedFolder) -> FolderCursor:
        """Where reading goes on; a folder whose UIDs are others now is read again from its beginning."""
        known = cursors.cursor_of(self._database, self._source.name, folder.name)
        if known is not None and known.uid_validity == folder.uid_validity:
            return known
        newest = folder.uid_next - 1 if folder.uid_next else max(mailbox.new(folder, 0, None)[0], default=0)
        cursor = FolderCursor(
            uid_validity=folder.uid_validity, last_uid=0, live_from=newest + 1, since=None, pending=()
        )  # fmt: skip
        if self._source.imap.start == "now":
            cursor = self._from_now(cursor, newest, again=known is not None)
        if known is not None:
            log.warning("mailbox.uids_changed", source=self._source.name, folder=folder.name)
        cursors.begin(self._database, self._source.name, folder.name, cursor)
        return cursor

    def _from_now(self, cursor: FolderCursor, newest: int, *, again: bool) -> FolderCursor:
        """Of what lies there: nothing at the first contact; later what came since then, whatever its UID is now."""
        if not again:
            return replace(cursor, last_uid=newest)
        first = cursors.first_contact(self._database, self._source.name)
        return replace(cursor, since=first - _MARGIN)

    # --- mails ---

    def _take(
        self, folder: SelectedFolder, cursor: FolderCursor, uids: Sequence[int], report: RoundReport
    ) -> SourceProblem | None:
        """Take in mails, group by group; why they could not be marked, if they could not."""
        sizes = {mail.uid: mail for mail in self._open().sizes(uids)}
        wanted = [mail for uid in uids if (mail := sizes.get(uid)) is not None and _wanted(mail, cursor)]
        singly = any(self._broke.get((folder.name, uid)) for uid in uids)
        unmarked = None
        for group in grouped(((mail.uid, _weight(mail)) for mail in wanted), most=1 if singly else TOGETHER):
            self._look_up()
            live = group[0] >= cursor.live_from
            if self._given_up(folder, group[0]):
                report.add(
                    self._intake.store([self._passed_over(folder, group[0])], self._advance(folder, ()), live=live)
                )
                continue
            mails = self._fetched(folder, [sizes[uid] for uid in group])
            failpoints.hit("mail_fetched")
            if mails:
                numbers = [mail.number for mail in mails]
                before, broken = self._before(mails, folder, cursor)
                report.add(self._intake.store([*before, *mails], self._advance(folder, numbers), live=live))
                failpoints.hit("mail_stored")
                if broken is not None:
                    raise broken  # the marks are made up for
                unmarked = self._mark(folder, numbers) or unmarked
                failpoints.hit("mail_marked")
            for uid in group:
                self._broke.pop((folder.name, uid), None)
        return unmarked

    def _before(
        self, mails: Sequence[Numbered], folder: SelectedFolder, cursor: FolderCursor
    ) -> tuple[list[Numbered], SourceProblem | None]:
        """What these mails continue, where older mails were left out; and what broke over it, if something did."""
        if self._source.imap.start != "now":
            return [], None
        before: list[Numbered] = []
        try:
            before = self._history.of(mails, self._open(), folder.name, cursor)
            self._back_to(folder)
        except SourceProblem as problem:
            return before, problem
        return before, None

    def _back_to(self, folder: SelectedFolder) -> None:
        """Open a folder again after another one was, so that no mail of that one is marked."""
        if self._open().opened != folder.name and self._select(folder.name).uid_validity != folder.uid_validity:
            raise SourceProblem(FOLDER, f"the folder {folder.name} was made anew meanwhile")

    def _advance(self, folder: SelectedFolder, marks: Collection[int]) -> Callable[[Any, Sequence[int]], None]:
        """Move the cursor over stored mails; those among ``marks`` are to be marked then."""
        keeps = self._source.imap.done == "keep"

        def advance(connection: Any, uids: Sequence[int]) -> None:
            at = (self._source.name, folder.name, folder.uid_validity, max(uids))
            cursors.advance(connection, *at, stored=() if keeps else [uid for uid in uids if uid in marks])

        return advance

    def _fetched(self, folder: SelectedFolder, group: Sequence[FetchedMail]) -> list[Numbered]:
        """The mails as events; it is counted which ones the connection broke over."""
        try:
            return self._events(folder, group)
        except SourceProblem as problem:
            for mail in group:
                self._broke.setdefault((folder.name, mail.uid), Counter())[problem.kind] += 1
            raise

    def _given_up(self, folder: SelectedFolder, uid: int) -> bool:
        counted = self._broke.get((folder.name, uid), Counter())
        return any(times >= _TRIES.get(kind, _PATIENT) for kind, times in counted.items())

    def _events(self, folder: SelectedFolder, group: Sequence[FetchedMail]) -> list[Numbered]:
        mailbox = self._open()
        fits = [mail for mail in group if (mail.size or 0) <= MAX_RAW]
        bodies = mailbox.bodies([mail.uid for mail in fits], sum(mail.size or 0 for mail in fits)) if fits else {}
        found = []
        for mail in group:
            if mail.uid in bodies:
                event = self._intake.event(bodies[mail.uid], self._where(folder, mail.uid))
            elif mail not in fits and (head := mailbox.headers(mail.uid)) is not None:
                event = self._intake.too_large(head, mail.size or 0)
            elif mailbox.exists(mail.uid):
                raise SourceProblem(PROTOCOL, f"the server lists the mail UID {mail.uid} and does not hand it out")
            else:
                continue  # somebody deleted it meanwhile
            found.append(Numbered(number=mail.uid, event=event))
        return found

    def _passed_over(self, folder: SelectedFolder, uid: int) -> Numbered:
        """A mail that the server cannot hand out, time after time: kept as that, and left unmarked where it is."""
        head = b""
        try:
            head = self._open().headers(uid) or b""
        except SourceProblem:
            self.close()
            self._select(folder.name)
        self._broke.pop((folder.name, uid), None)
        log.error("mail.passed_over", source=self._source.name, folder=folder.name, uid=uid)
        event = self._intake.quarantined(head, self._where(folder, uid), "the server could not hand it out")
        return Numbered(number=uid, event=event)

    def _where(self, folder: SelectedFolder, uid: int) -> str:
        return f"{self._source.name}, folder {folder.name}, UID {uid}"

    def _mark(self, folder: SelectedFolder, uids: Sequence[int]) -> SourceProblem | None:
        """Do with stored mails what the configuration says; a problem that leaves the connection good comes back."""
        if not uids:
            return None
        try:
            self._open().mark(uids, self._source.imap.done, keywords=folder.keywords)
        except SourceProblem as problem:
            if problem.kind not in _USABLE:
                raise
            return problem
        cursors.marked(self._database, self._source.name, folder.name, folder.uid_validity, uids)
        return None

    # --- between rounds ---

    def wait(self, seconds: float, interrupted: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        idles = self._mailbox is not None and self._mailbox.idles
        while not interrupted() and (left := until - time.monotonic()) > 0:
            if not idles or left < _SLICE:
                time.sleep(min(left, _SLICE))
            elif self._news(left, interrupted):
                time.sleep(max(0.0, _SLICE - seconds + until - time.monotonic()))  # a server may have news without end
                return
            else:
                idles = self._mailbox is not None and time.monotonic() > until - left + _SLICE

    def _news(self, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """Whether something came into the first folder, now or since it was read; False also where that breaks.

        Then the time is waited out without it: the next round connects anew, and finds out what is wrong.
        """
        first = self._source.imap.folders[0]
        try:
            folder = self._select(first)
            came = folder.uid_next is not None and folder.uid_next != self._next.get(first, folder.uid_next)
            return came or self._open().wait(seconds, interrupted)
        except SourceProblem as problem:
            log.info("mailbox.idle_ended", source=self._source.name, problem=problem.kind)
            self.close()
            return False

    def close(self) -> None:
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            mailbox.close()


class _Interrupted(Exception):
    """The round is to end now."""


def _weight(mail: FetchedMail) -> int:
    """Bytes that a mail adds to its group: of one that is too large only the headers are fetched."""
    if mail.size is None:
        return MAX_RAW
    return mail.size if mail.size <= MAX_RAW else MAX_HEADERS


def _wanted(mail: FetchedMail, cursor: FolderCursor) -> bool:
    if cursor.since is None or mail.uid >= cursor.live_from or mail.arrived is None:
        return True
    return mail.arrived.timestamp() * 1000 >= cursor.since
