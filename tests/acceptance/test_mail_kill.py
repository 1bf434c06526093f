"""SIGKILL at every step of a mail: no customer gets two, and whatever may have left is shown and looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector.policy.replies import SourceWay
from connector.settings import Settings
from connector.storage import actions, tables
from connector.storage.core.database import Database
from tests.kit.mail_servers import ImapServer, SmtpServer
from tests.kit.mails import mail
from tests.kit.storage import ANSWERED, StorageKit
from tests.kit.worker_process import WorkerProcess, written_config

pytestmark = pytest.mark.slow

MORE = """
[routes.mail]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
reply = "source"
reply_mode = "public"
[sources.inbox]
kind = "mailbox"
route = "mail"
user = "support@shop.example"
password = "env:TURNWIRE_TEST_TOKEN"
[sources.inbox.imap]
host = "127.0.0.1"
port = {imap}
security = "none"
[sources.inbox.smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
"""
WAY = SourceWay(channels={"inbox": "source:inbox"}, mode="public", domains={"source:inbox": "shop.example"})


@dataclass(frozen=True, kw_only=True)
class Office:
    """A customer's mail that has just been answered, and the servers that its answer goes through."""

    settings: Settings
    store: StorageKit
    smtp: SmtpServer
    imap: ImapServer

    def killed_at(self, failpoint: str) -> None:
        """A worker that dies there, and is known to be dead."""
        with WorkerProcess(self.settings, {"TURNWIRE_FAILPOINTS": f"{failpoint}:kill"}) as worker:
            assert worker._process is not None
            assert worker._process.wait(60) == -9, worker.output()[-3000:]
        self.store.change(tables.workers, expires_at=0)

    def settle(self) -> Any:
        """Another worker goes on; its waits are made short, and it ends when nothing follows by itself."""
        with WorkerProcess(self.settings) as worker:

            def done() -> bool:
                replies = tables.replies
                self.store.change(replies, replies.c.ready_at.is_not(None), ready_at=1)
                return self.row().owner is None and self.row().ready_at is None

            worker.wait_for(done, bool)
        return self.row()

    def row(self) -> Any:
        (row,) = self.store.rows(tables.replies)
        return row


@pytest.fixture
def office(tmp_path: Path, sqlite_database: str) -> Iterator[Office]:
    with ImapServer() as imap, SmtpServer() as smtp:
        more = MORE.format(imap=imap.port, smtp=smtp.port)
        settings = written_config(tmp_path, "embedded", database_url=sqlite_database, more=more)
        store = StorageKit(Database(sqlite_database), channels={"support": WAY})
        raw = mail("a@x.example", "Jane <jane@x.example>")
        store.receive("a@x.example", "Where is it?", source="mail:support", source_name="inbox", raw=raw)
        store.send(store.worker(), ANSWERED)
        store.change(tables.conversations, route="mail")
        yield Office(settings=settings, store=store, smtp=smtp, imap=imap)


@pytest.mark.parametrize("failpoint", ["after_reply_claim", "before_reply", "before_data"])
def test_a_worker_that_dies_before_the_mail_has_left_leaves_it_to_a_person_who_sends_it_once(office, failpoint):
    office.killed_at(failpoint)
    assert (office.row().status, office.smtp.read) == ("sending", [])
    assert office.settle().status == "unknown"
    assert office.smtp.read == [], "nobody can know that it had not left, so it is not sent by itself"
    actions.resolve_reply(office.store.database, office.row().id, "resend", actor="ann")
    assert office.settle().status == "delivered"
    assert len(office.smtp.taken) == 1


@pytest.mark.parametrize("failpoint", ["after_data", "after_reply"])
def test_a_mail_that_had_left_is_found_among_the_sent_ones(office, failpoint):
    office.killed_at(failpoint)
    assert (office.row().status, len(office.smtp.taken)) == ("sending", 1)
    office.imap.mails.append(office.smtp.taken[0])  # as servers do that keep what they send
    row = office.settle()
    assert (row.status, row.reason, row.external_id) == ("delivered", "found", row.marker)
    assert (len(office.smtp.read), office.imap.appends) == (1, 0)


def test_a_mail_that_had_left_and_is_not_found_is_held_and_never_sent_by_itself(office):
    office.killed_at("after_data")
    assert office.settle().status == "unknown"
    assert (len(office.smtp.read), office.imap.appends) == (1, 0)
    actions.resolve_reply(office.store.database, office.row().id, "delivered", actor="ann")
    assert (office.settle().status, len(office.smtp.read)) == ("delivered", 1)


def test_what_was_recorded_stays(office):
    office.killed_at("after_reply_record")
    assert (office.settle().status, len(office.smtp.read)) == ("delivered", 1)
