"""OAuth.

Sources that log in by OAuth keep their tokens in the database, so that one worker renews them for all. Tokens
with which mail services sign are remembered, so that none is used for two mails.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "oauth_tokens",
        sa.Column("source", _KEY, nullable=False, comment="the source's name in the configuration"),
        sa.Column(
            "client", _KEY, nullable=False, comment="a digest of the client and credentials that the tokens are for"
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="grows with every new token: an older answer changes nothing",
        ),
        sa.Column("access_token", sa.Text(), nullable=True, comment="encrypted where there is a key"),
        sa.Column("refresh_token", sa.Text(), nullable=True, comment="likewise; the newest"),
        sa.Column("renew_at", sa.BigInteger(), nullable=True, comment="from when on a worker gets a new access token"),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False, comment="in a row"),
        sa.Column(
            "not_before",
            sa.BigInteger(),
            nullable=True,
            comment="after a failure: when the token endpoint is asked again",
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="the last failure, in words of ours"),
        sa.Column(
            "closed_reason", sa.Text(), nullable=True, comment="the grant is gone: only a person can give it anew"
        ),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_oauth_tokens")),
    )
    op.create_table(
        "hook_tokens",
        sa.Column("source_name", _KEY, nullable=False),
        sa.Column("token", _KEY, nullable=False, comment="hex SHA-256 of the token that a delivery was signed with"),
        sa.Column("external_id", _KEY, nullable=False, comment="of the message that came with it first"),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source_name", "token", name=op.f("pk_hook_tokens")),
    )
    op.create_index("ix_hook_tokens_seen_at", "hook_tokens", ["seen_at"])


def downgrade() -> None:
    op.drop_table("hook_tokens")
    op.drop_table("oauth_tokens")
