"""The LMTP listener: 250 only once the mail is stored, a status for each recipient, limits of what a client sends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.channels.mail import lmtp
from connector.channels.mail.parsing.mime import MAX_RAW
from connector.channels.mail.problems import SourceProblem
from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.services.sources.fetch import announce
from connector.services.sources.lmtp import LmtpDoor
from connector.storage import tables
from connector.wiring import NoPublisher, Wiring
from tests.kit.lmtp_client import LmtpClient
from tests.kit.mail_sources import SHOP, mail, numbers, rows_of
from tests.kit.matrix.servers import wait_until
from tests.kit.postfix import postfix
from tests.kit.raw_server import free_port
from tests.kit.worker_process import WorkerProcess, written_config

OTHER = "orders@shop.example"


def lmtp_config(folder: Path, database: str, port: int):
    more = f"""
[sources.door]
kind = "lmtp"
route = "support"
listen = "127.0.0.1:{port}"
recipients = ["{SHOP}", "{OTHER}"]
"""
    return written_config(folder, "embedded", database_url=database, broker='folder = "broker"', more=more)


@pytest.fixture
def door(tmp_path: Path, sqlite_database: str) -> Iterator[LmtpDoor]:
    settings = lmtp_config(tmp_path, sqlite_database, free_port())
    receiver = Receiver(wiring=Wiring(settings=settings, publisher=NoPublisher()))
    source = settings.sources["door"]
    announce(receiver, source)
    opened = LmtpDoor(receiver, source)
    opened.open()
    yield opened
    opened.end()
    receiver.wiring.database.dispose()


def stored(door: LmtpDoor) -> list[tuple[str, str, str]]:
    return rows_of(door._intake._receiver.wiring.database, tables.events, "external_id", "status", "source_name")


def test_a_mail_is_stored_before_it_is_taken_and_answered_for_each_recipient(door: LmtpDoor) -> None:
    with LmtpClient(door.port) as client:
        answers = client.hand_over(mail(1), SHOP, OTHER, "help+vip@shop.example")
        assert [answer[:3] for answer in answers] == ["250"] * 3
        assert stored(door) == [("m1@home.example", "accepted", "door")]
        assert client.hand_over(mail(2), SHOP)[0].startswith("250")
        assert client.ask("QUIT").startswith("221")
    counted = rows_of(door._intake._receiver.wiring.database, tables.sources, "accepted", "name")
    assert counted == [(2, "door")]


def test_the_same_mail_again_is_taken_and_known(door: LmtpDoor) -> None:
    for _ in range(2):
        with LmtpClient(door.port) as client:
            assert client.hand_over(mail(1), SHOP)[0].startswith("250")
    assert [row[0] for row in stored(door)] == numbers(1)


def test_it_says_what_it_can(door: LmtpDoor) -> None:
    with LmtpClient(door.port) as client:
        client.say(b"LHLO me\r\n")
        said = " ".join(client.lines())
    assert f"SIZE {MAX_RAW}" in said
    assert "8BITMIME" in said
    assert "SMTPUTF8" in said
    assert "AUTH" not in said


def test_unknown_recipients_are_refused_at_once(door: LmtpDoor) -> None:
    with LmtpClient(door.port) as client:
        client.ask("LHLO me")
        client.ask("MAIL FROM:<ann@home.example>")
        assert client.ask("RCPT TO:<nobody@shop.example>").startswith("550 5.1.1")
        assert client.ask("RCPT TO:<help@other.example>").startswith("550 5.1.1")
        assert client.ask("DATA").startswith("503")
    assert stored(door) == []


def test_a_mail_with_an_empty_sender_is_taken(door: LmtpDoor) -> None:
    with LmtpClient(door.port) as client:
        assert client.hand_over(mail(1), SHOP, sender="")[0].startswith("250")


def test_a_store_that_is_down_is_a_later_for_every_recipient(door: LmtpDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_args, **_kwargs):
        raise DatabaseUnavailable("the database does not answer")

    monkeypatch.setattr(Receiver, "receive_with", down)
    with LmtpClient(door.port) as client:
        answers = client.hand_over(mail(1), SHOP, OTHER)
        assert [answer[:3] for answer in answers] == ["451", "451"]
        monkeypatch.undo()
        assert client.hand_over(mail(1), SHOP)[0].startswith("250")


def test_too_much_is_refused_for_every_recipient_and_the_connection_goes_on(door: LmtpDoor) -> None:
    with LmtpClient(door.port) as client:
        client.ask("LHLO me")
        assert client.ask(f"MAIL FROM:<a@home.example> SIZE={MAX_RAW + 1}").startswith("552")
        answers = client.hand_over(mail(1, "z" * (lmtp.LINE + 10)), SHOP, OTHER)
        assert [answer[:3] for answer in answers] == ["500", "500"]
        assert client.hand_over(mail(2), SHOP)[0].startswith("250")


def test_letters_of_all_scripts_and_eight_bits_come_through(door: LmtpDoor) -> None:
    raw = mail(1, "Grüße aus Århus").replace(b"<ann1@", "Zoë <zoë@".encode())
    with LmtpClient(door.port) as client:
        client.ask("LHLO me")
        assert client.ask("MAIL FROM:<zoë@home.example> SMTPUTF8 BODY=8BITMIME").startswith("250")
        assert client.ask(f"RCPT TO:<{SHOP}>").startswith("250")
        client.ask("DATA")
        client.say(raw + b".\r\n")
        assert client.answer().startswith("250")
    (text,) = rows_of(door._intake._receiver.wiring.database, tables.turns, "text")
    assert "Grüße aus Århus" in text


def test_a_bare_line_feed_ends_no_mail(door: LmtpDoor) -> None:
    with LmtpClient(door.port) as client:
        client.ask("LHLO me")
        client.ask("MAIL FROM:<ann@home.example>")
        client.ask(f"RCPT TO:<{SHOP}>")
        client.ask("DATA")
        client.say(mail(1) + b"\n.\nMAIL FROM:<evil@home.example>\r\n" + b".\r\n")
        assert client.answer().startswith("250")
        assert client.ask("NOOP").startswith("250")
    assert len(stored(door)) == 1


def test_only_so_many_connections_are_open(door: LmtpDoor) -> None:
    clients = [LmtpClient(door.port) for _ in range(lmtp.CONNECTIONS)]
    try:
        with LmtpClient(door.port) as late:
            assert late.greeting.startswith("421")
        clients.pop().__exit__()
        again = LmtpClient(door.port)
        assert again.greeting.startswith(("220", "421"))
        clients.append(again)
    finally:
        for client in clients:
            client.__exit__()


def test_an_address_that_is_taken_is_a_problem(door: LmtpDoor) -> None:
    second = LmtpDoor(door._intake._receiver, door._source)
    with pytest.raises(SourceProblem, match="cannot listen on"):
        second.open()
    second.end()


@pytest.mark.slow
def test_a_real_mail_server_hands_over_and_comes_again_after_a_later(
    door: LmtpDoor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    down = [True]

    def receive_with(self, items, along, **rest):
        if down:
            down.pop()
            raise DatabaseUnavailable("the database does not answer")
        return real(self, items, along, **rest)

    real = Receiver.receive_with
    monkeypatch.setattr(Receiver, "receive_with", receive_with)
    with postfix({SHOP: tmp_path / "unused"}, transport=f"lmtp:inet:127.0.0.1:{door.port}") as server:
        server.send(mail(1, "x" * 5000), "ann@home.example", SHOP)
        wait_until(lambda: "status=deferred" in server.log and "451" in server.log, "a later")
        server.flush()
        server.send(mail(2), "ann@home.example", SHOP)
        wait_until(lambda: [row[0] for row in stored(door)] == numbers(1, 2), "both mails")
        assert "status=sent" in server.log


@pytest.mark.slow
def test_of_two_workers_one_listens_and_the_other_takes_over(tmp_path: Path, postgres_database: str) -> None:
    port = free_port()
    settings = lmtp_config(tmp_path, postgres_database, port)
    with WorkerProcess(settings) as first:
        first.wait_for(lambda: listens(port), bool)
        with LmtpClient(port) as client:
            assert client.hand_over(mail(1), SHOP)[0].startswith("250")
        with WorkerProcess(settings) as second:
            first.stop()
            assert first.returncode == 0, first.output()[-3000:]
            second.wait_for(lambda: listens(port), bool)
            with LmtpClient(port) as client:
                assert client.hand_over(mail(2), SHOP)[0].startswith("250")


@pytest.mark.slow
def test_a_worker_that_is_killed_before_it_says_so_has_the_mail_and_knows_it_again(
    tmp_path: Path, sqlite_database: str
) -> None:
    port = free_port()
    settings = lmtp_config(tmp_path, sqlite_database, port)
    with WorkerProcess(settings, {"TURNWIRE_FAILPOINTS": "mail_stored:kill"}) as worker:
        worker.wait_for(lambda: listens(port), bool)
        with LmtpClient(port) as client, pytest.raises((OSError, AssertionError)):
            assert client.hand_over(mail(1), SHOP)[0].startswith("250")
    with WorkerProcess(settings) as worker:
        worker.wait_for(lambda: listens(port), bool)
        with LmtpClient(port) as client:
            assert client.hand_over(mail(1), SHOP)[0].startswith("250")
    database = Wiring(settings=settings, publisher=NoPublisher()).database
    assert rows_of(database, tables.events, "external_id", "status") == [("m1@home.example", "accepted")]
    assert rows_of(database, tables.sources, "accepted", "duplicates") == [(1, 1)]
    database.dispose()


def listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
