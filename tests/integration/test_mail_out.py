"""SMTP and the folder of sent mails: wherever a server fails, what became of the mail is said, and never guessed."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from connector.channels.mail.outgoing import answers, smtp
from connector.channels.mail.outgoing.answers import MailAnswers, OutgoingMailbox
from connector.channels.mail.outgoing.sent_folder import SentFolder, quoted
from connector.channels.mail.outgoing.smtp import MailLogin, MailServer, stuffed
from connector.channels.mail.outgoing.way_back import BLIND, FINDS
from connector.errors import ConfigurationError, NotAuthorized, TokenUnavailable
from connector.utils.deadline import Deadline
from connector.values import CallResult, Outcome, ReplyMessage
from tests.kit.mail_servers import CERTIFICATE, ImapServer, LineServer, SmtpServer
from tests.kit.mails import mail

MARKER = "tw.7.00112233445566778899aabbccddeeff@shop.example"
MESSAGE = ReplyMessage(
    id="7", marker=MARKER, channel="source:inbox", attempt=1, target={}, turn={"text": "Where is it?"}, mode="public",
    text="It arrives on Monday.\n.\n.hidden", raw=mail("a@x.example", "Jane <jane@x.example>"),
)  # fmt: skip
LOGIN = MailLogin(user="support@shop.example", secret=lambda: "password")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "STEP", 1.0)
    monkeypatch.setattr(smtp, "ANSWER", 1.0)


def server_at(double: LineServer, **changes: Any) -> MailServer:
    known = MailServer(source="inbox", greets_as="shop.example", host="127.0.0.1", port=double.port, security="none")
    return dataclasses.replace(known, **changes)


def way(double: SmtpServer, imap: ImapServer | None = None, login: MailLogin = LOGIN, **changes: Any) -> MailAnswers:
    sent = SentFolder(server_at(imap), login, "Sent") if imap else None
    sender = "Shop <support@shop.example>"
    return MailAnswers(OutgoingMailbox(sender=sender, server=server_at(double, **changes), login=login, sent=sent))


def delivered(double: SmtpServer, imap: ImapServer | None = None, **more: Any) -> CallResult:
    async def run() -> CallResult:
        channel = way(double, imap, **more)
        try:
            return await channel.deliver(MESSAGE)
        finally:
            await channel.aclose()

    return asyncio.run(run())


def test_a_mail_that_is_taken_is_delivered_under_its_id_from_the_mailboxs_own_address():
    with SmtpServer() as double:
        result = delivered(double)
    assert (result.outcome, result.external_id) == (Outcome.ANSWERED, MARKER)  # type: ignore[attr-defined]
    (message,) = double.messages()
    assert message["Message-ID"] == f"<{MARKER}>"
    assert double.envelopes == [("support@shop.example", "jane@x.example")]
    assert ".hidden" in double.taken[0].decode()


BEFORE = Outcome.NOT_SENT


@pytest.mark.parametrize(
    ("script", "outcome", "read"),
    [
        ({"connect": "die"}, BEFORE, 0),
        ({"connect": "silence"}, BEFORE, 0),
        ({"connect": "421 4.3.2 busy"}, Outcome.BUSY, 0),
        ({"connect": "554 5.3.2 no"}, BEFORE, 0),
        ({"connect": "hello?"}, BEFORE, 0),
        ({"ehlo": "die"}, BEFORE, 0),
        ({"mail": "451 4.7.1 later"}, Outcome.BUSY, 0),
        ({"mail": "550 5.7.30 Basic authentication is not supported"}, Outcome.CREDENTIALS, 0),
        ({"mail": "530 5.7.57 Client not authenticated"}, Outcome.CREDENTIALS, 0),
        ({"rcpt": "450 4.2.1 greylisted"}, Outcome.BUSY, 0),
        ({"rcpt": "550 5.1.1 no such user <jane@x.example>"}, Outcome.REFUSED, 0),
        ({"rcpt": "421 4.7.0 too many"}, Outcome.BUSY, 0),
        ({"rcpt": "die"}, BEFORE, 0),
        ({"data": "die"}, BEFORE, 0),
        ({"data": "silence"}, BEFORE, 0),
        ({"data": "\x00\x01 garbage"}, BEFORE, 0),
        ({"data": "554 5.7.1 no"}, Outcome.REFUSED, 0),
        ({"dot": "die"}, Outcome.LOST, 1),
        ({"dot": "silence"}, Outcome.LOST, 1),
        ({"dot": "\x00\x01 garbage"}, Outcome.LOST, 1),
        ({"dot": "421 4.3.2 going down"}, Outcome.BUSY, 1),
        ({"dot": "452 4.2.2 full"}, Outcome.BUSY, 1),
        ({"dot": "552 5.3.4 too large"}, Outcome.REFUSED, 1),
        ({"dot": "550 5.7.30 Basic authentication is not supported"}, Outcome.CREDENTIALS, 1),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_server_does_has_one_meaning(script, outcome, read):
    with SmtpServer(**script) as double:
        result = delivered(double)
    assert (result.outcome, len(double.read), double.taken) == (outcome, read, [])
    assert result.error
    assert "jane" not in result.error, "the server's words may be the customer's"
    assert (result.retry_after is not None) == (outcome is Outcome.BUSY)


def test_a_connection_that_breaks_within_the_data_has_delivered_nothing(monkeypatch):
    monkeypatch.setattr(
        smtp, "stuffed", lambda raw: raw + b"so many words\r\n" * 2_000_000
    )  # more than any buffer holds
    with SmtpServer(body="die") as double:
        assert delivered(double).outcome is Outcome.NOT_SENT
    assert double.read == []


def test_nothing_listens():
    with SmtpServer() as double:
        pass
    assert delivered(double).outcome is Outcome.NOT_SENT


@pytest.mark.parametrize(("oauth", "secret"), [(False, "password"), (True, "token")])
def test_it_logs_in_by_password_or_token(oauth, secret):
    login = MailLogin(user="support@shop.example", secret=lambda: secret, oauth=oauth)
    with SmtpServer(login=("support@shop.example", secret)) as double:
        assert delivered(double, login=login).outcome is Outcome.ANSWERED
        assert asyncio.run(way(double, login=login).check()).outcome is Outcome.ANSWERED
    assert double.commands.count("DATA") == 1


@pytest.mark.parametrize("oauth", [False, True])
def test_a_login_that_is_not_taken_says_what_to_put_right(oauth):
    login = MailLogin(user="support@shop.example", secret=lambda: "wrong", oauth=oauth)
    with SmtpServer(login=("support@shop.example", "right")) as double:
        result = delivered(double, login=login)
    assert result.outcome is Outcome.CREDENTIALS
    assert "[sources.inbox]" in (result.error or "")
    assert "wrong" not in (result.error or "")


def test_a_secret_that_is_not_there_is_said():
    def missing() -> str:
        raise ConfigurationError("source inbox: the environment variable X is not set")

    with SmtpServer(login=("a", "b")) as double:
        result = delivered(double, login=MailLogin(user="a", secret=missing))
    assert (result.outcome, result.error) == (
        Outcome.CREDENTIALS, "source inbox: the environment variable X is not set",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotAuthorized("inbox", "revoked"), Outcome.CREDENTIALS),
        (TokenUnavailable("the endpoint fails"), Outcome.NOT_SENT),
    ],
    ids=["not_authorized", "unavailable"],
)
def test_a_token_that_is_not_there_is_waited_for(error, outcome):
    def missing() -> str:
        raise error

    login = MailLogin(user="a", secret=missing, oauth=True)
    with SmtpServer(login=("a", "b")) as double, ImapServer() as imap:
        assert delivered(double, login=login).outcome is outcome
        looked = SentFolder(server_at(imap), login, "Sent").find(MARKER, Deadline(10.0))
    assert looked.outcome is Outcome.NOT_SENT
    assert "DATA" not in double.commands


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_without_encryption_nothing_is_said(security):
    with SmtpServer(login=("support@shop.example", "password")) as double:
        assert delivered(double, security=security).outcome is Outcome.NOT_SENT
    assert {"AUTH", "MAIL", "DATA"}.isdisjoint(double.commands)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_encrypted_connection_is_used_where_its_certificate_is_trusted(monkeypatch, security):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with (
        SmtpServer(login=("support@shop.example", "password"), security=security) as double,
        ImapServer(security=security) as imap,
    ):
        sent = SentFolder(server_at(imap, security=security), LOGIN, "Sent")
        server = server_at(double, security=security)
        box = OutgoingMailbox(sender="support@shop.example", server=server, login=LOGIN, sent=sent)
        assert asyncio.run(sent_by(box)).outcome is Outcome.ANSWERED
        imap.until_kept(1)
    assert (double.encrypted, imap.encrypted) == (1, 1)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_to_a_certificate_that_is_not_trusted_no_secret_is_said(security):
    with SmtpServer(login=("support@shop.example", "password"), security=security) as double:
        assert delivered(double, security=security).outcome is Outcome.NOT_SENT
    assert {"AUTH", "MAIL", "DATA"}.isdisjoint(double.commands)


async def sent_by(box: OutgoingMailbox) -> CallResult:
    channel = MailAnswers(box)
    try:
        return await channel.deliver(MESSAGE)
    finally:
        await channel.aclose()


def test_the_folder_of_sent_mails_is_opened_by_token_too(imap):
    login = MailLogin(user="support@shop.example", secret=lambda: "token", oauth=True)
    folder = SentFolder(server_at(imap), login, "Sent")
    assert folder.keep(b"Message-ID: <x@y>\r\n\r\nHello", "x@y", Deadline(10.0))
    assert not folder.keep(b"Message-ID: <x@y>\r\n\r\nHello", "x@y", Deadline(10.0))
    assert imap.tokens == ["user=support@shop.example\x01auth=Bearer token\x01\x01"] * 2


def test_a_slow_server_is_given_up_as_a_whole(monkeypatch):
    monkeypatch.setattr(smtp, "STEP", 30.0)
    monkeypatch.setattr(smtp, "ANSWER", 30.0)
    monkeypatch.setattr(answers, "SENDING", 0.5)
    for stage, outcome in (("data", Outcome.NOT_SENT), ("dot", Outcome.LOST)):
        with SmtpServer(**{stage: "silence"}) as double:
            assert delivered(double).outcome is outcome


def test_a_process_that_was_frozen_ends_no_mail(monkeypatch):
    deadline = Deadline(60.0)
    monkeypatch.setattr("connector.utils.deadline.boottime", lambda: 1e12)
    with pytest.raises(TimeoutError):
        deadline.commit()
    assert not deadline.committed


def test_a_mail_without_anybody_to_answer_is_refused_before_any_connection():
    async def run(**changes: Any) -> CallResult:
        return await way(double).deliver(dataclasses.replace(MESSAGE, **changes))

    with SmtpServer() as double:
        assert asyncio.run(run(raw=None)).outcome is Outcome.REFUSED
        assert asyncio.run(run(raw=b"From: nobody\n\n")).outcome is Outcome.REFUSED
    assert double.connections == 0


# --- the folder of sent mails ---


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as double:
        yield double


def test_a_copy_is_kept_once_the_server_has_taken_it(imap):
    with SmtpServer() as double:
        delivered(double, imap)
        imap.until_kept(1)
        assert MARKER.encode() in imap.mails[0]
        delivered(double, imap)
    assert imap.appends == 1, "one with this id is there already"


@pytest.mark.parametrize("script", [{"dot": "die"}, {"dot": "550 5.7.1 no"}, {"rcpt": "450 4.2.1 later"}], ids=str)
def test_what_was_not_taken_for_certain_leaves_no_copy(imap, script):
    with SmtpServer(**script) as double:
        assert delivered(double, imap).outcome is not Outcome.ANSWERED
    assert (imap.appends, imap.connections) == (0, 0)


@pytest.mark.parametrize("broken", ["LOGIN", "EXAMINE", "UID", "APPEND"])
def test_a_copy_that_cannot_be_kept_sends_nothing_again(broken):
    with ImapServer(broken=broken) as imap, SmtpServer() as double:
        assert delivered(double, imap).outcome is Outcome.ANSWERED
        assert (len(double.taken), imap.appends) == (1, 0)


def test_a_mail_is_found_by_its_id_and_one_that_is_not_there_is_only_not_found(imap):
    async def look() -> Any:
        return await way(double, imap).find(MESSAGE)

    with SmtpServer() as double:
        missing = asyncio.run(look())
        assert (missing.outcome, missing.found) == (Outcome.ANSWERED, False)
        imap.mails.append(f"Message-ID: <{MARKER}>\r\n\r\n".encode())
        found = asyncio.run(look())
    assert (found.outcome, found.found, found.external_id) == (Outcome.ANSWERED, True, MARKER)


@pytest.mark.parametrize("broken", ["LOGIN", "EXAMINE", "UID"])
def test_a_look_that_fails_proves_nothing(broken):
    with ImapServer(broken=broken) as imap, SmtpServer() as double:
        looked = asyncio.run(way(double, imap).find(MESSAGE))
    assert looked.outcome is Outcome.NOT_SENT
    assert looked.error


def test_a_way_back_never_claims_that_absence_proves_anything(imap):
    with SmtpServer() as double:
        assert way(double, imap).capabilities == FINDS
        assert way(double).capabilities == BLIND
    assert not FINDS.absence_proves


@pytest.mark.parametrize(
    ("name", "coded"),
    [
        ("Sent", '"Sent"'),
        ('a "b"\\c', '"a \\"b\\"\\\\c"'),
        ("Gesendete & Entwürfe", '"Gesendete &- Entw&APw-rfe"'),
        ("送信済み", '"&kAFP4W4IMH8-"'),
    ],
)
def test_folder_names_are_coded(name, coded):
    assert quoted(name) == coded


def test_full_stops_at_the_beginning_of_lines_are_doubled():
    assert stuffed(b".\r\n..a\nb.\r") == b"..\r\n...a\r\nb.\r\n"
