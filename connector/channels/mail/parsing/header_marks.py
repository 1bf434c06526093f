"""Marks of machines in a mail's headers, found however their names are spelt."""

from __future__ import annotations

from collections import defaultdict

from connector.channels.mail.parsing.mime import Part

_NO = frozenset({"", "no", "false", "0", "none", "off"})


def squash(name: str) -> str:
    """A header's name without case, ``-`` and ``_``: programs do not agree on them."""
    return name.lower().replace("-", "").replace("_", "")


class HeaderMarks:
    """The headers of one mail by their squashed names."""

    def __init__(self, mail: Part) -> None:
        """Only the names are looked at now."""
        self._mail = mail
        self._names: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for name in mail.keys():  # noqa: SIM118 - a mail is no mapping
            self._names[squash(name)][name.lower()] = None

    def values(self, *names: str) -> list[str]:
        """The values of these headers (names as :func:`squash` makes them), trimmed and without case."""
        found = (self._mail.headers(spelt) for name in names for spelt in self._names.get(name, ()))
        return [value.strip().casefold() for values in found for value in values]

    def says(self, *names: str) -> bool:
        """Whether one of these headers holds anything but a word for no."""
        return any(value not in _NO for value in self.values(*names))

    def has(self, *names: str) -> bool:
        """Whether one of these headers is there, and not empty."""
        return any(self.values(*names))

    def precedence(self) -> set[str]:
        """The words of Precedence, and of the header that some programs write for it."""
        return {squash(value) for value in self.values("precedence", "xprecedence")}
