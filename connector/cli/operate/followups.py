"""``turnwire followups …``: messages that are due later."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import (
    ByOption,
    Desk,
    LimitOption,
    RouteOption,
    actor,
    change_each,
    coming,
    desk,
    duration,
    number,
    past,
    reading_desk,
    states,
    typed,
)
from connector.cli.shared.format import age, clock, first_words
from connector.cli.shared.output import JsonOption, moment, noun
from connector.cli.shared.turn_options import ConversationOption
from connector.errors import ConfigurationError
from connector.policy import business_hours
from connector.values import FOLLOWUP_PRIORITY, EventStatus, Followup, FollowupStatus, Received

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
_FURTHEST = 1827 * 86_400.0  # five years, two of them leap years


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
    *,
    route: Annotated[str, typer.Option("--route", metavar="NAME", help="The route that is to send it.")],
    conversation: Annotated[str, typer.Option("--conversation", metavar="KEY", help="The conversation it belongs to.")],
    at_time: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="When: 2026-11-21T10:00:00Z, in 90m, 24h, 2d, or 2026-11-21T09:00 with --zone."
        ),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="ZONE", help="--at is the local time there: Europe/Berlin.")
    ] = None,
    after: Annotated[
        float | None,
        typer.Option(
            "--after", metavar="DURATION", parser=duration, help="So long after the conversation's last message: 3d."
        ),
    ] = None,
    keep: Annotated[
        bool | None,
        typer.Option(
            "--keep/--no-keep",
            help="Whether it stays when the customer writes again; else its route says.",
            show_default=False,
        ),
    ] = None,
    expires_after: Annotated[
        float | None,
        typer.Option(
            "--expires-after", metavar="DURATION", parser=duration, help="Not sent when so late; else its route says."
        ),
    ] = None,
    external_id: Annotated[
        str | None, typer.Option("--id", help="Its own id: the same one again changes nothing. Else a new one.")
    ] = None,
    priority: Annotated[
        int | None, typer.Option("--priority", min=0, max=9, help="9 goes first; else 4, after all live messages.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Schedule a message: it joins its conversation when it is due, and holds nothing up until then.

    It is taken back when the customer writes before that (unless --keep), when a person takes over, and when the
    conversation is closed.

    \b
    Examples:
      turnwire followups schedule --route support --conversation T-1001 --after 3d "Has the customer answered?"
      turnwire followups schedule --route support --conversation T-1001 --at 2026-11-21T09:00 --zone Europe/Berlin -
      turnwire followups schedule --route support --conversation T-1001 --at 24h --keep --id T-1001/f1 "Still there?"
    """
    if (at_time is None) is (after is None):
        raise ConfigurationError("either --at or --after is needed", "", "--at", "one of --at and --after")
    if zone is not None and at_time is None:
        raise ConfigurationError("--zone goes with --at only", "", "--zone", "--at 2026-11-21T09:00")
    if after is not None and after > _FURTHEST:
        raise ConfigurationError("--after is too long", "", "--after", "at most 5 years")
    with desk(ctx, as_json=as_json) as at:
        if route not in at.settings.routes:
            raise at.unknown("route", route, at.settings.routes)
        due = None if at_time is None else _due(at, at_time, zone)
        event = {
            "route": route,
            "conversation": conversation,
            "id": str(uuid.uuid4()) if external_id is None else external_id,
            "text": typed(text, "text"),
            "due_at": None if due is None else moment(due),
            "priority": FOLLOWUP_PRIORITY if priority is None else priority,
        }
        answer = _receive(at, event, Followup(after=after, keep=keep, expires_after=expires_after))
        at.out.one(answer.as_dict(), _said(at, answer))
        if answer.status in {EventStatus.CONFLICT, EventStatus.REFUSED}:
            raise typer.Exit(1)


def _due(at: Desk, text: str, zone: str | None) -> datetime:
    """``--at`` by the database's clock, which says when it is due. Raises :class:`ConfigurationError`."""
    now = at.database.now()
    due = coming(text, now) if zone is None else _local(at, text, zone)
    if due <= now:
        expected = "a time to come; `turnwire enqueue` sends at once"
        raise ConfigurationError("--at has passed", "", "--at", expected)
    return due


def _local(at: Desk, text: str, name: str) -> datetime:
    """A local time of a zone; says so when the clocks are changed just then."""
    try:
        where = business_hours.zone(name)
    except ValueError as error:
        raise ConfigurationError(f"--zone: there is no time zone {name}", "", "--zone", str(error)) from None
    expected = "a local time such as 2026-11-21T09:00"
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or len(text.strip()) <= len("2026-11-21"):
        raise ConfigurationError("with --zone, --at is a local time without a zone of its own", "", "--at", expected)
    try:
        due = business_hours.instant(local, where)
    except OverflowError:
        raise ConfigurationError("--at is beyond the calendar", "", "--at", expected) from None
    match business_hours.oddity(local, where):
        case "skipped":
            at.out.note(
                f"{local} does not exist in {name}, where clocks go forward: {due.astimezone(where):%H:%M} it is"
            )
        case "repeated":
            at.out.note(f"{local} comes twice in {name}, where clocks go back: the first one is meant")
    return due


def _receive(at: Desk, event: Mapping[str, Any], followup: Followup) -> Received:
    from connector.channels.events.schema import parse_event
    from connector.services.receive import Receiver
    from connector.storage import queries

    parsed = parse_event(event, source=_SOURCE, now=at.database.now())
    origin = queries.origin_of(at.database, parsed.route, parsed.conversation)  # what waits for a mail thread joins it
    (answer,) = Receiver(wiring=at.wiring).receive([replace(parsed, followup=followup, origin=origin)])
    return answer


def _said(at: Desk, answer: Received) -> str:
    from connector.storage import queries

    match answer.status:
        case EventStatus.SCHEDULED:
            row = next(queries.followups(at.database, before=int(answer.followup_id or 0) + 1, limit=1))
            said = f"follow-up {answer.followup_id} is scheduled for {clock(row['due_at'])}"
            if row["after_seconds"] is not None:
                said += ", or later if there are more messages before"
            calendar = at.settings.routes[row["route"]].hours
            if calendar is not None:
                due = datetime.fromisoformat(row["due_at"])
                opening = calendar.calendar().next_opening(due)
                if opening > due:
                    said += f"; its route is closed then, so it waits until {clock(moment(opening))}"
            return said
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
    conversation: ConversationOption = None,
    due_before: Annotated[
        datetime | None,
        typer.Option(
            "--due-before", metavar="TIME", parser=past, help="Due before this time, or overdue by this age: 5m."
        ),
    ] = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List messages that are or were due later, the newest first.

    \b
    Examples:
      turnwire followups list --status scheduled
      turnwire followups list --route support --conversation T-1001
      turnwire followups list --status scheduled --due-before 2026-11-28 --json
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        if route is not None and next(queries.followups(at.database, route=route, limit=1), None) is None:
            at.route(route)
        at.listed(
            lambda most: queries.followups(
                at.database,
                statuses=tuple(status or ()),
                route=route,
                conversation=conversation,
                due_before=due_before,
                limit=most,
            ),
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
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As the list shows them.")] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="KEY", help="All that wait in this conversation.")
    ] = None,
    route: Annotated[
        str | None, typer.Option("--route", metavar="NAME", help="With --conversation: on this route only.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back messages before they are due: they are never sent.

    \b
    Examples:
      turnwire followups cancel 12
      turnwire followups cancel 12 15
      turnwire followups cancel --conversation T-1001 --route support
    """
    from connector.storage import queries

    if bool(ids) is (conversation is not None):
        raise ConfigurationError("either ids or --conversation are needed", "", "ID", "ids, or --conversation KEY")
    if route is not None and conversation is None:
        raise ConfigurationError("--route goes with --conversation only", "", "--route", "--conversation KEY")
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        numbers = [number(word, "follow-up") for word in ids or ()]
        if conversation is not None:
            at.route(route)
            waiting = (FollowupStatus.SCHEDULED,)
            found = queries.followups(at.database, statuses=waiting, route=route, conversation=conversation)
            numbers = sorted(int(row["id"]) for row in found)
            if not numbers:
                at.out.note(f"nothing waits in conversation {conversation}")
        change_each(at, "follow-up", numbers, lambda one: at.operations.cancel_followup(one, actor=who))
