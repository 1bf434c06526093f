"""``turnwire enqueue``: one message by hand, and its answer if one waits for it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.shared.alarms import worded
from connector.cli.shared.desk import coming, typed
from connector.cli.shared.output import JsonOption, moment
from connector.cli.shared.receiver import OpenReceiver, configured_route, open_door
from connector.errors import ConfigurationError
from connector.policy.fairness import COMMAND_LINE

if TYPE_CHECKING:
    from connector.values import Received

SOURCE = COMMAND_LINE
_TAKEN = {"accepted", "scheduled", "duplicate"}
_OVER = {"answered", "failed", "cancelled", "unknown"}
_LOOK_EVERY = 0.2
_NEEDS_SOMEBODY = {"no_worker", "route_paused", "account_closed", "handed_off", "predecessor_unknown"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("enqueue")(enqueue)


def enqueue(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The message; - reads it from standard input.")],
    route: Annotated[str, typer.Option(metavar="NAME", help="Which route answers it.")],
    conversation: Annotated[
        str, typer.Option(metavar="KEY", help="Which conversation it belongs to; a new key opens one.")
    ],
    own_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Your id of the message: the same twice is sent once.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Not before: 2026-11-21T10:00:00Z, or in 90m, 24h, 2d."),
    ] = None,
    priority: Annotated[
        int | None, typer.Option(min=0, max=9, help="9 goes first; 5 by default, 4 with --at.", show_default=False)
    ] = None,
    wait: Annotated[
        float | None, typer.Option(min=0, metavar="SECONDS", help="Wait so long for the answer and print it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Hand in one message.

    \b
    Examples:
      turnwire enqueue --route support --conversation T-1 --wait 60 "Where is my order?"
      turnwire enqueue --route support --conversation T-1 --id note-7 --at 24h "Did it arrive?"
      git log -1 | turnwire enqueue --route support --conversation deploys -
    """
    if wait is not None and at is not None:
        raise ConfigurationError("--wait and --at do not go together", "", "--wait", "one of them")
    with open_door(ctx, as_json=as_json) as door:
        payload: dict[str, Any] = {
            "route": configured_route(door.settings, route),
            "conversation": conversation,
            "id": own_id if own_id is not None else str(uuid.uuid4()),
            "text": typed(text, "text"),
        }
        if priority is not None:
            payload["priority"] = priority
        if at is not None:
            payload["due_at"] = moment(coming(at, door.database.now()))
        answer = door.receiver.receive_json(payload, SOURCE)[0]
        taken = answer.status in _TAKEN
        if wait is None or not taken or answer.turn_id is None:
            door.out.one(answer.as_dict(), _said(answer))
            if taken:
                door.say_what_is_missing()
        else:
            door.say_what_is_missing()
            found = _awaited(door, int(answer.turn_id), wait)
            taken = _answered(found)
            if taken or as_json:
                door.out.one(answer.as_dict() | {"turn": found}, found["answer"])
            if not taken:
                door.out.note(_unanswered(found, wait))
    if not taken:
        raise typer.Exit(1)


def _said(answer: Received) -> str:
    ids = [f"{name} {value}" for name, value in (("turn", answer.turn_id), ("follow-up", answer.followup_id)) if value]
    what = ", ".join(ids) or f"event {answer.event_id}"
    reason = (answer.reason or "").removeprefix(f"{SOURCE}, 1: ")  # it has no place worth telling
    said = f"{answer.status}: {reason}" if answer.reason else f"{answer.status}: {what}"
    return "\n".join([said, *(f"  {warning}" for warning in answer.warnings)])


# --- waiting ----------------------------------------------------------------------------------------------------------


def _awaited(door: OpenReceiver, turn_id: int, seconds: float) -> dict[str, Any]:
    """The turn once it is over, or as it stands when the time is; says meanwhile what keeps it, once each."""
    from connector.storage import queries

    wiring = door.receiver.wiring
    until = time.monotonic() + seconds
    told = {"no_worker"}  # said before the waiting began
    while True:
        turn = queries.turn(wiring.database, turn_id, providers=wiring.providers_by_account, limits=wiring.limits)
        if turn["status"] in _OVER:
            return turn
        if turn["waiting_for"] in _NEEDS_SOMEBODY - told:
            told.add(turn["waiting_for"])
            for line in _what_keeps(door, turn):
                door.out.note(line)
        if time.monotonic() >= until:
            return turn
        time.sleep(min(_LOOK_EVERY, max(0.0, until - time.monotonic())))


def _what_keeps(door: OpenReceiver, turn: Mapping[str, Any]) -> list[str]:
    from connector.storage.monitoring.status import status as system_status

    names = {"route_paused": turn["route"], "account_closed": turn["account"]}
    alarms = system_status(door.database, door.receiver.wiring.limits)["alarms"]
    name = names.get(turn["waiting_for"])
    said = [worded(alarm) for alarm in alarms if (alarm.name, alarm.id) == (turn["waiting_for"], name)]
    return [f"{alarm['what']}: `{alarm['next']}`" for alarm in said] or [
        f"turn {turn['id']} waits: {turn['waiting_for']}, see `turnwire turns show {turn['id']}`"
    ]


def _answered(turn: Mapping[str, Any]) -> bool:
    return bool(turn["status"] == "answered")


def _unanswered(turn: Mapping[str, Any], waited: float) -> str:
    """Why there is no answer, as far as one can tell."""
    tried = [attempt for attempt in turn["attempts"] if attempt["error"]]
    last = f"; the last try: {tried[-1]['error']}" if tried else ""
    if turn["status"] in _OVER:
        reason = f" ({turn['reason']})" if turn["reason"] else ""
        state = "may have been delivered" if turn["status"] == "unknown" else "is not answered"
        return (
            f"turn {turn['id']} is {turn['status']}{reason}: it {state}{last}; see `turnwire turns show {turn['id']}`"
        )
    waits = f", waiting for {turn['waiting_for']}" if turn["waiting_for"] else ""
    return (
        f"no answer within {waited:g} s: turn {turn['id']} is {turn['status']}{waits}{last}; it is kept and goes on, "
        f"see `turnwire turns show {turn['id']}` and `turnwire status`"
    )
