"""Filter of turns: the same for lists, exports and what operators do in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from connector.storage.core.statements import db_now
from connector.storage.tables import conversations, trouble, turns
from connector.values import TurnStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TROUBLED = {TurnStatus.UNKNOWN, TurnStatus.FAILED}


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnFilter:
    """Every field narrows; the default is all turns.

    ``conversation`` is the conversation's key; ``since`` (inclusive) and ``until`` (exclusive) are aware times against
    ``accepted_at``; ``older_than`` is an age in seconds by the database's clock. ``reason`` also takes the reasons that
    begin with it and a colon: ``max_attempts`` finds ``max_attempts: lost``.
    """

    statuses: tuple[TurnStatus, ...] = ()
    route: str | None = None
    account: str | None = None
    conversation: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    older_than: float | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a turn's row must meet."""
        found: list[ColumnElement[bool]] = []
        if self.statuses:
            found.append(turns.c.status.in_([str(status) for status in self.statuses]))
            if _TROUBLED.issuperset(self.statuses):
                # The few rows of the narrow table lead to them, instead of a walk over all turns.
                found.append(turns.c.id.in_(select(trouble.c.turn_id)))
        owners = self._conversations()
        if owners:
            found.append(turns.c.conversation_id.in_(select(conversations.c.id).where(*owners)))
        if self.reason is not None:
            found.append(
                or_(turns.c.reason == self.reason, turns.c.reason.startswith(f"{self.reason}:", autoescape=True))
            )
        found += between(turns.c.accepted_at, self.since, self.until)
        if self.older_than is not None:
            found.append(turns.c.accepted_at < db_now() - int(self.older_than * 1000))
        return found

    def _conversations(self) -> list[ColumnElement[bool]]:
        pairs = (
            (conversations.c.route, self.route),
            (conversations.c.account, self.account),
            (conversations.c.key, self.conversation),
        )
        return [column == wanted for column, wanted in pairs if wanted is not None]


EVERY_TURN = TurnFilter()


def between(column: ColumnElement[int], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """The conditions on a column of times: from ``since`` on and before ``until``, aware times."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(column >= millis(since))
    if until is not None:
        found.append(column < millis(until))
    return found


def millis(moment: datetime) -> int:
    """An aware time as the tables hold it, exact to the millisecond."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
