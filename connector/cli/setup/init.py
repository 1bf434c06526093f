"""``turnwire init``: write a first ``turnwire.toml`` that explains itself, and create the database."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from connector.cli.setup.template import REGIONS, InitAnswers, render
from connector.cli.shared.output import JsonOption, Out, YesOption
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from connector.settings import Settings

Provider = Literal["osvi", "synthflow"]
Api = Literal["v1", "legacy"]
Region = Literal["us", "eu", "global"]
Ask = Callable[[str, tuple[str, ...], str | None], str]
"""How to ask a person: the question, the answers allowed (none: any), the default (None: there is none)."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    ctx: typer.Context,
    provider: Annotated[Provider | None, typer.Option(help="Where the agent is hosted.")] = None,
    agent: Annotated[str | None, typer.Option(metavar="ID", help="The agent's id at the provider.")] = None,
    api: Annotated[Api | None, typer.Option(help="OSVI only: which chat API; v1 if left out.")] = None,
    region: Annotated[Region | None, typer.Option(help="Synthflow only: the workspace's; us if left out.")] = None,
    database: Annotated[bool, typer.Option(help="Create the database as well.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write a commented turnwire.toml and create the database.

    Asks for what the options leave open, if there is a terminal to ask on.

    \b
    Examples:
      turnwire init
      turnwire init --provider synthflow --agent 893195c1-… --region eu
      turnwire init --provider osvi --agent agent_IsZ3Q6Sf --yes

    \b
    Where to find it:
      OSVI        agent id: on the agent's page (agent_…); token: Settings → API, 16 characters
      Synthflow   agent id: on the agent's page; key: Workspace Settings → API Keys;
                  region: Admin → Workspace Settings → Preferences → Customer Region
    """
    from connector.settings import config_path, load

    path = config_path(ctx.find_root().obj.config)
    if path.exists() and not force:
        raise ConfigurationError(f"{path} is there already", str(path), "--force", "--force to overwrite it")
    asked = None if yes or as_json or not sys.stdin.isatty() else _prompt
    answers = complete(provider, agent, api, region, asked)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(answers), encoding="utf-8")
    settings = load(path)
    applied = create_database(settings) if database else []
    steps = list(next_steps(answers, path, database_made=database))
    out = Out(as_json=as_json)
    if answers.provider == "osvi" and not answers.agent.startswith("agent_"):
        out.note("is this the agent's id? OSVI's begin with agent_")
    said = {"path": path, "database": settings.database.shown, "applied": applied, "next": [step for step, _ in steps]}
    out.one(said, _summary(settings, applied, steps))


def complete(
    provider: Provider | None, agent: str | None, api: Api | None, region: Region | None, ask: Ask | None
) -> InitAnswers:
    """The options, and for what they leave open the answers of a person; ``ask`` None: nobody can be asked.

    Raises :class:`ConfigurationError` for what is missing, not valid or does not go together.
    """
    name = provider or _asked(ask, "--provider", "Where is the agent hosted", ("osvi", "synthflow"), None)
    if api and name != "osvi":
        raise ConfigurationError("--api is only for OSVI", "", "--api", "--provider osvi with it")
    if region and name != "synthflow":
        raise ConfigurationError("--region is only for Synthflow", "", "--region", "--provider synthflow with it")
    question = "The agent's id (agent_…, on the agent's page)" if name == "osvi" else "The agent's id (on its page)"
    agent = (agent or _asked(ask, "--agent", question, (), None)).strip()
    if not agent or not agent.isprintable() or " " in agent:
        raise ConfigurationError("this is no agent id", "", "--agent", "the id as the provider's dashboard shows it")
    if name == "osvi":
        return InitAnswers(
            provider=name, agent=agent, api=api or _asked(ask, "--api", "Chat API", ("v1", "legacy"), "v1")
        )
    question = "Region (Admin → Workspace Settings → Preferences → Customer Region)"
    return InitAnswers(
        provider=name, agent=agent, region=region or _asked(ask, "--region", question, tuple(REGIONS), "us")
    )


def create_database(settings: Settings) -> list[str]:
    """Create or upgrade the configured database; returns the revisions applied."""
    from connector.storage.core.migrate import upgrade
    from connector.wiring import place_of

    return upgrade(settings.database.sqlalchemy_url, place_of(settings))


def next_steps(answers: InitAnswers, path: Path, *, database_made: bool = True) -> Iterator[tuple[str, str]]:
    """What to type next, and why; commands that work as printed."""
    if path != Path("turnwire.toml").absolute():
        yield f"export TURNWIRE_CONFIG={shlex.quote(str(path))}", "so that the commands find the file"
    yield f"export {answers.variable}=…", answers.where_the_token_is
    if not database_made:
        yield "turnwire migrate", "create the database"
    yield "turnwire check", "is everything right, and if not, what to do"
    yield "turnwire worker", "send what is waiting; leave it running, in another terminal"
    yield 'turnwire enqueue --route support --conversation T-1 --wait 60 "Hello"', "one message, and its answer"
    yield "turnwire ingest mails.mbox --route support", "a mailbox, CSV or JSONL file; it asks first"


def _asked(ask: Ask | None, option: str, question: str, choices: tuple[str, ...], default: str | None) -> str:
    if ask is not None:
        return ask(question, choices, default)
    if default is None:
        expected = " or ".join(f"{option} {choice}" for choice in choices) or f"{option} ID"
        raise ConfigurationError(f"{option} is missing, and nobody can be asked here", "", option, expected)
    return default


def _prompt(question: str, choices: tuple[str, ...], default: str | None) -> str:
    def allowed(answer: str) -> str:
        if choices and answer.strip().lower() not in choices:
            raise typer.BadParameter(f"one of {', '.join(choices)}")
        return answer.strip().lower() if choices else answer.strip()

    shown = f"{question} ({', '.join(choices)})" if choices else question
    return str(typer.prompt(shown, default=default, value_proc=allowed, err=True))


def _summary(settings: Settings, applied: list[str], steps: list[tuple[str, str]]) -> str:
    lines = [f"wrote {settings.path}"]
    if applied:
        lines.append(f"created the database {settings.database.file or settings.database.shown}")
    lines += ["", "Next:", *(f"  {command}\n      {why}" for command, why in steps)]
    return "\n".join(lines)
