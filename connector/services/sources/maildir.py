"""Rounds of a Maildir: read ``new/``, store, and only then move to ``cur/``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from connector.channels.mail.maildir import Maildir, SpooledMail
from connector.channels.mail.parsing.mime import MAX_HEADERS
from connector.channels.mail.problems import SourceProblem
from connector.services.receive import Receiver
from connector.services.sources.intake import MailIntake, Numbered
from connector.services.sources.pace import grouped
from connector.services.sources.rounds import RoundReport, day_of
from connector.settings import MaildirSettings
from connector.storage.sources import cursors
from connector.utils import failpoints
from connector.values import Event

_SLICE = 0.5


class MaildirRounds:
    """Reads one Maildir."""

    def __init__(
        self, receiver: Receiver, source: MaildirSettings, folder: Path, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        """``folder`` is where a relative path begins; ``stopping`` says whether to end a round early."""
        self._database = receiver.wiring.database
        self._source = source
        self._stopping = stopping
        self._intake = MailIntake(receiver, source)
        self._maildir = Maildir(folder / source.path)

    def round(self) -> RoundReport:
        report = RoundReport()
        first = cursors.first_contact(self._database, self._source.name) / 1000
        mails = self._maildir.new(self._since(first))
        unreadable: SourceProblem | None = None
        weights = [MAX_HEADERS if mail.too_large else mail.size for mail in mails]
        for group in grouped(enumerate(weights)):
            if self._stopping():
                report.more = True
                break
            unreadable = self._take([mails[place] for place in group], first, report) or unreadable
        if unreadable is not None:
            raise unreadable
        return report

    def _since(self, first: float) -> float | None:
        """In seconds since 1970, from when on mails are wanted."""
        if self._source.start == "now":
            return first
        day = day_of(self._source.start)
        return None if day is None else day.timestamp()

    def _take(self, mails: Sequence[SpooledMail], first: float, report: RoundReport) -> SourceProblem | None:
        problem: SourceProblem | None = None
        found: list[Numbered] = []
        for place, mail in enumerate(mails):
            try:
                raw = mail.read()
            except SourceProblem as error:
                problem = error
                continue
            if raw is not None:
                found.append(Numbered(number=place, event=self._event(mail, raw)))
        failpoints.hit("mail_fetched")
        if found:
            report.add(self._intake.store(found, _no_cursor, live=mails[0].arrived >= first))
            failpoints.hit("mail_stored")
            self._maildir.seen([mails[mail.number] for mail in found])
            failpoints.hit("mail_marked")
        return problem

    def _event(self, mail: SpooledMail, raw: bytes) -> Event:
        if mail.too_large:
            return self._intake.too_large(raw, mail.size)
        return self._intake.event(raw, f"{self._source.name}, {mail.key}")

    def wait(self, seconds: float, interrupted: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not interrupted() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE))

    def close(self) -> None:
        """Nothing is open."""


def _no_cursor(_connection: Any, _numbers: Sequence[int]) -> None:
    """What is still in ``new/`` is what is not stored yet."""
