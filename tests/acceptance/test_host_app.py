"""The example of a host application: it is what its page shows, and it runs on real servers as on none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connector.sandbox import SYNTHFLOW_TOKEN
from tests.kit.pages import ROOT, blocks

EXAMPLE = ROOT / "examples" / "host_app"
PATIENCE = 60.0


def test_the_page_shows_the_example_as_it_is() -> None:
    shown = {block.file: block.body for block in blocks((ROOT / "docs" / "plugin.md").read_text()) if block.file}
    assert shown == {file.name: file.read_text() for file in EXAMPLE.iterdir() if file.is_file()}


class Shop:
    """The example in a folder of its own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        shutil.copytree(EXAMPLE, folder)
        own = {name: value for name, value in os.environ.items() if not name.startswith("TURNWIRE_")}
        self.folder, self.environ = folder, {**own, "PYTHONPATH": str(ROOT), **environ}

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environ, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self) -> list[str | None]:
        program = (
            "import json\nfrom complaints import *\nwith Session(engine) as session:\n"
            "    rows = session.query(Complaint).order_by(Complaint.id).all()\n"
            "    print(json.dumps([row.answer for row in rows]))"
        )
        answers: list[str | None] = json.loads(self.run("-c", program))
        return answers


@pytest.mark.slow
@pytest.mark.parametrize("broker_url", ["amqp", "redis"], indirect=True)
def test_on_real_servers(tmp_path, broker_url, postgres_url, turnwire_sandbox):
    shop = Shop(
        tmp_path / "shop",
        {
            "TURNWIRE_BROKER_URL": broker_url,
            "TURNWIRE_DATABASE_URL": postgres_url,
            "TURNWIRE_DATABASE__TABLE_SCHEMA": "turnwire",
            "TURNWIRE_ACCOUNTS__SYNTHFLOW__BASE_URL": turnwire_sandbox.synthflow_url,
            "SYNTHFLOW_API_KEY": SYNTHFLOW_TOKEN,
        },
    )
    shop.run("-m", "connector.cli", "migrate")
    shop.run("complaints.py")
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "celery", "-A", "shop", "worker", "-c", "2", "-l", "INFO"]
        worker = subprocess.Popen(command, cwd=shop.folder, env=shop.environ, stdout=output, stderr=subprocess.STDOUT)
    try:
        many = "from complaints import complain\nfor n in range(9): complain(f'N-{n % 3}', f'{n} is broken.')"
        shop.run("-c", many)
        until = time.monotonic() + PATIENCE
        while not all(answers := shop.answers()):
            assert time.monotonic() < until, f"{answers}\n{log.read_text(errors='replace')[-4000:]}"
    finally:
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    assert len(answers) == 9
    assert not any("nobody yet" in str(answer) for answer in answers)
    summary = turnwire_sandbox.summary()
    assert (summary["processed"], summary["repeated"], summary["concurrent"]) == (9, 0, 0)
