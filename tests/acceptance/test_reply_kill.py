"""SIGKILL at every step of a delivery, on a channel of every kind: nothing leaves twice, and doubt is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector.settings import Settings
from connector.storage import actions, tables
from connector.storage.core.database import Database
from tests.kit.noticeboards import KINDS, install_boards, posts
from tests.kit.storage import ANSWERED, StorageKit
from tests.kit.worker_process import WorkerProcess, written_config

pytestmark = pytest.mark.slow

ROUTE = """
[routes.{kind}]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
reply = "{kind}"
[replies.{kind}]
channel = "board-{kind}"
file = "{file}"
"""


@dataclass(frozen=True, kw_only=True)
class Boards:
    """Answers on their way to a board of each kind."""

    folder: Path
    settings: Settings
    store: StorageKit

    def worker(self, failpoints: str = "") -> WorkerProcess:
        environ = {"TURNWIRE_FAILPOINTS": failpoints, "PYTHONPATH": str(self.folder / "site")}
        return WorkerProcess(self.settings, environ)

    def killed_at(self, failpoint: str) -> None:
        """A worker that dies there, and is known to be dead."""
        with self.worker(f"{failpoint}:kill") as worker:
            assert worker._process is not None
            assert worker._process.wait(60) == -9, worker.output()[-3000:]
        self.store.change(tables.workers, expires_at=0)

    def row(self, kind: str) -> Any:
        (row,) = self.store.rows(tables.replies, tables.replies.c.channel == kind)
        return row

    def posted(self, kind: str) -> list[str]:
        return [post["marker"] for post in posts(self.folder / f"{kind}.jsonl")]

    def settle(self, *kinds: str) -> None:
        """Another worker goes on; its waits are made short, and it ends when nothing follows by itself."""
        with self.worker() as worker:

            def done() -> bool:
                replies = tables.replies
                self.store.change(replies, replies.c.ready_at.is_not(None), ready_at=1)
                self.store.change(replies, replies.c.unclear_at.is_not(None), unclear_at=1)
                rows = [self.row(kind) for kind in kinds]
                return all(row.owner is None and row.ready_at is None for row in rows)

            worker.wait_for(done, bool)


@pytest.fixture
def boards(tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> Boards:
    site = tmp_path / "site"
    site.mkdir()
    install_boards(site)
    monkeypatch.syspath_prepend(str(site))
    more = "".join(ROUTE.format(kind=kind, file=tmp_path / f"{kind}.jsonl") for kind in KINDS)
    settings = written_config(tmp_path, "embedded", database_url=sqlite_database, more=more)
    return Boards(folder=tmp_path, settings=settings, store=StorageKit(Database(sqlite_database)))


def answer(boards: Boards, *kinds: str) -> None:
    """A turn of each route has just been answered, and its answer waits."""
    store = boards.store
    for kind in kinds:
        (turn,) = store.receive(f"T-{kind}", "Where is my parcel?")
        store.send(store.worker(), ANSWERED)
        conversation = store.conversation(f"T-{kind}")
        store.change(tables.conversations, tables.conversations.c.id == conversation.id, route=kind)
        store.change(tables.replies, tables.replies.c.turn_id == turn, channel=kind)


FOUND = {"repeatable", "finds", "proves", "conditional_finds"}
"""Kinds whose delivery is settled by itself when it had arrived."""
SENT_AGAIN = {"repeatable", "proves", "conditional", "conditional_finds"}
"""Kinds that deliver by themselves what had not arrived."""


@pytest.mark.parametrize("failpoint", ["after_reply_claim", "before_reply"])
def test_what_had_not_left_is_delivered_where_that_is_certain_and_else_waits_for_a_person(boards, failpoint):
    answer(boards, *KINDS)
    boards.killed_at(failpoint)
    assert {kind: boards.row(kind).status for kind in KINDS} == dict.fromkeys(KINDS, "sending")
    assert not any(boards.posted(kind) for kind in KINDS)

    boards.settle(*KINDS)

    for kind in KINDS:
        expected = ("delivered", 1) if kind in SENT_AGAIN else ("unknown", 0)
        assert (boards.row(kind).status, len(boards.posted(kind))) == expected, kind


@pytest.mark.parametrize("kind", KINDS)
def test_what_had_arrived_is_found_again_or_held_and_never_posted_twice(boards, kind):
    answer(boards, kind)
    boards.killed_at("after_reply")
    assert (boards.row(kind).status, len(boards.posted(kind))) == ("sending", 1)

    boards.settle(kind)

    row = boards.row(kind)
    assert row.status == ("delivered" if kind in FOUND else "unknown")
    assert set(boards.posted(kind)) == {row.marker}
    if kind == "repeatable":
        return  # posted again under its marker, by which a receiver drops it
    assert len(boards.posted(kind)) == 1
    if row.status == "unknown":
        actions.resolve_reply(boards.store.database, row.id, "delivered", actor="ann")
        boards.settle(kind)
        assert (boards.row(kind).status, len(boards.posted(kind))) == ("delivered", 1)


@pytest.mark.parametrize("kind", ["conditional", "conditional_finds"])
def test_a_stamp_that_was_stored_is_posted_under_once(boards, kind):
    answer(boards, kind)
    boards.killed_at("after_stamp")
    assert (boards.row(kind).stamp, boards.posted(kind)) == ("0", [])
    boards.settle(kind)
    assert (boards.row(kind).status, len(boards.posted(kind))) == ("delivered", 1)


def test_what_was_recorded_stays(boards):
    answer(boards, *KINDS)
    boards.killed_at("after_reply_record")
    boards.settle(*KINDS)
    for kind in KINDS:
        assert len(set(boards.posted(kind))) <= 1
        if kind != "repeatable":
            assert len(boards.posted(kind)) <= 1, kind
        assert boards.row(kind).status in {"delivered", "unknown"}
    recorded = [kind for kind in KINDS if boards.row(kind).external_id]
    assert recorded, "the one whose record was committed"
