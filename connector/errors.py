"""Exceptions, sorted by what the caller should do next.

Everything Turnwire raises on purpose is a :class:`TurnwireError`. What a provider did is never an exception: it is a
value (:class:`connector.values.Outcome`). Exceptions take positional arguments only, so that they survive pickling.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def places(error: BaseException, most: int = 5) -> str:
    """Where an error came from, innermost first, as ``file:line``; no message and no values, which may be texts.

    >>> places(ValueError("secret"))
    ''
    """
    frames = traceback.extract_tb(error.__traceback__)[-most:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


class TurnwireError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is one sentence without secrets or customers' text."""


class ConfigurationError(TurnwireError):
    """The configuration or the command's words are wrong: mend them and start again (exit 2).

    ``where`` is the file or place, ``field`` the dotted name, ``expected`` what would have been right.
    """

    def __init__(self, message: str, where: str = "", field: str = "", expected: str = "") -> None:
        super().__init__(message, where, field, expected)
        self.message, self.where, self.field, self.expected = message, where, field, expected

    def __str__(self) -> str:
        return self.message


class MissingExtra(ConfigurationError):
    """An optional part is configured but not installed; the message names the extra to install."""


class Unreachable(TurnwireError):
    """A server that is needed does not answer: try again when it does (exit 1)."""


class DatabaseUnavailable(Unreachable):
    """The database does not answer, or is busy for longer than the time-out."""


class TokenUnavailable(Unreachable):
    """No access token for a source now: its token endpoint fails, and is asked again later."""


class BrokerUnavailable(Unreachable):
    """The broker does not answer; what was stored is safe and will be found by the tick."""


class BrokerRefused(TurnwireError):
    """The broker answers and refuses what is published, such as for a missing right: somebody has to mend that."""


class DatabaseNotReady(TurnwireError):
    """The database has no tables, or another revision than this code, or lies where it must not (exit 1).

    ``message`` is the fact alone. With ``behind``, bringing the database to this code's revision is all that is needed,
    and ``str(error)``, which is read where programs are run, says how.
    """

    def __init__(self, message: str, behind: bool = False) -> None:
        super().__init__(message, behind)
        self.message, self.behind = message, behind

    def __str__(self) -> str:
        return f"{self.message}: run `turnwire migrate`" if self.behind else self.message


class InvalidInput(TurnwireError):
    """One message or argument cannot be taken; nothing was stored of it, nothing else is affected.

    ``field`` names what is wrong, ``expected`` says what would have been right, ``got`` describes what came and never
    holds the text itself.
    """

    def __init__(self, field: str, expected: str, got: str = "") -> None:
        super().__init__(field, expected, got)
        self.field, self.expected, self.got = field, expected, got

    def __str__(self) -> str:
        came = f", got {self.got}" if self.got else ""
        return f"{self.field}: expected {self.expected}{came}"


class RowError(TurnwireError):
    """An action on one row could not be done; nothing was changed.

    ``message`` says the fact; what to do about it is the sentence of each program, made of the fields. ``noun`` is the
    word of the audit, ``id`` the row's id or name, ``status`` where it stands now, ``allowed`` the statuses that the
    action is for. ``because`` is the reason where it is not the status, with what it is about in ``detail``.
    """

    def __init__(
        self,
        message: str,
        noun: str = "",
        id_: int | str = "",
        status: str = "",
        allowed: Sequence[str] = (),
        because: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, noun, id_, status, allowed, because, detail)
        self.message, self.noun, self.id, self.status = message, noun, str(id_), str(status)
        self.allowed, self.because, self.detail = tuple(map(str, allowed)), because, dict(detail or {})

    def __str__(self) -> str:
        return self.message


class NotFound(RowError):
    """The row an operator named does not exist."""


class WrongState(RowError):
    """The row is not in a state that the action is for."""


class Overtaken(RowError):
    """Another operator or worker changed the row first; look again."""


class NotAuthorized(TurnwireError):
    """A source may not log in: its grant was never given, has expired or was revoked, and only a person can give it.

    ``source`` is its name in the configuration, ``reason`` the fact; ``str(error)`` says how.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        self.source, self.reason = source, reason

    def __str__(self) -> str:
        return f"source {self.source}: {self.reason}: run `turnwire sources authorize {self.source}`"


class LeaseLost(TurnwireError):
    """This worker's incarnation was declared dead; it must send nothing more under that name."""
