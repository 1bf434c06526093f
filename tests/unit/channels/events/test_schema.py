"""Names that an event's schema does not know: kept with a warning, refused as misspelt, and never much work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.channels.events.schema import nearest_field, parse_event
from connector.errors import InvalidInput

EVENT = {"route": "support", "conversation": "N-1", "id": "1", "text": "Where is my parcel?"}
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["to", "cc", "uid", "ts", "note", "role", "kind", "next", "from", "bcc", "txet", "rout"]
)
def test_a_short_name_means_what_it_says_and_is_kept(name):
    event = parse_event({**EVENT, name: "x"}, source="shop", now=NOW)
    assert event.metadata == {name: "x"}
    assert event.warnings == (f"{name}: unknown field, kept in metadata",)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("texts", "text"), ("rote_", None), ("rouet", None), ("routs", "route"), ("Subject", "subject"),
        ("dueat", "due_at"),
        ("due-at", "due_at"), ("priorty", "priority"), ("convsation", "conversation"), ("conversatoin", "conversation"),
        ("conversion", "conversation"), ("email", None), ("converse", None), ("customers", "customer"),
    ],
)  # fmt: skip
def test_a_longer_name_is_misspelt_within_one_letter_and_within_two_from_eight_on(name, meant):
    assert nearest_field(name) == meant


@pytest.mark.parametrize(
    "changes",
    [
        {f"f{number:05}": 1 for number in range(20_000)},
        {"customer": {f"f{number:05}": 1 for number in range(20_000)}},
        {"metadata": {f"f{number:05}": 1 for number in range(20_000)}},
    ],
)
def test_more_names_than_metadata_holds_are_refused_before_any_work_for_each(changes):
    with pytest.raises(InvalidInput) as caught:
        parse_event(EVENT | changes, source="shop", now=NOW)
    assert caught.value.field == "metadata"
    assert caught.value.expected == "at most 16 KiB as JSON, unknown fields included"


def test_metadata_of_python_objects_that_hold_each_other_is_bounded():
    value: dict = {}
    for _ in range(7):
        value = {str(number): value for number in range(1000)}
    with pytest.raises(InvalidInput, match="16 KiB"):
        parse_event({**EVENT, "metadata": value}, source="shop", now=NOW)
