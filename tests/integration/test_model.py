"""Storage as a state machine: whatever comes in whatever order, no turn is lost, doubled, reordered or left asleep."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connector.errors import LeaseLost, WrongState
from connector.policy.handoffs import after_call
from connector.policy.turns import Decision
from connector.storage import tables
from connector.storage.conversations.outbox import Called
from connector.storage.core.database import Database
from connector.storage.send import maintenance, workers
from connector.storage.send.outcomes import Settled
from connector.values import CallResult, Outcome, TurnStatus
from tests.integration.conftest import opened
from tests.kit import actions
from tests.kit.storage import AGAIN, ANSWERED, FAILED, HANDED_OFF, HANDS, HELD, LATER, LOOK_AGAIN, StorageKit, emptied

KEYS = ["T-1", "T-2"]
FINAL = {"answered", "failed", "cancelled"}
ACTIONS = ["write"] * 2 + ["claim"] * 3 + ["mark"] * 5 + ["record"] * 4 + ["die"] * 2 + ["turn"] * 2
ACTIONS += ["forget", "tick", "conversation", "conversation", "outside", "outside"]
SENT = [ANSWERED, ANSWERED, FAILED, HELD, LOOK_AGAIN, AGAIN, LATER, HANDED_OFF]
SEEN = [ANSWERED, FAILED, HELD, LOOK_AGAIN, AGAIN]
BY_ITSELF: dict[str, set[str]] = {
    "queued": {"sending"},
    "sending": {"answered", "failed", "unknown", "queued"},
    "unknown": {"answered", "failed", "queued"},
    **{status: set() for status in FINAL},
}
OUTSIDE = [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.LOST, Outcome.REFUSED, None]
NEEDS = {"retry": "failed", "cancel": "queued", "answered": "unknown", "resend": "unknown", "failed": "unknown"}


@dataclass
class Work:
    """A conversation that a worker works on; ``sent`` once its turn was marked: what will be recorded of the send."""

    claimed: Any
    sent: Settled | None = None

    @property
    def seen(self) -> Settled:
        """A look at a doubt, as it was when it was claimed."""
        claimed = self.claimed
        return Settled(
            owner=claimed.owner,
            conversation_id=claimed.conversation_id,
            turn_id=claimed.turn.id,
            position=claimed.turn.position,
            was=TurnStatus.UNKNOWN,
            call=None,
            send_number=claimed.turn.last_send,
        )


class Storage(RuleBasedStateMachine):
    """Two workers that may die, an operator, and customers who write."""

    database: Database

    @initialize()
    def begin(self) -> None:
        emptied(self.database)
        self.kit = StorageKit(self.database, hands=HANDS)
        self.workers = [self.kit.worker(), self.kit.worker()]
        self.work: list[Work] = []
        self.accepted: list[int] = []
        self.statuses: dict[int, str] = {}
        self.marks: dict[int, list[int]] = defaultdict(list)
        self.by_operator: set[int] = set()

    @rule(
        action=st.sampled_from(ACTIONS),
        first=st.integers(0, 3),
        second=st.integers(0, 1),
        sent=st.sampled_from(SENT),
        seen=st.sampled_from(SEEN),
        operation=st.sampled_from(sorted(NEEDS)),
        change=st.sampled_from(["hand_off", "resume", "answer_waiting", "answer_waiting", "close"]),
    )
    def happens(
        self, action: str, first: int, second: int, sent: Decision, seen: Decision, operation: str, change: str
    ) -> None:
        """One thing after the other; what cannot happen now gives way to a claim."""
        unsent = [work for work in self.work if work.sent is None and work.claimed.turn.status == "queued"]
        match action:
            case "write":
                self.accepted += self.kit.receive(KEYS[second], *["words"] * (1 + first))
                # As if it had been opened: only then is there a chat that the provider can be asked about.
                self.kit.change(tables.conversations, tables.conversations.c.chat_id.is_(None), chat_id="chat-1")
            case "die":
                self._die(second)
            case "tick":
                self._tick()
            case "turn":
                self._on_a_turn(first, operation, wrong=second)
            case "conversation":
                self._on_a_conversation(KEYS[second], change)
            case "mark" if unsent:
                self._mark(unsent[first % len(unsent)])
            case "record" if self.work:
                self._record(self.work.pop(first % len(self.work)), sent, seen, times=1 + second)
            case "outside":
                self._outside(second, OUTSIDE[first % len(OUTSIDE)])
            case "forget" if self.work:
                self._forget(self.work.pop(first % len(self.work)))
            case _:
                self._claim(second, 1 + first % 2)

    # --- workers ---

    def _claim(self, which: int, most: int) -> None:
        self.kit.change(tables.schedule, tables.schedule.c.ready_at.is_not(None), ready_at=1)  # delays are over
        taken = self.kit.claim(self.workers[which], most)
        nothing = [claimed.conversation_id for claimed in taken if claimed.turn is None]
        self.kit.records.release_empty(self.workers[which], nothing)
        self.work += [Work(claimed) for claimed in taken if claimed.turn is not None]

    def _mark(self, work: Work) -> None:
        """Send what is queued; what may not be sent is given back."""
        claimed = work.claimed
        try:
            marked = self.kit.mark(claimed)
        except LeaseLost:
            self.work.remove(work)
            return
        if marked is None:
            self.work.remove(work)
            self.kit.records.release(claimed.owner, [claimed.conversation_id])
            return
        self.marks[claimed.conversation_id].append(claimed.turn.position)
        work.sent = self.kit.settled(claimed, ANSWERED)

    def _record(self, work: Work, sent: Decision, seen: Decision, times: int) -> None:
        """What a send came to, or a look at a doubt; a turn that was not sent goes back."""
        claimed = work.claimed
        if work.sent is not None:
            settled = as_decided(work.sent, sent)
        elif claimed.turn.status == "unknown":
            settled = as_decided(work.seen, seen)
        else:
            self.kit.records.release(claimed.owner, [claimed.conversation_id])
            return
        for _ in range(times):
            self.kit.records.record([settled])

    def _forget(self, work: Work) -> None:
        """A step breaks off; its worker notices what it holds and does not work on."""
        owner = work.claimed.owner
        others = [other.claimed.conversation_id for other in self.work if other.claimed.owner == owner]
        workers.recover(self.database, owner, others, self.kit.channels)

    def _outside(self, which: int, outcome: Outcome | None) -> None:
        """What changes of hands owe is told and asked; None: the worker that began it never says what came of it."""
        self.kit.change(tables.outbox, tables.outbox.c.ready_at.is_not(None), ready_at=1)
        items = self.kit.outbox.claim(self.workers[which], ["osvi", "synthflow"], 3)
        asked = [item.conversation_id for item in items]
        assert len(asked) == len(set(asked)), "one after the other"
        result = outcome and CallResult(outcome=outcome)
        called = [
            Called(
                item_id=item.id,
                conversation_id=item.conversation_id,
                number=item.attempt,
                result=result,
                status=after_call(result, age=item.age, delay=0.0)[0],
            )
            for item in items
            if result is not None
        ]
        for _ in range(1 + which):
            self.kit.outbox.record(self.workers[which], called)

    def _die(self, which: int) -> None:
        """An incarnation is declared dead; its process goes on and hands in what it holds when it may.

        Rather one that has sent something.
        """
        sending = [work.claimed.owner for work in self.work if work.sent is not None]
        which = next((place for place, worker in enumerate(self.workers) if worker in sending), which)
        self.kit.die(self.workers[which])
        self.workers[which] = self.kit.worker()

    def _tick(self) -> None:
        workers.sweep(self.database, self.kit.channels)
        self.kit.change(tables.trouble, tables.trouble.c.turn_id % 2 == 0, since=1)
        maintenance.hand_off_unknown(self.database, {"support": 3600.0}, hands=HANDS)

    # --- the operator ---

    def _on_a_turn(self, which: int, action: str, *, wrong: int) -> None:
        turns = self.kit.rows(tables.turns)
        candidates = turns if wrong and which == 0 else [turn for turn in turns if turn.status == NEEDS[action]]
        if not candidates:
            return
        turn = candidates[which % len(candidates)]
        answer = "as told" if action == "answered" else None
        named = {"actor": "ann", "channels": self.kit.channels}
        try:
            match action:
                case "retry":
                    actions.retry_turn(self.database, turn.id, **named)
                case "cancel":
                    actions.cancel_turn(self.database, turn.id, **named)
                case _:
                    actions.resolve_turn(self.database, turn.id, action, answer, **named)
        except WrongState:
            closed = self._conversation_of(turn.id).status == "closed"
            assert turn.status != NEEDS[action] or (closed and action in {"retry", "resend"})
        else:
            assert turn.status == NEEDS[action]
            self.by_operator.add(turn.id)

    def _on_a_conversation(self, key: str, action: str) -> None:
        rows = self.kit.rows(tables.conversations, tables.conversations.c.key == key)
        if not rows:
            return
        (conversation,) = rows
        named: dict[str, Any] = {"actor": "ann", "channels": self.kit.channels, "hands": HANDS}
        before = {turn.id for turn in self.kit.rows(tables.turns, tables.turns.c.status == "queued")}
        try:
            match action:
                case "hand_off":
                    actions.hand_off_conversation(self.database, conversation.id, actor="ann", hands=HANDS)
                case "close":
                    actions.close_conversation(self.database, conversation.id, **named)
                case _:
                    waiting = action == "answer_waiting"
                    note = "what was said" if waiting else None
                    actions.resume_conversation(
                        self.database, conversation.id, answer_waiting=waiting, brief=note, **named
                    )
        except WrongState:
            return
        after = {turn.id for turn in self.kit.rows(tables.turns, tables.turns.c.status == "queued")}
        self.by_operator |= before - after

    # --- what must always hold ---

    @invariant()
    def nothing_is_lost_doubled_reordered_or_asleep(self) -> None:
        turns = self.kit.check()
        assert sorted(turn.id for turn in turns) == sorted(self.accepted), "every event has its turn"
        self._check_changes(turns)

    def _check_changes(self, turns: list[Any]) -> None:
        for turn in turns:
            before = self.statuses.get(turn.id, "queued")
            if turn.status != before and turn.id not in self.by_operator:
                assert turn.status in BY_ITSELF[before], f"{before} became {turn.status} by itself"
            self.statuses[turn.id] = turn.status
        self.by_operator.clear()

    @invariant()
    def the_outside_is_told_of_each_change_once(self) -> None:
        told = self.kit.rows(tables.replies, tables.replies.c.kind == "hand_off")
        changes = self.kit.rows(tables.audit, tables.audit.c.subject.startswith("conversation:"))
        assert len(told) == len(changes)

    @invariant()
    def marks_go_in_order(self) -> None:
        """Going back in a conversation needs an operator, a retry of the same turn, or nothing at all."""
        for conversation, positions in self.marks.items():
            for before, now in pairwise(positions):
                if now < before:
                    mine = tables.turns.c.conversation_id == conversation
                    row = next(turn for turn in self.kit.rows(tables.turns, mine) if turn.position == now)
                    audited = self.kit.rows(tables.audit, tables.audit.c.subject == f"turn:{row.id}")
                    assert audited, "overtaken"

    # --- helpers ---

    def _conversation_of(self, turn_id: int) -> Any:
        conversation = self.kit.turn(turn_id).conversation_id
        return self.kit.rows(tables.conversations, tables.conversations.c.id == conversation)[0]


def as_decided(settled: Settled, decision: Decision) -> Settled:
    """The same call with another decision on it."""
    return replace(
        settled,
        status=decision.status,
        reason=decision.reason,
        move=decision.move,
        delay=decision.delay,
        answer=decision.answer,
        spends=decision.spends,
    )


def run(database: Database, examples: int) -> None:
    machine: Any = type("Storage", (Storage,), {"database": database})
    machine.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    machine.TestCase("runTest").runTest()


def test_on_sqlite(sqlite_database):
    database = Database(sqlite_database)
    run(database, 60)
    database.dispose()


def test_on_postgresql(postgres_database):
    database = opened(postgres_database)
    run(database, 15)
    database.dispose()


pytestmark = pytest.mark.timeout(300)
