"""``turnwire parse``: what files would become; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.messages.file_options import FilesArgument, FormatOption, MapOption, columns
from connector.cli.shared.output import JsonOption, Out, load_settings, shown
from connector.errors import ConfigurationError
from connector.utils.terminal import in_one_line

if TYPE_CHECKING:
    from connector.services.ingest.run import FoundMessage
    from connector.values import Bounce, Event, MailContent


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("parse")(parse)


def parse(
    ctx: typer.Context,
    files: FilesArgument,
    route: Annotated[
        str, typer.Option(metavar="NAME", help="For which route; if it is configured, its addresses are ours.")
    ] = "support",
    mapping: MapOption = None,
    format_: FormatOption = None,
    hook: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="The files are bodies of this hook's deliveries; their route is its own."),
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="'NAME: VALUE'", help="With --hook: a header that came with them.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what files would become; nothing is stored.

    Each message with its conversation, sender and text, or why it is not taken. No configuration is needed. The exit
    code is 1 if something could not be taken.

    \b
    Examples:
      turnwire parse support.mbox
      turnwire parse tickets.csv --map text=Body --json
      turnwire parse --hook zendesk delivery.json
    """
    from connector.services.ingest.run import Files

    out = Out(as_json=as_json)
    found: Iterable[dict[str, Any]]
    if hook is None:
        addresses, let_in = _ours(ctx, route)
        chosen = Files(
            paths=files, route=route, format=format_, columns=columns(mapping), addresses=addresses, let_in=let_in
        )
        found = map(described, _settled(chosen.read()))
    else:
        found = _delivered(ctx, hook, files, header or [])
    failed = False
    for facts in found:
        failed = failed or facts["status"] == "refused"
        out.one(facts, "\n".join(_block(facts)))
    if failed:
        raise typer.Exit(1)


def _ours(ctx: typer.Context, route: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Our own addresses on that route, and the guards it overrules, as far as a configuration can be read."""
    with suppress(ConfigurationError):
        configured = load_settings(ctx).routes.get(route)
        return (configured.addresses, configured.let_in) if configured else ((), ())
    return (), ()


def _settled(messages: Iterable[FoundMessage]) -> Iterator[FoundMessage]:
    """Each mail in its conversation, as far as the mails before it tell."""
    from connector.services.threads import Threads

    threads = Threads(None)
    for found in messages:
        yield replace(found, item=threads.settle([found.item])[0])


def _delivered(ctx: typer.Context, hook: str, files: list[Path], headers: list[str]) -> Iterator[dict[str, Any]]:
    from connector.cli.messages.recorded_hooks import deliveries

    for place, event in deliveries(load_settings(ctx), hook, files, headers):
        yield place if event is None else place | _event(event)


def described(found: FoundMessage) -> dict[str, Any]:
    """A message of a file as JSON; of one that cannot be taken only its place and the reason."""
    from connector.services.ingest.run import refusal
    from connector.values import Event

    if not isinstance(found.item, Event):
        return refusal(found, "refused", None)
    return {"file": str(found.file), "position": found.position} | _event(found.item)


def _event(event: Event) -> dict[str, Any]:
    return {
        "status": str(event.status),
        "reason": event.reason,
        "route": event.route,
        "conversation": event.conversation,
        "id": event.id,
        "source": event.source,
        "customer": event.customer.as_dict(),
        "subject": event.subject,
        "occurred_at": event.occurred_at,
        "due_at": event.due_at,
        "priority": event.priority,
        "metadata": dict(event.metadata),
        "warnings": list(event.warnings),
        "text": event.text,
    } | (_mail(event.mail, event.bounce) if event.mail else {})


def _mail(mail: MailContent, bounce: Bounce | None) -> dict[str, Any]:
    """What was read from a mail beside what every message has."""
    return {
        "full_text": mail.full_text,
        "quoted_text": mail.quoted_text,
        "signature": mail.signature,
        "language": mail.language,
        "attachments": [asdict(each) for each in mail.attachments],
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "to": list(mail.to),
        "cc": list(mail.cc),
        "auth": mail.auth,
        "defects": list(mail.defects),
        "bounce": bounce.as_dict() if bounce else None,
    }


def _block(facts: dict[str, Any]) -> Iterator[str]:
    place = ", ".join(part for part in (facts["file"], facts["position"]) if part)
    yield in_one_line(f"{place}: {facts['status']}" + (f", {facts['reason']}" if facts["reason"] else ""))
    for name in (
        "conversation",
        "id",
        "customer",
        "subject",
        "occurred_at",
        "due_at",
        "metadata",
        "defects",
        "warnings",
    ):
        if facts.get(name):
            yield f"  {name:<14}{shown(facts[name])}"
    if facts.get("text"):
        yield indent(facts["text"].rstrip(), "  | ", lambda _line: True)
    yield ""
