"""The command line's base: exits, errors for people and for programs, output on a terminal and in a pipe."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from connector import cli
from connector.cli.shared.output import (
    Globals,
    Out,
    chosen,
    confirm,
    described,
    load_settings,
    noun,
    report,
    shown,
)
from connector.errors import ConfigurationError, DatabaseUnavailable, InvalidInput, NotFound
from connector.utils.terminal import printable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def raising():
    """A command `fail` in an app like ours, that raises what the test says."""

    def run(error: BaseException, *words: str) -> int:
        app = typer.Typer(name="turnwire", rich_markup_mode=None, pretty_exceptions_enable=False)
        app.callback()(cli.turnwire)

        @app.command("fail")
        def fail(as_json: bool = typer.Option(False, "--json"), number: int = typer.Option(0)) -> None:
            raise error

        return cli.main(["fail", *words], app)

    return run


# --- exits and errors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("wrong"), 2),
        (InvalidInput("text", "a text"), 1),
        (NotFound("no such turn"), 1),
        (DatabaseUnavailable("the database does not answer"), 1),
        (PermissionError(13, "Permission denied", "/etc/x"), 1),
        (RuntimeError("who knows"), 1),
        (KeyboardInterrupt(), 130),
        (typer.Abort(), 130),
        (typer.Exit(1), 1),
        (typer.Exit(0), 0),
        (SystemExit(3), 3),
        (SystemExit("no"), 1),
    ],
)
def test_exits(raising, error, code):
    assert raising(error) == code


def test_an_error_is_a_line_and_hints(raising, capsys):
    raising(ConfigurationError("accounts.a.rate: not valid", "/x/turnwire.toml", "accounts.a.rate", "a rate"))
    said = capsys.readouterr()
    assert said.err == "error: accounts.a.rate: not valid\n  in /x/turnwire.toml\n  expected a rate\n"
    assert said.out == ""


def test_several_problems_stand_below_each_other(raising, capsys):
    raising(ConfigurationError("a: wrong\nb: wrong"))
    assert capsys.readouterr().err == "error:\n  a: wrong\n  b: wrong\n"


def test_a_server_that_does_not_answer_points_to_check(raising, capsys):
    raising(DatabaseUnavailable("the database does not answer"))
    assert "turnwire check" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            ConfigurationError("m", "w", "f", "e"),
            {"error": "m", "where": "w", "field": "f", "expected": "e"},
        ),
        (
            InvalidInput("text", "1 to 100,000 characters", "0"),
            {
                "error": "text: expected 1 to 100,000 characters, got 0",
                "where": "",
                "field": "text",
                "expected": "1 to 100,000 characters",
            },
        ),
        (NotFound("no turn 7"), {"error": "no turn 7", "where": "", "field": "", "expected": ""}),
        (
            FileNotFoundError(2, "No such file or directory", "a.csv"),
            {"error": "No such file or directory", "where": "a.csv", "field": "", "expected": ""},
        ),
    ],
)
def test_an_error_is_one_object_with_json(raising, capsys, error, expected):
    raising(error, "--json")
    said = capsys.readouterr()
    assert json.loads(said.err) == expected
    assert said.out == ""


def test_usage_errors(capsys):
    assert cli.main(["inti"]) == 2
    assert (
        capsys.readouterr().err
        == "error: No such command 'inti'. Did you mean 'init', 'ingest'?\n  try: turnwire --help\n"
    )
    assert cli.main(["init", "--region", "mars"]) == 2
    assert capsys.readouterr().err.endswith("try: turnwire init --help\n")
    assert cli.main(["init", "--json", "--region", "mars"]) == 2
    said = json.loads(capsys.readouterr().err)
    assert (said["where"], said["field"]) == ("turnwire init", "--region")
    assert set(said) == {"error", "where", "field", "expected"}
    assert "mars" in said["error"]
    assert cli.main(["--json", "init", "--nonsense"]) == 2
    assert set(json.loads(capsys.readouterr().err)) == {"error", "where", "field", "expected"}


def test_an_unexpected_error_is_one_line_without_its_words(raising, capsys):
    raising(RuntimeError("the customer wrote: hunter2"))
    said = capsys.readouterr().err
    assert said.startswith("unexpected: RuntimeError in test_cli.py line ")
    assert said.endswith("run with --debug for the trace\n")
    assert said.count("\n") == 1
    assert "hunter2" not in said
    raising(RuntimeError("hunter2"), "--json")
    assert json.loads(capsys.readouterr().err)["error"].startswith("unexpected: RuntimeError")


def test_debug_shows_the_trace_wherever_it_stands(raising, capsys):
    assert raising(RuntimeError("hunter2"), "--debug") == 1
    assert "Traceback" in capsys.readouterr().err


def test_interrupted_says_so(raising, capsys):
    raising(KeyboardInterrupt())
    assert capsys.readouterr().err == "interrupted; what was stored is kept\n"
    raising(KeyboardInterrupt(), "--json")
    assert json.loads(capsys.readouterr().err)["error"] == "interrupted; what was stored is kept"


def test_errors_that_came_from_another_process_read_the_same():
    error = ConfigurationError("m", "w", "f", "e")
    assert described(pickle.loads(pickle.dumps(error))) == described(error)


def test_control_characters_of_an_error_do_not_reach_the_terminal():
    stream = io.StringIO()
    report(NotFound("no conversation \x1b]0;title\x07"), stream=stream)
    assert "\x1b" not in stream.getvalue()


def test_a_group_without_a_command_shows_its_help(capsys):
    app = typer.Typer(name="turnwire", rich_markup_mode=None)
    app.callback()(cli.turnwire)
    group = noun("turns", "See and settle turns.")
    group.command("list")(lambda: None)
    group.command("show")(lambda: None)
    app.add_typer(group)
    assert cli.main(["turns"], app) == 2
    said = capsys.readouterr().err
    assert said.startswith("Usage: turnwire turns")
    assert "See and settle turns." in said


# --- help and global options -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_help(capsys, words):
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert "turnwire init" in said
    assert "--config PATH" in said


def test_every_command_teaches(capsys):
    group = typer.main.get_group(cli.application())
    assert "init" in group.commands
    for name in group.commands:
        assert cli.main([name, "--help"]) == 0
        assert f"turnwire {name}" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("turnwire 0.")


@pytest.mark.parametrize(
    "words",
    [
        ["--config", "a.toml", "look"],
        ["look", "--config", "a.toml"],
        ["look", "--config=a.toml"],
    ],
)
def test_global_options_may_stand_anywhere(words):
    seen: list[Globals] = []
    app = typer.Typer(name="turnwire", rich_markup_mode=None)
    app.callback()(cli.turnwire)

    @app.command("look")
    def look(ctx: typer.Context) -> None:
        seen.append(ctx.find_root().obj)

    @app.command("other")
    def other() -> None: ...

    assert cli.main(words, app) == 0
    assert seen == [Globals(config=Path("a.toml"))]


def test_what_follows_two_dashes_is_text():
    assert cli._globals_first(["enqueue", "--", "--config", "--debug"]) == ["enqueue", "--", "--config", "--debug"]
    assert cli._globals_first(["check", "--config"]) == ["--config", "check"]
    assert chosen("--json", ["turns", "list", "--json"])
    assert not chosen("--json", ["enqueue", "--", "--json"])


HEAVY = {
    *("aiohttp", "alembic", "celery", "connector.engine", "email.parser", "fastapi", "httpx", "kombu", "pygments"),
    *("rich", "selectolax", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "structlog", "tasks"),
}
"""What takes long to import, and no command needs that only reads."""

READING = ["status", "turns list", "turns show 1", "events list", "conversations list", "replies list", "tokens list"]


def imported(folder: Path, words: list[str], **environ: str) -> tuple[set[str], subprocess.CompletedProcess[str]]:
    """Run a command line and say which modules it took."""
    code = (
        "import atexit, sys; from connector import cli\n"
        "atexit.register(lambda: print(*sys.modules, file=open('modules', 'w')))\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    run = [sys.executable, "-c", code, *words]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, **environ})
    return set((folder / "modules").read_text(encoding="utf-8").split()), done


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A folder with a configuration and its small database."""
    folder = tmp_path_factory.mktemp("standing")
    code = (
        "from connector import cli; "
        "raise SystemExit(cli.main(['init', '--provider', 'osvi', '--agent', 'agent_IsZ3Q6Sf', '--yes']))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("words", [["--help"], ["turns", "--help"], ["turns", "retry", "--help"]])
def test_help_needs_nothing_heavy(tmp_path, words):
    taken, done = imported(tmp_path, words)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(taken & {*HEAVY, "sqlalchemy"}) == []


@pytest.mark.parametrize("command", READING)
def test_a_command_that_only_reads_needs_nothing_heavy(standing, command):
    taken, done = imported(standing, command.split())
    assert done.returncode == 0 or "there is no turn 1" in done.stderr
    assert "sqlalchemy" in taken
    assert sorted(taken & HEAVY) == []


def test_a_command_imports_no_other(standing):
    taken, _ = imported(standing, ["--config", "turnwire.toml", "turns", "list"])
    rooms = {cli.NOUNS[name].partition(".")[0] for name in cli.NOUNS} - {"operate"}
    assert sorted(name for name in taken if name.startswith(tuple(f"connector.cli.{room}." for room in rooms))) == []


def test_the_shell_completes_at_once_and_in_full(tmp_path):
    typed = {"_TURNWIRE_COMPLETE": "complete_bash", "COMP_WORDS": "turnwire turns re", "COMP_CWORD": "2"}
    taken, done = imported(tmp_path, [], **typed)
    assert done.stdout.split() == ["retry", "resolve"]
    assert sorted(taken & {*HEAVY, "sqlalchemy"}) == []


def test_every_command_stands_where_its_name_says():
    made = typer.main.get_group(cli.application()).commands
    assert set(made) == set(cli.NOUNS)
    for name in cli.NOUNS:
        assert list(typer.main.get_group(cli.application(name)).commands) == [name]


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    """As in `turnwire … | head -1`."""
    code = (
        "import sys, typer; from connector import cli; from connector.cli.shared.output import Out\n"
        "app = typer.Typer(rich_markup_mode=None); app.callback()(cli.turnwire)\n"
        "def rows(): Out(as_json=True).rows(({'n': n} for n in range(200_000)), {'n': 'n'})\n"
        "app.command('rows')(rows)\n"
        "sys.exit(cli.main(['rows'], app))"
    )
    with (
        (tmp_path / "err").open("wb") as errors,
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=errors) as run,
    ):
        assert run.stdout
        assert run.stdout.readline() == b'{"n": 0}\n'
        run.stdout.close()
        assert run.wait(30) == 1
    assert (tmp_path / "err").read_bytes() == b""


# --- output ----------------------------------------------------------------------------------------------------------

ROWS: list[dict[str, Any]] = [
    {"name": "a", "count": 1, "at": datetime(2026, 11, 21, 10, 0, 0, 500_000, tzinfo=UTC), "more": "x"},
    {"name": "longer", "count": None, "at": None, "more": "y"},
]
COLUMNS = {"name": "Name", "count": "Count", "at": "At"}


def test_a_list_in_a_pipe_is_aligned_text():
    out, err = io.StringIO(), io.StringIO()
    assert Out(stdout=out, stderr=err).rows(ROWS, COLUMNS) == 2
    assert out.getvalue() == (
        "NAME    COUNT  AT\na       1      2026-11-21 10:00:00Z\nlonger  -      -\n"  # as wide as its longest cell
    )
    assert err.getvalue() == ""


def test_a_list_for_programs_is_json_lines_of_whole_rows():
    out = io.StringIO()
    assert Out(as_json=True, stdout=out).rows((row for row in ROWS), COLUMNS) == 2
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first == {"name": "a", "count": 1, "at": "2026-11-21T10:00:00.500Z", "more": "x"}
    assert second["at"] is None


def test_a_list_on_a_terminal_is_a_table_where_text_is_no_markup(monkeypatch):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    out = Terminal()
    Out(stdout=out).rows([{"name": "[bold]x[/bold] \x1b[31m"}], {"name": "Name"})
    assert "[bold]x[/bold]" in out.getvalue()
    assert "\x1b[31m" not in out.getvalue()
    assert "─" in out.getvalue()


def test_no_color_means_plain_text_on_a_terminal(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    Out(stdout=out).rows(ROWS, COLUMNS)
    assert out.getvalue().startswith("NAME    COUNT")
    assert "\x1b" not in out.getvalue()


def test_an_empty_list_says_so_beside_the_data():
    out, err = io.StringIO(), io.StringIO()
    assert Out(stdout=out, stderr=err).rows([], COLUMNS, empty="no turns") == 0
    assert (out.getvalue(), err.getvalue()) == ("", "no turns\n")
    assert Out(as_json=True, stdout=out, stderr=err).rows([], COLUMNS, empty="no turns") == 0
    assert (out.getvalue(), err.getvalue()) == ("", "no turns\n")


def test_one_thing():
    out = io.StringIO()
    Out(stdout=out).one({"id": "7", "open": True, "settled": None, "counts": {"queued": 1}})
    assert out.getvalue() == 'id       7\nopen     yes\nsettled  -\ncounts   {"queued": 1}\n'
    out = io.StringIO()
    Out(stdout=out).one({"id": "7"}, "turn 7")
    assert out.getvalue() == "turn 7\n"
    out = io.StringIO()
    Out(as_json=True, stdout=out).one({"id": "7", "path": Path("/x"), "text": "žluť"}, "turn 7")
    assert out.getvalue() == '{"id": "7", "path": "/x", "text": "žluť"}\n'


def test_text_is_for_people_only():
    out, err = io.StringIO(), io.StringIO()
    told = Out(as_json=True, stdout=out, stderr=err)
    told.text("hello")
    told.note("sending")
    assert (out.getvalue(), err.getvalue()) == ("", "sending\n")


def test_what_a_narrow_encoding_cannot_hold_is_escaped():
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1")
    Out(stdout=out).text("žluť")
    Out(as_json=True, stdout=out).one({"a": "žluť"})
    out.flush()
    text, obj = raw.getvalue().decode("latin-1").splitlines()
    assert text == "\\u017elu\\u0165"
    assert json.loads(obj) == {"a": "žluť"}


def test_progress_shows_on_a_terminal_only(monkeypatch):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for stream, seen in ((io.StringIO(), False), (Terminal(), True)):
        with Out(stderr=stream).progress("reading", total=2) as step:
            step(2)
        assert ("reading" in stream.getvalue()) is seen


def test_cells():
    assert shown("two\nlines  here") == "two lines here"
    assert shown(0.25) == "0.25"
    assert shown(0) == "0"
    assert shown("") == "-"
    assert printable("a\tb\n\x00\x9b\ud800é") == "a\tb\n���é"


# --- questions -------------------------------------------------------------------------------------------------------


def test_confirm_asks_nothing_with_yes():
    assert confirm("Send?", yes=True, terminal=False)


def test_confirm_without_a_terminal_names_the_option():
    with pytest.raises(ConfigurationError, match="Send 840 mails") as caught:
        confirm("Send 840 mails?", terminal=False)
    assert caught.value.field == "--yes"


@pytest.mark.parametrize(("typed", "agreed"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_confirm_asks_on_a_terminal(monkeypatch, typed, agreed):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert confirm("Send?", terminal=True) is agreed


def test_a_question_left_open_is_an_interruption(raising, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(typer.Abort):
        confirm("Send?", terminal=True)


def test_load_settings_reads_the_named_file(tmp_path, monkeypatch, capsys):
    (tmp_path / "my.toml").write_text("[worker]\nthreads = 8\n", encoding="utf-8")
    app = typer.Typer(name="turnwire", rich_markup_mode=None)
    app.callback()(cli.turnwire)

    @app.command("threads")
    def threads(ctx: typer.Context) -> None:
        typer.echo(load_settings(ctx).worker.threads)

    @app.command("other")
    def other() -> None: ...

    for variable in [name for name in os.environ if name.startswith("TURNWIRE_")]:
        monkeypatch.delenv(variable)
    assert cli.main(["threads", "--config", str(tmp_path / "my.toml")], app) == 0
    assert capsys.readouterr().out == "8\n"
    monkeypatch.chdir(tmp_path)
    assert cli.main(["threads"], app) == 2
    assert "run `turnwire init`" in capsys.readouterr().err
