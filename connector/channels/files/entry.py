"""One entry of a file: a message or a refusal, with its place in the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connector.channels.events.source_name import default_source
from connector.channels.mail.parser import parser
from connector.values import Event, EventStatus, Refusal

Item = Event | Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class FileEntry:
    """One message of a file: ``position`` is its place as a person would say it ("row 17", "mail 3")."""

    position: str
    item: Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file is to be read: for which route, as which source, with our own addresses and column names.

    ``let_in`` are the guards of mail that the route overrules.

    Without a ``source`` it is made of ``kind`` and route.
    """

    path: Path
    route: str
    source: str | None
    now: datetime
    kind: str = "file"
    columns: Mapping[str, str] = field(default_factory=dict)
    addresses: Collection[str] = ()
    let_in: Collection[str] = ()

    def source_of(self, route: str | None = None) -> str:
        """The source of a message for ``route``, which may differ from the one the file is read for."""
        return self.source or default_source(self.kind, route or self.route)

    def refusal(self, position: str, reason: str) -> FileEntry:
        """What could not be read at all at this place."""
        return FileEntry(
            position=position,
            item=Refusal(where=str(self.path), position=position, reason=reason, source=self.source_of()),
        )

    def mail(self, raw: bytes, position: str, left: str | None = None) -> FileEntry:
        """A mail found in the file, ``left`` there for that reason; one that had to be refused says where it stood."""
        event = parser.parse(
            raw, source=self.source_of(), route=self.route, addresses=self.addresses, let_in=self.let_in, left=left
        )
        if event.status is not EventStatus.REFUSED:
            return FileEntry(position=position, item=event)
        why = _WHY.get(event.reason or "", "; ".join(event.warnings))
        return FileEntry(
            position=position,
            item=Refusal(
                where=str(self.path), position=position, reason=f"{event.reason}: {why}", external_id=event.id,
                source=event.source, raw=event.raw,
            ),
        )  # fmt: skip


_WHY = {
    "no_sender": "no readable From address, so perhaps not a mail",
    "no_text": "nothing in this mail is readable text",
}
