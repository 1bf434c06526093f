"""``turnwire events …``: every message as it arrived, and what became of it at the door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Annotated, Any

import typer

from connector.cli.shared.desk import (
    ByOption,
    LimitOption,
    SinceOption,
    UntilOption,
    actor,
    change_each,
    desk,
    number,
    reading_desk,
    states,
)
from connector.cli.shared.format import advice, age, clock, labelled, quoted
from connector.cli.shared.output import JsonOption, noun, shown
from connector.errors import ConfigurationError
from connector.utils.private_files import write_new
from connector.utils.terminal import in_one_line
from connector.values import EventStatus

COLUMNS = {
    "id": "id",
    "source": "source",
    "external_id": "external id",
    "conversation": "conversation",
    "status": "status",
    "reason": "reason",
    "age": "age",
}

STATUS_HELP = f"{states(EventStatus)} conflict: its id came with two contents."

_STATES = {
    "accepted": "became a turn",
    "scheduled": "is due later, or was",
    "context": "kept as history, never sent",
    "stopped": "not sent: no customer wrote it",
    "refused": "could not be taken",
    "quarantined": "set aside, since reading it failed again and again",
}

_LEFT_OUT = {
    "program": "it may run something",
    "mail_limit": "the mail's attachments are too large",
    "day_limit": "the source has kept as much today as it may",
    "not_taken": "the mail was stopped",
    "not_read": "it could not be taken out of the mail",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    events = noun("events", "Look at every message as it arrived, and what became of it; send what was set aside.")
    events.command("list")(list_)
    events.command("show")(show)
    events.command("release")(release)
    events.command("attachment")(attachment)
    app.add_typer(events)


def list_(
    ctx: typer.Context,
    *,
    status: Annotated[list[EventStatus] | None, typer.Option("--status", metavar="STATE", help=STATUS_HELP)] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only from here: cli, csv:support, celery …")] = None,
    route: Annotated[str | None, typer.Option("--route", metavar="NAME", help="Only for this route.")] = None,
    conversation: Annotated[str | None, typer.Option("--conversation", metavar="KEY", help="Only of this one.")] = None,
    external_id: Annotated[str | None, typer.Option("--id", help="Only with this id at the source.")] = None,
    turn: Annotated[str | None, typer.Option("--turn", metavar="ID", help="Only those that this turn holds.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List messages as they arrived, the newest first; the words themselves stand in `events show`.

    \b
    Examples:
      turnwire events list --status refused --status stopped
      turnwire events list --status conflict
      turnwire events list --source csv:support --id T-1001/3
      turnwire events list --turn 12
    """
    from connector.storage import queries

    conflicting = EventStatus.CONFLICT in (status or ())
    if conflicting and len(set(status or ())) > 1:
        raise ConfigurationError("--status conflict is about accepted events", "", "--status", "conflict alone")
    stored = tuple(one for one in status or () if one not in {EventStatus.CONFLICT, EventStatus.DUPLICATE})
    with reading_desk(ctx, as_json=as_json) as at:

        def rows(most: int | None) -> Iterator[dict[str, Any]]:
            if status and not stored and not conflicting:
                return iter(())  # a duplicate leaves no row
            return queries.events(
                at.database,
                statuses=stored,
                source=source,
                route=route,
                conversation=conversation,
                external_id=external_id,
                turn=None if turn is None else number(turn, "turn"),
                conflicting=conflicting,
                since=since,
                until=until,
                limit=most,
            )

        at.listed(rows, limit, COLUMNS, lambda event: {**event, "age": age(event["received_at"])}, "no events")


def show(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(metavar="ID", help="The event's id, as `turnwire events list` shows it.")],
    raw: Annotated[bool, typer.Option("--raw", help="The message as it came, as well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one message: its words, what became of it and why, and what came later under the same id.

    \b
    Examples:
      turnwire events show 12
      turnwire events show 12 --raw
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found = queries.event(at.database, number(event, "event"), raw=raw)
        if as_json:
            at.out.one(found)
            return
        later = (
            queries.followups(at.database, before=int(found["id"]) + 1, limit=1) if found["followup_id"] else iter(())
        )
        at.out.text("\n".join(_screen(found, next(later, None))))


def release(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `turnwire events list` shows them.")],
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also if a later message of the conversation was answered.")
    ] = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a message after all that was stopped, or kept as history: a turn at the end of its conversation.

    \b
    Examples:
      turnwire events release 12
      turnwire events release 12 15 --anyway
    """
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        numbers = [number(word, "event") for word in ids]
        change_each(at, "event", numbers, lambda one: at.operations.release_event(one, actor=who, anyway=anyway))


def attachment(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(metavar="ID", help="The event's id, as `turnwire events list` shows it.")],
    which: Annotated[str, typer.Argument(metavar="NUMBER", help="As `turnwire events show` numbers them.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A new file, or a folder; else its own name, here."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write out one attachment of a mail; nothing is overwritten, and only you can read the file.

    \b
    Examples:
      turnwire events attachment 12 1 -o invoice.pdf
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found, body = queries.attachment_body(at.database, number(event, "event"), number(which, "attachment"))
        file = _target(output, str(found["name"]))
        _written(file, body)
        if as_json:
            at.out.one({**found, "event_id": event, "file": str(file)})
        else:
            at.out.text(f"wrote {shown(str(file))}, {found['size']} bytes, {shown(found['type'])}")


def _target(output: Path | None, name: str) -> Path:
    """Where an attachment goes; its name was made safe when it came, and is no path."""
    if output is not None and not output.is_dir():
        return output
    return (output or Path()) / PurePath(name).name


def _written(file: Path, body: bytes) -> None:
    try:
        write_new(file, body)
    except FileExistsError:
        message = f"{shown(str(file))} is there already, and nothing is overwritten"
        raise ConfigurationError(message, str(file), "--output", "the name of a new file") from None
    except OSError as error:
        message = f"{shown(str(file))} cannot be written: {error.strerror or type(error).__name__}"
        raise ConfigurationError(message, str(file), "--output", "a file in a folder that you may write to") from None


def _screen(event: Mapping[str, Any], followup: Mapping[str, Any] | None) -> Iterator[str]:
    yield f"event {event['id']}: {event['status']} - {_STATES.get(event['status'], '')}"
    yield ""
    together = event["turn_id"] not in {None, event["id"]}
    yield from labelled(
        (
            ("turn", f"{event['turn_id']}, joined to the message before it" if together else event["turn_id"]),
            ("why", event["reason"] and shown(event["reason"])),
            ("came from", f"{event['source']}, id {shown(event['external_id'])}"),
            ("route", event["route"]),
            ("conversation", event["conversation"] and shown(event["conversation"])),
            ("subject", event["subject"] and shown(event["subject"])),
            ("customer", ", ".join(shown(value) for value in event["customer"].values())),
            ("priority", str(event["priority"])),
            ("received", f"{clock(event['received_at'])}, {age(event['received_at'])} ago"),
            ("written", event["occurred_at"] and clock(event["occurred_at"])),
            ("due", event["due_at"] and clock(event["due_at"])),
            ("follow-up", followup and _ending(followup)),
            ("callback", event["callback"] and shown(event["callback"])),
            ("metadata", shown(event["metadata"]) if event["metadata"] else None),
            ("as it came", f"{event['raw_bytes']} bytes" if event["raw_bytes"] else None),
        )
    )
    if event["text"]:
        yield from ["", "Message", *quoted(event["text"])]
    if event["attachments"]:
        yield from ["", "Attachments", *map(_attached, event["attachments"])]
    for conflict in event["conflicts"]:
        heading = f"Came again under the same id with other content, {clock(conflict['received_at'])}; not sent"
        yield from ["", heading, *quoted(conflict["text"])]
    if event.get("raw"):
        yield from ["", "As it came", *quoted(event["raw"])]
    yield from advice(_steps(event, followup))


def _attached(file: Mapping[str, Any]) -> str:
    notes = [shown(file["type"]), f"{file['size']} bytes", *(["shown in the text"] if file["inline"] else [])]
    if not file["kept"]:
        notes.append(f"not kept: {_LEFT_OUT.get(file['why'], file['why'])}")
    return f"  {file['number']}  {in_one_line(shown(file['name']))}  ({', '.join(notes)})"


def _ending(followup: Mapping[str, Any]) -> str:
    reason = f" ({followup['reason']})" if followup["reason"] else ""
    ended = f" {clock(followup['ended_at'])}" if followup["ended_at"] else ""
    return f"{followup['status']}{ended}{reason}"


def _steps(event: Mapping[str, Any], followup: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if event["turn_id"]:
        yield f"turnwire turns show {event['turn_id']}", "what became of it"
    if followup is not None and followup["status"] == "scheduled":
        yield f"turnwire followups cancel {event['id']}", "take it back before it is due"
    if kept := next((file for file in event["attachments"] if file["kept"]), None):
        yield f"turnwire events attachment {event['id']} {kept['number']} -o FILE", "write an attachment out"
    if event["status"] in {"stopped", "context"}:
        yield f"turnwire events release {event['id']}", "send it after all, at the end of its conversation"
    if event["status"] == "refused":
        yield "turnwire enqueue --help", "hand it in again once it is mended; its id is still free"
