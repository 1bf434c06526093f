"""What happens to the engine itself: declared dead, stopped, without its database, with a step that breaks off."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import text

from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.storage import tables
from connector.storage.send import workers
from connector.storage.send.marks import Marked, Marks
from connector.storage.send.outcomes import Records, Settled
from connector.values import Capabilities, ChatContext, History, Opened, TurnRequest, TurnResult
from tests.kit.engine import EngineKit, in_order


@pytest.fixture
def kit(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        yield kit


def sending(kit: EngineKit) -> bool:
    return kit.statuses().get("sending", 0) > 0 and bool(kit.calls())


class SlowProvider:
    """Answers when it is let; keeps what it was asked."""

    capabilities = Capabilities()

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.sent: list[str] = []

    async def open(self, conversation: ChatContext) -> Opened:
        return Opened(chat_id=f"chat-{conversation.id}")

    async def find(self, conversation: ChatContext) -> Opened | None:
        return None

    async def send(self, request: TurnRequest) -> TurnResult:
        self.sent.append(request.text)
        await asyncio.to_thread(self.may_answer.wait, 30)
        return TurnResult(answer=f"to {request.text}", chat_id=request.chat_id)

    async def read(self, chat_id: str) -> History | None:
        raise AssertionError("it cannot be read back")


@pytest.fixture
def slow():
    return SlowProvider()


@pytest.fixture
def slow_kit(database, slow, tmp_path):
    with EngineKit(database, None, tmp_path, fakes={"osvi": slow}) as kit:
        yield kit


def declare_dead(kit: EngineKit) -> workers.Swept:
    """As after a lease that ran out; the engine's own renewal may come in between."""
    swept = workers.Swept()
    while not swept.workers:
        kit.change(tables.workers, ~tables.workers.c.dead, expires_at=0)
        swept = workers.sweep(kit.database, kit.wiring.channels)
    return swept


def test_a_late_answer_settles_its_turn_and_the_conversation_goes_on(slow_kit, slow):
    kit = slow_kit
    kit.crowd("osvi", 1, 2)
    with kit.working():
        kit.until_true(lambda: slow.sent)
        swept = declare_dead(kit)
        turn = kit.turns()[0]
        assert (swept.unknown, turn.status, turn.reason) == ((turn.id,), "unknown", "worker_lost")
        # The process goes on under a new name and holds the doubtful conversation by policy.
        kit.until_true(lambda: kit.place("C0").held == "unknown")
        assert [row.kind for row in kit.rows(tables.trouble)] == ["unknown"]

        slow.may_answer.set()
        kit.until_true(lambda: kit.statuses() == {"answered": 2})
        # Asked while it works: once told to stop, it signs off at its own time.
        assert [row.dead for row in kit.rows(tables.workers)] == [True, False]
    assert slow.sent == ["C0 says 1", "C0 says 2"]
    assert kit.turns()[0].answer == "to C0 says 1"
    assert kit.rows(tables.trouble) == []
    assert kit.attempts(kit.turns()[0].id) == [("open", "answered"), ("send", "answered")]


def test_a_worker_that_died_between_two_marks_leaves_its_claims_unharmed(slow_kit, slow):
    kit = slow_kit
    kit.crowd("osvi", 3, 1)
    with kit.working():
        kit.until_true(lambda: len(slow.sent) == 3)
        kit.crowd("osvi", 2, 1, prefix="D")
        kit.until_true(lambda: len(slow.sent) == 5)
        swept = declare_dead(kit)
        assert len(swept.unknown) == 5
        slow.may_answer.set()
        kit.until_true(lambda: kit.statuses() == {"answered": 5})


def test_stopping_lets_what_is_in_flight_finish_and_claims_no_more(slow_kit, slow):
    kit = slow_kit
    kit.crowd("osvi", 2, 2)
    with kit.working() as thread:
        kit.until_true(lambda: len(slow.sent) == 2)
        kit.engine.request_stop()
        thread.join(5)
        assert not thread.is_alive()
        slow.may_answer.set()
        kit.engine.stop(20)
    assert not kit.engine.running
    assert kit.statuses() == {"answered": 2, "queued": 2}
    (worker,) = kit.rows(tables.workers)
    assert (worker.stopping, worker.dead) == (True, True)
    assert kit.rows(tables.grants) == []
    assert not kit.engine.run_slice(1)


def test_a_second_slice_returns_at_once_and_the_first_one_does_its_work(slow_kit, slow):
    kit = slow_kit
    kit.crowd("osvi", 1)
    with kit.working():
        kit.until_true(lambda: slow.sent)
        kit.crowd("osvi", 1, prefix="D")
        assert not kit.engine.run_slice(20)
        kit.until_true(lambda: len(slow.sent) == 2)
        slow.may_answer.set()
        kit.until_true(lambda: kit.statuses() == {"answered": 2})


def test_a_slice_that_is_over_asks_to_be_rung_again_and_loses_no_call(slow_kit, slow):
    kit = slow_kit
    kit.crowd("osvi", 1)
    unfinished = kit.engine.run_slice(0.2)
    while not slow.sent:
        unfinished = kit.engine.run_slice(0.2)
    assert unfinished
    assert kit.statuses() == {"sending": 1}
    slow.may_answer.set()
    kit.until_true(lambda: kit.statuses() == {"answered": 1})
    kit.until_true(lambda: kit.rows(tables.grants) == [])


class FailingMarks:
    """Marks that do not come back, ``after`` the commit or before it."""

    def __init__(self, marks: Marks, *, after: bool, times: int = 1) -> None:
        self._marks, self._after, self.left = marks, after, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._marks, name)

    def mark(self, owner: int, turn_ids: Sequence[int], *rest: Any) -> list[Marked]:
        if self.left:
            self.left -= 1
            if self._after:
                self._marks.mark(owner, turn_ids, *rest)
            raise DatabaseUnavailable("the connection was lost")
        return self._marks.mark(owner, turn_ids, *rest)


@pytest.mark.parametrize("after", [False, True], ids=["not committed", "committed"])
@pytest.mark.parametrize("route", ["osvi", "synthflow"])
def test_nothing_is_sent_when_the_mark_does_not_come_back(kit, route, after):
    kit.wiring.__dict__["marks"] = FailingMarks(kit.wiring.marks, after=after)
    kit.crowd(route, 1, 2)
    kit.settle()
    assert kit.statuses() == {"answered": 2}
    assert len(kit.calls()) == 2
    assert in_order(kit.processed())
    calls = kit.attempts(kit.turns()[0].id)
    assert calls[-1] == ("send", "answered")
    assert calls.count(("send", "not_sent")) == (1 if after else 0)


class FailingRecords:
    """Records that fail ``times`` times, ``after`` the commit or before it."""

    def __init__(self, records: Records, *, times: int, after: bool = False) -> None:
        self._records, self.left, self._after = records, times, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def record(self, group: Sequence[Settled]) -> None:
        if self.left:
            self.left -= 1
            if self._after:
                self._records.record(group)
            raise DatabaseUnavailable("the connection was lost")
        self._records.record(group)


@pytest.mark.parametrize("after", [False, True], ids=["not committed", "committed"])
@pytest.mark.parametrize("route", ["osvi", "synthflow"])
def test_outcomes_are_kept_until_the_database_is_back(kit, route, after):
    kit.wiring.__dict__["records"] = FailingRecords(kit.wiring.records, times=3, after=after)
    kit.crowd(route, 3, 2)
    kit.settle()
    assert kit.statuses() == {"answered": 6}
    assert len(kit.calls()) == 6
    assert {turn.tries for turn in kit.turns()} == {1}


class BreakingOff:
    """Some use of storage that raises what nobody expects, a number of times."""

    def __init__(self, inner: Any, name: str, times: int, error: Callable[[], BaseException]) -> None:
        self._inner, self._name, self.left, self._error = inner, name, times, error

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name != self._name:
            return found

        def breaking(*arguments: Any, **named: Any) -> Any:
            if self.left:
                self.left -= 1
                raise self._error()
            return found(*arguments, **named)

        return breaking


@pytest.mark.parametrize("error", [ValueError, lambda: DatabaseUnavailable("gone")], ids=["a bug", "no database"])
@pytest.mark.parametrize(("part", "use"), [("claims", "claim"), ("claims", "open_lanes"), ("marks", "begin")])
def test_the_loop_outlives_whatever_fails_in_it(kit, part, use, error):
    kit.wiring.__dict__[part] = BreakingOff(getattr(kit.wiring, part), use, 1, error)
    kit.crowd("osvi", 2, 2)
    kit.settle()
    assert kit.statuses() == {"answered": 4}
    assert len(kit.calls()) == 4


def test_an_outcome_that_can_never_be_recorded_leaves_a_turn_in_doubt_not_for_ever_in_sending(kit):
    kit.wiring.__dict__["records"] = BreakingOff(kit.wiring.records, "record", 2, ValueError)
    kit.receive("legacy", "T-1", "first", "second")  # its open, then its send
    kit.settle()
    kit.receive("legacy", "T-2", "other")
    kit.settle()
    statuses = [turn.status for turn in kit.turns()]
    assert "sending" not in statuses
    assert kit.turns("T-2")[0].status == "answered"
    assert len(kit.calls()) == len(set(kit.processed()))


def test_a_claim_whose_commit_was_unclear_is_let_go_again(kit):
    claims = kit.wiring.claims

    class Unclear(BreakingOff):
        def __getattr__(self, name: str) -> Any:
            found = getattr(claims, name)
            if name != "claim":
                return found

            def claim(*arguments: Any) -> Any:
                taken = found(*arguments)
                if self.left and taken:
                    self.left -= 1
                    raise DatabaseUnavailable("lost while committing")
                return taken

            return claim

    kit.wiring.__dict__["claims"] = Unclear(claims, "claim", 1, ValueError)
    kit.crowd("osvi", 3, 2)
    kit.settle()
    assert kit.statuses() == {"answered": 6}


def test_a_conversation_whose_step_always_breaks_is_quarantined_and_no_other(kit):
    poison = kit.event("osvi", "poison", "hello")
    Receiver(wiring=kit.wiring).receive([poison])
    marks = kit.wiring.marks
    turn_id = kit.turns("poison")[0].id

    class Poisoned(BreakingOff):
        def __getattr__(self, name: str) -> Any:
            found = getattr(marks, name)
            if name != "begin":
                return found

            def begin(owner: int, calls: Sequence[tuple[int, Any]]) -> dict[int, int]:
                if any(turn == turn_id for turn, _ in calls):
                    raise ZeroDivisionError
                return dict(found(owner, calls))

            return begin

    kit.wiring.__dict__["marks"] = Poisoned(marks, "begin", 1, ValueError)
    kit.settle()
    kit.crowd("osvi", 2, 2)
    kit.settle()
    (turn,) = kit.turns("poison")
    assert turn.status == "failed"
    assert turn.reason.startswith("quarantined")
    assert kit.statuses() == {"failed": 1, "answered": 4}


def test_a_provider_that_raises_or_hangs_is_contained(database, tmp_path):
    class Broken(SlowProvider):
        async def send(self, request: TurnRequest) -> TurnResult:
            if request.text.startswith("raise"):
                raise RuntimeError("a bug of the provider's")
            return await super().send(request)

    accounts = {"osvi": {"deadline": "1ms"}}
    with EngineKit(database, None, tmp_path, fakes={"osvi": Broken()}, accounts=accounts) as kit:
        kit.receive("osvi", "T-1", "raise")
        kit.settle()
        (turn,) = kit.turns()
        assert (turn.status, turn.reason) == ("unknown", "lost")
        (attempt,) = kit.rows(tables.attempts, tables.attempts.c.call == "send")
        assert attempt.error == "the provider raised RuntimeError"


def test_an_engine_without_tables_says_so(sqlite_url, tmp_path):
    kit = EngineKit(sqlite_url, None, tmp_path)
    with pytest.raises(Exception, match="turnwire migrate"):
        kit.engine.run_slice(1)


def test_an_answer_that_meets_the_old_primary_is_kept_and_written_to_the_new_one(postgres_database, tmp_path, slow):
    """A switch-over while a call is out: the pool's connections lead to a server that takes no writes any more."""
    with EngineKit(postgres_database, None, tmp_path, fakes={"osvi": slow}) as kit:
        kit.receive("osvi", "T-1", "hello", "and another")
        with kit.working():
            kit.until_true(lambda: slow.sent)
            switch_over(kit)
            slow.may_answer.set()
            kit.until_true(lambda: kit.statuses() == {"answered": 2}, patience=30.0)
        assert slow.sent == ["hello", "and another"]


def switch_over(kit: EngineKit) -> None:
    writer = kit.database.writer
    with ExitStack() as held:
        # More than the pool has: those that are busy for a moment come back into it.
        for connection in [held.enter_context(writer.connect()) for _ in range(5)]:
            connection.execute(text("SET SESSION default_transaction_read_only = on"))
            connection.commit()
