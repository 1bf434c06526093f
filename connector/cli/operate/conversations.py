"""``turnwire conversations …``: who answers in each of them, the agent or a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.shared.desk import (
    AccountOption,
    ByOption,
    Desk,
    LimitOption,
    RouteOption,
    actor,
    changed,
    desk,
    number,
    reading_desk,
    states,
    typed,
)
from connector.cli.shared.format import advice, age, clock, first_words, historied, labelled
from connector.cli.shared.layout import aligned
from connector.cli.shared.output import JsonOption, noun, shown
from connector.errors import ConfigurationError, NotFound
from connector.values import ConversationStatus, FollowupStatus, ReplyKind

if TYPE_CHECKING:
    from connector.values import Change

COLUMNS = {
    "id": "id",
    "key": "key",
    "route": "route",
    "status": "status",
    "reason": "reason",
    "waiting": "waiting",
    "age": "changed",
    "subject": "subject",
}

_CALLS = 20

WhichArgument = Annotated[
    str, typer.Argument(metavar="ID|KEY", help="Its id, as the list shows it, or its key, such as the ticket's number.")
]
KeyRouteOption = Annotated[
    str | None, typer.Option("--route", metavar="NAME", help="It is a key, and on this route: keys may repeat.")
]
IdOption = Annotated[bool, typer.Option("--id", help="It is an id, not a key.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    conversations = noun("conversations", "See who answers in a conversation, and change it: the agent or a person.")
    conversations.command("list")(list_)
    conversations.command("show")(show)
    conversations.command("hand-off")(hand_off)
    conversations.command("resume")(resume)
    conversations.command("close")(close)
    app.add_typer(conversations)


def list_(
    ctx: typer.Context,
    status: Annotated[
        list[ConversationStatus] | None,
        typer.Option("--status", metavar="STATE", help=states(ConversationStatus)),
    ] = None,
    route: RouteOption = None,
    account: AccountOption = None,
    key: Annotated[str | None, typer.Option("--conversation", "--key", metavar="KEY", help="Only this key.")] = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List conversations, the newest first; WAITING counts the turns that are not sent yet.

    \b
    Examples:
      turnwire conversations list --status handed_off
      turnwire conversations list --key T-1001
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        at.route(route)
        at.account(account)
        at.listed(
            lambda most: queries.conversations(
                at.database, statuses=tuple(status or ()), route=route, account=account, key=key, limit=most
            ),
            limit,
            COLUMNS,
            lambda row: {**row, "age": age(row["changed_at"]), "subject": first_words(row["subject"])},
            "no conversations",
        )


def show(
    ctx: typer.Context,
    which: WhichArgument,
    route: KeyRouteOption = None,
    by_id: IdOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a conversation with its turns in order, and the follow-ups that wait in it.

    \b
    Examples:
      turnwire conversations show T-1001
      turnwire conversations show 1001 --route support
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        chosen = which_one(at, which, route, by_id=by_id)
        found = queries.conversation(at.database, chosen, **at.naming)
        if as_json:
            at.out.one(found)
            return
        waiting = (FollowupStatus.SCHEDULED,)
        later = queries.followups(at.database, statuses=waiting, route=found["route"], conversation=found["key"])
        found["followups"] = sorted(later, key=lambda row: (row["due_at"], int(row["id"])))
        beside = next(queries.conversations(at.database, route=found["route"], key=found["key"], limit=1), {})
        history = queries.history(at.database, f"conversation:{chosen}")
        calls = [*queries.outside_calls(at.database, conversation_id=chosen, limit=_CALLS)]
        calls += _tells(queries.replies(at.database, conversation_id=chosen, kind=ReplyKind.HAND_OFF, limit=_CALLS))
        calls = sorted(calls, key=lambda call: call["created_at"])[-_CALLS:]
        at.out.text("\n".join(_screen(found, beside, history, calls)))


def hand_off(
    ctx: typer.Context,
    which: WhichArgument,
    reason: Annotated[
        str, typer.Option("--reason", metavar="WORD", help="Why, as the list will show it.")
    ] = "operator",
    route: KeyRouteOption = None,
    by_id: IdOption = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a conversation to a person: its turns wait, and the agent hears nothing more until it is resumed.

    A turn that is on its way finishes.

    \b
    Examples:
      turnwire conversations hand-off T-1001
      turnwire conversations hand-off T-1001 --reason complaint
    """
    _change(
        ctx,
        (which, route, by_id),
        lambda at, one: at.operations.hand_off(one, reason, actor=actor(by)),
        lambda _: "its turns wait; `turnwire conversations resume` gives it back to the agent",
        as_json=as_json,
    )


def resume(
    ctx: typer.Context,
    which: WhichArgument,
    answer_waiting: Annotated[
        bool, typer.Option("--answer-waiting", help="Have the agent answer what came in meanwhile.")
    ] = False,
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="TEXT", help="What the agent is told of the meantime; - reads it from stdin."),
    ] = None,
    route: KeyRouteOption = None,
    by_id: IdOption = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a conversation back to the agent.

    What came in meanwhile counts as answered by a person and is cancelled, unless --answer-waiting is given.

    \b
    Examples:
      turnwire conversations resume T-1001
      turnwire conversations resume T-1001 --answer-waiting --note "We promised a refund of 20 EUR."
    """
    _change(
        ctx,
        (which, route, by_id),
        lambda at, one: at.operations.resume(
            one,
            actor=actor(by),
            answer_waiting=answer_waiting,
            brief=None if note is None else typed(note, "note"),
        ),
        lambda change: _cancelled(change, "counts as answered by a person", "count as answered by a person"),
        as_json=as_json,
    )


def close(
    ctx: typer.Context,
    which: WhichArgument,
    route: KeyRouteOption = None,
    by_id: IdOption = False,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a conversation: what waits is cancelled; the customer's next message opens it again.

    \b
    Example:
      turnwire conversations close T-1001
    """
    _change(
        ctx,
        (which, route, by_id),
        lambda at, one: at.operations.close(one, actor=actor(by)),
        lambda change: _cancelled(change, "will not be sent", "will not be sent"),
        as_json=as_json,
    )


def which_one(at: Desk, word: str, route: str | None, *, by_id: bool) -> int:
    """The conversation a person means by an id or a key.

    Raises :class:`NotFound`, and :class:`ConfigurationError` if it may be several.
    """
    from connector.storage import queries

    if by_id and route is not None:
        raise ConfigurationError("--id and --route do not go together", "", "--id", "one of them")
    meant: dict[int, str] = {}
    if not by_id:
        keyed = queries.conversations(at.database, key=word, route=at.route(route))
        meant = {int(row["id"]): f"--route {row['route']}" for row in keyed}
    if route is None and (by_number := _by_id(at, word)) is not None:
        meant.setdefault(by_number, "--id")
    if not meant:
        on = f" on route {route}" if route is not None else ""
        raise NotFound(f"there is no conversation {word}{on}")
    if len(meant) > 1:
        choices = ", ".join(f"{how} for conversation {one}" for one, how in meant.items())
        raise ConfigurationError(f"{word} may be several conversations: {choices}", "", "ID|KEY", choices)
    return next(iter(meant))


def _by_id(at: Desk, word: str) -> int | None:
    """The word as the id of a conversation that is there."""
    from connector.storage import queries

    try:
        wanted = number(word, "conversation")
    except NotFound:
        return None
    newest = next(queries.conversations(at.database, before=wanted + 1, limit=1), None)
    return wanted if newest is not None and int(newest["id"]) == wanted else None


def _change(
    ctx: typer.Context,
    named: tuple[str, str | None, bool],
    change: Callable[[Desk, int], Change],
    then: Callable[[Change], str],
    *,
    as_json: bool,
) -> None:
    word, route, by_id = named
    with desk(ctx, as_json=as_json) as at:
        made = change(at, which_one(at, word, route, by_id=by_id))
        said = changed(made) | {"cancelled": [str(one) for one in made.detail["cancelled"]]}
        after = then(made)
        at.out.one(
            said,
            f"conversation {made.id}: {made.before} -> {made.after}" + (f"; {after}" if after else ""),
        )


def _cancelled(change: Change, one: str, many: str) -> str:
    cancelled = change.detail["cancelled"]
    if not cancelled:
        return ""
    ids = ", ".join(map(str, cancelled))
    count = len(cancelled)
    return f"1 waiting turn {one}: {ids}" if count == 1 else f"{count} waiting turns {many}: {ids}"


def _tells(replies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a webhook was told of this conversation, as calls among the others."""
    return [
        {**reply, "id": f"reply {reply['id']}", "kind": "tell", "error": None, "reply": reply["id"]}
        for reply in replies
    ]


def _screen(
    found: Mapping[str, Any],
    beside: Mapping[str, Any],
    history: list[dict[str, Any]],
    calls: list[dict[str, Any]],
) -> Iterator[str]:
    reason = f" ({shown(found['reason'])})" if found["reason"] else ""
    yield f"conversation {found['id']}, {shown(found['key'])}: {found['status']}{reason}"
    yield ""
    chats = beside.get("chats", 0)
    memory = f", the {chats}. one: the agent does not remember what was said in the ones before" if chats > 1 else ""
    yield from labelled(
        (
            ("route", f"{found['route']}, account {beside.get('account', '-')}, agent {beside.get('agent', '-')}"),
            ("subject", beside.get("subject") and shown(beside["subject"])),
            ("customer", ", ".join(shown(value) for value in found["customer"].values())),
            ("chat", found["provider_chat_id"] and f"{shown(found['provider_chat_id'])}{memory}"),
            ("note", beside.get("note") and first_words(beside["note"])),
            ("waiting", str(beside.get("waiting", 0))),
        )
    )
    if found["turns"]:
        rows = [
            [
                f"  {turn['position']}",
                f"turn {turn['id']}",
                turn["status"],
                turn["waiting_for"] or turn["reason"] or "",
                clock(turn["accepted_at"]),
                first_words(turn["text"]) or "",
            ]
            for turn in found["turns"]
        ]
        yield from ["", "Turns", *aligned([[shown_or_blank(cell) for cell in row] for row in rows]).split("\n")]
    if found["followups"]:
        later = [
            ["  due", clock(row["due_at"]), f"follow-up {row['id']}", first_words(row["text"]) or ""]
            for row in found["followups"]
        ]
        yield from ["", "Due later", *aligned([[shown_or_blank(cell) for cell in row] for row in later]).split("\n")]
    if calls:
        shown_calls = [
            [f"  {call['id']}", call["kind"], call["status"], call["error"] or call["reason"] or ""] for call in calls
        ]
        rows = [[shown_or_blank(cell) for cell in row] for row in shown_calls]
        yield from ["", "Told the outside", *aligned(rows).split("\n")]
    yield from historied(history)
    yield from advice([*_steps(found), *_missed(calls)])


def _missed(calls: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for call in calls:
        if call["status"] == "failed":
            again = f"replies retry {call['reply']}" if "reply" in call else f"outbox retry {call['id']}"
            yield f"turnwire {again}", f"make the failed call again: {call['kind']}"


def shown_or_blank(cell: str) -> str:
    """A cell without line breaks; an empty one stays empty, and an indented one indented."""
    return cell if cell.startswith("  ") or not cell else shown(cell)


def _steps(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for turn in found["turns"]:
        if turn["status"] in {"unknown", "failed"}:
            yield f"turnwire turns show {turn['id']}", f"a turn that is {turn['status']}: why, and what you can do"
    match found["status"]:
        case "open":
            yield f"turnwire conversations hand-off {found['id']}", "give it to a person; the agent hears nothing more"
        case "handed_off":
            resume_it = f"turnwire conversations resume {found['id']}"
            yield resume_it, "give it back to the agent; what waits counts as answered by a person"
            yield f"{resume_it} --answer-waiting", "give it back to the agent, and have it answer what waits"
    if found["followups"]:
        yield f"turnwire followups cancel {found['followups'][0]['id']}", "take back what is due first"
    if found["status"] != "closed":
        yield f"turnwire conversations close {found['id']}", "end it; what waits is not sent"
