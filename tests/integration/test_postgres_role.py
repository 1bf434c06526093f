"""The role that the compose stack makes on a real PostgreSQL: owner of its database, and nobody beyond it."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from connector.storage.core.migrate import upgrade

SCRIPT = Path(__file__).parents[2] / "deploy/postgres-role"
SERVER = os.environ.get("TURNWIRE_TEST_POSTGRES", "")

pytestmark = pytest.mark.skipif(
    not SERVER or shutil.which("psql") is None, reason="needs TURNWIRE_TEST_POSTGRES and psql"
)


def make(name: str, password: str = "first") -> subprocess.CompletedProcess[str]:
    server = urlsplit(SERVER)
    variables = {
        "PGHOST": server.hostname, "PGPORT": server.port or 5432, "PGUSER": server.username,
        "PGPASSWORD": server.password or "", "PGDATABASE": server.path[1:], "ROLE_PASSWORD": password,
    }  # fmt: skip
    given = {**os.environ, **{key: str(value) for key, value in variables.items()}}
    return subprocess.run([SCRIPT, name], env=given, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def name():
    made = f"turnwire-role-{uuid.uuid4().hex[:8]}"  # with a character that must be quoted
    yield made
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{made}"')
        connection.execute(f'DROP ROLE IF EXISTS "{made}"')


def own(name: str) -> str:
    server = urlsplit(SERVER)
    return f"postgresql://{name}:first@{server.hostname}:{server.port or 5432}/{name}"


def test_the_role_owns_its_database_and_is_no_administrator(name):
    done = make(name)
    assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(SERVER) as connection:
        rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin"
        found = connection.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        assert found == (False, False, False, False, False, True)
        stands = "pg_encoding_to_char(encoding), pg_get_userbyid(datdba), datacl::text"
        row = connection.execute(f"SELECT {stands} FROM pg_database WHERE datname = %s", [name]).fetchone()
        assert row is not None
        encoding, owner, rights = row
        assert (encoding, owner) == ("UTF8", name)
        assert "{=" not in rights  # nothing for everybody
        assert ",=" not in rights
    assert upgrade(own(name).replace("postgresql://", "postgresql+psycopg://"))
    with psycopg.connect(own(name)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT pg_read_file('/etc/passwd')")


def test_made_again_it_stays_as_it_is(name):
    assert make(name).returncode == 0
    with psycopg.connect(own(name)) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    assert make(name).returncode == 0
    with psycopg.connect(own(name)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_an_administrator_of_before_goes_on_and_is_told_of(name):
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE \"{name}\" SUPERUSER LOGIN PASSWORD 'first'")
        connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
    done = make(name)
    assert done.returncode == 0
    assert "is an administrator" in done.stderr
