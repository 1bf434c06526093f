"""File formats: detects which one a file has, reads it as a stream, puts it in order.

Formats: ``eml`` (one mail), ``mbox``, ``maildir``, ``csv`` (tickets), ``jsonl`` (events).
"""

from __future__ import annotations

import csv
import re
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from connector.channels.files.entry import FileEntry, Item, Reading
from connector.channels.files.jsonl import read_jsonl
from connector.channels.files.mailbox import NO_FILE, is_maildir, is_separator, read_mail, read_maildir, read_mbox
from connector.channels.files.tickets_csv import COLUMNS, layout_of, read_csv, sniff_delimiter
from connector.errors import InvalidInput
from connector.values import ContextBy, Event, EventStatus

_READERS: Mapping[str, Callable[[Reading], Iterator[FileEntry]]] = {
    "eml": read_mail,
    "mbox": read_mbox,
    "maildir": read_maildir,
    "csv": read_csv,
    "jsonl": read_jsonl,
}
FORMATS = tuple(_READERS)
"""What ``format`` may be."""

_SUFFIXES = {
    ".eml": "eml", ".mbox": "mbox", ".mbx": "mbox", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
# One kind for all mail, so that a mailbox exported another way is not taken in twice.
_KINDS = {"eml": "mail", "mbox": "mail", "maildir": "mail", "csv": "csv", "jsonl": "jsonl"}
_HEAD = 64 * 1024
_MAIL_HEADER = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|return-path|delivered-to|mime-version|content-type)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|>?From ")


class Options(TypedDict, total=False):
    """How a file is taken in; everything may be left out.

    ``source`` is ``<kind>:<route>`` by default, with one kind ``mail`` for all forms of mail. ``format`` is one of
    :data:`FORMATS`, told by name and content by default. ``columns`` maps our column names to those of a CSV file.
    ``addresses`` are our own, ``let_in`` the guards of mail that the route overrules. ``history`` makes everything
    context. ``since`` (aware) passes over what is known to be older; ``tally["before_since"]`` counts it. ``now``
    (aware) is what due times are held against.
    """

    source: str | None
    format: str | None
    columns: Mapping[str, str]
    addresses: Collection[str]
    let_in: Collection[str]
    history: bool
    since: datetime | None
    now: datetime | None
    tally: Counter[str]


def read_entries(path: str | Path, *, route: str, **options: Unpack[Options]) -> Iterator[FileEntry]:
    """Every message of a file or Maildir, in the order of the file, as an event or as the refusal of what is none.

    Each has its position, for callers that report where something stood. Raises :class:`InvalidInput` for an unknown
    format or column name; a file that cannot be read is a refusal.
    """
    form, columns = options.get("format"), options.get("columns") or {}
    if form is not None and form not in _READERS:
        raise InvalidInput("format", f"one of {', '.join(FORMATS)}", "another word")
    if not COLUMNS.issuperset(columns):
        raise InvalidInput("map", f"FIELD=COLUMN with a FIELD of {', '.join(sorted(COLUMNS))}", "another field")
    reading = Reading(
        path=Path(path), route=route, source=options.get("source"), now=options.get("now") or datetime.now(UTC),
        columns=columns, addresses=options.get("addresses") or (),
        let_in=options.get("let_in") or (),
    )  # fmt: skip
    return _chosen(_guarded(reading, form), options)


def _chosen(entries: Iterator[FileEntry], options: Options) -> Iterator[FileEntry]:
    history, since = options.get("history"), options.get("since")
    tally = options.get("tally", Counter())
    for entry in entries:
        item = entry.item
        if not isinstance(item, Event):
            yield entry
        elif since is not None and item.occurred_at is not None and item.occurred_at < since:
            tally["before_since"] += 1
        else:
            yield replace(entry, item=_kept(item)) if history else entry


def _kept(event: Event) -> Event:
    """The same as history."""
    return replace(event, status=EventStatus.CONTEXT, context_by=event.context_by or ContextBy.HISTORY)


def _guarded(reading: Reading, form: str | None) -> Iterator[FileEntry]:
    """All entries; what the file system refuses, at any moment, is a refusal."""
    try:
        if not (reading.path.is_dir() or stat.S_ISREG(reading.path.stat().st_mode)):
            yield reading.refusal("", NO_FILE)
            return
        form = form or detect_format(reading.path, reading.columns)
        if form is None:
            yield reading.refusal("", _undetected(reading.path))
            return
        yield from _READERS[form](replace(reading, kind=_KINDS[form]))
    except OSError as error:
        yield reading.refusal("", f"cannot be read: {error.strerror or 'input error'}")


def _undetected(path: Path) -> str:
    if path.is_dir():
        return "a directory without new/ or cur/, so no Maildir; name files instead"
    return f"neither a mail, a mailbox, a ticket table nor JSON lines; if it is one, say --format {'|'.join(FORMATS)}"


def detect_format(path: Path, columns: Mapping[str, str] | None = None) -> str | None:
    """The format of a file or directory by its name, else by how it begins; None when it cannot be told.

    An empty file is whatever its name says, or no mail at all. Raises :class:`OSError`.
    """
    if path.is_dir():
        return "maildir" if is_maildir(path) else None
    if path.exists() and not path.is_file():
        return None  # a pipe: opening it would wait for its writer
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return _SUFFIXES.get(path.suffix.lower()) or _format_of(head, columns or {})


def _format_of(head: bytes, columns: Mapping[str, str]) -> str | None:
    first = head.partition(b"\n")[0]
    if not head:
        return "eml"
    if is_separator(first):
        return "mbox"
    if first.lstrip().startswith(b"{"):
        return "jsonl"
    if _looks_like_mail(head):
        return "eml"
    header = first.decode("utf-8", "replace")
    try:
        layout_of(next(csv.reader([header.strip()], delimiter=sniff_delimiter(header, columns)), []), columns)
    except (InvalidInput, csv.Error):
        return None
    return "csv"


def _looks_like_mail(head: bytes) -> bool:
    """Whether it opens with header lines, one of them of the common ones."""
    lines = re.split(rb"\r?\n", head)
    end = next((number for number, line in enumerate(lines) if not _HEADER_LINE.match(line)), len(lines))
    return _HEADER_LINE.match(lines[0]) is not None and _MAIL_HEADER.search(b"\n".join(lines[:end])) is not None


def ordered(items: Iterable[Item]) -> list[Item]:
    """The same items with each conversation in order: by ``occurred_at``, then by position in the file.

    A message without a time stays behind the one before it. Each conversation keeps its places in the list, so
    conversations stay as mixed as they were, and refusals stay where they stood.
    """
    result = list(items)
    places: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(result):
        if isinstance(item, Event):
            places.setdefault((item.route, item.conversation), []).append(place)
    for mine in places.values():
        in_time = sorted(_with_times([result[place] for place in mine]), key=lambda pair: pair[0])
        for place, (_, item) in zip(mine, in_time, strict=True):
            result[place] = item
    return result


def _with_times(items: list[Item]) -> list[tuple[datetime, Item]]:
    latest = datetime.min.replace(tzinfo=UTC)
    pairs = []
    for item in items:
        latest = (item.occurred_at if isinstance(item, Event) else None) or latest
        pairs.append((latest, item))
    return pairs
