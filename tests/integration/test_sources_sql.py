"""Rows of sources: cursors never go back, counts add up, silence is by the database's clock."""

from __future__ import annotations

from sqlalchemy import update

from connector.storage import actions, tables
from connector.storage.monitoring.alarms import fetch_alarms
from connector.storage.monitoring.status import status
from connector.storage.sources import cursors, states
from connector.storage.sources.cursors import FolderCursor
from connector.values import EventStatus, Received
from tests.kit.storage import StorageKit

BEGUN = FolderCursor(uid_validity=7, last_uid=10, live_from=11, since=None, pending=())


def advanced(store: StorageKit, validity: int, last: int, *stored: int) -> FolderCursor:
    at = ("inbox", "INBOX", validity, last)
    store.database.write(lambda connection: cursors.advance(connection, *at, stored=stored))
    found = cursors.cursor_of(store.database, "inbox", "INBOX")
    assert found is not None
    return found


def test_a_cursor_goes_on_and_never_back(store: StorageKit) -> None:
    assert cursors.cursor_of(store.database, "inbox", "INBOX") is None
    cursors.begin(store.database, "inbox", "INBOX", BEGUN)
    assert advanced(store, 7, 12, 11, 12).last_uid == 12
    assert advanced(store, 7, 11, 11).last_uid == 12
    assert advanced(store, 8, 99, 99).last_uid == 12
    assert advanced(store, 7, 12).pending == (11, 12)


def test_beginning_again_with_the_same_uids_changes_nothing_and_with_others_all(store: StorageKit) -> None:
    cursors.begin(store.database, "inbox", "INBOX", BEGUN)
    advanced(store, 7, 12, 12)
    cursors.begin(store.database, "inbox", "INBOX", BEGUN)
    assert advanced(store, 7, 0).last_uid == 12
    other = FolderCursor(uid_validity=8, last_uid=0, live_from=5, since=1000, pending=())
    cursors.begin(store.database, "inbox", "INBOX", other)
    assert cursors.cursor_of(store.database, "inbox", "INBOX") == other


def test_what_is_marked_waits_no_more(store: StorageKit) -> None:
    cursors.begin(store.database, "inbox", "INBOX", BEGUN)
    advanced(store, 7, 15, *range(11, 16))
    cursors.marked(store.database, "inbox", "INBOX", 8, [11])
    cursors.marked(store.database, "inbox", "INBOX", 7, [11, 12, 14])
    assert advanced(store, 7, 15).pending == (13, 15)


def test_what_mails_became_is_counted(store: StorageKit) -> None:
    states.announce(store.database, "inbox", "mailbox", 600)
    became = [EventStatus.ACCEPTED, EventStatus.ACCEPTED, EventStatus.DUPLICATE, EventStatus.STOPPED]
    became += [EventStatus.REFUSED, EventStatus.QUARANTINED]
    answers = [Received(status=each) for each in became]
    for _ in range(2):
        store.database.write(lambda connection: states.count(connection, "inbox", answers))
    found = states.state_of(store.database, "inbox")
    assert found is not None
    assert (found.accepted, found.duplicates, found.set_aside, found.refused) == (4, 2, 2, 4)
    assert found.mail_at is not None


def test_a_source_of_which_nothing_is_read_raises_an_alarm(store: StorageKit) -> None:
    states.announce(store.database, "inbox", "mailbox", 600)
    states.announce(store.database, "gone", "mailbox", 600)
    states.retire(store.database, ["inbox"])
    assert raised(store) == []
    states.succeeded(store.database, "inbox")
    states.failed(store.database, "inbox", "unreachable", "no connection while connecting: refused")
    aged(store, 599_000)
    assert raised(store) == []
    aged(store, 10_000)
    (alarm,) = raised(store)
    assert (alarm.name, alarm.id, alarm.reason) == ("source_silent", "inbox", "unreachable")
    assert alarm.detail == "no connection while connecting: refused"
    states.succeeded(store.database, "inbox")
    assert raised(store) == []


def test_a_source_that_is_closed_raises_an_alarm_until_it_is_started(store: StorageKit) -> None:
    states.announce(store.database, "inbox", "mailbox", 600)
    states.close(store.database, "inbox", "credentials", "the server does not take the login")
    (alarm,) = [alarm for alarm in status(store.database)["alarms"] if alarm.noun == "source"]
    assert (alarm.name, alarm.reason) == ("source_stopped", "credentials")
    made = actions.start_source(store.database, "inbox", actor="ann")
    assert (made.before, made.after, made.detail) == ("stopped", "open", {"reason": "credentials"})
    found = states.state_of(store.database, "inbox")
    assert found is not None
    assert (found.stopped, found.asked, found.failures) == (False, True, 0)
    assert raised(store) == []


def raised(store: StorageKit):
    with store.database.reading() as connection:
        return fetch_alarms(connection)


def aged(store: StorageKit, millis: int) -> None:
    """As if so much time had passed."""
    sources = tables.sources
    earlier = {name: sources.c[name] - millis for name in ("round_at", "changed_at", "first_at")}
    store.database.write(lambda connection: connection.execute(update(sources).values(earlier)))
