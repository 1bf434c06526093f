"""The migrations build exactly the tables that the code describes, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from connector.errors import DatabaseNotReady
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.core.revision import SCRIPTS, known_revisions, require_current
from connector.storage.tables import with_conditions


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def test_models_and_migrations_agree(database):
    opened = Database(sqlalchemy_url(database))
    with opened.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), with_conditions()) == []
    opened.dispose()


def test_a_second_upgrade_applies_nothing(database_url):
    url = sqlalchemy_url(database_url)
    assert upgrade(url)
    assert upgrade(url) == []


def test_a_database_without_tables_is_named(postgres_url):
    opened = Database(sqlalchemy_url(postgres_url))
    with pytest.raises(DatabaseNotReady, match="no tables yet: run `turnwire migrate`"):
        require_current(opened)
    opened.dispose()


def test_a_missing_file_is_not_created_by_looking(tmp_path):
    with pytest.raises(DatabaseNotReady, match="run `turnwire migrate`"):
        require_current(Database(f"sqlite:///{tmp_path}/none.db"))
    assert not (tmp_path / "none.db").exists()


def test_a_database_newer_than_the_code_is_refused(database):
    url = sqlalchemy_url(database)
    opened = Database(url)
    opened.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseNotReady, match="9999, which is newer than this code knows: upgrade turnwire"):
        require_current(opened)
    with pytest.raises(DatabaseNotReady, match="newer"):
        upgrade(url)
    opened.dispose()


def test_the_revisions_that_a_command_knows_are_those_that_alembic_reads():
    scripts = ScriptDirectory(str(SCRIPTS))
    assert known_revisions() == [script.revision for script in scripts.walk_revisions()][::-1]
    assert known_revisions()[-1] == scripts.get_current_head()


def test_a_table_of_several_revisions_is_somebody_elses(database):
    opened = Database(sqlalchemy_url(database))
    opened.write(lambda connection: connection.execute(text("INSERT INTO alembic_version VALUES ('8888')")))
    with pytest.raises(DatabaseNotReady, match="another program's"):
        require_current(opened)
    opened.dispose()
