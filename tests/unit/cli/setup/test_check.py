"""`turnwire check`: each thing that can be wrong is found, and said how to mend."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from connector.services import check
from connector.services.check import installation, judged, private_files
from connector.settings import AccountSettings
from connector.utils import private_files as files
from connector.values import CallResult, Outcome
from tests.kit.cli_folder import CONFIG, Folder, folder

__all__ = ["folder"]


def found(folder: Folder) -> dict[str, dict[str, str]]:
    return {one["what"]: one for one in folder("check", "--json").one["checks"]}


def test_everything_right_but_for_the_worker(folder, turnwire_sandbox):
    folder.configure(turnwire_sandbox.url)
    said = folder("check", "--json")
    assert said.code == 0
    assert said.one["ok"] is True
    states = {one["what"]: one["state"] for one in said.one["checks"]}
    assert states == {
        "configuration": "ok", "database": "ok", "broker": "ok", "worker": "warning", "account osvi": "ok",
        "account synthflow": "ok", "route mail": "ok", "route tickets": "ok",
    }  # fmt: skip
    assert turnwire_sandbox.summary()["processed"] == 0, "nothing is sent to any agent"


def test_files_that_others_may_read_are_told_of(folder, monkeypatch):
    # Below a private folder nothing else matters, and tests run in one.
    above = set(folder.path.parents)
    monkeypatch.setattr(check, "open_to_others", lambda path: files.open_to_others(path) or path in above)
    folder.path.chmod(0o755)
    database = folder.path / "turnwire.db"
    database.chmod(0o600)
    assert list(private_files(folder.settings())) == []
    database.chmod(0o644)
    (finding,) = private_files(folder.settings())
    assert (finding.state, finding.mend) == ("warning", f"chmod -R go-rwx {database}")
    folder.path.chmod(0o700)
    assert list(private_files(folder.settings())) == []


def test_the_table_names_the_mending_below_the_finding(folder, turnwire_sandbox):
    folder.configure(turnwire_sandbox.url)
    lines = folder("check").out.splitlines()
    assert lines[0].startswith("ok       configuration:")
    place = next(number for number, line in enumerate(lines) if line.startswith("warning  worker: "))
    assert lines[place + 1].strip() == "-> turnwire worker"
    assert lines[-1] == "1 warning"


def test_a_wrong_token(folder, turnwire_sandbox, monkeypatch):
    folder.configure(turnwire_sandbox.url)
    monkeypatch.setenv("SYNTHFLOW_API_KEY", "wrong-key")
    said = folder("check", "--json")
    assert said.code == 1
    assert said.one["ok"] is False
    (wrong,) = [one for one in said.one["checks"] if one["state"] == "wrong"]
    assert wrong["what"] == "account synthflow"
    assert "does not take its token" in wrong["found"]
    assert "env:SYNTHFLOW_API_KEY" in wrong["mend"]
    assert "region" in wrong["mend"]
    assert "wrong-key" not in said.out


def test_a_token_that_is_not_there(folder, turnwire_sandbox, monkeypatch):
    folder.configure(turnwire_sandbox.url)
    monkeypatch.delenv("OSVI_API_TOKEN")
    finding = found(folder)["account osvi"]
    assert (finding["state"], finding["found"]) == ("wrong", "the environment variable OSVI_API_TOKEN is not set")
    assert "export OSVI_API_TOKEN=" in finding["mend"]


def test_a_provider_that_cannot_be_reached(folder):
    finding = found(folder)["account osvi"]
    assert finding["state"] == "wrong"
    assert "cannot be reached" in finding["found"]
    assert "base_url" in finding["mend"]


def test_a_database_without_tables_and_none_at_all(folder):
    (folder.path / "turnwire.db").write_bytes(b"")
    assert found(folder)["database"]["mend"] == "turnwire migrate"
    (folder.path / "turnwire.db").unlink()
    finding = found(folder)["database"]
    assert (finding["state"], finding["mend"]) == ("wrong", "turnwire migrate")
    assert not (folder.path / "turnwire.db").exists()


def test_a_database_that_does_not_answer(folder, monkeypatch):
    monkeypatch.setenv("TURNWIRE_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    said = folder("check", "--json")
    finding = next(one for one in said.one["checks"] if one["what"] == "database")
    assert finding["state"] == "wrong"
    assert "secret" not in said.out + said.err


@pytest.mark.parametrize("url", ["amqp://guest:secret@127.0.0.1:1//", "redis://:secret@127.0.0.1:1/0"])
def test_a_broker_that_does_not_answer(folder, monkeypatch, url):
    monkeypatch.setenv("TURNWIRE_BROKER_URL", url)
    said = folder("check", "--json")
    finding = next(one for one in said.one["checks"] if one["what"] == "broker")
    assert finding["state"] == "wrong"
    assert "does not answer" in finding["found"]
    assert "secret" not in said.out + said.err


def test_an_osvi_route_that_does_not_say_what_happens_to_lost_answers(folder, turnwire_sandbox):
    folder.configure(turnwire_sandbox.url, config=CONFIG.replace('on_lost = "hold"\n', ""))
    findings = found(folder)
    assert findings["route mail"]["state"] == "warning"
    assert "on_lost" in findings["route mail"]["mend"]
    assert findings["route tickets"]["state"] == "ok", "Synthflow can be asked"


def test_gates_that_are_closed(folder, turnwire_sandbox):
    folder.configure(turnwire_sandbox.url)
    folder.sql("INSERT INTO routes (name, paused, reason, changed_at) VALUES ('mail', 1, 'misconfigured', 0)")
    finding = found(folder)["route"]
    assert finding["state"] == "warning"
    assert finding["mend"] == "then: turnwire routes resume mail"


def test_a_webhook_without_its_secret(folder, turnwire_sandbox, monkeypatch):
    webhook = '[replies.webhook]\nurl = "https://example.com/answers"\nsecret = "env:HOOK_SECRET"\n'
    folder.configure(turnwire_sandbox.url, more=webhook)
    assert found(folder)["replies.webhook"]["state"] == "wrong"
    monkeypatch.setenv("HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert found(folder)["replies.webhook"]["state"] == "ok"
    monkeypatch.setenv("HOOK_SECRET", "whsec_!")
    assert found(folder)["replies.webhook"]["state"] == "wrong"


@pytest.mark.parametrize(
    ("url", "more", "state"),
    [
        ("https://10.1.2.3/answers", "", "wrong"),
        ("https://10.1.2.3/answers", 'allow_private = ["10.1.2.3/32"]\n', "ok"),
        ("http://93.184.216.34/answers", 'allow_private = ["10.1.2.3/32"]\n', "wrong"),
    ],
)
def test_a_webhook_to_an_address_that_is_not_called(folder, turnwire_sandbox, monkeypatch, url, more, state):
    monkeypatch.setenv("HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    webhook = f'[replies.webhook]\nurl = "{url}"\nsecret = "env:HOOK_SECRET"\n{more}'
    folder.configure(turnwire_sandbox.url, more=webhook)
    assert found(folder)["replies.webhook"]["state"] == state


def test_an_empty_configuration(folder):
    folder.configure("", config='[database]\nurl = "sqlite:///turnwire.db"\n')
    findings = found(folder)
    assert findings["accounts"]["state"] == findings["routes"]["state"] == "wrong"


def test_no_configuration_ends_with_2(folder):
    (folder.path / "turnwire.toml").unlink()
    said = folder("check")
    assert said.code == 2
    assert "turnwire init" in said.err


# --- one finding at a time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (CallResult(), "ok"),
        (CallResult(outcome=Outcome.CREDENTIALS, http_status=403), "wrong"),
        (CallResult(outcome=Outcome.CREDENTIALS, http_status=402), "wrong"),
        (CallResult(outcome=Outcome.NOT_SENT, error="no such host"), "wrong"),
        (CallResult(outcome=Outcome.BUSY, http_status=429), "warning"),
        (CallResult(outcome=Outcome.SERVER_ERROR, http_status=500), "wrong"),
        (CallResult(outcome=Outcome.REFUSED, http_status=400), "wrong"),
        (CallResult(outcome=Outcome.LOST, error="no answer"), "wrong"),
    ],
)
def test_what_an_answer_says(result, state):
    finding = judged("account a", AccountSettings(provider="osvi", token="env:X"), result)
    assert finding.state == state
    assert (finding.mend == "") == (state == "ok")
    assert result.error is None or result.error in finding.found


def test_a_foreign_tasks_module_beside_the_user(tmp_path):
    home = Path(check.__file__).parents[2]
    assert list(installation(home, tmp_path)) == []
    (tmp_path / "tasks.py").write_text("", encoding="utf-8")
    (finding,) = installation(home, tmp_path)
    assert finding.state == "warning"
    assert "turnwire worker" in finding.mend
    assert list(installation(home, home)) == [], "a checkout of Turnwire itself is no stranger"


def test_a_foreign_tasks_module_in_our_place(tmp_path):
    spec = importlib.util.find_spec("tasks")
    assert spec is not None
    assert spec.origin is not None
    (finding,) = installation(tmp_path, tmp_path)
    assert finding.state == "wrong"
    assert spec.origin in finding.found
