"""SIGKILL between any two steps of reading a source: nothing is lost, nothing comes twice, each mark is made up for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.settings import Settings
from connector.storage import tables
from tasks.application import create
from tests.kit.imap_double import PASSWORD, USER, ImapDouble, imap_double
from tests.kit.mail_sources import FetchedSource, mail, mailbox_config, numbers
from tests.kit.worker_process import WorkerProcess, written_config

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[ImapDouble]:
    with imap_double() as double:
        yield double


def looking(settings: Settings, name: str = "inbox") -> FetchedSource:
    return FetchedSource(settings, name)


@pytest.mark.parametrize("failpoint", ["mail_fetched", "mail_stored", "mail_marked"])
def test_a_worker_that_is_killed_over_a_mailbox(
    server: ImapDouble, tmp_path: Path, database: str, failpoint: str
) -> None:
    for number in range(1, 61):
        server.add(mail(number))
    settings = mailbox_config(tmp_path, database, server.port, password=PASSWORD, user=USER, imap='start = "all"')
    with WorkerProcess(settings, {"TURNWIRE_FAILPOINTS": f"{failpoint}:kill:2"}) as worker:
        assert worker_died(worker)
    source = looking(settings)
    assert len(source.ids()) == {"mail_fetched": 50, "mail_stored": 60, "mail_marked": 60}[failpoint]
    with WorkerProcess(settings) as worker:
        worker.wait_for(lambda: [each.flags for each in server.mails.values()], lambda f: f == [{"$Turnwire"}] * 60)
        worker.wait_for(lambda: source.rows(tables.source_folders, "last_uid", "pending"), lambda f: f == [(60, "")])
        server.add(mail(61))  # by IDLE
        worker.wait_for(source.ids, lambda ids: ids == numbers(*range(1, 62)))
        worker.stop()
        assert worker.returncode == 0, worker.output()[-3000:]
    assert source.rows(tables.sources, "accepted") == [61]
    source.close()


def worker_died(worker: WorkerProcess) -> bool:
    """Wait for its end by the failpoint."""
    assert worker._process is not None
    return worker._process.wait(60) == -signal.SIGKILL


@pytest.mark.parametrize("failpoint", ["mail_fetched", "mail_stored"])
def test_a_worker_that_is_killed_over_a_maildir(tmp_path: Path, sqlite_database: str, failpoint: str) -> None:
    spool = tmp_path / "spool"
    for name in ("new", "cur", "tmp"):
        (spool / name).mkdir(parents=True)
    for number in range(1, 61):
        (spool / "new" / f"{1000 + number}.M1P1.host").write_bytes(mail(number))
    more = '[worker]\nlease = "3s"\n'
    more += f'[sources.spool]\nkind = "maildir"\nroute = "support"\npath = "{spool}"\nstart = "all"\npoll = "1s"\n'
    settings = written_config(tmp_path, "embedded", database_url=sqlite_database, broker='folder = "b"', more=more)
    with WorkerProcess(settings, {"TURNWIRE_FAILPOINTS": f"{failpoint}:kill:2"}) as worker:
        assert worker_died(worker)
    source = looking(settings, "spool")
    assert len(list((spool / "new").iterdir())) == 10
    with WorkerProcess(settings) as worker:
        worker.wait_for(lambda: len(list((spool / "cur").glob("*:2,S"))), lambda found: found == 60)
    assert source.ids() == numbers(*range(1, 61))
    assert list((spool / "new").iterdir()) == []
    source.close()


def test_another_worker_takes_a_mailbox_over_and_one_at_a_time_reads_it(
    server: ImapDouble, tmp_path: Path, postgres_database: str
) -> None:
    settings = mailbox_config(
        tmp_path, postgres_database, server.port, password=PASSWORD, user=USER, imap='start = "all"'
    )
    source = looking(settings)
    with WorkerProcess(settings) as first, WorkerProcess(settings) as second:
        server.add(mail(1))
        first.wait_for(source.ids, lambda ids: ids == numbers(1))
        assert server.connections == 1
        holder = dict(source.rows(tables.leases, "name", "holder"))["source:inbox"]
        holding, other = (first, second) if f"/{first.pid}/" in holder else (second, first)
        holding.kill()
        server.add(mail(2))
        other.wait_for(source.ids, lambda ids: ids == numbers(1, 2))
        assert server.connections == 2
    source.close()


def test_a_stopped_source_is_left_until_it_is_started(server: ImapDouble, tmp_path: Path, sqlite_database: str) -> None:
    from connector.storage import actions

    settings = mailbox_config(
        tmp_path, sqlite_database, server.port, password=PASSWORD, user=USER, imap='start = "all"'
    )
    source = looking(settings)
    actions.stop_source(source.database, "inbox", actor="test")
    server.add(mail(1))
    with WorkerProcess(settings) as worker:
        worker.wait_for(lambda: source.rows(tables.leases, "name"), lambda names: "source:inbox" in names)
        assert server.connections == 0
        actions.start_source(source.database, "inbox", actor="test")
        worker.wait_for(source.ids, lambda ids: ids == numbers(1))
    source.close()


def test_whoever_asks_gets_a_round_at_once(server: ImapDouble, tmp_path: Path, sqlite_database: str) -> None:
    server.capabilities = "IMAP4rev1 AUTH=PLAIN"
    imap = 'start = "all"\npoll = "1h"'
    settings = mailbox_config(tmp_path, sqlite_database, server.port, password=PASSWORD, user=USER, imap=imap)
    source = looking(settings)
    with WorkerProcess(settings) as worker:
        worker.wait_for(lambda: source.rows(tables.sources, "round_at"), lambda found: found != [None])
        server.add(mail(1))
        create(settings).send_task("connector.fetch", ["inbox"])
        worker.wait_for(source.ids, lambda ids: ids == numbers(1))
    source.close()
