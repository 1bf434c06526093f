"""Our tables in a database that others use: in a schema of their own, under a prefix, or both; theirs left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, inspect, text
from sqlalchemy.sql.elements import quoted_name

from connector.channels.events.schema import content_hash
from connector.errors import DatabaseNotReady
from connector.plugin import include_object
from connector.services.receive import Receiver
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.core.revision import require_current
from connector.storage.core.table_names import TablePlace
from connector.storage.receive.bulk import Chunk
from connector.storage.receive.events import NewEvent
from connector.storage.tables import metadata
from connector.wiring import place_of
from tests.kit.engine import EngineKit, configured, in_order
from tests.kit.pages import ROOT

REVISIONS = [file.name.partition("_")[0] for file in sorted((ROOT / "migrations/versions").glob("0*.py"))]
PREFIX = TablePlace(prefix="tw_")
SCHEMA = TablePlace(schema="turnwire")
BOTH = TablePlace(schema="turnwire", prefix="tw_")


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def keys(place: TablePlace) -> dict[str, str]:
    return {"table_schema": place.schema, "table_prefix": place.prefix}


@pytest.fixture(params=["sqlite-prefix", "postgresql-prefix", "postgresql-schema", "postgresql-both"])
def placed(request: pytest.FixtureRequest) -> tuple[str, TablePlace]:
    """An empty database, and where our tables are to be in it."""
    kind, _, where = request.param.partition("-")
    url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[kind])
    return url, {"prefix": PREFIX, "schema": SCHEMA, "both": BOTH}[where]


@pytest.fixture
def host(placed):
    """A host's tables, among them some that are called as ours are, and the revision of its own history."""
    engine = create_engine(sqlalchemy_url(placed[0]))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('5f1c3a')"))
        connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, what TEXT)"))
        connection.execute(text("CREATE INDEX ix_events_set_aside ON events (what)"))
        connection.execute(text("INSERT INTO events VALUES (1, 'a concert')"))
    yield engine
    engine.dispose()


def test_everything_of_ours_lies_where_it_was_told_to(placed, host):
    url, place = placed
    assert upgrade(sqlalchemy_url(url), place) == REVISIONS
    assert upgrade(sqlalchemy_url(url), place) == []
    seen = inspect(host)
    ours = {f"{place.prefix}{name}" for name in (*metadata.tables, "alembic_version")}
    theirs = {"alembic_version", "events"}
    if place.schema:
        assert set(seen.get_table_names(schema=place.schema)) == ours
        assert set(seen.get_table_names()) == theirs
    else:
        assert set(seen.get_table_names()) == ours | theirs
    for name in ours:
        indexes = [index["name"] for index in seen.get_indexes(name, schema=place.schema or None)]
        assert all(str(index).startswith(place.prefix) for index in indexes), indexes
    with host.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "5f1c3a"
        assert connection.execute(text("SELECT what FROM events")).scalar_one() == "a concert"


def test_the_tables_are_those_of_the_models(placed):
    url, place = placed
    upgrade(sqlalchemy_url(url), place)
    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        made = table.to_metadata(copy, name=f"{place.prefix}{table.name}")
        for index in made.indexes:
            index.name = quoted_name(f"{place.prefix}{index.name}", None)
        for constraint in made.constraints:
            if constraint.name and place.prefix:
                plain = str(constraint.name).replace(f"_{place.prefix}", "_", 1)
                constraint.name = f"{place.prefix}{plain}"
    opened = Database(sqlalchemy_url(url), place=place)
    options = {"version_table": place.version_table}
    with opened.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), copy) == []
    opened.dispose()


def test_every_table_and_every_name_bears_a_prefix():
    """PostgreSQL cuts names at 63 characters, and two that were cut could be the same."""
    longest = "x" * 16
    named = [name for table in metadata.tables.values() for name in (table.name, *(i.name for i in table.indexes))]
    named += [str(c.name) for table in metadata.tables.values() for c in table.constraints]
    assert max(len(f"{longest}{name}") for name in named) <= 63
    dialect = create_engine("sqlite://").dialect
    for table in metadata.tables.values():
        assert dialect.identifier_preparer.quote(f"tw_{table.name}") == f"tw_{table.name}", "would need quotes"


def test_messages_go_all_the_way(placed, host, turnwire_sandbox, tmp_path):
    url, place = placed
    upgrade(sqlalchemy_url(url), place)
    with EngineKit(url, turnwire_sandbox, tmp_path, place=keys(place)) as kit:
        for route in ("osvi", "synthflow"):
            kit.crowd(route, 6, 3, prefix=route)
        turnwire_sandbox.add_rule("cut_after", match={"call": "send"})
        kit.settle()
        statuses = kit.statuses()
        assert sum(statuses.values()) == 36
        assert statuses["answered"] >= 33  # one was cut off: read back, or with OSVI waiting for a person
        assert len(kit.processed()) >= 33
        assert in_order(kit.processed())
        assert turnwire_sandbox.summary()["repeated"] == 0
    with host.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar_one() == 1


def test_files_go_in_by_the_thousand(placed, host, tmp_path):
    """The quick way in loads rows and takes numbers from sequences, by names that no statement of SQLAlchemy's has."""
    url, place = placed
    upgrade(sqlalchemy_url(url), place)
    with EngineKit(url, None, tmp_path, place=keys(place)) as kit:
        events = [kit.event("osvi", f"T-{number % 50}", "Hello") for number in range(200)]
        chunk = Chunk.of([NewEvent(event=event, hash=content_hash(event)) for event in events])
        stored = Receiver(wiring=kit.wiring).receive_chunk(chunk)
        assert stored is not None
        assert stored.accepted == 200
        assert kit.statuses() == {"queued": 200}


def test_two_of_them_in_one_database_do_not_meet(placed, turnwire_sandbox, tmp_path):
    url, place = placed
    other = TablePlace(prefix="second_")
    upgrade(sqlalchemy_url(url), place)
    upgrade(sqlalchemy_url(url), other)
    with (
        EngineKit(url, turnwire_sandbox, tmp_path, place=keys(place)) as first,
        EngineKit(url, turnwire_sandbox, tmp_path, place=keys(other)) as second,
    ):
        assert first.receive("osvi", "T-1", "Hello")[0].status == "accepted"
        assert second.receive("osvi", "T-1", "Hello")[0].status == "accepted"
        first.settle()
        assert (first.statuses(), second.statuses()) == ({"answered": 1}, {"queued": 1})


def test_tables_that_are_elsewhere_are_missing(placed):
    url, place = placed
    upgrade(sqlalchemy_url(url), place)
    for wrong in (TablePlace(), TablePlace(prefix="other_")):
        opened = Database(sqlalchemy_url(url), place=wrong)
        with pytest.raises(DatabaseNotReady, match="no tables yet"):
            require_current(opened)
        opened.dispose()


def test_a_host_in_the_same_place_is_told_what_to_do(database_url):
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('5f1c3a')"))
    with pytest.raises(DatabaseNotReady, match="table_schema or a table_prefix"):
        upgrade(sqlalchemy_url(database_url))
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_schema_that_somebody_else_made_needs_no_right_to_make_one(postgres_url):
    admin = create_engine(sqlalchemy_url(postgres_url), isolation_level="AUTOCOMMIT")
    role = f"guest_{admin.url.database}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"CREATE SCHEMA turnwire AUTHORIZATION {role}"))
    try:
        guest = admin.url.set(username=role, password=None).render_as_string(hide_password=False)
        assert upgrade(guest, SCHEMA) == REVISIONS
    finally:
        with admin.connect() as connection:
            connection.execute(text("DROP SCHEMA turnwire CASCADE"))
            connection.execute(text(f"DROP ROLE {role}"))
        admin.dispose()


ENV = """
from alembic import context
from connector.plugin import include_object
from sqlalchemy import create_engine
given = context.config.attributes
with given["engine"].connect() as connection:
    context.configure(
        connection=connection, target_metadata=given["metadata"], include_schemas=True,
        include_object=include_object(given["turnwire"]) if given["turnwire"] else None,
    )
    with context.begin_transaction():
        context.run_migrations()
"""
MAKO = "revision = ${repr(up_revision)}\ndown_revision = None\ndef upgrade():\n    ${upgrades}\n"


def generated(folder: Path, engine: Any, settings: Any) -> str:
    """What `alembic revision --autogenerate` writes for a host that has one table more than before."""
    scripts = folder / ("with" if settings else "without")
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text(ENV)
    (scripts / "script.py.mako").write_text(MAKO)
    wanted = MetaData()
    Table("orders", wanted, Column("id", Integer, primary_key=True), Column("what", Text))
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes.update(engine=engine, metadata=wanted, turnwire=settings)
    script = command.revision(config, autogenerate=True)
    return Path(script.path).read_text()


def test_a_hosts_autogenerate_leaves_our_tables_alone(placed, tmp_path):
    url, place = placed
    settings = configured(url, None, tmp_path, place=keys(place))
    assert place_of(settings) == place
    upgrade(sqlalchemy_url(url), place)
    engine = create_engine(sqlalchemy_url(url))
    script = generated(tmp_path, engine, settings)
    assert "create_table('orders'" in script
    assert "drop" not in script
    assert "drop_table" in generated(tmp_path, engine, None), "without the helper ours would be dropped"
    engine.dispose()


def test_the_helper_says_no_to_ours_only(tmp_path):
    mine = include_object(configured("postgresql://h/d", None, tmp_path, place={"table_schema": "tw"}))
    ours, theirs = Table("events", MetaData(), schema="tw"), Table("events", MetaData())
    assert not mine(ours, "events", "table", True, None)
    assert mine(theirs, "events", "table", True, None)
    assert mine(theirs, "events", "column", True, None)
