"""The published document says what the reader does: the same fields, the same limits, the same refusals."""

from __future__ import annotations

from datetime import UTC, datetime

import jsonschema
import pytest

from connector.channels.events.schema import FIELDS, parse_event
from connector.errors import InvalidInput
from connector.web.openapi.event_schema import request_schemas
from tests.kit.front_door import Client, event, make_site

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SCHEMAS = request_schemas(callbacks=True)


def valid(payload, name="Event"):
    document = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    validator = jsonschema.Draft202012Validator(document, format_checker=jsonschema.FormatChecker())
    return validator.is_valid(payload)


def taken(payload):
    try:
        parse_event(payload, source="crm", now=NOW)
    except InvalidInput:
        return False
    return True


def test_it_names_every_field_but_the_source():
    assert set(SCHEMAS["Event"]["properties"]) == FIELDS - {"source"}
    assert set(SCHEMAS["CloudEvent"]["properties"]["data"]["properties"]) == FIELDS - {"source", "id"}


def test_callbacks_are_named_only_where_there_are_any():
    assert "callback" not in request_schemas(callbacks=False)["Event"]["properties"]


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"id": 5}, {"id": ""}, {"id": "x" * 256}, {"id": None}, {"text": ""},
        {"conversation": 5}, {"conversation": "x" * 255}, {"route": ""},
        {"customer": {}}, {"customer": None}, {"customer": []}, {"customer": {"id": 5, "name": None, "x": [1]}},
        {"customer": {"name": "x" * 256}}, {"customer": {"email": 5}}, {"subject": "x" * 998}, {"subject": "x" * 999},
        {"priority": 0}, {"priority": 9}, {"priority": 10}, {"priority": -1}, {"priority": "5"}, {"priority": None},
        {"callback": {"task": "a"}}, {"callback": {"task": ""}}, {"callback": {}},
        {"callback": {"task": "a", "queue": 1}},
        {"metadata": {}}, {"metadata": []},
        {"metadata": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {}}}}}}}}},
        {"extra_one": {"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}},
        {"shop": 1}, {"order_no": 1},
        {"due_at": "2029-01-01T00:00:00Z"},
        {"followup": None}, {"followup": {}}, {"followup": "3d"}, {"followup": {"after": "3d", "keep": True, "x": 1}},
        {"followup": {"after": "999d", "expires_after": "1s"}},
        {"followup": {"after": 3}},
        {"followup": {"keep": "yes"}}, {"followup": {"keep": None, "after": None}},
        {"occurred_at": "2059-01-01T00:00:00Z"}, {"occurred_at": "2026-11-22T10:00:00"}, {"occurred_at": 5},
    ],
)  # fmt: skip
def test_what_it_allows_is_taken_and_what_it_forbids_is_not(changes):
    payload = {**event(), **changes}
    assert valid(payload) == taken(payload)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": " \t\u3000\x1c"}, {"text": "a\0"}, {"text": "\0"}, {"routes": 1}, {"conversaton": 1},
        {"metadata": {"a": "\0"}}, {"metadata": {"\0": 1}}, {"x\0y": 1},
        {"metadata": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}},
        {"extra_one": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {}}}}}}}}},
        {"due_at": "0001-01-01T01:00:00+07:04"}, {"due_at": "2059-01-01T00:00:00Z"},
        {"followup": {"after": "1000d"}}, {"followup": {"after": "0d"}}, {"followup": {"after": "3d\n"}},
    ],
)  # fmt: skip
def test_what_only_its_descriptions_forbid_is_refused_too(changes):
    payload = {**event(), **changes}
    assert valid(payload)
    assert not taken(payload)


def test_every_reference_leads_somewhere_and_every_answer_is_described(sqlite_database, tmp_path):
    site = make_site(sqlite_database, tmp_path)
    document = Client(site)("GET", "/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/events", "/v1/events/batch", "/v1/cloudevents", "/v1/hooks/{source}", "/v1/turns/{id}",
        "/v1/conversations/{id}", "/v1/conversations/{id}/hand-off", "/v1/conversations/{id}/resume",
        "/v1/conversations/{id}/close", "/healthz", "/readyz", "/metrics",
    }  # fmt: skip
    names = document["components"]["schemas"]
    assert references(document) <= {f"#/components/schemas/{name}" for name in names}
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert all(answer["description"] for answer in operation["responses"].values())
            assert ("401" in operation["responses"]) == ("security" in operation)
    site.database.dispose()


def references(node):
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()
