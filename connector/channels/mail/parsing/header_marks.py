"""Marks of machines in a mail's headers, found however their names are spelt."""

from __future__ import annotations

from functools import lru_cache

from connector.channels.mail.parsing.mime import Part

_NO = frozenset({"", "no", "false", "0", "none", "off"})


def squash(name: str) -> str:
    """A header's name without case, ``-`` and ``_``: programs do not agree on them."""
    return name.lower().replace("-", "").replace("_", "")


_SHORT = 40
"""Characters of the names that are remembered: mails have much the same ones."""
_known = lru_cache(2048)(squash)


class HeaderMarks:
    """The headers of one mail by their squashed names."""

    def __init__(self, mail: Part) -> None:
        """Only the names are looked at now."""
        self._mail = mail
        self._names: dict[str, list[str]] = {}
        for name in dict.fromkeys(mail.keys()):
            squashed = _known(name) if len(name) <= _SHORT else squash(name)
            self._names.setdefault(squashed, []).append(name)

    def values(self, *names: str) -> list[str]:
        """The values of these headers (names as :func:`squash` makes them), trimmed and without case."""
        if self._names.keys().isdisjoint(names):
            return []
        spellings = {spelt.lower() for name in names for spelt in self._names.get(name, ())}
        return [value.strip().casefold() for spelt in sorted(spellings) for value in self._mail.headers(spelt)]

    def says(self, *names: str) -> bool:
        """Whether one of these headers holds anything but a word for no."""
        return any(value not in _NO for value in self.values(*names))

    def has(self, *names: str) -> bool:
        """Whether one of these headers is there, and not empty."""
        return any(self.values(*names))

    def precedence(self) -> set[str]:
        """The words of Precedence, and of the header that some programs write for it."""
        return {squash(value) for value in self.values("precedence", "xprecedence")}
