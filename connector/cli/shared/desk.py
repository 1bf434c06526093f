"""Shared parts of operators' commands: their database, the words they type, going on after a refusal."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.shared.output import Out, confirm, read_settings, report, silence_log
from connector.errors import BrokerUnavailable, ConfigurationError, InvalidInput, NotFound, Overtaken, WrongState

if TYPE_CHECKING:
    from connector.services.operations import Operations
    from connector.settings import Settings
    from connector.storage.core.database import Database
    from connector.values import Change
    from connector.wiring import Wiring

NEWEST = 50
"""Rows of a list that people see without asking for more."""

_LONGEST_ID = 18  # digits that fit the databases' integers
_NO_TIME = "2026-11-21T10:00:00Z, 2026-11-21 (from midnight UTC) or an age such as 90m, 24h or 2d"
_NO_COMING = "2026-11-21T10:00:00Z (with its zone) or a wait such as 90m, 24h or 2d"


# --- words of the command line ---------------------------------------------------------------------------------------


def past(text: str) -> datetime:
    """``--since`` and ``--until``: a time with its zone, a day in UTC, or how long ago; raises BadParameter."""
    return _moment(text, -1, _NO_TIME, days=True)


def coming(text: str, now: datetime | None = None) -> datetime:
    """``--at``: a time with its zone, or in how long from ``now``; raises BadParameter."""
    return _moment(text, +1, _NO_COMING, days=False, now=now)


def duration(text: str) -> float:
    """``--older-than``: a duration in seconds; raises BadParameter."""
    from connector.settings.types import seconds

    try:
        return seconds(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no duration such as 90s, 10m, 24h or 2d") from None


def _moment(text: str, direction: int, expected: str, *, days: bool, now: datetime | None = None) -> datetime:
    from connector.settings.types import seconds

    try:
        return (now or datetime.now(UTC)) + direction * timedelta(seconds=seconds(text))
    except (ValueError, OverflowError):
        pass
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        if days and len(text.strip()) == len("2026-11-21"):
            return found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise typer.BadParameter(f"{text!r} is not understood: {expected}")


def states(kind: type[StrEnum]) -> str:
    """The help of an option ``--status`` that takes several of these."""
    return f"Only {', '.join(kind)}; may be given several times."


RouteOption = Annotated[str | None, typer.Option("--route", metavar="NAME", help="Only this route.")]
AccountOption = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Only this account.")]
SinceOption = Annotated[
    datetime | None,
    typer.Option("--since", metavar="TIME", parser=past, help="From this time on, or this age: 2026-11-21, 24h."),
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", metavar="TIME", parser=past, help="Before this time, or this age.")
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=0, help=f"At most so many, 0 for all; else {NEWEST}, with --json all."),
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who decides, for the history; else your user name.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="With a filter: say what would change, change nothing.")]


def number(word: str, noun: str) -> int:
    """An id as the database has it; raises :class:`NotFound` for a word that can be none."""
    if not (word.isascii() and word.isdigit() and len(word) <= _LONGEST_ID):
        raise NotFound(f"there is no {noun} {word}")
    return int(word)


def actor(by: str | None) -> str:
    """Who is at work: ``--by``, else the user of the operating system."""
    if by is not None:
        if not by.strip():
            raise ConfigurationError("--by is empty", "", "--by", "a name")
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without an entry for its user
        return f"uid-{os.getuid()}"


def typed(text: str, option: str) -> str:
    """A text of the command line, ``-`` standing for standard input; raises :class:`InvalidInput`."""
    if text != "-":
        return text
    if sys.stdin.isatty():
        print("type the text, then Ctrl-D:", file=sys.stderr)
    try:
        read = sys.stdin.read().removesuffix("\n")
    except UnicodeDecodeError:
        raise InvalidInput(option, "text in UTF-8 on standard input", "other bytes") from None
    if not read.strip():
        raise InvalidInput(option, "some text on standard input", "none")
    return read


# --- the desk --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a command works: its output and the wiring over a database at this code's revision."""

    out: Out
    wiring: Wiring

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.wiring.settings

    @property
    def database(self) -> Database:
        """The database."""
        return self.wiring.database

    @property
    def naming(self) -> Mapping[str, Any]:
        """What the views of turns want to know of the configuration."""
        return {"providers": self.wiring.providers_by_account, "limits": self.wiring.limits}

    def route(self, name: str | None) -> str | None:
        """``--route``, if there is or ever was such a route; raises :class:`ConfigurationError`."""
        from connector.storage import queries

        if name is not None and name not in self.settings.routes:
            self._only_used(
                "route", name, self.settings.routes, queries.conversations(self.database, route=name, limit=1)
            )
        return name

    def account(self, name: str | None) -> str | None:
        """``--account``, likewise."""
        from connector.storage import queries

        if name is not None and name not in self.settings.accounts:
            used = queries.conversations(self.database, account=name, limit=1)
            self._only_used("account", name, self.settings.accounts, used)
        return name

    def _only_used(self, noun: str, name: str, configured: Iterable[str], used: Iterator[Any]) -> None:
        if next(used, None) is None:
            raise self.unknown(noun, name, configured)

    def unknown(self, noun: str, name: str, known: Iterable[str]) -> ConfigurationError:
        """The error for a name nobody knows, with the nearest one or all of them."""
        names = sorted(known)
        near = get_close_matches(name.lower(), names, n=1)
        expected = near[0] if near else ", ".join(names) or f"a configured {noun}, and there is none"
        hint = f": did you mean {near[0]}?" if near else f": there is {expected}" if names else ""
        return ConfigurationError(f"no {noun} {name}{hint}", str(self.settings.path), noun, expected)

    def listed(
        self,
        rows: Callable[[int | None], Iterator[dict[str, Any]]],
        limit: int | None,
        columns: Mapping[str, str],
        shape: Callable[[dict[str, Any]], Mapping[str, Any]],
        empty: str = "nothing found",
    ) -> None:
        """Print a list, the newest first; ``rows`` takes how many, ``shape`` makes of each what people see."""
        wanted = limit or None
        if self.out.as_json:
            self.out.rows(rows(wanted), columns)
            return
        most = NEWEST if limit is None else wanted
        found = list(rows(most if most is None else most + 1))
        self.out.rows((shape(row) for row in islice(found, most)), columns, empty)
        if most is not None and len(found) > most and limit is None:
            self.out.note(f"these are the newest {most}; --limit 0 lists all")

    def agreed(self, question: str, *, yes: bool) -> None:
        """Ask before much is changed; raises :class:`typer.Exit` with 1 if the answer is no."""
        if not confirm(f"{question} Go on?", yes=yes):
            self.out.note("nothing was changed")
            raise typer.Exit(1)

    @property
    def operations(self) -> Operations:
        """What operators do."""
        from connector.services.operations import Operations

        return Operations(wiring=self.wiring)

    def ring(self) -> None:
        """Wake the workers; without an answer from the broker they find the work within seconds by themselves."""
        from tasks.application import create

        publisher = create(self.settings).turnwire.wiring.publisher
        publisher.ring()
        publisher.flush()
        publisher.close()
        if publisher.silent:
            self.out.note(
                "the broker does not answer, so a worker's tick will find what is to do: see `turnwire check`"
            )


@contextmanager
def desk(ctx: typer.Context, *, as_json: bool = False) -> Iterator[Desk]:
    """Open the database that the configuration names.

    Raises :class:`ConfigurationError`, :class:`connector.errors.DatabaseNotReady` and
    :class:`connector.errors.DatabaseUnavailable`.
    """
    silence_log()
    bell = LateBell()
    with _opened(ctx, bell, as_json=as_json) as at:
        try:
            yield at
        finally:
            if bell.rung:
                at.ring()


@contextmanager
def reading_desk(ctx: typer.Context, *, as_json: bool = False) -> Iterator[Desk]:
    """The same for a command that only reads, and so imports nothing that writes a log: it answers at once."""
    with _opened(ctx, LateBell(), as_json=as_json) as at:
        yield at


@contextmanager
def _opened(ctx: typer.Context, bell: LateBell, *, as_json: bool) -> Iterator[Desk]:
    from connector.wiring import Wiring

    wiring = Wiring(settings=read_settings(ctx), publisher=bell)
    try:
        yield Desk(out=Out(as_json=as_json), wiring=wiring.ready())
    finally:
        wiring.database.dispose()


class LateBell:
    """A publisher that keeps the bell until the command ends: one bell for all it did, none if it did nothing."""

    def __init__(self) -> None:
        self.rung = False
        """Whether there is somebody to wake."""

    def ring(self) -> None:
        """Ring when the command ends."""
        self.rung = True

    def call(self, task: str, args: object, queue: str, message_id: str) -> None:
        """Refuse: commands deliver nothing."""
        raise BrokerUnavailable("this process has no broker")


# --- changing --------------------------------------------------------------------------------------------------------


def changed(change: Change) -> dict[str, Any]:
    """A change for programs: its own id or name and other rows' ids as text, its statuses, and what else it has."""
    ids = {key: str(value) for key, value in change.detail.items() if key.endswith("_id")}
    rest = {key: value for key, value in change.detail.items() if key not in ids}
    if change.noun in _GATES:
        return {"name": change.id, "paused": change.after != "open", **rest}
    named = {"name": change.id} if change.noun in _NAMED else {"id": str(change.id)}
    return {**named, **ids, "before": change.before, "after": change.after, **rest}


_GATES = frozenset({"account", "route"})
_NAMED = frozenset({"endpoint", "source"})


def change_each(
    at: Desk,
    noun: str,
    ids: Sequence[int],
    change: Callable[[int], Change],
    *,
    words: Callable[[Change], str] | None = None,
) -> None:
    """Change row after row and say what became of each; one that is refused does not stop the others.

    A single one raises its error. Raises :class:`typer.Exit` with 1 if any of several was refused.
    """
    refused = done = 0
    for one in dict.fromkeys(ids):
        try:
            made = change(one)
        except (NotFound, WrongState, Overtaken) as error:
            if len(ids) == 1:
                raise
            report(error, as_json=at.out.as_json)
            refused += 1
        else:
            at.out.one(changed(made), words(made) if words else f"{noun} {one}: {made.before} -> {made.after}")
            done += 1
    if refused:
        at.out.note(f"{done} done, {refused} refused")
        raise typer.Exit(1)
