"""Record of what the sandbox received: one entry a call, and the counts that a sender's test needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from connector.sandbox.model import CallName, ProviderName, Received, Summary


class Entry:
    """One call, written on arrival and completed as it goes on; slots, because storms make hundreds of thousands."""

    __slots__ = ("at", "call", "chat", "fault", "http_status", "n", "processed", "provider", "sending_in", "text")

    def __init__(self, n: int, provider: ProviderName, call: CallName, chat: str | None) -> None:
        self.n = n
        self.at = time.time()
        self.provider = provider
        self.call = call
        self.chat = chat
        self.text: str | None = None
        self.processed = False
        self.http_status: int | None = None
        self.fault: str | None = None
        self.sending_in: str | None = None  # the chat it was sent to; a message without a session may end up elsewhere

    def as_line(self) -> Received:
        """The entry as ``/_sandbox/received`` shows it."""
        return {
            "n": self.n,
            "at": utc_text(self.at),
            "provider": self.provider,
            "call": self.call,
            "chat": self.chat,
            "text": self.text,
            "processed": self.processed,
            "http_status": self.http_status,
            "fault": self.fault,
        }


class Record:
    """All entries since the start or the last reset, and the counts of the summary."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._texts: set[tuple[str | None, str | None]] = set()
        self._sending: dict[str | None, dict[int, Callable[[], bool]]] = {}
        self._in_flight = 0
        self._counts: Summary = {
            "processed": 0,
            "chats": 0,
            "repeated": 0,
            "concurrent": 0,
            "max_in_flight": 0,
            "rejected": 0,
        }

    def arrived(self, provider: ProviderName, call: CallName, chat: str | None) -> Entry:
        """A call came in; ``chat`` is the id in its path, if it has one."""
        entry = Entry(len(self._entries) + 1, provider, call, chat)
        self._entries.append(entry)
        self._in_flight += 1
        self._counts["max_in_flight"] = max(self._counts["max_in_flight"], self._in_flight)
        return entry

    def sending(self, entry: Entry, client_waits: Callable[[], bool]) -> None:
        """The call is a message to ``entry.chat``; another message of that chat that is waited for overlaps it."""
        entry.sending_in = entry.chat
        others = self._sending.setdefault(entry.chat, {})
        if any(waits() for waits in others.values()):
            self._counts["concurrent"] += 1
        others[entry.n] = client_waits

    def entered(self, entry: Entry) -> None:
        """The call's message entered the history, or its chat was created."""
        entry.processed = True
        if entry.call != "send":
            return
        self._counts["processed"] += 1
        key = (entry.chat, entry.text)
        self._counts["repeated"] += key in self._texts
        self._texts.add(key)

    def chat_opened(self) -> None:
        """A chat was created, by an open or on the way of a message."""
        self._counts["chats"] += 1

    def rejected(self) -> None:
        """A vendor's own refusal was answered."""
        self._counts["rejected"] += 1

    def left(self, entry: Entry) -> None:
        """The call is over, whatever came of it."""
        self._in_flight -= 1
        others = self._sending.get(entry.sending_in)
        if others is not None:
            others.pop(entry.n, None)
            if not others:
                del self._sending[entry.sending_in]

    def lines(self) -> Iterator[Received]:
        """All entries in order of arrival; entries that arrive meanwhile are included."""
        return (entry.as_line() for entry in self._entries)

    def summary(self) -> Summary:
        """The counts as they stand."""
        return self._counts.copy()


def utc_text(at: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
