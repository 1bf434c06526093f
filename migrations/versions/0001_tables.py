"""tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "closed_until", sa.BigInteger(), nullable=True, comment="null: open; FOREVER: until somebody resumes it"
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="busy, failing, credentials, operator"),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column(
            "level", sa.Integer(), nullable=False, comment="closings in a row; drives how long the next one lasts"
        ),
        sa.Column("streak", sa.Integer(), nullable=False, comment="failures in a row while open"),
        sa.Column(
            "ramp",
            sa.Integer(),
            nullable=True,
            comment="null: no limit but the account's own; else calls allowed in flight",
        ),
        sa.Column("tat", sa.BigInteger(), nullable=False, comment="GCRA: theoretical arrival time, microseconds"),
        sa.Column("day", sa.Integer(), nullable=False, comment="UTC day number of the budget"),
        sa.Column("spent", sa.Integer(), nullable=False, comment="turns marked on that day"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "attempts",
        sa.Column("turn_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True, comment="JSON"),
        sa.PrimaryKeyConstraint("turn_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject"], unique=False)

    op.create_table(
        "brake_counts",
        sa.Column(
            "key", sa.BigInteger(), autoincrement=False, nullable=False, comment="a digest of route and customer"
        ),
        sa.Column("hour_at", sa.BigInteger(), nullable=False, comment="when the hour began that is being counted"),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("day_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_brake_counts")),
    )
    with op.batch_alter_table("brake_counts", schema=None) as batch_op:
        batch_op.create_index("ix_brake_counts_day_at", ["day_at"], unique=False)

    op.create_table(
        "conflicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("event_id", "hash", name=op.f("uq_conflicts_event_id_hash")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("route", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("chat_id", sa.Text(), nullable=True),
        sa.Column(
            "chat_number", sa.Integer(), server_default="0", nullable=False, comment="how many chats were opened before"
        ),
        sa.Column("greeting", sa.Text(), nullable=True),
        sa.Column(
            "baseline",
            sa.Integer(),
            nullable=True,
            comment="user entries the chat held before our first turn in it; null: to be read",
        ),
        sa.Column("opening", sa.Boolean(), nullable=False, comment="an open was begun whose outcome is not recorded"),
        sa.Column(
            "braked_at",
            sa.Integer(),
            nullable=True,
            comment="the position at which a brake stopped it last; brakes count from there on",
        ),
        sa.Column(
            "note",
            sa.Text(),
            nullable=True,
            comment="what a person last wrote for the agent; a new chat is told it too",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("route", "key", name=op.f("uq_conversations_route_key")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversations_handed_off",
            ["changed_at"],
            unique=False,
            postgresql_where=sa.text("status = 'handed_off'"),
            sqlite_where=sa.text("status = 'handed_off'"),
        )

    op.create_table(
        "endpoints",
        sa.Column(
            "name",
            sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"),
            nullable=False,
            comment="a way back, such as webhook",
        ),
        sa.Column(
            "failing_since",
            sa.BigInteger(),
            nullable=True,
            comment="first failure since the last success; null while all is well",
        ),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it is disabled: failing, gone, operator"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_endpoints")),
    )
    op.create_table(
        "event_bodies",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_bodies")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("external_id", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "given_id",
            sa.Text(),
            nullable=True,
            comment="the id a refused message came with; its own external_id is made up",
        ),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("conversation_key", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True, comment="null once a turn holds it"),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("metadata", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("callback", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("conflicts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_events_source_external_id")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_events_context",
            ["route", "conversation_key"],
            unique=False,
            postgresql_where=sa.text("status = 'context'"),
            sqlite_where=sa.text("status = 'context'"),
        )
        batch_op.create_index(
            "ix_events_set_aside",
            ["status", "id"],
            unique=False,
            postgresql_where=sa.text("status <> 'accepted'"),
            sqlite_where=sa.text("status <> 'accepted'"),
        )

    op.create_table(
        "followups",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the id of its event"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "route",
            sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"),
            nullable=True,
            comment="its event's, kept here so that a message finds what waits in its conversation",
        ),
        sa.Column("conversation_key", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=False,
            comment="not before this time; moved by newer messages and closed hours",
        ),
        sa.Column(
            "after",
            sa.BigInteger(),
            nullable=True,
            comment="counted from the conversation's last message; null: at a set time",
        ),
        sa.Column(
            "keep",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="stays when the customer writes again",
        ),
        sa.Column("expires_at", sa.BigInteger(), nullable=True, comment="too late to be sent; null: never"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True, comment="when it stopped being scheduled"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followups")),
    )
    with op.batch_alter_table("followups", schema=None) as batch_op:
        batch_op.create_index(
            "ix_followups_waiting",
            ["route", "conversation_key"],
            unique=False,
            postgresql_where=sa.text("status = 'scheduled'"),
            sqlite_where=sa.text("status = 'scheduled'"),
        )
        batch_op.create_index(
            "ix_followups_due",
            ["due_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'scheduled'"),
            sqlite_where=sa.text("status = 'scheduled'"),
        )

    op.create_table(
        "grants",
        sa.Column("account", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("in_flight", sa.Integer(), nullable=False),
        sa.Column(
            "turns",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="of the day's budget: reserved, not marked yet",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "worker_id", name=op.f("pk_grants")),
    )
    op.create_table(
        "joined",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "start",
            sa.Integer(),
            nullable=False,
            comment="where its words begin in the turn's text, in code points",
        ),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_joined")),
    )
    with op.batch_alter_table("joined", schema=None) as batch_op:
        batch_op.create_index("ix_joined_turn_id", ["turn_id"], unique=False)

    op.create_table(
        "lanes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("route", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("backlog_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
        sa.UniqueConstraint(
            "account", "route", "priority", "backlog_id", name=op.f("uq_lanes_account_route_priority_backlog_id")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="tell, or what the provider is asked: hold, brief, release, end, forget",
        ),
        sa.Column("chat_id", sa.Text(), nullable=True, comment="the chat that the provider is asked about"),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON: what is told"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_conversation_id", ["conversation_id", "id"], unique=False)
        for name, column, which in (
            ("ready", "ready_at", "ready_at IS NOT NULL"),
            ("owner", "owner", "owner IS NOT NULL"),
            ("failed", "id", "status = 'failed'"),
        ):
            batch_op.create_index(
                f"ix_outbox_{name}",
                [column],
                unique=False,
                postgresql_where=sa.text(which),
                sqlite_where=sa.text(which),
            )

    op.create_table(
        "outbox_attempts",
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_outbox_attempts")),
    )
    op.create_table(
        "raw_bodies",
        sa.Column("turn_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "number", name=op.f("pk_raw_bodies")),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("turn_status", sa.Text(), nullable=False),
        sa.Column("turn_revision", sa.Integer(), nullable=False),
        sa.Column("turn_reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "delays",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="times put off since it was queued; the schedule",
        ),
        sa.Column(
            "failed_since",
            sa.BigInteger(),
            nullable=True,
            comment="first failed delivery since it was queued, or queued again",
        ),
        sa.Column(
            "insisted",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="leaves whatever has happened since",
        ),
        sa.Column(
            "ready_at",
            sa.BigInteger(),
            nullable=True,
            comment="null: under way, final, or waiting for its endpoint to be enabled",
        ),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True, comment="kept while it is delivered once more"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint(
            "turn_id", "turn_revision", "channel", name=op.f("uq_replies_turn_id_turn_revision_channel")
        ),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(
            "ix_replies_owner",
            ["owner"],
            unique=False,
            postgresql_where=sa.text("owner IS NOT NULL"),
            sqlite_where=sa.text("owner IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_replies_parked",
            ["channel"],
            unique=False,
            postgresql_where=sa.text("status = 'queued' AND ready_at IS NULL"),
            sqlite_where=sa.text("status = 'queued' AND ready_at IS NULL"),
        )
        batch_op.create_index(
            "ix_replies_ready",
            ["ready_at"],
            unique=False,
            postgresql_where=sa.text("ready_at IS NOT NULL"),
            sqlite_where=sa.text("ready_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_replies_stopped",
            ["conversation_id"],
            unique=False,
            postgresql_where=sa.text("status = 'cancelled' OR status = 'draft'"),
            sqlite_where=sa.text("status = 'cancelled' OR status = 'draft'"),
        )

    op.create_table(
        "reply_attempts",
        sa.Column("reply_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("reply_id", "number", name=op.f("pk_reply_attempts")),
    )
    op.create_table(
        "routes",
        sa.Column("name", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True, comment="the agent that was last opened with success"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_routes")),
    )
    op.create_table(
        "schedule",
        sa.Column("conversation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True, comment="null: leased, held or empty"),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("head", sa.Integer(), nullable=False, comment="no open turn lies below this position"),
        sa.Column("tail", sa.Integer(), nullable=False, comment="the last position given out"),
        sa.Column("claims", sa.Integer(), nullable=False, comment="claims since the last outcome"),
        sa.Column(
            "held",
            sa.Text(),
            nullable=True,
            comment="why nothing of it is sent: unknown, handed_off, resuming, closed",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(
            "ix_schedule_owner",
            ["owner"],
            unique=False,
            postgresql_where=sa.text("owner IS NOT NULL"),
            sqlite_where=sa.text("owner IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedule_ready",
            ["lane", "ready_at"],
            unique=False,
            postgresql_where=sa.text("ready_at IS NOT NULL"),
            sqlite_where=sa.text("ready_at IS NOT NULL"),
        )

    op.create_table(
        "ticks",
        sa.Column("name", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ticks")),
    )
    op.create_table(
        "trouble",
        sa.Column("turn_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_trouble")),
    )
    with op.batch_alter_table("trouble", schema=None) as batch_op:
        batch_op.create_index("ix_trouble_kind_since", ["kind", "since"], unique=False)

    op.create_table(
        "turns",
        sa.Column(
            "id", sa.BigInteger(), autoincrement=False, nullable=False, comment="the id of the event that made it"
        ),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("agent_state", sa.Text(), nullable=True),
        sa.Column("provider_chat_id", sa.Text(), nullable=True),
        sa.Column("provider_turn", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="attempt rows written"),
        sa.Column("last_send", sa.Integer(), nullable=True, comment="number of the newest attempt that sends"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="sends that count against max_attempts"),
        sa.Column(
            "delays",
            sa.Integer(),
            nullable=False,
            comment="times put off since the last try that counted; drives backoff",
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("backlog_id", sa.BigInteger(), nullable=True),
        sa.Column("followup_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "counted",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="by the brakes of its route",
        ),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "open_until",
            sa.BigInteger(),
            nullable=True,
            comment="until then quick messages are joined to it; null: none ever was to be",
        ),
        sa.Column(
            "tried_since",
            sa.BigInteger(),
            nullable=True,
            comment="first attempt since it was accepted or put back; give_up_after counts from it",
        ),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint("conversation_id", "position", name=op.f("uq_turns_conversation_id_position")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True, comment="when it last looked for work"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    with op.batch_alter_table("workers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_workers_alive",
            ["expires_at"],
            unique=False,
            postgresql_where=sa.text("NOT dead"),
            sqlite_where=sa.text("NOT dead"),
        )
    if op.get_bind().dialect.name == "postgresql":
        _tune()


def _tune() -> None:
    """Room for updates in place, and a vacuum that comes by rows changed rather than by a share of a growing table."""
    # With the prefix that the tables may have.
    named = op.get_bind().dialect.identifier_preparer.format_table
    for table in map(named, map(sa.table, ("schedule", "turns", "attempts"))):
        op.execute(
            f"ALTER TABLE {table} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, "
            "autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)"
        )
    op.execute(f"ALTER TABLE {named(sa.table('brake_counts'))} SET (fillfactor = 70)")
    for table in map(named, map(sa.table, ("workers", "accounts", "grants", "ticks"))):
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 10)")


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first tables: drop the database instead")
