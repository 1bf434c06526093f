"""``python -m tests.storm``: the full storm on each broker whose server is named, and a table of what came of it.

Exits 1 if a sentence of the promise was broken. The servers are those of the tests: TURNWIRE_TEST_POSTGRES,
TURNWIRE_TEST_AMQP, TURNWIRE_TEST_REDIS; the embedded broker goes with SQLite and needs none.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from connector.storage.core.migrate import upgrade
from tests.kit.servers import Absent, Postgres, RabbitMQ, Redis
from tests.storm import doubles
from tests.storm.storm import Plan, storm
from tests.storm.verdict import Verdict

BROKERS = ("embedded", "amqp", "redis")
SHOWN = 20
"""Broken sentences printed per storm."""

console = Console(soft_wrap=True)


@contextmanager
def place(broker: str, folder: Path) -> Iterator[tuple[str, str]]:
    """(database URL, broker URL) of one's own, migrated and empty; raises :class:`tests.kit.servers.Absent`."""
    with ExitStack() as stack:
        if broker == "embedded":
            database, url = f"sqlite:///{folder}/turnwire.db", "embedded"
        else:
            postgres = Postgres()
            stack.callback(postgres.close)
            database = postgres.create()
            stack.callback(postgres.drop, database)
            server = RabbitMQ() if broker == "amqp" else Redis()
            url = stack.enter_context(server.place())
        upgrade(database)
        yield database, url


def run(broker: str, plan: Plan, double: str, seed: int, *, verbose: bool) -> Verdict:
    """One storm in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="turnwire-storm-") as name, place(broker, Path(name)) as (database, url):
        say = console.print if verbose else _silent
        with storm(plan, Path(name), database=database, broker=url, double=double, seed=seed, say=say) as ready:
            return ready.run()


def _silent(_line: str) -> None:
    pass


def table(verdicts: dict[str, Verdict]) -> Table:
    """A column a storm."""
    shown = Table(title="Turnwire under kills and faults")
    shown.add_column("")
    for name in verdicts:
        shown.add_column(name, justify="right")
    rows = [figures(verdict) for verdict in verdicts.values()]
    for label in dict.fromkeys(label for row in rows for label in row):
        shown.add_row(label, *(str(row.get(label, 0)) for row in rows))
    return shown


def figures(verdict: Verdict) -> dict[str, int]:
    """A storm's column."""
    return {
        "turns": verdict.turns,
        "kills": verdict.kills,
        "  of workers with turns in sending": verdict.kills_while_sending,
        **{f"fault: {name}": number for name, number in sorted(verdict.faults.items())},
        "turns in doubt on the way": verdict.doubted,
        "  settled by reading back": verdict.read_back,
        "  settled by the operator": verdict.settled_by_hand,
        "unknown at the end": verdict.unknown,
        "processed twice": verdict.twice,
        "lost": verdict.lost,
        "broken sentences": len(verdict.violations),
        "seconds": round(verdict.seconds),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--broker", nargs="*", choices=BROKERS, default=BROKERS)
    parser.add_argument("--double", choices=sorted(doubles.KINDS), default="sandbox")
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--conversations", type=int, default=400)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    wanted = parser.parse_args()
    verdicts: dict[str, Verdict] = {}
    for broker in wanted.broker:
        # SQLite is for one worker process; the others share their work between two.
        workers = 1 if broker == "embedded" else 2
        plan = Plan(turns=wanted.turns, conversations=wanted.conversations, kills=wanted.kills, workers=workers)
        try:
            verdicts[broker] = run(broker, plan, wanted.double, wanted.seed, verbose=wanted.verbose)
        except Absent as absent:
            console.print(f"{broker}: left out, {absent}")
    console.print(table(verdicts))
    for name, verdict in verdicts.items():
        for line in verdict.violations[:SHOWN]:
            console.print(f"{name}: {line}", markup=False)
    enough = all(verdict.kills_while_sending * 4 >= verdict.kills * 3 for verdict in verdicts.values())
    if not enough:
        console.print("too few kills hit a worker with turns in sending: the storm proves less than it should")
    return 0 if verdicts and enough and not any(verdict.violations for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
