"""The published document says what the reader does: the same fields, the same limits, the same refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.events.schema import FIELDS, nearest_field, parse_event
from connector.errors import InvalidInput
from connector.web.openapi.event_schema import request_schemas
from tests.kit.front_door import Client, event, make_site

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SCHEMAS = request_schemas(callbacks=True, year=NOW.year)


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
    assert "callback" not in request_schemas(callbacks=False, year=2026)["Event"]["properties"]


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"id": 5}, {"id": ""}, {"id": "x" * 256}, {"id": None}, {"text": ""}, {"text": " \t\u3000\x1c"},
        {"text": "a\0"}, {"text": "\0"}, {"conversation": 5}, {"conversation": "x" * 255}, {"route": ""},
        {"customer": {}}, {"customer": None}, {"customer": []}, {"customer": {"id": 5, "name": None, "x": [1]}},
        {"customer": {"name": "x" * 256}}, {"customer": {"email": 5}}, {"subject": "x" * 998}, {"subject": "x" * 999},
        {"priority": 0}, {"priority": 9}, {"priority": 10}, {"priority": -1}, {"priority": "5"}, {"priority": None},
        {"callback": {"task": "a"}}, {"callback": {"task": ""}}, {"callback": {}},
        {"callback": {"task": "a", "queue": 1}},
        {"metadata": {}}, {"metadata": []}, {"metadata": {"a": "\0"}}, {"metadata": {"\0": 1}},
        {"metadata": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {}}}}}}}}},
        {"metadata": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}},
        {"extra_one": {"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}},
        {"extra_one": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {}}}}}}}}},
        {"shop": 1}, {"order_no": 1}, {"x\0y": 1}, {"": 1}, {"no": 1}, {"rout": 1}, {"Text": 1},
        {"due_at": "0001-01-01T01:00:00+07:04"}, {"due_at": "2029-01-01T00:00:00Z"}, {"due_at": "2059-01-01T00:00:00Z"},
        {"followup": None}, {"followup": {}}, {"followup": "3d"}, {"followup": {"after": "3d", "keep": True, "x": 1}},
        {"followup": {"after": "999d", "expires_after": "1s"}}, {"followup": {"after": "1000d"}},
        {"followup": {"after": "0d"}}, {"followup": {"after": "3d\n"}}, {"followup": {"after": 3}},
        {"followup": {"keep": "yes"}}, {"followup": {"keep": None, "after": None}},
        {"occurred_at": "2059-01-01T00:00:00Z"}, {"occurred_at": "2026-11-22T10:00:00"}, {"occurred_at": 5},
    ],
)  # fmt: skip
def test_what_it_allows_is_taken_and_what_it_forbids_is_not(changes):
    payload = {**event(), **changes}
    assert valid(payload) == taken(payload)


@given(st.text(alphabet="aidtexrouTE_ 1", max_size=8))
def test_a_name_that_it_forbids_is_refused(name):
    if name not in FIELDS and not valid({**event(), name: 1}):
        assert nearest_field(name) is not None


@given(st.text(alphabet="aidtexrouTE", max_size=4))
def test_a_short_name_that_is_refused_is_one_that_it_forbids(name):
    if name not in FIELDS and nearest_field(name) in {"id", "text", "route"}:
        assert not valid({**event(), name: 1})


@pytest.mark.parametrize("year", [2026, 2027, 2030, 2035, 2039, 2049])
def test_the_years_of_due_at_follow_the_calendar(year):
    due = request_schemas(callbacks=True, year=year)["Event"]["properties"]["due_at"]["anyOf"][0]
    found = [each for each in range(2000, 2070) if re.match(due["pattern"], f"{each}-01-01T00:00:00Z")]
    assert found == list(range(2000, year + 5))


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
