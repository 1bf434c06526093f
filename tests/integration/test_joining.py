"""`receive` in a transaction of the host's own: kept with the host's rows or lost with them, the bell after."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, create_engine, event, select, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from connector import plugin
from connector.errors import ConfigurationError, DatabaseNotReady, TurnwireError
from connector.services.receive import Receiver
from connector.storage import tables
from connector.storage.core.database import Database
from connector.storage.core.host_transaction import Joined
from connector.storage.core.migrate import upgrade
from connector.storage.core.table_names import TablePlace
from connector.wiring import Wiring, place_of
from tests.kit.engine import configured
from tests.kit.worker_process import written_config

PATIENCE = 30.0


class Bell:
    """A publisher that says when it was rung, and whether the host's order could be seen by others then."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.rung = engine, threading.Semaphore(0)
        self.heard: list[int] = []

    def ring(self) -> None:
        with self._engine.connect() as connection:
            self.heard.append(connection.execute(text("SELECT count(*) FROM orders")).scalar_one())
        self.rung.release()

    def call(self, task: str, args: object, queue: str, message_id: str) -> None:
        raise AssertionError("nothing is called back here")


class Shop:
    """A host with an engine of its own beside ours, as SQLAlchemy makes one by default."""

    def __init__(self, url: str, place: TablePlace, folder: Path) -> None:
        self.settings = configured(
            url, None, folder, place={"table_schema": place.schema, "table_prefix": place.prefix}
        )
        assert place_of(self.settings) == place
        upgrade(self.settings.database.sqlalchemy_url, place)
        self.engine = create_engine(self.settings.database.sqlalchemy_url)
        if self.engine.dialect.name == "sqlite":
            _with_savepoints(self.engine)
        with self.engine.begin() as connection:
            connection.execute(text("CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
        self.bell = Bell(self.engine)
        self.wiring = Wiring(settings=self.settings, publisher=self.bell)
        self._receiver = Receiver(wiring=self.wiring)

    def receive(self, session: Any, *names: str, **changes: Any) -> list[str]:
        payload = [message(name, **changes) for name in names]
        joined = Joined(session, self.wiring.database)
        return [str(answer.status) for answer in self._receiver.receive_within(payload, "shop", joined)]

    def order(self, session: Session | Connection, number: int) -> None:
        session.execute(text("INSERT INTO orders VALUES (:id)"), {"id": number})

    def stored(self) -> list[str]:
        with self.wiring.database.reading() as connection:
            query = select(tables.events.c.external_id).join(tables.turns, tables.turns.c.id == tables.events.c.id)
            return sorted(connection.execute(query).scalars())

    def orders(self) -> list[int]:
        with self.engine.connect() as connection:
            return sorted(connection.execute(text("SELECT id FROM orders")).scalars())

    def rings(self, times: int) -> bool:
        """Whether the bell rings that often, and not once more while a later one is waited for."""
        return all(self.bell.rung.acquire(timeout=PATIENCE) for _ in range(times)) and len(self.bell.heard) == times


def _with_savepoints(engine: Engine) -> None:
    """What SQLAlchemy's documentation asks of whoever wants savepoints on SQLite."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def message(name: str, **changes: Any) -> dict[str, Any]:
    known = {"route": "osvi", "conversation": "T-1", "id": name, "text": f"{name}: where is it?"}
    return {**known, **changes}


@pytest.fixture(params=["sqlite", "sqlite-prefix", "postgresql", "postgresql-prefix", "postgresql-both"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    kind, _, where = request.param.partition("-")
    url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[kind])
    places = {"": TablePlace(), "prefix": TablePlace(prefix="tw_"), "both": TablePlace(schema="turnwire", prefix="tw_")}
    made = Shop(url, places[where], tmp_path)
    yield made
    made.engine.dispose()
    made.wiring.database.dispose()


def test_kept_with_the_hosts_rows_and_rung_for_after_the_commit(shop):
    with Session(shop.engine) as session:
        shop.order(session, 1)
        assert shop.receive(session, "one", "two") == ["accepted", "accepted"]
        assert (shop.stored(), shop.bell.heard) == ([], []), "not before the commit"
        session.commit()
        assert shop.rings(1)
        assert shop.bell.heard == [1], "whoever heard the bell could not see the rows yet"
    assert (shop.stored(), shop.orders()) == (["one", "two"], [1])


def test_lost_with_the_hosts_rows_and_not_rung_for(shop):
    with Session(shop.engine) as session:
        shop.order(session, 1)
        assert shop.receive(session, "lost") == ["accepted"]
        session.rollback()
        shop.order(session, 2)
        session.commit()  # nothing of ours is in it
        assert shop.receive(session, "kept", conversation="T-2") == ["accepted"]
        session.commit()
        assert shop.rings(1)
    assert (shop.stored(), shop.orders()) == (["kept"], [2])


def test_a_savepoint_takes_its_own_with_it_and_no_more(shop):
    with Session(shop.engine) as session:
        shop.order(session, 1)
        shop.receive(session, "outer")
        with session.begin_nested() as inner:
            shop.receive(session, "inner", conversation="T-2")
            inner.rollback()
        with session.begin_nested():
            shop.receive(session, "released", conversation="T-3")
        session.commit()
        assert shop.rings(1)
    assert shop.stored() == ["outer", "released"]


def test_a_savepoint_that_was_set_before_takes_all_with_it(shop):
    with Session(shop.engine) as session:
        shop.order(session, 1)
        with session.begin_nested() as inner:
            shop.receive(session, "inner")
            with session.begin_nested():
                shop.receive(session, "innermost", conversation="T-2")
            inner.rollback()
        session.commit()
        shop.receive(session, "after", conversation="T-3")
        session.commit()
        assert shop.rings(1), "rung for what was taken back"
    assert (shop.stored(), shop.orders()) == (["after"], [1])


def test_connections_and_scoped_sessions_serve_as_well(shop):
    with shop.engine.begin() as connection:
        shop.order(connection, 1)
        assert shop.receive(connection, "by-connection") == ["accepted"]
    assert shop.rings(1)
    registry = scoped_session(sessionmaker(shop.engine))
    assert shop.receive(registry, "by-registry", conversation="T-2") == ["accepted"]
    registry.commit()
    registry.remove()
    assert shop.bell.rung.acquire(timeout=PATIENCE)
    with shop.engine.connect() as connection:
        shop.receive(connection, "never-committed", conversation="T-3")
    assert shop.stored() == ["by-connection", "by-registry"]


def test_a_session_inside_a_larger_transaction_rings_with_the_larger_one(shop):
    """As in tests of many a host: what the session calls a commit is none yet."""
    with shop.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            shop.receive(session, "one")
            session.commit()
        assert (shop.stored(), shop.bell.heard) == ([], [])
        outer.rollback()
    with shop.engine.connect() as connection, connection.begin():
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            shop.receive(session, "two")
            session.commit()
        assert (shop.stored(), shop.bell.heard) == ([], [])
    assert shop.rings(1)
    assert shop.stored() == ["two"]


def test_duplicates_conflicts_follow_ups_and_bad_events_are_answered_as_ever(shop):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    with Session(shop.engine) as session:
        assert shop.receive(session, "one", "one") == ["accepted", "duplicate"]
        assert shop.receive(session, "one", text="other words") == ["conflict"]
        assert shop.receive(session, "empty", text=" ") == ["refused"]
        assert shop.receive(session, "later", due_at=tomorrow, conversation="T-9") == ["scheduled"]
        session.commit()
        assert shop.receive(session, "one") == ["duplicate"]
        session.rollback()
    assert shop.rings(1)
    assert shop.stored() == ["one"]


@pytest.mark.parametrize("shop", ["postgresql", "postgresql-prefix", "postgresql-both"], indirect=True)
def test_a_worker_beside_waits_for_its_conversation_only(shop):
    """What the host has not committed yet is nobody's; others come in meanwhile. SQLite has one writer at a time."""
    with Session(shop.engine) as session:
        shop.receive(session, "held", conversation="T-1")
        others = [message(f"free-{n}", conversation=f"T-{n + 2}") for n in range(3)]
        answers = Receiver(wiring=shop.wiring).receive_json(others, "shop")
        assert [str(answer.status) for answer in answers] == ["accepted"] * 3
        session.rollback()
    assert shop.stored() == ["free-0", "free-1", "free-2"]


def test_a_connection_that_commits_by_itself_is_refused(shop):
    engine = create_engine(shop.settings.database.sqlalchemy_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, pytest.raises(ConfigurationError, match="commits each statement by itself"):
        shop.receive(connection, "one")
    assert shop.stored() == []
    engine.dispose()


@pytest.mark.parametrize("shop", ["postgresql", "postgresql-both"], indirect=True)
def test_a_host_whose_tables_are_elsewhere_by_a_map_finds_ours_all_the_same(shop):
    with shop.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA tenant"))
    tenants = shop.engine.execution_options(schema_translate_map={None: "tenant"})
    orders = Table("orders", MetaData(), Column("id", Integer, primary_key=True))
    with Session(tenants) as session:
        orders.create(session.connection())
        assert shop.receive(session, "one") == ["accepted"]
        session.execute(orders.insert().values(id=7))
        session.commit()
    assert (shop.stored(), shop.orders()) == (["one"], [])


def test_another_database_is_refused(shop, tmp_path):
    other = create_engine(f"sqlite:///{tmp_path}/another.db")
    with Session(other) as session, pytest.raises(ConfigurationError, match="on another database"):
        shop.receive(session, "one")
    other.dispose()


def test_a_database_without_our_tables_is_refused_and_the_transaction_goes_on(postgres_url, tmp_path):
    settings = configured(postgres_url, None, tmp_path)
    database = Database(settings.database.sqlalchemy_url)
    engine = create_engine(settings.database.sqlalchemy_url)
    with Session(engine) as session:
        session.execute(text("CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
        with pytest.raises(DatabaseNotReady, match="run `turnwire migrate`"):
            Joined(session, database)
        session.commit()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM orders")).scalar_one() == 0
    engine.dispose()
    database.dispose()


def test_what_is_no_session_is_told_what_would_be(shop):
    class AsyncSession:
        def run_sync(self) -> None: ...

    for wrong, hint in ((object(), "no SQLAlchemy Session"), (AsyncSession(), "run_sync")):
        with pytest.raises(ConfigurationError, match=hint):
            shop.receive(wrong, "one")


@pytest.mark.parametrize("shop", ["postgresql", "postgresql-prefix", "postgresql-both"], indirect=True)
def test_an_error_of_the_database_is_one_of_ours(shop):
    """A host in SERIALIZABLE, say, has to roll back and try again; here its transaction is broken already."""
    with Session(shop.engine) as session:
        shop.receive(session, "one")
        with pytest.raises(Exception, match="nothing_like_this"):
            session.execute(text("SELECT nothing_like_this"))
        with pytest.raises(TurnwireError):
            shop.receive(session, "two")
        session.rollback()
    assert shop.stored() == []


def test_the_public_door_takes_a_session(tmp_path, broker_url, sqlite_url):
    settings = written_config(tmp_path, broker_url, database_url=sqlite_url)
    upgrade(settings.database.sqlalchemy_url)
    engine = create_engine(settings.database.sqlalchemy_url)
    with Session(engine) as session:
        (answer,) = plugin.receive(message("one", route="support"), config=settings.path, session=session)
        assert answer["status"] == "accepted"
        session.rollback()
        plugin.receive(message("two", route="support"), config=settings.path, session=session)
        session.commit()
    publisher: Any = plugin._door(settings.path).wiring.publisher
    until = time.monotonic() + PATIENCE
    while not publisher._thread and time.monotonic() < until:
        time.sleep(0.01)
    assert publisher._thread, "nobody rang"
    publisher.flush()
    assert not publisher.silent
    opened = Database(settings.database.sqlalchemy_url)
    with opened.reading() as connection:
        assert connection.execute(select(tables.events.c.external_id)).scalars().all() == ["two"]
    opened.dispose()
    engine.dispose()


def test_a_process_that_forks_after_receiving_leaves_its_child_connections_of_its_own(tmp_path, database):
    settings = written_config(tmp_path, "embedded", database_url=database)
    plugin.receive(message("before", route="support"), config=settings.path)
    inherited = plugin._door(settings.path)
    pid = os.fork()
    if pid == 0:
        mine = plugin._door(settings.path) is not inherited
        answers = plugin.receive(message("child", route="support"), config=settings.path)
        os._exit(0 if mine and answers[0]["status"] == "accepted" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert plugin.receive(message("after", route="support"), config=settings.path)[0]["status"] == "accepted"
    opened = Database(settings.database.sqlalchemy_url)
    with opened.reading() as connection:
        found = set(connection.execute(select(tables.events.c.external_id)).scalars())
    assert found == {"before", "child", "after"}
    opened.dispose()
