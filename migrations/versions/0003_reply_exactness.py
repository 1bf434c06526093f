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


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        for column in _new_columns():
            op.add_column("replies", column)
        for name in ("turn_status", "turn_revision", "turn_id"):
            op.alter_column("replies", name, nullable=True)
    op.add_column(
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
    raise NotImplementedError("restore the backup made before the upgrade: see docs/upgrading.md")


def _rebuild() -> None:
    """SQLite cannot make a column nullable: the table is made anew, and its rows go over."""
    op.rename_table("replies", "replies_0002")
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
    old = sa.table("replies_0002", *(sa.column(name) for name in _BEFORE))
    new = sa.table("replies", *(sa.column(name) for name in _BEFORE))
    op.execute(new.insert().from_select(list(_BEFORE), sa.select(*(old.c[name] for name in _BEFORE))))
    op.drop_table("replies_0002")
    for name, columns, where in (
        ("ix_replies_ready", ["ready_at"], "ready_at IS NOT NULL"),
        ("ix_replies_owner", ["owner"], "owner IS NOT NULL"),
        ("ix_replies_parked", ["channel"], "status = 'queued' AND ready_at IS NULL"),
        ("ix_replies_stopped", ["conversation_id"], "status = 'cancelled' OR status = 'draft'"),
    ):
        op.create_index(name, "replies", columns, sqlite_where=sa.text(where))


def _cancel_drafts() -> None:
    replies = sa.table("replies", sa.column("status"), sa.column("ready_at"))
    drafts = replies.update().where(replies.c.status == "draft")
    op.execute(drafts.values(status="cancelled", ready_at=None))


def _take_over_tells() -> None:
    outbox = sa.table(
        "outbox",
        *(
            sa.column(name)
            for name in (
                "id", "conversation_id", "kind", "body", "status", "reason", "attempts", "ready_at", "owner",
                "created_at", "ended_at",
            )
        ),
    )  # fmt: skip
    names = (
        "kind", "conversation_id", "channel", "marker", "body", "status", "reason", "attempts", "delays", "insisted",
        "looks", "ready_at", "owner", "created_at", "delivered_at",
    )  # fmt: skip
    replies = sa.table("replies", *(sa.column(name) for name in ("id", *names)))
    tells = outbox.c.kind == "tell"
    marker = (
        sa.literal("tw_c")
        + sa.cast(outbox.c.conversation_id, sa.Text)
        + sa.literal("_")
        + sa.cast(outbox.c.id, sa.Text)
    )
    status = sa.case({"done": "delivered", "skipped": "cancelled"}, value=outbox.c.status, else_=outbox.c.status)
    done = sa.case((outbox.c.status == "done", outbox.c.ended_at))
    rows = sa.select(
        sa.literal("hand_off"), outbox.c.conversation_id, sa.literal("webhook"), marker, outbox.c.body, status,
        outbox.c.reason, outbox.c.attempts, outbox.c.attempts, sa.false(), sa.literal(0), outbox.c.ready_at,
        outbox.c.owner, outbox.c.created_at, done,
    )  # fmt: skip
    op.execute(replies.insert().from_select(list(names), rows.where(tells).order_by(outbox.c.id)))
    tried = ("number", "owner", "started_at", "ended_at", "outcome", "http_status", "error")
    old = sa.table("outbox_attempts", sa.column("item_id"), *(sa.column(name) for name in tried))
    new = sa.table("reply_attempts", sa.column("reply_id"), *(sa.column(name) for name in tried))
    theirs = (
        sa.select(replies.c.id, *(old.c[name] for name in tried))
        .select_from(
            old.join(outbox, outbox.c.id == old.c.item_id).join(
                replies, sa.and_(replies.c.marker == marker, replies.c.kind == "hand_off")
            )
        )
        .where(tells)
    )
    op.execute(new.insert().from_select(["reply_id", *tried], theirs))
    of_tells = sa.select(outbox.c.id).where(tells)
    op.execute(old.delete().where(old.c.item_id.in_(of_tells)))
    op.execute(outbox.delete().where(tells))
