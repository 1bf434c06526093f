"""``turnwire routes …``: which routes send, and what waits on each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import ByOption, Desk, actor, changed, desk, reading_desk
from connector.cli.shared.output import JsonOption, noun
from connector.policy.turns import STOPPED

COLUMNS = {
    "name": "name",
    "account": "account",
    "agent": "agent",
    "state": "state",
    "reason": "reason",
    "queued": "queued",
    "unknown": "unknown",
    "failed": "failed",
    "detail": "detail",
    "next": "next step",
}

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The route's name in the configuration.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    routes = noun("routes", "See which routes send and what waits on each; pause, stop or resume them.")
    routes.command("list")(list_)
    routes.command("pause")(pause)
    routes.command("stop")(stop)
    routes.command("resume")(resume)
    app.add_typer(routes)


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the routes: paused or not and why, how many turns wait or need a person, and what to do next.

    \b
    Examples:
      turnwire routes list
      turnwire routes list --json | jq 'select(.paused)'
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found = [route_row(at, route) for route in queries.routes(at.database, tuple(at.settings.routes))]
        shaped = ({**route, "state": _state(route)} for route in found)
        at.out.rows(found if as_json else shaped, COLUMNS, "no routes")


def _state(route: Mapping[str, Any]) -> str:
    if not route["paused"]:
        return "open"
    return "stopped" if route["reason"] == STOPPED else "paused"


def pause(
    ctx: typer.Context,
    name: NameArgument,
    detail: Annotated[
        str | None, typer.Option("--detail", metavar="TEXT", help="Why, as the list will show it.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send nothing of a route until it is resumed; messages are still taken in, and what is on its way finishes.

    \b
    Examples:
      turnwire routes pause support
      turnwire routes pause support --detail "the agent is being trained"
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.pause_route(name, actor=actor(by), detail=detail)
        at.out.one(changed(made), f"route {name} is paused: `turnwire routes resume {name}` lets it go on")


def stop(
    ctx: typer.Context,
    name: NameArgument,
    detail: Annotated[
        str | None, typer.Option("--detail", metavar="TEXT", help="Why, as the list will show it.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop a route altogether: nothing of it is sent and no answer of it goes out, until it is resumed.

    For a loop or an agent gone wrong. Messages are still taken in; a call that is on its way finishes, and what it
    brings is kept. It holds for all workers within a second or two, also for those that are started later.

    \b
    Examples:
      turnwire routes stop support
      turnwire routes stop support --detail "it answers an out-of-office machine"
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.stop_route(name, actor=actor(by), detail=detail)
        after = f"route {name} is stopped, its answers too: `turnwire routes resume {name}` lets both go on"
        at.out.one(changed(made), after)


def resume(ctx: typer.Context, name: NameArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Let a route go on, whatever paused or stopped it.

    \b
    Example:
      turnwire routes resume support
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.resume_route(name, actor=actor(by))
        at.out.one(changed(made), f"route {name} goes on")
        if made.detail["reason"] == "misconfigured":
            at.out.note(
                "it had been paused because the provider refused to open a chat, and is paused again if it still does. "
                f"Check: {_agent(at, name)}"
            )


def route_row(at: Desk, route: Mapping[str, Any]) -> dict[str, Any]:
    """A route for programs: what the view has, where it leads and the next step."""
    configured = at.settings.routes.get(route["name"])
    return {
        **route,
        "account": configured and configured.account,
        "agent": configured and configured.agent,
        "next": _next(at, route),
    }


def _next(at: Desk, route: Mapping[str, Any]) -> str | None:
    name = route["name"]
    if not route["configured"]:
        return "it is not in the configuration any more"
    if route["paused"] and route["reason"] == "misconfigured":
        return f"{_agent(at, name)}; then turnwire routes resume {name}"
    if route["paused"]:
        return f"turnwire routes resume {name}"
    for status in ("unknown", "failed"):
        if route[status]:
            return f"turnwire turns list --route {name} --status {status}"
    return None


def _agent(at: Desk, name: str) -> str:
    route = at.settings.routes.get(name)
    if route is None:
        return "that the route stands in the configuration"
    return f"agent {route.agent} must exist at the provider of account {route.account} and be active"


def _known(at: Desk, name: str) -> None:
    from connector.storage import queries

    names = [route["name"] for route in queries.routes(at.database, tuple(at.settings.routes))]
    if name not in names:
        raise at.unknown("route", name, names)
