"""One turn for tools that work in threads or processes, in two styles that ``PEER_STYLE`` chooses between.

``documented``: ``requests.post`` and an ORM session for each task, as the tools' guides show it and most people write
it. ``kept``: an HTTP session per thread and a pool of plain database connections, which is as cheap as threads get.
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache

import requests
from psycopg_pool import ConnectionPool
from sqlalchemy import BigInteger, Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from benchmarks.peers import place

KEPT = os.environ.get("PEER_STYLE") == "kept"
_own = threading.local()


class _Base(DeclarativeBase):
    pass


class _Result(_Base):
    __tablename__ = "results"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    answer: Mapped[str] = mapped_column(Text)


@lru_cache(maxsize=1)
def _sessions() -> sessionmaker[Session]:
    url = place.DATABASE.replace("postgresql://", "postgresql+psycopg://", 1)
    return sessionmaker(create_engine(url, pool_size=place.POOL, max_overflow=0, pool_timeout=60))


@lru_cache(maxsize=1)
def _pool() -> ConnectionPool:
    return ConnectionPool(place.DATABASE, min_size=1, max_size=place.POOL, timeout=60, open=True)


def turn(number: int) -> None:
    """Post a message, wait for the answer, commit the row."""
    post = _session().post if KEPT else requests.post
    response = post(place.url(number), json=place.body(number), timeout=place.DEADLINE)
    response.raise_for_status()
    answer = response.json()["response"]["agent_message"]
    if KEPT:
        with _pool().connection() as connection:
            connection.execute(place.INSERT, (number, answer))
    else:
        with _sessions()() as session:
            session.merge(_Result(id=number, answer=answer))
            session.commit()


def _session() -> requests.Session:
    if not hasattr(_own, "session"):
        _own.session = requests.Session()
    session: requests.Session = _own.session
    return session
