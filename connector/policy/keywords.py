"""Keywords of a route in a customer's text: whole words, in any language, that hand the conversation off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

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
    small = unicodedata.normalize("NFC", text).casefold().translate(_ALIKE)
    # A dotted capital I of Turkish folds to an i with a second dot.
    return " ".join(unicodedata.normalize("NFC", small.replace("i\u0307", "i")).split())


# How mail programs begin what they quote without marking its lines: a rule with words in it, a long one, "On … wrote:",
# or the quoted mail's headers.
_BEGINS = re.compile(
    r"^(?:-{2,}[ \t]*\w[^\n]{0,80}-{2,}|_{10,}"
    r"|(?:on|am|le|el|em|il|op|den|dnia|w dniu)\b[^\n]{5,300}\n?[^\n]{0,200}"
    r"(?:wrote|schrieb|écrit|escribió|escreveu|scritto|schreef|skrev|napisał)\b[^\n]{0,200}:"
    r"|\*?(?:from|von|de|da|van|från|od|от)\*?[ \t]*:[^\n]+\n(?:[^\n]*\n){0,2}?"
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado|fecha|data|inviato|verzonden|to|an|à|para|отправлено)\*?[ \t]*:"
    r")[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)


def own_words(text: str) -> str:
    """A message without what it quotes: marked lines, and whatever follows the head of an unmarked quotation.

    Cautious on the side of the agent: a keyword that is passed over costs one more answer, one in an old mail that is
    quoted would take every conversation away from it.
    """
    begins = _BEGINS.search(text)
    mine = text[: begins.start()] if begins else text
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
