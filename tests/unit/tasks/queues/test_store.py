"""A group of messages whose storing goes wrong: the database away, a mistake of ours, nobody at ``turnwire.dead``."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import amqp
import pytest
from sqlalchemy import select

from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.storage import tables
from connector.storage.core.database import BadData
from tasks.queues import json_events, store
from tasks.queues.message import QueueMessage
from tasks.queues.store import MessageStore
from tests.kit.front_door import event, make_site


@pytest.fixture
def site(sqlite_database, tmp_path, monkeypatch):
    made = make_site(sqlite_database, tmp_path)
    monkeypatch.setattr(store, "bury", lambda *_: False)
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


def message(body: bytes, **properties: Any) -> amqp.Message:
    return amqp.Message(body, content_type="application/json", **properties)


def group(*numbers: int) -> list[amqp.Message]:
    return [message(json.dumps(event(number)).encode()) for number in numbers]


def keep(site, messages, errors=(), broken=None, *, stopped=lambda _seconds: False):
    kind = type("Told", (Moody,), {"errors": list(errors), "broken": broken or {}})
    kept = MessageStore(Runtime(kind(wiring=site.receiver.wiring)), None, "turnwire.events", json_events.read)
    kept.keep([QueueMessage.of_amqp(each) for each in messages], stopped)


def rows(site):
    with site.database.reading() as connection:
        return list(connection.execute(select(tables.events).order_by(tables.events.c.id)))


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
    keep(site, [message(bytes(each.body)) for each in messages], broken={"T-1/2": error})
    assert len(rows(site)) == 3


UNREADABLE: list[tuple[bytes, dict[str, Any]]] = [
    (b"broken", {}),
    (b"other", {}),
    (b"broken", {}),
    (b"broken", {"message_id": "7"}),
    (b"", {}),
    (b"broken", {"message_id": "8"}),
    (b"broken", {"correlation_id": "7"}),
    (b"x" * 600_000, {}),
    (b"x" * 600_000 + b"y", {}),
    (b"broken", {}),
]
"""Eight that differ, in their bytes or in what their publisher called them, and one of them two more times."""


@pytest.mark.parametrize("together", [1, 3, len(UNREADABLE)])
@pytest.mark.parametrize("kept", range(len(UNREADABLE) + 1))
def test_wherever_a_worker_dies_each_unreadable_message_has_one_row(site, kept, together):
    """It kept so many and acknowledged none; all come again, in groups of another size."""
    messages = [message(body, **properties) for body, properties in UNREADABLE]
    keep(site, messages[:kept])
    for start in range(0, len(messages), together):
        keep(site, messages[start : start + together])
    assert Counter(row.status for row in rows(site)) == {"quarantined": 8}
    with site.database.reading() as connection:
        bodies = Counter(connection.execute(select(tables.event_bodies.c.body)).scalars())
    assert bodies == {b"broken": 4, b"other": 1, b"": 1, b"x" * 512 * 1024: 2}


def test_each_delivery_of_what_cannot_be_read_has_its_copy(site, monkeypatch):
    copies: list[bytes] = []

    def taken(_app: object, body: bytes, *_: object) -> bool:
        copies.append(body)
        return True

    monkeypatch.setattr(store, "bury", taken)
    for _ in range(2):
        keep(site, [message(b"broken"), message(b"broken")])
    assert copies == [b"broken"] * 4
    assert len(rows(site)) == 1


def test_a_broker_that_takes_no_copies_is_asked_once_a_group(site, monkeypatch):
    asked: list[object] = []

    def silent(*told: object) -> bool:
        asked.append(told)
        return False

    monkeypatch.setattr(store, "bury", silent)
    keep(site, [message(b"broken"), message(b""), *group(1), message(b"[]")])
    assert len(asked) == 1
    assert Counter(row.status for row in rows(site)) == {"accepted": 1, "quarantined": 3}


def test_of_what_is_far_too_large_the_row_holds_the_beginning(site):
    keep(site, [message(b"x" * 2_000_000)])
    with site.database.reading() as connection:
        assert len(connection.execute(select(tables.event_bodies.c.body)).scalar_one()) == 512 * 1024
