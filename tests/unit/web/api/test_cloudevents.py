"""`POST /v1/cloudevents`: both content modes, and what becomes of the envelope."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from connector.storage import tables
from tests.kit.front_door import Client, event, make_site

STRUCTURED = {"Content-Type": "application/cloudevents+json"}


@pytest.fixture
def site(sqlite_database, tmp_path):
    made = make_site(sqlite_database, tmp_path)
    yield made
    made.database.dispose()


def envelope(**changes):
    data = {name: value for name, value in event().items() if name != "id"}
    given = {"specversion": "1.0", "id": "e-1", "source": "/shop/1", "type": "com.example.asked", "data": data}
    return {name: value for name, value in {**given, **changes}.items() if value is not ...}


def send(site, payload, headers=STRUCTURED):
    return Client(site)("POST", "/v1/cloudevents", site.token(), content=json.dumps(payload), headers=headers)


def row(site):
    with site.database.reading() as connection:
        return connection.execute(select(tables.events)).one()


def test_structured(site):
    answer = send(site, envelope(time="2026-11-21T10:00:00Z"))
    assert (answer.status_code, answer.json()["warnings"]) == (202, [])
    found = row(site)
    assert (found.source, found.external_id, found.occurred_at) == ("crm", "e-1", 1795255200000)
    assert json.loads(found.metadata) == {"cloudevent": {"source": "/shop/1", "type": "com.example.asked"}}


def test_binary(site):
    headers = {
        "Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "gr%C3%BC%C3%9Fe", "ce-source": "/shop/1",
        "ce-type": "com.example.asked", "ce-time": "2026-11-21T10:00:00Z",
    }  # fmt: skip
    assert send(site, envelope()["data"], headers).status_code == 202
    assert (row(site).external_id, row(site).occurred_at) == ("grüße", 1795255200000)


def test_what_the_event_says_itself_is_kept(site):
    data = event(occurred_at="2026-11-20T10:00:00Z", id="own", metadata={"shop": 1})
    answer = send(site, envelope(data=data, time="2026-11-21T10:00:00Z", subject="T-1"))
    assert answer.json()["warnings"] == ["data.id: unknown field, kept in metadata"]
    found = row(site)
    assert (found.external_id, found.occurred_at) == ("e-1", 1795168800000)
    metadata = json.loads(found.metadata)
    assert (metadata["shop"], metadata["data.id"], metadata["cloudevent"]["subject"]) == (1, "own", "T-1")


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (envelope(specversion="0.3"), "specversion"),
        (envelope(id=...), "id"),
        (envelope(source=""), "source"),
        (envelope(type=5), "type"),
        (envelope(time="today"), "time"),
        (envelope(subject=5), "subject"),
        (envelope(data="secret"), "data"),
        (envelope(data=..., data_base64="c2VjcmV0"), "data"),
        (envelope(data={"route": "support", "text": "secret"}), "conversation"),
        (envelope(data=event(metadata="secret")), "metadata"),
        (["secret"], "cloudevent"),
    ],
)
def test_what_cannot_be_taken_is_422(site, payload, field):
    answer = send(site, payload)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert "secret" not in answer.text


def test_binary_without_its_headers_is_422(site):
    assert send(site, event(), {"Content-Type": "application/json"}).json()["errors"][0]["field"] == "specversion"


def test_batches_of_cloud_events_are_not_taken(site):
    assert send(site, [envelope()], {"Content-Type": "application/cloudevents-batch+json"}).status_code == 415


def test_another_token_s_route_is_403(site):
    assert send(site, envelope(data=event(route="sales"))).status_code == 403
