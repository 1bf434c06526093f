"""Debounce: quick messages of one conversation become one turn; pure.

A customer who presses Enter after every line wants one answer, not five. On a route with ``debounce`` a turn stays open
for a while: each further message is joined to it and lengthens that while, up to a bound. Once the turn is marked its
text is what was sent, so nothing is joined to it any more; that the storage sees to, under the conversation's lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIMIT = 100_000
"""Code points of a turn's text, as of a single message's."""

BETWEEN = "\n\n"
"""What stands between the messages of a turn: a blank line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Debounce:
    """A route's rule, in milliseconds: a turn waits for ``quiet`` after its last message, ``at_most`` in all."""

    quiet: int
    at_most: int

    def until(self, started: int, now: int) -> int:
        """Until when a turn stays open that began at ``started`` and got its last message ``now``."""
        return min(now + self.quiet, started + self.at_most)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """An accepted message on its way to a turn; ``written`` is when the customer wrote it, as far as it says.

    ``hand`` is the source, and the digest of who the customer is, if it says so.
    """

    event_id: int
    text: str
    priority: int
    callback: str | None = None
    written: int | None = None
    hand: tuple[str, int | None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedPart:
    """Where a message's words stand in its turn's text, in code points."""

    event_id: int
    start: int
    length: int


@dataclass(kw_only=True, slots=True)
class Burst:
    """The last turn of a conversation as messages are joined to it; times in milliseconds by the database's clock.

    ``text`` is the turn's so far, ``until`` when it closes, ``parts`` the messages that this batch brings it.
    """

    turn_id: int
    started: int
    until: int
    was_until: int
    text: str
    priority: int
    callback: str | None
    written: int | None
    hand: tuple[str, int | None] | None = None
    parts: list[JoinedPart] = field(default_factory=list)

    @classmethod
    def of(cls, message: Message, rule: Debounce, now: int) -> Burst:
        """A turn that begins with this message."""
        until = rule.until(now, now)
        return cls(
            turn_id=message.event_id, started=now, until=until, was_until=until, text=message.text,
            priority=message.priority, callback=message.callback, written=message.written,
            hand=message.hand,
            parts=[JoinedPart(event_id=message.event_id, start=0, length=len(message.text))],
        )  # fmt: skip

    def takes(self, message: Message, rule: Debounce, now: int) -> bool:
        """Whether this message belongs to the turn.

        It comes while the turn is open, was written about then too (a file or a batch brings old ones all at once),
        wants its answer at the same place, is of the same customer and source, and fits.
        """
        if message.hand != self.hand:
            return False
        if now > self.until or message.callback != self.callback:
            return False
        if len(self.text) + len(BETWEEN) + len(message.text) > LIMIT:
            return False
        return self.written is None or message.written is None or abs(message.written - self.written) <= rule.quiet

    def add(self, message: Message, rule: Debounce, now: int) -> None:
        """Join the message."""
        start = len(self.text) + len(BETWEEN)
        self.parts.append(JoinedPart(event_id=message.event_id, start=start, length=len(message.text)))
        self.text = f"{self.text}{BETWEEN}{message.text}"
        self.priority = max(self.priority, message.priority)
        self.written = message.written if message.written is not None else self.written
        self.until = max(self.until, rule.until(self.started, now))
