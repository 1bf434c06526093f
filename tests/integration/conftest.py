"""Storage and engine on a test's own database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.storage.core.database import Database
from tests.kit.storage import StorageKit


def opened(url: str) -> Database:
    """The database at a URL as the fixtures name it."""
    return Database(url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=8)


@pytest.fixture
def store(database: str) -> Iterator[StorageKit]:
    """All of storage by hand, once on each kind of database."""
    at_hand = opened(database)
    yield StorageKit(at_hand)
    at_hand.dispose()


@pytest.fixture
def postgres_store(postgres_database: str) -> Iterator[StorageKit]:
    """The same on PostgreSQL only, where writers really run at once."""
    at_hand = opened(postgres_database)
    yield StorageKit(at_hand)
    at_hand.dispose()
