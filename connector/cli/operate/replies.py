"""``turnwire replies …``: the answers on their way back, and those that did not get there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from connector.cli.operate import endpoints as reply_endpoints
from connector.cli.operate.reply_reasons import why
from connector.cli.shared.desk import (
    ByOption,
    Desk,
    DryRunOption,
    LimitOption,
    RouteOption,
    SinceOption,
    UntilOption,
    actor,
    change_each,
    desk,
    number,
    reading_desk,
    states,
    typed,
)
from connector.cli.shared.format import advice, age, clock, historied, labelled
from connector.cli.shared.layout import aligned
from connector.cli.shared.output import JsonOption, YesOption, noun, shown
from connector.errors import ConfigurationError, InvalidInput
from connector.values import ReplyStatus

DISABLED = "endpoint_disabled"
_MOST_READ = 200_000
"""Characters of a file that are read; more than an answer may have."""
COLUMNS = {
    "id": "id",
    "turn_id": "turn",
    "conversation": "conversation",
    "channel": "channel",
    "status": "status",
    "reason": "reason",
    "tries": "tries",
    "age": "age",
}

StatusOption = Annotated[
    list[ReplyStatus] | None,
    typer.Option("--status", metavar="STATE", help=states(ReplyStatus)),
]
ChannelOption = Annotated[str | None, typer.Option("--channel", metavar="NAME", help="Only this way back: webhook …")]
IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="ID", help="The replies; or use a filter.")]

_WITHDRAWN = {"overtaken", "handed_off", "conversation_closed"}
"""Why a draft is stopped by itself."""

_STATES = {
    "draft": "waits for a person to approve it",
    "queued": "waits to be delivered",
    "sending": "is being delivered",
    "delivered": "has arrived",
    "unknown": "may have arrived; nobody knows, so it is not delivered again by itself",
    "failed": "was given up",
    "cancelled": "will not be delivered",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    replies = noun("replies", "See which answers got back, and settle those that did not.")
    replies.command("list")(list_)
    replies.command("show")(show)
    replies.command("retry")(retry)
    replies.command("resolve")(resolve)
    replies.command("cancel")(cancel)
    replies.command("approve")(approve)
    replies.command("reject")(reject)
    reply_endpoints.register(replies)
    app.add_typer(replies)


def list_(
    ctx: typer.Context,
    status: StatusOption = None,
    route: RouteOption = None,
    channel: ChannelOption = None,
    turn: Annotated[str | None, typer.Option("--turn", metavar="ID", help="Only of this turn.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the answers on their way back, the newest first.

    \b
    Examples:
      turnwire replies list --status failed --status unknown
      turnwire replies list --turn 12
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        at.route(route)
        turn_id = None if turn is None else number(turn, "turn")
        at.listed(
            lambda most: queries.replies(
                at.database,
                statuses=tuple(status or ()),
                route=route,
                channel=channel,
                turn_id=turn_id,
                since=since,
                until=until,
                limit=most,
            ),
            limit,
            COLUMNS,
            lambda reply: {**reply, "age": age(reply["created_at"])},
            "no replies",
        )


def show(
    ctx: typer.Context,
    reply: Annotated[str, typer.Argument(metavar="ID", help="The reply's id, as `turnwire replies list` shows it.")],
    as_json: JsonOption = False,
) -> None:
    """Show one reply with each attempt to deliver it, and what you can do.

    \b
    Example:
      turnwire replies show 7
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found = queries.reply(at.database, number(reply, "reply"))
        history = queries.history(at.database, f"reply:{found['id']}")
        turn = None
        if found["mode"] is not None and not as_json:
            turn = queries.turn(at.database, int(found["turn_id"]), **at.naming)
        at.out.one(found, None if as_json else "\n".join(_screen(found, history, turn)))


def retry(
    ctx: typer.Context,
    ids: IdsArgument = None,
    route: RouteOption = None,
    channel: ChannelOption = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Deliver failed replies again; or by its id one that was cancelled or held back, whatever has happened since.

    \b
    Examples:
      turnwire replies retry 7 8
      turnwire replies retry --channel webhook --dry-run
    """
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        numbers = _meant(at, ids, (ReplyStatus.FAILED,), route, channel, what="deliver again", dry_run=dry_run, yes=yes)
        change_each(at, "reply", numbers, lambda one: at.operations.retry_reply(one, actor=who))


def resolve(
    ctx: typer.Context,
    ids: IdsArgument = None,
    as_: Annotated[
        Literal["delivered", "resend", "failed"] | None,
        typer.Option("--as", help="What it is to count as: delivered, resend or failed."),
    ] = None,
    route: RouteOption = None,
    channel: ChannelOption = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Settle replies in doubt: they may have arrived, and nobody but you can find out.

    \b
    --as delivered  it arrived
    --as resend     it is delivered again; if it had arrived, it arrives twice
    --as failed     it is given up; `turnwire replies retry` can still deliver it

    \b
    Examples:
      turnwire replies resolve 7 --as delivered
      turnwire replies resolve --channel webhook --as resend --dry-run
    """
    if as_ is None:
        raise ConfigurationError("--as is missing", "", "--as", "--as delivered, --as resend or --as failed")
    what = {"delivered": "count as delivered", "resend": "deliver again (some may arrive twice)", "failed": "give up"}
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        numbers = _meant(at, ids, (ReplyStatus.UNKNOWN,), route, channel, what=what[as_], dry_run=dry_run, yes=yes)
        change_each(at, "reply", numbers, lambda one: at.operations.resolve_reply(one, as_, actor=who))


def cancel(
    ctx: typer.Context,
    ids: IdsArgument = None,
    route: RouteOption = None,
    channel: ChannelOption = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take back replies that wait or are drafts: the customer does not get them.

    \b
    Examples:
      turnwire replies cancel 7
      turnwire replies cancel --route support --dry-run
    """
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        statuses = (ReplyStatus.QUEUED, ReplyStatus.DRAFT)
        numbers = _meant(at, ids, statuses, route, channel, what="take back", dry_run=dry_run, yes=yes)
        change_each(at, "reply", numbers, lambda one: at.operations.cancel_reply(one, actor=who))


def approve(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="The drafts, as the list shows them.")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also if the customer has written again, or a person took over.")
    ] = False,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="FILE|-", help="Send what this file holds (- is standard input) instead."),
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let drafts leave: nothing else does. One that the conversation has overtaken is refused, naming the newer turn.

    \b
    Examples:
      turnwire replies list --status draft
      turnwire replies approve 7 8
      turnwire replies approve 7 --text better.txt
    """
    if text is not None and len(set(ids)) > 1:
        raise ConfigurationError("one text for several drafts", "", "--text", "one draft at a time")
    words = None if text is None else _written(text)
    with desk(ctx, as_json=as_json) as at:
        who, numbers = actor(by), [number(word, "reply") for word in ids]
        change_each(
            at, "reply", numbers, lambda one: at.operations.approve_reply(one, actor=who, anyway=anyway, text=words)
        )


def reject(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="The drafts, as the list shows them.")],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record; no customer reads it.")
    ] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Refuse drafts: they never leave.

    \b
    Example:
      turnwire replies reject 7 --reason "wrong tone"
    """
    with desk(ctx, as_json=as_json) as at:
        who, numbers = actor(by), [number(word, "reply") for word in ids]
        change_each(at, "reply", numbers, lambda one: at.operations.reject_reply(one, actor=who, reason=reason))


def _written(file: str) -> str:
    """What a person has written in a file, or on standard input. Raises InvalidInput."""
    if file == "-":
        return typed(file, "--text")
    try:
        with Path(file).open(encoding="utf-8-sig") as opened:
            return opened.read(_MOST_READ)
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("--text", "a file with text in UTF-8, or -", "none that can be read") from None


def _meant(
    at: Desk,
    words: Sequence[str] | None,
    statuses: tuple[ReplyStatus, ...],
    route: str | None,
    channel: str | None,
    *,
    what: str,
    dry_run: bool,
    yes: bool,
) -> list[int]:
    """The replies that were named, or those a filter finds after asking; none for a dry run."""
    from connector.storage import queries

    filtered = route is not None or channel is not None
    if bool(words) is filtered:
        given = "ids and a filter together: which is meant?" if words else "no replies are named"
        raise ConfigurationError(given, "", "ID", "ids, or a filter such as --channel webhook or --route NAME")
    if words:
        if dry_run:
            raise ConfigurationError("--dry-run is for filters", "", "--dry-run", "a filter such as --route NAME")
        return [number(word, "reply") for word in words]
    at.route(route)
    found = [int(row["id"]) for row in queries.replies(at.database, statuses=statuses, route=route, channel=channel)]
    count = f"{len(found)} {'reply' if len(found) == 1 else 'replies'}"
    if dry_run or not found:
        at.out.one({"dry_run": dry_run, "matched": [str(one) for one in found]}, f"would {what}: {count}")
        raise typer.Exit(0)
    at.agreed(f"{count} to {what}.", yes=yes)
    return found


def _screen(
    reply: Mapping[str, Any], history: Sequence[Mapping[str, Any]], turn: Mapping[str, Any] | None = None
) -> Iterator[str]:
    yield f"reply {reply['id']}: {reply['status']} - {_STATES[reply['status']]}"
    yield ""
    yield from labelled(
        (
            ("why", why(reply["reason"])),
            ("tells", _tells(reply)),
            ("conversation", f"{shown(reply['conversation'])} (id {reply['conversation_id']}), route {reply['route']}"),
            ("by", f"{reply['channel']}, marker {reply['marker']}"),
            ("mode", reply["mode"]),
            ("approved by", reply["approved_by"] and shown(reply["approved_by"])),
            ("next try", reply["due_at"] and clock(reply["due_at"])),
            ("created", f"{clock(reply['created_at'])}, {age(reply['created_at'])} ago"),
            ("delivered", reply["delivered_at"] and clock(reply["delivered_at"])),
        )
    )
    if turn is not None:
        yield from _dialogue(reply, turn)
    if reply["attempts"]:
        rows = [
            [
                f"  {attempt['number']}",
                attempt["outcome"] or "no outcome",
                f"HTTP {attempt['http_status']}" if attempt["http_status"] else "",
                clock(attempt["started_at"]),
                shown(attempt["error"]) if attempt["error"] else "",
            ]
            for attempt in reply["attempts"]
        ]
        yield from ["", "Attempts", *aligned(rows).split("\n")]
    yield from historied(history)
    yield from advice(_steps(reply))


def _dialogue(reply: Mapping[str, Any], turn: Mapping[str, Any]) -> Iterator[str]:
    """The customer's words, and below them those that answer."""
    yield from ["", "Customer", *_indented(turn["text"])]
    yield from ["", "Answer, edited" if reply["edited"] else "Answer", *_indented(reply["text"])]
    if reply["edited"]:
        yield from ["", "As the agent wrote it", *_indented(turn["answer"])]


def _indented(text: str | None) -> Iterator[str]:
    yield from (f"  {shown(line)}" if line else "" for line in (text or "").split("\n"))


def _tells(reply: Mapping[str, Any]) -> str:
    if reply["turn_id"] is None:
        return "that the conversation has changed hands"
    return f"that turn {reply['turn_id']} is {reply['turn_status']}"


def _steps(reply: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if reply["turn_id"] is not None:
        yield f"turnwire turns show {reply['turn_id']}", "the message and the answer"
    match reply["status"]:
        case "failed":
            yield f"turnwire replies retry {reply['id']}", "deliver it again"
        case "cancelled" if reply["mode"] == "draft":
            if reply["reason"] in _WITHDRAWN:
                yield f"turnwire replies approve {reply['id']} --anyway", "let it leave, whatever has happened since"
            yield f"turnwire replies retry {reply['id']}", "make it a draft again"
        case "cancelled":
            yield f"turnwire replies retry {reply['id']}", "deliver it all the same, whatever has happened since"
        case "unknown":
            resolve_it = f"turnwire replies resolve {reply['id']} --as"
            yield f"{resolve_it} delivered", "you know that it arrived"
            yield f"{resolve_it} resend", "deliver it again; if it had arrived, it arrives twice"
            yield f"{resolve_it} failed", "give it up"
        case "draft":
            yield f"turnwire replies approve {reply['id']}", "let it leave"
            yield f"turnwire replies approve {reply['id']} --text FILE", "send what the file holds instead"
            yield f"turnwire replies reject {reply['id']}", "refuse it: it never leaves"
        case "queued":
            if reply["reason"] == DISABLED:
                yield f"turnwire replies enable {reply['channel']}", "let its endpoint take replies; it goes then"
            yield f"turnwire replies cancel {reply['id']}", "take it back: the customer does not get it"
