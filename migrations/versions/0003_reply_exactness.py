"""reply exactness.

What follows an unclear delivery depends on what its channel can do, so a reply keeps its doubt, its stamp and the
receiver's id. What tells a webhook of a hand-off becomes a reply like any other, under the marker that it has. Drafts
of before were overtaken answers that nobody can approve: they are cancelled, with their reason.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BEFORE = (
    "id", "turn_id", "conversation_id", "channel", "marker", "turn_status", "turn_revision", "turn_reason", "status",
    "reason", "attempts", "delays", "failed_since", "insisted", "ready_at", "owner", "created_at", "delivered_at",
)  # fmt: skip


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            server_default="turn",
            comment="turn, or hand_off: a change of hands is told",
        ),
        sa.Column("body", sa.Text(), nullable=True, comment="JSON: what a hand_off tells"),
        sa.Column(
            "mode", sa.Text(), nullable=True, comment="draft, internal, public; null where the channel knows no modes"
        ),
        sa.Column("approved_by", sa.Text(), nullable=True, comment="who let a draft leave"),
        sa.Column(
            "unclear_at",
            sa.BigInteger(),
            nullable=True,
            comment="when a delivery began that may have arrived; null: there is none",
        ),
        sa.Column(
            "looks",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="times it was looked for at the receiver",
        ),
        sa.Column(
            "stamp",
            sa.Text(),
            nullable=True,
            comment="the state of the receiver's place that a conditional post depends on",
        ),
        sa.Column("external_id", sa.Text(), nullable=True, comment="the receiver's id of what was delivered"),
        sa.Column("external_url", sa.Text(), nullable=True),
    ]


def _ours(name: str) -> str:
    """A table's name with our prefix: what alters or fills a table takes it whole, unlike what creates one."""
    return str(op.get_context().version_table).removesuffix("alembic_version") + name


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        for column in _new_columns():
            _add_column("replies", column)
        for name in ("turn_status", "turn_revision", "turn_id"):
            op.alter_column(_ours("replies"), name, nullable=True)
        _comment("replies", "turn_id", "null for a hand_off")
    _add_column(
        "reply_attempts",
        sa.Column(
            "call",
            sa.Text(),
            nullable=False,
            server_default="deliver",
            comment="deliver, or find: it is looked for",
        ),
    )
    op.create_index(
        "ix_replies_hand_off",
        "replies",
        ["conversation_id", "id"],
        postgresql_where=sa.text("kind = 'hand_off'"),
        sqlite_where=sa.text("kind = 'hand_off'"),
    )
    _cancel_drafts()
    _take_over_tells()


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _add_column(table: str, column: sa.Column[object]) -> None:
    """Add a column, and its comment apart: to the one Alembic gives no prefix, to the other it does."""
    comment, column.comment = column.comment, None
    op.add_column(_ours(table), column)
    if comment and op.get_bind().dialect.supports_comments:
        _comment(table, column.name, comment)


def _comment(table: str, column: str, comment: str) -> None:
    commented = sa.Table(table, sa.MetaData(), sa.Column(column, sa.Text(), comment=comment)).columns[column]
    op.execute(sa.schema.SetColumnComment(commented))


def _rebuild() -> None:
    """SQLite cannot make a column nullable: the table is made anew, and its rows go over."""
    op.rename_table(_ours("replies"), _ours("replies_0002"))
    op.create_table(
        "replies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=True, comment="null for a hand_off"),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("turn_status", sa.Text(), nullable=True),
        sa.Column("turn_revision", sa.Integer(), nullable=True),
        sa.Column("turn_reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delays", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failed_since", sa.BigInteger(), nullable=True),
        sa.Column("insisted", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        *_new_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint(
            "turn_id", "turn_revision", "channel", name=op.f("uq_replies_turn_id_turn_revision_channel")
        ),
    )
    names = ", ".join(_BEFORE)
    _run(f"INSERT INTO {_ours('replies')} ({names}) SELECT {names} FROM {_ours('replies_0002')}")
    op.drop_table("replies_0002")
    for name, columns, where in (
        ("ix_replies_ready", ["ready_at"], "ready_at IS NOT NULL"),
        ("ix_replies_owner", ["owner"], "owner IS NOT NULL"),
        ("ix_replies_parked", ["channel"], "status = 'queued' AND ready_at IS NULL"),
        ("ix_replies_stopped", ["conversation_id"], "status = 'cancelled' OR status = 'draft'"),
    ):
        op.create_index(name, "replies", columns, sqlite_where=sa.text(where))


def _run(statement: str) -> None:
    """Plain SQL over our own names; no value of anybody's is in it."""
    op.execute(sa.text(statement))


def _cancel_drafts() -> None:
    _run(f"UPDATE {_ours('replies')} SET status = 'cancelled', ready_at = NULL WHERE status = 'draft'")


def _take_over_tells() -> None:
    outbox, outbox_attempts = _ours("outbox"), _ours("outbox_attempts")
    replies, reply_attempts = _ours("replies"), _ours("reply_attempts")
    marker = "'tw_c' || CAST(o.conversation_id AS TEXT) || '_' || CAST(o.id AS TEXT)"
    _run(
        f"INSERT INTO {replies} (kind, conversation_id, channel, marker, body, status, reason, attempts, delays,"
        " insisted, looks, ready_at, owner, created_at, delivered_at)"
        f" SELECT 'hand_off', o.conversation_id, 'webhook', {marker}, o.body,"
        " CASE o.status WHEN 'done' THEN 'delivered' WHEN 'skipped' THEN 'cancelled' ELSE o.status END,"
        " o.reason, o.attempts, o.attempts, false, 0, o.ready_at, o.owner, o.created_at,"
        " CASE o.status WHEN 'done' THEN o.ended_at END"
        f" FROM {outbox} o WHERE o.kind = 'tell' ORDER BY o.id"
    )
    tried = ("number", "owner", "started_at", "ended_at", "outcome", "http_status", "error")
    _run(
        f"INSERT INTO {reply_attempts} (reply_id, {', '.join(tried)})"
        f" SELECT r.id, {', '.join(f'a.{name}' for name in tried)} FROM {outbox_attempts} a"
        f" JOIN {outbox} o ON o.id = a.item_id JOIN {replies} r ON r.kind = 'hand_off' AND r.marker = {marker}"
        " WHERE o.kind = 'tell'"
    )
    _run(f"DELETE FROM {outbox_attempts} WHERE item_id IN (SELECT id FROM {outbox} WHERE kind = 'tell')")
    _run(f"DELETE FROM {outbox} WHERE kind = 'tell'")
