"""Typer options of the commands that read files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["eml", "mbox", "maildir", "csv", "jsonl"]

FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", exists=True, readable=True, help="Mails (.eml, mbox, Maildir), CSV or JSONL."),
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="What the files are, if it cannot be told from them.")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="CSV: which column holds a field; may be given several times."),
]


def columns(pairs: list[str] | None) -> dict[str, str]:
    """``--map`` as our names to the file's; raises BadParameter."""
    found = {}
    for pair in pairs or []:
        field, separator, column = pair.partition("=")
        if not (field and separator and column):
            raise typer.BadParameter(f"{pair!r} is not FIELD=COLUMN, such as text=body", param_hint="--map")
        found[field] = column
    return found
