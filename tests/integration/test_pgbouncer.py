"""The real PgBouncer between us and PostgreSQL, in each of its modes that can work; it is started here if installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import text

from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.core.table_names import TablePlace
from tests.kit.engine import EngineKit
from tests.kit.matrix.servers import program
from tests.kit.raw_server import free_port

IGNORING = "ignore_startup_parameters = options"


@contextmanager
def bouncing(database: str, mode: str, more: str = "") -> Iterator[str]:
    """A PgBouncer of one server connection before the database; its address."""
    pgbouncer = program("pgbouncer", "/usr/sbin", "/usr/local/sbin")
    parts, port = urlsplit(database), free_port()
    login = f"user={unquote(parts.username or 'postgres')}"
    if parts.password:
        login += f" password={unquote(parts.password)}"
    folder = Path(tempfile.mkdtemp(prefix="turnwire-pgbouncer-"))
    folder.chmod(0o755)  # it will not run as root
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={parts.hostname} port={parts.port or 5432} {login}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n"
        f"pool_mode = {mode}\ndefault_pool_size = 3\n{more}\n",
        encoding="utf-8",
    )
    other = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen(
        [pgbouncer, "-q", *other, str(folder / "pgbouncer.ini")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _await(port, process)
            yield f"postgresql://{parts.username or 'postgres'}@127.0.0.1:{port}{parts.path}"
        finally:
            process.terminate()
            process.wait(30)
            shutil.rmtree(folder)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(600):
        assert process.poll() is None, "PgBouncer has ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            pause.wait(0.05)
    raise AssertionError("PgBouncer does not answer")


def driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.mark.parametrize(("mode", "more"), [("transaction", ""), ("transaction", IGNORING), ("session", "")])
def test_messages_are_answered_through_it(postgres_database, turnwire_sandbox, tmp_path, mode, more):
    with (
        bouncing(postgres_database, mode, more) as url,
        EngineKit(url, turnwire_sandbox, tmp_path) as kit,
    ):
        kit.crowd("osvi", 20, 3)
        kit.settle()
        assert kit.statuses() == {"answered": 60}


@pytest.mark.parametrize("more", ["", IGNORING])
def test_what_we_set_counts_in_each_transaction_and_in_no_other_programs(postgres_database, more):
    place = TablePlace(schema="elsewhere")
    ours = "SELECT current_setting('lock_timeout'), current_setting('search_path'), current_setting('enable_seqscan')"
    with bouncing(postgres_database, "transaction", more) as url:
        assert upgrade(driven(url), place)
        database = Database(driven(url), place=place)
        for _ in range(3):
            with database.transaction() as connection:
                assert tuple(connection.execute(text(ours)).one()) == ("10s", "elsewhere", "off")
            with database.reading() as connection:
                assert tuple(connection.execute(text(ours)).one()) == ("10s", "elsewhere", "on")
                assert connection.execute(text("SELECT count(*) FROM turns")).scalar_one() == 0
        database.dispose()
        with Database(driven(url)).writer.connect() as connection:
            statements = text("SELECT count(*) FROM pg_prepared_statements")
            assert connection.execute(statements).scalar_one() == 0
