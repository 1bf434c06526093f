"""The session with a mailbox at a scripted server: greeting, encryption, login, IDLE."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.services.sources.mailbox import MailboxRounds
from connector.settings import OAuthSettings
from tests.kit.imap_double import PASSWORD, USER, ImapDouble, Trick, flood, hang_up, imap_double, saying
from tests.kit.mail_sources import FetchedSource, mail, mailbox_config, waited
from tests.kit.token_endpoint import token_endpoint
from tests.kit.worker_process import written_config

ALL = 'start = "all"'


@pytest.fixture
def server() -> Iterator[ImapDouble]:
    with imap_double() as double:
        yield double


@pytest.fixture
def inbox(server: ImapDouble, tmp_path: Path, sqlite_database: str) -> Iterator[FetchedSource]:
    source = source_at(server, tmp_path, sqlite_database, ALL)
    yield source
    source.close()


def source_at(server: ImapDouble, folder: Path, database: str, imap: str) -> FetchedSource:
    return FetchedSource(mailbox_config(folder, database, server.port, password=PASSWORD, imap=imap, user=USER))


# --- greeting and encryption ---


@pytest.mark.parametrize("greeting", ["* BYE full", "* NO", "220 mail.example ESMTP"])
def test_a_greeting_that_is_none_is_no_mailbox(server: ImapDouble, inbox: FetchedSource, greeting: str) -> None:
    server.greeting = greeting
    assert inbox.fetch().problem.kind in {"protocol", "unreachable"}


def test_whoever_is_logged_in_before_login_is_not_believed(server: ImapDouble, inbox: FetchedSource) -> None:
    server.greeting = "* PREAUTH welcome"
    assert inbox.fetch().problem.kind == "security"


def test_a_server_without_starttls_gets_no_password(server: ImapDouble, tmp_path: Path, sqlite_database: str) -> None:
    source = source_at(server, tmp_path, sqlite_database, 'security = "starttls"')
    assert source.fetch().problem.kind == "security"
    assert server.asked("AUTHENTICATE") == 0
    source.close()


def test_answers_in_the_clear_behind_starttls_are_refused(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.capabilities += " STARTTLS"

    def inject(talk, tag):
        talk.sock.sendall(f"{tag} OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".encode())
        return True

    server.tricks["STARTTLS"] = inject
    source = source_at(server, tmp_path, sqlite_database, 'security = "starttls"')
    assert source.fetch().problem.kind == "security"
    source.close()


# --- login ------------------------------------------------------------------------------------------------------------


class Tokens:
    def __init__(self, token: str) -> None:
        self.given = token
        self.heard: list[str] = []

    def token(self, source_name: str) -> str:
        assert source_name == "inbox"
        return self.given

    def refused(self, source_name: str, token: str) -> None:
        self.heard.append(token)


def test_a_token_logs_in_and_a_bad_one_gets_a_second_try_before_the_source_is_closed(
    server: ImapDouble, inbox: FetchedSource
) -> None:
    oauth = OAuthSettings(token_url="https://id.example/token", device_url="https://id.example/d", client_id="x")
    source = inbox.source.model_copy(update={"password": None, "oauth": oauth})
    source.stand_at(inbox.source._place)
    inbox.fetching._source = source
    tokens = Tokens("expired")
    inbox.fetching.rounds = MailboxRounds(inbox.receiver, source, tokens)
    first, second = inbox.fetch(), inbox.fetch()
    assert [done.problem.kind for done in (first, second)] == ["credentials", "credentials"]
    assert [first.closed, second.closed] == [False, True]
    assert "expired" not in str(second.problem)
    assert tokens.heard == ["expired", "expired"]
    inbox.fetching.rounds = MailboxRounds(inbox.receiver, source, Tokens(PASSWORD))
    server.add(mail(1))
    assert inbox.taken() == {"accepted": 1}


def test_a_mailbox_logs_in_with_tokens_of_a_real_endpoint_and_asks_for_another_when_one_is_refused(
    server: ImapDouble, tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", "hush")
    with token_endpoint() as endpoint:
        more = f"""
[sources.inbox]
kind = "mailbox"
route = "support"
user = "{USER}"
[sources.inbox.imap]
host = "127.0.0.1"
port = {server.port}
security = "none"
{ALL}
[sources.inbox.oauth]
grant = "client_credentials"
token_url = "{endpoint.url}/token"
client_id = "app"
client_secret = "env:CLIENT_SECRET"
"""
        settings = written_config(tmp_path, "embedded", database_url=sqlite_database, broker='folder = "b"', more=more)
        source = FetchedSource(settings)
        server.password = "access-2"
        server.add(mail(1))
        assert source.fetch().problem.kind == "credentials"
        assert source.taken() == {"accepted": 1}
        assert len(endpoint.forms) == 2
        source.close()


def test_login_is_used_where_there_is_no_plain(server: ImapDouble, inbox: FetchedSource) -> None:
    server.capabilities = "IMAP4rev1"
    server.add(mail(1))
    assert inbox.taken() == {"accepted": 1}
    assert server.asked("LOGIN") == 1


def test_a_server_that_says_no_password_here_gets_none(server: ImapDouble, inbox: FetchedSource) -> None:
    server.capabilities = "IMAP4rev1 LOGINDISABLED"
    assert inbox.fetch().problem.kind == "security"
    assert server.asked("LOGIN") == 0


@pytest.mark.parametrize(
    ("answer", "kind", "closes_at"),
    [
        ("NO [AUTHENTICATIONFAILED] wrong", "credentials", 1),
        ("NO [UNAVAILABLE] the directory is away", "busy", None),
        ("NO Too many simultaneous connections", "busy", None),
        ("NO go away", "login", 3),
    ],
)
def test_a_refused_login_closes_the_source_when_it_will_stay_refused(
    server: ImapDouble, inbox: FetchedSource, answer: str, kind: str, closes_at: int | None
) -> None:
    server.always["AUTHENTICATE"] = saying(tagged=answer)
    for attempt in range(1, 5):
        done = inbox.fetch()
        assert done.problem.kind == kind
        assert done.closed == (attempt == closes_at)
        if done.closed:
            break
    assert (closes_at is not None) == done.closed


# --- idle -------------------------------------------------------------------------------------------------------------


def test_a_push_wakes_and_a_sign_of_life_does_not(server: ImapDouble, inbox: FetchedSource) -> None:
    assert inbox.taken() == {}
    ended = threading.Event()
    thread = threading.Thread(target=waited, args=(inbox, ended))
    thread.start()
    assert server.idling.wait(10)
    server.add(mail(1))
    assert ended.wait(10)
    thread.join()
    assert inbox.taken() == {"accepted": 1}
    assert server.connections == 1


@pytest.mark.parametrize("trick", [hang_up, saying(tagged="NO idle is not for you"), flood(b"* OK still\r\n", 20_000)])
def test_an_idle_that_ends_badly_is_waited_out(server: ImapDouble, inbox: FetchedSource, trick: Trick) -> None:
    assert inbox.taken() == {}
    server.always["IDLE"] = trick
    inbox.fetching.rounds.wait(1.0, lambda: False)
    assert server.asked("IDLE") <= 2
    server.add(mail(1))
    assert inbox.taken() == {"accepted": 1}


def test_what_comes_between_the_search_and_idle_is_not_waited_for(server: ImapDouble, inbox: FetchedSource) -> None:
    assert inbox.taken() == {}
    server.add(mail(1))
    inbox.fetching.rounds.wait(60, lambda: False)
    assert inbox.taken() == {"accepted": 1}


def test_a_server_that_has_news_without_end_is_not_read_without_end(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def news(talk, tag):
        talk.say("+ go on", "* 9 EXISTS")
        assert talk.line() == "DONE"
        talk.say(f"{tag} OK done")
        return True

    assert inbox.taken() == {}
    server.always["IDLE"] = news
    slept: list[float] = []
    monkeypatch.setattr("connector.services.sources.mailbox.time.sleep", slept.append)
    for _ in range(3):
        inbox.fetching.rounds.wait(60, lambda: False)
    assert len(slept) == 3
    assert all(seconds > 0 for seconds in slept)
