"""A place where the command line runs: a configuration over a migrated database that the test fills."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector import cli
from connector.storage.core.database import Database
from tests.kit.storage_fixtures import Store

CONFIGURATION = """
[database]
url = "{database}"
[broker]
url = "embedded"
folder = "broker"
[accounts.osvi]
provider = "osvi"
token = "env:OSVI_API_TOKEN"
daily_turns = 500
[accounts.synthflow]
provider = "synthflow"
token = "file:key"
[routes.support]
account = "osvi"
agent = "agent_1"
reply = "webhook"
[routes.sales]
account = "synthflow"
agent = "agent_2"
[replies.webhook]
url = "https://example.com/answers"
secret = "env:WEBHOOK_SECRET"
"""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def one(self) -> dict[str, Any]:
        """Its only JSON line."""
        (row,) = self.rows
        return row


@dataclass(frozen=True)
class Site:
    """Run commands with ``site("turns", "list")``; fill the database through ``store``."""

    store: Store
    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ran:
        self.capture.readouterr()
        code = cli.main(["--config", str(self.folder / "turnwire.toml"), *words])
        said = self.capture.readouterr()
        return Ran(code, said.out, said.err)

    def bells(self) -> int:
        """How many bells wait on the embedded broker."""
        return len(list((self.folder / "broker").rglob("*.msg")))


def make_site(url: str, folder: Path, capture: pytest.CaptureFixture[str]) -> Site:
    """A site over the migrated database at SQLAlchemy's ``url``."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    (folder / "turnwire.toml").write_text(CONFIGURATION.format(database=plain), encoding="utf-8")
    return Site(store=Store(Database(url)), folder=folder, capture=capture)
