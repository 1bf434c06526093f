"""A database of an older version under this code: nothing that is known is sent again, nothing that waited is lost.

The dumps and what they hold are described in ``tests/data/upgrade/README.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table

from connector.channels.files.mailbox import split_mbox
from connector.policy.brakes import counted_as
from connector.sandbox import Sandbox, running_sandbox
from connector.settings import load
from connector.storage import tables
from connector.storage.core.migrate import upgrade
from connector.storage.core.revision import require_current
from connector.values import Customer
from tests.kit.mail_sources import FetchedSource
from tests.kit.upgrade import DATA, INPUTS, Callbacks, Upgraded, Worker, answers, environ, loaded

STAY = {
    "X-first": "its account is closed",
    "X-second": "its account is closed",
    "N-first": "its route is paused",
    "N-second": "its route is paused",
    "Q-1": "more of it may come within the hour",
    "K-1": "a brake gave it to a person",
    "B-second": "an operator gave it to a person",
    "S-person": "the customer asked for a person",
    "person-first@customers.example": "the customer asked for a person",
    "lost-first@customers.example": "the turn before it may have been delivered",
    "H-lost": "the turn before it may have been delivered",
}
"""The conversations whose turns are queued in the dump and wait for something else than a worker, and for what."""

NOBODY_SENDS = {"duplicate", "conflict", "stopped", "refused", "context"}


@dataclass(frozen=True)
class Old:
    """A site whose database is the dump, migrated. ``turns`` and ``replies`` are the rows as they were then, by id."""

    site: Upgraded
    worker: Worker
    callbacks: Callbacks
    webhooks: list[dict[str, Any]]
    turns: dict[int, Any]
    replies: dict[int, Any]

    def rows(self, table: Table, where: Any = True) -> list[Any]:
        return self.worker.rows(table, where)

    def now(self) -> dict[int, Any]:
        return {row.id: row for row in self.worker.turns()}

    def may_leave(self) -> set[int]:
        """The turns that were queued and waited for a worker only."""
        return {id_ for id_, row in self.turns.items() if row.status == "queued" and row.key not in STAY}

    def sends(self) -> list[int]:
        """The turns of all attempts to send that this version made."""
        sent = self.rows(tables.attempts, tables.attempts.c.call == "send")
        last = {id_: row.last_send or 0 for id_, row in self.turns.items()}
        return sorted(row.turn_id for row in sent if row.number > last.get(row.turn_id, 0))

    def work(self) -> None:
        """Let a worker do all that there is to do, and then a moment longer: what stays must not follow by itself."""
        self.worker.until(self._left, lambda left: not left, 60.0)
        for _ in range(2):
            self.worker.engine.run_slice(0.3)

    def _left(self) -> list[Any]:
        now = self.now()
        unsent = [id_ for id_, row in now.items() if row.status in {"queued", "sending"} and row.key not in STAY]
        owed = [row.id for row in self.rows(tables.replies) + self.rows(tables.outbox) if row.status == "queued"]
        return unsent + owed


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def old(database_url, _running, tmp_path, monkeypatch) -> Iterator[Old]:
    _running.reset()
    loaded(DATA / f"{database_url.partition(':')[0]}.sql", database_url)
    with answers() as receiver:
        for name, value in environ(database_url, _running, receiver.url).items():
            monkeypatch.setenv(name, value)
        site, callbacks = Upgraded(tmp_path), Callbacks()
        upgrade(site.settings.database.sqlalchemy_url)
        with Worker(site.settings, _running, callbacks) as worker:
            turns = {row.id: row for row in worker.turns()}
            replies = {row.id: row for row in worker.rows(tables.replies)}
            yield Old(site, worker, callbacks, receiver.bodies, turns, replies)


def test_the_schema_is_that_of_the_code(old):
    require_current(old.worker.database)
    with old.worker.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_who_was_answered_is_a_known_customer(old):
    answered = {row.conversation_id for row in old.turns.values() if row.status == "answered"}
    conversations = old.rows(tables.conversations)
    assert {row.id for row in conversations if row.known} == answered
    known = [row for row in conversations if row.known and row.customer]
    keys = {counted_as(row.route, Customer(**json.loads(row.customer))) for row in known}
    assert {row.key for row in old.rows(tables.known_customers)} == keys - {None} != set()
    lanes = old.rows(tables.lanes)
    assert len({row.id for row in lanes if row.known}) == len(lanes) / 2


def test_a_worker_sends_what_was_queued_once_and_nothing_else(old):
    events = {row.id: row.status for row in old.rows(tables.events)}
    waiting = {row.id for row in old.rows(tables.followups, tables.followups.c.status == "scheduled")}
    assert len(waiting) == 12
    old.work()
    now = old.now()
    assert old.sends() == sorted(old.may_leave())
    assert len(old.worker.calls()) == len(old.may_leave())
    assert {now[id_].status for id_ in old.may_leave()} == {"answered"}
    # Nobody knows what became of it when its worker was killed.
    sending = {id_ for id_, row in old.turns.items() if row.status == "sending"}
    assert [now[id_].status for id_ in sending] == ["unknown"]
    others = old.turns.keys() - old.may_leave() - sending
    assert {id_: now[id_].status for id_ in others} == {id_: old.turns[id_].status for id_ in others}
    assert {"answered", "unknown", "failed", "cancelled", "queued"} == {now[id_].status for id_ in others}
    assert now.keys() == old.turns.keys(), "no context, stopped, refused or scheduled message became a turn"
    assert {row.id: row.status for row in old.rows(tables.events)} == events
    scheduled = old.rows(tables.followups, tables.followups.c.status == "scheduled")
    assert {row.id for row in scheduled} == waiting


def test_what_waited_for_a_person_or_a_time_still_does(old):
    old.work()
    held = {row.key for row in old.worker.turns() if row.status == "queued"}
    assert held == set(STAY)
    assert {row.name for row in old.rows(tables.accounts) if row.closed_until is not None} == {"legacy"}
    assert {row.name for row in old.rows(tables.routes) if row.paused} == {"night"}
    handed_off = old.rows(tables.conversations, tables.conversations.c.status == "handed_off")
    assert {row.key for row in handed_off} == {
        "K-1", "B-second", "S-person", "S-first-2", "person-first@customers.example"
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["first", "second"])
def test_every_input_handed_in_again_is_known(old, folder):
    before = {name: len(old.rows(getattr(tables, name))) for name in ("turns", "followups", "conversations")}
    again = old.site.hand_in(folder)
    for door, statuses in again.items():
        assert set(statuses) <= NOBODY_SENDS, (door, statuses)
    assert {name: len(old.rows(getattr(tables, name))) for name in before} == before
    for door in ("mail history", "csv history"):
        assert set(again[door]) == {"duplicate"}
    assert set(again["mail"]) == {"duplicate", "refused"}
    assert again["cli"] == ["duplicate"] * 5
    old.work()
    assert old.sends() == sorted(old.may_leave())


def mails_of(folder):
    """Each mail of the files that were ingested, history included."""
    for name in ("mail.mbox", "history.mbox"):
        with (INPUTS / folder / name).open("rb") as file:
            yield from split_mbox(file)
    for file in (INPUTS / folder / "single.eml", *sorted((INPUTS / folder / "maildir").glob("*/*"))):
        yield file.read_bytes()


def test_a_mailbox_set_up_later_sends_nothing_again(old, tmp_path):
    """What was taken in as files, by today's code and by the one before, comes once more from where it lay."""
    spool = tmp_path / "spool"
    for name in ("new", "cur", "tmp"):
        (spool / name).mkdir(parents=True)
    for number, raw in enumerate(mails_of("first")):
        (spool / "new" / f"{1_700_000_000 + number}.M1P1.host").write_bytes(raw)
    with old.site.path.open("a", encoding="utf-8") as file:
        file.write(f'[sources.spool]\nkind = "maildir"\nroute = "mail"\npath = "{spool}"\nstart = "all"\n')
    before = {name: len(old.rows(getattr(tables, name))) for name in ("turns", "conversations")}
    source = FetchedSource(load(old.site.path), "spool")
    taken = source.taken()
    source.close()
    assert taken.pop("duplicate") > 5
    assert set(taken) <= {"refused"}
    assert {name: len(old.rows(getattr(tables, name))) for name in before} == before
    old.work()
    assert old.sends() == sorted(old.may_leave())


def test_history_that_a_person_hands_in_for_real_is_sent(old):
    old.work()
    old.site.ingest("mail", "first/history.mbox")
    (fresh,) = {row.key for id_, row in old.now().items() if id_ not in old.turns}
    assert fresh == "old-first@customers.example"
    before = len(old.now())
    # An agent's rows are context by what they say themselves.
    old.site.ingest("tickets", "first/tickets.csv")
    assert len(old.now()) == before


@pytest.mark.parametrize(
    ("mail", "thread", "position"), [("answer", "thread-first", 3), ("answer-to-waiting", "thread-second", 3)]
)
def test_an_answer_to_an_open_thread_joins_it(old, mail, thread, position):
    thread = f"{thread}@customers.example"
    known = old.worker.conversation(thread).id
    assert old.site.ingest("mail", f"after/{mail}.eml") == ["accepted"]
    (fresh,) = [row for id_, row in old.now().items() if id_ not in old.turns]
    assert (fresh.conversation_id, fresh.position) == (known, position)
    old.work()
    assert [row.status for row in old.worker.turns(thread)] == ["answered"] * position


def test_a_follow_up_that_falls_due_joins_the_mail_thread_it_was_scheduled_for(old):
    thread = "thread-first@customers.example"
    (scheduled,) = old.rows(tables.events, tables.events.c.external_id == "F-first/2")
    old.worker.change(tables.followups, tables.followups.c.id == scheduled.id, due_at=old.worker.now())
    old.worker.until(lambda: scheduled.id in old.now())
    old.work()
    assert [(row.id, row.status) for row in old.worker.turns(thread)][2:] == [(scheduled.id, "answered")]
    assert len(old.rows(tables.conversations, tables.conversations.c.key == thread)) == 1


def test_a_message_that_falls_due_opens_its_conversation(old):
    (scheduled,) = old.rows(tables.events, tables.events.c.external_id == "H-first-due/1")
    old.worker.change(tables.followups, tables.followups.c.id == scheduled.id, due_at=old.worker.now())
    old.worker.until(lambda: scheduled.id in old.now())
    old.work()
    assert [row.status for row in old.worker.turns("H-first-due")] == ["answered"]


def test_of_a_longer_export_only_what_is_new_is_taken(old):
    statuses = old.site.ingest("tickets", "after/tickets.csv")
    assert statuses == ["accepted", *["duplicate"] * 5, "refused"]
    (fresh,) = [row for id_, row in old.now().items() if id_ not in old.turns]
    assert fresh.conversation_id == old.worker.conversation("1001").id


def test_answers_that_waited_are_delivered_and_the_others_are_not(old):
    waiting = {id_: row for id_, row in old.replies.items() if row.status == "queued"}
    assert {row.channel for row in waiting.values()} == {"webhook", "celery"}
    old.work()
    now = {row.id: row for row in old.rows(tables.replies)}
    assert {now[id_].status for id_ in waiting} == {"delivered"}
    settled = old.replies.keys() - waiting.keys()
    # A draft of before was an overtaken answer, which nobody could approve: it is taken back.
    assert all(now[id_].status in {old.replies[id_].status, "cancelled"} for id_ in settled)
    assert {old.replies[id_].status for id_ in settled} == {"delivered", "failed", "cancelled"}

    told = [body["data"]["id"] for body in old.webhooks if body["type"].startswith("turn.")]
    called = [turn["id"] for _, _, turn in old.callbacks.calls]
    for channel, seen in (("webhook", told), ("celery", called)):
        mine = {str(row.turn_id) for row in old.replies.values() if row.channel == channel and row.turn_id}
        expected = {str(row.turn_id) for row in waiting.values() if row.channel == channel and row.turn_id}
        assert set(seen) & mine == expected
        assert len(seen) == len(set(seen))
    assert {(task, queue) for task, queue, _ in old.callbacks.calls} == {
        ("shop.answered", "shop"), ("shop.answered", "celery")
    }  # fmt: skip
    assert any(body["type"].startswith("conversation.") for body in old.webhooks), "a hand-off waited to be told"


def test_the_token_of_before_opens_and_the_revoked_one_stays_revoked(old):
    listed = {row["name"]: row for row in old.site.command("tokens", "list")}
    assert listed["crm"]["source"] == "crm"
    assert {(*row["rights"], row["all_sources"]) for row in listed.values()} == {("send", "read", "manage", True)}
    revoked = [row.name for row in old.rows(tables.tokens) if row.revoked_at is not None]
    assert revoked == ["old"]
