"""What goes wrong at the start is told with what helps: a port that is taken, a database that cannot be made."""

from __future__ import annotations

import io
import socket

import pytest

from tasks.worker import has_company, say
from tests.kit.cli_folder import Folder, folder
from tests.kit.cli_site import make_site

__all__ = ["folder"]


def test_a_port_that_is_taken_says_whose_it_may_be_and_which_command_helps(folder: Folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = folder("serve", "--port", str(port))
    assert said.code == 1
    assert "another program has it" in said.err
    assert f"turnwire serve --port {port + 1}" in said.err
    assert "turnwire check" not in said.err


@pytest.mark.parametrize("place", ["file/turnwire.db", "folder", "text.txt"])
def test_a_database_that_cannot_be_made_says_what_to_change(folder: Folder, monkeypatch, place):
    folder.write("file", "")
    (folder.path / "folder").mkdir()
    folder.write("text.txt", "no database, but a text that is long enough to be looked at " * 20)
    monkeypatch.setenv("TURNWIRE_DATABASE_URL", f"sqlite:///{folder.path / place}")
    said = folder("migrate")
    assert said.code == 1
    assert "database.url" in said.err
    assert "turnwire check" not in said.err


def test_a_database_that_is_not_on_its_server_says_how_to_make_it(folder: Folder, database, monkeypatch):
    if not database.startswith("postgresql"):
        pytest.skip("on a server only")
    server = database.replace("postgresql+psycopg://", "postgresql://").rpartition("/")[0]
    monkeypatch.setenv("TURNWIRE_DATABASE_URL", f"{server}/not_there")
    for command in ("migrate", "status"):
        said = folder(command)
        assert said.code == 1
        assert "createdb not_there" in said.err
        assert "turnwire check" not in said.err


def test_a_second_worker_on_sqlite_is_told_that_it_is_one(database, tmp_path, capsys):
    store = make_site(database, tmp_path, capsys).store
    assert not has_company(store.database)
    store.worker()
    assert has_company(store.database) is (store.database.dialect == "sqlite")
    store.database.dispose()


@pytest.mark.parametrize(
    "message",
    [
        "worker: Hitting Ctrl+C again will initiate cold shutdown, terminating all running tasks!",
        "worker: Hitting Ctrl+C again will terminate all running tasks!",
        "Waiting gracefully for cold shutdown to complete...",
        "worker: Warm shutdown (MainProcess)",
        "worker: Cold shutdown (MainProcess)",
    ],
)
def test_a_stop_is_told_without_words_that_frighten(message):
    stream = io.StringIO()
    say(message, stream)
    said = stream.getvalue()
    assert said.strip()
    assert not any(word in said.lower() for word in ("cold", "terminat", "warm"))
