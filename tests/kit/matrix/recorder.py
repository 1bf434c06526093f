"""What the tests of the fault matrix saw, kept as records: ``docs/evidence/fault-matrix.md`` is made of them.

A test asks for the fixture ``matrix`` and says which row it plays and what came of it::

    row = matrix.row("P6", injected="the sandbox answers nothing after taking the message in", case="synthflow")
    ...
    row.saw(turns=wiring, posts=sandbox.summary()["processed"])

Only what a test that passed has seen is kept, one JSON file a process in ``build/matrix/``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.matrix.rows import ROWS

if TYPE_CHECKING:
    from connector.wiring import Wiring

# Every test run loads this file, so what only its users need is imported where it is used.

FOLDER = Path(__file__).parents[3] / "build" / "matrix"
PASSED = pytest.StashKey[bool]()
KEPT = pytest.StashKey[list[dict[str, Any]]]()


@dataclass
class Row:
    """One play of one row. ``case`` tells plays of the same row apart: a provider, a variant of the fault."""

    number: str
    injected: str
    case: str = ""
    state: str = ""
    posts: str = ""
    operator: str = ""

    def saw(
        self,
        *,
        posts: int | str,
        state: str | None = None,
        operator: str | None = None,
        turns: Wiring | Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """What came of it: requests that the double processed, states of the turns, and what an operator reads.

        ``turns`` (as ``turns show --json`` has them, or the wiring whose turns are meant) gives what ``state`` and
        ``operator`` leave out.
        """
        found = list(turns or ()) if turns is None or isinstance(turns, Sequence) else seen(turns)
        self.posts = str(posts)
        self.state = state if state is not None else states(found)
        self.operator = operator if operator is not None else _told(found)


@dataclass
class Matrix:
    """The rows that one test plays."""

    test: str
    rows: list[Row] = field(default_factory=list)

    def row(self, number: str, *, injected: str, case: str = "", fault: str | None = None) -> Row:
        """Begin a play of a row; raises ``KeyError`` for a row that the list does not know.

        ``fault`` is for readers of the test only: the table takes the name from the list of rows.
        """
        assert fault is None or fault
        ROWS[number]
        row = Row(number=number, injected=injected, case=case)
        self.rows.append(row)
        return row


def seen(wiring: Wiring) -> list[dict[str, Any]]:
    """All turns with their attempts, the oldest first, as ``turns show --json`` has them."""
    from connector.storage import queries

    known: dict[str, Any] = {"providers": wiring.providers_by_account, "limits": wiring.limits}
    rows = list(queries.turns(wiring.database, **known))[::-1]
    return [queries.turn(wiring.database, int(row["id"]), **known) for row in rows[:300]]


def shown(turn: Mapping[str, Any]) -> str:
    """A turn's whole screen, as ``turns show`` prints it."""
    from connector.cli.operate.turn_screen import screen

    return screen(turn, None, (), None, datetime.now(UTC))


def states(turns: Sequence[Mapping[str, Any]]) -> str:
    """The states of turns in their order, equal ones in a row counted."""
    parts: list[tuple[str, int]] = []
    for turn in turns:
        text = str(turn["status"]) + (f" ({turn['reason']})" if turn["reason"] else "")
        if parts and parts[-1][0] == text:
            parts[-1] = (text, parts[-1][1] + 1)
        else:
            parts.append((text, 1))
    return ", ".join(text if count == 1 else f"{count} {text}" for text, count in parts)


def _told(turns: Sequence[Mapping[str, Any]]) -> str:
    """From the screen of the turn that has most to say: why it stands where it stands, and its last attempt."""
    if not turns:
        return ""
    from connector.cli.operate.turn_screen import why

    telling = max(turns, key=lambda turn: (turn["status"] in {"unknown", "failed"}, len(turn["attempts"])))
    reason = why(telling)
    lines = [f"why: {reason}"] if reason else []
    last = telling["attempts"][-1] if telling["attempts"] else None
    if last is not None:
        facts = [last["call"], last["outcome"] or "no outcome", last["error"]]
        evidence = last["evidence"]
        facts += list(evidence.values()) if isinstance(evidence, dict) else [evidence]
        lines.append("last attempt: " + ", ".join(str(fact) for fact in facts if fact))
    return "; ".join(lines)


@pytest.fixture
def matrix(request: pytest.FixtureRequest) -> Iterator[Matrix]:
    """Records the rows of the fault matrix that this test plays."""
    played = Matrix(test=request.node.nodeid)
    yield played
    if not request.node.stash.get(PASSED, False):
        return
    unseen = [row.number for row in played.rows if not row.posts]
    assert not unseen, f"rows begun and not seen to their end: {unseen}"
    kept = request.config.stash.setdefault(KEPT, [])
    kept.extend({"row": row.number, "test": played.test, **_facts(row)} for row in played.rows)


def _facts(row: Row) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("injected", "case", "state", "posts", "operator")}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    kept = session.config.stash.get(KEPT, [])
    if kept:
        FOLDER.mkdir(parents=True, exist_ok=True)
        file = FOLDER / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.json"
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
