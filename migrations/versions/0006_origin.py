"""origin.

Keys of conversations have a namespace: those made of a mail's id and those that a program named are never the same
conversation. A conversation whose first message is a mail is one of mail, and so are the follow-ups that wait for it.
Who took part in a mail thread is kept from now on; of threads of before it is read from the kept mails when the next
one comes. Tokens of before keep all that they could do.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
_BEFORE = (
    "id", "route", "key", "account", "agent", "customer", "subject", "status", "reason", "chat_id", "chat_number",
    "greeting", "baseline", "opening", "braked_at", "note", "created_at", "changed_at",
)  # fmt: skip
_MAIL = "'mail:%'"


def upgrade() -> None:
    op.create_table(
        "participants",
        sa.Column("source", _KEY, nullable=False, comment="that of the thread's mails"),
        sa.Column("conversation_key", _KEY, nullable=False),
        sa.Column(
            "address", _KEY, nullable=False, comment="in lower case; From, To, Cc or the customer of one of its mails"
        ),
        sa.PrimaryKeyConstraint("source", "conversation_key", "address", name=op.f("pk_participants")),
    )
    _add_column(
        "events",
        sa.Column(
            "source_name",
            sa.Text(),
            nullable=True,
            comment="the configured source that brought it, where source does not say so",
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        for column in _new_columns():
            _add_column("conversations", column)
        op.drop_constraint(op.f("uq_conversations_route_key"), "conversations", type_="unique")
        op.create_unique_constraint(
            op.f("uq_conversations_route_origin_key"), "conversations", ["route", "origin", "key"]
        )
    _add_column("followups", _origin("that of its conversation"))
    op.drop_index("ix_followups_waiting", table_name="followups")
    op.create_index(
        "ix_followups_waiting",
        "followups",
        ["route", "conversation_key", "origin"],
        postgresql_where=sa.text("status = 'scheduled'"),
        sqlite_where=sa.text("status = 'scheduled'"),
    )
    _mark_mail()
    _add_rights()


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")


def _origin(comment: str) -> sa.Column[Any]:
    return sa.Column("origin", _KEY, nullable=False, server_default="key", comment=comment)


def _new_columns() -> list[sa.Column[Any]]:
    return [
        _origin("mail, or key: a program named it"),
        sa.Column(
            "linked_to",
            sa.BigInteger(),
            nullable=True,
            comment="a conversation that its first mail named without having taken part",
        ),
    ]


def _rebuild() -> None:
    """SQLite cannot change what is unique: the table is made anew, and its rows go over."""
    op.rename_table(_ours("conversations"), _ours("conversations_before"))
    op.create_table(
        "conversations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("route", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("chat_id", sa.Text(), nullable=True),
        sa.Column("chat_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("greeting", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Integer(), nullable=True),
        sa.Column("opening", sa.Boolean(), nullable=False),
        sa.Column("braked_at", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        *_new_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("route", "origin", "key", name=op.f("uq_conversations_route_origin_key")),
    )
    names = ", ".join(f'"{name}"' for name in _BEFORE)
    _run(f"INSERT INTO {_ours('conversations')} ({names}) SELECT {names} FROM {_ours('conversations_before')}")
    op.drop_table("conversations_before")
    op.create_index(
        "ix_conversations_handed_off", "conversations", ["changed_at"], sqlite_where=sa.text("status = 'handed_off'")
    )


def _mark_mail() -> None:
    """By the first message of each; those that hold none yet cannot be told, and follow the next one that comes."""
    conversations, turns, events = _ours("conversations"), _ours("turns"), _ours("events")
    first = (
        f"SELECT t.conversation_id FROM {turns} t JOIN {events} e ON e.id = t.id"
        f" WHERE e.source LIKE {_MAIL} AND NOT EXISTS (SELECT 1 FROM {turns} b"
        " WHERE b.conversation_id = t.conversation_id AND b.position < t.position)"
    )
    _run(f"UPDATE {conversations} SET origin = 'mail' WHERE id IN ({first})")
    followups = _ours("followups")
    _run(
        f"UPDATE {followups} SET origin = 'mail' WHERE EXISTS (SELECT 1 FROM {conversations} c"
        f" WHERE c.route = {followups}.route AND c.key = {followups}.conversation_key AND c.origin = 'mail')"
    )
    _run(
        f"UPDATE {followups} SET origin = 'mail' WHERE id IN (SELECT id FROM {events} WHERE source LIKE {_MAIL})"
        f" AND NOT EXISTS (SELECT 1 FROM {conversations} c"
        f" WHERE c.route = {followups}.route AND c.key = {followups}.conversation_key)"
    )


def _add_rights() -> None:
    """A token made before may do all it could; one that is made without a word may only send."""
    _add_column(
        "tokens",
        sa.Column(
            "rights",
            sa.Text(),
            nullable=False,
            server_default='["send"]',
            comment="JSON: of send, read, manage",
        ),
    )
    _add_column(
        "tokens",
        sa.Column(
            "all_sources",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="it reads what others brought, too",
        ),
    )
    _run(f"""UPDATE {_ours("tokens")} SET rights = '["send", "read", "manage"]', all_sources = true""")


def _ours(name: str) -> str:
    """A table's name with our prefix: what alters or fills a table takes it whole, unlike what creates one."""
    return str(op.get_context().version_table).removesuffix("alembic_version") + name


def _add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column, and its comment apart: to the one Alembic gives no prefix, to the other it does."""
    comment, column.comment = column.comment, None
    op.add_column(_ours(table), column)
    if comment and op.get_bind().dialect.supports_comments:
        _comment(table, column.name, comment)


def _comment(table: str, column: str, comment: str) -> None:
    commented = sa.Table(table, sa.MetaData(), sa.Column(column, sa.Text(), comment=comment)).columns[column]
    op.execute(sa.schema.SetColumnComment(commented))


def _run(statement: str) -> None:
    """Plain SQL over our own names; no value of anybody's is in it."""
    op.execute(sa.text(statement))
