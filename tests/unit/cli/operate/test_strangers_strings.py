"""A stranger's string in every field that a stranger fills, and every screen looked at: none is forged or flooded."""

from __future__ import annotations

import json
import sys

import pytest

from connector.cli.admin.tail import told
from connector.storage import tables
from connector.utils.terminal import printable
from tests.kit.cli_site import make_site
from tests.kit.storage_fixtures import MINUTE

MARK = "Ghost-line"
STRINGS = {
    "newline": f"a\n{MARK}\r{MARK}\x85{MARK}\u2028{MARK}\v{MARK}",
    "escape": "a\x1b[2J\x1b]0;title\x07\x9b31m",
    "bidi": "a\u202e\u2066gpj.exe",
    "path": "../../etc/passwd",
    "formula": "=1+1",
    "second formula": "x;=1+1",
    "nul": "a\x00b",
    "markup": "[bold]a[/bold] [link=http://x]",
    "huge": "x" * 100_000,
}
STEERING = {chr(code) for code in [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0)]} | set("\u202e\u2066\u2028")


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """From now on standard output is one, of so many columns and without colours."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def filled(site, string: str) -> dict[str, int]:
    """A conversation with something of every kind in it, all written by a stranger."""
    store = site.store
    conversation, turns = store.conversation("T-1", ["answered", "unknown", "failed", "queued"], chat_id="chat-1")
    store.conversation("T-2", ["answered"])
    reply = store.reply(turns[0], conversation, "failed")
    followed = site("followups", "schedule", "later", "--route", "support", "--conversation", "T-1", "--at", "2d")
    assert followed.code == 0, followed.err
    assert site("conversations", "hand-off", "T-1", "--route", "support").code == 0
    t = tables
    facts = json.dumps({"name": string, "email": string, "id": string, "language": string, string[:50]: string})
    store.change(t.turns, t.turns.c.conversation_id == conversation, text=string, agent_state=string, reason=string)
    store.change(t.turns, t.turns.c.id == turns[0], answer=string, provider_chat_id=string)
    store.change(t.events, t.events.c.id == turns[0], external_id=string, given_id=string)
    store.change(
        t.events, t.events.c.conversation_key == "T-1", conversation_key=string, subject=string, customer=facts,
        metadata=facts, text=string, reason=string, source_name=string,
    )  # fmt: skip
    store.change(
        t.conversations, t.conversations.c.id == conversation, key=string, customer=facts, subject=string,
        reason=string, note=string, chat_id=string, greeting=string,
    )  # fmt: skip
    store.change(t.followups, True, conversation_key=string, reason=string)
    store.change(t.replies, t.replies.c.id == reply, reason=string, external_id=string, external_url=string)
    store.change(t.outbox, True, reason=string, chat_id=string)
    store.change(t.audit, True, actor=string, detail=json.dumps({"from": string, "to": string, "detail": string}))
    store.attempt(turns[1], 1, outcome="lost", millis=store.now() - MINUTE)
    store.change(t.attempts, True, error=string, request_id=string, evidence=json.dumps({"found": string}))
    store.change(t.attempts, True, told=f"Subject: {string}\n\n{string}")
    store.change(t.turns, t.turns.c.id == turns[1], last_send=1)
    store.account("osvi", reason="credentials", detail=string)
    return {"conversation": conversation, "turn": turns[0], "unknown": turns[1], "reply": reply}


def screens(ids: dict[str, int]) -> list[list[str]]:
    lists = ("turns", "events", "conversations", "replies", "followups", "outbox", "accounts", "routes")
    return [
        *([noun, "list"] for noun in lists),
        ["turns", "show", str(ids["turn"])],
        ["turns", "show", str(ids["unknown"])],
        ["events", "show", str(ids["turn"])],
        ["conversations", "show", str(ids["conversation"])],
        ["replies", "show", str(ids["reply"])],
        ["why", str(ids["turn"])],
        ["why", str(ids["unknown"])],
        ["status"],
    ]


@pytest.mark.parametrize("kind", STRINGS)
def test_no_screen_is_forged_steered_or_flooded(site, monkeypatch, kind):
    string = STRINGS[kind]
    wanted = screens(filled(site, string))
    seen = 0
    for words in wanted:
        as_json = site(*words, "--json")
        assert as_json.code == 0, (words, as_json.err[-400:])
        assert not STEERING & set(as_json.out), words
        assert all(isinstance(row, dict) for row in as_json.rows), words
    for words in wanted:
        for columns in (80, 120) if "list" in words else (80,):
            on_a_terminal(monkeypatch, columns)
            said = site(*words).out
            assert not STEERING & set(said), words
            lines = [] if words[0] == "why" else said.splitlines()  # its prose may break anywhere
            assert [line for line in lines if line.lstrip().startswith(MARK) and not line.startswith("  | ")] == [], (
                words,
                said,
            )
            if "list" in words:
                assert max(map(len, lines)) < 400, words
            seen += printable(string)[:8] in said or MARK in said
            assert said.count("\nWhat you can do\n") <= 1
    assert seen >= 12  # the strings do stand on the screens


@pytest.mark.parametrize("name", ["newline", "escape", "bidi", "formula"])
def test_a_file_with_such_a_name_and_such_content_is_told_of_in_one_line(site, name):
    file = site.folder / f"{STRINGS[name]}.csv"
    file.write_text(f"{STRINGS[name]},b\n1,2\n", encoding="utf-8")
    for words in (["ingest", str(file), "--route", "sales"], ["parse", str(file)]):
        ran = site(*words)
        assert ran.code == 1
        assert not STEERING & set(ran.out + ran.err)
        assert [line for line in (ran.out + ran.err).splitlines() if line.startswith(MARK)] == []


@pytest.mark.parametrize("kind", STRINGS)
def test_tail_tells_of_it_in_one_short_line(kind):
    happened = {
        "at": None, "event": "turn.failed", "id": "1", "status": "failed", "number": 1, "seconds": 1.0,
        "route": "support", "conversation": STRINGS[kind], "reason": STRINGS[kind], "channel": "webhook",
    }  # fmt: skip
    said = told(happened)
    assert len(said.splitlines()) == 1
    assert not STEERING & set(said)
    assert len(said) < 800
