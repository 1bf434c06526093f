"""attachments.

What is attached to mails, for sources that keep more than names: a row for each, the bytes once by their hash, and how
much of them each source kept on its last day.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="its place in the mail, from 1 on"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("sha256", _KEY, nullable=True, comment="hex, of its bytes; null: they are not kept"),
        sa.Column("why", sa.Text(), nullable=True, comment="why they are not kept"),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"])
    op.create_table(
        "attachment_bodies",
        sa.Column("sha256", _KEY, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_attachment_bodies")),
    )
    day = sa.Column("kept_day", sa.BigInteger(), comment="the UTC day, as its midnight, of which kept_bytes is")
    of_it = sa.Column(
        "kept_bytes", sa.BigInteger(), server_default="0", nullable=False, comment="of attachments that day"
    )
    for column in (day, of_it):
        _add_column("sources", column)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _ours(name: str) -> str:
    """A table's name with our prefix: what alters or fills a table takes it whole, unlike what creates one."""
    return str(op.get_context().version_table).removesuffix("alembic_version") + name


def _add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column, and its comment apart: to the one Alembic gives no prefix, to the other it does."""
    plain = sa.Column(column.name, column.type, server_default=column.server_default, nullable=column.nullable)
    op.add_column(_ours(table), plain)
    if op.get_bind().dialect.supports_comments:
        commented = sa.Table(table, sa.MetaData(), column)
        op.execute(sa.schema.SetColumnComment(commented.columns[column.name]))
