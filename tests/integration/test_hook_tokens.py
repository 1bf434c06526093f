"""Tokens of mail services: each is good for one message, whoever is first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from connector.storage.receive.hook_tokens import SHORTEST_MEMORY, bind
from connector.storage.tables import hook_tokens


def bound(store, token="t", message="m-1", source="inbox", tolerance=300.0):
    return bind(store.database, source, token, message, tolerance=tolerance)


def test_a_token_is_good_for_one_message_however_often_that_comes(store):
    assert [bound(store), bound(store), bound(store, message="m-2"), bound(store)] == [True, True, False, True]


def test_each_source_has_tokens_of_its_own(store):
    assert bound(store)
    assert bound(store, message="m-2", source="other")
    assert bound(store, token="u", message="m-2")


def test_of_messages_that_race_for_a_token_one_gets_it(store):
    with ThreadPoolExecutor(6) as threads:
        won = list(threads.map(lambda number: bound(store, message=f"m-{number}"), range(6)))
    assert won.count(True) == 1


def test_a_token_is_remembered_for_longer_than_its_time_is_good(store):
    bound(store, token="kept", tolerance=9 * 3600)
    for token, age in (("kept", SHORTEST_MEMORY - 60), ("gone", SHORTEST_MEMORY + 60)):
        bound(store, token=token)
        store.change(hook_tokens, seen_at=store.now() - int(1000 * age))
        bound(store, token=f"after {token}")
        assert len(store.rows(hook_tokens)) == (2 if token == "kept" else 1)


def test_the_token_itself_is_not_kept(store):
    bound(store, token="hush")
    assert "hush" not in str(store.rows(hook_tokens))
