"""JSON lines reader: one event of the published schema a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connector.channels.events.schema import EVENT_BYTES, parse_event, refusal_of
from connector.channels.files.entry import FileEntry, Reading
from connector.channels.text import json_text
from connector.errors import InvalidInput

_BOM = b"\xef\xbb\xbf"


def read_jsonl(reading: Reading) -> Iterator[FileEntry]:
    """An event or a refusal for every line that is not blank; an over-long line is passed over, never held."""
    with reading.path.open("rb") as file:
        number = 0
        while line := file.readline(EVENT_BYTES + 2):
            number += 1
            position = f"line {number}"
            if len(line) > EVENT_BYTES and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = file.readline(EVENT_BYTES)
                yield reading.refusal(position, f"longer than {EVENT_BYTES // 1024} KiB")
                continue
            line = line.removeprefix(_BOM) if number == 1 else line
            if line.strip():
                yield _entry(reading, line, position)


def _entry(reading: Reading, line: bytes, position: str) -> FileEntry:
    data: Any = None
    try:
        data = _decoded(line)
        source = reading.source_of(_route(data))
        event = parse_event(data, source=source, route=reading.route, now=reading.now, raw=line)
        event = replace(event, source_kind="jsonl")
        return FileEntry(position=position, item=event)
    except InvalidInput as error:
        where, source = str(reading.path), reading.source_of(_route(data))
        refusal = refusal_of(data, error, where=where, position=position, source=source, raw=line)
        return FileEntry(position=position, item=refusal)


def _decoded(line: bytes) -> Any:
    try:
        return json_text.decoded(line, most=EVENT_BYTES + 2, field="line")
    except InvalidInput as error:
        got = "what is not JSON" if error.expected == "JSON" else error.got
        raise InvalidInput("line", error.expected.replace("JSON", "one JSON object"), got) from None


def _route(data: Any) -> str | None:
    route = data.get("route") if isinstance(data, dict) else None
    return route if isinstance(route, str) else None
