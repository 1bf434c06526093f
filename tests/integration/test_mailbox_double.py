"""A mailbox at a scripted server: what is odd, evil or ends in the middle loses no mail and takes none twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.channels.mail.imap import login
from connector.channels.mail.parser import parser
from connector.channels.mail.parsing.mime import MAX_RAW
from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.storage import tables
from connector.storage.core.database import BadData
from tests.kit.imap_double import (
    PASSWORD,
    USER,
    ImapDouble,
    Trick,
    drip,
    flood,
    hang_up,
    imap_double,
    saying,
    silence,
)
from tests.kit.mail_sources import FetchedSource, mail, mailbox_config, numbers

ALL = 'start = "all"'


@pytest.fixture
def server() -> Iterator[ImapDouble]:
    with imap_double() as double:
        yield double


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = login.logged_in.__defaults__
    assert defaults is not None
    monkeypatch.setattr("connector.channels.mail.imap.mailbox.ImapMailbox.__init__.__defaults__", (None, 0.5))
    monkeypatch.setattr("connector.channels.mail.imap.mailbox._BODY_PATIENCE", 0.5)


@pytest.fixture
def inbox(server: ImapDouble, tmp_path: Path, sqlite_database: str) -> Iterator[FetchedSource]:
    source = source_at(server, tmp_path, sqlite_database, ALL)
    yield source
    source.close()


def source_at(server: ImapDouble, folder: Path, database: str, imap: str) -> FetchedSource:
    return FetchedSource(mailbox_config(folder, database, server.port, password=PASSWORD, imap=imap, user=USER))


# --- ends in the middle -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["CAPABILITY", "AUTHENTICATE", "SELECT", "SEARCH", "FETCH", "STORE", "LOGOUT"])
def test_a_connection_that_ends_at_any_step_loses_nothing_and_repeats_nothing(
    server: ImapDouble, inbox: FetchedSource, step: str
) -> None:
    for number in (1, 2, 3):
        server.add(mail(number))
    server.tricks[step] = hang_up
    done = inbox.fetch()
    assert step == "LOGOUT" or done.problem.kind == "unreachable"
    assert inbox.fetch().problem is None
    assert inbox.ids() == numbers(1, 2, 3)
    assert [each.flags for each in server.mails.values()] == [{"$Turnwire"}] * 3
    assert inbox.rows(tables.source_folders, "last_uid", "pending") == [(3, "")]


def test_a_mark_that_could_not_be_set_is_made_up_for(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(mail(1))
    server.tricks["STORE"] = hang_up
    assert inbox.fetch().problem.kind == "unreachable"
    assert inbox.rows(tables.source_folders, "last_uid", "pending") == [(1, "1")]
    server.add(mail(2))
    assert inbox.taken() == {"accepted": 1}
    assert [each.flags for each in server.mails.values()] == [{"$Turnwire"}] * 2


# --- nonsense ---------------------------------------------------------------------------------------------------------

NONSENSE: dict[str, tuple[str, Trick]] = {
    "a literal of gigabytes": ("FETCH", saying("* 1 FETCH (UID 1 RFC822.SIZE {99999999999}", tagged=None)),
    "a literal of no number": (
        "FETCH",
        saying("* 1 FETCH (UID 1 RFC822.SIZE {9999999999999999999999999999}", tagged=None),
    ),
    "a line without an end": ("SEARCH", flood(b"1 " * 50_000, 100)),
    "lines without an end": ("SELECT", flood(b"* 5 EXISTS\r\n", 50_000)),
    "no IMAP at all": ("SELECT", saying(b"\xff\xfe\x00 nonsense", "HTTP/1.1 400 Bad Request")),
    "a tag of another command": ("SELECT", saying("XXXX99 OK done", tagged=None)),
    "no UIDVALIDITY": ("SELECT", saying("* 1 EXISTS")),
    "a search that is refused": ("SEARCH", saying(tagged="NO not today")),
    "a BAD": ("SEARCH", saying(tagged="BAD syntax")),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_bounded_and_said_in_a_sentence(server: ImapDouble, inbox: FetchedSource, case: str) -> None:
    server.add(mail(1))
    name, trick = NONSENSE[case]
    server.tricks[name] = trick
    done = inbox.fetch()
    assert done.problem.kind == "protocol", str(done.problem)
    assert len(str(done.problem)) < 200
    assert 0.5 <= done.wait <= 300
    assert inbox.taken() == {"accepted": 1}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trick", [silence, drip])
def test_a_server_that_keeps_one_waiting_is_left(server: ImapDouble, inbox: FetchedSource, trick: Trick) -> None:
    server.add(mail(1))
    server.tricks["SEARCH"] = trick
    assert inbox.fetch().problem.kind == "silent"
    assert inbox.taken() == {"accepted": 1}


# --- mails that are trouble -------------------------------------------------------------------------------------------


def test_a_mail_that_the_server_chokes_on_is_passed_over_in_the_end(server: ImapDouble, inbox: FetchedSource) -> None:
    for number in (1, 2, 3):
        server.add(mail(number))

    def choke(talk, tag):
        command = server.commands[-1]
        if "BODY.PEEK[]" not in command or command.split()[2] not in {"1:3", "2"}:
            return False
        talk.say("* 2 FETCH (UID 2 BODY[] {99999999999}")
        return True

    server.always["FETCH"] = choke
    kinds = [inbox.fetch() for _ in range(4)]
    assert [done.problem and done.problem.kind for done in kinds] == ["protocol", "protocol", "protocol", None]
    assert inbox.ids() == numbers(1, 3)
    ((reason, raw),) = [(row.reason, row.body) for row in events_with_bodies(inbox) if row.status == "quarantined"]
    assert reason == "inbox, folder INBOX, UID 2: the server could not hand it out"
    assert b"Order 2" in raw
    assert server.mails[2].flags == set()
    assert server.mails[3].flags == {"$Turnwire"}
    server.always.clear()
    assert inbox.taken() == {}


def events_with_bodies(source: FetchedSource):
    from sqlalchemy import select

    joined = tables.events.join(tables.event_bodies, tables.event_bodies.c.event_id == tables.events.c.id)
    with source.database.reading() as connection:
        return connection.execute(select(tables.events, tables.event_bodies.c.body).select_from(joined)).all()


def test_a_size_that_is_a_lie_costs_nothing(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(mail(1), size=3)
    server.add(mail(2), size=MAX_RAW + 1)
    assert inbox.taken() == {"accepted": 1, "refused": 1}
    assert server.asked("BODY.PEEK[HEADER]") == 1


def test_a_mail_that_is_deleted_meanwhile_is_gone(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(mail(1))
    server.add(mail(2))

    def delete(_talk, _tag):
        server.mails.pop(1, None)
        return False

    server.always["FETCH"] = lambda talk, tag: "BODY" in server.commands[-1] and delete(talk, tag)
    assert inbox.taken() == {"accepted": 1}
    assert inbox.ids() == numbers(2)


def test_a_mail_that_ends_the_parser_is_kept_in_quarantine(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connector.channels.mail.message import unreadable

    def parse(raw, **options):
        if b"Order 1" in raw:
            return unreadable(raw, options["source"], options["route"], "the process that parses mail ended over it")
        return real(raw, **options)

    real = parser.parse
    monkeypatch.setattr(parser, "parse", parse)
    server.add(mail(1))
    server.add(mail(2))
    assert inbox.taken() == {"quarantined": 1, "accepted": 1}
    assert inbox.ids("accepted") == numbers(2)
    (reason,) = [row[0] for row in inbox.rows(tables.events, "reason", "status") if row[1] == "quarantined"]
    assert reason.startswith("inbox, folder INBOX, UID 1: the process that parses mail ended")


def test_a_mail_that_the_database_refuses_goes_into_quarantine_and_costs_no_other(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive_with(self, items, along, **rest):
        if any(item.id == "m2@home.example" for item in items):
            raise BadData("no")
        return real(self, items, along, **rest)

    real = Receiver.receive_with
    monkeypatch.setattr(Receiver, "receive_with", receive_with)
    for number in (1, 2, 3):
        server.add(mail(number))
    assert inbox.taken() == {"accepted": 2, "quarantined": 1}
    assert inbox.ids() == numbers(1, 3)
    assert inbox.rows(tables.source_folders, "last_uid", "pending") == [(3, "")]


def test_while_the_database_is_away_nothing_is_marked_and_nothing_lost(
    server: ImapDouble, inbox: FetchedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args, **_kwargs):
        raise DatabaseUnavailable("the database does not answer")

    server.add(mail(1))
    with monkeypatch.context() as patch:
        patch.setattr(Receiver, "receive_with", away)
        with pytest.raises(DatabaseUnavailable):
            inbox.fetch()
    assert server.mails[1].flags == set()
    assert inbox.rows(tables.sources, "failures") == [0]
    assert inbox.taken() == {"accepted": 1}


def test_what_the_route_lets_in_is_let_in(
    server: ImapDouble, tmp_path: Path, sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNWIRE_ROUTES__SUPPORT__LET_IN", "mailing_list,bulk")
    source = source_at(server, tmp_path, sqlite_database, ALL)
    server.add(b"Precedence: bulk\r\n" + mail(1))
    assert source.taken() == {"accepted": 1}
    source.close()


def test_mail_of_our_own_is_stopped(server: ImapDouble, inbox: FetchedSource) -> None:
    server.add(mail(1).replace(b"ann1@home.example>", f"{USER}>".encode(), 1))
    assert inbox.taken() == {"stopped": 1}


# --- folders, marks ---------------------------------------------------------------------------------------------------


def test_a_changed_uidvalidity_takes_nothing_of_before_the_first_contact(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    source = source_at(server, tmp_path, sqlite_database, "")
    server.add(mail(1))
    assert source.taken() == {}
    server.validity, server.next_uid = 8, 10
    server.add(mail(2))
    assert source.taken() == {}  # both came long before this contact, as the server says
    server.add(mail(3))
    assert source.taken() == {"accepted": 1}
    assert source.ids() == numbers(3)
    source.close()


def test_a_mark_that_the_server_does_not_take_is_left_out(server: ImapDouble, inbox: FetchedSource) -> None:
    server.permanent = "\\Seen \\Deleted"
    server.add(mail(1))
    assert inbox.taken() == {"accepted": 1}
    assert server.asked("STORE") == 0


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 AUTH=PLAIN MOVE", "IMAP4rev1 AUTH=PLAIN UIDPLUS"])
def test_mails_are_moved_with_move_and_without(
    server: ImapDouble, tmp_path: Path, sqlite_database: str, capabilities: str
) -> None:
    server.capabilities = capabilities
    server.folders["Done"] = {}
    server.add(mail(1))
    source = source_at(server, tmp_path, sqlite_database, f'{ALL}\ndone = "move:Done"')
    assert source.taken() == {"accepted": 1}
    assert (len(server.mails), len(server.folders["Done"])) == (0, 1)
    source.close()


def test_a_folder_that_may_only_be_read_is_read_and_that_is_said(server: ImapDouble, inbox: FetchedSource) -> None:
    def read_only(talk, tag):
        talk.say("* OK [UIDVALIDITY 7] valid", f"* OK [UIDNEXT {server.next_uid}] next", f"{tag} OK [READ-ONLY] open")
        return True

    server.always |= {"SELECT": read_only, "STORE": saying(tagged="NO read only")}
    server.add(mail(1))
    assert inbox.fetch().problem.kind == "read_only"
    assert inbox.ids() == numbers(1)
    server.always.clear()
    assert inbox.taken() == {}
    assert server.mails[1].flags == {"$Turnwire"}


def test_a_missing_target_is_a_problem_and_mails_are_taken_in_all_the_same(
    server: ImapDouble, tmp_path: Path, sqlite_database: str
) -> None:
    server.add(mail(1))
    source = source_at(server, tmp_path, sqlite_database, f'{ALL}\ndone = "move:Done"')
    assert source.fetch().problem.kind == "folder"
    server.add(mail(2))
    assert source.fetch().problem.kind == "folder"
    assert source.ids() == numbers(1, 2)
    server.folders["Done"] = {}
    assert source.taken() == {}
    assert len(server.folders["Done"]) == 2
    source.close()


def test_a_mailbox_of_many_mails_is_read_in_groups(server: ImapDouble, inbox: FetchedSource) -> None:
    for number in range(120):
        server.add(mail(number))
    assert inbox.taken() == {"accepted": 120}
    bodies = [command for command in server.commands if "BODY.PEEK[]" in command]
    assert [command.split()[2] for command in bodies] == ["1:50", "51:100", "101:120"]


def test_a_gap_of_millions_of_uids_is_passed(server: ImapDouble, inbox: FetchedSource) -> None:
    server.next_uid = 450_000
    server.add(mail(1))
    rounds = [inbox.fetch() for _ in range(5)]
    assert [done.report.found for done in rounds] == [0, 0, 0, 0, 1]
    assert [done.wait for done in rounds[:4]] == [0.0] * 4
    assert rounds[4].wait == 60.0


def test_a_stop_ends_a_round_between_two_groups(server: ImapDouble, inbox: FetchedSource) -> None:
    for number in range(60):
        server.add(mail(number))

    def stop(_talk, _tag):
        inbox.stopping = True
        return False

    server.always["STORE"] = stop
    done = inbox.fetch()
    assert (done.report.found, done.report.more) == (50, True)
    inbox.stopping = False
    server.always.clear()
    assert inbox.taken() == {"accepted": 10}
