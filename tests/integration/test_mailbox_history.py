"""Older mails of a thread: they come along with the new mail that goes on with it, as context, and cost no mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.policy.told import Speaker
from connector.storage import tables
from connector.storage.send.history import earlier_messages
from tests.kit.imap_double import (
    PASSWORD,
    USER,
    ImapDouble,
    StoredMail,
    imap_double,
)
from tests.kit.mail_sources import SHOP, FetchedSource, mail, mailbox_config, numbers


@pytest.fixture
def server() -> Iterator[ImapDouble]:
    with imap_double() as double:
        yield double


def source_at(server: ImapDouble, folder: Path, database: str, imap: str) -> FetchedSource:
    return FetchedSource(mailbox_config(folder, database, server.port, password=PASSWORD, imap=imap, user=USER))


def answering(number: int, *names: str) -> bytes:
    """A mail of Ann's that continues others."""
    references = " ".join(f"<{name}>" for name in names)
    raw = mail(number).replace(f"ann{number}@".encode(), b"ann@")
    return f"References: {references}\r\n".encode() + raw


def test_a_new_mail_brings_the_older_ones_of_its_thread_as_context(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.add(answering(1))
    server.add(answering(2, *numbers(1)))
    server.add(mail(3))
    source = source_at(server, tmp_path, sqlite_database, "")
    assert source.taken() == {}
    server.add(answering(4, *numbers(1, 2), "nowhere@home.example", "m"))
    assert source.taken() == {"accepted": 1, "context": 2}
    assert source.ids("context") == numbers(1, 2)
    assert len({row[1] for row in source.rows(tables.events, "id", "conversation_key")}) == 1
    assert [each.flags for each in server.mails.values()] == [set(), set(), set(), {"$Turnwire"}]
    server.add(answering(5, *numbers(1, 2, 4)))
    assert source.taken() == {"accepted": 1}
    assert source.rows(tables.sources, "accepted") == [2]
    source.close()


def test_the_older_answer_of_a_colleague_comes_along_as_context_too(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.add(answering(1))
    server.add(
        answering(2, *numbers(1))
        .replace(b"From: Ann <ann@home.example>", f"From: {SHOP}".encode())
        .replace(f"To: {SHOP}".encode(), b"To: ann@home.example")
    )
    source = source_at(server, tmp_path, sqlite_database, "")
    assert source.taken() == {}
    server.add(answering(4, *numbers(1, 2)))
    assert source.taken() == {"accepted": 1, "context": 2}
    found = source.rows(tables.events, "external_id", "reason", "context_by")
    assert found[:2] == [("m1@home.example", None, "fetch"), ("m2@home.example", "own_address", "author")]
    source.close()


SENT = 'security = "none"\n[sources.inbox.smtp]\nhost = "127.0.0.1"\nsecurity = "none"\nsent = "Gone"\n'


def ours(number: int, *names: str) -> bytes:
    """A mail of a colleague's to Ann, with the mailbox's own address."""
    raw = answering(number, *names).replace(b"From: Ann <ann@home.example>", f"From: Shop <{USER}>".encode())
    return raw.replace(b"To: help@shop.example", b"To: ann@home.example")


def test_our_own_mails_of_a_thread_come_along_as_a_colleagues(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.folders["Sent"] = {1: StoredMail(ours(2, *numbers(1))), 2: StoredMail(ours(9))}
    server.add(answering(1))
    source = source_at(server, tmp_path, sqlite_database, SENT.replace("Gone", "Sent"))
    assert source.taken() == {}
    server.add(answering(3, *numbers(1, 2)))
    assert source.taken() == {"accepted": 1, "context": 2}
    rows = source.rows(tables.events, "external_id", "status", "reason", "conversation_key")
    assert [row[:3] for row in rows] == [
        ("m1@home.example", "context", None), ("m2@home.example", "context", "own_address"),
        ("m3@home.example", "accepted", None),
    ]  # fmt: skip
    assert {row[3] for row in rows} == {"m1@home.example"}
    (turn,) = source.rows(tables.turns, "id")
    told = earlier_messages(source.database, turn, context=True, carried=0)
    assert [each.speaker for each in told] == [Speaker.CUSTOMER, Speaker.COLLEAGUE]
    assert [each.flags for each in server.mails.values()] == [set(), {"$Turnwire"}]
    assert [each.flags for each in server.folders["Sent"].values()] == [set(), set()]
    source.close()


def test_a_thread_that_lies_in_another_folder_is_found(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.folders["Old"] = {uid: StoredMail(answering(uid + 10)) for uid in range(1, 6)}
    server.next_uid = 6
    source = source_at(server, tmp_path, sqlite_database, f'folders = ["INBOX", "Old"]\n{SENT}')
    assert source.taken() == {}
    server.add(answering(1, *numbers(11, 15)))
    assert source.taken() == {"accepted": 1, "context": 2}
    assert server.mails[6].flags == {"$Turnwire"}
    assert source.rows(tables.source_folders, "folder", "last_uid") == [("INBOX", 6), ("Old", 5)]
    server.folders["Old"][8] = StoredMail(answering(18))
    server.next_uid = 9
    server.add(answering(2, *numbers(18)))
    assert source.taken() == {"accepted": 2}  # what comes by itself is nobody's context
    assert source.taken() == {}
    source.close()


def test_our_answers_that_went_out_are_not_looked_for(server: ImapDouble, tmp_path: Path, sqlite_database: str) -> None:
    source = source_at(server, tmp_path, sqlite_database, "")
    assert source.taken() == {}
    server.add(answering(1, f"tw.7.{'t' * 22}@shop.example"))
    assert source.taken() == {"accepted": 1}
    assert server.asked("HEADER") == 0
    source.close()


def test_a_folder_that_was_made_anew_while_others_were_looked_through_has_nothing_marked(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.folders["Sent"] = {1: StoredMail(ours(2))}
    source = source_at(server, tmp_path, sqlite_database, SENT.replace("Gone", "Sent"))
    assert source.taken() == {}
    server.add(answering(3, *numbers(2)))

    def anew(_talk, _tag):
        server.validity += 1
        return False

    server.tricks["EXAMINE"] = anew
    assert source.fetch().problem.kind == "folder"
    assert (source.ids(), source.ids("context")) == (numbers(3), numbers(2))
    assert server.mails[1].flags == set()
    source.close()


def test_a_history_that_breaks_the_connection_costs_no_mail(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.add(answering(1))
    source = source_at(server, tmp_path, sqlite_database, "")
    assert source.taken() == {}
    server.add(answering(2, *numbers(1)))

    def break_off(_talk, _tag):
        if "HEADER" in server.commands[-1]:
            raise ConnectionResetError
        return False

    server.always["SEARCH"] = break_off
    assert source.fetch().problem.kind == "unreachable"
    assert source.ids() == numbers(2)
    assert source.taken() == {}
    assert server.mails[2].flags == {"$Turnwire"}
    source.close()


def test_made_up_references_cost_a_bounded_number_of_searches(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    source = source_at(server, tmp_path, sqlite_database, "")
    assert source.taken() == {}
    for number in range(5):
        server.add(answering(number, *(f"made-up-{number}-{each}@home.example" for each in range(200))))
    assert source.taken() == {"accepted": 5}
    assert server.asked("HEADER") == 100
    source.close()
