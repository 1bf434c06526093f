"""Retry policy of turns: what follows from a call's outcome, as a frozen decision; pure.

Nothing here knows a provider, a table or a clock. The retry table of the README is made from these functions.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from connector.policy.backoff import backoff
from connector.policy.gate import PAYMENT_REQUIRED, GateReason
from connector.utils.unicode_forms import bounded_marks
from connector.values import Capabilities, History, HistoryEntry, Outcome, TurnStatus

READ_BACK_FIRST = 0.5
READ_BACK_CAP = 30.0
MAX_CLAIMS = 10
"""Claims of one conversation without any outcome before its head turn is quarantined."""


STOPPED = "stopped"
"""Why a route is paused whose kill switch was pressed: unlike any other pause, it holds back the way back too."""


class Move(StrEnum):
    """What becomes of the conversation once the outcome is recorded."""

    ADVANCE = "advance"  # its next turn may go
    AGAIN = "again"  # the same turn, after a delay
    HOLD = "hold"  # nothing, until a person or the tick decides
    HAND_OFF = "hand_off"  # nothing more by itself: a person takes over
    NEW_CHAT = "new_chat"  # the same turn in a new chat


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutePolicy:
    """The part of a route's configuration that decides; times in seconds."""

    on_server_error: str = "resend"
    on_lost: str = "hold"
    unknown_after: float = 1800.0
    max_attempts: int = 3
    give_up_after: float = 86400.0
    on_chat_end: str = "new_chat"
    grace: float = 120.0
    hand_off_states: frozenset[str] = frozenset()
    """Agent states, as :func:`state_name` has them, that take the conversation to a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The facts of a turn that a decision depends on.

    ``tries`` counts sends that spent an attempt, this one not yet; ``delays`` how often it was put off; ``age`` is the
    time since its first attempt and ``doubt`` since its doubtful send, both in seconds. ``over``: the provider answered
    that send by saying that the chat takes no messages.
    """

    tries: int = 0
    delays: int = 0
    age: float = 0.0
    doubt: float = 0.0
    over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What follows from an outcome. ``delay`` in seconds; ``spends``: the send counts against ``max_attempts``."""

    status: TurnStatus
    move: Move
    delay: float = 0.0
    reason: str | None = None
    spends: bool = False
    pause_route: bool = False
    settled_by: str | None = None
    answer: str | None = None
    agent_state: str | None = None
    provider_turn: int | None = None
    evidence: str | None = None


MISCONFIGURED = Decision(status=TurnStatus.QUEUED, move=Move.AGAIN, reason="misconfigured", pause_route=True)
"""What all conversations of the route share is wrong: its agent, its account's address."""
NOT_OPENED = "not_opened"
"""The reason of a hand-off where the provider opens others' chats and refuses this one's."""
STREAK_OF_REFUSALS = 5
"""Conversations in a row whose openings are refused that pause a route whose agent was opened before."""


def _of_all(http_status: int | None) -> bool:
    """Whether a refused opening says something of address or agent: no status, a redirect, nothing there."""
    return http_status is None or 300 <= http_status < 400 or http_status in {404, 405}


def _again(standing: Standing, policy: RoutePolicy, jitter: random.Random, reason: str, least: float = 0.0) -> Decision:
    if standing.age >= policy.give_up_after:
        return Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason=f"gave_up: {reason}")
    delay = max(least, backoff(standing.delays, jitter))
    return Decision(status=TurnStatus.QUEUED, move=Move.AGAIN, delay=delay, reason=reason)


def _spent(standing: Standing, policy: RoutePolicy, jitter: random.Random, reason: str, least: float = 0.0) -> Decision:
    if standing.tries + 1 >= policy.max_attempts:
        return Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason=f"max_attempts: {reason}", spends=True)
    again = _again(standing, policy, jitter, reason, least)
    return replace(again, spends=True)


def _read_back(reason: str) -> Decision:
    return Decision(status=TurnStatus.UNKNOWN, move=Move.AGAIN, delay=READ_BACK_FIRST, reason=reason)


def _closing(http_status: int | None) -> str:
    """Why the account of a turn closes that it refuses: a token, or what it stands for is used up."""
    return str(GateReason.CREDIT if http_status == PAYMENT_REQUIRED else GateReason.CREDENTIALS)


def after_open(
    outcome: Outcome,
    standing: Standing,
    policy: RoutePolicy,
    jitter: random.Random,
    retry_after: float | None,
    http_status: int | None = None,
) -> Decision:
    """After a chat could not be opened: the turn stays queued, whatever happened; nothing was sent.

    Unclear openings are looked up before they are repeated, which the engine does; here they are only put off. What
    was refused may be for this conversation's own facts, such as its customer's, or for what all of the route share:
    :data:`NOT_OPENED` says so, and the engine, which knows of the others, chooses :data:`MISCONFIGURED` instead.
    """
    if outcome is Outcome.CREDENTIALS:
        return Decision(status=TurnStatus.QUEUED, move=Move.AGAIN, reason=_closing(http_status))
    if outcome in {Outcome.MISCONFIGURED, Outcome.REFUSED, Outcome.CHAT_OVER}:
        if _of_all(http_status):
            return MISCONFIGURED
        return Decision(status=TurnStatus.QUEUED, move=Move.HAND_OFF, reason=NOT_OPENED)
    return _again(standing, policy, jitter, str(outcome), least=retry_after or 0.0)


def after_send(
    outcome: Outcome,
    standing: Standing,
    policy: RoutePolicy,
    capabilities: Capabilities,
    jitter: random.Random,
    retry_after: float | None = None,
    http_status: int | None = None,
) -> Decision:
    """After a send that was not answered. ``answered`` is decided by :func:`after_answer`.

    A 429 refuses before any work, so it may be repeated without a bound. A 503 is an error of the server's whatever
    Retry-After it names, and follows the rule for those: read back where that can be, else a bounded number of times.
    """
    match outcome:
        case Outcome.NOT_SENT:
            return _again(standing, policy, jitter, "not_sent")
        case Outcome.BUSY if http_status is not None and http_status >= 500:
            least = retry_after or 0.0
            return doubtful("busy", policy.on_server_error, standing, policy, capabilities, jitter, least)
        case Outcome.BUSY:
            return _again(standing, policy, jitter, "busy", least=retry_after or 0.0)
        case Outcome.CREDENTIALS:
            return Decision(status=TurnStatus.QUEUED, move=Move.AGAIN, reason=_closing(http_status))
        case Outcome.MISCONFIGURED:
            return MISCONFIGURED
        case Outcome.SERVER_ERROR:
            return doubtful("server_error", policy.on_server_error, standing, policy, capabilities, jitter)
        case Outcome.LOST:
            return doubtful("lost", policy.on_lost, standing, policy, capabilities, jitter)
        case Outcome.CHAT_OVER:
            if capabilities.reads_back:
                return _read_back("chat_over")
            return chat_over(standing, policy)
        case _:
            return Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason="refused", spends=True)


def after_answer(*, moved: bool, human: bool) -> Decision:
    """After an answer: ``moved``: it came under another chat id; ``human``: a person holds the chat or is wanted."""
    if moved:
        return Decision(status=TurnStatus.ANSWERED, move=Move.HAND_OFF, reason="other_session", spends=True)
    if human:
        return Decision(status=TurnStatus.ANSWERED, move=Move.HAND_OFF, reason="help_requested", spends=True)
    return Decision(status=TurnStatus.ANSWERED, move=Move.ADVANCE, spends=True)


AGENT_STATE = "agent_state"
"""The reason of a hand-off that an agent's state asked for."""


def state_name(state: str) -> str:
    """An agent's state as two spellings of it agree: without surrounding white space, in one case."""
    return state.strip().casefold()


def by_state(decision: Decision, policy: RoutePolicy) -> Decision:
    """The same decision, or a hand-off where the answer came in a state that the route gives to a person."""
    if not policy.hand_off_states or decision.agent_state is None or decision.move is not Move.ADVANCE:
        return decision
    if decision.status is not TurnStatus.ANSWERED or state_name(decision.agent_state) not in policy.hand_off_states:
        return decision
    return replace(decision, move=Move.HAND_OFF, reason=AGENT_STATE)


def doubtful(
    reason: str,
    rule: str,
    standing: Standing,
    policy: RoutePolicy,
    capabilities: Capabilities,
    jitter: random.Random,
    least: float = 0.0,
) -> Decision:
    """A send that may have been processed: evidence where there is any, else the route's rule, never a guess."""
    if capabilities.idempotency_key:
        return _spent(standing, policy, jitter, reason, least)
    if capabilities.reads_back:
        return _read_back(reason)
    if rule == "resend":
        return replace(_spent(standing, policy, jitter, reason, least), settled_by=None)
    if rule == "fail":
        return Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason=reason, spends=True)
    return Decision(status=TurnStatus.UNKNOWN, move=Move.HOLD, reason=reason, spends=True)


def after_worker_lost(
    standing: Standing, policy: RoutePolicy, capabilities: Capabilities, jitter: random.Random
) -> Decision:
    """An unknown turn nobody is deciding on, such as one whose worker died between mark and record: as if lost."""
    decision = doubtful("worker_lost", policy.on_lost, standing, policy, capabilities, jitter)
    if decision.status is TurnStatus.UNKNOWN:
        return decision
    return replace(decision, settled_by="policy")


def chat_over(standing: Standing, policy: RoutePolicy) -> Decision:
    """The chat takes no more messages and ours is not in it: a new chat, or a person, as the route says."""
    if policy.on_chat_end == "hand_off":
        return Decision(status=TurnStatus.QUEUED, move=Move.HAND_OFF, reason="chat_over")
    if standing.tries + 1 >= policy.max_attempts:
        return Decision(status=TurnStatus.FAILED, move=Move.ADVANCE, reason="max_attempts: chat_over", spends=True)
    return Decision(status=TurnStatus.QUEUED, move=Move.NEW_CHAT, reason="chat_over", spends=True)


def normalised(text: str) -> str:
    """Text as two systems may be trusted to agree on it: NFKC, white space folded, case kept."""
    return " ".join(unicodedata.normalize("NFKC", bounded_marks(text)).split())


def after_read(
    history: History | None,
    *,
    text: str,
    before: int,
    standing: Standing,
    policy: RoutePolicy,
    jitter: random.Random,
    previous: str | None = None,
) -> Decision:
    """Settle an unknown turn from the chat's own record.

    ``before`` is the number of user entries the chat must hold ahead of ours: a chat that only we write to has as many
    user entries as we sent, so ours is the next one, and its text must agree. ``previous`` is the text of the one right
    before ours, where that is known: a record that does not end with it lacks more than ours and proves nothing.
    ``None`` for ``history`` means that the provider does not know the chat: no record, so nothing is proven and a
    person decides, unless the send itself had been answered by saying so.
    """
    wait = min(READ_BACK_CAP, max(READ_BACK_FIRST, standing.doubt / 2))
    pending = Decision(status=TurnStatus.UNKNOWN, move=Move.AGAIN, delay=wait)
    if history is None:
        gone = "the provider does not know the chat"
        if standing.over:
            return replace(chat_over(standing, policy), settled_by="read_back", evidence=gone)
        return replace(pending, move=Move.HOLD, reason="chat_gone", evidence=gone)
    if history.outcome is not Outcome.ANSWERED:
        return replace(pending, delay=max(wait, history.retry_after or 0.0), evidence=f"read: {history.outcome}")
    users = [index for index, entry in enumerate(history.entries) if entry.role == "user"]
    seen = f"{len(users)} user entries, {before} before ours"
    if len(users) < before or _beheaded(history.entries):
        return replace(pending, evidence=f"partial history: {seen}")
    if len(users) > before:
        return _found(history, users, before, text, pending, seen)
    if users and previous is not None and normalised(history.entries[users[-1]].text) != normalised(previous):
        return replace(pending, evidence=f"partial history, it does not end with our last message: {seen}")
    if not history.ongoing:
        if standing.doubt < policy.grace and not standing.over:
            return replace(pending, evidence=f"chat ended, ours not in it yet: {seen}")
        return replace(chat_over(standing, policy), settled_by="read_back", evidence=f"chat ended without ours: {seen}")
    if standing.doubt < policy.grace:
        return replace(pending, evidence=f"not there yet: {seen}")
    again = _spent(standing, policy, jitter, "not_delivered")
    return replace(again, settled_by="read_back", delay=0.0, evidence=f"not there after the grace: {seen}")


def _beheaded(entries: tuple[HistoryEntry, ...]) -> bool:
    """Whether a record begins after its beginning: by its numbers, more than a greeting is missing there."""
    numbers = [entry.number for entry in entries if entry.number is not None]
    return bool(numbers) and min(numbers) > 2


def _found(history: History, users: list[int], before: int, text: str, pending: Decision, seen: str) -> Decision:
    index = users[before]
    if normalised(history.entries[index].text) != normalised(text):
        return replace(pending, move=Move.HOLD, reason="other_text", evidence=f"another text in our place: {seen}")
    answer = _answer_after(history.entries, index)
    if answer is not None:
        return Decision(
            status=TurnStatus.ANSWERED,
            move=Move.ADVANCE,
            spends=True,
            settled_by="read_back",
            answer=answer.text,
            agent_state=answer.state,
            provider_turn=answer.number,
            evidence=f"found with its answer: {seen}",
        )
    if not history.ongoing:
        return replace(
            pending, move=Move.HOLD, reason="ended_unanswered", evidence=f"delivered, chat ended unanswered: {seen}"
        )
    return replace(pending, evidence=f"delivered, not answered yet: {seen}")


def _answer_after(entries: tuple[HistoryEntry, ...], index: int) -> HistoryEntry | None:
    following = entries[index + 1 : index + 2]
    return following[0] if following and following[0].role == "agent" else None
