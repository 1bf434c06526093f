"""Command line ``turnwire``: joins the commands, one file a noun, and turns errors into exit codes.

Commands import what they need inside their functions, and only the module of the command that is called is imported.
That is allowed here and nowhere else: a command, ``turnwire --help`` and shell completion must answer at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from connector.cli.shared.output import Globals, chosen, report
from connector.errors import ConfigurationError, TurnwireError

NOUNS = {
    "demo": "demo.command",
    "init": "setup.init",
    "check": "setup.check",
    "migrate": "setup.migrate",
    "status": "admin.status",
    "tail": "admin.tail",
    "why": "operate.why",
    "worker": "run.worker",
    "serve": "run.serve",
    "enqueue": "messages.enqueue",
    "ingest": "messages.ingest",
    "parse": "messages.parse",
    "turns": "operate.turns",
    "events": "operate.events",
    "conversations": "operate.conversations",
    "accounts": "admin.accounts",
    "routes": "admin.routes",
    "replies": "operate.replies",
    "outbox": "operate.outbox",
    "followups": "operate.followups",
    "sources": "admin.sources",
    "tokens": "admin.tokens",
    "sandbox": "run.sandbox",
}
"""The first words of the command line, in the order of the help, and the module of each."""

INTERRUPTED = 130
PROGRAM = "turnwire"


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"turnwire {version('turnwire')}")
        raise typer.Exit


def turnwire(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="The configuration; else TURNWIRE_CONFIG, else ./turnwire.toml."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an unexpected error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Carries customer messages to OSVI and Synthflow agents, and the answers back: none lost, none sent twice.

    \b
    First steps:
      turnwire demo       see it work: no key and no server needed
      turnwire init       write a turnwire.toml and create the database
      turnwire check      is everything right, and if not, what to do
      turnwire worker     send what is waiting; leave it running

    Each command explains itself: turnwire init --help. Lists print JSON lines with --json.
    """
    ctx.obj = Globals(config=config, debug=debug)
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def application(only: str | None = None) -> typer.Typer:
    """The command line, made of all commands or of ``only`` one: making all of them takes longer than one takes."""
    app = typer.Typer(
        name=PROGRAM,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(turnwire)
    for name in (only,) if only in NOUNS else NOUNS:
        import_module(f"{__name__}.{NOUNS[name]}").register(app)
    return app


def main(args: Sequence[str] | None = None, app: typer.Typer | None = None) -> int:
    """Run the command line, ours or ``app``, and return its exit code; the console script ``turnwire``.

    0 done, 1 something failed or was refused, 2 usage or configuration, 130 interrupted.
    """
    words = _globals_first(sys.argv[1:] if args is None else args)
    as_json = chosen("--json", words)
    try:
        code = _run(words, app)
    except (typer.TyperException, ConfigurationError) as error:
        report(error, as_json=as_json)
        return error.exit_code if isinstance(error, typer.TyperException) else 2
    except BrokenPipeError:
        _forget_output()
        return 1
    except (TurnwireError, OSError) as error:
        report(error, as_json=as_json)
        return 1
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last stop: one line instead of a page, the page with --debug
        if chosen("--debug", words):
            traceback.print_exc()
        report(error, as_json=as_json)
        return 1
    if code == INTERRUPTED:
        report(KeyboardInterrupt(), as_json=as_json)
    return code


def _run(words: list[str], app: typer.Typer | None) -> int:
    try:
        code = get_command(app or application(_first(words))).main(args=words, prog_name=PROGRAM, standalone_mode=False)
    except SystemExit as stop:
        if isinstance(stop.code, str):
            raise TurnwireError(stop.code) from stop
        code = stop.code
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _first(words: Sequence[str]) -> str | None:
    """The command of a command line whose global options stand in front; None where it may be any of them."""
    if f"_{PROGRAM.upper()}_COMPLETE" in os.environ:
        return None
    remaining = iter(words)
    for word in remaining:
        if word == "--config":
            next(remaining, None)
        elif not word.startswith("-"):
            return word
    return None


def _globals_first(words: Sequence[str]) -> list[str]:
    """``--config PATH`` and ``--debug`` may stand anywhere; the parser wants them before the command."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            rest += [word, *remaining]
        elif word == "--config":
            front += [word, *islice(remaining, 1)]
        elif word == "--debug" or word.startswith("--config="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _forget_output() -> None:
    """Whoever read our output has gone: end quietly, also when Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
