"""Output of all commands: for people and for programs, questions, errors, the configuration.

Data goes to standard output, messages and progress to standard error. People on a terminal see tables; a pipe and
``NO_COLOR`` get aligned plain text; ``--json`` gets JSON lines for lists and one object for anything else.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from connector.cli.shared.layout import aligned, bounded, fits, fitted, width_of
from connector.cli.shared.sentences import sentence, what_helps
from connector.errors import ConfigurationError, InvalidInput, RowError, TurnwireError, Unreachable
from connector.utils.terminal import escaped, printable

if TYPE_CHECKING:
    from rich.progress import Progress

    from connector.settings import Settings

JsonOption = Annotated[bool, typer.Option("--json", help="For programs: JSON instead of text.")]
_PLUGINS_OFF = "PYDANTIC_DISABLE_PLUGINS"

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Globals:
    """The options before the command; ``ctx.obj`` of the root context."""

    config: Path | None = None
    debug: bool = False


def noun(name: str, what: str) -> typer.Typer:
    """A group of commands such as ``turnwire turns …``; without one it shows its help."""
    return typer.Typer(name=name, help=what, no_args_is_help=True, rich_markup_mode=None)


def load_settings(ctx: typer.Context) -> Settings:
    """The configuration this command is to use, the log silenced; raises :class:`ConfigurationError`."""
    silence_log()
    return read_settings(ctx)


def read_settings(ctx: typer.Context) -> Settings:
    """The same for what imports nothing that writes a log."""
    with _no_pydantic_plugins():
        from connector.settings import load

        return load(ctx.find_root().obj.config)


@contextmanager
def _no_pydantic_plugins() -> Iterator[None]:
    """Without the plugins of other distributions: to find them, pydantic reads all that is installed."""
    before = os.environ.get(_PLUGINS_OFF)
    os.environ.setdefault(_PLUGINS_OFF, "1")
    try:
        yield
    finally:
        if before is None:
            del os.environ[_PLUGINS_OFF]


def silence_log() -> None:
    """Keep the log out of a command's output; before the import of anything that has one."""
    from connector.utils import logs

    # What a command has to say it says itself; the worker turns the log up again.
    logs.configure(logging.CRITICAL)


# --- output ----------------------------------------------------------------------------------------------------------


class Out:
    """Where a command's words go; made once at the start of a command, ``Out(as_json=…)``."""

    def __init__(self, *, as_json: bool = False, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self.as_json = as_json
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr
        self._bar: Progress | None = None

    def rows(self, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], empty: str = "nothing found") -> int:
        """Print a list and return its length; ``columns`` maps the keys people see to their headings.

        With ``--json`` each row is printed whole as it comes, so a long list may be a generator.
        """
        if self.as_json:
            count = 0
            for row in rows:
                self._print(self._dump(row))
                count += 1
            return count
        cells = [[bounded(shown(row.get(key))) for key in columns] for row in rows]
        headings, width, coloured = list(columns.values()), width_of(self._stdout), not plain(self._stdout)
        if not cells:
            self.note(empty)
        elif width is not None and not fits(headings, cells, width, gap=3 if coloured else 2):
            self._print(fitted(headings, cells, width))
        elif coloured:
            self._table(headings, cells)
        else:
            self._print(aligned([[name.upper() for name in headings], *cells]))
        return len(cells)

    def one(self, thing: Mapping[str, Any], text: str | None = None) -> None:
        """Print one thing: an object with ``--json``, else ``text``, else its keys and values."""
        if self.as_json:
            self._print(self._dump(thing))
        else:
            self._print(aligned([[key, shown(value)] for key, value in thing.items()]) if text is None else text)

    def line(self, thing: Mapping[str, Any], text: str) -> None:
        """Print one of many as it comes, and at once: an object with ``--json``, else ``text``."""
        self._print(self._dump(thing) if self.as_json else text)
        self._stdout.flush()

    def text(self, text: str) -> None:
        """Print something for people; with ``--json`` nothing."""
        if not self.as_json:
            self._print(text)

    def note(self, text: str) -> None:
        """Say something beside the data, on standard error."""
        with self._beside_bar():
            print(printable(text), file=self._stderr, flush=True)

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A progress bar on standard error while the block runs, on a terminal only; call what you get with +n."""
        if plain(self._stderr):
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(file=self._stderr), transient=True) as bar:
            task = bar.add_task(printable(what), total=total)
            self._bar = bar
            try:
                yield lambda steps: bar.advance(task, steps)
            finally:
                self._bar = None

    @contextmanager
    def _beside_bar(self) -> Iterator[None]:
        """The bar is away while something else is written, which would begin on its line."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def _table(self, headings: list[str], cells: list[list[str]]) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*headings, box=SIMPLE_HEAD, pad_edge=False)
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))  # Text: what customers wrote is no markup
        with self._beside_bar():
            Console(file=self._stdout).print(table)

    def _dump(self, thing: Mapping[str, Any]) -> str:
        unicode = (getattr(self._stdout, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"
        return escaped(json.dumps(thing, ensure_ascii=not unicode, default=_as_json))

    def _print(self, text: str) -> None:
        encoding = getattr(self._stdout, "encoding", None) or "utf-8"
        safe = text if self.as_json else printable(text)
        with self._beside_bar():
            print(safe.encode(encoding, "backslashreplace").decode(encoding), file=self._stdout)


def shown(value: Any) -> str:
    """A value as one line of a table: times to the second in UTC, nothing as ``-``."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        case dict() | list() | tuple():
            return printable(json.dumps(value, ensure_ascii=False, default=_as_json))
    return printable(" ".join(str(value).split()))


def moment(value: datetime) -> str:
    """A time as the contract writes it: UTC, milliseconds, ``Z``."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def plain(stream: TextIO) -> bool:
    """Whether a stream gets plain text: it is no terminal, or one that wants no colours and no redrawing."""
    return not stream.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


# --- questions -------------------------------------------------------------------------------------------------------


def confirm(question: str, *, yes: bool = False, terminal: bool | None = None) -> bool:
    """Whether the user agrees; ``yes`` is the option ``--yes``.

    Raises :class:`ConfigurationError` without ``--yes`` and without a terminal to ask on.
    """
    if yes:
        return True
    if not (sys.stdin.isatty() if terminal is None else terminal):
        message = f"nobody can be asked here: {question}"
        raise ConfigurationError(message, "", "--yes", "--yes, or a terminal to ask on")
    return typer.confirm(question, err=True)


# --- errors ----------------------------------------------------------------------------------------------------------


def chosen(option: str, words: Sequence[str]) -> bool:
    """Whether a flag is among the command's words, even if the rest cannot be understood."""
    return option in (words[: words.index("--")] if "--" in words else words)


def report(error: BaseException, *, as_json: bool = False, stream: TextIO | None = None) -> None:
    """Say on standard error what went wrong: a line and hints for people, one object for programs."""
    said = described(error)
    if as_json:
        text = json.dumps(said)
    elif said["error"].startswith(("Usage:", "unexpected:", "interrupted;")):
        text = said["error"]
    else:
        lines = said["error"].splitlines() or [type(error).__name__]
        first = f"error: {lines[0]}" if len(lines) == 1 else "\n  ".join(["error:", *lines])
        text = "\n".join([first, *(f"  {hint}" for hint in _hints(error, said))])
    print(text if as_json else printable(text), file=stream or sys.stderr)


def described(error: BaseException) -> dict[str, str]:
    """The error as the contract's object: ``error``, ``where``, ``field``, ``expected``."""
    said = {"error": str(error), "where": "", "field": "", "expected": ""}
    match error:
        case ConfigurationError():
            said |= {"where": error.where, "field": error.field, "expected": error.expected}
        case InvalidInput():
            said |= {"field": error.field, "expected": error.expected}
        case typer.TyperException():
            said |= _usage(error)
        case OSError(strerror=str(reason)):
            said |= {"error": reason, "where": str(error.filename or "")}
        case KeyboardInterrupt():
            said["error"] = "interrupted; what was stored is kept"
        case RowError():
            said["error"] = sentence(error)
        case TurnwireError():
            pass
        case _:
            # Its own words may quote a customer or a secret, so only its kind and place are told.
            frames = traceback.extract_tb(error.__traceback__)
            said["where"] = f"{Path(frames[-1].filename).name} line {frames[-1].lineno}" if frames else "nowhere"
            kind = type(error).__name__
            said["error"] = f"unexpected: {kind} in {said['where']}, run with --debug for the trace"
    return said


def _usage(error: typer.TyperException) -> dict[str, str]:
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    field = "/".join(param.opts) if param is not None else getattr(error, "option_name", "")
    usage = " ".join(ctx.get_usage().removeprefix("Usage:").split()) if ctx is not None else ""
    where = ctx.command_path if ctx is not None else ""
    words = error.format_message().replace("Value error, ", "")
    return {"error": words, "where": where, "field": field, "expected": usage}


def _hints(error: BaseException, said: Mapping[str, str]) -> Iterator[str]:
    if isinstance(error, typer.TyperException):
        yield f"try: {said['where'] or 'turnwire'} --help"
    elif isinstance(error, Unreachable):
        yield from what_helps(said["error"])
    else:
        if said["where"] and said["where"] not in said["error"]:
            yield f"in {said['where']}"
        if said["expected"] and said["expected"] not in said["error"]:
            yield f"expected {said['expected']}"
