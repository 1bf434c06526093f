"""``turnwire status``: how many of what, who works, what is closed, what needs a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from connector.cli.shared.alarms import worded
from connector.cli.shared.desk import reading_desk
from connector.cli.shared.layout import aligned
from connector.cli.shared.output import JsonOption
from connector.cli.shared.receiver import NO_WORKER

_COUNTED = ("turns", "events", "replies", "followups")
_HEADINGS = {"turns": "turns", "events": "events", "replies": "replies", "followups": "follow-ups"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Show how everything stands, and what needs a look.

    Counts, workers, accounts, and what somebody should do now, each with the command to run. The exit code is 0
    whatever there is to look at.
    """
    from connector.storage.monitoring.status import status as system_status

    with reading_desk(ctx, as_json=as_json) as at:
        found = system_status(at.database, at.wiring.limits)
        found["alarms"] = [worded(alarm) for alarm in found["alarms"]]
        at.out.one(found, "\n".join(_page(found)))


def _page(found: Mapping[str, Any]) -> Iterator[str]:
    rows = [(_HEADINGS[noun], _counts(found[noun])) for noun in _COUNTED if _counts(found[noun])]
    oldest = found["oldest_turn_seconds"]
    if oldest is not None:
        rows.append(("oldest queued", _length(oldest)))
    rows += [("worker", _worker(worker)) for worker in found["workers"]] or [("worker", "none")]
    rows += [("account", _account(account)) for account in found["accounts"]]
    yield aligned(rows) if rows else ""
    alarms = found["alarms"]
    alive = any(worker["state"] == "alive" for worker in found["workers"])
    if not alive and not any(alarm["name"] == "no_worker" for alarm in alarms):
        yield f"\n{NO_WORKER}"
    if alarms:
        yield "\nTo look at:"
    for alarm in alarms:
        yield f"  {alarm['what']}\n      {alarm['next']}"


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items() if number)


def _worker(worker: Mapping[str, Any]) -> str:
    silent = worker["last_claim_seconds"]
    if worker["state"] == "dead":
        return f"{worker['name']}, dead; what it held goes on with another worker"
    return f"{worker['name']}, {'has just started' if silent is None else f'looked for work {_length(silent)} ago'}"


def _account(account: Mapping[str, Any]) -> str:
    state = "open" if account["open"] else f"closed: {account['reason']}"
    if account["until"] is not None:
        state += f" until {account['until'][11:19]} UTC"
    spent = f", {account['spent_today']} turns of its budget used today" if account["spent_today"] else ""
    return f"{account['name']}, {state}, {account['in_flight']} in flight{spent}"


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
