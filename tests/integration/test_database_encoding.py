"""A database that is not UTF-8 is refused before anything is stored in it, by whatever looks first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from connector.cli.shared.alarms import worded
from connector.errors import DatabaseNotReady
from connector.services.check import check
from connector.settings import Settings
from connector.storage.core.database import Database
from connector.storage.core.migrate import upgrade
from connector.storage.core.revision import require_current
from connector.wiring import NoPublisher, Wiring


@pytest.fixture(params=["LATIN1", "SQL_ASCII"])
def narrow_database(request: pytest.FixtureRequest, postgres_database: str) -> Iterator[str]:
    """A database in the encoding of a cluster that was set up without a locale."""
    base, _, name = postgres_database.rpartition("/")
    narrow = f"{name}_narrow"
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {narrow} TEMPLATE template0 ENCODING '{request.param}' LOCALE 'C'")
        yield f"{base}/{narrow}"
        connection.execute(f"DROP DATABASE {narrow} WITH (FORCE)")


def driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def test_migrate_and_the_worker_refuse_it_and_name_the_encoding(narrow_database: str) -> None:
    with pytest.raises(DatabaseNotReady, match="ENCODING 'UTF8'"):
        upgrade(driven(narrow_database))
    place = Database(driven(narrow_database))
    with pytest.raises(DatabaseNotReady, match=r"LATIN1|SQL_ASCII"):
        require_current(place)
    place.dispose()
    with psycopg.connect(narrow_database) as connection:
        made = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert made == (0,), "nothing was made in it"


def test_check_says_so(narrow_database: str, tmp_path: Path) -> None:
    settings = Settings(database={"url": narrow_database})
    settings.stand_at(tmp_path / "turnwire.toml", {})
    wiring = Wiring(settings=settings, publisher=NoPublisher())
    findings = check(wiring, broker=lambda: None, folder=tmp_path, worded=worded)
    (found,) = [each for each in findings if each.what == "database"]
    assert found.state == "wrong"
    assert "UTF8" in found.found
    assert not found.mend
