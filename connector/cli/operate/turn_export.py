"""``turnwire turns export``: every turn that matches, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO

import typer

from connector.cli.shared.desk import RouteOption, SinceOption, UntilOption, desk
from connector.cli.shared.turn_options import StatusOption
from connector.errors import ConfigurationError
from connector.utils.csv_cells import cell
from connector.utils.terminal import escaped, printable

COLUMNS = (
    *("id", "revision", "event_id", "conversation_id", "conversation", "route", "account", "provider", "source"),
    *("external_id", "position", "status", "reason", "waiting_for", "settled_by", "text", "answer", "agent_state"),
    *("provider_chat_id", "provider_turn", "priority", "backlog_id", "followup_id", "customer", "metadata"),
    *("accepted_at", "occurred_at", "due_at", "sent_at", "ended_at", "subject", "source_kind", "told", "context_used"),
)
"""The keys of a turn in its JSON, which are the columns of the CSV."""

Write = Callable[[Mapping[str, Any]], None]


def export(
    ctx: typer.Context,
    form: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="JSON lines, or CSV in UTF-8.")] = "jsonl",
    status: StatusOption = None,
    route: RouteOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a new file, not to the output.")
    ] = None,
) -> None:
    """Write all turns that match, the oldest first.

    In CSV, what a spreadsheet could take for a formula begins with an apostrophe, also behind a semicolon or a line
    break within a cell. A file that is there is never overwritten.

    \b
    Examples:
      turnwire turns export --format csv -o turns.csv
      turnwire turns export --status answered --route support --since 2026-11-01 > answered.jsonl
    """
    from connector.storage import queries
    from connector.storage.queries.filters import TurnFilter

    with desk(ctx) as at:
        wanted = TurnFilter(statuses=tuple(status or ()), route=at.route(route), since=since, until=until)
        count = 0
        with (
            _target(output) as stream,
            # On a terminal the lines themselves show how it goes on.
            nullcontext(lambda _: None) if stream.isatty() else at.out.progress("exporting") as advance,
        ):
            write = _csv(stream) if form == "csv" else _jsonl(stream)
            for turn in queries.export_turns(at.database, wanted, **at.naming):
                write(turn)
                count += 1
                advance(1)
        if output is not None:
            at.out.note(f"wrote {count} {'turn' if count == 1 else 'turns'} to {output}")


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """Standard output or a new file, in UTF-8 and with line ends left alone; a file not finished is taken away."""
    if output is None or str(output) == "-":
        sys.stdout.flush()
        stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        try:
            yield stream
        finally:
            stream.detach()  # which flushes, and leaves standard output open
        return
    try:
        # Customers' texts are in it: for its owner only.
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = f"{output} is there already, and nothing is overwritten"
        raise ConfigurationError(message, str(output), "--output", "the name of a new file") from None
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a descriptor, not a path
            yield file
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _jsonl(stream: TextIO) -> Write:
    return lambda turn: print(escaped(json.dumps(turn, ensure_ascii=False)), file=stream)


def _csv(stream: TextIO) -> Write:
    # A program gets the text as it is; on a terminal it would steer it.
    shown = printable if stream.isatty() else str
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    return lambda turn: writer.writerow([shown(cell(turn[name])) for name in COLUMNS])
