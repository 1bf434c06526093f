"""``turnwire demo``: everything at work, without a key and without a server."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from connector.cli.shared.output import JsonOption, Out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something to type next; ``stays`` says that it runs until stopped, so it wants a terminal of its own."""

    command: str
    why: str
    stays: bool = False


def demo(
    directory: Annotated[
        Path, typer.Option("--dir", metavar="FOLDER", file_okay=False, help="Where it keeps everything.")
    ] = Path("turnwire-demo"),
    as_json: JsonOption = False,
) -> None:
    """See it work: a hundred shipped messages, answered by a sandbox.

    Takes in a mailbox, a ticket table and an event file, sends them through a real Celery worker to both providers'
    chat APIs, which a sandbox plays, and shows what came of it. Some things go wrong on the way, on purpose. It needs
    no key, no server and no configuration; everything is in one folder, which may be deleted afterwards.

    Run again on the same folder it takes in nothing twice. The exit code is 1 if a message is not answered.
    """
    import logging

    from connector.cli.demo.folder import port_of
    from connector.cli.demo.page import page
    from connector.cli.demo.report import report
    from connector.cli.demo.work import Demo
    from connector.utils import logs

    logs.configure(logging.CRITICAL)
    interruption = Interruption()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interruption)  # so that the worker is stopped too
    out = Out(as_json=as_json)
    with ExitStack() as stack:
        run = Demo(directory.absolute(), out.note, interruption.seen_by(_bar(out, stack)))
        settings = run.run()
    found = report(settings, run.messages)
    steps = list(next_steps(directory, port_of(settings)))
    told = {"folder": str(directory), "taken_in": dict(run.counts), "next": [asdict(step) for step in steps]}
    out.note("")
    out.one(found.as_dict() | told, "\n".join([*_before(run.counts["duplicate"]), *page(found), *_next(steps)]))
    if found.unanswered or found.sent_twice:
        out.note("not everything went well: in the folder `turnwire status` says what to do, worker.log what happened")
        raise typer.Exit(1)


def _bar(out: Out, stack: ExitStack) -> Callable[[int, int], None]:
    """A progress bar that appears once there is something to send, and is told how far it is."""
    shown = 0
    advance: Callable[[int], None] | None = None

    def progress(answered: int, of: int) -> None:
        nonlocal shown, advance
        advance = advance or stack.enter_context(out.progress("sending", of))
        advance(answered - shown)
        shown = answered

    return progress


def _before(duplicates: int) -> list[str]:
    return [f"{duplicates} messages were taken in by an earlier run; none is sent again.", ""] if duplicates else []


class Interruption:
    """A signal's handler whose exception is raised again if it was lost.

    An exception that a handler raises while a finalizer runs is printed and forgotten, by Python's own rules.
    """

    def __init__(self) -> None:
        self._came = False

    def __call__(self, _number: int, _frame: FrameType | None) -> NoReturn:
        """Note it and interrupt what is being done."""
        self._came = True
        raise KeyboardInterrupt

    def seen_by(self, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
        """The progress that raises :class:`KeyboardInterrupt` if an interruption came and was lost."""

        def told(answered: int, of: int) -> None:
            if self._came:
                raise KeyboardInterrupt
            progress(answered, of)

        return told


# --- what to try next -------------------------------------------------------------------------------------------------


def next_steps(folder: Path, port: int) -> Iterator[Step]:
    """Commands that work as printed, from where the demo was started."""
    turnwire = this_program(folder)
    yield Step(
        command=f"cd {shlex.quote(str(folder))}",
        why="everything is in there; the other commands are to be typed there too",
    )
    yield Step(command=f"{turnwire} status", why="how it stands")
    yield Step(command=f"{turnwire} turns list --route tickets", why="each message and what became of it")
    yield Step(command=f"{turnwire} ingest support.mbox --route mail", why="the mailbox again: nothing is sent twice")
    yield Step(command=f"{turnwire} sandbox --port {port}", why="both providers, in a terminal of its own", stays=True)
    yield Step(command=f"{turnwire} worker", why="sends what is waiting, in another one", stays=True)
    yield Step(
        command=f'{turnwire} enqueue --route chat --conversation T-1 --wait 30 "Where is my order?"',
        why="a message of your own, and its answer",
    )
    yield Step(command=f"{turnwire} check", why="what is right, and what is not")


def this_program(folder: Path) -> str:
    """How to call Turnwire from within the folder: its name if that is on the path, else where it lies."""
    own = Path(sys.executable).parent / "turnwire"
    on_path = shutil.which("turnwire")
    if on_path is not None and Path(on_path).resolve() == own.resolve():
        return "turnwire"
    if not own.exists():
        return f"{shlex.quote(sys.executable)} -m connector.cli"
    near = os.path.relpath(own, folder.absolute())
    return shlex.quote(near if len(near) < len(str(own)) else str(own))


def _next(steps: list[Step]) -> Iterator[str]:
    yield "\nWhat to try next:"
    for step in steps:
        yield f"  {step.command}\n      {step.why}"
