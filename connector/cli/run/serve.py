"""``turnwire serve``: the HTTP front door, until it is stopped."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli.shared.output import Out, load_settings
from connector.errors import MissingExtra

if TYPE_CHECKING:
    from connector.storage.core.database import Database

PORT = 8080


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Which address; 0.0.0.0 for other machines too.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 for any free port.")] = PORT,
) -> None:
    """Take messages in over HTTP.

    Programs hand in events with a token made by `turnwire tokens create`, and look at turns and conversations; ticket
    systems send signed hooks to /v1/hooks/NAME for each [sources.NAME]. It stores and answers; what sends is `turnwire
    worker`, beside it. /openapi.json describes the API.

    \b
    It speaks no TLS: for other machines put a proxy that does in front of it, and forward /v1/ only.
    To stop it: Ctrl-C or SIGTERM. Requests in work are answered first.
    """
    settings = load_settings(ctx)
    try:
        from connector.web import serve as server
        from connector.web import state
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"the front door needs {error.name}, which is not installed: pip install 'turnwire[http]'",
            field="serve",
            expected="the extra http",
        ) from None
    from connector.utils import logs
    from tasks.application import create

    logs.configure()
    receiver = create(settings).turnwire.receiver
    database = receiver.wiring.ready().database
    taken = server.listen(host, port)
    out = Out()

    def ready() -> None:
        out.text(f"The front door is at {server.address(taken)}; stop it with Ctrl-C.")
        sys.stdout.flush()

    if not server.is_loopback(taken):
        out.note(
            "warning: other machines can reach it, and it speaks no TLS, so tokens and messages can be read on the "
            "way: put a proxy with TLS in front of it"
        )
    if not state.METRICS:
        out.note("/metrics is off: pip install 'turnwire[metrics]'")
    if not settings.sources and not _any_token(database):
        out.note("nobody can hand anything in yet: turnwire tokens create NAME --route ROUTE")
    server.serve(receiver, taken, ready=ready)


def _any_token(database: Database) -> bool:
    from connector.storage.admin import tokens

    return next(tokens.listed(database, limit=1), None) is not None
