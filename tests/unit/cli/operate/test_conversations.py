"""`turnwire conversations`: which one is meant, and the way from the agent to a person and back."""

from __future__ import annotations

import io

import pytest

from connector.storage import tables
from tests.kit.cli_site import make_site


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def status(site, conversation):
    return site.store.row(tables.conversations, tables.conversations.c.id == conversation).status


def test_the_list_counts_what_waits(site):
    site.store.conversation("T-1", ["answered", "queued", "queued"])
    handed, _ = site.store.conversation("T-2", ["queued"], status="handed_off", reason="operator", held="handed_off")
    ran = site("conversations", "list", "--json")
    assert [(row["key"], row["waiting"]) for row in ran.rows] == [("T-2", 1), ("T-1", 2)]
    (row,) = site("conversations", "list", "--status", "handed_off", "--json").rows
    assert row["id"] == str(handed)
    assert site("conversations", "list", "--key", "T-1", "--route", "support").out.splitlines()[1].split()[1] == "T-1"


def test_show_by_key_and_by_id(site):
    conversation, (_, doubted, _) = site.store.conversation("T-1", ["answered", "unknown", "queued"], chat_id="chat-1")
    by_key, by_id = site("conversations", "show", "T-1"), site("conversations", "show", str(conversation))
    assert by_key.out == by_id.out
    for expected in ("T-1: open", "predecessor_unknown", "chat-1", f"turnwire turns show {doubted}", "agent a-1"):
        assert expected in by_key.out


def test_show_as_json_is_the_pinned_schema(site):
    site.store.conversation("T-1", ["answered"])
    found = site("conversations", "show", "T-1", "--json").one
    assert list(found) == ["id", "key", "route", "status", "reason", "customer", "provider_chat_id", "turns"]
    assert "attempts" not in found["turns"][0]


def test_a_chat_that_was_opened_anew_is_told(site):
    site.store.conversation("T-1", ["answered"], chat_id="chat-3", chat_number=2)
    assert "the 3. one: the agent does not remember" in site("conversations", "show", "T-1").out


def test_what_may_be_several_is_asked_for(site):
    first, _ = site.store.conversation("7", ["answered"])
    second, _ = site.store.conversation("7", [], route="sales", account="synthflow")
    ran = site("conversations", "show", "7")
    assert ran.code == 2
    assert f"--route support for conversation {first}" in ran.err
    assert f"--route sales for conversation {second}" in ran.err
    assert site("conversations", "show", "7", "--route", "sales", "--json").one["id"] == str(second)


def test_an_id_that_is_also_a_key(site):
    first, _ = site.store.conversation("T-1", ["answered"])
    other, _ = site.store.conversation(str(first), ["answered"])
    assert site("conversations", "close", str(first)).code == 2
    assert site("conversations", "show", str(first), "--id", "--json").one["id"] == str(first)
    assert site("conversations", "show", str(first), "--route", "support", "--json").one["id"] == str(other)
    assert site("conversations", "show", str(first), "--route", "support", "--id").code == 2


@pytest.mark.parametrize("words", [("nobody",), ("999",), ("nobody", "--id"), ("T-1", "--route", "sales")])
def test_one_that_is_not_there(site, words):
    site.store.conversation("T-1", ["answered"])
    ran = site("conversations", "show", *words)
    assert ran.code == 1
    assert f"there is no conversation {words[0]}" in ran.err


def test_hand_off_and_back_cancels_what_a_person_has_answered(site):
    conversation, (_, waiting) = site.store.conversation("T-1", ["answered", "queued"])
    ran = site("conversations", "hand-off", "T-1", "--reason", "complaint", "--by", "anna")
    assert (ran.code, status(site, conversation)) == (0, "handed_off")
    assert "complaint" in site("conversations", "list").out
    back = site("conversations", "resume", "T-1")
    assert f"handed_off -> open; 1 waiting turn counts as answered by a person: {waiting}" in back.out
    assert site.store.turn(waiting).reason == "answered_by_person"
    assert "anna  hand_off: open -> handed_off (complaint)" in site("conversations", "show", "T-1").out


def test_resume_can_have_the_agent_answer(site):
    _, (waiting,) = site.store.conversation("T-1", ["queued"], status="handed_off", held="handed_off")
    ran = site("conversations", "resume", "T-1", "--answer-waiting", "--json")
    assert ran.one["after"] == "open"
    assert ran.one["cancelled"] == []
    assert site.store.turn(waiting).status == "queued"
    assert site.bells() == 1


def test_a_note_goes_with_the_way_back(site, monkeypatch):
    conversation, _ = site.store.conversation("T-1", ["answered"], chat_id="chat-1")
    assert site("conversations", "hand-off", "T-1").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("Refunded.\n"))
    assert site("conversations", "resume", "T-1", "--note", "-").code == 0
    rows = site("outbox", "list", "--conversation", str(conversation), "--json").rows
    assert [(row["kind"], row["status"]) for row in rows] == [
        ("release", "queued"), ("brief", "queued"), ("hold", "queued"),
    ]  # fmt: skip
    told = site("replies", "list", "--json").rows
    assert [(row["kind"], row["turn_id"]) for row in told if row["kind"] == "hand_off"] == [("hand_off", None)] * 2
    screen = site("conversations", "show", "T-1").out
    assert "Told the outside" in screen
    assert "Refunded." in screen
    assert site("conversations", "hand-off", "T-1").code == 0
    assert site("conversations", "resume", "T-1", "--note", " ").code == 1


def test_close_cancels_what_waits(site):
    conversation, (waiting,) = site.store.conversation("T-1", ["queued"])
    assert site("conversations", "close", "T-1", "--json").one == {
        "id": str(conversation),
        "before": "open",
        "after": "closed",
        "cancelled": [str(waiting)],
    }


def test_a_wrong_state_names_the_right_command(site):
    conversation, _ = site.store.conversation("T-1", ["answered"])
    ran = site("conversations", "resume", "T-1")
    assert ran.code == 1
    assert f"`turnwire conversations hand-off {conversation}`" in ran.err


@pytest.mark.parametrize("command", ["list", "show", "hand-off", "resume", "close"])
def test_each_help_has_an_example(site, command):
    assert f"turnwire conversations {command}" in site("conversations", command, "--help").out.partition("Example")[2]
