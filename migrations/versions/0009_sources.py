"""sources.

How each source that is fetched is: when it was last read, what went wrong, how far each folder of a mailbox was read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", _KEY, nullable=False, comment="the section's name"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "configured", sa.Boolean(), server_default=sa.true(), nullable=False, comment="the last worker had it"
        ),
        sa.Column(
            "silent_after", sa.BigInteger(), nullable=False, comment="milliseconds without a round that are an alarm"
        ),
        sa.Column("first_at", sa.BigInteger(), nullable=False, comment="first contact"),
        sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), comment="why it is stopped"),
        sa.Column("detail", sa.Text()),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), comment="when somebody last asked for a round at once"),
        sa.Column("tried_at", sa.BigInteger()),
        sa.Column("round_at", sa.BigInteger(), comment="the last round that succeeded"),
        sa.Column("mail_at", sa.BigInteger(), comment="when a mail last came"),
        sa.Column(
            "failures", sa.Integer(), server_default="0", nullable=False, comment="rounds that failed since then"
        ),
        sa.Column("problem", sa.Text(), comment="what kind of failure the last one was"),
        sa.Column("error", sa.Text()),
        sa.Column("accepted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("set_aside", sa.BigInteger(), server_default="0", nullable=False, comment="stopped mails: machines'"),
        sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False, comment="with those in quarantine"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
    )
    op.create_table(
        "source_folders",
        sa.Column("source", _KEY, nullable=False),
        sa.Column("folder", _KEY, nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False, comment="every mail up to it is stored, or not wanted"),
        sa.Column(
            "live_from", sa.BigInteger(), nullable=False, comment="mails of smaller UIDs lay there at the first contact"
        ),
        sa.Column("since", sa.BigInteger(), comment="of those, what came before is not wanted"),
        sa.Column(
            "pending", sa.Text(), server_default="", nullable=False, comment="UIDs that are stored and not marked yet"
        ),
        sa.PrimaryKeyConstraint("source", "folder", name=op.f("pk_source_folders")),
    )


def downgrade() -> None:
    op.drop_table("source_folders")
    op.drop_table("sources")
