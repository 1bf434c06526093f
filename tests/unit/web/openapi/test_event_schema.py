from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.events.schema import content_hash, nearest_field, parse_event, refusal_of
from connector.errors import InvalidInput
from connector.values import Callback, Customer, Event, EventStatus, Followup

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def event(**changes: Any) -> dict[str, Any]:
    base = {"route": "support", "conversation": "T-1", "id": "T-1/1", "text": "Where is my parcel?"}
    return {name: value for name, value in (base | changes).items() if value is not ...}


def parse(**changes: Any) -> Event:
    return parse_event(event(**changes), source="celery", now=NOW)


def refused(**changes: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        parse(**changes)
    return caught.value


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(levels - 1):
        inner = {"in": inner}
    return inner


def test_the_smallest_event_gets_defaults():
    assert parse() == Event(
        source="celery", id="T-1/1", route="support", conversation="T-1", text="Where is my parcel?",
        status=EventStatus.ACCEPTED, priority=5,
    )  # fmt: skip


def test_every_field_arrives():
    full = parse(
        source="shop:eu", customer={"id": "7", "name": "Ana", "email": "ana@example.com", "phone": "1",
                                     "language": "pt"},
        subject="Parcel", occurred_at="2026-11-20T23:30:00+02:00", due_at="2026-11-22T08:00:00.250Z", priority=9,
        callback={"task": "shop.answered", "queue": "shop"}, metadata={"order": 12},
    )  # fmt: skip
    assert full.source == "shop:eu"
    assert full.customer == Customer(id="7", name="Ana", email="ana@example.com", phone="1", language="pt")
    assert full.occurred_at == datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    assert full.due_at == datetime(2026, 11, 22, 8, 0, 0, 250_000, tzinfo=UTC)
    assert full.priority == 9
    assert full.callback == Callback(task="shop.answered", queue="shop")
    assert full.metadata == {"order": 12}
    assert full.warnings == ()


def test_null_in_an_optional_field_is_absence():
    nulls = dict.fromkeys(
        ("customer", "subject", "occurred_at", "due_at", "priority", "callback", "metadata", "source")
    )
    assert parse(**nulls) == parse()


def test_an_integer_id_is_its_decimal_text():
    assert parse(id=1_000_000_007).id == "1000000007"


def test_route_and_source_stand_in_only_where_none_is_named():
    filled = parse_event(event(route=...), source="cli", route="sales", now=NOW)
    assert (filled.route, filled.source) == ("sales", "cli")
    assert parse_event(event(), source="cli", route="sales", now=NOW).route == "support"


def test_text_is_counted_after_nfc():
    decomposed = "e\u0301" * 100_000
    assert parse(text=decomposed).text == "é" * 100_000
    assert refused(text=decomposed + "x").field == "text"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("route", ""), ("route", None), ("route", ...), ("route", 5), ("route", "r" * 256), ("route", "a\0"),
        ("conversation", ""), ("conversation", "c" * 256), ("conversation", "\ud800"), ("conversation", 7),
        ("id", ""), ("id", "i" * 256), ("id", True), ("id", 1.0), ("id", None), ("id", ["1"]), ("id", 10**255),
        ("text", ""), ("text", " \n\t\u00a0"), ("text", "a\0b"), ("text", "\udfff"), ("text", "x" * 100_001),
        ("text", ...), ("text", None), ("text", 3),
        ("source", ""), ("source", "Shop"), ("source", "s" * 65), ("source", "a b"), ("source", "a\n"), ("source", 3),
        ("customer", []), ("customer", "Ana"), ("subject", "s" * 999), ("subject", 1), ("subject", "a\0"),
        ("occurred_at", "2026-11-21T10:00:00"), ("occurred_at", "2026-11-21"), ("occurred_at", "yesterday"),
        ("occurred_at", 1_700_000_000), ("occurred_at", "2026-13-01T00:00:00Z"), ("occurred_at", True),
        ("occurred_at", "2026-11-21T10:00:00+25:00"), ("occurred_at", "0001-01-01T00:00:00+14:00"),
        ("occurred_at", datetime(2026, 11, 21)),  # noqa: DTZ001 - the very thing that is refused
        ("due_at", "2026-11-21 10:00"), ("due_at", "2031-12-01T00:00:00Z"),
        ("priority", 10), ("priority", -1), ("priority", "5"), ("priority", 5.0), ("priority", True),
        ("callback", "task"), ("callback", {"queue": "q"}), ("callback", {"task": ""}), ("callback", {"task": 3}),
        ("metadata", []), ("metadata", "x"), ("metadata", nested(9)), ("metadata", {"a": "x" * 16_384}),
        ("metadata", {"a": float("nan")}), ("metadata", {"a": "\ud800"}), ("metadata", {"a": "\0"}),
        ("metadata", {"a": {1}}), ("followup", "3d"), ("followup", {"after": 3}), ("followup", {"after": "3"}),
        ("followup", {"after": "0d"}), ("followup", {"after": "1000d"}), ("followup", {"keep": "yes"}),
        ("followup", {"expires_after": "-1h"}),
    ],
)  # fmt: skip
def test_what_is_over_a_limit_is_refused(field, value):
    assert refused(**{field: value}).field.split(".")[0] == field


@pytest.mark.parametrize("field", ["id", "name", "email", "phone", "language"])
def test_customer_fields_are_strings_of_255(field):
    assert getattr(parse(customer={field: "x" * 255}).customer, field) == "x" * 255
    assert refused(customer={field: "x" * 256}).field == f"customer.{field}"
    assert refused(customer={field: ["x"]}).field == f"customer.{field}"


def test_limits_themselves_are_allowed():
    longest = parse(
        route="r" * 255, conversation="c" * 255, id="i" * 255, text="😀" * 100_000, source="s" * 64, subject="s" * 998,
        metadata=nested(8), due_at=(NOW + timedelta(days=5 * 365)).isoformat(),
    )  # fmt: skip
    assert len(longest.text) == 100_000


def test_how_a_follow_up_waits():
    found = parse(followup={"after": "3d", "keep": True, "expires_after": "90m", "color": "red"})
    assert found.followup == Followup(after=259_200.0, keep=True, expires_after=5400.0)
    assert (found.metadata, len(found.warnings)) == ({"followup.color": "red"}, 1)
    assert parse(followup={"after": None}).followup == Followup()
    assert refused(followup={"after": "soon"}).field == "followup.after"


@pytest.mark.parametrize(
    ("fields", "priority"),
    [
        ({}, 5),
        ({"due_at": "2026-11-22T00:00:00Z"}, 5),
        ({"followup": {"after": "1d"}}, 5),
        ({"due_at": "2026-11-22T00:00:00Z", "priority": 4}, 4),
    ],
)
def test_what_is_due_later_has_the_priority_of_every_message_unless_it_says_otherwise(fields, priority):
    assert parse(**fields).priority == priority


def test_a_due_time_in_the_past_is_due_now():
    assert parse(due_at="2020-01-01T00:00:00Z").due_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_leap_second_is_a_time():
    assert parse(occurred_at="2016-12-31T23:59:60Z").occurred_at == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "time", ["2026-11-21T10:60:00Z", "2026-11-21T24:60:00Z", "2026-11-21T10:00:61Z", "2026-11-21T10:00:00+01:60"]
)
def test_sixty_is_a_second_and_nothing_else(time):
    assert refused(occurred_at=time).field == "occurred_at"


def test_an_escaped_backslash_is_no_nul():
    assert parse(metadata={"path": "C:\\u0000"}).metadata == {"path": "C:\\u0000"}


def test_the_whole_event_has_a_limit():
    error = refused(text="\x01" * 100_000)  # each is six bytes as JSON
    assert (error.field, error.expected) == ("event", "at most 512 KiB as JSON")


def test_unknown_fields_are_kept_and_named():
    kept = parse(order=12, metadata={"a": 1}, customer={"name": "Ana", "tier": "gold"})
    assert kept.metadata == {"a": 1, "order": 12, "customer.tier": "gold"}
    assert kept.warnings == (
        "order: unknown field, kept in metadata",
        "customer.tier: unknown field, kept in metadata",
    )


def test_an_unknown_field_does_not_overwrite_metadata():
    assert parse(order=12, metadata={"order": "a"}).metadata == {"order": "a", "event.order": 12}


def test_unknown_fields_count_as_metadata():
    assert refused(order="x" * 16_384).field == "metadata"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("conversaton", "conversation"),
        ("Texts", "text"),
        ("metdata", "metadata"),
        ("due_a", "due_at"),
        ("routes", "route"),
    ],
)
def test_a_near_miss_is_refused_with_the_name_that_was_meant(name, meant):
    error = refused(**{name: "x"})
    assert error.field == name
    assert f"did you mean {meant}?" in error.expected


@pytest.mark.parametrize("name", ["conversation_key", "order", "language", "created_at"])
def test_a_name_further_off_is_no_near_miss(name):
    assert nearest_field(name) is None


@pytest.mark.parametrize("data", [None, [], "text", 5, True])
def test_only_an_object_is_an_event(data):
    with pytest.raises(InvalidInput) as caught:
        parse_event(data, source="celery", now=NOW)
    assert caught.value.field == "event"


def test_a_refusal_never_holds_what_was_sent():
    secret = "very private words"
    attempts: list[dict[str, Any]] = [
        {"text": secret + "\0"},
        {"subject": secret * 99},
        {"priority": secret},
        {"due_at": secret},
        {"customer": secret},
        {"metadata": {"a": secret * 2000}},
        {"callback": {"task": [secret]}},
    ]
    for changes in attempts:
        error = refused(**changes)
        assert secret not in f"{error} {error.got} {error!r}"


def test_a_refusal_keeps_source_and_id_where_they_can_be_told():
    error = refused(text=None)
    refusal = refusal_of(event(source="shop", id=12), error, where="a.jsonl", position="line 3", source="jsonl:support")
    assert (refusal.where, refusal.position, refusal.source, refusal.external_id) == ("a.jsonl", "line 3", "shop", "12")
    assert refusal.reason == str(error)
    unidentified: list[Any] = [None, [], {"source": 3, "id": []}, {"source": "No", "id": "x" * 256}, {"id": "\0"}]
    for data in unidentified:
        unknown = refusal_of(data, error, where="", source="celery")
        assert (unknown.source, unknown.external_id) == ("celery", None)


def test_the_content_hash_is_stable():
    assert content_hash(parse()) == "5dbcc9545311277551401ca8d77d6aa3995ce0a78cf46bf5a92206bf6a21104e"


def test_the_content_hash_is_of_route_conversation_and_text_alone():
    assert content_hash(parse()) == content_hash(parse(id="other", priority=9, subject="x", source="y"))
    different = [{"route": "r"}, {"conversation": "c"}, {"text": "t"}, {"route": "supportT", "conversation": "-1"}]
    assert len({content_hash(parse(**changes)) for changes in [{}, *different]}) == 5


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from([
    "route", "conversation", "id", "text", "source", "customer", "subject", "occurred_at", "due_at", "priority",
    "callback", "metadata", "followup",
])  # fmt: skip


@given(st.dictionaries(field_names | st.text(max_size=20), json_values), st.booleans())
def test_any_object_becomes_an_event_within_the_limits_or_is_refused(data, complete):
    if complete:
        data = event() | data
    try:
        made = parse_event(data, source="celery", now=NOW)
    except InvalidInput as error:
        str(error).encode()
        refusal_of(data, error, where="x")
        return
    assert 1 <= len(made.text) <= 100_000
    assert unicodedata.is_normalized("NFC", made.text)
    assert len(content_hash(made)) == 64
    for part in (made.route, made.conversation, made.id, made.text):
        part.encode()
        assert "\0" not in part
