"""context_by.

What made a message context is kept with it: only what a person stored as history is sent when it is handed in again.
Of messages of before it is not known, and they are taken for history as ever.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_column("events", "context_by", "history, fetch, author, skip_answered: what made it context")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _ours(name: str) -> str:
    """A table's name with our prefix: what alters or fills a table takes it whole, unlike what creates one."""
    return str(op.get_context().version_table).removesuffix("alembic_version") + name


def _add_column(table: str, name: str, comment: str) -> None:
    """Add a text column, and its comment apart: to the one Alembic gives no prefix, to the other it does."""
    op.add_column(_ours(table), sa.Column(name, sa.Text(), nullable=True))
    if op.get_bind().dialect.supports_comments:
        commented = sa.Table(table, sa.MetaData(), sa.Column(name, sa.Text(), comment=comment))
        op.execute(sa.schema.SetColumnComment(commented.columns[name]))
