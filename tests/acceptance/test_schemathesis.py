"""The published document against the front door: whatever schemathesis makes of it is answered as it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connector.storage import tables
from connector.web.request.limits import DEFAULTS
from tests.acceptance.schemathesis_hooks import ROUTE, SOURCE
from tests.kit.front_door import Site, listening, make_site

ROOT = Path(__file__).parents[2]
EXAMPLES = os.environ.get("TURNWIRE_TEST_EXAMPLES", "200")
SEED = "1"
SETTINGS = Path(__file__).with_name("schemathesis.toml")
# It takes any JSON from whoever shows the secret, so that every stage behind the signature is reached.
HOOK = f"""
[sources.{SOURCE}]
kind = "hook"
route = "{ROUTE}"
profile = "custom"
secret = "env:OPEN"
[sources.{SOURCE}.signature]
header = "webhook-signature"
algorithm = "secret"
encoding = "plain"
[sources.{SOURCE}.fields]
conversation = "one"
id = "one"
text = "whatever came"
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_all_checks_find_nothing(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN", "sesame")
    site = make_site(sqlite_database, tmp_path, HOOK)
    token = site.token("schemathesis", ROUTE, "support")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.acceptance.schemathesis_hooks",
    }  # fmt: skip
    # One thread: CPython 3.11 loses count of its recursion when two parse Python at once, as Hypothesis does.
    with listening(site, DEFAULTS) as url:
        done = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "--config-file", SETTINGS,
                "run", f"{url}/openapi.json", "--checks", "all",
                "--max-examples", EXAMPLES, "--seed", SEED, "--workers", "1", "--generation-database", "none",
                "--no-color", "-H", f"Authorization: Bearer {token}", "-H", "webhook-signature: sesame",
            ],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=540,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert re.search(r"(\d+) selected / \1 total", done.stdout), done.stdout
    assert stored(site, "schemathesis") > 20, "it hardly ever made an event that was taken"
    assert stored(site, SOURCE) == 1
    site.database.dispose()


def stored(site: Site, source: str) -> int:
    query = select(func.count()).select_from(tables.events).where(tables.events.c.source == source)
    with site.database.reading() as connection:
        return int(connection.execute(query).scalar_one())
