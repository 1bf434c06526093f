from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.channels.events.source_name import default_source
from connector.channels.files.formats import FORMATS, detect_format, ordered, read_entries
from connector.errors import InvalidInput
from connector.values import Event, EventStatus, Refusal
from tests.kit.message_files import read_file

MAIL = "From: ana@shop.example\nMessage-ID: <1@x>\nSubject: Parcel\n\nhello\n"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def line(**changes: Any) -> str:
    return json.dumps({"conversation": "T-1", "id": "1", "text": "hello"} | changes)


def write(tmp_path, name: str, content: str | bytes):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_json_lines_are_events_with_the_route_filled_in(tmp_path):
    path = write(
        tmp_path,
        "a.jsonl",
        f"\ufeff{line()}\n\n{line(id=2, route='sales', source='shop')}\n{line(id=3, route='sales')}",
    )
    first, second, third = read_entries(path, route="support", now=NOW)
    assert [entry.position for entry in (first, second, third)] == ["line 1", "line 3", "line 4"]
    assert isinstance(first.item, Event)
    assert (first.item.source, first.item.route, first.item.id) == ("jsonl:support", "support", "1")
    assert first.item.raw is not None
    assert json.loads(first.item.raw)["text"] == "hello"
    assert isinstance(second.item, Event)
    assert (second.item.source, second.item.route, second.item.id) == ("shop", "sales", "2")
    assert isinstance(third.item, Event)
    assert third.item.source == "jsonl:sales"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("not json", "JSON object"), ("[1]", "a JSON object"), ('"text"', "a JSON object"), ("null", "a JSON object"),
        ("[" * 100_000, "JSON object"), (line(text=""), "text"), (line(convrsation="x"), "did you mean conversation?"),
        (b"\xff\xfe{}", "UTF-8"), ("{" + "x" * 600_000, "longer than 512 KiB"), ('{"id": ' + "9" * 5000 + "}", "JSON"),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_and_stops_nothing(tmp_path, bad, reason):
    bad = bad if isinstance(bad, bytes) else bad.encode()
    path = write(tmp_path, "a.jsonl", line().encode() + b"\n" + bad + b"\n" + line(id="2").encode())
    first, refusal, last = read_entries(path, route="support", now=NOW)
    assert isinstance(refusal.item, Refusal)
    assert (refusal.position, refusal.item.position, refusal.item.where) == ("line 2", "line 2", str(path))
    assert reason in refusal.item.reason
    assert refusal.item.source == "jsonl:support"
    assert isinstance(first.item, Event)
    assert isinstance(last.item, Event)


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.eml", MAIL, "eml"), ("a.EML", "", "eml"), ("mail", MAIL, "eml"), ("a.txt", f"Received: x\n{MAIL}", "eml"),
        ("a.mbox", MAIL, "mbox"), ("Inbox", f"From ana Sat Nov 21 10:00:00 2026\n{MAIL}", "mbox"),
        ("a.csv", "x", "csv"), ("a.tsv", "x", "csv"), ("export", "ticket_id;text\n1;hello\n", "csv"),
        ("a.jsonl", "x", "jsonl"), ("a.ndjson", "x", "jsonl"), ("events", f"{line()}\n", "jsonl"),
        ("a.txt", "just words\n", None), ("a.bin", b"\0\1\2", None), ("notes", "Note: buy milk\n", None),
    ],
)  # fmt: skip
def test_formats_are_told_by_name_and_content(tmp_path, name, content, form):
    assert detect_format(write(tmp_path, name, content)) == form


def test_a_named_format_is_believed(tmp_path):
    (event,) = read_file(write(tmp_path, "a.csv", MAIL), route="support", format="eml")
    assert isinstance(event, Event)
    assert event.id == "1@x"


def test_an_unknown_format_is_an_error_at_once(tmp_path):
    with pytest.raises(InvalidInput):
        read_file(tmp_path / "a.eml", route="support", format="pst")


@pytest.mark.parametrize("name", ["missing.eml", "missing.csv", "missing", "."])
def test_a_file_that_cannot_be_read_is_one_refusal(tmp_path, name):
    (refusal,) = read_file(tmp_path / name, route="support")
    assert isinstance(refusal, Refusal)
    assert refusal.where == str(tmp_path / name)
    assert refusal.reason


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "maildir"])
def test_an_empty_file_holds_nothing(tmp_path, form):
    assert list(read_file(write(tmp_path, f"a.{form}", ""), route="support")) == []
    assert list(read_file(write(tmp_path, "empty", ""), route="support", format=form)) == []


def test_a_file_of_no_known_format_says_what_to_do(tmp_path):
    (refusal,) = read_file(write(tmp_path, "a.txt", "words\n"), route="support")
    assert isinstance(refusal, Refusal)
    assert "--format" in refusal.reason


def test_history_is_context_whatever_it_is(tmp_path):
    machine = MAIL.replace("From:", "Auto-Submitted: auto-replied\nFrom:").replace("1@x", "2@x")
    separator = "From ana Sat Nov 21 10:00:00 2026\n"
    path = write(tmp_path, "a.mbox", f"{separator}{MAIL}\n{separator}{machine}")
    assert [item.status for item in read_file(path, route="s", history=True) if isinstance(item, Event)] == [
        EventStatus.CONTEXT, EventStatus.CONTEXT,
    ]  # fmt: skip


def test_what_is_older_is_passed_over_and_counted(tmp_path):
    lines = [line(id=n, occurred_at=f"2026-11-{n:02}T10:00:00Z") for n in (1, 20, 21, 22)] + [line(id=30), "bad"]
    tally: Counter[str] = Counter()
    items = list(read_file(write(tmp_path, "a.jsonl", "\n".join(lines)), route="s", since=NOW, tally=tally, now=NOW))
    assert [item.id for item in items if isinstance(item, Event)] == ["21", "22", "30"]
    assert tally == {"before_since": 2}
    assert isinstance(items[-1], Refusal)


def test_mail_has_one_source_however_it_was_exported(tmp_path):
    eml = write(tmp_path, "a.eml", MAIL)
    mbox = write(tmp_path, "a.mbox", f"From ana Sat Nov 21 10:00:00 2026\n{MAIL}")
    (tmp_path / "box" / "new").mkdir(parents=True)
    (tmp_path / "box" / "new" / "1").write_text(MAIL)
    items = [item for path in (eml, mbox, tmp_path / "box") for item in read_file(path, route="support")]
    assert [(item.source, item.id, item.raw) for item in items if isinstance(item, Event)] == [
        ("mail:support", "1@x", MAIL.encode())
    ] * 3


def test_a_named_source_is_used(tmp_path):
    (event,) = read_file(write(tmp_path, "a.eml", MAIL), route="support", source="old-desk")
    assert event.source == "old-desk"


def test_default_sources_fit_and_stay_distinct():
    assert default_source("csv", "support") == "csv:support"
    odd = [default_source("csv", route) for route in ("Support", "support!", "s" * 300, "s" * 301, "Größe")]
    assert len({*odd, "csv:support"}) == 6
    assert all(len(source) <= 64 for source in odd)


def make(number: int, conversation: str, minutes: int | None) -> Event:
    when = None if minutes is None else NOW + timedelta(minutes=minutes)
    return Event(source="s", id=str(number), route="r", conversation=conversation, text="x", occurred_at=when)


def test_a_conversation_is_put_in_order_and_keeps_its_places():
    refusal = Refusal(where="f", position="row 2", reason="x")
    items: list[Event | Refusal] = [
        make(1, "a", 30), refusal, make(2, "b", 5), make(3, "a", 10), make(4, "a", None), make(5, "b", 5),
        make(6, "a", 20),
    ]  # fmt: skip
    assert [item.id if isinstance(item, Event) else "-" for item in ordered(items)] == [
        "3",
        "-",
        "2",
        "4",
        "6",
        "5",
        "1",
    ]


def test_without_times_the_order_is_that_of_the_file():
    items = [make(n, "a", None) for n in range(5)]
    assert ordered(items) == items


def test_a_long_file_is_a_stream(tmp_path):
    path = tmp_path / "long.jsonl"
    with path.open("w") as file:
        for number in range(20_000):
            file.write(line(id=number, text="x" * 500) + "\n")
    tracemalloc.start()
    try:
        assert sum(isinstance(item, Event) for item in read_file(path, route="support", now=NOW)) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000  # bytes; the file has over ten million
