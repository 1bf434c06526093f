"""``turnwire sources …``: where messages come from by themselves, how each is, and how to stop, start and fetch it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.admin.authorize import authorize
from connector.cli.shared.desk import ByOption, Desk, actor, changed, desk, reading_desk
from connector.cli.shared.format import clock
from connector.cli.shared.output import JsonOption, noun

if TYPE_CHECKING:
    from connector.settings import MailSourceSettings
    from connector.storage.sources.states import SourceState

COLUMNS = {
    "name": "name",
    "kind": "kind",
    "route": "route",
    "state": "state",
    "round_at": "last round",
    "mail_at": "last mail",
    "accepted": "accepted",
    "refused": "refused",
    "error": "error",
    "next": "next step",
}

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The source's name in the configuration.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    sources = noun("sources", "See where messages come from by themselves; fetch, stop, start or authorize a source.")
    sources.command("list")(list_)
    sources.command("show")(show)
    sources.command("fetch")(fetch)
    sources.command("stop")(stop)
    sources.command("start")(start)
    sources.command("authorize")(authorize)
    app.add_typer(sources)


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the sources: how each is, when it was last read, what came, and what to do next.

    \b
    Examples:
      turnwire sources list
      turnwire sources list --json | jq 'select(.state != "open")'
    """
    with reading_desk(ctx, as_json=as_json) as at:
        found = source_rows(at)
        at.out.rows(found if as_json else map(_listed, found), COLUMNS, "no sources")


def show(ctx: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """Show one source: how it is, what came, what is wrong and what to do about it.

    \b
    Example:
      turnwire sources show inbox
    """
    from connector.cli.shared.layout import aligned

    with reading_desk(ctx, as_json=as_json) as at:
        rows = {row["name"]: row for row in source_rows(at)}
        if name not in rows:
            raise at.unknown("source", name, rows)
        lines = [(key.replace("_", " "), str(value)) for key, value in _listed(rows[name]).items() if value is not None]
        at.out.one(rows[name], aligned(lines))


def fetch(ctx: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """Read a mailbox or a Maildir once, now, and say what came. A worker need not run, and may.

    \b
    Example:
      turnwire sources fetch inbox
    """
    with desk(ctx, as_json=as_json) as at:
        source = _mail_source(at, name)
        from connector.services.receive import Receiver
        from connector.services.sources.fetch import Fetching, announce, rounds_of
        from connector.services.sources.mends import mend_of
        from connector.services.sources.tokens import MailboxTokens

        receiver = Receiver(wiring=at.wiring)
        announce(receiver, source)
        fetching = Fetching(receiver, source, rounds_of(receiver, source, MailboxTokens(at.wiring)))
        try:
            done = fetching.fetch()
        finally:
            fetching.rounds.close()
        if done.problem is not None:
            said = {"name": name, "problem": done.problem.kind, "error": str(done.problem)}
            at.out.one(
                {**said, "closed": done.closed}, f"source {name}: {done.problem}\n{mend_of(done.problem.kind, name)}"
            )
            raise typer.Exit(1)
        assert done.report is not None
        became = dict(done.report.became)
        words = ", ".join(f"{number} {status}" for status, number in became.items()) or "nothing new"
        more = "; more are there: fetch again" if done.report.more else ""
        body = {"name": name, "found": done.report.found, "became": became, "more": done.report.more}
        at.out.one(body, f"source {name}: {words}{more}")


def stop(
    ctx: typer.Context,
    name: NameArgument,
    detail: Annotated[
        str | None, typer.Option("--detail", metavar="TEXT", help="Why, as the list will show it.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read nothing of a source until it is started; what was taken in goes its way. Mails stay where they are.

    \b
    Example:
      turnwire sources stop inbox --detail "the mailbox moves to another server"
    """
    with desk(ctx, as_json=as_json) as at:
        _announced(at, name)
        made = at.operations.stop_source(name, actor=actor(by), detail=detail)
        at.out.one(changed(made), f"source {name} is stopped: `turnwire sources start {name}` lets it go on")


def start(ctx: typer.Context, name: NameArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Let a source go on, whatever stopped it: it goes on where it was.

    \b
    Example:
      turnwire sources start inbox
    """
    with desk(ctx, as_json=as_json) as at:
        _announced(at, name)
        made = at.operations.start_source(name, actor=actor(by))
        at.out.one(changed(made), f"source {name} goes on")


def source_rows(at: Desk) -> list[dict[str, Any]]:
    """The configured sources and those that were read once, by name."""
    from connector.storage.sources import states

    known = {state.name: state for state in states.states(at.database)}
    names = sorted({*at.settings.sources, *known})
    return [_row(at, name, known.get(name)) for name in names]


def _row(at: Desk, name: str, state: SourceState | None) -> dict[str, Any]:
    from connector.storage.queries.rendering import moment

    section = at.settings.sources.get(name)
    row: dict[str, Any] = {
        "name": name,
        "kind": getattr(section, "kind", None) or (state.kind if state else None),
        "route": getattr(section, "route", None),
        "configured": section is not None,
        "state": _state(section is not None, getattr(section, "kind", ""), state),
        "reason": state.reason if state else None,
        "detail": state.detail if state else None,
    }
    for key in ("first_at", "tried_at", "round_at", "mail_at"):
        row[key] = moment(getattr(state, key)) if state else None
    for key in ("accepted", "duplicates", "set_aside", "refused", "failures"):
        row[key] = getattr(state, key) if state else 0
    row |= {"problem": state.problem if state else None, "error": state.error if state else None}
    return {**row, "next": _next(row)}


_READ = {"mailbox", "maildir", "lmtp"}


def _state(configured: bool, kind: str, state: SourceState | None) -> str:
    if not configured:
        return "removed"
    if kind not in _READ:
        return "open"
    if state is None:
        return "waiting"
    if state.stopped:
        return "stopped"
    return "silent" if state.silent else "failing" if state.failures else "open"


def _next(row: Mapping[str, Any]) -> str | None:
    name = row["name"]
    from connector.services.sources.mends import mend_of

    match row["state"]:
        case "removed":
            return "it is not in the configuration any more"
        case "waiting":
            return "turnwire worker"
        case "stopped" if row["reason"] == "operator":
            return f"turnwire sources start {name}"
        case "stopped":
            return mend_of(row["reason"], name)
        case "failing" | "silent" if row["problem"]:
            return mend_of(row["problem"], name)
        case "silent":
            return "turnwire worker"
    return None


def _listed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    times = {key: row[key] and clock(row[key]) for key in ("first_at", "tried_at", "round_at", "mail_at")}
    return {**row, **times, "error": row["error"] or row["detail"]}


def _mail_source(at: Desk, name: str) -> MailSourceSettings:
    from connector.services.sources.fetch import mail_sources

    sources = mail_sources(at.settings)
    if name not in sources:
        raise at.unknown("source", name, sources)
    return sources[name]


def _announced(at: Desk, name: str) -> None:
    """Of a source that no worker has seen yet, or that was removed, the row decides."""
    from connector.services.receive import Receiver
    from connector.services.sources.fetch import announce, mail_sources
    from connector.storage.sources import states

    configured = mail_sources(at.settings)
    if name in configured:
        announce(Receiver(wiring=at.wiring), configured[name])
    elif states.state_of(at.database, name) is None:
        raise at.unknown("source", name, configured)
