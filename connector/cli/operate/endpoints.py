"""``turnwire replies endpoints|enable|disable|replay``: the ways back as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import (
    ByOption,
    Desk,
    RouteOption,
    SinceOption,
    UntilOption,
    actor,
    changed,
    desk,
    reading_desk,
)
from connector.cli.shared.format import clock
from connector.cli.shared.output import JsonOption, YesOption
from connector.errors import ConfigurationError
from connector.values import ReplyStatus

COLUMNS = {
    "name": "endpoint",
    "state": "state",
    "reason": "reason",
    "since": "since",
    "waiting": "waiting",
    "error": "last error",
}
REPLAYABLE = (ReplyStatus.DELIVERED, ReplyStatus.FAILED)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The way back: webhook or celery.")]


def register(replies: typer.Typer) -> None:
    """Add the commands."""
    replies.command("endpoints")(endpoints)
    replies.command("enable")(enable)
    replies.command("disable")(disable)
    replies.command("replay")(replay)


def endpoints(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the ways back: whether each takes replies, and how many wait for it.

    \b
    Example:
      turnwire replies endpoints
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found = list(queries.endpoints(at.database, _configured(at)))
        at.out.rows(found if as_json else map(_listed, found), COLUMNS, "no route has a way back")


def enable(ctx: typer.Context, name: NameArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Let a disabled way back take replies again; those that waited for it go now.

    \b
    Example:
      turnwire replies enable webhook
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.enable_endpoint(name, actor=actor(by))
        released = made.detail["released"]
        waited = f"{released} {'reply' if released == 1 else 'replies'}"
        at.out.one(changed(made), f"{name} is enabled: {waited} that waited for it {_go(released)} now")


def disable(ctx: typer.Context, name: NameArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Deliver nothing by a way back until it is enabled; its replies wait, and nothing is lost.

    \b
    Example:
      turnwire replies disable webhook
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.disable_endpoint(name, actor=actor(by))
        at.out.one(changed(made), f"{name} is disabled: `turnwire replies enable {name}` lets it take replies again")


def replay(
    ctx: typer.Context,
    since: SinceOption = None,
    until: UntilOption = None,
    status: Annotated[
        list[ReplyStatus] | None,
        typer.Option("--status", metavar="STATE", help="Only delivered, or only failed; else both."),
    ] = None,
    route: RouteOption = None,
    channel: Annotated[str | None, typer.Option("--channel", metavar="NAME", help="Only this way back.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many, change nothing.")] = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Deliver again what was delivered, or had failed, since a time: for a receiver that has lost what it got.

    Each keeps its webhook-id, so that a receiver drops what it has. They fall due at a hundred a second, and new
    answers go between them.

    \b
    Examples:
      turnwire replies replay --since 24h --dry-run
      turnwire replies replay --since 2026-11-21T10:00:00Z --route support --status failed --yes
    """
    from connector.storage.actions import ReplayFilter

    if since is None:
        raise ConfigurationError("--since is missing", "", "--since", "a time or an age, such as --since 24h")
    wrong = [one for one in status or () if one not in REPLAYABLE]
    if wrong:
        raise ConfigurationError(f"{wrong[0]} replies are not replayed", "", "--status", "delivered or failed")
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        at.route(route)
        wanted = ReplayFilter(
            since=since,
            until=until or datetime.now(UTC),
            statuses=tuple(status or REPLAYABLE),
            route=route,
            channel=channel,
        )
        counts = at.operations.count_replay(wanted)
        matched = sum(counts.values())
        said = _counted(counts)
        if dry_run or not matched:
            at.out.one({"dry_run": dry_run, "matched": matched, "queued": 0, **counts}, f"would deliver again: {said}")
            return
        at.agreed(f"{said} to deliver again.", yes=yes)
        made = at.operations.replay(wanted, actor=who, told=lambda queued: at.out.note(f"{queued} of {matched} queued"))
        queued = made.detail["queued"]
        at.out.one({"dry_run": False, "matched": matched, "queued": queued, **counts}, f"queued again: {queued}")
        _warn_of_disabled(at)


def _counted(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    parts = ", ".join(f"{number} {status}" for status, number in counts.items())
    return f"{total} {'reply' if total == 1 else 'replies'}" + (f" ({parts})" if parts else "")


def _warn_of_disabled(at: Desk) -> None:
    from connector.storage import queries

    for endpoint in queries.endpoints(at.database, _configured(at)):
        if endpoint["state"] == "disabled":
            name = endpoint["name"]
            at.out.note(f"{name} is disabled, so they wait: `turnwire replies enable {name}`")


def _listed(endpoint: Mapping[str, Any]) -> Mapping[str, Any]:
    since = endpoint["disabled_at"] or endpoint["failing_since"]
    return {**endpoint, "since": since and clock(since)}


def _go(number: int) -> str:
    return "goes" if number == 1 else "go"


def _configured(at: Desk) -> list[str]:
    return list(at.wiring.ways)


def _known(at: Desk, name: str) -> None:
    from connector.storage import queries

    names = [endpoint["name"] for endpoint in queries.endpoints(at.database, _configured(at))]
    if name not in names:
        raise at.unknown("endpoint", name, names)
