"""Alembic's entry: runs the migrations on the connection or URL that ``connector.storage.core.migrate`` hands in."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from connector.storage.tables import with_conditions


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=with_conditions(),
        render_as_batch=connection.dialect.name == "sqlite",
        version_table=context.config.attributes.get("version_table", "alembic_version"),
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite://")
    with engine.begin() as opened:
        _run(opened)
