"""worker processes.

A worker's row says which process it is, so that a death on the same machine is seen and not waited for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = str(op.get_context().version_table).removesuffix("alembic_version") + "workers"
    op.add_column(table, sa.Column("place", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("pid", sa.BigInteger(), nullable=True))
    op.add_column(table, sa.Column("process_started", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
