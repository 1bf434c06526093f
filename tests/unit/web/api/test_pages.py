"""A conversation over HTTP comes in pages, each of a bounded size, however long it is."""

from __future__ import annotations

import pytest

from connector.storage import tables
from connector.web.api import conversations
from connector.web.api.turns import PAGE_BYTES
from tests.kit.front_door import Client, event, make_site, with_limits


@pytest.fixture
def site(database, tmp_path):
    made = make_site(database, tmp_path)
    yield made
    made.database.dispose()


@pytest.fixture
def ask(site):
    return Client(site)


def filled(site, texts):
    answers = site.receiver.receive_json([event(n, text=text) for n, text in enumerate(texts, 1)], "crm")
    with site.database.reading() as connection:
        found = connection.execute(tables.turns.select().where(tables.turns.c.id == int(answers[0].turn_id or 0)))
        return int(found.one().conversation_id)


def walked(ask, token, conversation, **query):
    """The texts of each page, by the cursor of the one before."""
    pages, cursor = [], None
    while True:
        asked = "&".join(f"{name}={value}" for name, value in {**query, "cursor": cursor}.items() if value is not None)
        found = ask("GET", f"/v1/conversations/{conversation}?{asked}", token).json()
        pages.append([turn["text"] for turn in found["turns"]])
        cursor = found["next"]
        if cursor is None:
            return pages


def test_pages_follow_each_other_without_a_gap(site, ask):
    conversation, token = filled(site, [f"text {n}" for n in range(5)]), site.token()
    assert walked(ask, token, conversation, limit=2) == [["text 0", "text 1"], ["text 2", "text 3"], ["text 4"]]
    assert walked(ask, token, conversation) == [[f"text {n}" for n in range(5)]]
    assert walked(ask, token, conversation, limit=5) == [[f"text {n}" for n in range(5)]]


def test_a_page_is_bounded_by_its_words_too(site, ask, monkeypatch):
    monkeypatch.setattr(conversations, "_PAGE_CHARACTERS", 1000)
    texts = ["a" * 600, "b" * 300, "c" * 200, "d" * 5000, "e"]
    conversation, token = filled(site, texts), site.token()
    pages = walked(ask, token, conversation)
    assert [[text[0] for text in page] for page in pages] == [["a", "b"], ["c"], ["d"], ["e"]]


@pytest.mark.parametrize(
    "query", ["cursor=x", "limit=0", "limit=501", "limit=-1", "cursor=99999999999", "limit=", "cursor=²"]
)
def test_what_is_no_place_in_it_is_refused(site, ask, query):
    conversation = filled(site, ["hello"])
    answer = ask("GET", f"/v1/conversations/{conversation}?{query}", site.token())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize("what", ["conversations", "turns"])
def test_answers_are_counted_like_bodies(site, what):
    conversation, token = filled(site, ["hello"]), site.token()
    full, enough = (Client(site, with_limits(held_bytes=size)) for size in (PAGE_BYTES - 1, PAGE_BYTES))
    assert full("GET", f"/v1/{what}/{conversation}", token).status_code == 503
    assert enough("GET", f"/v1/{what}/{conversation}", token).status_code == 200
