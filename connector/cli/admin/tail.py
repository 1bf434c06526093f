"""``turnwire tail``: what happens, a line an event, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import reading_desk
from connector.cli.shared.layout import bounded
from connector.cli.shared.output import JsonOption, shown
from connector.cli.shared.receiver import configured_route

EVERY = 0.5
"""Seconds between two looks."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tail")(tail)


def tail(
    ctx: typer.Context,
    route: Annotated[str | None, typer.Option("--route", metavar="NAME", help="Only of this route.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Follow what happens, a line an event, until Ctrl-C.

    Messages that come in, what becomes of each, and their answers on the way back. Of a long backlog that waited
    before, only what workers have in hand is seen.

    \b
    Examples:
      turnwire tail
      turnwire tail --route support --json
    """
    from connector.storage.monitoring.tail import Tail

    with reading_desk(ctx, as_json=as_json) as at:
        following = Tail(at.database, None if route is None else configured_route(at.settings, route))
        at.out.note("following; Ctrl-C ends it")
        while True:
            for happened in following.look():
                at.out.line(happened, told(happened))
            time.sleep(EVERY)


def told(happened: Mapping[str, Any]) -> str:
    """One line: the time of day, what, which, where, and why."""
    at = (happened["at"] or "")[11:19] or time.strftime("%H:%M:%S", time.gmtime())
    if happened["event"] == "events.skipped":
        return f"{at}  … and {happened['number']:,} more messages came in"
    noun, _, verb = happened["event"].partition(".")
    what = f"{noun} {happened['id']} {happened['status'] if noun == 'event' else verb}"
    extra = [bounded(shown(happened["reason"]))] if happened.get("reason") else []
    if happened.get("seconds") is not None:
        extra.append(f"after {happened['seconds']:.1f} s")
    if happened.get("channel"):
        extra.append(f"by {shown(happened['channel'])}")
    where = f"{shown(happened['route'])}  {bounded(shown(happened['conversation']))}"
    return "  ".join([at, f"{what:<26}", where, *([", ".join(extra)] if extra else [])])
