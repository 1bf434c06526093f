"""leases.

What one process at a time does, such as reading a queue, has a row that names the process and says until when.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", _KEY, nullable=False, comment="what it is for, such as reader:turnwire.receive"),
        sa.Column("holder", sa.Text(), nullable=False, comment="host, process id and a random part"),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def downgrade() -> None:
    op.drop_table("leases")
