"""``turnwire sandbox``: both vendors' chat APIs on this machine, to try everything without a key."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli.shared.output import JsonOption, Out

if TYPE_CHECKING:
    from connector.sandbox import Sandbox

PORT = 18790
"""Where it listens unless told otherwise; high, and in no list of well-known ports."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sandbox")(sandbox)


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 for any free port.")] = PORT,
    host: Annotated[str, typer.Option(help="Which address; 0.0.0.0 for other machines too.")] = "127.0.0.1",
    latency: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long an agent thinks.")] = 0.0,
    as_json: JsonOption = False,
) -> None:
    """Play both vendors' chat APIs on this machine.

    It needs no key and no account, and runs until stopped. It is strict (a missing token or field is refused), keeps
    its chats in memory, answers in five languages, and fails on demand: rules posted to /_sandbox/rules lose, delay,
    refuse or break answers.
    """
    from connector.sandbox import serve

    out = Out(as_json=as_json)

    def ready(running: Sandbox) -> None:
        facts = introduced(running)
        out.one(facts, _text(facts))
        sys.stdout.flush()

    serve(host, port, latency_s=latency, ready=ready)


def introduced(running: Sandbox) -> dict[str, str]:
    """Where it is and what its tokens are."""
    from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN

    return {
        "url": running.url,
        "osvi": running.osvi_url,
        "osvi_token": OSVI_TOKEN,
        "synthflow": running.synthflow_url,
        "synthflow_token": SYNTHFLOW_TOKEN,
    }


def _text(facts: dict[str, str]) -> str:
    control = f"{facts['url']}/_sandbox"
    return f"""\
The sandbox answers until you stop it with Ctrl-C. As base_url and token of an account:

  OSVI       {facts["osvi"]}    {facts["osvi_token"]}
  Synthflow  {facts["synthflow"]}    {facts["synthflow_token"]}

Lose the next answer to a message, and see what it really received:

  curl {control}/rules -d '{{"match": {{"call": "send"}}, "fault": "cut_after"}}'
  curl {control}/received
  curl {control}/summary
"""
