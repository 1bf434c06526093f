"""fairness.

A lane holds known customers' conversations or new ones', so that made-up senders do not stand in front of everyone.
Who was answered before is known; lanes of before hold known customers', for what waits in them was accepted as such.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
_BEFORE = ("id", "account", "route", "priority", "backlog_id", "paused")
_UNIQUE = ["account", "route", "priority", "backlog_id", "known"]
_KNOWN = "known customers wait here; false: new ones"
_MANY = 10_000


def upgrade() -> None:
    op.create_table(
        "known_customers",
        sa.Column(
            "key", sa.BigInteger(), autoincrement=False, nullable=False, comment="a digest of route and customer"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_known_customers")),
    )
    _add_column(
        "conversations",
        sa.Column(
            "known",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="its customer was answered before on this route, or a person let it in",
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        _add_column("lanes", _known())
        op.drop_constraint(op.f("uq_lanes_account_route_priority_backlog_id"), "lanes", type_="unique")
        op.create_unique_constraint(op.f("uq_lanes_key"), "lanes", _UNIQUE)
    names = "account, route, priority, backlog_id, paused"
    lanes, turns = _ours("lanes"), _ours("turns")
    _run(f"INSERT INTO {lanes} ({names}, known) SELECT {names}, false FROM {lanes}")
    answered = f"SELECT conversation_id FROM {turns} WHERE status = 'answered'"
    _run(f"UPDATE {_ours('conversations')} SET known = true WHERE id IN ({answered})")
    _fill()


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _known() -> sa.Column[Any]:
    return sa.Column("known", sa.Boolean(), nullable=False, server_default=sa.true(), comment=_KNOWN)


def _rebuild() -> None:
    """SQLite cannot change what is unique: the table is made anew, and its rows go over."""
    op.rename_table(_ours("lanes"), _ours("lanes_before"))
    op.create_table(
        "lanes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account", _KEY, nullable=False),
        sa.Column("route", _KEY, nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("backlog_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        _known(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
        sa.UniqueConstraint(*_UNIQUE, name=op.f("uq_lanes_key")),
    )
    names = ", ".join(_BEFORE)
    _run(f"INSERT INTO {_ours('lanes')} ({names}) SELECT {names} FROM {_ours('lanes_before')}")
    op.drop_table("lanes_before")


def _fill() -> None:
    """The customers of conversations with an answer; who they are is a digest that SQL cannot make."""
    connection = op.get_bind()
    mine = sa.text(
        f"SELECT DISTINCT route, customer FROM {_ours('conversations')} WHERE known AND customer IS NOT NULL"
    )
    rows = connection.execute(mine).all()
    keys = sorted({key for row in rows if (key := counted_as(row.route, json.loads(row.customer))) is not None})
    insert = sa.text(f"INSERT INTO {_ours('known_customers')} (key) VALUES (:key)")
    for first in range(0, len(keys), _MANY):
        connection.execute(insert, [{"key": key} for key in keys[first : first + _MANY]])


def counted_as(route: str, customer: dict[str, Any]) -> int | None:
    """Who is one customer of a route, as it was worked out when this was written."""
    known = {name: str(customer.get(name) or "").strip() for name in ("id", "email", "phone")}
    if known["id"]:
        who = f"id:{known['id']}"
    elif known["email"]:
        who = f"email:{known['email'].casefold()}"
    elif digits := "".join(sign for sign in known["phone"] if sign.isdecimal()):
        who = f"phone:{digits}"
    else:
        return None
    digest = hashlib.sha256(f"{route}\x00{who}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _ours(name: str) -> str:
    """A table's name with our prefix: what alters or fills a table takes it whole, unlike what creates one."""
    return str(op.get_context().version_table).removesuffix("alembic_version") + name


def _add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column, and its comment apart: to the one Alembic gives no prefix, to the other it does."""
    comment, column.comment = column.comment, None
    op.add_column(_ours(table), column)
    if comment and op.get_bind().dialect.supports_comments:
        commented = sa.Table(table, sa.MetaData(), sa.Column(column.name, sa.Text(), comment=comment))
        op.execute(sa.schema.SetColumnComment(commented.columns[column.name]))


def _run(statement: str) -> None:
    """Plain SQL over our own names; no value of anybody's is in it."""
    op.execute(sa.text(statement))
