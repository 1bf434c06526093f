"""What may happen to a SQLite file: locked, full, in the wrong place; and databases at another revision."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select, text
from structlog.testing import capture_logs

from connector.errors import DatabaseNotReady, DatabaseUnavailable
from connector.storage import tables
from connector.storage.core import network_fs
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.core.revision import require_current
from tests.kit.matrix.kit import Play, outcomes
from tests.kit.matrix.recorder import Matrix
from tests.kit.matrix.servers import wait_until
from tests.kit.matrix.stage import all_answered, in_flight, stage, working

TURNS = 12


def logged(lines: list[Any], words: str) -> str:
    """The first error of our log with these words, as an operator reads it."""
    found = [line for line in lines if words in str(line.get("error"))]
    assert found, f"no {words} in {lines}"
    return f"log: {found[0]['event']}: {found[0]['error']}"


@pytest.mark.parametrize("patience", ["waits", "gives up and tries again"])
def test_sqlite_locked(plays, sqlite_database, turnwire_sandbox, patience, matrix: Matrix):
    row = matrix.row("D8", injected="another program holds the write lock while answers come in", case=patience)
    turnwire_sandbox.update_settings(latency_s=1.0)
    play = plays.at(sqlite_database, "osvi")
    if patience != "waits":

        @event.listens_for(play.database.writer, "connect")
        def hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA busy_timeout=1").close()

    play.receive_all("support", [f"question {number}" for number in range(TURNS)])
    file = sqlite_database.removeprefix("sqlite:///")
    with capture_logs() as lines, closing(sqlite3.connect(file, isolation_level=None)) as other, working(play):
        wait_until(lambda: in_flight(play) == TURNS, "calls in flight")
        other.execute("BEGIN IMMEDIATE")
        if patience == "waits":
            wait_until(lambda: in_flight(play) == 0, "all answers given")
        else:
            wait_until(lambda: any(line["event"] == "turn.record_again" for line in lines), "recording gives up")
        assert play.statuses() == {"sending": TURNS}
        other.execute("COMMIT")
        posts = all_answered(play, TURNS)
        told = "nothing" if patience == "waits" else logged(lines, "locked")
    row.saw(turns=play.wiring, posts=posts, operator=told)


def test_sqlite_read_for_long(plays, sqlite_database, matrix: Matrix):
    row = matrix.row("D8", injected="another program holds a read transaction open all the time", case="reader")
    play = plays.at(sqlite_database, "osvi")
    play.receive_all("support", [f"question {number}" for number in range(TURNS)])
    with closing(sqlite3.connect(sqlite_database.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM turns WHERE status = 'queued'").fetchone() == (TURNS,)
        play.run()
        assert other.execute("SELECT count(*) FROM turns WHERE status = 'queued'").fetchone() == (TURNS,)
        row.saw(turns=play.wiring, posts=all_answered(play, TURNS), operator="nothing")


def test_sqlite_disk_full(plays, sqlite_database, turnwire_sandbox, matrix: Matrix):
    row = matrix.row("D9", injected="no page may be added (max_page_count) from the first calls on, then lifted")
    turns = 60
    turnwire_sandbox.update_settings(latency_s=0.1)
    play = plays.at(sqlite_database, "osvi")
    full = threading.Event()

    @event.listens_for(play.database.writer, "begin")
    def fill(connection: Connection) -> None:
        # A count below the present one means: as it is.
        connection.exec_driver_sql(f"PRAGMA max_page_count={1 if full.is_set() else 2**30}")

    play.receive_all("support", [f"question {number}" for number in range(turns)])
    stored = events_stored(play)
    full.set()
    with capture_logs() as lines, working(play):
        with pytest.raises(DatabaseUnavailable, match="full"):
            play.receive("support", "T-long", "a long story " * 3000)
        assert events_stored(play) == stored
        wait_until(lambda: any("full" in str(line.get("error")) for line in lines), "the engine meets it")
        wait_until(lambda: in_flight(play) == 0, "calls end")
        for line in play.heard():
            turn = play.turn(line["text"])
            assert outcomes(turn, "send"), "no message left without its mark"
        full.clear()
        posts = all_answered(play, turns)
    row.saw(turns=play.wiring, posts=posts, operator=logged(lines, "full"))


def events_stored(play: Play) -> int:
    with play.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.events)).scalar_one())


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_sqlite_on_a_network_mount(plays, sqlite_database, tmp_path, monkeypatch, kind, matrix: Matrix):
    row = matrix.row("D10", injected="a table of mounts in which the database's folder is remote", case=kind)
    table = tmp_path / "mounts"
    folder = str(tmp_path).replace(" ", "\\040")
    table.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/share {folder} {kind} rw 0 0\ntmpfs {folder}/other tmpfs rw 0 0\n"
    )
    monkeypatch.setattr(network_fs, "MOUNTS", table)
    play = plays.at(sqlite_database, "osvi")
    with pytest.raises(DatabaseNotReady, match=rf"network file system \({kind}\).*use PostgreSQL") as refused:
        play.wiring.ready()
    with pytest.raises(DatabaseNotReady, match="network file system"):
        upgrade(f"sqlite:///{tmp_path}/new/turnwire.db")
    assert not (tmp_path / "new").exists()
    upgrade(f"sqlite:///{tmp_path}/other/turnwire.db")
    row.saw(state="refuses to start", posts=0, operator=str(refused.value).replace(str(tmp_path), ""))


def test_sqlite_where_mounts_cannot_be_read(sqlite_database, tmp_path, monkeypatch):
    monkeypatch.setattr(network_fs, "MOUNTS", tmp_path / "none")
    require_current(Database(sqlite_database))


def test_another_revision(tmp_path, turnwire_sandbox, database, matrix: Matrix):
    row = matrix.row("D12", injected="the revision in the database changed by hand", case=database.split(":")[0])
    with stage(tmp_path, turnwire_sandbox, database, "embedded", workers=0) as played:
        played.ask(1, 1)
        revise(played.database, "UPDATE alembic_version SET version_num = '9999'")
        newer = played.crew.start()
        assert newer.wait() == 1
        assert "revision 9999, which is newer than this code knows: upgrade turnwire" in played.logs()
        revise(played.database, "DELETE FROM alembic_version")
        empty = played.crew.start()
        assert empty.wait() == 1
        assert "run `turnwire migrate`" in played.logs()
        assert played.heard() == []
        told = "exit 1: the database is at revision 9999, which is newer than this code knows: upgrade turnwire"
        row.saw(turns=played.wiring, posts=0, operator=told)


def revise(database: Database, statement: str) -> None:
    database.write(lambda connection: connection.execute(text(statement)))
