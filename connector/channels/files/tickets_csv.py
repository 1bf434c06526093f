"""Ticket table reader (CSV): one message a row, columns as the help desk exported them."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from connector.channels.events.schema import METADATA_BYTES
from connector.channels.files.csv_records import RECORD_LIMIT, Record, records
from connector.channels.files.entry import FileEntry, Reading
from connector.channels.text.clean import clean, cut, one_line
from connector.errors import InvalidInput
from connector.values import ContextBy, Customer, Event, EventStatus, Refusal

COLUMNS = frozenset({
    "ticket_id", "message_id", "text", "created_at", "subject", "customer_id", "customer_name", "customer_email",
    "author", "language", "priority",
})  # fmt: skip
"""The names a column may have, or be mapped to."""

_REQUIRED = ("ticket_id", "text")
_DELIMITERS = (",", ";", "\t")
_KEY_LIMIT = 255
_CUSTOMER = "customer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Where the columns stand: ``fields`` those we know, ``others`` those kept as metadata."""

    fields: Mapping[str, int]
    others: Mapping[str, int]
    width: int


def read_csv(reading: Reading) -> Iterator[FileEntry]:
    """An event or a refusal for every row that is not blank; rows are counted as a spreadsheet does, header first."""
    with reading.path.open(encoding=encoding_of(reading.path), errors="replace", newline="") as file:
        first = file.readline(RECORD_LIMIT + 1)
        if not first:
            return
        delimiter = sniff_delimiter(first, reading.columns)
        rows = records(file, first, delimiter)
        try:
            layout = _layout(next(rows), reading.columns)
        except InvalidInput as error:
            yield reading.refusal("row 1", str(error))
            return
        for number, row in enumerate(rows, 2):
            if row.broken or any(cell.strip() for cell in row.cells):
                yield _entry(reading, f"row {number}", layout, row)


def encoding_of(path: Path) -> str:
    """UTF-8 if the whole file is, UTF-16 if it says so, else windows-1252; reads the file once, in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        piece = file.read(1 << 20)
        if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        try:
            while piece:
                decoder.decode(piece)
                piece = file.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def sniff_delimiter(header: str, columns: Mapping[str, str]) -> str:
    """The delimiter under which the header names most of the columns we know, then most columns at all."""

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([header.rstrip("\r\n")], delimiter=delimiter), [])
        except csv.Error:  # longer than a record may be
            return 0, 0
        wanted = {*COLUMNS, *map(_plain, columns.values())}
        return len(wanted.intersection(map(_plain, cells))), len(cells)

    return max(_DELIMITERS, key=worth)


def _layout(header: Record, columns: Mapping[str, str]) -> Layout:
    if header.broken:
        raise InvalidInput("row", "a header with the names of columns", header.broken)
    return layout_of(header.cells, columns)


def layout_of(header: list[str], columns: Mapping[str, str]) -> Layout:
    """Where each field stands; ``columns`` maps our names to the header's. Raises :class:`InvalidInput`."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(_plain(name), place)
    wanted = {field: _plain(columns.get(field, field)) for field in COLUMNS}
    needed = (*_REQUIRED, *(field for field in columns if field not in _REQUIRED))
    absent = [field for field in needed if wanted[field] not in places]
    if absent:
        shown = ", ".join(one_line(name, 40) for name in header[:20])
        lacking = ", ".join(f"{field} (--map {field}=COLUMN)" for field in absent)
        raise InvalidInput("columns", f"a column for {lacking}", f"the columns {shown}")
    fields = {field: places[name] for field, name in wanted.items() if name in places}
    taken = set(fields.values())
    others = {one_line(name, 64) or f"column {place + 1}": place
              for place, name in enumerate(header) if place not in taken}  # fmt: skip
    return Layout(fields=fields, others=others, width=len(header))


def _plain(name: str) -> str:
    return "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())


def _entry(reading: Reading, position: str, layout: Layout, row: Record) -> FileEntry:
    try:
        return FileEntry(position=position, item=_event(reading, layout, row))
    except InvalidInput as error:
        own_id = None if row.broken else _value(layout, row.cells, "message_id") or None
        return FileEntry(
            position=position,
            item=Refusal(
                where=str(reading.path), position=position, reason=str(error), field=error.field,
                expected=error.expected, external_id=own_id, source=reading.source_of(), raw=row.source.encode(),
            ),
        )  # fmt: skip


def _event(reading: Reading, layout: Layout, row: Record) -> Event:
    if row.broken:
        raise InvalidInput("row", "quotes that are closed", row.broken)
    if any(cell.strip() for cell in row.cells[layout.width :]):
        came = f"{len(row.cells)} (a delimiter outside quotes?)"
        raise InvalidInput("row", f"{layout.width} cells, as the header has", came)
    values = {field: _value(layout, row.cells, field) for field in layout.fields}
    for field in _REQUIRED:
        if not values[field]:
            raise InvalidInput(field, "a value", "an empty cell")
    author, created_at, priority = (values.get(field, "") for field in ("author", "created_at", "priority"))
    context = author.casefold() not in {"", _CUSTOMER}
    occurred_at, warnings = _moment(created_at)
    kept = {
        "author": author if context else "",
        "created_at": "" if occurred_at else created_at,
        "priority": "" if _is_priority(priority) else priority,
    }
    metadata, left_out = _metadata(kept | _other_columns(layout, row.cells))
    if kept["priority"]:
        warnings += ("priority: not 0 to 9, kept in metadata",)
    return Event(
        source=reading.source_of(), id=_id(values), route=reading.route, conversation=_key(values, "ticket_id"),
        text=cut(values["text"]), status=EventStatus.CONTEXT if context else EventStatus.ACCEPTED,
        reason="author" if context else None, context_by=ContextBy.AUTHOR if context else None,
        customer=_customer(values), subject=one_line(values.get("subject", ""), 998) or None, occurred_at=occurred_at,
        priority=int(priority) if _is_priority(priority) else 5, metadata=metadata, warnings=warnings + left_out,
        raw=row.source.encode(),
    )  # fmt: skip


def _value(layout: Layout, cells: list[str], field: str) -> str:
    place = layout.fields.get(field, len(cells))
    return clean(cells[place]).strip() if place < len(cells) else ""


def _key(values: Mapping[str, str], field: str) -> str:
    value = values[field]
    if len(value) > _KEY_LIMIT:
        raise InvalidInput(field, f"at most {_KEY_LIMIT} characters", f"{len(value):,}")
    return value


def _id(values: Mapping[str, str]) -> str:
    """The message's own id, or one that tomorrow's longer export of the same table makes again."""
    if values.get("message_id"):
        return _key(values, "message_id")
    content = f"{values.get('created_at', '')}\n{values['text']}"
    own_id = f"{values['ticket_id']}/{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    return own_id if len(own_id) <= _KEY_LIMIT else f"sha256:{hashlib.sha256(own_id.encode()).hexdigest()}"


def _customer(values: Mapping[str, str]) -> Customer:
    def short(field: str) -> str | None:
        return one_line(values.get(field, ""), 255) or None

    return Customer(
        id=short("customer_id"), name=short("customer_name"), email=short("customer_email"), language=short("language")
    )


def _moment(value: str) -> tuple[datetime | None, tuple[str, ...]]:
    """When the row says it was written; exports rarely name a zone, so without one it is UTC, with a warning."""
    if not value:
        return None, ()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = parse(value[:100])
            if when.tzinfo:
                return when.astimezone(UTC), ()
            return when.replace(tzinfo=UTC), ("created_at: no zone, taken as UTC",)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None, ("created_at: not a time that can be read, kept in metadata",)


def _is_priority(value: str) -> bool:
    return len(value) == 1 and value in "0123456789"


def _other_columns(layout: Layout, cells: list[str]) -> dict[str, str]:
    return {name: clean(cells[place]).strip() for name, place in layout.others.items() if place < len(cells)}


def _metadata(facts: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Those facts that are not empty, as far as the limit of metadata reaches, and warnings for the others."""
    metadata: dict[str, Any] = {}
    left_out: list[str] = []
    room = METADATA_BYTES - 2
    for name, value in facts.items():
        size = len(json.dumps({name: value}, ensure_ascii=False).encode())
        if value and size <= room:
            metadata[name] = value
            room -= size
        elif value:
            left_out.append(f"{name}: left out, metadata holds at most 16 KiB")
    return metadata, tuple(left_out[:20])
