"""Homes of messages: the conversations that a batch belongs to, found by their keys, opened where there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, select

from connector.policy.brakes import counted_as
from connector.policy.fairness import COMMAND_LINE
from connector.storage.conversations.known_customers import known_among
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.receive.rows import Home, json_text, new_conversation
from connector.storage.tables import conversations
from connector.values import ConversationKey, Event

if TYPE_CHECKING:
    from connector.storage.receive.events import Target

_NAMES = ("route", "origin", "key")


class Homes:
    """Finds and opens conversations."""

    def __init__(self, database: Database, targets: Mapping[str, Target]) -> None:
        """``targets`` maps each configured route to its account and agent."""
        self._database = database
        self._targets = targets

    def opened(self, connection: Connection, fresh: Sequence[Event]) -> tuple[dict[ConversationKey, Home], set[int]]:
        """The conversation of each event by its key, opened where there was none, and the ids of those."""
        first = {event.home_key: event for event in reversed(fresh)}
        found = self.of(connection, list(first))
        missing = sorted(key for key in first if key not in found)
        opened: dict[ConversationKey, Home] = {}
        if missing:
            statement = self._database.insert(conversations).values(new_conversation(db_now()))
            known = self._known(connection, [first[key] for key in missing])
            rows = [self._row(first[key]) | {"known": key in known} for key in missing]
            connection.execute(statement.on_conflict_do_nothing(index_elements=list(_NAMES)), rows)
            opened = self.of(connection, missing)
            found.update(opened)
        return found, {home.id for home in opened.values()}

    def of(self, connection: Connection, keys: Sequence[ConversationKey]) -> dict[ConversationKey, Home]:
        """The conversations there are by (route, origin, key)."""
        if not keys:
            return {}
        statement, batch = self._found
        rows = connection.execute(statement, batch.of([dict(zip(_NAMES, key, strict=True)) for key in keys]))
        return {
            (route, origin, key): Home(id=id_, account=account, known=known)
            for id_, account, known, route, origin, key in rows.all()
        }

    def _known(self, connection: Connection, fresh: Sequence[Event]) -> set[ConversationKey]:
        """Those whose customer is known, or that a person opens by hand."""
        customer = {event.home_key: counted_as(event.route, event.customer) for event in fresh}
        known = known_among(connection, {key for key in customer.values() if key is not None})
        return {event.home_key for event in fresh if event.source == COMMAND_LINE or customer[event.home_key] in known}

    @cached_property
    def _found(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, route=str, origin=str, key=str)
        mine = and_(*(conversations.c[name] == b.c[name] for name in _NAMES))
        columns = [conversations.c[name] for name in ("id", "account", "known", *_NAMES)]
        return select(*columns).select_from(b.table.join(conversations, mine)), b

    def _row(self, event: Event) -> dict[str, Any]:
        target = self._targets[event.route]
        return {
            **dict(zip(_NAMES, event.home_key, strict=True)),
            "linked_to": event.linked_to,
            "account": target.account,
            "agent": target.agent,
            "customer": json_text(event.customer.as_dict()),
            "subject": event.subject,
        }
