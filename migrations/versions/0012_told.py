"""told.

What was sent is kept with the attempt where it is more than the turn's text, and with each message by what kind of door
it came. Of messages of before the kind follows from the source's name, where it can be told.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_column("attempts", "told", "what was sent, where it is more than the turn's text")
    _add_column("events", "source_kind", "http, celery, mail, ...: by what door it came; null: before that was kept")


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
