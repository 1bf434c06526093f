"""Large files go in by another way than small ones, and come to the same: once each, in order, conflicts told."""

from __future__ import annotations

import json

from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]

MANY = 2_400
CONVERSATIONS = 300


def lines(**other: str) -> list[str]:
    """A line a message; ``other`` replaces the text of the id it names."""
    return [
        json.dumps({"conversation": f"C{i % CONVERSATIONS}", "id": f"m{i}", "text": other.get(f"m{i}", f"hello {i}")})
        for i in range(MANY)
    ]


def summed(folder: Folder, name: str, content: list[str]) -> tuple[int, list[dict], dict[str, int]]:
    said = folder("ingest", folder.write(name, "\n".join(content)), "--route", "tickets", "--yes", "--json")
    *told, summary = said.lines
    return said.code, told, summary["summary"]


def test_a_large_file_is_taken_in_once_and_in_order(folder):
    code, told, counted = summed(folder, "first.jsonl", lines())
    assert (code, told, counted["accepted"]) == (0, [], MANY)
    code, told, counted = summed(folder, "first.jsonl", lines())
    assert (code, told, counted["accepted"], counted["duplicate"]) == (0, [], 0, MANY)
    query = "SELECT c.key, t.position, t.text FROM turns t JOIN conversations c ON c.id = t.conversation_id"
    found = {(key, position): text for key, position, text in folder.sql(query)}
    assert found == {(f"C{i % CONVERSATIONS}", i // CONVERSATIONS + 1): f"hello {i}" for i in range(MANY)}
    asleep = "SELECT count(*) FROM schedule WHERE ready_at IS NULL OR tail <> head + 7"
    assert folder.sql(asleep) == [(0,)]


def test_what_is_wrong_in_a_large_file_stops_nothing_else(folder):
    summed(folder, "first.jsonl", lines())
    more = [*lines(m7="other words"), "[1]", json.dumps({"conversation": "C1", "id": "new", "text": "one more"})]
    code, told, counted = summed(folder, "second.jsonl", more)
    assert code == 1
    assert [(one["position"], one["status"]) for one in told] == [
        ("line 8", "conflict"),
        (f"line {MANY + 1}", "refused"),
    ]
    assert counted["accepted"] == counted["conflict"] == counted["refused"] == 1
    assert counted["duplicate"] == MANY - 1
    assert folder.sql("SELECT text FROM turns WHERE position = 9") == [("one more",)]
    assert folder.sql("SELECT text FROM conflicts") == [("other words",)]
