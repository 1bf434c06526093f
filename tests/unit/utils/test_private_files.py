"""What holds customers' texts is readable by its owner alone, whatever the umask and whichever command comes first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.settings import load
from connector.storage.core.migrate import upgrade
from connector.utils.private_files import (
    make_private_file,
    make_private_folder,
    open_to_others,
    write_new,
    write_private,
)
from connector.wiring import NoPublisher, Wiring
from tasks.application import create

CONFIG = """
[accounts.osvi]
provider = "osvi"
token = "env:TOKEN"
[routes.mail]
account = "osvi"
agent = "agent_mail"
"""


@pytest.fixture(autouse=True, params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def wide(folder: Path) -> list[Path]:
    return [path for path in [folder, *folder.rglob("*")] if open_to_others(path)]


def test_what_is_made_is_private_and_what_was_there_is_left(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    tmp_path.chmod(0o755)
    folder = tmp_path / "there" / "a" / "b"
    make_private_folder(folder)
    make_private_file(folder / "empty")
    write_private(folder / "full", b"text")
    assert wide(tmp_path / "there" / "a") == []
    assert open_to_others(tmp_path / "there")
    assert (tmp_path / "there" / "a" / ".gitignore").read_text() == "*\n"
    assert not (folder / ".gitignore").exists()

    (folder / "full").chmod(0o644)
    make_private_file(folder / "full")
    make_private_folder(folder)
    assert (folder / "full").read_bytes() == b"text"


@pytest.mark.parametrize("first", ["the database", "the broker"])
def test_whichever_part_comes_first_makes_the_folder_private(
    first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "a token that nobody reads")
    (tmp_path / "turnwire.toml").write_text(CONFIG)
    settings = load(tmp_path / "turnwire.toml")

    def migrate() -> None:
        upgrade(settings.database.sqlalchemy_url)
        with Wiring(settings=settings, publisher=NoPublisher()).database.writer.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE another (id INTEGER)")
            assert (tmp_path / ".turnwire/turnwire.db-wal").exists()

    def publish() -> None:
        with create(settings) as app:
            app.send_task("connector.receive", [{"text": "a customer's"}])

    for part in (migrate, publish) if first == "the database" else (publish, migrate):
        part()
    assert list((tmp_path / ".turnwire").rglob("*.msg"))
    assert wide(tmp_path / ".turnwire") == []


def test_a_new_file_is_private_and_nothing_is_written_over(tmp_path):
    file, link = tmp_path / "new", tmp_path / "link"
    write_new(file, b"one")
    assert file.stat().st_mode & 0o777 == 0o600
    link.symlink_to(tmp_path / "elsewhere")
    for there in (file, link):
        with pytest.raises(FileExistsError):
            write_new(there, b"two")
    assert file.read_bytes() == b"one"
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_cannot_be_finished_is_not_left_behind(tmp_path):
    with pytest.raises(TypeError):
        write_new(tmp_path / "new", "no bytes")
    assert not (tmp_path / "new").exists()
