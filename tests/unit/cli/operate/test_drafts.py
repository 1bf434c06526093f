"""`turnwire replies approve|reject|show` of drafts: the customer's words beside the answer, and a person's own text."""

from __future__ import annotations

import io
import json

import pytest

from connector.storage import tables
from tests.kit.cli_site import make_site


@pytest.fixture
def site(database, tmp_path, capsys):
    made = make_site(database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


@pytest.fixture
def drafts(site):
    """Two drafts, each of a conversation of its own."""
    found = []
    for number in (1, 2):
        conversation, (turn,) = site.store.conversation(f"T-{number}", ["answered"])
        more = {"channel": "source:inbox", "mode": "draft", "text": "It arrives.\n\nYours", "position": 1}
        found.append(site.store.reply(turn, conversation, "draft", **more))
    return found


def row(site, reply):
    return site.store.row(tables.replies, tables.replies.c.id == reply)


def test_the_list_has_the_drafts(site, drafts):
    rows = site("replies", "list", "--status", "draft", "--json").rows
    assert [(int(one["id"]), one["mode"], one["text"], one["edited"]) for one in rows] == [
        (drafts[1], "draft", "It arrives.\n\nYours", False), (drafts[0], "draft", "It arrives.\n\nYours", False),
    ]  # fmt: skip
    assert {"approved_by", "external_id", "external_url"} <= rows[0].keys()


def test_show_has_the_customers_words_beside_the_answer_and_what_to_do(site, drafts):
    shown = site("replies", "show", str(drafts[0])).out
    for expected in (
        "draft - waits for a person to approve it", "Customer\n  question 1", "Answer\n  It arrives.\n\n  Yours",
        f"turnwire replies approve {drafts[0]} --text FILE", f"turnwire replies reject {drafts[0]}",
    ):  # fmt: skip
        assert expected in shown


def test_a_draft_is_approved_as_it_is(site, drafts):
    said = site("replies", "approve", *map(str, drafts), "--by", "ann", "--json")
    assert [json.loads(line)["after"] for line in said.out.splitlines()] == ["queued", "queued"]
    assert [(row(site, one).approved_by, row(site, one).edited) for one in drafts] == [("ann", False)] * 2


@pytest.mark.parametrize("stdin", [False, True])
def test_a_persons_text_takes_the_place_of_the_agents(site, drafts, monkeypatch, tmp_path, stdin):
    (tmp_path / "better.txt").write_text("Better words.\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("Better words.\n"))
    given = "-" if stdin else str(tmp_path / "better.txt")
    assert site("replies", "approve", str(drafts[0]), "--text", given).code == 0
    assert (row(site, drafts[0]).text, row(site, drafts[0]).edited) == ("Better words.", True)
    shown = site("replies", "show", str(drafts[0])).out
    assert "Answer, edited\n  Better words." in shown
    assert "As the agent wrote it\n  answer 1" in shown


def test_a_text_that_cannot_be_sent_changes_nothing(site, drafts, tmp_path):
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\xfd")
    for words in (
        [str(drafts[0]), "--text", str(tmp_path / "empty.txt")], [str(drafts[0]), "--text", str(tmp_path / "none")],
        [str(drafts[0]), "--text", str(tmp_path / "bytes.txt")],
        [*map(str, drafts), "--text", str(tmp_path / "empty.txt")],
    ):  # fmt: skip
        said = site("replies", "approve", *words)
        assert said.code != 0, words
        assert "text" in said.err
    assert {row(site, one).status for one in drafts} == {"draft"}


def test_an_overtaken_draft_is_refused_naming_the_newer_turn(site, drafts):
    conversation, (turn, newer) = site.store.conversation("T-3", ["answered", "queued"])
    (turn,) = (
        one.id for one in site.store.rows(tables.turns) if one.conversation_id == conversation and one.id != newer
    )
    more = {"channel": "source:inbox", "mode": "draft", "text": "old", "position": 1}
    draft = site.store.reply(turn, conversation, "draft", **more)
    said = site("replies", "approve", str(draft))
    assert (said.code, f"turn {newer}" in said.err) == (1, True)
    assert site("replies", "approve", str(draft), "--anyway").code == 0


def test_a_draft_is_rejected_with_its_reason(site, drafts):
    assert site("replies", "reject", str(drafts[0]), "--reason", "wrong tone").code == 0
    assert row(site, drafts[0]).status == "cancelled"
    assert "wrong tone" in site("replies", "show", str(drafts[0])).out


def test_a_strangers_words_are_harmless_on_the_screen(site, drafts):
    turn = row(site, drafts[0]).turn_id
    site.store.change(tables.turns, tables.turns.c.id == turn, text="\x1b[31mred\u202e\rline")
    site.store.change(tables.replies, tables.replies.c.id == drafts[0], text="\x1b]0;title\x07")
    shown = site("replies", "show", str(drafts[0])).out
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(shown)
