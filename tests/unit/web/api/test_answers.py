"""What every answer says of itself, and what `/readyz` does not."""

from __future__ import annotations

import pytest

from connector.errors import DatabaseUnavailable
from connector.web import state
from tests.kit.front_door import Client, event, make_site


@pytest.fixture
def site(sqlite_database, tmp_path):
    made = make_site(sqlite_database, tmp_path)
    yield made
    made.database.dispose()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/turns/1", 200), ("GET", "/v1/conversations/1", 200), ("GET", "/v1/turns/99", 404),
        ("POST", "/v1/events", 202), ("GET", "/nowhere", 404), ("GET", "/openapi.json", 200), ("GET", "/readyz", 200),
    ],
)  # fmt: skip
def test_no_answer_is_kept_by_a_cache_or_taken_for_a_page(site, method, path, status):
    ask, token = Client(site), site.token()
    ask("POST", "/v1/events", token, json=event())
    answer = ask(method, path, token, **({"json": event(2)} if method == "POST" else {}))
    assert answer.status_code == status
    assert answer.headers.get_list("cache-control") == ["no-store"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


def test_readyz_quotes_no_driver(site, monkeypatch):
    def away(_database):
        raise DatabaseUnavailable("database: failed to resolve host 'geheim@db.example'")

    monkeypatch.setattr(state, "require_current", away)
    answer = Client(site)("GET", "/readyz")
    assert answer.status_code == 503
    assert "geheim" not in answer.text
    assert answer.json()["title"] == "the database does not answer"
