"""``turnwire migrate``: create the database, or bring it to this code's revision."""

from __future__ import annotations

import typer

from connector.cli.setup.init import create_database
from connector.cli.shared.output import JsonOption, Out, load_settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Create the database, or bring it up to date.

    Needed once, and after an upgrade of turnwire. Safe to run again and from several machines at once; stop the
    workers before it.
    """
    settings = load_settings(ctx)
    applied = create_database(settings)
    where = settings.database.shown
    text = f"{where}: applied {', '.join(applied)}" if applied else f"{where} is up to date"
    Out(as_json=as_json).one({"database": where, "applied": applied}, text)
