"""Sources of mail for tests: their configuration, made-up mails, one fetch, and what is stored."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import select

from connector.services.receive import Receiver
from connector.services.sources.fetch import Fetching, announce, mail_sources, rounds_of
from connector.services.sources.tokens import MailboxTokens
from connector.settings import Settings
from connector.storage import tables
from connector.storage.core.database import Database
from connector.wiring import NoPublisher, Wiring
from tests.kit.worker_process import written_config

SHOP = "help@shop.example"


def mail(number: int, text: str = "", *, size: int = 0, to: str = SHOP) -> bytes:
    """A made-up customer's mail with the id ``m<number>@home.example``."""
    body = text or f"Where is order {number}?"
    lines = [
        f"From: Ann <ann{number}@home.example>", f"To: {to}", f"Subject: Order {number}",
        f"Message-ID: <m{number}@home.example>", "Date: Mon, 02 Nov 2026 10:00:00 +0000", "", body, "x" * 70,
    ]  # fmt: skip
    raw = "\r\n".join(lines).encode()
    return raw + (b"\r\n" + b"y" * 70) * (max(0, size - len(raw)) // 72) + b"\r\n"


def mailbox_config(
    folder: Path, database: str, port: int, *, password: str, imap: str = "", user: str = SHOP, host: str = "127.0.0.1"
) -> Settings:
    """A configuration with the mailbox ``inbox``; ``imap`` are further keys of its section."""
    os.environ["TURNWIRE_TEST_MAIL_PASSWORD"] = password
    security = "" if "security" in imap else 'security = "none"'
    more = f"""
[worker]
lease = "3s"
[sources.inbox]
kind = "mailbox"
route = "support"
user = "{user}"
password = "env:TURNWIRE_TEST_MAIL_PASSWORD"
[sources.inbox.imap]
host = "{host}"
port = {port}
{security}
{imap}
"""
    return written_config(folder, "embedded", database_url=database, broker='folder = "broker"', more=more)


class FetchedSource:
    """One source over its database: ``fetch()``, then look."""

    def __init__(self, settings: Settings, name: str = "inbox") -> None:
        self.wiring = Wiring(settings=settings, publisher=NoPublisher())
        self.source = mail_sources(settings)[name]
        self.receiver = Receiver(wiring=self.wiring)
        announce(self.receiver, self.source)
        self.stopping = False
        self.fetching = Fetching(
            self.receiver,
            self.source,
            rounds_of(self.receiver, self.source, MailboxTokens(self.wiring), stopping=lambda: self.stopping),
        )

    def fetch(self) -> Any:
        return self.fetching.fetch()

    def taken(self) -> dict[str, int]:
        """What a fetch of which nothing may go wrong brought."""
        done = self.fetch()
        assert done.problem is None, str(done.problem)
        return dict(done.report.became)

    def close(self) -> None:
        self.fetching.rounds.close()
        self.wiring.database.dispose()

    @property
    def database(self) -> Database:
        return self.wiring.database

    def rows(self, table: Any, *columns: str) -> list[Any]:
        return rows_of(self.database, table, *columns)

    def ids(self, status: str = "accepted") -> list[str]:
        return sorted(id_ for id_, has in self.rows(tables.events, "external_id", "status") if has == status)


def rows_of(database: Database, table: Any, *columns: str) -> list[Any]:
    """These columns of all rows, in order of the first one."""
    with database.reading() as connection:
        found = connection.execute(select(*(table.c[name] for name in columns)).order_by(table.c[columns[0]]))
        return [tuple(row) if len(columns) > 1 else row[0] for row in found]


def numbers(*wanted: int) -> list[str]:
    """The ids of made-up mails."""
    return sorted(f"m{number}@home.example" for number in wanted)


def waited(source: FetchedSource, ended: threading.Event) -> None:
    """Wait for the next round as a worker does; then say so."""
    source.fetching.rounds.wait(60, lambda: False)
    ended.set()
