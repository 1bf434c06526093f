"""Daily budget of an account: each worker reserves some of it, and the mark takes from that.

The reservation stands in the worker's grant. What the mark takes is exact whatever dies: what a dead worker had
reserved and not used goes back to the account with the sweep.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, case, select, update

from connector.storage.tables import accounts, conversations, grants, turns

DAY = 86_400_000
"""Milliseconds; the budget's day is UTC's."""


def bearable(connection: Connection, owner: int, turn_ids: Sequence[int], budgeted: Collection[str]) -> list[int]:
    """Those of the turns that this worker's reservations still bear; its grants are held until the end."""
    if not budgeted or not turn_ids:
        return list(turn_ids)
    held = select(grants.c.account, grants.c.turns).where(grants.c.worker_id == owner).with_for_update()
    left = {row.account: row.turns for row in connection.execute(held)}
    borne = []
    for turn_id, account in _accounts_of(connection, turn_ids):
        if account in budgeted:
            if left.get(account, 0) <= 0:
                continue
            left[account] -= 1
        borne.append(turn_id)
    return borne


def spend(connection: Connection, owner: int, turn_ids: Sequence[int], budgeted: Collection[str]) -> None:
    """Take marked turns from this worker's reservations."""
    if not budgeted or not turn_ids:
        return
    spent = Counter(account for _, account in _accounts_of(connection, turn_ids) if account in budgeted)
    for account, count in sorted(spent.items()):
        mine = update(grants).where(grants.c.worker_id == owner, grants.c.account == account)
        connection.execute(mine.values(turns=grants.c.turns - count))


def give_back(connection: Connection, owner: int) -> None:
    """Return what a dead worker had reserved, if the day it was reserved on is not over, and end its grants."""
    reserved = select(grants.c.account, grants.c.turns, grants.c.at).where(grants.c.worker_id == owner)
    for row in connection.execute(reserved.order_by(grants.c.account)).all():
        if row.turns > 0:
            same_day = accounts.c.day == row.at // DAY
            left = case((accounts.c.spent > row.turns, accounts.c.spent - row.turns), else_=0)
            mine = update(accounts).where(accounts.c.name == row.account, same_day)
            connection.execute(mine.values(spent=left))
    connection.execute(grants.delete().where(grants.c.worker_id == owner))


def _accounts_of(connection: Connection, turn_ids: Sequence[int]) -> list[tuple[int, str]]:
    query = (
        select(turns.c.id, conversations.c.account)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(turns.c.id.in_(turn_ids))
    )
    return [(row.id, row.account) for row in connection.execute(query)]
