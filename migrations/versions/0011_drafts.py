"""drafts.

Answers go back to the source of their message: at most one for each turn, in the order of the turns, with a text of
their own that a person may have changed, and perhaps a time until which somebody can stop them. Replies of before lead
to no source, so nothing of them changes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column(
            "position",
            sa.Integer(),
            nullable=True,
            comment="that of its turn; answers to a source leave in this order",
        ),
        sa.Column(
            "text", sa.Text(), nullable=True, comment="what goes to a source, perhaps edited; null: the turn's answer"
        ),
        sa.Column(
            "edited",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="a person has changed the text",
        ),
        sa.Column(
            "not_before",
            sa.BigInteger(),
            nullable=True,
            comment="until then a person can stop it; null: there is no delay",
        ),
    ):
        _add_column("replies", column)
    _index("uq_replies_source", ["turn_id"], "mode IS NOT NULL", unique=True)
    leaving = "mode IS NOT NULL AND (status = 'queued' OR status = 'sending')"
    _index("ix_replies_leaving", ["conversation_id"], leaving)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "replies", columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


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
