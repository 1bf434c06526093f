"""Named leases: one holder at a time, until it lets go or runs out."""

from __future__ import annotations

import threading

import pytest

from connector.storage.core.database import Database
from connector.storage.queue import leases


@pytest.fixture
def stored(database):
    made = Database(database.replace("postgresql://", "postgresql+psycopg://", 1))
    yield made
    made.dispose()


def test_one_holds_it_until_it_is_given_back(stored):
    assert leases.take(stored, "reader:a", "first", 60)
    assert leases.take(stored, "reader:a", "first", 60), "renewed"
    assert not leases.take(stored, "reader:a", "second", 60)
    assert leases.take(stored, "reader:b", "second", 60), "another lease"
    leases.give_back(stored, "reader:a", "second")
    assert not leases.take(stored, "reader:a", "second", 60), "nobody lets go of what another holds"
    leases.give_back(stored, "reader:a", "first")
    assert leases.take(stored, "reader:a", "second", 60)


def test_one_that_has_run_out_is_anybodys_and_its_holder_has_lost_it(stored):
    assert leases.take(stored, "reader:a", "first", -1)
    assert leases.take(stored, "reader:a", "second", 60)
    assert not leases.take(stored, "reader:a", "first", 60)


def test_of_many_who_ask_at_once_one_gets_it(stored):
    ready = threading.Barrier(8)
    got: list[str] = []

    def ask(name: str) -> None:
        ready.wait()
        if leases.take(stored, "reader:a", name, 60):
            got.append(name)

    threads = [threading.Thread(target=ask, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
