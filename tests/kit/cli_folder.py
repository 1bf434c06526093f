"""A folder with a configuration and a database, and the command line in this very process: for tests of commands."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector import cli
from connector.settings import Settings, load

CONFIG = """
[database]
url = "sqlite:///turnwire.db"

[accounts.osvi]
provider = "osvi"
base_url = "{url}/osvi"
token = "env:OSVI_API_TOKEN"

[accounts.synthflow]
provider = "synthflow"
base_url = "{url}/synthflow/v2"
token = "env:SYNTHFLOW_API_KEY"

[routes.mail]
account = "osvi"
agent = "agent_mail"
on_lost = "hold"
addresses = ["support@brightwater.example"]

[routes.tickets]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def one(self) -> dict[str, Any]:
        (found,) = self.lines
        return found


class Folder:
    """``folder("ingest", "a.mbox", "--route", "mail")`` runs a command in it."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self._capsys = capsys
        monkeypatch.chdir(path)
        monkeypatch.setenv("OSVI_API_TOKEN", "sandbox-osvi-tok")
        monkeypatch.setenv("SYNTHFLOW_API_KEY", "sandbox-synthflow")
        self.configure("http://127.0.0.1:9")

    def configure(self, url: str, more: str = "", config: str = CONFIG) -> None:
        (self.path / "turnwire.toml").write_text(config.format(url=url) + more, encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> str:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return name

    def settings(self) -> Settings:
        return load(self.path / "turnwire.toml")

    def __call__(self, *words: str) -> Said:
        self._capsys.readouterr()
        code = cli.main(words)
        said = self._capsys.readouterr()
        return Said(code=code, out=said.out, err=said.err)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path / "turnwire.db")) as database, database:
            return database.execute(statement, values).fetchall()


@pytest.fixture
def folder(
    tmp_path: Path, sqlite_database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Folder:
    """Configured, migrated, nothing in it; both accounts lead to a port where nobody is."""
    return Folder(tmp_path, capsys, monkeypatch)
