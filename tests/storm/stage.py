"""A stage for one fault at a time: a sandbox, a database, workers to kill, and what an operator sees of each turn."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN, running_sandbox
from connector.services.receive import Receiver
from connector.settings import load
from connector.storage import queries
from connector.wiring import NoPublisher, Wiring
from tests.storm.doubles import SandboxDouble
from tests.storm.surroundings import Crew, Manner, configuration, crew

QUICK = Manner(deadline=2.5, grace=5.0, lease=2.0, in_flight=12)
"""As short as a lease may be; the grace outlasts lease and deadline together."""
PATIENCE = 45.0
ROUTES = ("legacy", "v1", "synthflow")

Turn = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where one fault is played; nothing is pushed by hand: no bell is rung but by the workers' own ticks."""

    sandbox: SandboxDouble
    crew: Crew
    wiring: Wiring

    def take_in(self, route: str, *texts: str, conversation: str = "1") -> list[int]:
        """Messages of one conversation; the ids of their turns."""
        events = [
            {"route": route, "conversation": f"{route}-{conversation}", "id": text, "text": text} for text in texts
        ]
        answers = Receiver(wiring=self.wiring).receive_json(events, "stage")
        return [int(answer.turn_id or 0) for answer in answers]

    def turn(self, turn_id: int) -> Turn:
        """What ``turns show --json`` prints."""
        wiring = self.wiring
        return queries.turn(wiring.database, turn_id, providers=wiring.providers_by_account, limits=wiring.limits)

    def until(self, turn_id: int, *statuses: str) -> Turn:
        """The turn, once it stands so with every attempt ended and nobody about to change it."""
        return self.wait(lambda: self.turn(turn_id), lambda turn: turn["status"] in statuses)

    def wait(self, look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
        """What ``look`` finds, once it is as wanted; fails with the last worker's output."""
        until = time.monotonic() + PATIENCE
        while not done(seen := look()):
            if time.monotonic() > until:
                output = self.crew.started[-1].log.read_text(errors="replace")[-3000:] if self.crew.started else ""
                raise AssertionError(f"never came to it; last seen {seen!r}\n{output}")
            time.sleep(0.05)
        return seen

    def processed(self, text: str) -> int:
        """How often the provider took this message into a chat's history."""
        return sum(post.processed for post in self.sandbox.posts() if post.text == text)

    def arrived(self, call: str) -> int:
        """Calls of a kind (``send``, ``open``) that the provider has acted on."""
        lines = map(json.loads, self.sandbox.http.get("/_sandbox/received").text.splitlines())
        return sum(line["call"] == call and line["processed"] for line in lines)

    @property
    def chats(self) -> int:
        """How many chats were opened."""
        return int(self.sandbox.http.get("/_sandbox/summary").json()["chats"])


@contextmanager
def stage(folder: Path, *, database: str, broker: str, manner: Manner = QUICK) -> Iterator[Stage]:
    """A stage on a migrated database and an empty broker."""
    with running_sandbox() as running, SandboxDouble(running.url).http as http:
        sandbox = SandboxDouble(running.url)
        sandbox.http = http
        config = configuration(
            folder,
            database=database,
            broker=broker,
            osvi=(sandbox.osvi_url, OSVI_TOKEN),
            synthflow=(sandbox.synthflow_url, SYNTHFLOW_TOKEN),
            manner=manner,
        )
        wiring = Wiring(settings=load(config), publisher=NoPublisher())
        with crew(config) as workers:
            yield Stage(sandbox=sandbox, crew=workers, wiring=wiring)
        wiring.database.dispose()


def calls(turn: Turn) -> list[tuple[str, str]]:
    """(call, outcome) of a turn's attempts, repeated looks at the chat counted as one."""
    found = [(attempt["call"], attempt["outcome"]) for attempt in turn["attempts"]]
    return [pair for at, pair in enumerate(found) if at == 0 or pair[0] != "read_back" or found[at - 1] != pair]


def evidence(turn: Turn) -> Mapping[str, Any]:
    """The last attempt: what the operator is shown first."""
    attempt: Mapping[str, Any] = turn["attempts"][-1]
    return attempt
