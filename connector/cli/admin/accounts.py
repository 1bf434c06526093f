"""``turnwire accounts …``: which accounts let calls through, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import ByOption, Desk, actor, changed, desk, reading_desk
from connector.cli.shared.format import clock
from connector.cli.shared.output import JsonOption, noun

COLUMNS = {
    "name": "name",
    "provider": "provider",
    "state": "state",
    "reason": "reason",
    "until": "until",
    "calls": "in flight",
    "spent": "spent today",
    "detail": "detail",
    "next": "next step",
}

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The account's name in the configuration.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    accounts = noun("accounts", "See which accounts let calls through, and pause or resume them.")
    accounts.command("list")(list_)
    accounts.command("pause")(pause)
    accounts.command("resume")(resume)
    app.add_typer(accounts)


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the accounts: open or closed and why, calls in flight, turns spent today, and what to do next.

    \b
    Examples:
      turnwire accounts list
      turnwire accounts list --json | jq 'select(.open | not)'
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found = [account_row(at, account) for account in queries.accounts(at.database, at.wiring.limits)]
        at.out.rows(found if as_json else map(_listed, found), COLUMNS, "no accounts")


def pause(
    ctx: typer.Context,
    name: NameArgument,
    detail: Annotated[
        str | None, typer.Option("--detail", metavar="TEXT", help="Why, as the list will show it.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let no call of an account through until it is resumed; calls in flight finish, and nothing is lost.

    \b
    Examples:
      turnwire accounts pause osvi
      turnwire accounts pause osvi --detail "new agent goes live at noon"
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.pause_account(name, actor=actor(by), detail=detail)
        at.out.one(changed(made), f"account {name} is paused: `turnwire accounts resume {name}` opens it again")


def resume(ctx: typer.Context, name: NameArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Open an account again, whatever closed it: one call goes out first, then more with every success.

    \b
    Example:
      turnwire accounts resume osvi
    """
    with desk(ctx, as_json=as_json) as at:
        _known(at, name)
        made = at.operations.resume_account(name, actor=actor(by))
        at.out.one(changed(made), f"account {name} is open: one call goes out first, then more with every success")
        if made.detail["reason"] == "credentials":
            at.out.note(
                f"it had been closed because the provider refused its credentials, and closes again if it still does. "
                f"Check: {_credentials(at, name)}"
            )


def account_row(at: Desk, account: Mapping[str, Any]) -> dict[str, Any]:
    """An account for programs: what the view has, its provider and the next step."""
    return {**account, "provider": at.wiring.providers_by_account.get(account["name"]), "next": _next(at, account)}


def _listed(account: Mapping[str, Any]) -> Mapping[str, Any]:
    cap = account["max_in_flight"]
    if account["ramp"] is not None and cap is not None:
        cap = min(cap, account["ramp"])
    budget = account["daily_turns"]
    return {
        **account,
        "state": "open" if account["open"] else "closed",
        "until": account["until"] and clock(account["until"]),
        "calls": account["in_flight"] if cap is None else f"{account['in_flight']}/{cap}",
        "spent": f"{account['spent_today']}/{budget}" if budget else account["spent_today"],
    }


def _next(at: Desk, account: Mapping[str, Any]) -> str | None:
    name = account["name"]
    if not account["configured"]:
        return "it is not in the configuration any more"
    match account["reason"]:
        case "credentials":
            return f"{_credentials(at, name)}; then turnwire accounts resume {name}"
        case "credit":
            return f"top up its credit at {at.wiring.providers_by_account[name]}, then turnwire accounts resume {name}"
        case "operator":
            return f"turnwire accounts resume {name}"
        case "failing":
            return "it tries one call by itself; if that goes on: turnwire check"
        case "busy":
            return "it goes on by itself"
    if account["daily_turns"] and account["spent_today"] >= account["daily_turns"]:
        return "its budget is used up: it goes on at midnight UTC, or with more daily_turns"
    return None


def _credentials(at: Desk, name: str) -> str:
    account = at.settings.accounts.get(name)
    if account is None:
        return "that the account stands in the configuration"
    kind, _, where = account.token.partition(":")
    place = f"the variable {where} of the worker's environment" if kind == "env" else f"the file {where}"
    again = " (start the worker again after a change)" if kind == "env" else ""
    return f"{place} must hold a valid token of {account.provider}{again}, which turnwire check tries"


def _known(at: Desk, name: str) -> None:
    from connector.storage import queries

    names = [account["name"] for account in queries.accounts(at.database, at.wiring.limits)]
    if name not in names:
        raise at.unknown("account", name, names)
