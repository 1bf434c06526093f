"""Operators' actions on accounts: pause, resume."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from connector.errors import WrongState
from connector.policy.gate import GateReason
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import FOREVER, db_now
from connector.storage.core.text import clean
from connector.storage.tables import accounts
from connector.values import Change

_OPEN, _CLOSED = "open", "closed"


def pause_account(database: Database, name: str, *, actor: str, detail: str | None = None) -> Change:
    """Let no call of this account through until it is resumed; calls in flight finish.

    The change's ``reason`` is why the account had been closed before, if it was.

    Raises :class:`connector.errors.WrongState` if it is paused already. The name is not checked here.
    """

    def use(connection: Connection) -> Change:
        _ensure_account(connection, database, name)
        row = connection.execute(select(accounts).where(accounts.c.name == name).with_for_update()).one()
        if row.reason == GateReason.OPERATOR and row.closed_until == FOREVER:
            raise WrongState(f"account {name} is paused already", "account", name, _CLOSED, (_OPEN,))
        values = {"closed_until": FOREVER, "reason": str(GateReason.OPERATOR), "detail": clean(detail)}
        connection.execute(update(accounts).where(accounts.c.name == name).values(values | {"changed_at": db_now()}))
        before = row.reason if row.closed_until is not None else None
        note(connection, actor, "pause", [f"account:{name}"], {"detail": detail, "was": before})
        return Change(
            noun="account",
            id=name,
            before=_OPEN if before is None else _CLOSED,
            after=_CLOSED,
            detail={"reason": before},
        )

    return database.write(use)


def resume_account(database: Database, name: str, *, actor: str) -> Change:
    """Open an account again, whatever closed it: one call goes out, then more with every success.

    Raises :class:`connector.errors.WrongState` if it is open.
    """

    def use(connection: Connection) -> Change:
        query = select(accounts, db_now().label("now")).where(accounts.c.name == name)
        row = connection.execute(query.with_for_update()).one_or_none()
        if row is None or row.closed_until is None or row.closed_until <= row.now:
            raise WrongState(f"account {name} is open", "account", name, _OPEN, (_CLOSED,))
        opened = {"closed_until": None, "reason": None, "detail": None, "ramp": 1, "streak": 0, "level": 0}
        connection.execute(update(accounts).where(accounts.c.name == name).values(opened | {"changed_at": db_now()}))
        note(connection, actor, "resume", [f"account:{name}"], {"was": row.reason})
        return Change(noun="account", id=name, before=_CLOSED, after=_OPEN, detail={"reason": row.reason})

    return database.write(use)


def _ensure_account(connection: Connection, database: Database, name: str) -> None:
    new = database.insert(accounts).values(name=name, level=0, streak=0, tat=0, day=0, spent=0, changed_at=db_now())
    connection.execute(new.on_conflict_do_nothing(index_elements=["name"]))
