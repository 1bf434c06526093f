"""The door decides the source: a program speaks for no other door."""

from __future__ import annotations

import pytest

from connector.channels.events import cloudevents
from connector.services.receive import Receiver
from connector.storage import tables
from tests.kit.front_door import make_site

HOOKS = """
[sources.Zendesk]
kind = "hook"
profile = "zendesk"
route = "support"
secret = "env:HOOK"
"""
RESERVED = ["zendesk", "broker", "mail:support", "mail:x", "csv:support"]


@pytest.fixture
def receiver(database, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHFLOW", "x")
    site = make_site(database, tmp_path, HOOKS)
    yield site.receiver
    site.receiver.wiring.database.dispose()


def event(**fields: object) -> dict[str, object]:
    return {"route": "support", "conversation": "T-1", "id": "1", "text": "hello", **fields}


def rows(receiver: Receiver) -> list[tuple[str, str]]:
    with receiver.wiring.database.reading() as connection:
        found = connection.execute(tables.events.select().order_by(tables.events.c.id))
        return [(row.source, row.status) for row in found]


@pytest.mark.parametrize("source", RESERVED)
def test_a_message_of_a_broker_speaks_for_no_other_door(receiver, source):
    (answer,) = receiver.receive_json(event(source=source), "celery")
    assert (str(answer.status), "source: reserved" in (answer.reason or "")) == ("refused", True)
    cloud = {"specversion": "1.0", "type": "t", "source": "/x", "id": "2", "data": event(id="2", source=source)}
    item = receiver.read(cloud, source="amqp", where="turnwire.events", position="1", unwrap=cloudevents.structured)
    assert [str(each.status) for each in receiver.receive([item])] == ["refused"]
    # Nor do the rows that say so stand under that name, whatever else is wrong with the message.
    receiver.receive_json(event(id="3", source=source, text=""), "celery")
    assert rows(receiver) == [("celery", "refused"), ("amqp", "refused"), ("celery", "refused")]


def test_a_program_has_sources_of_its_own(receiver):
    answers = receiver.receive_json([event(), event(id="2", source="shop"), event(id="3", source="celery")], "celery")
    assert [str(answer.status) for answer in answers] == ["accepted"] * 3
    assert {source for source, _ in rows(receiver)} == {"celery", "shop"}
