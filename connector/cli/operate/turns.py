"""``turnwire turns …``: see what became of each message, and settle what waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from connector.cli.operate import turn_export
from connector.cli.operate.turn_screen import ahead_of, screen
from connector.cli.shared.desk import (
    AccountOption,
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
    typed,
)
from connector.cli.shared.format import age, first_words
from connector.cli.shared.output import JsonOption, YesOption, noun
from connector.cli.shared.turn_options import ConversationOption, OlderThanOption, Picked, ReasonOption, StatusOption
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from connector.values import Change

IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="ID", help="The turns; or use a filter.")]

COLUMNS = {
    "id": "id",
    "conversation": "conversation",
    "status": "status",
    "why": "why",
    "age": "age",
    "text": "text",
}

_SHOWN_IDS = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    turns = noun("turns", "See what became of each message, and settle what waits for a person.")
    turns.command("list")(list_)
    turns.command("show")(show)
    turns.command("retry")(retry)
    turns.command("resolve")(resolve)
    turns.command("cancel")(cancel)
    turns.command("export")(turn_export.export)
    app.add_typer(turns)


def list_(
    ctx: typer.Context,
    *,
    status: StatusOption = None,
    route: RouteOption = None,
    account: AccountOption = None,
    conversation: ConversationOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    older_than: OlderThanOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List turns, the newest first.

    WHY says what a queued turn waits for, and why another one stands where it stands.

    \b
    Examples:
      turnwire turns list --status unknown --status failed
      turnwire turns list --route support --since 24h
      turnwire turns list --conversation T-1001
      turnwire turns list --status failed --json | jq -r .id
    """
    from connector.storage import queries

    picked = Picked(
        status=status, route=route, account=account, conversation=conversation,
        reason=reason, since=since, until=until, older_than=older_than,
    )  # fmt: skip
    with reading_desk(ctx, as_json=as_json) as at:
        wanted = picked.at(at)
        at.listed(
            lambda most: queries.turns(at.database, wanted, limit=most, **at.naming), limit, COLUMNS, listed, "no turns"
        )


def listed(turn: Mapping[str, Any]) -> Mapping[str, Any]:
    """A turn as one row for people."""
    why = turn["waiting_for"] or turn["reason"]
    return {**turn, "why": why, "age": age(turn["accepted_at"]), "text": first_words(turn["text"])}


def show(
    ctx: typer.Context,
    turn: Annotated[str, typer.Argument(metavar="ID", help="The turn's id, as `turnwire turns list` shows it.")],
    raw: Annotated[bool, typer.Option("--raw", help="The provider's answers as they came, as well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one turn: its text, state and why, each attempt with its evidence, and what you can do.

    \b
    Examples:
      turnwire turns show 12
      turnwire turns show 12 --raw
      turnwire turns show 12 --json | jq .attempts
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        found = queries.turn(at.database, number(turn, "turn"), raw=raw, **at.naming)
        if as_json:
            at.out.one(found)
            return
        owner = queries.conversations(at.database, route=found["route"], key=found["conversation"], limit=1)
        history = queries.history(at.database, f"turn:{found['id']}")
        holds = queries.messages(at.database, int(found["id"]))
        at.out.text(screen(found, next(owner, None), history, ahead_of(at.database, found), datetime.now(UTC), holds))


# --- settling --------------------------------------------------------------------------------------------------------


def retry(
    ctx: typer.Context,
    *,
    status: StatusOption = None,
    route: RouteOption = None,
    account: AccountOption = None,
    conversation: ConversationOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    older_than: OlderThanOption = None,
    ids: IdsArgument = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send failed turns again: each goes back to its place in its conversation, its tries begin anew.

    \b
    Examples:
      turnwire turns retry 12 15
      turnwire turns retry --status failed --reason max_attempts --dry-run
      turnwire turns retry --route support --since 24h --yes
    """
    picked = Picked(
        status=status, route=route, account=account, conversation=conversation,
        reason=reason, since=since, until=until, older_than=older_than,
    )  # fmt: skip
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        if numbers := _named(ids, picked, dry_run=dry_run):
            change_each(at, "turn", numbers, lambda one: at.operations.retry_turn(one, actor=who))
            return
        wanted = picked.at(at)
        _change_many(
            at,
            "send again",
            lambda dry: at.operations.retry_turns(wanted, actor=who, dry_run=dry),
            dry_run=dry_run,
            yes=yes,
        )


def resolve(
    ctx: typer.Context,
    *,
    status: StatusOption = None,
    route: RouteOption = None,
    account: AccountOption = None,
    conversation: ConversationOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    older_than: OlderThanOption = None,
    ids: IdsArgument = None,
    as_: Annotated[
        Literal["answered", "resend", "failed"] | None,
        typer.Option("--as", help="What it is to count as: answered (with --answer), resend or failed."),
    ] = None,
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="TEXT", help="What the agent answered; - reads it from the input.")
    ] = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Settle turns in doubt: they may have been delivered, and nobody but you can find out.

    \b
    --as answered  it arrived, and TEXT is what the agent answered; it goes back to the customer
    --as resend    it is sent again; if it had arrived, the agent hears it twice
    --as failed    it is given up; its conversation goes on with the next turn

    \b
    Examples:
      turnwire turns resolve 12 --as answered --answer "Your parcel arrives on Monday."
      turnwire turns resolve 12 15 --as resend
      turnwire turns resolve --status unknown --route support --older-than 2h --as failed --dry-run
    """
    picked = Picked(
        status=status, route=route, account=account, conversation=conversation,
        reason=reason, since=since, until=until, older_than=older_than,
    )  # fmt: skip
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        numbers = _named(ids, picked, dry_run=dry_run)
        how = _resolution(as_, answer, numbers)
        if numbers:
            said = None if answer is None else typed(answer, "answer")
            change_each(at, "turn", numbers, lambda one: at.operations.resolve_turn(one, how, said, actor=who))
            return
        wanted = picked.at(at)
        _change_many(
            at,
            "send again (an agent that had heard them hears them twice)" if how == "resend" else "give up",
            lambda dry: at.operations.resolve_turns(wanted, how, actor=who, dry_run=dry),
            dry_run=dry_run,
            yes=yes,
        )


def cancel(
    ctx: typer.Context,
    *,
    status: StatusOption = None,
    route: RouteOption = None,
    account: AccountOption = None,
    conversation: ConversationOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    older_than: OlderThanOption = None,
    ids: IdsArgument = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take back turns that wait to be sent: the agent never hears them.

    \b
    Examples:
      turnwire turns cancel 12
      turnwire turns cancel --conversation T-1001 --yes
      turnwire turns cancel --status queued --route support --older-than 2d --dry-run
    """
    picked = Picked(
        status=status, route=route, account=account, conversation=conversation,
        reason=reason, since=since, until=until, older_than=older_than,
    )  # fmt: skip
    with desk(ctx, as_json=as_json) as at:
        who = actor(by)
        if numbers := _named(ids, picked, dry_run=dry_run):
            change_each(at, "turn", numbers, lambda one: at.operations.cancel_turn(one, actor=who))
            return
        wanted = picked.at(at)
        _change_many(
            at,
            "take back",
            lambda dry: at.operations.cancel_turns(wanted, actor=who, dry_run=dry),
            dry_run=dry_run,
            yes=yes,
        )


def _named(words: Sequence[str] | None, picked: Picked, *, dry_run: bool) -> list[int]:
    """The ids that were given, none if a filter was; raises :class:`ConfigurationError` for both and for neither."""
    if words and picked:
        raise ConfigurationError("ids and a filter together: which is meant?", "", "ID", "ids, or a filter")
    if not words and not picked:
        example = "ids, or a filter such as --status failed or --conversation KEY"
        raise ConfigurationError("no turns are named", "", "ID", example)
    if words and dry_run:
        raise ConfigurationError("--dry-run is for filters", "", "--dry-run", "a filter such as --route NAME")
    return [number(word, "turn") for word in words or ()]


def _resolution(as_: str | None, answer: str | None, numbers: Sequence[int]) -> str:
    if as_ is None:
        raise ConfigurationError("--as is missing", "", "--as", "--as answered, --as resend or --as failed")
    if as_ == "answered" and answer is None:
        expected = "--answer TEXT, or --answer - and the text on standard input"
        raise ConfigurationError("--as answered needs the answer", "", "--answer", expected)
    if as_ == "answered" and len(numbers) != 1:
        raise ConfigurationError("--as answered is for a single turn", "", "ID", "one id")
    if as_ != "answered" and answer is not None:
        raise ConfigurationError(f"--answer does not go with --as {as_}", "", "--answer", "--as answered with it")
    return as_


def _change_many(at: Desk, what: str, change: Callable[[bool], Change], *, dry_run: bool, yes: bool) -> None:
    """Say how many there are, ask, do it, and tell which others were faster; raises :class:`typer.Exit` with 1 then."""
    found = change(True)
    matched = found.detail["matched"]
    count = f"{len(matched)} {'turn' if len(matched) == 1 else 'turns'}"
    if dry_run or not matched:
        at.out.one(_as_json(found), f"would {what}: {count}{_some(matched)}" if matched else "no turn matches")
        return
    at.agreed(f"{count} to {what}{_some(matched)}.", yes=yes)
    made = change(False)
    at.out.one(_as_json(made), f"done: {len(made.detail['changed'])} of {len(made.detail['matched'])}")
    if made.detail["skipped"]:
        at.out.note(f"changed by somebody else meanwhile, or in a closed conversation{_some(made.detail['skipped'])}")
        raise typer.Exit(1)


def _some(ids: Sequence[int]) -> str:
    if not ids:
        return ""
    more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
    return f": {', '.join(map(str, ids[:_SHOWN_IDS]))}{more}"


def _as_json(change: Change) -> dict[str, Any]:
    ids = {key: [str(one) for one in change.detail[key]] for key in ("matched", "changed", "skipped")}
    return {"dry_run": change.detail["dry_run"], **ids}
