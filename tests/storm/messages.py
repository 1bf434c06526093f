"""The storm's messages: every text is unlike any other, says where it belongs, and which answer it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

MEGABYTE = 1_000_000
_FORM = re.compile(r"storm (?P<conversation>\S+) (?P<position>\d+) wants (?P<mood>\w+)")
_MOODS = {37: "nul", 53: "surrogate", 211: "megabyte"}
"""Every how many messages an answer is hard to store."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One customer message: the ``position``-th, from 1, of its conversation."""

    conversation: str
    position: int
    mood: str = "words"

    @property
    def text(self) -> str:
        """What is sent; the provider's log is read by it."""
        return f"storm {self.conversation} {self.position} wants {self.mood}"


def parse(text: str) -> Message:
    """A text of ours, back from a log."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"not a message of the storm: {text[:60]!r}")
    return Message(conversation=found["conversation"], position=int(found["position"]), mood=found["mood"])


def mood(number: int) -> str:
    """The mood of the storm's ``number``-th message."""
    return next((name for every, name in _MOODS.items() if number % every == every - 1), "words")


def answer_to(text: str) -> str:
    """What the agent says: plain words, or what databases choke on."""
    words = f"answer to: {text}"
    if text.endswith("wants nul"):
        return f"{words} \x00 and on"
    if text.endswith("wants surrogate"):
        return f"{words} \ud83d and on"
    if text.endswith("wants megabyte"):
        return words + "." * (MEGABYTE - len(words))
    return words


def stored_answer(text: str) -> str:
    """The same answer as a database keeps it."""
    return answer_to(text).replace("\x00", "\N{REPLACEMENT CHARACTER}").replace("\ud83d", "\N{REPLACEMENT CHARACTER}")
