"""A Maildir as a source: stored first, moved after, nothing but files of mails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.channels.mail.parsing.mime import MAX_RAW
from connector.services.sources.check import mail as checked
from connector.storage import tables
from tests.kit.mail_sources import FetchedSource, mail, numbers
from tests.kit.worker_process import written_config


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "spool" / name).mkdir(parents=True)
    return tmp_path / "spool"


@pytest.fixture
def spool(maildir: Path, sqlite_database: str) -> Iterator[FetchedSource]:
    source = source_at(maildir, sqlite_database, 'start = "all"')
    yield source
    source.close()


def source_at(maildir: Path, database: str, more: str) -> FetchedSource:
    section = f'[sources.spool]\nkind = "maildir"\nroute = "support"\npath = "spool"\n{more}\n'
    folder = maildir.parent
    settings = written_config(folder, "embedded", database_url=database, broker='folder = "b"', more=section)
    return FetchedSource(settings, "spool")


def deliver(maildir: Path, number: int, raw: bytes | None = None, at: float | None = None) -> Path:
    file = maildir / "new" / f"{1700000000 + number}.M{number}P9.host"
    file.write_bytes(mail(number) if raw is None else raw)
    if at is not None:
        os.utime(file, (at, at))
    return file


def test_what_is_stored_is_moved_as_read(maildir: Path, spool: FetchedSource) -> None:
    for number in (1, 2):
        deliver(maildir, number)
    (maildir / "tmp" / "half").write_bytes(mail(3))
    assert spool.taken() == {"accepted": 2}
    assert spool.ids() == numbers(1, 2)
    assert sorted(file.name for file in (maildir / "cur").iterdir()) == [
        "1700000001.M1P9.host:2,S", "1700000002.M2P9.host:2,S",
    ]  # fmt: skip
    assert spool.rows(tables.events, "external_id", "source", "source_name")[0][1:] == ("mail:support", "spool")
    assert spool.taken() == {}


def test_bytes_of_attachments_are_kept_where_that_is_said(maildir: Path, sqlite_database: str) -> None:
    raw = mail(1).replace(b"\r\n\r\n", b"\r\nContent-Type: text/csv; name=a.csv\r\n\r\n", 1)
    head, _, body = raw.partition(b"\r\n\r\n")
    for number, keeps in enumerate(("names", "store"), 1):
        source = source_at(maildir, sqlite_database, f'start = "all"\nattachments = "{keeps}"')
        deliver(maildir, number, head.replace(b"<m1@", f"<m{number}@".encode()) + b"\r\n\r\n" + body)
        assert source.taken() == {"accepted": 1}
        assert len(source.rows(tables.attachment_bodies, "sha256")) == number - 1
        source.close()


def test_links_folders_and_pipes_are_no_mails(maildir: Path, spool: FetchedSource) -> None:
    secret = maildir.parent / "secret"
    secret.write_bytes(mail(9))
    (maildir / "new" / "link").symlink_to(secret)
    (maildir / "new" / "folder").mkdir()
    os.mkfifo(maildir / "new" / "pipe")
    deliver(maildir, 1)
    assert spool.taken() == {"accepted": 1}
    assert spool.ids() == numbers(1)


def test_what_is_older_than_the_first_contact_stays(maildir: Path, sqlite_database: str) -> None:
    deliver(maildir, 1, at=1_600_000_000)
    source = source_at(maildir, sqlite_database, "")
    deliver(maildir, 2, at=4_000_000_000)
    assert source.taken() == {"accepted": 1}
    assert source.ids() == numbers(2)
    assert len(list((maildir / "new").iterdir())) == 1
    source.close()


def test_a_mail_that_is_too_large_is_recorded_by_its_headers(maildir: Path, spool: FetchedSource) -> None:
    with deliver(maildir, 1).open("ab") as file:
        file.truncate(MAX_RAW + 100)
    assert spool.taken() == {"refused": 1}
    assert spool.rows(tables.events, "given_id", "reason") == [("m1@home.example", "too_large")]
    assert spool.taken() == {}


def test_a_folder_that_is_not_there_is_said_with_what_to_do(maildir: Path, spool: FetchedSource) -> None:
    (maildir / "new").rmdir()
    done = spool.fetch()
    assert done.problem.kind == "maildir"
    (finding,) = checked(spool.wiring.settings, None)
    assert finding.state == "wrong"
    assert "spool" in finding.mend


def test_mails_of_one_conversation_come_in_the_order_of_their_delivery(maildir: Path, spool: FetchedSource) -> None:
    answered = None
    for number, at in ((2, 100), (3, 200), (1, 300)):
        head = b"In-Reply-To: <m%d@home.example>\r\nFrom: Ann <ann@home.example>\r\n" % (answered or 0)
        raw = head + b"\r\n".join(mail(number).split(b"\r\n")[1:])
        deliver(maildir, number, raw, at=1_700_000_000 + at)
        answered = number
    spool.taken()
    turns = spool.rows(tables.turns, "position", "conversation_id", "text")
    assert len({turn[1] for turn in turns}) == 1
    assert [turn[2].split("\n")[0] for turn in turns] == [f"Where is order {number}?" for number in (2, 3, 1)]
