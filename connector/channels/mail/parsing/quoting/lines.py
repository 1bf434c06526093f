"""Lines of a mail as the quote rules read them: without quote marks, with plain spaces, cut at a bound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 400
"""Characters of a line that any rule looks at; what marks a quote is never longer."""

_MARKS = re.compile(r"[ \t]{0,3}((?:[>\uff1e][ \t]{0,2}){1,40})")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0f]")
_PROMPT = re.compile(r">>>(?: |$)")


@dataclass(frozen=True, slots=True)
class MailLine:
    """One line: as it came, and its words without quote marks."""

    raw: str
    words: str
    depth: int
    """How many quote marks stand before the words."""

    @property
    def blank(self) -> bool:
        return not self.words


def mail_lines(text: str) -> list[MailLine]:
    """The lines of a text, whose line ends are those of Unix."""
    return [_line(raw) for raw in text.split("\n")]


def plain_words(text: str) -> str:
    """Text on one line with single plain spaces and nothing invisible, cut at :data:`LONGEST` and a bit."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text[: LONGEST + 100])).strip()


def _line(raw: str) -> MailLine:
    marks = _MARKS.match(raw)
    if marks is None or _PROMPT.match(raw):  # the prompt of Python is no quote of the third degree
        return MailLine(raw, plain_words(raw), 0)
    depth = sum(mark in ">\uff1e" for mark in marks[1])
    return MailLine(raw, plain_words(raw[marks.end() :]), depth)


_CODE = re.compile(
    r"[{}\\$;]|\(\)|=>|->|==|\w\(.{0,80}\)$|\b\d{2}:\d{2}:\d{2}\b|^(?:\$|#|npm|pip|git|sudo|curl|cd|ls|at "
    r"|File \"|Traceback"
    r"|import |from \w+ import|def |class |SELECT |GET |POST |INFO|WARN|ERROR|DEBUG|Error|Exception|\w+Error\b)"
)


def is_code(lines: Sequence[MailLine]) -> bool:
    """Whether lines with quote marks look like code, a shell or a log: those are the customer's own."""
    words = [line.words for line in lines if not line.blank]
    return 2 * sum(_CODE.search(each) is not None for each in words) > len(words)
