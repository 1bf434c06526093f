"""``turnwire check``: one table that says what is right, what is wrong, and how to mend it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from connector.cli.shared.alarms import worded
from connector.cli.shared.output import JsonOption, Out, load_settings

if TYPE_CHECKING:
    from connector.services.check import Finding

_WIDTH = 79
_INDENT = " " * 9


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Say what is right, what is wrong, and how to mend it.

    It looks at configuration, database, broker, worker, credentials and routes. Each account's credentials are tried
    with a harmless call; nothing is sent to any agent and nothing is changed. The exit code is 1 if something is
    wrong; warnings leave it 0.
    """
    settings = load_settings(ctx)
    from connector.services import check as checking
    from tasks.application import create
    from tasks.broker.config import problem

    app = create(settings)
    wiring = app.turnwire.wiring
    out = Out(as_json=as_json)
    try:
        findings = checking.check(wiring, broker=lambda: problem(app, settings), folder=Path.cwd(), worded=worded)
    finally:
        wiring.database.dispose()
    wrong = sum(finding.state == "wrong" for finding in findings)
    table = "\n".join(line for finding in findings for line in _lines(finding))
    out.one({"ok": not wrong, "checks": [finding.as_dict() for finding in findings]}, f"{table}\n\n{_end(findings)}")
    if wrong:
        raise typer.Exit(1)


def _lines(finding: Finding) -> Iterator[str]:
    text = f"{finding.state:<9}{finding.what}: {finding.found}"
    yield textwrap.fill(text, _WIDTH, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False)
    if finding.mend:
        mend = f"{_INDENT}  -> {finding.mend}"
        yield textwrap.fill(
            mend, _WIDTH, subsequent_indent=f"{_INDENT}     ", break_long_words=False, break_on_hyphens=False
        )


def _end(findings: Sequence[Finding]) -> str:
    wrong = sum(finding.state == "wrong" for finding in findings)
    warnings = sum(finding.state == "warning" for finding in findings)
    if not wrong and not warnings:
        return "everything is right"
    parts = [f"{wrong} wrong"] if wrong else []
    parts += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    return ", ".join(parts)
