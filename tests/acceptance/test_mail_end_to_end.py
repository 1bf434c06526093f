"""A mailbox, end to end: Postfix, Dovecot, IDLE, the agent, a person's approval, SMTP, and the answer in its thread."""

from __future__ import annotations

import imaplib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from connector import cli
from connector.settings import load
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from tests.kit.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.kit.matrix.servers import wait_until
from tests.kit.postfix import Postfix, postfix
from tests.kit.worker_process import WorkerProcess

pytestmark = pytest.mark.slow

HANNAH = "hannah@customer.example"
CONFIGURATION = """
[database]
url = "sqlite:///turnwire.db"
[broker]
url = "embedded"
folder = "broker"
[accounts.synthflow]
provider = "synthflow"
base_url = "{provider}"
token = "env:TURNWIRE_TEST_TOKEN"
rate = "none"
[routes.support]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
reply = "source"
[sources.inbox]
kind = "mailbox"
route = "support"
user = "help@shop.example"
password = "env:TURNWIRE_TEST_MAIL_PASSWORD"
from = "Shop Help <help@shop.example>"
[sources.inbox.imap]
host = "127.0.0.1"
port = {imap}
security = "none"
poll = "1h"
[sources.inbox.smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
"""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A shop's mail server and mailbox, a customer's mailbox, and Turnwire's folder."""

    folder: Path
    mailboxes: Dovecot
    server: Postfix
    sandbox: Any
    capture: pytest.CaptureFixture[str]

    def writes(self, own_id: str, subject: str, text: str, answers: EmailMessage | None = None) -> None:
        """Hannah writes from her mail program, which keeps a copy where she sees the whole thread."""
        message = EmailMessage(policy=default)
        message["From"] = f"Hannah <{HANNAH}>"
        message["To"] = USER
        message["Subject"] = subject
        message["Date"] = "Sun, 29 Nov 2026 10:00:00 +0100"
        message["Message-ID"] = f"<{own_id}>"
        if answers is not None:
            message["In-Reply-To"] = answers["Message-ID"]
            message["References"] = f"{answers['References']} {answers['Message-ID']}"
        message.set_content(text)
        for receiver in (USER, HANNAH):
            self.server.send(message.as_bytes(), HANNAH, receiver)

    def a_minute_passes(self) -> None:
        """Whoever answers us within seconds would be taken for a machine."""
        database = Database(load(self.folder / "turnwire.toml").database.sqlalchemy_url)
        ago = tables.replies.c.delivered_at - 60_000
        database.write(lambda connection: connection.execute(update(tables.replies).values(delivered_at=ago)))
        database.dispose()

    def command(self, *words: str) -> list[dict[str, Any]]:
        self.capture.readouterr()
        code = cli.main(["--config", str(self.folder / "turnwire.toml"), *words, "--json"])
        said = self.capture.readouterr()
        assert code == 0, said
        return [json.loads(line) for line in said.out.splitlines()]

    def until(self, look: Callable[[], list[Any]], number: int) -> list[Any]:
        wait_until(lambda: len(look()) >= number, f"{number} of {look.__name__}")
        return look()

    def drafts(self) -> list[dict[str, Any]]:
        return self.command("replies", "list", "--status", "draft")

    def answers(self) -> list[EmailMessage]:
        """What Hannah got from the shop, in order."""
        files = (self.mailboxes.folder / "mail" / HANNAH / "new").glob("*")
        found = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(files, key=os.path.getmtime)]
        return [message for message in found if "help@shop.example" in str(message["From"])]

    def heard(self) -> list[str]:
        """What the agent was told."""
        sends = (one for one in self.sandbox.received() if one["call"] == "send")
        return [str(one["text"]) for one in sends]


@pytest.fixture
def office(
    tmp_path: Path, turnwire_sandbox: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Office]:
    monkeypatch.setenv("TURNWIRE_TEST_TOKEN", "sandbox-synthflow")
    monkeypatch.setenv("TURNWIRE_TEST_MAIL_PASSWORD", PASSWORD)
    with dovecot() as mailboxes:
        with (mailboxes.folder / "users").open("a") as users:
            users.write(f"{HANNAH}:{{PLAIN}}{PASSWORD}\n")
        maildirs = {USER: mailboxes.maildir, HANNAH: mailboxes.folder / "mail" / HANNAH}
        with postfix(maildirs) as server:
            (tmp_path / "turnwire.toml").write_text(
                CONFIGURATION.format(provider=turnwire_sandbox.synthflow_url, imap=mailboxes.port, smtp=server.port)
            )
            upgrade(load(tmp_path / "turnwire.toml").database.sqlalchemy_url)
            yield Office(folder=tmp_path, mailboxes=mailboxes, server=server, sandbox=turnwire_sandbox, capture=capsys)


def test_a_mail_is_answered_in_its_thread_once_a_person_lets_it_go(office: Office) -> None:
    with WorkerProcess(load(office.folder / "turnwire.toml")) as worker:
        worker.wait_for(lambda: office.command("sources", "list"), lambda rows: bool(rows[0]["round_at"]))
        office.writes(
            "q1@customer.example", "Wo ist mein Paket?", "Bestellung 7 fehlt.\n\n-- \nHannah\nHafenstraße 1\n"
        )
        (draft,) = office.until(office.drafts, 1)
        assert office.answers() == [], "nothing leaves before a person has seen it"
        office.command("replies", "approve", draft["id"])
        (first,) = office.until(office.answers, 1)

        quoted = "".join(f"> {line}\n" for line in first.get_body(("plain",)).get_content().splitlines())
        office.a_minute_passes()
        more = f"Danke! Und wann?\n\nAm So., 29. Nov. 2026 um 10:05 schrieb Shop Help <{USER}>:\n\n{quoted}"
        office.writes("q2@customer.example", str(first["Subject"]), more, answers=first)
        (draft,) = office.until(office.drafts, 1)
        office.command("replies", "approve", draft["id"])
        office.until(office.answers, 2)
    assert worker.returncode == 0

    turns = office.command("turns", "list")
    assert {turn["conversation_id"] for turn in turns} == {turns[0]["conversation_id"]}
    assert sorted(turn["text"] for turn in turns) == ["Bestellung 7 fehlt.", "Danke! Und wann?"]
    told = office.heard()
    assert told == ["Subject: Wo ist mein Paket?\n\nBestellung 7 fehlt.", "Danke! Und wann?"]
    assert [str(answer["Subject"]) for answer in office.answers()] == ["Re: Wo ist mein Paket?"] * 2
    assert thread_of_all(office.mailboxes, HANNAH) == "(1 2 3 4)", "each answer stands under its question"
    assert [row["status"] for row in office.command("replies", "list")] == ["delivered", "delivered"]


def thread_of_all(server: Dovecot, user: str) -> str:
    """How a mail program sees the mailbox: its threads, by the ids that mails name (RFC 5256)."""
    imap = imaplib.IMAP4("127.0.0.1", server.port, timeout=20)
    imap.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
    try:
        imap.select("INBOX", readonly=True)
        _, (found,) = imap.thread("REFERENCES", "UTF-8", "ALL")
    finally:
        imap.logout()
    return found.decode()
