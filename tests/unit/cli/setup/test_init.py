"""`turnwire init`: the file it writes loads and explains itself; nothing is overwritten; the database is made."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tomllib
from pathlib import Path

import pytest

from connector import cli
from connector.cli.setup.init import complete, create_database, next_steps
from connector.cli.setup.template import REGIONS, InitAnswers, render
from connector.errors import ConfigurationError
from connector.settings import Settings, load
from connector.settings.accounts import AccountSettings
from connector.settings.routes import RouteSettings
from connector.settings.runtime import WorkerSettings

OSVI = InitAnswers(provider="osvi", agent="agent_1")
SYNTHFLOW = InitAnswers(provider="synthflow", agent="893195c1-c640-438b-9761-2e5357b01cb8", region="eu")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder and an environment without our variables."""
    for variable in [name for name in os.environ if name.startswith("TURNWIRE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(answers: InitAnswers, folder: Path) -> Settings:
    path = folder / "turnwire.toml"
    path.write_text(render(answers), encoding="utf-8")
    return load(path, {})


# --- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", ["v1", "legacy"])
def test_the_file_for_osvi_loads(tmp_path, api):
    settings = written(InitAnswers(provider="osvi", agent="agent_1", api=api), tmp_path)
    account, route = settings.accounts["osvi"], settings.routes["support"]
    assert (account.provider, account.api, account.token) == ("osvi", api, "env:OSVI_API_TOKEN")
    assert (route.account, route.agent, route.names_on_lost) == ("osvi", "agent_1", True)


@pytest.mark.parametrize("region", list(REGIONS))
def test_the_file_for_synthflow_loads(tmp_path, region):
    settings = written(InitAnswers(provider="synthflow", agent="a", region=region), tmp_path)
    account = settings.accounts["synthflow"]
    assert (account.base_url, account.api, account.token) == (REGIONS[region], None, "env:SYNTHFLOW_API_KEY")
    assert settings.routes["support"].account == "synthflow"


@pytest.mark.parametrize("answers", [OSVI, SYNTHFLOW])
def test_what_the_file_writes_out_are_the_defaults(tmp_path, answers):
    settings = written(answers, tmp_path)
    assert settings.worker == WorkerSettings()
    (account,), (route,) = settings.accounts.values(), settings.routes.values()
    for section, kind in ((account, AccountSettings), (route, RouteSettings)):
        for name, field in kind.model_fields.items():
            if not field.is_required() and name not in {"api", "base_url"}:
                assert getattr(section, name) == field.default, name


@pytest.mark.parametrize("answers", [OSVI, SYNTHFLOW])
def test_every_key_stands_below_a_comment_that_explains_it(answers):
    lines = render(answers).splitlines()
    text = "\n".join(lines)
    for words in ("Settings → API", "16 characters", "agent_") if answers is OSVI else ("API Keys", "Customer Region"):
        assert words in text
    assert max(map(len, lines)) <= 120
    for number, line in enumerate(lines):
        if line.startswith("["):
            assert lines[number - 1].startswith("#"), line
    on_lost = lines.index('on_lost = "hold"')
    assert all(word in "\n".join(lines[on_lost - 2 : on_lost]) for word in ('"hold"', '"resend"', '"fail"'))


def test_every_route_key_of_the_contract_is_in_the_file(tmp_path):
    shown = set(tomllib.loads(render(OSVI))["routes"]["support"])
    # One is not in this version yet, one needs a way back, one a source; one stands there as an example.
    away = {"reply_mode", "reply_delay", "on_overtaken", "tell", "hours"}
    assert shown == set(RouteSettings.model_fields) - away
    assert "# on_overtaken = " in render(OSVI)
    assert "# tell = " in render(OSVI)


@pytest.mark.parametrize("answers", [OSVI, SYNTHFLOW])
def test_the_mailbox_in_the_file_is_one_as_soon_as_its_signs_of_comment_are_gone(tmp_path, answers):
    before, found, after = render(answers).partition("# [sources.inbox]\n")
    assert found
    section, _, rest = (found + after).partition("\n\n")
    opened = "\n".join(line.removeprefix("# ") for line in section.splitlines())
    text = before.replace('reply = "none"', 'reply = "source"') + opened + "\n\n" + rest
    (tmp_path / "turnwire.toml").write_text(text, encoding="utf-8")
    box = load(tmp_path / "turnwire.toml", {}).sources["inbox"]
    assert (box.kind, box.route, box.sends) == ("mailbox", "support", True)
    assert (box.imap.port, box.smtp.port, box.imap.start) == (993, 465, "now")


def test_an_agent_is_quoted(tmp_path):
    agent = 'a"\\{agent}ž'
    assert written(InitAnswers(provider="synthflow", agent=agent), tmp_path).routes["support"].agent == agent


# --- answers ---------------------------------------------------------------------------------------------------------


def test_what_the_options_say_is_not_asked():
    def never(question: str, choices: tuple[str, ...], default: str | None) -> str:
        raise AssertionError(question)

    assert complete("osvi", "agent_1", "legacy", None, never) == InitAnswers(
        provider="osvi", agent="agent_1", api="legacy"
    )
    eu = InitAnswers(provider="synthflow", agent="a", region="eu")
    assert complete("synthflow", " a ", None, "eu", never) == eu


def test_what_they_leave_open_is_asked_in_order():
    asked: list[str] = []
    replies = iter(["synthflow", "a-1", "global"])

    def ask(question: str, choices: tuple[str, ...], default: str | None) -> str:
        asked.append(question)
        return next(replies)

    assert complete(None, None, None, None, ask) == InitAnswers(provider="synthflow", agent="a-1", region="global")
    assert [question.split()[0] for question in asked] == ["Where", "The", "Region"]


def test_without_anybody_to_ask_the_optional_ones_take_their_defaults():
    assert complete("osvi", "agent_1", None, None, None) == OSVI
    assert complete("synthflow", "a", None, None, None).region == "us"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ((None, "a", None, None), "--provider"),
        (("osvi", None, None, None), "--agent"),
        (("osvi", " ", None, None), "--agent"),
        (("osvi", "a b", None, None), "--agent"),
        (("osvi", "a\n", None, "us"), "--region"),
        (("synthflow", "a", "v1", None), "--api"),
    ],
)
def test_what_cannot_be(options, field):
    provider, agent, api, region = options
    with pytest.raises(ConfigurationError) as caught:
        complete(provider, agent, api, region, None)
    assert caught.value.field == field
    assert caught.value.expected


# --- the command -----------------------------------------------------------------------------------------------------


def test_init_writes_the_file_makes_the_database_and_says_what_is_next(folder, capsys):
    assert cli.main(["init", "--provider", "osvi", "--agent", "agent_1", "--yes"]) == 0
    said = capsys.readouterr()
    assert f"wrote {folder / 'turnwire.toml'}" in said.out
    for step in ("export OSVI_API_TOKEN=", "turnwire check", "turnwire worker", "turnwire enqueue", "turnwire ingest"):
        assert step in said.out
    assert said.err == ""
    with sqlite3.connect(folder / ".turnwire/turnwire.db") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"turns", "events"} <= tables
    assert (folder / ".turnwire").stat().st_mode & 0o077 == 0


def test_init_for_programs(folder, capsys):
    words = ["--provider", "synthflow", "--agent", "a", "--json", "--no-database"]
    assert cli.main(["init", *words, "--config", "conf/my.toml"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["path"] == str(folder / "conf/my.toml")
    assert said["applied"] == []
    assert said["next"][0] == f"export TURNWIRE_CONFIG={folder / 'conf/my.toml'}"
    assert "turnwire migrate" in said["next"]
    assert not (folder / "conf/.turnwire").exists()


def test_init_does_not_overwrite_without_force(folder, capsys):
    path = folder / "turnwire.toml"
    path.write_text("# mine\n", encoding="utf-8")
    words = ["init", "--provider", "osvi", "--agent", "agent_1", "--yes", "--no-database"]
    assert cli.main(words) == 2
    assert "--force" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "# mine\n"
    assert cli.main([*words, "--force"]) == 0
    assert list(load(path, {}).accounts) == ["osvi"]


def test_init_writes_nothing_when_an_option_is_missing(folder, capsys):
    assert cli.main(["init", "--provider", "osvi", "--yes"]) == 2
    assert "--agent" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_init_asks_on_a_terminal_until_the_answer_can_be_used(folder, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("mars\nSynthflow\na-1\n\n"))
    assert cli.main(["init", "--no-database"]) == 0
    assert load(folder / "turnwire.toml", {}).accounts["synthflow"].base_url == REGIONS["us"]
    assert "one of osvi, synthflow" in capsys.readouterr().err


def test_init_wonders_at_an_agent_that_is_none_of_osvis(folder, capsys):
    assert cli.main(["init", "--provider", "osvi", "--agent", "893195c1", "--yes", "--no-database"]) == 0
    assert "agent_" in capsys.readouterr().err


def test_the_database_is_made_once_and_its_folder_stays_out_of_git(tmp_path):
    settings = written(OSVI, tmp_path)
    assert create_database(settings) != []
    assert create_database(settings) == []
    assert (tmp_path / ".turnwire/.gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    settings = written(OSVI, tmp_path)
    (tmp_path / ".turnwire").mkdir(mode=0o755)
    create_database(settings)
    assert not (tmp_path / ".turnwire/.gitignore").exists()


def test_next_steps_name_the_file_only_where_it_would_not_be_found(folder):
    assert "TURNWIRE_CONFIG" not in str(list(next_steps(OSVI, folder / "turnwire.toml")))
    elsewhere = [command for command, _ in next_steps(OSVI, folder / "a b/turnwire.toml")]
    assert elsewhere[0] == f"export TURNWIRE_CONFIG='{folder}/a b/turnwire.toml'"
