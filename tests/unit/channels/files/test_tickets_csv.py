from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.files.csv_records import RECORD_LIMIT, records
from connector.channels.files.entry import FileEntry
from connector.channels.files.formats import read_entries
from connector.errors import InvalidInput
from connector.values import Customer, Event, EventStatus, Refusal

HEADER = "ticket_id,message_id,created_at,author,customer_name,text\n"


def read(tmp_path, table: str | bytes, **options: Any) -> list[FileEntry]:
    path = tmp_path / "tickets.csv"
    path.write_bytes(table.encode() if isinstance(table, str) else table)
    return list(read_entries(path, route="support", **options))


def events(tmp_path, table: str | bytes, **options: Any) -> list[Event]:
    items = [entry.item for entry in read(tmp_path, table, **options)]
    assert all(isinstance(item, Event) for item in items), items
    return [item for item in items if isinstance(item, Event)]


def refusals(tmp_path, table: str | bytes, **options: Any) -> list[Refusal]:
    return [entry.item for entry in read(tmp_path, table, **options) if isinstance(entry.item, Refusal)]


def test_a_row_becomes_an_event(tmp_path):
    (event,) = events(
        tmp_path,
        "ticket_id,message_id,created_at,subject,customer_id,customer_name,customer_email,language,priority,text,shop\n"
        'T-1,m1,2026-11-21T10:00:00+01:00,Parcel,7,Ana Lima,ana@shop.example,pt,9,"Where is\nmy parcel?",Porto\n',
    )
    assert event.raw == (
        b'T-1,m1,2026-11-21T10:00:00+01:00,Parcel,7,Ana Lima,ana@shop.example,pt,9,"Where is\nmy parcel?",Porto\n'
    )
    assert event == Event(
        source="csv:support", id="m1", route="support", conversation="T-1", text="Where is\nmy parcel?",
        subject="Parcel",
        customer=Customer(id="7", name="Ana Lima", email="ana@shop.example", language="pt"), priority=9,
        occurred_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC), metadata={"shop": "Porto"}, raw=event.raw,
    )  # fmt: skip


def test_an_id_is_made_of_time_and_text_where_none_is_given(tmp_path):
    table = "ticket_id,created_at,text\nT-1,2026-11-21 10:00,hello\nT-1,2026-11-21 10:05,hello\n"
    first, second = events(tmp_path, table)
    digest = hashlib.sha256(b"2026-11-21 10:00\nhello").hexdigest()
    assert first.id == f"T-1/{digest[:16]}"
    assert second.id != first.id
    longer = events(tmp_path, table.replace("text\n", "text\nT-0,2026-11-20 10:00,before\n"))
    assert [event.id for event in longer[1:]] == [first.id, second.id]


def test_whoever_is_not_the_customer_gives_context(tmp_path):
    rows = "".join(
        f"T-1,m{n},,{author},,hello\n" for n, author in enumerate(["customer", "Customer", "", "agent", "bot"])
    )
    read_events = events(tmp_path, HEADER + rows)
    assert [event.status for event in read_events] == [EventStatus.ACCEPTED] * 3 + [EventStatus.CONTEXT] * 2
    assert read_events[3].metadata == {"author": "agent"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_tables_of_many_programs(tmp_path, delimiter, encoding, newline):
    rows = [["ticket_id", "created_at", "text"], ["T-1", "2026-11-21", 'Grüße, "x"; y'], ["T-2", "", "a\nb"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    assert [event.text for event in events(tmp_path, out.getvalue().encode(encoding))] == ['Grüße, "x"; y', "a\nb"]


def test_one_wrong_byte_late_in_the_file_means_windows_1252(tmp_path):
    table = "ticket_id,text\n" + ("T-1," + "x" * 400_000 + "\n") * 3
    assert events(tmp_path, table.encode() + b"T-2,Gr\xfc\xdfe\n")[-1].text == "Grüße"


def test_column_names_may_be_written_freely(tmp_path):
    (event,) = events(tmp_path, "Ticket ID, Customer-Name ,TEXT,Shop\nT-1,Ana,hello,Porto\n")
    assert (event.conversation, event.customer.name, event.metadata) == ("T-1", "Ana", {"Shop": "Porto"})


def test_columns_can_be_mapped(tmp_path):
    table = "Case;Body;text\n7;hello;internal\n"
    (event,) = events(tmp_path, table, columns={"ticket_id": "Case", "text": "body"})
    assert (event.conversation, event.text, event.metadata) == ("7", "hello", {"text": "internal"})


def test_a_column_that_is_missing_is_named_with_what_to_do(tmp_path):
    (refusal,) = refusals(tmp_path, "id,body\n1,hello\n")
    assert refusal.position == "row 1"
    assert "ticket_id (--map ticket_id=COLUMN), text (--map text=COLUMN)" in refusal.reason
    assert "id, body" in refusal.reason
    (refusal,) = refusals(tmp_path, "ticket_id,text\n1,x\n", columns={"subject": "Betreff"})
    assert "subject" in refusal.reason


def test_an_unknown_field_cannot_be_mapped(tmp_path):
    with pytest.raises(InvalidInput):
        read_entries(tmp_path / "x.csv", route="support", columns={"body": "x"})


def test_a_bad_row_is_refused_and_stops_nothing(tmp_path):
    entries = read(
        tmp_path,
        "ticket_id,message_id,text\nT-1,m1,hello\n,m2,hello\nT-1,m3,\nT-1,m4,hello,world\n\n,,\n" + "T" * 256
        + ",m5,hello\nT-1,m6,hello,,\nT-9\n",
    )  # fmt: skip
    assert [(entry.position, type(entry.item)) for entry in entries] == [
        ("row 2", Event), ("row 3", Refusal), ("row 4", Refusal), ("row 5", Refusal), ("row 8", Refusal),
        ("row 9", Event), ("row 10", Refusal),
    ]  # fmt: skip
    bad = [entry.item for entry in entries if isinstance(entry.item, Refusal)]
    assert [item.external_id for item in bad] == ["m2", "m3", "m4", "m5", None]
    assert [item.field for item in bad] == ["ticket_id", "text", "row", "ticket_id", "text"]
    assert "hello" not in "".join(item.reason for item in bad)


def test_times_without_a_zone_are_utc_and_said_so(tmp_path):
    (event,) = events(tmp_path, f"{HEADER}T-1,m1,2026-11-21 10:00:00,,,hello\n")
    assert event.occurred_at == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert event.warnings == ("created_at: no zone, taken as UTC",)


@pytest.mark.parametrize(
    "value", ["2026-11-21T10:00:00Z", "Sat, 21 Nov 2026 11:00:00 +0100", "2026-11-21 10:00:00+00:00"]
)
def test_times_in_usual_forms(tmp_path, value):
    (event,) = events(tmp_path, f'{HEADER}T-1,m1,"{value}",,,hello\n')
    assert (event.occurred_at, event.warnings) == (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), ())


def test_what_cannot_be_read_as_meant_is_kept(tmp_path):
    (event,) = events(tmp_path, "ticket_id,created_at,priority,text\nT-1,21/11/26,high,hello\n")
    assert (event.occurred_at, event.priority) == (None, 5)
    assert event.metadata == {"created_at": "21/11/26", "priority": "high"}
    assert len(event.warnings) == 2


def test_long_cells_are_cut_or_left_out_and_said_so(tmp_path):
    (event,) = events(tmp_path, f"ticket_id,text,notes,subject\nT-1,{'x' * 300_000},{'n' * 20_000},{'s' * 2000}\n")
    assert len(event.text) <= 100_000
    assert "[cut: " in event.text
    assert event.subject == "s" * 998
    assert event.metadata == {}
    assert event.warnings == ("notes: left out, metadata holds at most 16 KiB",)


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path):
    entries = read(tmp_path, 'ticket_id,text\nT-1,hello\nT-2,"never closed\n' + "T-3,hello\n" * 3)
    assert [(entry.position, type(entry.item)) for entry in entries] == [
        ("row 2", Event), ("row 3", Refusal), ("row 4", Event), ("row 5", Event), ("row 6", Event),
    ]  # fmt: skip
    assert isinstance(entries[1].item, Refusal)
    assert "never closed" in entries[1].item.reason


LONG_ROWS = ("T-3," + "x" * (RECORD_LIMIT // 8) + "\n") * 9  # more than a record may hold


def test_a_quote_far_from_its_end_costs_one_row(tmp_path):
    entries = read(tmp_path, f'ticket_id,text\nT-2,"never closed\n{LONG_ROWS}T-4,"hello"\n')
    assert [type(entry.item) for entry in entries] == [Refusal] + [Event] * 10


def test_a_file_of_broken_quotes_is_given_up_aloud():
    file = io.StringIO(('T-2,"never closed\n' + LONG_ROWS) * 25, newline="")
    broken = [record.broken for record in records(file, file.readline(), ",") if record.broken]
    assert len(broken) == 21
    assert "rest of the file was not read" in broken[-1]


def test_an_endless_line_is_passed_over(tmp_path):
    entries = read(tmp_path, "ticket_id,text\nT-1," + "x" * (3 * RECORD_LIMIT) + "\nT-2,hello\n")
    assert [type(entry.item) for entry in entries] == [Refusal, Event]


@pytest.mark.parametrize("header", ["text,ticket_id," + "x" * RECORD_LIMIT, '"' + "x,y\n" * RECORD_LIMIT])
@pytest.mark.parametrize("name", ["tickets.csv", "tickets.txt"])
def test_a_header_over_the_limit_is_a_refusal(tmp_path, header, name):
    (tmp_path / name).write_text(f"{header}\nhello,T-1,1\n", encoding="utf-8")
    (entry,) = read_entries(tmp_path / name, route="support", format="csv")
    assert isinstance(entry.item, Refusal)
    assert entry.position == "row 1"
    assert "512 KiB" in entry.item.reason


@pytest.mark.parametrize("table", ["", "\n", "ticket_id,text\n", "ticket_id,text"])
def test_a_table_without_rows_holds_nothing(tmp_path, table):
    assert [entry for entry in read(tmp_path, table) if isinstance(entry.item, Event)] == []


cells = st.text(st.sampled_from('ab,;"\n é'), min_size=1, max_size=8)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=5))
def test_records_are_those_that_were_written(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    file = io.StringIO(out.getvalue(), newline="")
    read_rows = list(records(file, file.readline(), ","))
    assert [record.cells for record in read_rows] == rows
    assert "".join(record.source for record in read_rows) == out.getvalue()


@given(st.text(st.sampled_from('ab,"\n\r\0'), max_size=60))
def test_any_text_is_read_to_its_end(text):
    file = io.StringIO(text, newline="")
    first = file.readline()
    if first:
        assert len(list(records(file, first, ","))) <= len(text) + 1
