"""Times of answers: of two mails of one file the one that answers the other is the later, whatever their clocks say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector.channels.files.entry import FileEntry
from connector.values import Event

_MOST = 200_000
"""Mails whose times are kept in mind."""
_NEXT = timedelta(seconds=1)


def in_time(entries: Iterator[FileEntry]) -> Iterator[FileEntry]:
    """The same, no mail before one that it answers, in whichever order they stand."""
    times = _Times()
    for entry in entries:
        yield replace(entry, item=times.settled(entry.item)) if isinstance(entry.item, Event) else entry


@dataclass(slots=True)
class _Times:
    """When known mails were written, by their ids, and when the first answer to an id was."""

    written: dict[str, datetime] = field(default_factory=dict)
    answered: dict[str, datetime] = field(default_factory=dict)

    def settled(self, mail: Event) -> Event:
        """The mail at a time that fits those before it in the file."""
        at = mail.occurred_at
        if at is None or mail.thread is None:
            return mail
        names = mail.thread.names
        questions = [self.written[name] for name in names if name in self.written and name != mail.id]
        if mail.id in self.answered and at >= self.answered[mail.id]:
            at = self.answered[mail.id] - _NEXT
        if questions and at <= max(questions):
            at = max(questions) + _NEXT
        if len(self.written) < _MOST:
            self.written.setdefault(mail.id, at)
            for name in names:
                self.answered[name] = min(at, self.answered.get(name, at))
        return mail if at == mail.occurred_at else replace(mail, occurred_at=at)
