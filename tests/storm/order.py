"""``python -m tests.storm.order``: one program, a task a message, workers that are killed, and the order of messages.

On each broker whose server is named, with one worker and with three. Exits 1 if a conversation holds its messages in
another order than that in which they were published, or if one was lost or is there twice. ``--measure`` measures
instead how many messages a second a worker takes in that find it waiting, one task each.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celery import Celery
from sqlalchemy import func, select

from connector.settings import Settings, load
from connector.storage import tables
from connector.storage.core.database import Database
from tasks.application import create
from tasks.broker import embedded
from tests.kit.servers import Absent
from tests.storm.__main__ import BROKERS, place
from tests.storm.surroundings import Crew, crew

QUEUE = "turnwire.receive"
_CONFIG = """
[database]
url = "{database}"
[broker]
url = "{broker}"
folder = "broker"
[worker]
threads = {threads}
lease = "2s"
[accounts.nobody]
provider = "synthflow"
base_url = "http://127.0.0.1:9/synthflow/v2"
token = "file:token"
[routes.support]
account = "nobody"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How big it is; ``pause`` is the sender's, in seconds between two messages, ``spell`` a worker's life at most."""

    conversations: int = 200
    messages: int = 5
    workers: int = 1
    threads: int = 4
    kills: int = 6
    pause: float = 0.01
    spell: float = 4.0
    patience: float = 240.0


@dataclass
class Figures:
    """What came of it."""

    stored: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    out_of_order: int = 0
    lost: int = 0
    twice: int = 0
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return not (self.out_of_order or self.lost or self.twice)


def configured(folder: Path, database: str, broker: str, threads: int = 4) -> Settings:
    """A configuration whose provider nobody answers for: what counts here is what is stored."""
    (folder / "token").write_text("nobody's")
    path = folder / "turnwire.toml"
    path.write_text(_CONFIG.format(database=database, broker=broker, threads=threads))
    return load(path)


def foreign(settings: Settings) -> Celery:
    """Somebody else's Celery application on the same broker, as Celery makes it."""
    if settings.broker.kind != "embedded":
        return Celery("shop", broker=settings.broker.url, set_as_current=False)
    embedded.install()
    app = Celery("shop", set_as_current=False)
    ours = create(settings).conf
    app.conf.update(broker_url=ours.broker_url, broker_transport_options=dict(ours.broker_transport_options))
    return app


def publish(app: Celery, wanted: Sequence[dict[str, Any]], pause: float = 0.0) -> None:
    """One task a message, one after the other."""
    for event in wanted:
        app.send_task("connector.receive", args=[event], queue=QUEUE)
        time.sleep(pause)


def planned(plan: Plan) -> list[dict[str, Any]]:
    """Each conversation's messages closely after each other, two conversations at a time."""
    return [
        {"route": "support", "conversation": f"T-{talk}", "id": f"T-{talk}/{number}", "text": "?"}
        for pair in range(0, plan.conversations, 2)
        for number in range(plan.messages)
        for talk in range(pair, min(pair + 2, plan.conversations))
    ]


def counted(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.events)).scalar_one())


def reckon(database: Database, wanted: Sequence[dict[str, Any]], figures: Figures) -> None:
    """Hold each conversation against what was published."""
    query = (
        select(tables.conversations.c.key, tables.events.c.external_id)
        .join(tables.turns, tables.turns.c.conversation_id == tables.conversations.c.id)
        .join(tables.events, tables.events.c.id == tables.turns.c.id)
        .order_by(tables.turns.c.position)
    )
    found: dict[str, list[str]] = defaultdict(list)
    with database.reading() as connection:
        for key, external in connection.execute(query):
            found[key].append(external)
    expected: dict[str, list[str]] = defaultdict(list)
    for event in wanted:
        expected[event["conversation"]].append(event["id"])
    for key, ids in expected.items():
        seen = Counter(found[key])
        figures.lost += sum(name not in seen for name in ids)
        figures.twice += sum(number - 1 for number in seen.values())
        figures.out_of_order += found[key] != [name for name in ids if name in seen]
    figures.stored = sum(map(len, found.values()))


_DEATHS = ("receive_delivered:kill:2", "", "receive_stored:kill:2")
"""How a worker ends: between delivery and commit, by a signal at any moment, between commit and acknowledgement."""


def _kill(workers: Crew, plan: Plan, figures: Figures, over: Callable[[], bool]) -> None:
    """Have so many workers die, each replaced at once; then those that stay are sound."""
    chance = random.Random(7)
    for number in range(plan.kills):
        until = time.monotonic() + plan.spell
        alive = len(workers.living)
        while len(workers.living) == alive and time.monotonic() < until and not over():
            time.sleep(0.02)
        if len(workers.living) == alive:
            chance.choice(workers.living).kill()
            figures.kills["signal"] += 1
        else:
            figures.kills["failpoint"] += 1
        workers.start(_DEATHS[number % len(_DEATHS)] if number < plan.kills - plan.workers else "")
    while not over():
        if len(workers.living) < plan.workers:
            figures.kills["failpoint"] += 1
            workers.start()
        time.sleep(0.05)


def storm(plan: Plan, folder: Path, *, database: str, broker: str) -> Figures:
    """One storm; ``database`` is migrated and empty."""
    settings = configured(folder, database, broker, plan.threads)
    stored = Database(settings.database.sqlalchemy_url)
    wanted, figures, begun = planned(plan), Figures(), time.monotonic()
    sender = threading.Thread(target=publish, args=(foreign(settings), wanted, plan.pause))

    def over() -> bool:
        done = not sender.is_alive() and counted(stored) >= len(wanted)
        return done or time.monotonic() - begun > plan.patience

    with crew(settings.path) as workers:
        for number in range(plan.workers):
            workers.start(_DEATHS[number % len(_DEATHS)])
        sender.start()
        _kill(workers, plan, figures, over)
        sender.join()
    reckon(stored, wanted, figures)
    stored.dispose()
    figures.seconds = time.monotonic() - begun
    return figures


def measure(folder: Path, *, database: str, broker: str, messages: int = 3000) -> float:
    """Messages a second that one worker stores; all of them wait for it."""
    settings = configured(folder, database, broker)
    stored = Database(settings.database.sqlalchemy_url)
    publish(foreign(settings), planned(Plan(conversations=messages // 5)))
    with crew(settings.path) as workers:
        workers.start()
        while (first := counted(stored)) == 0:
            time.sleep(0.01)
        begun = time.monotonic()
        while (now := counted(stored)) < messages:
            time.sleep(0.02)
        seconds = time.monotonic() - begun
    stored.dispose()
    return (now - first) / seconds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm.order", description=__doc__)
    parser.add_argument("--broker", nargs="*", choices=BROKERS, default=BROKERS)
    parser.add_argument("--workers", nargs="*", type=int, default=(1, 3))
    parser.add_argument("--conversations", type=int, default=Plan.conversations)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--measure", action="store_true")
    wanted = parser.parse_args()
    bad = seen = 0
    for broker in wanted.broker:
        for workers in (1,) if wanted.measure else wanted.workers:
            plan = Plan(conversations=wanted.conversations, workers=workers, kills=wanted.kills)
            try:
                with tempfile.TemporaryDirectory(prefix="turnwire-order-") as name, place(broker, Path(name)) as (
                    database, url,
                ):  # fmt: skip
                    if wanted.measure:
                        rate = measure(Path(name), database=database, broker=url)
                        line = f"{rate:.0f} messages a second"
                    else:
                        figures = storm(plan, Path(name), database=database, broker=url)
                        bad += not figures.good
                        line = (
                            f"{figures.stored} messages stored, {sum(figures.kills.values())} kills "
                            f"{dict(figures.kills)}, {figures.out_of_order} conversations out of order, "
                            f"{figures.lost} lost, {figures.twice} twice, {figures.seconds:.0f} s"
                        )
                    seen += 1
            except Absent as absent:
                line = f"left out, {absent}"
            sys.stdout.write(f"{broker}, {workers} workers: {line}\n")
            sys.stdout.flush()
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
