"""``turnwire why``: in sentences, what happened to a message, what it waits for, and what would change it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from connector.cli.operate import reply_reasons
from connector.cli.operate.turn_screen import ahead_of, steps
from connector.cli.operate.turn_screen import why as why_so
from connector.cli.shared.brakes import why_braked, why_stopped
from connector.cli.shared.desk import number, reading_desk
from connector.cli.shared.format import advice, clock
from connector.cli.shared.output import JsonOption, shown

_EVENTS = {
    "accepted": "It was accepted.",
    "scheduled": "It is due later: it becomes a turn at its time.",
    "context": "It was kept as history: the agent is told it with the next message, and it is never sent by itself.",
    "stopped": "It was stopped, since no customer wrote it: it is kept and never sent.",
    "refused": "It was refused: it could not be taken, so nothing of it is sent.",
    "quarantined": "It was set aside: whoever reads it fails.",
}

_CALLS = {"open": "a chat was opened", "send": "the message was sent", "read_back": "the provider's record was read"}

_OUTCOMES = {
    "answered": "answered",
    "not_sent": "the provider could not be reached, so nothing had left",
    "busy": "the provider asked to slow down",
    "server_error": "the provider said that it failed",
    "lost": "no answer came back, so it may have arrived",
    "refused": "the provider refused it",
    "credentials": "the provider refused the account's credentials",
    "chat_over": "the provider had ended the chat",
    "misconfigured": "the provider refused the agent or the account",
}

WIDTH = 78


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("why")(why)


def why(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="ID", help="The id of a message, which is also that of its turn.")],
    as_json: JsonOption = False,
) -> None:
    """Say in sentences what happened to a message, what it waits for, which rule decided, and what would change it.

    \b
    Examples:
      turnwire why 12
      turnwire why 12 --json | jq -r .sentences[]
    """
    from connector.storage import queries

    with reading_desk(ctx, as_json=as_json) as at:
        event = queries.event(at.database, number(which, "message"))
        told = list(_arrival(event))
        todo: list[tuple[str, str]] = []
        if event["turn_id"]:
            turn = queries.turn(at.database, int(event["turn_id"]), **at.naming)
            owner = next(
                queries.conversations(at.database, route=turn["route"], key=turn["conversation"], limit=1), None
            )
            route = at.settings.routes.get(turn["route"])
            told += _joined(event, turn)
            told += [_attempt(attempt) for attempt in turn["attempts"]]
            told += _standing(turn, {} if route is None else route.model_dump(), owner)
            told += _history(queries.history(at.database, f"turn:{turn['id']}"))
            told += _replies(turn)
            todo = steps(turn, owner, ahead_of(at.database, turn))
        elif event["status"] in {"stopped", "context"}:
            todo = [(f"turnwire events release {event['id']}", "send it after all, at the end of its conversation")]
        at.out.one({"id": event["id"], "sentences": told, "next": [command for command, _ in todo]}, _page(told, todo))


def _page(told: Sequence[str], todo: Sequence[tuple[str, str]]) -> str:
    lines = [line for sentence in told for line in textwrap.wrap(sentence, WIDTH, subsequent_indent="  ")]
    return "\n".join([*lines, *advice(todo)])


def _arrival(event: Mapping[str, Any]) -> Iterator[str]:
    where = f" for conversation {shown(event['conversation'])}" if event["conversation"] else ""
    route = f" of route {shown(event['route'])}" if event["route"] else ""
    yield (
        f"Message {event['id']} came in at {clock(event['received_at'])} by {event['source']}, "
        f"with the id {shown(event['external_id'])}{where}{route}."
    )
    reason = f" {why_stopped(event['reason'], event['route'])}" if event["reason"] else ""
    yield f"{_EVENTS.get(event['status'], shown(event['status']))}{reason}"
    for conflict in event["conflicts"]:
        yield (
            f"The same id came again at {clock(conflict['received_at'])} with another content: "
            "the first one counts, the other was not sent."
        )


def _joined(event: Mapping[str, Any], turn: Mapping[str, Any]) -> Iterator[str]:
    if turn["id"] != event["id"]:
        yield f"It came quickly after another message and was joined to it: both are turn {turn['id']}."
    yield f"It is message {turn['position']} of its conversation, and one at a time is sent there, in order."


def _attempt(attempt: Mapping[str, Any]) -> str:
    call = _CALLS.get(attempt["call"], attempt["call"])
    if attempt["outcome"] is None:
        return f"At {clock(attempt['started_at'])} {call}; it is not over yet."
    took = datetime.fromisoformat(attempt["ended_at"]) - datetime.fromisoformat(attempt["started_at"])
    status = f", HTTP {attempt['http_status']}" if attempt["http_status"] else ""
    error = f" ({shown(attempt['error'])})" if attempt["error"] else ""
    outcome = _OUTCOMES.get(attempt["outcome"], attempt["outcome"])
    return f"At {clock(attempt['started_at'])} {call}: {outcome}{status}, {took.total_seconds():.1f} s{error}."


def _standing(turn: Mapping[str, Any], route: Mapping[str, Any], owner: Mapping[str, Any] | None) -> Iterator[str]:
    so = why_so(turn)
    yield f"Now it is {turn['status']}{f': {so}' if so else ''}."
    if turn["settled_by"]:
        yield f"It was settled by {shown(turn['settled_by'])}."
    yield from _rule(turn, route)
    if owner is not None and owner["status"] != "open":
        reason = f", because of {why_braked(owner['reason'])}" if owner["reason"] else ""
        yield f"Its conversation is {owner['status']}{reason}: nothing of it is sent to the agent meanwhile."


def _rule(turn: Mapping[str, Any], route: Mapping[str, Any]) -> Iterator[str]:
    """The line of the configuration that decided, where one did."""
    section = f"[routes.{turn['route']}]"
    reasons = {part.strip() for part in (turn["reason"] or "").split(":")}
    if not route:
        yield f"The configuration has no {section} any more."
    elif turn["status"] == "unknown" and reasons & {"lost", "worker_lost"}:
        patience = f"after unknown_after = {route['unknown_after']:g} s the conversation goes to a person"
        yield f'The rule: on_lost = "{route["on_lost"]}" in {section}; {patience}.'
    elif "server_error" in reasons:
        yield f'The rule: on_server_error = "{route["on_server_error"]}" in {section}.'
    elif "max_attempts" in reasons:
        yield f"The rule: max_attempts = {route['max_attempts']} in {section}."
    elif "gave_up" in reasons:
        yield f"The rule: give_up_after = {route['give_up_after']:g} s in {section}."


def _history(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield f"At {clock(row['at'])} {shown(row['actor'])} did this: {row['action']}."


def _replies(turn: Mapping[str, Any]) -> Iterator[str]:
    for reply in turn["replies"]:
        when = f" at {clock(reply['delivered_at'])}" if reply["delivered_at"] else ""
        reason = f": {reply_reasons.why(reply['reason'])}" if reply["reason"] else ""
        stands = "a draft" if reply["status"] == "draft" else reply["status"]
        yield f"Its answer, by {shown(reply['channel'])}, is {stands}{when}{reason}."
