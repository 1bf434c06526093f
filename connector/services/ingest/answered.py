"""Answered mails of a bulk import: how many of those to be sent have their answer in the files already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from connector.channels.mail.colleagues import answered
from connector.policy.threads import sender_of
from connector.storage.core.times import millis
from connector.storage.receive.bulk import Chunk
from connector.values import Event, MailThread


@dataclass(kw_only=True, slots=True)
class AnsweredTally:
    """Counts them; ``ours`` are our own addresses. Of each mail some numbers are kept, not its words."""

    ours: Collection[str]
    _latest: dict[int, int] = field(default_factory=dict)
    _named: set[int] = field(default_factory=set)
    _sent: list[tuple[int, int, int | None]] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Note a mail that would not be sent: it may be a colleague's answer."""
        at, thread = millis(event.occurred_at), event.thread or MailThread()
        for address in answered(event, self.ours):
            self._named.update(hash((name, address)) for name in thread.names)
            if at is not None:
                key = hash((event.route, event.conversation, address))
                self._latest[key] = max(at, self._latest.get(key, at))

    def sent(self, event: Event) -> None:
        """Note a message that would be sent."""
        self._note_sent(event.route, event.conversation, event.id, event.thread, millis(event.occurred_at))

    def sent_of(self, chunk: Chunk, place: int) -> None:
        """The same of one of a chunk."""
        key, id_ = chunk.conversation[place], chunk.external_id[place]
        self._note_sent(chunk.route[place], key, id_, chunk.thread[place], chunk.occurred_at[place])

    def _note_sent(self, route: str, key: str, id_: str, thread: MailThread | None, at: int | None) -> None:
        for address in sorted(sender_of(thread))[:1] if thread is not None else ():
            self._sent.append((hash((id_, address)), hash((route, key, address)), at))

    def count(self) -> int:
        """How many of the mails to be sent a colleague has answered: by name, or later in their thread."""
        return sum(name in self._named or self._is_older(thread, at) for name, thread, at in self._sent)

    def _is_older(self, thread: int, at: int | None) -> bool:
        return at is not None and self._latest.get(thread, at) > at
