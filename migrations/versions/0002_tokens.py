"""tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", _KEY, nullable=False),
        sa.Column("hash", _KEY, nullable=False, comment="hex SHA-256 of the token, which itself is kept nowhere"),
        sa.Column("routes", sa.Text(), nullable=False, comment="JSON: the routes it may hand messages in for"),
        sa.Column("source", sa.Text(), nullable=False, comment="the source of every event that comes with it"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_on", sa.Integer(), nullable=True, comment="UTC day number of its last use"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index(
        "ix_tokens_live_name",
        "tokens",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_tokens_live_name", table_name="tokens")
    op.drop_table("tokens")
