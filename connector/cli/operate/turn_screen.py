"""``turnwire turns show`` for people: one screen with the message, its state and why, what was tried, what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connector.cli.operate import reply_reasons
from connector.cli.shared.brakes import BRAKES
from connector.cli.shared.format import advice, age, clock, historied, labelled, quoted
from connector.cli.shared.layout import aligned
from connector.cli.shared.output import shown
from connector.policy.told import head_of
from connector.values import TurnStatus

if TYPE_CHECKING:
    from connector.storage.core.database import Database

Turn = Mapping[str, Any]

_STATES = {
    "queued": "waits to be sent",
    "sending": "is on its way to the provider",
    "answered": "the agent has answered",
    "unknown": "may have been delivered; nobody knows, so it is not sent again by itself",
    "failed": "was given up; nothing of it is sent any more",
    "cancelled": "was taken back and will not be sent",
}

WAITS = {
    "due": "for its time: it is tried again at {due_at}",
    "predecessor": "for the turn before it in its conversation",
    "predecessor_unknown": "for a turn before it that may have been delivered and must be settled first",
    "rate": "for the account's rate; it goes by itself",
    "in_flight": "for one of the account's places in flight; it goes by itself",
    "budget": "for tomorrow (UTC): the account's daily_turns are used up",
    "account_closed": "for account {account}, which is closed",
    "route_paused": "for route {route}, which is paused",
    "handed_off": "for a person, who has the conversation",
    "no_worker": "for a worker: none has been seen for a minute",
}

_STILL_OPEN = "for its time, {due_at}: what the customer writes until then is joined to it"

_REASONS = {
    **BRAKES,
    "lost": "the answer was lost on the way: a time-out, or the connection ended",
    "server_error": "the provider answered with an error of its own",
    "worker_lost": "the worker died, or lost its lease, while the message was on its way",
    "not_sent": "the provider could not be reached; nothing was sent",
    "busy": "the provider asked to slow down",
    "refused": "the provider refused the message",
    "credentials": "the provider refused the account's credentials",
    "credit": "the account's credit or quota at the provider is used up",
    "not_opened": "the provider opens others' chats and refused to open this one",
    "misconfigured": "the provider refused to open a chat: the agent or the account is not set up right",
    "chat_over": "the provider had ended the chat",
    "chat_gone": "the provider does not know the chat any more",
    "other_text": "another message stands where this one should be in the provider's chat",
    "ended_unanswered": "it was delivered, and the chat ended without an answer",
    "not_delivered": "the provider's chat shows that it did not arrive",
    "other_session": "the answer came under another session of the provider",
    "help_requested": "the agent asked for a person",
    "max_attempts": "sent as often as the route allows",
    "gave_up": "not to be sent within the route's give_up_after",
    "quarantined": "workers took it up again and again without an outcome",
    "operator": "an operator decided so",
    "answered_by_person": "a person answered in the conversation",
    "conversation_closed": "the conversation was closed",
}

_DOUBTS = {"lost", "worker_lost", "server_error", "chat_gone", "other_text", "ended_unanswered"}


def screen(
    turn: Turn,
    conversation: Mapping[str, Any] | None,
    history: Sequence[Mapping[str, Any]],
    ahead: Turn | None,
    now: datetime,
    holds: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The whole screen.

    ``turn`` as ``turns show --json`` has it, ``conversation`` as ``conversations list --json``, ``history`` its audit
    rows, ``ahead`` the turn that a waiting one waits for, ``holds`` the messages that were joined to it.
    """
    lines = [f"turn {turn['id']}: {turn['status']} - {_STATES[turn['status']]}", ""]
    lines += labelled(_facts(turn, conversation, now))
    if (head := head_of(turn.get("told"), turn["text"])) is not None:
        lines += ["", "Told before it", *quoted(head)]
    lines += ["", "Message", *quoted(turn["text"])]
    lines += _held(holds)
    if turn["answer"] is not None:
        lines += ["", "Answer", *(quoted(turn["answer"]) if turn["answer"] else ["  (the agent said nothing)"])]
    for heading, part in (("Attempts", _attempts(turn)), ("Replies", _replies(turn))):
        if found := list(part):
            lines += ["", heading, *found]
    return "\n".join([*lines, *historied(history), *advice(steps(turn, conversation, ahead))])


def _held(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """The messages that a turn holds, where there are several."""
    if not messages:
        return []
    rows = [
        [f"  event {message['id']}", f"{message['source']}, id {shown(message['external_id'])}",
         clock(message["received_at"]), f"{len(message['text'] or '')} characters"]
        for message in messages
    ]  # fmt: skip
    return ["", f"{len(messages)} messages, joined since they came quickly", *aligned(rows).split("\n")]


def why(turn: Turn) -> str | None:
    """In words, why the turn stands where it stands."""
    waits = turn["waiting_for"]
    if turn["status"] == "queued" and waits:
        words = {"due_at": clock(turn["due_at"]), "account": turn["account"], "route": turn["route"]}
        known = _STILL_OPEN if waits == "due" and not turn["reason"] else WAITS.get(str(waits), str(waits))
        text = f"waits {known.format(**words)}"
        return f"{text}; before: {_reason(turn['reason'])}" if turn["reason"] else text
    return _reason(turn["reason"])


def _reason(reason: str | None) -> str | None:
    if not reason:
        return None
    parts = [part.strip() for part in reason.split(":")]
    words = "; ".join(_REASONS.get(part, part) for part in parts)
    return words if words == reason else f"{words} ({reason})"


def _facts(turn: Turn, conversation: Mapping[str, Any] | None, now: datetime) -> Iterator[tuple[str, Any]]:
    yield "why", why(turn)
    yield "settled by", turn["settled_by"]
    if turn["status"] == "unknown" and conversation is not None and conversation["waiting"]:
        number = conversation["waiting"]
        yield "waiting", f"{number} {'turn' if number == 1 else 'turns'} of this conversation behind it"
    state = ""
    if conversation is not None and conversation["status"] != "open":
        state = f", {conversation['status']}" + (f" ({conversation['reason']})" if conversation["reason"] else "")
    key = shown(turn["conversation"])
    yield "conversation", f"{key} (id {turn['conversation_id']}), message {turn['position']}{state}"
    provider = f" at {turn['provider']}" if turn["provider"] else ""
    yield "route", f"{turn['route']}, account {turn['account']}{provider}"
    yield "subject", turn["subject"] and shown(turn["subject"])
    yield "customer", ", ".join(shown(value) for value in turn["customer"].values())
    if turn["source"]:
        yield "came from", f"{turn['source']}, id {shown(turn['external_id'])}"
    yield (
        "follow-up",
        turn["followup_id"] and f"{turn['followup_id']}, which was due later; see `turnwire followups list`",
    )
    yield "chat", turn["provider_chat_id"] and _chat(turn)
    yield "agent state", turn["agent_state"]
    yield "accepted", f"{clock(turn['accepted_at'])}, {age(turn['accepted_at'], now)} ago"
    yield "sent", turn["sent_at"] and clock(turn["sent_at"])
    yield "ended", turn["ended_at"] and clock(turn["ended_at"])


def _chat(turn: Turn) -> str:
    numbered = f", turn {turn['provider_turn']} there" if turn["provider_turn"] is not None else ""
    return f"{shown(turn['provider_chat_id'])}{numbered}"


def _attempts(turn: Turn) -> Iterator[str]:
    if not turn["attempts"]:
        return
    rows = [
        [
            f"  {attempt['number']}",
            attempt["call"],
            attempt["outcome"] or "no outcome",
            f"HTTP {attempt['http_status']}" if attempt["http_status"] else "",
            clock(attempt["started_at"]),
            _took(attempt),
        ]
        for attempt in turn["attempts"]
    ]
    for line, attempt in zip(aligned(rows).split("\n"), turn["attempts"], strict=True):
        yield line
        if attempt["error"]:
            yield f"     error: {shown(attempt['error'])}"
        if attempt["evidence"]:
            yield f"     evidence: {_evidence(attempt['evidence'])}"
        if attempt["provider_request_id"]:
            yield f"     the provider's request id: {shown(attempt['provider_request_id'])}"
        if attempt.get("raw"):
            yield "     what the provider sent:"
            yield from (f"   {line}" for line in quoted(attempt["raw"]))


def _took(attempt: Mapping[str, Any]) -> str:
    if attempt["ended_at"] is None:
        return "" if attempt["outcome"] else "not ended"
    seconds = datetime.fromisoformat(attempt["ended_at"]) - datetime.fromisoformat(attempt["started_at"])
    return f"{max(0.0, seconds.total_seconds()):.1f} s"


def _evidence(evidence: Any) -> str:
    values = evidence.values() if isinstance(evidence, dict) else [evidence]
    return "; ".join(shown(value) for value in values if value)


def _replies(turn: Turn) -> Iterator[str]:
    for reply in turn["replies"]:
        reason = f": {reply_reasons.why(reply['reason'])}" if reply["reason"] else ""
        when = f" {clock(reply['delivered_at'])}" if reply["delivered_at"] else ""
        yield f"  {reply['id']}  {reply['channel']}: {reply['status']}{when}{reason}"


def ahead_of(database: Database, turn: Turn) -> Turn | None:
    """The turn for which one that waits in its conversation waits: the first one still open."""
    from connector.storage import queries
    from connector.storage.queries.filters import TurnFilter

    open_ = {
        "predecessor": (TurnStatus.QUEUED, TurnStatus.SENDING),
        "predecessor_unknown": (TurnStatus.UNKNOWN,),
    }
    statuses = open_.get(turn["waiting_for"])
    if statuses is None:
        return None
    wanted = TurnFilter(statuses=statuses, route=turn["route"], conversation=turn["conversation"])
    return min(queries.turns(database, wanted), key=lambda found: int(found["position"]), default=None)


# --- what to do ------------------------------------------------------------------------------------------------------


def steps(turn: Turn, conversation: Mapping[str, Any] | None, ahead: Turn | None) -> list[tuple[str, str]]:
    """The commands for this state, exact, each with what it means for the customer."""
    owner = conversation["status"] if conversation is not None else "open"
    match turn["status"]:
        case "unknown":
            afterwards = _handed_off(turn, "afterwards: ") if owner == "handed_off" else ()
            return [*_look(turn), *_unknown(turn, closed=owner == "closed"), *afterwards]
        case "failed" if owner == "closed":
            return [_ANEW]
        case "failed":
            return list(_failed(turn))
        case "queued":
            return [*_queued(turn, ahead), _cancel(turn)]
        case "answered":
            return list(_undelivered(turn))
    return []


_ANEW = ("turnwire enqueue --help", "its conversation is closed: hand the message in again under a new id")


def _look(turn: Turn) -> Iterator[tuple[str, str]]:
    asked = [attempt for attempt in turn.get("attempts", ()) if attempt["call"] == "read_back"]
    chat = f" in chat {shown(turn['provider_chat_id'])}" if turn["provider_chat_id"] else ""
    if asked:
        yield (
            f"turnwire turns show {turn['id']}",
            f"look again: the provider's record has been read {len(asked)} times, the evidence stands above",
        )
    else:
        yield (
            f"turnwire turns show {turn['id']} --raw",
            f"what came back, if anything; whether it arrived shows at the provider{chat}",
        )


def _unknown(turn: Turn, *, closed: bool) -> Iterator[tuple[str, str]]:
    resolve = f"turnwire turns resolve {turn['id']} --as"
    yield (
        f"{resolve} answered --answer TEXT",
        "it arrived and you know the answer: TEXT becomes the answer and goes back to the customer; nothing is sent",
    )
    if not closed:
        yield (
            f"{resolve} resend",
            "send it again: if it had arrived, the agent hears it twice and the customer may be answered twice",
        )
    yield (
        f"{resolve} failed",
        "give it up: the customer gets no answer to it from the agent, the conversation goes on with its next turn",
    )


def _failed(turn: Turn) -> Iterator[tuple[str, str]]:
    parts = {part.strip() for part in (turn["reason"] or "").split(":")}
    # A busy server (503) may have taken it all the same; one that is put off (429) has not.
    doubtful = parts & _DOUBTS or ("busy" in parts and "gave_up" not in parts)
    twice = "; it may have arrived, then the agent hears it twice" if doubtful else ""
    yield (
        f"turnwire turns retry {turn['id']}",
        f"send it again, before the later turns of its conversation that still wait{twice}",
    )


def _cancel(turn: Turn) -> tuple[str, str]:
    return f"turnwire turns cancel {turn['id']}", "take it back: the agent never hears it, the customer gets no answer"


def _queued(turn: Turn, ahead: Turn | None) -> Iterator[tuple[str, str]]:
    match turn["waiting_for"]:
        case "predecessor" | "predecessor_unknown" if ahead is not None:
            yield f"turnwire turns show {ahead['id']}", f"the turn it waits for, which is {ahead['status']}"
        case "account_closed":
            yield "turnwire accounts list", "why the account is closed, and until when"
            yield f"turnwire accounts resume {shlex.quote(turn['account'])}", "open it, once that is mended"
        case "route_paused":
            yield "turnwire routes list", "why the route is paused"
            yield f"turnwire routes resume {shlex.quote(turn['route'])}", "let it go on, once that is mended"
        case "handed_off":
            yield from _handed_off(turn)
        case "no_worker":
            yield "turnwire worker", "start one and leave it running"
        case "budget":
            yield "turnwire accounts list", "what was spent today; daily_turns in the configuration is the limit"


def _handed_off(turn: Turn, when: str = "") -> Iterator[tuple[str, str]]:
    resume = f"turnwire conversations resume {turn['conversation_id']}"
    yield resume, f"{when}give it back to the agent; what waits counts as answered by a person and is cancelled"
    yield f"{resume} --answer-waiting", f"{when}give it back to the agent, and have it answer what waits"


def _undelivered(turn: Turn) -> Iterator[tuple[str, str]]:
    for reply in turn["replies"]:
        if reply["status"] == "draft":
            yield f"turnwire replies show {reply['id']}", "the answer is a draft: read it, then approve or reject it"
        elif reply["status"] == "failed":
            yield f"turnwire replies retry {reply['id']}", "the answer did not get back to the customer: try again"
        elif reply["status"] == "unknown":
            yield (
                f"turnwire replies resolve {reply['id']} --as delivered|resend|failed",
                "nobody knows whether the answer got back: say so; with resend it may arrive twice",
            )
