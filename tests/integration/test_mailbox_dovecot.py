"""A mailbox at a real Dovecot, end to end: folders, marks, IDLE, TLS, UIDVALIDITY."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.services.sources.check import mail as checked
from connector.storage import tables
from tests.kit.dovecot import CERTIFICATE, PASSWORD, Dovecot, dovecot
from tests.kit.mail_sources import FetchedSource, mail, mailbox_config, numbers, waited


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    shutil.rmtree(running.maildir, ignore_errors=True)
    return running


def source_at(server: Dovecot, folder: Path, database: str, imap: str = "") -> FetchedSource:
    return FetchedSource(mailbox_config(folder, database, server.port, password=PASSWORD, imap=imap))


@pytest.fixture
def inbox(server: Dovecot, tmp_path: Path, database: str) -> Iterator[FetchedSource]:
    source = source_at(server, tmp_path, database)
    yield source
    source.close()


def test_what_lies_there_at_the_first_contact_stays_and_what_comes_is_taken_once(
    server: Dovecot, inbox: FetchedSource
) -> None:
    server.append(mail(1))
    assert inbox.taken() == {}
    server.append(mail(2))
    server.append(mail(3))
    assert inbox.taken() == {"accepted": 2}
    assert inbox.taken() == {}
    assert inbox.ids() == numbers(2, 3)
    rows = inbox.rows(tables.events, "external_id", "source", "source_name", "route")
    assert {row[1:] for row in rows} == {("mail:support", "inbox", "support")}
    flags = server.flags()
    assert "$Turnwire" not in flags[1]
    assert "$Turnwire" in flags[2]
    assert "\\Seen" not in flags[2]
    ((accepted, round_at),) = inbox.rows(tables.sources, "accepted", "round_at")
    assert accepted == 2
    assert round_at > 0


def test_all_folders_are_read_whatever_they_are_called(server: Dovecot, tmp_path: Path, database: str) -> None:
    with server.say() as imap:
        imap.create('"R&APw-ckfragen &- mehr"')
    server.append(mail(1))
    server.append(mail(2), '"R&APw-ckfragen &- mehr"')
    source = source_at(server, tmp_path, database, 'start = "all"\nfolders = ["INBOX", "Rückfragen & mehr"]')
    assert source.taken() == {"accepted": 2}
    assert source.rows(tables.source_folders, "folder") == ["INBOX", "Rückfragen & mehr"]
    source.close()


def test_mails_before_a_day_are_not_taken(server: Dovecot, tmp_path: Path, database: str) -> None:
    server.append(mail(1), at='"01-Oct-2026 10:00:00 +0000"')
    server.append(mail(2), at='"05-Nov-2026 10:00:00 +0000"')
    source = source_at(server, tmp_path, database, 'start = "2026-11-01"')
    assert source.taken() == {"accepted": 1}
    assert source.ids() == numbers(2)
    source.close()


@pytest.mark.parametrize(
    ("done", "left", "archived"),
    [("keep", {1: ""}, None), ("seen", {1: "\\Seen"}, None), ("move:Archive", {}, 1)],
)
def test_what_is_done_with_a_mail_is_what_was_said(
    server: Dovecot, tmp_path: Path, sqlite_database: str, done: str, left: dict[int, str], archived: int | None
) -> None:
    with server.say() as imap:
        imap.create("Archive")
    server.append(mail(1))
    source = source_at(server, tmp_path, sqlite_database, f'start = "all"\ndone = "{done}"')
    assert source.taken() == {"accepted": 1}
    found = {uid: flags.replace("\\Recent", "").strip() for uid, flags in server.flags().items()}
    assert found == left
    assert len(server.flags("Archive")) == (archived or 0)
    assert source.taken() == {}
    source.close()


def test_a_folder_that_was_made_anew_is_read_again_and_repeats_nothing(server: Dovecot, inbox: FetchedSource) -> None:
    server.append(mail(1), at='"01-Oct-2026 10:00:00 +0000"')
    assert inbox.taken() == {}
    server.append(mail(2))
    assert inbox.taken() == {"accepted": 1}
    before = inbox.rows(tables.source_folders, "uid_validity")
    inbox.fetching.rounds.close()
    for name in ("dovecot-uidlist", "dovecot-uidvalidity"):
        (server.maildir / name).unlink(missing_ok=True)
    for file in server.maildir.glob("dovecot*"):
        file.unlink()
    time.sleep(1.1)  # the new UIDVALIDITY is the time in seconds
    server.append(mail(3))
    assert inbox.taken() == {"duplicate": 1, "accepted": 1}
    assert inbox.rows(tables.source_folders, "uid_validity") != before
    assert inbox.ids() == numbers(2, 3)


def test_idle_wakes_when_mail_comes(server: Dovecot, inbox: FetchedSource) -> None:
    assert inbox.taken() == {}
    woken = threading.Event()
    waiting = threading.Thread(target=waited, args=(inbox, woken))
    waiting.start()
    server.append(mail(4))
    assert woken.wait(30)
    waiting.join()
    assert inbox.taken() == {"accepted": 1}


def test_a_certificate_that_is_not_known_is_refused_and_a_known_one_is_taken(
    server: Dovecot, tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.append(mail(1))
    for port, security in ((server.tls_port, "tls"), (server.port, "starttls")):
        settings = mailbox_config(
            tmp_path, sqlite_database, port, password=PASSWORD, host="localhost",
            imap=f'security = "{security}"\nstart = "all"',
        )  # fmt: skip
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        source = FetchedSource(settings)
        assert source.fetch().problem.kind == "certificate"
        (finding,) = checked(settings, None)
        assert (finding.state, "certificate" in finding.found, "inbox" in finding.mend) == ("wrong", True, True)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert source.fetch().problem is None
        (finding,) = checked(settings, None)
        assert finding.state == "ok", finding
        source.close()
    assert source.ids() == numbers(1)


def test_a_wrong_password_closes_the_source_at_once(server: Dovecot, tmp_path: Path, sqlite_database: str) -> None:
    source = FetchedSource(mailbox_config(tmp_path, sqlite_database, server.port, password="wrong-secret"))
    done = source.fetch()
    assert (done.problem.kind, done.closed) == ("credentials", True)
    assert "wrong-secret" not in str(done.problem)
    assert source.rows(tables.sources, "stopped", "reason") == [(True, "credentials")]
    source.close()


def test_a_missing_folder_is_named_and_costs_the_others_nothing(
    server: Dovecot, tmp_path: Path, sqlite_database: str
) -> None:
    server.append(mail(1))
    source = source_at(server, tmp_path, sqlite_database, 'start = "all"\nfolders = ["Nowhere", "INBOX"]')
    done = source.fetch()
    assert done.problem.kind == "folder"
    assert "Nowhere" in str(done.problem)
    assert "INBOX" in str(done.problem)
    assert source.ids() == numbers(1)
    source.close()


def test_a_mail_that_is_too_large_is_recorded_by_its_headers(
    server: Dovecot, tmp_path: Path, sqlite_database: str
) -> None:
    server.append(mail(1, size=26 * 1024 * 1024))
    server.append(mail(2))
    source = source_at(server, tmp_path, sqlite_database, 'start = "all"')
    assert source.taken() == {"refused": 1, "accepted": 1}
    ((given, reason),) = [
        row[:2] for row in source.rows(tables.events, "given_id", "reason", "status") if row[2] == "refused"
    ]
    assert (given, reason) == ("m1@home.example", "too_large")
    (size,) = [len(body) for body in source.rows(tables.event_bodies, "body") if b"Order 1" in body]
    assert size < 300_000
    source.close()


def test_a_new_mail_brings_its_thread_along(server: Dovecot, inbox: FetchedSource) -> None:
    server.append(mail(1))
    server.append(mail(2))
    assert inbox.taken() == {}
    server.append(b"In-Reply-To: <m1@home.example>\r\n" + mail(3).replace(b"ann3@", b"ann1@"))
    assert inbox.taken() == {"context": 1, "accepted": 1}
    assert inbox.ids("context") == numbers(1)


def test_what_a_colleague_sent_comes_along_too(server: Dovecot, tmp_path: Path, database: str) -> None:
    server.append(mail(1))
    answer = b"From: Shop <help@shop.example>\r\nTo: ann1@home.example\r\nSubject: Re: Order 1\r\n"
    answer += b"Message-ID: <m2@home.example>\r\nReferences: <m1@home.example>\r\n\r\nIt is on its way.\r\n"
    with server.say() as imap:
        imap.create("Sent")
    server.append(answer, "Sent")
    smtp = '[sources.inbox.smtp]\nhost = "127.0.0.1"\nsecurity = "none"\n'
    source = source_at(server, tmp_path, database, f'security = "none"\n{smtp}')
    assert source.taken() == {}
    new = mail(3).replace(b"ann3@", b"ann1@")
    server.append(b"References: <m1@home.example> <m2@home.example>\r\n" + new)
    assert source.taken() == {"context": 2, "accepted": 1}
    assert source.ids("context") == numbers(1, 2)
    assert len(set(source.rows(tables.events, "conversation_key"))) == 1
    assert "$Turnwire" in server.flags()[2]
    assert "$Turnwire" not in server.flags("Sent")[1]
    source.close()
