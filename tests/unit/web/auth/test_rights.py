"""What a token is for: to send, to read, to manage; and whose messages it sees."""

from __future__ import annotations

from typing import Any

import pytest

from connector.storage import tables
from connector.storage.admin import tokens
from tests.kit.front_door import Client, event, make_site

CALLS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "send": [
        ("POST", "/v1/events", {"json": event(7)}),
        ("POST", "/v1/events/batch", {"content": b"{}\n", "headers": {"Content-Type": "application/x-ndjson"}}),
        ("POST", "/v1/cloudevents", {"json": {}}),
    ],
    "read": [("GET", "/v1/turns/{turn}", {}), ("GET", "/v1/conversations/{conversation}", {})],
    "manage": [
        ("POST", "/v1/conversations/{conversation}/hand-off", {}),
        ("POST", "/v1/conversations/{conversation}/resume", {}),
        ("POST", "/v1/conversations/{conversation}/close", {}),
    ],
}


@pytest.fixture
def site(database, tmp_path):
    made = make_site(database, tmp_path)
    yield made
    made.database.dispose()


@pytest.fixture
def ask(site):
    return Client(site)


@pytest.fixture
def ids(site, ask):
    token = site.token("crm")
    turn = ask("POST", "/v1/events", token, json=event()).json()["turn_id"]
    return {"turn": turn, "conversation": ask("GET", f"/v1/turns/{turn}", token).json()["conversation_id"]}


@pytest.mark.parametrize("right", tokens.RIGHTS)
def test_a_token_does_what_it_was_made_for_and_nothing_else(site, ask, ids, right):
    mine = site.token("mine", source="crm", rights=[right])
    others = site.token("others", source="crm", rights=[each for each in tokens.RIGHTS if each != right])
    for method, path, body in CALLS[right]:
        for token, forbidden in ((others, True), (mine, False)):
            headers = {**body.get("headers", {})}
            rest = {name: value for name, value in body.items() if name != "headers"}
            answer = ask(method, path.format(**ids), token, headers=headers, **rest)
            assert (answer.status_code == 403) is forbidden, (path, answer.text)


def test_one_that_is_made_without_a_word_only_sends(site):
    tokens.create(site.database, "plain", routes=["support"], source="plain", actor="test")
    (token,) = tokens.live(site.database).values()
    assert (set(token.rights), token.all_sources, token.sees) == ({"send"}, False, "plain")


def test_a_token_sees_what_came_with_its_own_source(site, ask, ids):
    other = site.token("other", all_sources=False)
    for method, path, _ in (*CALLS["read"], *CALLS["manage"]):
        assert ask(method, path.format(**ids), other).status_code == 404, path
    theirs = ask("POST", "/v1/events", other, json=event(2)).json()["turn_id"]
    seen = ask("GET", f"/v1/conversations/{ids['conversation']}", other).json()
    assert [turn["id"] for turn in seen["turns"]] == [theirs], "of a conversation of both, its own turns"
    everything = site.token("desk", rights=["read"], all_sources=True)
    seen = ask("GET", f"/v1/conversations/{ids['conversation']}", everything).json()
    assert [turn["id"] for turn in seen["turns"]] == [ids["turn"], theirs]


def test_a_token_of_before_keeps_its_rights(site):
    """As the migration leaves it."""
    site.token("old", rights=tokens.RIGHTS, all_sources=True)
    with site.database.reading() as connection:
        (row,) = connection.execute(tables.tokens.select())
    assert (row.rights, bool(row.all_sources)) == ('["send", "read", "manage"]', True)
