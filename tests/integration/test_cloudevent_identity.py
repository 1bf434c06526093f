"""The source that a CloudEvent's envelope names belongs to its identity."""

from __future__ import annotations

from typing import Any

import pytest

from connector.channels.events import cloudevents
from connector.services.receive import Receiver
from connector.storage import tables
from tests.kit.engine import EngineKit


@pytest.fixture
def receiver(database, tmp_path):
    with EngineKit(database, None, tmp_path) as kit:
        receiver = Receiver(wiring=kit.wiring)
        yield receiver, kit


def cloud(source: str, text: str = "Where is my parcel?", **data: Any) -> dict[str, Any]:
    fields = {"route": "osvi", "conversation": source.rpartition("/")[2], "text": text, **data}
    return {"specversion": "1.0", "type": "message", "source": source, "id": "100", "data": fields}


def taken(door: Receiver, *envelopes: dict[str, Any]) -> list[str]:
    items = [
        door.read(each, source="amqp", where="amqp", position="1", unwrap=cloudevents.structured) for each in envelopes
    ]
    return [str(answer.status) for answer in door.receive(items)]


@pytest.mark.parametrize("batches", [1, 2])
def test_one_id_of_two_sources_is_two_messages(receiver, batches):
    door, kit = receiver
    both = [cloud("/shops/berlin"), cloud("/shops/oslo", "My lamp is broken.")]
    statuses = taken(door, *both) if batches == 1 else [*taken(door, both[0]), *taken(door, both[1])]
    assert statuses == ["accepted", "accepted"]
    assert taken(door, *both) == taken(door, *reversed(both)) == ["duplicate", "duplicate"]
    first, second = sorted(row.external_id for row in kit.rows(tables.events))
    assert first == "100"
    assert second.startswith("100+")
    assert len(second) == len("100+") + 16


def test_other_words_of_one_source_are_a_conflict(receiver):
    door, _ = receiver
    assert taken(door, cloud("/shops/oslo"), cloud("/shops/oslo", "Another text")) == ["accepted", "conflict"]


def test_one_that_was_kept_without_its_source_is_the_same(receiver):
    door, kit = receiver
    assert taken(door, cloud("/shops/oslo")) == ["accepted"]
    kit.change(tables.events, metadata=None)
    assert taken(door, cloud("/shops/oslo")) == ["duplicate"]


def test_a_field_of_the_event_is_no_envelope(receiver):
    door, _ = receiver
    assert taken(door, cloud("/shops/oslo")) == ["accepted"]
    plain = {**cloud("/shops/oslo")["data"], "id": "100", "metadata": {"cloudevent": {"source": "/shops/berlin"}}}
    item = door.read(plain, source="amqp", where="amqp", position="1")
    assert [str(answer.status) for answer in door.receive([item])] == ["duplicate"]
