"""``turnwire tokens …``: who may hand messages in over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import ByOption, Desk, actor, desk, reading_desk
from connector.cli.shared.output import JsonOption, noun
from connector.errors import ConfigurationError

COLUMNS = {
    "name": "name",
    "routes": "routes",
    "source": "source",
    "can": "can",
    "created": "created",
    "last_used": "last used",
    "state": "state",
}
_SOURCE = "1 to 64 characters of a-z 0-9 . _ : -"

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The token's name.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tokens = noun("tokens", "Make, list and revoke the tokens of the HTTP front door.")
    tokens.command("create")(create)
    tokens.command("list")(list_)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens)


def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who it is for: the name of the program.")],
    routes: Annotated[
        list[str], typer.Option("--route", metavar="ROUTE", help="A route it may use; may be given several times.")
    ],
    source: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="The source of its events; else its name.")
    ] = None,
    can: Annotated[
        list[str] | None,
        typer.Option(metavar="RIGHTS", help="What it is for: send, read, manage; several with commas. Else send."),
    ] = None,
    all_sources: Annotated[
        bool, typer.Option("--all-sources", help="It sees what came with other sources, too.")
    ] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept.

    Whoever has it may hand messages in for these routes (send), look at turns and conversations (read), or change who
    answers in them (manage); the last two for what came with its own source. That is half of each message's identity,
    so a token that takes another's place should have the same --source.

    \b
    Examples:
      turnwire tokens create crm --route support
      turnwire tokens create crm-2 --route support --route sales --source crm
      turnwire tokens create desk --route support --can read,manage --all-sources
    """
    from connector.storage.admin import tokens

    with desk(ctx, as_json=as_json) as at:
        chosen = source if source is not None else name
        _require_source(name, "NAME")
        _require_source(chosen, "--source")
        if at.settings.reserves(chosen):
            what = "NAME" if source is None else "--source"
            expected = f"a source of the program's own, such as --source {name}-program"
            raise ConfigurationError(
                f"source {chosen!r} is reserved: it is a configured source's or our own", "", what, expected
            )
        for route in routes:
            if route not in at.settings.routes:
                raise at.unknown("route", route, at.settings.routes)
        rights = _rights(can or tokens.SEND)
        made = tokens.create(
            at.database, name, routes=routes, source=chosen, actor=actor(by), rights=rights, all_sources=all_sources
        )
        at.out.one({"name": name, "routes": sorted(set(routes)), "source": chosen, "token": made}, made)
        at.out.note("it is shown this once: only its hash is kept")


def list_(
    ctx: typer.Context,
    revoked: Annotated[bool, typer.Option("--revoked", help="Revoked ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the tokens: what each is for, and the day of its last use (UTC); never the token itself."""
    from connector.storage.admin import tokens

    with reading_desk(ctx, as_json=as_json) as at:
        rows = tokens.listed(at.database, revoked=revoked)
        at.out.rows(
            rows if as_json else (_row(at, row) for row in rows), COLUMNS, "no token yet: turnwire tokens create"
        )


def revoke(ctx: typer.Context, name: NameArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """End a token: the front door refuses it within two seconds. What came with it stays."""
    from connector.storage.admin import tokens

    with desk(ctx, as_json=as_json) as at:
        tokens.revoke(at.database, name, actor=actor(by))
        at.out.one({"name": name, "revoked": True}, f"token {name}: revoked")


def _row(at: Desk, row: Mapping[str, Any]) -> dict[str, Any]:
    gone = [route for route in row["routes"] if route not in at.settings.routes]
    state = "revoked" if row["revoked_at"] else f"no route {', '.join(gone)} any more" if gone else None
    created = row["created_at"][:10]
    able = ", ".join(row["rights"]) + (", all sources" if row["all_sources"] else "")
    return {**row, "routes": ", ".join(row["routes"]), "can": able, "created": created, "state": state}


def _rights(words: Sequence[str]) -> list[str]:
    """The rights that were named, in their order. Raises :class:`ConfigurationError` for a word that is none."""
    from connector.storage.admin.tokens import RIGHTS

    named = {right.strip() for word in words for right in word.split(",")}
    if strange := sorted(named.difference(RIGHTS)):
        expected = f"one or more of {', '.join(RIGHTS)}, with commas between"
        raise ConfigurationError(f"--can {strange[0]!r} is no right", "", "--can", expected)
    return [right for right in RIGHTS if right in named]


def _require_source(word: str, what: str) -> None:
    from connector.channels.events.schema import SOURCE_PATTERN

    if not re.fullmatch(SOURCE_PATTERN, word):
        raise ConfigurationError(f"{what} {word!r} can be no source", "", what, _SOURCE)
