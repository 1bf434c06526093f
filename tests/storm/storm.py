"""One storm, from the first message to the reckoning."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.settings import load
from connector.values import EventStatus, TurnStatus
from connector.wiring import Wiring
from tasks.application import create
from tests.kit import actions
from tests.storm import doubles, ledger
from tests.storm.doubles import Double
from tests.storm.messages import Message, answer_to, mood
from tests.storm.surroundings import Crew, Manner, Worker, configuration, crew
from tests.storm.verdict import Verdict, reckon

FAULTS: Mapping[str, float] = {
    doubles.LOST_AFTER: 0.03,
    doubles.ERROR_BEFORE: 0.01,
    doubles.BUSY: 0.01,
    doubles.SILENT_BEFORE: 0.005,
    doubles.SILENT_AFTER: 0.005,
}
ROUTES = ("synthflow", "v1", "synthflow", "legacy")
OPERATOR_AFTER = 1.5
"""Seconds a turn is unknown before the storm's operator settles it: whatever was on its way has arrived by then."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How big a storm is; times in seconds."""

    turns: int = 2000
    conversations: int = 400
    kills: int = 20
    workers: int = 2
    between_kills: float = 3.0
    latency: float = 0.4
    faults: Mapping[str, float] = field(default_factory=lambda: FAULTS)
    manner: Manner = field(default_factory=Manner)
    patience: float = 300.0


def messages(plan: Plan) -> list[tuple[str, Message]]:
    """(route, message) in the order they come in: round after round over the conversations."""
    found = []
    for number in range(plan.turns):
        conversation, position = number % plan.conversations, number // plan.conversations + 1
        route = ROUTES[conversation % len(ROUTES)]
        found.append((route, Message(conversation=f"c{conversation}", position=position, mood=mood(number))))
    return found


class Storm:
    """Takes messages in, kills, settles what holds others up, waits for the calm, and reckons."""

    def __init__(self, plan: Plan, double: Double, crew: Crew, say: Callable[[str], None], seed: int) -> None:
        self.plan = plan
        self.double = double
        self.crew = crew
        self._say = say
        self._chance = random.Random(seed)
        self._app = create(load(crew.config))
        self._wiring: Wiring = self._app.turnwire.wiring
        self._waiting = messages(plan)
        self._accepted = 0
        self._killed: list[int] = []

    def run(self) -> Verdict:
        begun = time.monotonic()
        self.double.unsettle(self.plan.faults, latency=self.plan.latency)
        for _ in range(self.plan.workers):
            self.crew.start()
        for number in range(self.plan.kills):
            # Spread over the kills, so that each finds work, however fast the machine is.
            self.take_in(-(-self.plan.turns // self.plan.kills))
            self.settle()
            self.kill_one()
            self._say(f"kill {number + 1} of {self.plan.kills}: {self.shown()}")
        self.take_in(len(self._waiting))
        self.wait_for_calm()
        found = ledger.read_turns(self._wiring.database)
        self._wiring.database.dispose()
        return reckon(
            found,
            self.double.posts(),
            accepted=self._accepted,
            killed=self._killed,
            overlaps=self.double.overlaps(),
            seconds=time.monotonic() - begun,
        )

    def take_in(self, number: int) -> None:
        """Hand in that many more messages, as a program with Celery would."""
        batch, self._waiting = self._waiting[:number], self._waiting[number:]
        events = [
            {"route": route, "conversation": one.conversation, "id": one.text, "text": one.text} for route, one in batch
        ]
        answers = self._app.turnwire.receiver.receive_json(events, "storm") if events else []
        self._accepted += sum(answer.status is EventStatus.ACCEPTED for answer in answers)

    def kill_one(self) -> None:
        """SIGKILL a worker with turns in ``sending``, at a random moment, and start another at once."""
        time.sleep(self._chance.uniform(0.0, self.plan.between_kills))
        victim = self._victim()
        time.sleep(self._chance.uniform(0.0, 0.3))
        victim.kill()
        self._killed.append(victim.pid)
        self.crew.start()

    def _victim(self) -> Worker:
        until = time.monotonic() + 60.0
        while time.monotonic() < until:
            sending = ledger.sending_by_pid(self._wiring.database)
            busy = [worker for worker in self.crew.living if sending.get(worker.pid)]
            if busy:
                return self._chance.choice(busy)
            if not self.crew.living:
                break
            time.sleep(0.02)
        last = self.crew.started[-1].log.read_text(errors="replace")[-2000:]
        raise AssertionError(f"no worker sends anything: {self.shown()}\n{last}")

    def settle(self) -> None:
        """Be the operator: say of turns that hold others up what the provider's own log says of them."""
        doubtful = ledger.doubtful_with_others_waiting(self._wiring.database, OPERATOR_AFTER)
        if not doubtful:
            return
        processed = {post.text for post in self.double.posts() if post.processed}
        for turn_id, text in doubtful:
            as_, answer = ("answered", answer_to(text)) if text in processed else ("resend", None)
            actions.resolve_turn(self._wiring.database, turn_id, as_, answer, actor="storm")

    def wait_for_calm(self) -> None:
        """Until no turn waits or is being sent, and none is unknown that could be read back."""
        until = time.monotonic() + self.plan.patience
        while time.monotonic() < until:
            self.settle()
            found = ledger.counts(self._wiring.database)
            if not any(_moves(route, status) for route, status in found):
                return
            time.sleep(0.5)
        self._say(f"no calm after {self.plan.patience} s: {self.shown()}")

    def shown(self) -> str:
        """Turns by status."""
        by_status: dict[str, int] = {}
        for (_, status), number in ledger.counts(self._wiring.database).items():
            by_status[status] = by_status.get(status, 0) + number
        return ", ".join(f"{number} {status}" for status, number in sorted(by_status.items()))


def _moves(route: str, status: str) -> bool:
    return status in {TurnStatus.QUEUED, TurnStatus.SENDING} or (status == TurnStatus.UNKNOWN and route == "synthflow")


@contextmanager
def storm(
    plan: Plan,
    folder: Path,
    *,
    database: str,
    broker: str,
    double: str = "sandbox",
    seed: int = 0,
    say: Callable[[str], None] = lambda _line: None,
) -> Iterator[Storm]:
    """A storm ready to run in ``folder``: ``database`` is migrated, ``double`` a name of :data:`doubles.KINDS`."""
    with ExitStack() as stack:
        vendors = stack.enter_context(doubles.running(doubles.KINDS[double]))
        config = configuration(
            folder,
            database=database,
            broker=broker,
            osvi=(vendors.osvi_url, vendors.osvi_token),
            synthflow=(vendors.synthflow_url, vendors.synthflow_token),
            manner=plan.manner,
        )
        workers = stack.enter_context(crew(config))
        yield Storm(plan, vendors, workers, say, seed)
