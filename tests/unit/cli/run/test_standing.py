"""`turnwire status`, `migrate`, `sandbox` and `worker`, as far as no worker is needed."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys

import httpx
import pytest
import structlog

from connector.cli.run.worker import introduction
from connector.utils import logs
from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]

KEYS = {"turns", "events", "replies", "followups", "oldest_turn_seconds", "accounts", "workers", "alarms"}


def test_status_as_the_contract_has_it(folder):
    folder("enqueue", "--route", "mail", "--conversation", "T-1", "Hello")
    status = folder("status", "--json").one
    assert set(status) == KEYS
    assert status["turns"] == {"queued": 1, "sending": 0, "answered": 0, "unknown": 0, "failed": 0, "cancelled": 0}
    assert [account["name"] for account in status["accounts"]] == ["osvi", "synthflow"]
    assert [alarm["name"] for alarm in status["alarms"]] == ["no_worker"]
    assert status["alarms"][0]["next"] == "turnwire worker"


def test_status_for_people(folder):
    folder("enqueue", "--route", "mail", "--conversation", "T-1", "Hello")
    said = folder("status")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["turns", "1", "queued"]
    assert "To look at:" in lines
    assert lines[-1].strip() == "turnwire worker"


def test_status_of_nothing_at_all(folder):
    said = folder("status")
    assert said.code == 0
    assert "run `turnwire worker`" in said.out


def test_status_says_when_a_provider_cannot_be_reached(folder):
    folder("enqueue", "--route", "mail", "--conversation", "T-1", "Hello")
    folder.sql("UPDATE turns SET attempts = 1, delays = 1")
    folder.sql(
        "INSERT INTO attempts (turn_id, number, call, owner, started_at, outcome, error) "
        "VALUES (1, 1, 'open', 1, 0, 'not_sent', 'Connection refused')"
    )
    alarm = next(one for one in folder("status", "--json").one["alarms"] if one["name"] == "account_unreachable")
    assert alarm == {
        "name": "account_unreachable",
        "what": "account osvi cannot be reached, 1 turn waits to be tried again (Connection refused)",
        "next": "turnwire check",
    }


def test_migrate_creates_and_is_safe_to_run_again(folder):
    (folder.path / "turnwire.db").unlink()
    made = folder("migrate", "--json").one
    assert made["applied"]
    assert made["database"].endswith("turnwire.db")
    assert folder("migrate", "--json").one["applied"] == []
    assert "is up to date" in folder("migrate").out
    assert folder("status").code == 0


def test_migrate_refuses_a_database_newer_than_the_code(folder):
    folder.sql("UPDATE alembic_version SET version_num = '9999'")
    said = folder("migrate")
    assert said.code == 1
    assert "newer" in said.err


def test_the_sandbox_says_where_it_is_and_answers(tmp_path):
    command = [sys.executable, "-P", "-m", "connector.cli", "sandbox", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {said['synthflow_token']}"}
        assert httpx.get(f"{said['synthflow']}/chat", headers=headers).status_code == 200
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_worker_introduces_itself(folder):
    said = "\n".join(introduction(folder.settings()))
    assert "turnwire.db" in said
    assert "mail (osvi), tickets (synthflow)" in said
    assert "up to 200 messages at once" in said
    assert "allow 105 s" in said


def test_a_worker_without_a_token_says_so_before_it_starts(folder, monkeypatch):
    monkeypatch.delenv("OSVI_API_TOKEN")
    said = folder("worker")
    assert said.code == 2
    assert "OSVI_API_TOKEN is not set" in said.err


def test_a_worker_without_a_database_says_so_before_it_starts(folder):
    (folder.path / "turnwire.db").unlink()
    said = folder("worker")
    assert said.code == 1
    assert "run `turnwire migrate`" in said.err


# --- logs -------------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def failing() -> None:
    secret = "what a customer wrote"
    raise ValueError(str(len(secret)))


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_traceback_shows_no_variables(monkeypatch, stream):
    error = stream()
    monkeypatch.setattr(sys, "stderr", error)
    logs.configure()
    try:
        failing()
    except ValueError:
        structlog.get_logger("test").exception("turn.step_failed", turn=1)
    written = error.getvalue()
    assert "turn.step_failed" in written
    assert "ValueError" in written
    assert "what a customer wrote" not in written


def test_a_line_of_json_where_nobody_reads_along(monkeypatch):
    error = io.StringIO()
    monkeypatch.setattr(sys, "stderr", error)
    logs.configure()
    structlog.get_logger("test").warning("account.closed", account="osvi")
    logging.getLogger("kombu").error("hello %s", "world")
    logging.getLogger("celery.app.trace").info("Task … succeeded")
    ours, theirs = [json.loads(line) for line in error.getvalue().splitlines()]
    assert (ours["event"], ours["level"], ours["account"]) == ("account.closed", "warning", "osvi")
    assert (theirs["event"], theirs["level"]) == ("hello world", "error")


def test_commands_are_silent_but_for_their_own_words(folder: Folder):
    said = folder("enqueue", "--route", "mail", "--conversation", "T-1", "  ")
    assert said.out.startswith("refused: ")
    assert said.err == ""
