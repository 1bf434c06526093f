"""A message of the events queue to its payloads, or to the reason why it has none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connector.channels.events.amqp import MOST, Delivery, Malformed, opened
from connector.channels.events.schema import EVENT_BYTES
from connector.errors import InvalidInput

EVENT = {"route": "support", "conversation": "T-1", "id": "1", "text": "Hello"}
DATA = {name: value for name, value in EVENT.items() if name != "id"}
ATTRIBUTES = {"specversion": "1.0", "id": "e-1", "source": "/shop", "type": "asked"}
ENVELOPE = {**ATTRIBUTES, "data": DATA}
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


def read(value, content_type="application/json", encoding=None, **headers):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    payloads, unwrap = opened(
        Delivery(body=body, content_type=content_type, content_encoding=encoding, headers=headers)
    )
    return [unwrap(payload) for payload in payloads]


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=UTF-8", "application/json ;"])
@pytest.mark.parametrize("encoding", [None, "", "utf-8", "UTF8", "binary", "identity"])
def test_plain_json(content_type, encoding):
    assert read(EVENT, content_type, encoding) == [EVENT]
    assert read([EVENT, "no event"], content_type, encoding) == [EVENT, "no event"]
    assert read(b"\xef\xbb\xbf" + json.dumps(EVENT).encode(), content_type, encoding) == [EVENT]


@pytest.mark.parametrize("prefix", ["cloudEvents:", "cloudEvents_", "cloudevents:"])
def test_cloud_events_whose_attributes_are_headers(prefix):
    time = datetime(2026, 11, 21, 10, 0, 0)  # noqa: DTZ001 - as the protocol's own times come
    headers = {f"{prefix}{name}": value for name, value in {**ATTRIBUTES, "time": time}.items()}
    (event,) = read(DATA, **headers, other=5)
    assert (event["id"], event["occurred_at"]) == ("e-1", time.replace(tzinfo=UTC))
    assert event["metadata"] == {"cloudevent": {"source": "/shop", "type": "asked"}}


def test_cloud_events_in_json():
    (event,) = read(ENVELOPE, STRUCTURED)
    assert (event["id"], event["text"]) == ("e-1", "Hello")
    batch = read([ENVELOPE, {**ENVELOPE, "id": "e-2"}], f"{BATCH}; charset=utf-8")
    assert [each["id"] for each in batch] == ["e-1", "e-2"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (({**ENVELOPE, "specversion": "0.3"}, STRUCTURED), "specversion"),
        (({**ATTRIBUTES, "data": "text"}, STRUCTURED), "data"),
        ((["no envelope"], BATCH), "cloudevent"),
    ],
)
def test_what_is_wrong_inside_an_envelope_is_the_event_s(arguments, field):
    with pytest.raises(InvalidInput) as refused:
        read(*arguments)
    assert refused.value.field == field


def test_a_header_too_few():
    with pytest.raises(InvalidInput, match="specversion"):
        read(DATA, **{"cloudEvents:id": "e-1"})


@pytest.mark.parametrize(
    ("arguments", "headers", "reason"),
    [
        ((EVENT, None), {}, "no content type"),
        ((EVENT, ""), {}, "no content type"),
        ((EVENT, " ; charset=utf-8"), {}, "no content type"),
        ((EVENT, "text/plain"), {}, "content type is not application/json or that of CloudEvents in JSON"),
        ((EVENT, "application/cloudevents+avro"), {}, "content type is not application/json or that of Cloud"),
        ((EVENT, "application/json; charset=latin-1"), {}, "content type names a charset other than UTF-8"),
        ((EVENT, "application/json", "gzip"), {}, "content encoding is not UTF-8"),
        ((b" " * (EVENT_BYTES + 1),), {}, "body is larger than 512 KiB"),
        ((b"\xff\xfe",), {}, "body is not UTF-8"),
        ((b"",), {}, "body is not JSON"),
        ((b"{broken",), {}, "body is not JSON"),
        ((b"NaN",), {}, "body is not JSON"),
        ((b"[" * 200_000,), {}, "body is not JSON"),
        ((b"1" * 10_000,), {}, "body is not JSON"),
        (("text",), {}, "body is not a JSON object"),
        ((None,), {}, "body is not a JSON object"),
        (([ENVELOPE], STRUCTURED), {}, "body is not a JSON object"),
        (([EVENT],), {"cloudEvents:id": "1"}, "body is not a JSON object"),
        ((ENVELOPE, BATCH), {}, "body is not a JSON list"),
        (([],), {}, "the list is empty"),
        (([], BATCH), {}, "the list is empty"),
        (([1] * (MOST + 1),), {}, "the list has more than 1,000 events"),
        (([[EVENT], {}, {}],), {"task": "connector.receive", "id": "1"}, "a Celery task"),
    ],
)
def test_what_cannot_be_taken_apart_says_why(arguments, headers, reason):
    with pytest.raises(Malformed) as malformed:
        read(*arguments, **headers)
    assert str(malformed.value).startswith(reason)


def test_a_thousand_events_are_a_message():
    assert len(read([EVENT] * MOST)) == MOST
