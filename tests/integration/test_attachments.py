"""Attachments of mails that a source keeps: bytes once, with the mail or not at all, no programs, not without end."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connector.channels.mail.parser import parser
from connector.errors import NotFound
from connector.services.sources import attachments as kept_of
from connector.storage import queries, tables
from connector.storage.core.database import BadData
from connector.storage.sources import states
from connector.storage.sources.attachments import keep
from connector.values import AttachedFile, MailAttachment
from tests.kit.imap_double import PASSWORD, USER, ImapDouble, imap_double
from tests.kit.mail_sources import FetchedSource, mail, mailbox_config

PDF = b"%PDF-1.7 " + bytes(range(256)) * 8
HASH = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def server() -> Iterator[ImapDouble]:
    with imap_double() as double:
        yield double


@pytest.fixture
def inbox(
    server: ImapDouble, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FetchedSource]:
    monkeypatch.setenv("TURNWIRE_SOURCES__INBOX__ATTACHMENTS", "store")
    source = source_at(server, tmp_path, database)
    yield source
    source.close()


def source_at(server: ImapDouble, folder: Path, database: str) -> FetchedSource:
    return FetchedSource(
        mailbox_config(folder, database, server.port, password=PASSWORD, imap='start = "all"', user=USER)
    )


def attaching(number: int, *files: tuple[str, bytes], more: str = "") -> bytes:
    """A mail of Ann's with these files."""
    head, _, body = mail(number).partition(b"\r\n\r\n")
    parts = [b"Content-Type: text/plain\r\n\r\n" + body]
    for name, content in files:
        said = f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Disposition: attachment\r\n'
        coded = base64.encodebytes(content).replace(b"\n", b"\r\n")
        parts.append(said.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + coded)
    kind = f'{more}\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'.lstrip()
    return head + b"\r\n" + kind.encode() + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def listed(source: FetchedSource) -> list[tuple[Any, ...]]:
    return source.rows(tables.attachments, "event_id", "number", "name", "size", "sha256", "why")


def bodies(source: FetchedSource) -> list[tuple[str, bytes]]:
    return source.rows(tables.attachment_bodies, "sha256", "body")


def test_bytes_are_kept_once_and_told_with_the_mail(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(attaching(1, ("invoice.pdf", PDF), ("note.txt", b"hello")))
    server.add(attaching(2, ("copy.pdf", PDF)))
    assert inbox.taken() == {"accepted": 2}
    first, second = inbox.rows(tables.events, "id")
    assert [row[:4] for row in sorted(listed(inbox), key=lambda row: row[:2])] == [
        (first, 1, "invoice.pdf", len(PDF)), (first, 2, "note.txt", 5), (second, 1, "copy.pdf", len(PDF)),
    ]  # fmt: skip
    assert {sha: bytes(body) for sha, body in bodies(inbox)} == {
        HASH: PDF,
        hashlib.sha256(b"hello").hexdigest(): b"hello",
    }
    assert inbox.rows(tables.sources, "kept_bytes") == [len(PDF) + 5]
    said, body = queries.attachment_body(inbox.database, second, 1)
    assert (said["type"], said["sha256"], bytes(body)) == ("application/pdf", HASH, PDF)
    assert [each["kept"] for each in queries.event(inbox.database, first)["attachments"]] == [True, True]


def test_without_the_setting_only_names_are_kept(
    server: ImapDouble, tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_asked(_raw: bytes) -> None:
        pytest.fail("for the bytes")

    monkeypatch.setattr(parser, "attachment_bodies", nobody_asked)
    source = source_at(server, tmp_path, sqlite_database)
    server.add(attaching(1, ("invoice.pdf", PDF)))
    assert source.taken() == {"accepted": 1}
    assert listed(source) == bodies(source) == []
    assert source.rows(tables.events, "metadata") == ['{"to":"help@shop.example","attachments":["invoice.pdf"]}']
    source.close()


@pytest.mark.parametrize("name", ["run.exe", "Invoice.DOCM", "a.pdf.js", "letter.ｅｘｅ"])
def test_programs_are_not_kept(server: ImapDouble, inbox: FetchedSource, name: str) -> None:
    server.add(attaching(1, (name, PDF), ("good.pdf", b"%PDF-1.4")))
    assert inbox.taken() == {"accepted": 1}
    assert next(row[4:] for row in listed(inbox)) == (None, "program")
    assert [bytes(body) for _, body in bodies(inbox)] == [b"%PDF-1.4"]
    (event,) = inbox.rows(tables.events, "id")
    with pytest.raises(NotFound, match="only the name"):
        queries.attachment_body(inbox.database, event, 1)


def test_beyond_the_days_bytes_only_names_are_kept_until_the_next_day(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.services.sources.intake.DAY_MOST", 100)
    server.add(attaching(1, ("a.txt", b"a" * 60)))
    server.add(attaching(2, ("b.txt", b"b" * 60)))
    server.add(attaching(3, ("c.txt", b"a" * 60)))
    assert inbox.taken() == {"accepted": 3}
    assert [row[5] for row in sorted(listed(inbox), key=lambda row: row[0])] == [None, "day_limit", None]
    server.add(attaching(4, ("d.txt", b"d" * 60)))
    assert inbox.taken() == {"accepted": 1}
    yesterday = tables.sources.update().values(kept_day=tables.sources.c.kept_day - 86_400_000)
    inbox.database.write(lambda connection: connection.execute(yesterday))
    server.add(attaching(5, ("e.txt", b"e" * 60)))
    assert inbox.taken() == {"accepted": 1}
    assert [row[5] for row in sorted(listed(inbox), key=lambda row: row[0])][3:] == ["day_limit", None]
    ((day, kept),) = inbox.rows(tables.sources, "kept_day", "kept_bytes")
    assert (day % 86_400_000, kept) == (0, 60)


def test_of_a_mail_only_so_many_bytes_are_kept(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_of, "MAIL_MOST", 100)
    server.add(attaching(1, ("a.txt", b"a" * 60), ("b.txt", b"b" * 60), ("c.txt", b"c" * 40)))
    assert inbox.taken() == {"accepted": 1}
    assert [row[5] for row in sorted(listed(inbox), key=lambda row: row[1])] == [None, "mail_limit", None]


def test_of_a_stopped_mail_only_names_are_kept(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(attaching(1, ("offer.pdf", PDF), more="List-Id: <news.shop.example>\r\nPrecedence: bulk"))
    assert inbox.taken() == {"stopped": 1}
    assert [row[2:] for row in listed(inbox)] == [("offer.pdf", len(PDF), None, "not_taken")]
    assert bodies(inbox) == []


def test_the_same_mail_again_keeps_nothing_more(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(attaching(1, ("a.txt", b"a")))
    server.add(attaching(1, ("a.txt", b"a"), ("other.txt", b"other")))
    server.add(attaching(1, ("a.txt", b"a")))
    assert sum(inbox.taken().values()) == 3
    events_of_it = {row[0] for row in listed(inbox)}
    assert [row[1:3] for row in listed(inbox) if row[0] == min(events_of_it)] == [(1, "a.txt")]
    server.validity += 1
    before = listed(inbox)
    inbox.taken()
    assert listed(inbox) == before


def test_files_are_kept_with_the_mail_or_not_at_all(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(attaching(1, ("a.txt", b"a")))

    def broken(*_of: object) -> None:
        raise BadData("a made-up refusal")

    with monkeypatch.context() as patch:
        patch.setattr(states, "count", broken)
        with pytest.raises(BadData):
            inbox.fetching.rounds.round()
    assert listed(inbox) == bodies(inbox) == inbox.rows(tables.events, "id") == []
    assert inbox.rows(tables.sources, "kept_bytes") == [0]


@pytest.mark.parametrize("found", [[], [(MailAttachment(name="/etc/b", type="text/plain", size=1), b"b")]])
def test_a_mail_whose_files_cannot_be_taken_out_costs_nothing_else(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch, found: list[object]
) -> None:
    monkeypatch.setattr(parser, "attachment_bodies", lambda _raw: found)
    server.add(attaching(1, ("a.txt", b"a")))
    assert inbox.taken() == {"accepted": 1}
    assert [row[2:] for row in listed(inbox)] == [("a.txt", 1, None, "not_read")]


def test_sources_that_bring_the_same_bytes_at_once_keep_them_once(
    server: ImapDouble, tmp_path: Path, postgres_database: str
) -> None:
    source = source_at(server, tmp_path, postgres_database)
    files = [a_file(number, bytes([number]) * 1000) for number in range(1, 9)]

    def keeping(name: str, mine: list[tuple[int, AttachedFile]], connection: Any) -> None:
        keep(connection, source.database, name, mine, 10**6)

    def bring(place: int) -> None:
        for event in range(place * 100, place * 100 + 10):
            mine = [(event, file) for file in (files if place % 2 else files[::-1])]
            source.database.write(partial(keeping, f"inbox{place}", mine))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bring, range(4)))
    assert len(listed(source)) == 4 * 10 * 8
    assert sorted(sha for sha, _ in bodies(source)) == sorted(str(file.sha256) for file in files)
    source.close()


def a_file(number: int, body: bytes) -> AttachedFile:
    said = MailAttachment(name=f"{number}.bin", type="application/octet-stream", size=len(body))
    return AttachedFile(number=number, attachment=said, body=body, sha256=hashlib.sha256(body).hexdigest())
