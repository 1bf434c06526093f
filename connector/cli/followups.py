"""``turnwire followups …``: messages that are due later."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from connector.cli.common import JsonOption, moment, noun
from connector.cli.operating import (
    ByOption,
    Desk,
    LimitOption,
    RouteOption,
    actor,
    change_each,
    coming,
    desk,
    number,
    states,
    typed,
)
from connector.cli.showing import (
    age,
    clock,
    first_words,
)
from connector.errors import ConfigurationError
from connector.values import EventStatus, FollowupStatus, Received

COLUMNS = {
    "id": "id",
    "due": "due",
    "in": "when",
    "route": "route",
    "conversation": "conversation",
    "status": "status",
    "reason": "reason",
    "text": "text",
}

_SOURCE = "cli"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    followups = noun("followups", "Schedule messages that are due later, see them, take them back.")
    followups.command("schedule")(schedule)
    followups.command("list")(list_)
    followups.command("cancel")(cancel)
    app.add_typer(followups)


def schedule(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="What to say to the agent then; - reads the input.")],
    route: Annotated[str, typer.Option("--route", metavar="NAME", help="The route that is to send it.")],
    conversation: Annotated[str, typer.Option("--conversation", metavar="KEY", help="The conversation it belongs to.")],
    at_time: Annotated[
        datetime,
        typer.Option("--at", metavar="TIME", parser=coming, help="When: 2026-11-21T10:00:00Z, or in 90m, 24h, 2d."),
    ],
    external_id: Annotated[
        str | None, typer.Option("--id", help="Its own id: the same one again changes nothing. Else a new one.")
    ] = None,
    priority: Annotated[int, typer.Option("--priority", min=0, max=9, help="9 goes first.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Schedule a message: it joins its conversation when it is due, and holds nothing up until then.

    \b
    Examples:
      turnwire followups schedule --route support --conversation T-1001 --at 24h "Has the customer answered?"
      turnwire followups schedule --route support --conversation T-1001 --at 2026-11-21T09:00:00+01:00 --id T-1001/f1 -
    """
    if at_time <= datetime.now(UTC):
        expected = "a time to come; `turnwire enqueue` sends at once"
        raise ConfigurationError("--at has passed", "", "--at", expected)
    with desk(ctx, as_json=as_json) as at:
        if route not in at.settings.routes:
            raise at.unknown("route", route, at.settings.routes)
        answer = _receive(
            at,
            {
                "route": route,
                "conversation": conversation,
                "id": str(uuid.uuid4()) if external_id is None else external_id,
                "text": typed(text, "text"),
                "due_at": moment(at_time),
                "priority": priority,
            },
        )
        at.out.one(answer.as_dict(), _said(answer, at_time))
        if answer.status in {EventStatus.CONFLICT, EventStatus.REFUSED}:
            raise typer.Exit(1)


def _receive(at: Desk, event: Mapping[str, Any]) -> Received:
    from connector.readers.events import parse_event
    from connector.receiving import Receiver

    parsed = parse_event(event, source=_SOURCE, now=datetime.now(UTC))
    (answer,) = Receiver(wiring=at.wiring).receive([parsed])
    return answer


def _said(answer: Received, due: datetime) -> str:
    match answer.status:
        case EventStatus.SCHEDULED:
            return f"follow-up {answer.followup_id} is scheduled for {clock(moment(due))}"
        case EventStatus.DUPLICATE:
            return f"this id and content came before, as event {answer.event_id}; nothing was changed"
        case _:
            return f"{answer.status}: {answer.reason or ''}; see `turnwire events show {answer.event_id}`"


def list_(
    ctx: typer.Context,
    status: Annotated[
        list[FollowupStatus] | None,
        typer.Option("--status", metavar="STATE", help=states(FollowupStatus)),
    ] = None,
    route: RouteOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List messages that are or were due later, the newest first.

    \b
    Examples:
      turnwire followups list --status scheduled
      turnwire followups list --route support --json
    """
    from connector.storage import views

    with desk(ctx, as_json=as_json) as at:
        if route is not None and next(views.followups(at.database, route=route, limit=1), None) is None:
            at.route(route)
        at.listed(
            lambda most: views.followups(at.database, statuses=tuple(status or ()), route=route, limit=most),
            limit,
            COLUMNS,
            _listed,
            "no follow-ups",
        )


def _listed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **row,
        "due": clock(row["due_at"]),
        "in": age(row["due_at"]) if row["status"] == FollowupStatus.SCHEDULED else None,
        "text": first_words(row["text"]),
    }


def cancel(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="The follow-ups, as the list shows them.")],
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back messages before they are due: they are never sent.

    \b
    Examples:
      turnwire followups cancel 12
      turnwire followups cancel 12 15
    """
    from connector.storage import operations

    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        numbers = [number(word, "follow-up") for word in ids]
        change_each(at, "follow-up", numbers, lambda one: operations.cancel_followup(at.database, one, actor=who))
