"""The files of a bulk import, and the messages found in them."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connector.channels.files.formats import detect_format, ordered, read_entries
from connector.values import Event, Refusal

NOUNS = {"eml": "mail", "mbox": "mail", "maildir": "mail", "csv": "row", "jsonl": "line"}
"""What a file of each format holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundMessage:
    """One message of a file and its place in it, "row 17" or "mail 3"."""

    file: Path
    position: str
    item: Event | Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """The files of one run and how to read them, as :class:`connector.channels.files.formats.Options`."""

    paths: Sequence[Path]
    route: str
    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    addresses: Collection[str] = ()
    let_in: Collection[str] = ()
    history: bool = False
    since: datetime | None = None

    def read(self, tally: Counter[str] | None = None) -> Iterator[FoundMessage]:
        """Every message as the files hold them; ``tally`` counts what ``since`` passed over as ``before_since``."""
        for path in self.paths:
            yield from self.of(path, tally)

    def of(self, path: Path, tally: Counter[str] | None = None) -> Iterator[FoundMessage]:
        """The messages of one of the files."""
        entries = read_entries(
            path, route=self.route, format=self.format, columns=self.columns, addresses=self.addresses,
            let_in=self.let_in,
            history=self.history, since=self.since, tally=Counter() if tally is None else tally,
        )  # fmt: skip
        for entry in entries:
            yield FoundMessage(file=path, position=entry.position, item=entry.item)

    def in_order(self) -> Iterator[FoundMessage]:
        """Every message, each conversation by time; all of them are held in memory."""
        found = list(self.read())
        places = {id(each.item): each for each in found}
        yield from (places[id(item)] for item in ordered(each.item for each in found))

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(_sizes(self.paths))

    @property
    def noun(self) -> str:
        """What the files hold: "mail", "row" or "line"; "message" if they differ."""
        nouns = {NOUNS[self.format or _format(path, self.columns)] for path in self.paths}
        return nouns.pop() if len(nouns) == 1 else "message"


def _format(path: Path, columns: Mapping[str, str]) -> str:
    try:
        return detect_format(path, columns) or "eml"
    except OSError:
        return "eml"


def _sizes(paths: Iterable[Path]) -> Iterator[int]:
    for path in paths:
        if path.is_dir():
            # Of a Maildir only files count: a link may lead anywhere, back to where it stands too.
            found = (each.lstat() for name in ("new", "cur") for each in path.glob(f"{name}/*"))
            yield from (each.st_size for each in found if stat.S_ISREG(each.st_mode))
        elif path.exists():
            yield path.stat().st_size
