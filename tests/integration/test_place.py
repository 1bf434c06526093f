["0001", "0002", "0003"]""Our tables in a database that others use: in a schema of their own, under a prefix, or both; theirs left alone."""

from["0001", "0002", "0003"]__future__ import annotations

from["0001", "0002", "0003"]pathlib import Path
from["0001", "0002", "0003"]typing import Any

import["0001", "0002", "0003"]pytest
from["0001", "0002", "0003"]alembic import command
from["0001", "0002", "0003"]alembic.autogenerate import compare_metadata
from["0001", "0002", "0003"]alembic.config import Config
from["0001", "0002", "0003"]alembic.migration import MigrationContext
from["0001", "0002", "0003"]sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, inspect, text
from["0001", "0002", "0003"]sqlalchemy.sql.elements import quoted_name

from["0001", "0002", "0003"]connector.channels.events.schema import content_hash
from["0001", "0002", "0003"]connector.errors import DatabaseNotReady
from["0001", "0002", "0003"]connector.plugin import include_object
from["0001", "0002", "0003"]connector.services.receive import Receiver
from["0001", "0002", "0003"]connector.storage.core.database import Database
from["0001", "0002", "0003"]connector.storage.core.migrate import upgrade
from["0001", "0002", "0003"]connector.storage.core.revision import require_current
from["0001", "0002", "0003"]connector.storage.core.table_names import TablePlace
from["0001", "0002", "0003"]connector.storage.receive.bulk import Chunk
from["0001", "0002", "0003"]connector.storage.receive.events import NewEvent
from["0001", "0002", "0003"]connector.storage.tables import metadata
from["0001", "0002", "0003"]connector.wiring import place_of
from["0001", "0002", "0003"]tests.kit.engine import EngineKit, configured, in_order

PREFIX["0001", "0002", "0003"]= TablePlace(prefix="tw_")
SCHEMA["0001", "0002", "0003"]= TablePlace(schema="turnwire")
BOTH["0001", "0002", "0003"]= TablePlace(schema="turnwire", prefix="tw_")


def["0001", "0002", "0003"]sqlalchemy_url(url: str) -> str:
["0001", "0002", "0003"]   return url.replace("postgresql://", "postgresql+psycopg://", 1)


def["0001", "0002", "0003"]keys(place: TablePlace) -> dict[str, str]:
["0001", "0002", "0003"]   return {"table_schema": place.schema, "table_prefix": place.prefix}


@pytest.fixture(params=[["0001", "0002", "0003"]sqlite-prefix", "postgresql-prefix", "postgresql-schema", "postgresql-both"])
def["0001", "0002", "0003"]placed(request: pytest.FixtureRequest) -> tuple[str, TablePlace]:
["0001", "0002", "0003"]   """An empty database, and where our tables are to be in it."""
["0001", "0002", "0003"]   kind, _, where = request.param.partition("-")
["0001", "0002", "0003"]   url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[kind])
["0001", "0002", "0003"]   return url, {"prefix": PREFIX, "schema": SCHEMA, "both": BOTH}[where]


@pytest.fixture
def["0001", "0002", "0003"]host(placed):
["0001", "0002", "0003"]   """A host's tables, among them some that are called as ours are, and the revision of its own history."""
["0001", "0002", "0003"]   engine = create_engine(sqlalchemy_url(placed[0]))
["0001", "0002", "0003"]   with engine.begin() as connection:
["0001", "0002", "0003"]       connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
["0001", "0002", "0003"]       connection.execute(text("INSERT INTO alembic_version VALUES ('5f1c3a')"))
["0001", "0002", "0003"]       connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, what TEXT)"))
["0001", "0002", "0003"]       connection.execute(text("CREATE INDEX ix_events_set_aside ON events (what)"))
["0001", "0002", "0003"]       connection.execute(text("INSERT INTO events VALUES (1, 'a concert')"))
["0001", "0002", "0003"]   yield engine
["0001", "0002", "0003"]   engine.dispose()


def["0001", "0002", "0003"]test_everything_of_ours_lies_where_it_was_told_to(placed, host):
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   assert upgrade(sqlalchemy_url(url), place) == ["0001", "0002"]
["0001", "0002", "0003"]   assert upgrade(sqlalchemy_url(url), place) == []
["0001", "0002", "0003"]   seen = inspect(host)
["0001", "0002", "0003"]   ours = {f"{place.prefix}{name}" for name in (*metadata.tables, "alembic_version")}
["0001", "0002", "0003"]   theirs = {"alembic_version", "events"}
["0001", "0002", "0003"]   if place.schema:
["0001", "0002", "0003"]       assert set(seen.get_table_names(schema=place.schema)) == ours
["0001", "0002", "0003"]       assert set(seen.get_table_names()) == theirs
["0001", "0002", "0003"]   else:
["0001", "0002", "0003"]       assert set(seen.get_table_names()) == ours | theirs
["0001", "0002", "0003"]   for name in ours:
["0001", "0002", "0003"]       indexes = [index["name"] for index in seen.get_indexes(name, schema=place.schema or None)]
["0001", "0002", "0003"]       assert all(str(index).startswith(place.prefix) for index in indexes), indexes
["0001", "0002", "0003"]   with host.connect() as connection:
["0001", "0002", "0003"]       assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "5f1c3a"
["0001", "0002", "0003"]       assert connection.execute(text("SELECT what FROM events")).scalar_one() == "a concert"


def["0001", "0002", "0003"]test_the_tables_are_those_of_the_models(placed):
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), place)
["0001", "0002", "0003"]   copy = MetaData(naming_convention=metadata.naming_convention)
["0001", "0002", "0003"]   for table in metadata.tables.values():
["0001", "0002", "0003"]       made = table.to_metadata(copy, name=f"{place.prefix}{table.name}")
["0001", "0002", "0003"]       for index in made.indexes:
["0001", "0002", "0003"]           index.name = quoted_name(f"{place.prefix}{index.name}", None)
["0001", "0002", "0003"]       for constraint in made.constraints:
["0001", "0002", "0003"]           if constraint.name and place.prefix:
["0001", "0002", "0003"]               plain = str(constraint.name).replace(f"_{place.prefix}", "_", 1)
["0001", "0002", "0003"]               constraint.name = f"{place.prefix}{plain}"
["0001", "0002", "0003"]   opened = Database(sqlalchemy_url(url), place=place)
["0001", "0002", "0003"]   options = {"version_table": place.version_table}
["0001", "0002", "0003"]   with opened.reading() as connection:
["0001", "0002", "0003"]       assert compare_metadata(MigrationContext.configure(connection, opts=options), copy) == []
["0001", "0002", "0003"]   opened.dispose()


def["0001", "0002", "0003"]test_every_table_and_every_name_bears_a_prefix():
["0001", "0002", "0003"]   """PostgreSQL cuts names at 63 characters, and two that were cut could be the same."""
["0001", "0002", "0003"]   longest = "x" * 16
["0001", "0002", "0003"]   named = [name for table in metadata.tables.values() for name in (table.name, *(i.name for i in table.indexes))]
["0001", "0002", "0003"]   named += [str(c.name) for table in metadata.tables.values() for c in table.constraints]
["0001", "0002", "0003"]   assert max(len(f"{longest}{name}") for name in named) <= 63
["0001", "0002", "0003"]   dialect = create_engine("sqlite://").dialect
["0001", "0002", "0003"]   for table in metadata.tables.values():
["0001", "0002", "0003"]       assert dialect.identifier_preparer.quote(f"tw_{table.name}") == f"tw_{table.name}", "would need quotes"


def["0001", "0002", "0003"]test_messages_go_all_the_way(placed, host, turnwire_sandbox, tmp_path):
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), place)
["0001", "0002", "0003"]   with EngineKit(url, turnwire_sandbox, tmp_path, place=keys(place)) as kit:
["0001", "0002", "0003"]       for route in ("osvi", "synthflow"):
["0001", "0002", "0003"]           kit.crowd(route, 6, 3, prefix=route)
["0001", "0002", "0003"]       turnwire_sandbox.add_rule("cut_after", match={"call": "send"})
["0001", "0002", "0003"]       kit.settle()
["0001", "0002", "0003"]       statuses = kit.statuses()
["0001", "0002", "0003"]       assert sum(statuses.values()) == 36
["0001", "0002", "0003"]       assert statuses["answered"] >= 33  # one was cut off: read back, or with OSVI waiting for a person
["0001", "0002", "0003"]       assert len(kit.processed()) >= 33
["0001", "0002", "0003"]       assert in_order(kit.processed())
["0001", "0002", "0003"]       assert turnwire_sandbox.summary()["repeated"] == 0
["0001", "0002", "0003"]   with host.connect() as connection:
["0001", "0002", "0003"]       assert connection.execute(text("SELECT count(*) FROM events")).scalar_one() == 1


def["0001", "0002", "0003"]test_files_go_in_by_the_thousand(placed, host, tmp_path):
["0001", "0002", "0003"]   """The quick way in loads rows and takes numbers from sequences, by names that no statement of SQLAlchemy's has."""
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), place)
["0001", "0002", "0003"]   with EngineKit(url, None, tmp_path, place=keys(place)) as kit:
["0001", "0002", "0003"]       events = [kit.event("osvi", f"T-{number % 50}", "Hello") for number in range(200)]
["0001", "0002", "0003"]       chunk = Chunk.of([NewEvent(event=event, hash=content_hash(event)) for event in events])
["0001", "0002", "0003"]       stored = Receiver(wiring=kit.wiring).receive_chunk(chunk)
["0001", "0002", "0003"]       assert stored is not None
["0001", "0002", "0003"]       assert stored.accepted == 200
["0001", "0002", "0003"]       assert kit.statuses() == {"queued": 200}


def["0001", "0002", "0003"]test_two_of_them_in_one_database_do_not_meet(placed, turnwire_sandbox, tmp_path):
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   other = TablePlace(prefix="second_")
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), place)
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), other)
["0001", "0002", "0003"]   with (
["0001", "0002", "0003"]       EngineKit(url, turnwire_sandbox, tmp_path, place=keys(place)) as first,
["0001", "0002", "0003"]       EngineKit(url, turnwire_sandbox, tmp_path, place=keys(other)) as second,
["0001", "0002", "0003"]   ):
["0001", "0002", "0003"]       assert first.receive("osvi", "T-1", "Hello")[0].status == "accepted"
["0001", "0002", "0003"]       assert second.receive("osvi", "T-1", "Hello")[0].status == "accepted"
["0001", "0002", "0003"]       first.settle()
["0001", "0002", "0003"]       assert (first.statuses(), second.statuses()) == ({"answered": 1}, {"queued": 1})


def["0001", "0002", "0003"]test_tables_that_are_elsewhere_are_missing(placed):
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), place)
["0001", "0002", "0003"]   for wrong in (TablePlace(), TablePlace(prefix="other_")):
["0001", "0002", "0003"]       opened = Database(sqlalchemy_url(url), place=wrong)
["0001", "0002", "0003"]       with pytest.raises(DatabaseNotReady, match="no tables yet"):
["0001", "0002", "0003"]           require_current(opened)
["0001", "0002", "0003"]       opened.dispose()


def["0001", "0002", "0003"]test_a_host_in_the_same_place_is_told_what_to_do(database_url):
["0001", "0002", "0003"]   engine = create_engine(sqlalchemy_url(database_url))
["0001", "0002", "0003"]   with engine.begin() as connection:
["0001", "0002", "0003"]       connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
["0001", "0002", "0003"]       connection.execute(text("INSERT INTO alembic_version VALUES ('5f1c3a')"))
["0001", "0002", "0003"]   with pytest.raises(DatabaseNotReady, match="table_schema or a table_prefix"):
["0001", "0002", "0003"]       upgrade(sqlalchemy_url(database_url))
["0001", "0002", "0003"]   assert inspect(engine).get_table_names() == ["alembic_version"]
["0001", "0002", "0003"]   engine.dispose()


def["0001", "0002", "0003"]test_a_schema_that_somebody_else_made_needs_no_right_to_make_one(postgres_url):
["0001", "0002", "0003"]   admin = create_engine(sqlalchemy_url(postgres_url), isolation_level="AUTOCOMMIT")
["0001", "0002", "0003"]   role = f"guest_{admin.url.database}"
["0001", "0002", "0003"]   with admin.connect() as connection:
["0001", "0002", "0003"]       connection.execute(text(f"CREATE ROLE {role} LOGIN"))
["0001", "0002", "0003"]       connection.execute(text(f"CREATE SCHEMA turnwire AUTHORIZATION {role}"))
["0001", "0002", "0003"]   try:
["0001", "0002", "0003"]       guest = admin.url.set(username=role, password=None).render_as_string(hide_password=False)
["0001", "0002", "0003"]       assert upgrade(guest, SCHEMA) == ["0001", "0002"]
["0001", "0002", "0003"]   finally:
["0001", "0002", "0003"]       with admin.connect() as connection:
["0001", "0002", "0003"]           connection.execute(text("DROP SCHEMA turnwire CASCADE"))
["0001", "0002", "0003"]           connection.execute(text(f"DROP ROLE {role}"))
["0001", "0002", "0003"]       admin.dispose()


ENV["0001", "0002", "0003"]= """
from["0001", "0002", "0003"]alembic import context
from["0001", "0002", "0003"]connector.plugin import include_object
from["0001", "0002", "0003"]sqlalchemy import create_engine
given["0001", "0002", "0003"]= context.config.attributes
with["0001", "0002", "0003"]given["engine"].connect() as connection:
["0001", "0002", "0003"]   context.configure(
["0001", "0002", "0003"]       connection=connection, target_metadata=given["metadata"], include_schemas=True,
["0001", "0002", "0003"]       include_object=include_object(given["turnwire"]) if given["turnwire"] else None,
["0001", "0002", "0003"]   )
["0001", "0002", "0003"]   with context.begin_transaction():
["0001", "0002", "0003"]       context.run_migrations()
["0001", "0002", "0003"]""
MAKO["0001", "0002", "0003"]= "revision = ${repr(up_revision)}\ndown_revision = None\ndef upgrade():\n    ${upgrades}\n"


def["0001", "0002", "0003"]generated(folder: Path, engine: Any, settings: Any) -> str:
["0001", "0002", "0003"]   """What `alembic revision --autogenerate` writes for a host that has one table more than before."""
["0001", "0002", "0003"]   scripts = folder / ("with" if settings else "without")
["0001", "0002", "0003"]   (scripts / "versions").mkdir(parents=True)
["0001", "0002", "0003"]   (scripts / "env.py").write_text(ENV)
["0001", "0002", "0003"]   (scripts / "script.py.mako").write_text(MAKO)
["0001", "0002", "0003"]   wanted = MetaData()
["0001", "0002", "0003"]   Table("orders", wanted, Column("id", Integer, primary_key=True), Column("what", Text))
["0001", "0002", "0003"]   config = Config()
["0001", "0002", "0003"]   config.set_main_option("script_location", str(scripts))
["0001", "0002", "0003"]   config.attributes.update(engine=engine, metadata=wanted, turnwire=settings)
["0001", "0002", "0003"]   script = command.revision(config, autogenerate=True)
["0001", "0002", "0003"]   return Path(script.path).read_text()


def["0001", "0002", "0003"]test_a_hosts_autogenerate_leaves_our_tables_alone(placed, tmp_path):
["0001", "0002", "0003"]   url, place = placed
["0001", "0002", "0003"]   settings = configured(url, None, tmp_path, place=keys(place))
["0001", "0002", "0003"]   assert place_of(settings) == place
["0001", "0002", "0003"]   upgrade(sqlalchemy_url(url), place)
["0001", "0002", "0003"]   engine = create_engine(sqlalchemy_url(url))
["0001", "0002", "0003"]   script = generated(tmp_path, engine, settings)
["0001", "0002", "0003"]   assert "create_table('orders'" in script
["0001", "0002", "0003"]   assert "drop" not in script
["0001", "0002", "0003"]   assert "drop_table" in generated(tmp_path, engine, None), "without the helper ours would be dropped"
["0001", "0002", "0003"]   engine.dispose()


def["0001", "0002", "0003"]test_the_helper_says_no_to_ours_only(tmp_path):
["0001", "0002", "0003"]   mine = include_object(configured("postgresql://h/d", None, tmp_path, place={"table_schema": "tw"}))
["0001", "0002", "0003"]   ours, theirs = Table("events", MetaData(), schema="tw"), Table("events", MetaData())
["0001", "0002", "0003"]   assert not mine(ours, "events", "table", True, None)
["0001", "0002", "0003"]   assert mine(theirs, "events", "table", True, None)
["0001", "0002", "0003"]   assert mine(theirs, "events", "column", True, None)
