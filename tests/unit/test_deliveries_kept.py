"""A group of messages whose storing goes wrong: the database away, a mistake of ours, nobody at ``turnwire.dead``."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import amqp
import pytest
from sqlalchemy import select

from connector.errors import DatabaseUnavailable
from connector.receiving import Receiver
from connector.storage import models
from connector.storage.session import BadData
from tasks import deliveries
from tasks.deliveries import Keeper
from tests.unit.front_door import event, make_site


@pytest.fixture
def site(sqlite_database, tmp_path, monkeypatch):
    made = make_site(sqlite_database, tmp_path)
    monkeypatch.setattr(deliveries, "bury", lambda *_: False)
    yield made
    made.database.dispose()


class Runtime:
    def __init__(self, receiver: Any) -> None:
        self.receiver = receiver


class Moody(Receiver):
    """A receiver that raises what it is told to: so many times, or for one event."""

    errors: list[Exception] = []  # noqa: RUF012 - set by the test on the instance's class
    broken: dict[str, Exception] = {}  # noqa: RUF012 - the same

    def receive(self, items, *, ring=True, live=True):
        if self.errors:
            raise self.errors.pop()
        for item in items:
            if getattr(item, "id", None) in self.broken:
                raise self.broken[item.id]
        return super().receive(items, ring=ring, live=live)


def message(body: bytes, *, redelivered: bool = False) -> amqp.Message:
    made = amqp.Message(body, content_type="application/json")
    made.delivery_info = {"redelivered": redelivered}
    return made


def group(*numbers: int, **more: Any) -> list[amqp.Message]:
    return [message(json.dumps(event(number)).encode(), **more) for number in numbers]


def keep(site, messages, errors=(), broken=None, *, stopped=lambda _seconds: False):
    kind = type("Told", (Moody,), {"errors": list(errors), "broken": broken or {}})
    Keeper(Runtime(kind(wiring=site.receiver.wiring)), app=None).keep(messages, stopped)


def rows(site):
    with site.database.reading() as connection:
        return list(connection.execute(select(models.events).order_by(models.events.c.id)))


def test_a_database_that_is_away_is_waited_for_longer_and_longer(site):
    waits: list[float] = []
    keep(
        site, [*group(1, 2), message(b"broken")], [DatabaseUnavailable("away")] * 6,
        stopped=waits.append,
    )  # fmt: skip
    assert waits == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert Counter(row.status for row in rows(site)) == {"accepted": 2, "quarantined": 1}


def test_told_to_stop_it_raises_so_that_nothing_is_acknowledged(site):
    with pytest.raises(DatabaseUnavailable):
        keep(site, group(1), [DatabaseUnavailable("away")] * 6, stopped=lambda _: True)
    assert rows(site) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BadData("value"), "the database refused it"),
        (ZeroDivisionError(), "receiving it failed with ZeroDivisionError"),
    ],
)
def test_one_that_can_never_be_stored_costs_no_other(site, error, reason):
    messages = group(1, 2, 3)
    keep(site, messages, broken={"T-1/2": error})
    found = rows(site)
    assert [row.external_id for row in found if row.status == "accepted"] == ["T-1/1", "T-1/3"]
    assert [row.reason for row in found if row.status == "quarantined"] == [f"queue turnwire.events: {reason}"]
    keep(site, [message(bytes(each.body), redelivered=True) for each in messages], broken={"T-1/2": error})
    assert len(rows(site)) == 3


def test_what_is_delivered_again_has_one_row_and_what_is_sent_again_has_its_own(site):
    keep(site, [message(b"broken"), message(b"broken"), message(b"")])
    assert len(rows(site)) == 3
    keep(site, [message(b"broken", redelivered=True), message(b"other", redelivered=True)])
    assert len(rows(site)) == 4
    keep(site, [message(b"broken")])
    assert len(rows(site)) == 5


def test_a_broker_that_takes_no_copies_is_asked_once_a_group(site, monkeypatch):
    asked: list[object] = []

    def silent(*told: object) -> bool:
        asked.append(told)
        return False

    monkeypatch.setattr(deliveries, "bury", silent)
    keep(site, [message(b"broken"), message(b""), *group(1), message(b"[]")])
    assert len(asked) == 1
    assert Counter(row.status for row in rows(site)) == {"accepted": 1, "quarantined": 3}


def test_of_what_is_far_too_large_the_row_holds_the_beginning(site):
    keep(site, [message(b"x" * 2_000_000)])
    with site.database.reading() as connection:
        assert len(connection.execute(select(models.event_bodies.c.body)).scalar_one()) == 512 * 1024
