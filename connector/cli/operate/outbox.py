"""``turnwire outbox …``: what a provider is asked when a conversation is handed off, resumed or closed."""

from __future__ import annotations

from typing import Annotated

import typer

from connector.cli.shared.desk import ByOption, LimitOption, actor, change_each, desk, number, reading_desk, states
from connector.cli.shared.format import age
from connector.cli.shared.output import JsonOption, noun
from connector.values import OutboxStatus

COLUMNS = {
    "id": "id",
    "conversation": "conversation",
    "kind": "kind",
    "status": "status",
    "reason": "reason",
    "error": "error",
    "tries": "tries",
    "age": "age",
}

IdsArgument = Annotated[list[str], typer.Argument(metavar="ID", help="The calls, as the list shows them.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    outbox = noun("outbox", "See what the outside is told of hand-offs, and settle what it did not take.")
    outbox.command("list")(list_)
    outbox.command("retry")(retry)
    outbox.command("cancel")(cancel)
    app.add_typer(outbox)


def list_(
    ctx: typer.Context,
    status: Annotated[
        list[OutboxStatus] | None, typer.Option("--status", metavar="STATE", help=states(OutboxStatus))
    ] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="ID", help="Only of the conversation with this id.")
    ] = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the outside calls that changes of hands owe, the newest first.

    \b
    tell     the webhook hears of the change
    hold     the provider keeps the agent quiet; release: it may speak again
    brief    the agent is told what happened meanwhile
    end      the provider ends the chat; forget: it deletes it

    \b
    Example:
      turnwire outbox list --status failed
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        wanted = None if conversation is None else number(conversation, "conversation")
        at.listed(
            lambda most: queries.outside_calls(
                at.database, statuses=tuple(status or ()), conversation_id=wanted, limit=most
            ),
            limit,
            COLUMNS,
            lambda call: {**call, "age": age(call["created_at"])},
            "no outside calls",
        )


def retry(ctx: typer.Context, ids: IdsArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Make failed calls again.

    \b
    Example:
      turnwire outbox retry 7 8
    """
    with desk(ctx, as_json=as_json) as at:
        who, numbers = actor(by), [number(word, "outside call") for word in ids]
        change_each(at, "outside call", numbers, lambda one: at.operations.retry_outbox(one, actor=who))


def cancel(ctx: typer.Context, ids: IdsArgument, by: ByOption = None, as_json: JsonOption = False) -> None:
    """Take back calls that wait or have failed; a conversation that waited for one of them goes on.

    \b
    Example:
      turnwire outbox cancel 7
    """
    with desk(ctx, as_json=as_json) as at:
        who, numbers = actor(by), [number(word, "outside call") for word in ids]
        change_each(at, "outside call", numbers, lambda one: at.operations.cancel_outbox(one, actor=who))
