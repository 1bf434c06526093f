"""Typer options that filter turns, for lists and for bulk actions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli.shared.desk import Desk, duration, states
from connector.values import TurnStatus

if TYPE_CHECKING:
    from connector.storage.queries.filters import TurnFilter

StatusOption = Annotated[list[TurnStatus] | None, typer.Option("--status", metavar="STATE", help=states(TurnStatus))]
ConversationOption = Annotated[str | None, typer.Option("--conversation", metavar="KEY", help="Only this one.")]
ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", metavar="WORD", help="Only with this reason, such as lost, refused or max_attempts."),
]
OlderThanOption = Annotated[
    float | None,
    typer.Option("--older-than", metavar="AGE", parser=duration, help="Only older ones: 90s, 10m, 24h, 2d."),
]


@dataclass(frozen=True, kw_only=True)
class Picked:
    """The options as they were given; every one narrows, and none of them picks every turn."""

    status: list[TurnStatus] | None
    route: str | None
    account: str | None
    conversation: str | None
    reason: str | None
    since: datetime | None
    until: datetime | None
    older_than: float | None

    def __bool__(self) -> bool:
        """Whether any was given."""
        return any(getattr(self, field.name) not in (None, []) for field in fields(self))

    def at(self, desk: Desk) -> TurnFilter:
        """The filter for the database; raises :class:`ConfigurationError` for a route or account nobody knows."""
        from connector.storage.queries.filters import TurnFilter

        return TurnFilter(
            statuses=tuple(self.status or ()),
            route=desk.route(self.route),
            account=desk.account(self.account),
            conversation=self.conversation,
            reason=self.reason,
            since=self.since,
            until=self.until,
            older_than=self.older_than,
        )
