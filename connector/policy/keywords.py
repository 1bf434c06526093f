"""Keywords of a route in a customer's text: whole words, in any language, that hand the conversation off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from connector.utils.unicode_forms import bounded_marks

# Scripts that put no space between words: there, a keyword is found wherever it stands.
_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han, further planes
)
_JOINERS = "\u200c\u200d"  # within a word of Persian or Hindi
_ALIKE = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u00ad": None, "\u200b": None, "\ufeff": None})


def folded(text: str) -> str:
    """Text as a keyword and a customer's writing of it agree: NFC, one case, one kind of apostrophe, single spaces."""
    small = unicodedata.normalize("NFC", bounded_marks(text)).casefold().translate(_ALIKE)
    # A dotted capital I of Turkish folds to an i with a second dot.
    return " ".join(unicodedata.normalize("NFC", small.replace("i\u0307", "i")).split())


# How mail programs begin what they quote without marking its lines: a rule with words in it, a long one, the quoted
# mail's headers, or "On … wrote:", on one line or two.
_BEGINS = re.compile(
    r"^(?:-{2,}[ \t]*\w[^\n]{0,80}-{2,}|_{10,}"
    r"|\*?(?:from|von|de|da|van|från|od|от)\*?[ \t]*:[^\n]+\n(?:[^\n]*\n){0,2}?"
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado|fecha|data|inviato|verzonden|to|an|à|para|отправлено)\*?[ \t]*:"
    r")[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ON = re.compile(r"^(?:on|am|le|el|em|il|op|den|dnia|w dniu)\b", re.IGNORECASE | re.MULTILINE)
_WROTE = re.compile(r"(?:wrote|schrieb|écrit|escribió|escreveu|scritto|schreef|skrev|napisał)\b", re.IGNORECASE)
_DATE = 5, 300  # characters of a line between "On" and its end, or "wrote"
_NAME = 200  # characters between the date, or the line's beginning, and "wrote"; and from there to the colon


def _quotation(text: str) -> int | None:
    """Where "On … wrote:" begins; looks at each line once, where one expression for it takes a line's length cubed."""
    for on in _ON.finditer(text):
        begin = on.end()
        end = _line_end(text, begin)
        if _wrote_in(text, begin + _DATE[0], min(end, begin + _DATE[1] + _NAME), end):
            return on.start()
        if _DATE[0] <= end - begin <= _DATE[1] and end < len(text):
            following = end + 1
            last = _line_end(text, following)
            if _wrote_in(text, following, min(last, following + _NAME), last):
                return on.start()
    return None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _wrote_in(text: str, begin: int, latest: int, end: int) -> bool:
    """Whether "wrote" begins no later than ``latest``, with a colon behind it before the line's ``end``."""
    for wrote in _WROTE.finditer(text, begin, end):
        if wrote.start() > latest:
            return False
        if text.find(":", wrote.end(), min(end, wrote.end() + _NAME + 1)) >= 0:
            return True
    return False


def own_words(text: str) -> str:
    """A message without what it quotes: marked lines, and whatever follows the head of an unmarked quotation.

    Cautious on the side of the agent: a keyword that is passed over costs one more answer, one in an old mail that is
    quoted would take every conversation away from it.
    """
    begins = _BEGINS.search(text)
    quoted = [place for place in (begins.start() if begins else None, _quotation(text)) if place is not None]
    mine = text[: min(quoted)] if quoted else text
    return "\n".join(line for line in mine.splitlines() if not line.lstrip().startswith(">"))


class Keywords:
    """A route's keywords, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        """``words`` as the configuration has them; a phrase is found however its words are spaced."""
        self._words = {folded(word): word for word in words}

    def __bool__(self) -> bool:
        return bool(self._words)

    def found_in(self, text: str) -> str | None:
        """The first keyword, in the configuration's spelling and order, that ``text`` holds as whole words.

        What the text quotes is not looked at.
        """
        if not self._words:
            return None
        whole = folded(own_words(text))
        return next((word for small, word in self._words.items() if _stands_in(small, whole)), None)


def _stands_in(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = text[at - 1 : at], text[end : end + 1]
        if not (_runs_on(before, word[0]) or _runs_on(word[-1], after)):
            return True
        at = text.find(word, at + 1)
    return False


def _runs_on(left: str, right: str) -> bool:
    """Whether a word goes on from one character to the next."""
    return bool(left and right) and _within_words(left) and _within_words(right)


def _within_words(char: str) -> bool:
    point = ord(char)
    if any(first <= point <= last for first, last in _SPACELESS):
        return False
    return char == "_" or char in _JOINERS or unicodedata.category(char)[0] in "LMN"
