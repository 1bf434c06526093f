"""The tables of retries in README.md and docs/, made from the policy that decides them.

``make docs`` writes them into the pages, between their markers; a test holds the two together. Every cell is asked of
:mod:`connector.policy.turns` or :mod:`connector.policy.replies`, by making a decision and saying it in words, and
so is every setting named: it is named because changing it changes the decision.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from connector.policy import replies as reply_policy
from connector.policy import turns as turn_policy
from connector.policy.gate import STREAK, CallReport, Gate, gate_after
from connector.policy.turns import Decision, Move, RoutePolicy, Standing
from connector.values import Call, Capabilities, History, HistoryEntry, Outcome, TurnStatus

ROOT = Path(__file__).parents[2]

SYNTHFLOW = Capabilities(reads_back=True, client_chosen_id=True)
OSVI = Capabilities(human_mode=True)

TEXT = "Where is my parcel?"
FIRST = Standing()
DEFAULTS = RoutePolicy()
CHOICES = {
    "on_server_error": ("resend", "hold", "fail"),
    "on_lost": ("hold", "resend", "fail"),
    "on_chat_end": ("new_chat", "hand_off"),
}
LIMITS = {
    "max_attempts": Standing(tries=DEFAULTS.max_attempts - 1),
    "give_up_after": Standing(age=DEFAULTS.give_up_after),
}
WORKER_LOST = "worker_lost"

SEEN: dict[Outcome | str, str] = {
    Outcome.ANSWERED: "200 with the answer in it",
    Outcome.NOT_SENT: "no connection, DNS, TLS",
    Outcome.BUSY: "429",
    Outcome.SERVER_ERROR: "500, 501, 503 in the shape of the provider's API: it says that it failed (a 503 with "
    "Retry-After is called `busy`, and closes the account for that time)",
    Outcome.LOST: "silence, a cut, 408, 502, 504, any 5xx with a page of a proxy's, an answer that cannot be read",
    WORKER_LOST: "the worker died while it was sending",
    Outcome.REFUSED: "a 4xx that names a fault of the message",
    Outcome.CREDENTIALS: "401; 402, credit used up; 403 to a harmless call as well, else it is `refused`",
    Outcome.MISCONFIGURED: "a chat cannot be opened, or a redirect: wrong agent or address",
    Outcome.CHAT_OVER: "the chat has ended or is not known any more",
}


JITTER = random.Random(0)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One generated table: the page it stands in, the name of its markers, its lines."""

    file: Path
    name: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """What stands between the page's markers, markers included."""
        return "\n".join([f"<!-- {self.name}: made by `make docs` -->", "", *self.lines, "", f"<!-- /{self.name} -->"])

    def put_into(self, page: str) -> str:
        """The page with this table in it. Raises :class:`ValueError` when its markers are missing."""
        before, begin, rest = page.partition(f"<!-- {self.name}: made by `make docs` -->")
        _, end, after = rest.partition(f"<!-- /{self.name} -->")
        if not (begin and end):
            raise ValueError(f"{self.file.name} has no markers for {self.name}")
        return before + self.text + after


def said(decision: Decision) -> str:
    """A decision in words. Raises :class:`KeyError` for one that has none yet."""
    words = {
        (TurnStatus.ANSWERED, Move.ADVANCE): "`answered`; the next message goes out",
        (TurnStatus.FAILED, Move.ADVANCE): "`failed`: a person may retry it",
        (TurnStatus.UNKNOWN, Move.HOLD): "`unknown`: the conversation waits for a person",
        (TurnStatus.UNKNOWN, Move.AGAIN): "stays `unknown`, and is read again",
        (TurnStatus.QUEUED, Move.HAND_OFF): "the conversation goes to a person",
        (TurnStatus.QUEUED, Move.NEW_CHAT): "sent again in a new chat",
        (TurnStatus.QUEUED, Move.AGAIN): _again(decision),
    }
    return words[decision.status, decision.move]


def _again(decision: Decision) -> str:
    if decision.pause_route:
        return "stays queued; the route pauses"
    if decision.reason == "credentials":
        return "stays queued"
    return "sent again" if decision.spends else "sent again; spends no attempt"


def decide(what: Outcome | str, capabilities: Capabilities, route: RoutePolicy, standing: Standing) -> Decision:
    """What follows from a send that came to ``what``."""
    if what == WORKER_LOST:
        return turn_policy.after_worker_lost(standing, route, capabilities, JITTER)
    outcome = Outcome(what)
    if outcome is Outcome.ANSWERED:
        return turn_policy.after_answer(moved=False, human=False)
    return turn_policy.after_send(outcome, standing, route, capabilities, JITTER)


def not_there(what: Outcome | str, route: RoutePolicy, standing: Standing) -> Decision:
    """What follows once the chat was read and shows that the message never arrived."""
    history = History(ongoing=what != Outcome.CHAT_OVER)
    late = replace(standing, doubt=route.grace, over=what == Outcome.CHAT_OVER)
    return turn_policy.after_read(history, text=TEXT, before=0, standing=late, policy=route, jitter=JITTER)


def fate(what: Outcome | str, capabilities: Capabilities, route: RoutePolicy, standing: Standing) -> str:
    """The whole of what follows, in words: the decision, or the read-back and the decision after it."""
    decision = decide(what, capabilities, route, standing)
    if decision.status is TurnStatus.UNKNOWN and decision.move is Move.AGAIN:
        return f"read back: `answered` if it is there, else {said(not_there(what, route, standing))}"
    return said(decision)


def settings_that_matter(what: Outcome | str, capabilities: Capabilities) -> Iterator[str]:
    """The settings whose change changes the fate, each as the configuration writes it."""
    usual = fate(what, capabilities, DEFAULTS, FIRST)
    for name, values in CHOICES.items():
        others = [
            value for value in values if fate(what, capabilities, replace(DEFAULTS, **{name: value}), FIRST) != usual
        ]
        if others:
            yield f"`{name}` = " + " or ".join(f'`"{value}"`' for value in others)
    for name, standing in LIMITS.items():
        if fate(what, capabilities, DEFAULTS, standing) != usual:
            yield f"`{name}`"


def account_after(what: Outcome | str) -> str:
    """What the outcome does to the account it happened on."""
    if what == WORKER_LOST:
        return "–"
    gate = gate_after(Gate(), CallReport(outcome=Outcome(what)), 100, JITTER)
    if gate.closed_for is not None:
        return "closes until you resume it" if gate.closed_for == float("inf") else "closes as long as it is told to"
    for _ in range(STREAK):
        gate = gate_after(gate, CallReport(outcome=Outcome(what), call=Call.SEND), 100, JITTER)
    return f"closes for a moment after {STREAK} in a row" if gate.closed_for is not None else "–"


def retries() -> Iterator[str]:
    """The table of README.md: a row for each thing that a send can come to."""
    yield "| A send came to | Synthflow (can be read back) | OSVI (cannot) | The account | Settings that change it |"
    yield "| --- | --- | --- | --- | --- |"
    for what, example in SEEN.items():
        fates = [fate(what, capabilities, DEFAULTS, FIRST) for capabilities in (SYNTHFLOW, OSVI)]
        cells = [f"**{what}**: {example}", *fates, account_after(what), _choice(what)]
        yield f"| {' | '.join(cells)} |"


def _choice(what: Outcome | str) -> str:
    on_synthflow, on_osvi = ([*settings_that_matter(what, each)] for each in (SYNTHFLOW, OSVI))
    both = [each for each in on_osvi if each in on_synthflow]
    only_synthflow = [each for each in on_synthflow if each not in both]
    only_osvi = [each for each in on_osvi if each not in both]
    parts = [
        f"{where}{', '.join(found)}"
        for where, found in (("", both), ("Synthflow: ", only_synthflow), ("OSVI: ", only_osvi))
        if found
    ]
    return "; ".join(parts) or "–"


def read_backs() -> Iterator[str]:
    """The table of docs/guarantees.md: what a read-back may find, and what follows."""
    ours, theirs = HistoryEntry(role="user", text=TEXT), HistoryEntry(role="agent", text="On its way.")
    another = HistoryEntry(role="user", text="Something else")
    late = Standing(doubt=DEFAULTS.grace)
    gone = Standing(over=True)
    cases: Sequence[tuple[str, History | None, int, Standing]] = (
        ("the message, and the agent's answer after it", History(entries=(ours, theirs)), 0, FIRST),
        ("the message, no answer after it yet", History(entries=(ours,)), 0, FIRST),
        ("the message, no answer, and the chat has ended", History(entries=(ours,), ongoing=False), 0, FIRST),
        ("another text in its place", History(entries=(another, theirs)), 0, FIRST),
        ("fewer messages than were sent before it", History(), 1, late),
        ("not the message, and `grace` is not over", History(), 0, FIRST),
        ("not the message, and `grace` is over", History(), 0, late),
        ("not the message, `grace` is over and the chat has ended", History(ongoing=False), 0, late),
        ("nothing: the read failed", History(outcome=Outcome.LOST), 0, late),
        ("nothing: the provider does not know the chat", None, 0, late),
        ("nothing: the provider does not know the chat, as it said to the message itself", None, 0, gone),
    )
    yield "| Reading the chat back shows | Then the turn is |"
    yield "| --- | --- |"
    for found, history, before, standing in cases:
        decision = turn_policy.after_read(
            history, text=TEXT, before=before, standing=standing, policy=DEFAULTS, jitter=JITTER
        )
        yield f"| {found} | {said(decision)} |"


def schedule() -> Iterator[str]:
    """The table of docs/replies.md: when a reply that was not delivered is tried again."""
    yield "| Delivery | comes after | since the first |"
    yield "| --- | --- | --- |"
    yield "| 1 | – | – |"
    since, number = 0.0, 2
    for wait, same in groupby(reply_policy.WAITS):
        times = len(list(same))
        last = number + times - 1
        which = str(number) if times == 1 else f"{number} to {last}, each"
        since += wait * times
        yield f"| {which} | {length(wait)} | {length(since)} |"
        number = last + 1


def length(seconds: float) -> str:
    """A time in words, exact to the second."""
    units = (("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts, left = [], int(seconds)
    for name, size in units:
        whole, left = divmod(left, size)
        if whole:
            parts.append(f"{whole} {name}{'s' if name == 'day' and whole > 1 else ''}")
    return " ".join(parts)


def tables() -> tuple[Table, ...]:
    """Every generated table."""
    return (
        Table(file=ROOT / "README.md", name="retries", lines=tuple(retries())),
        Table(file=ROOT / "docs" / "guarantees.md", name="read-backs", lines=tuple(read_backs())),
        Table(file=ROOT / "docs" / "replies.md", name="schedule", lines=tuple(schedule())),
    )


def main() -> None:
    """Write the tables into their pages."""
    for table in tables():
        page = table.file.read_text(encoding="utf-8")
        table.file.write_text(table.put_into(page), encoding="utf-8")


if __name__ == "__main__":
    main()
