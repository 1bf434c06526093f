"""``turnwire sources …``: where messages come from by themselves."""

from __future__ import annotations

import typer

from connector.cli.admin.authorize import authorize
from connector.cli.shared.output import noun


def register(app: typer.Typer) -> None:
    """Add the commands."""
    sources = noun("sources", "Allow configured sources to log in.")
    sources.command("authorize")(authorize)
    app.add_typer(sources)
