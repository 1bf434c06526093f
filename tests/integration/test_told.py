"""What the agent is told: committed with the attempt, sent as it was committed, and nothing of it where there is none.

Each of these is told once on each database.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from connector.policy.told import EARLIER_MOST
from connector.storage import queries, tables
from connector.storage.receive.bulk import BulkIntake, Chunk
from connector.storage.receive.events import NewEvent
from connector.storage.send.history import earlier_messages
from connector.values import Event, EventStatus, source_kind
from tests.kit.engine import EngineKit
from tests.kit.front_door import make_site

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAIL = {"source": "mail:osvi"}


@pytest.fixture
def kit(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as made:
        yield made


def chosen(database, sandbox, folder, **route):
    """A kit whose route says what is told."""
    return EngineKit(database, sandbox, folder, routes={"osvi": route})


def context(kit, conversation, *texts, route="osvi", **fields):
    kit.receive(route, conversation, *texts, status=EventStatus.CONTEXT, **fields)


def shown(kit, number=0):
    return queries.turn(kit.database, kit.turns()[number].id)


# --- the first message of a chat, and the others ---------------------------------------------------------------------


@pytest.mark.parametrize("route", ["osvi", "legacy", "synthflow"])
def test_the_first_message_of_a_chat_says_what_a_colleague_would(kit, route):
    mail = {"source": f"mail:{route}", "occurred_at": NOON}
    earlier = {**mail, "occurred_at": NOON - timedelta(hours=1)}
    context(kit, "m1", "Where is it?\nIt is late.", route=route, **earlier)
    context(kit, "m1", "We look into it", route=route, reason="author", metadata={"author": "Bo"}, **earlier)
    kit.receive(
        route, "m1", "And now?", subject="My parcel", metadata={"attachments": ["a.pdf", {"name": "b"}]}, **mail
    )
    kit.settle()
    kit.receive(route, "m1", "Thank you", subject="Re: My parcel", metadata={"attachments": ["c.pdf"]}, **mail)
    kit.settle()
    told = (
        "Subject: My parcel\nAttachments: a.pdf, b\nEarlier:\n"
        "[customer] Where is it? / It is late.\n[colleague] We look into it\n\nAnd now?"
    )
    assert kit.processed() == [told, "Thank you"]
    first, second = shown(kit), shown(kit, 1)
    assert (first["told"], first["context_used"], first["text"]) == (told, 2, "And now?")
    assert (second["told"], second["context_used"], second["subject"]) == (None, 0, "Re: My parcel")
    assert [turn["told"] for turn in queries.export_turns(kit.database)] == [told, None]


def test_a_message_of_a_program_is_sent_as_it_is(kit):
    context(kit, "T-1", "earlier")
    kit.receive("osvi", "T-1", "Hello", subject="My parcel", metadata={"attachments": ["a.pdf"]})
    kit.settle()
    assert kit.processed() == ["Hello"]
    assert {row.told for row in kit.rows(tables.attempts)} == {None}


def test_a_route_says_what_is_told(database, turnwire_sandbox, tmp_path):
    with chosen(database, turnwire_sandbox, tmp_path, tell=["subject", "context"]) as kit:
        context(kit, "T-1", "earlier")
        kit.receive("osvi", "T-1", "Hello", subject="My parcel", metadata={"attachments": ["a.pdf"]})
        kit.settle()
        assert kit.processed() == ["Subject: My parcel\nEarlier:\n[customer] earlier\n\nHello"]


def test_a_route_that_tells_nothing_sends_the_text_of_mails_alone(database, turnwire_sandbox, tmp_path):
    with chosen(database, turnwire_sandbox, tmp_path, tell=[]) as kit:
        context(kit, "m1", "earlier", **MAIL)
        kit.receive("osvi", "m1", "Hello", subject="My parcel", **MAIL)
        kit.settle()
        turnwire_sandbox.add_rule("chat_over", match={"call": "send"})
        kit.receive("osvi", "m1", "And now?", **MAIL)
        kit.settle()
        assert kit.processed() == ["Hello", "And now?"]


def test_a_note_for_the_agent_is_told_to_a_new_chat(kit, turnwire_sandbox):
    kit.receive("osvi", "T-1", "one")
    kit.settle()
    kit.change(tables.conversations, note="She was paid\non Monday.")
    turnwire_sandbox.add_rule("chat_over", match={"call": "send"})
    kit.receive("osvi", "T-1", "two")
    kit.settle()
    lines = kit.processed()[-1].split("\n")
    assert (lines[0], lines[1], lines[3:]) == (
        "Earlier:", "[customer] one", ["[colleague] She was paid / on Monday.", "", "two"],
    )  # fmt: skip


def test_what_came_behind_a_message_is_not_earlier(kit):
    context(kit, "m1", "the day before", occurred_at=NOON - timedelta(days=1), **MAIL)
    kit.receive("osvi", "m1", "now", occurred_at=NOON, **MAIL)
    context(kit, "m1", "later", occurred_at=NOON + timedelta(days=1), **MAIL)
    context(kit, "m1", "fetched late", occurred_at=NOON - timedelta(days=2), **MAIL)
    kit.settle()
    assert kit.processed() == ["Earlier:\n[customer] fetched late\n[customer] the day before\n\nnow"]


def test_a_mail_thread_and_a_program_s_conversation_of_the_same_key_hear_nothing_of_each_other(
    database, turnwire_sandbox, tmp_path
):
    with chosen(database, turnwire_sandbox, tmp_path, tell=["context"]) as kit:
        context(kit, "same", "a mail", **MAIL)
        context(kit, "same", "a ticket")
        kit.receive("osvi", "same", "by mail", **MAIL)
        kit.receive("osvi", "same", "by program")
        kit.settle()
        assert sorted(kit.processed()) == [
            "Earlier:\n[customer] a mail\n\nby mail",
            "Earlier:\n[customer] a ticket\n\nby program",
        ]


def test_names_of_attachments_of_joined_messages_are_told(database, turnwire_sandbox, tmp_path):
    with chosen(database, turnwire_sandbox, tmp_path, tell=["attachments"], debounce="0.2s") as kit:
        kit.receive("osvi", "T-1", "one", metadata={"attachments": ["a.pdf"]})
        kit.receive("osvi", "T-1", "two", metadata={"attachments": ["b.pdf"]})
        kit.settle()
        assert kit.processed() == ["Attachments: a.pdf, b.pdf\n\none\n\ntwo"]


def test_a_long_thread_is_read_within_bounds(kit):
    for number in range(600):
        at = NOON + timedelta(seconds=number)
        context(kit, "m1", f"{number} {'x' * 7_000}", occurred_at=at, **MAIL)
    kit.receive("osvi", "m1", "now", **MAIL)
    said = earlier_messages(kit.database, kit.turns()[0].id, context=True, carried=6)
    assert [each.text[:4] for each in said] == ["599 "]
    kit.settle()
    (told,) = kit.processed()
    assert told.startswith("Earlier:\n[customer] 599 xxx")
    assert len(told) <= EARLIER_MOST + len("Earlier:\n\nnow")


# --- what it costs, and what is committed ----------------------------------------------------------------------------


@contextmanager
def counting():
    """Collects the statements that are executed meanwhile, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, *_):
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def reads(statements):
    """Statements that look at kept context or at earlier turns."""
    return [each for each, _ in statements if "newest" in each or "AS mine" in each or "joined.event_id" in each]


def test_where_nothing_is_kept_nothing_is_looked_for(kit):
    with counting() as seen:
        kit.receive("osvi", "T-1", "one")
        kit.receive("osvi", "m1", "a mail", subject="Hello", **MAIL)
        kit.settle()
        kit.receive("osvi", "T-1", "two")
        kit.settle()
    assert kit.statuses() == {"answered": 3}
    assert reads(seen) == []
    context(kit, "m2", "earlier", **MAIL)
    with counting() as seen:
        kit.receive("osvi", "m2", "another mail", **MAIL)
        kit.settle()
    assert len(reads(seen)) == 1


def test_kept_context_is_found_by_its_index(store):
    store.receive("T-1", "one")
    owner = store.worker()
    with counting() as seen:
        store.claim(owner)
    ((statement, given),) = [each for each in seen if "has_context" in each[0]]
    explain = "EXPLAIN " if store.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
    plan = store.database.write(lambda connection: str(connection.exec_driver_sql(explain + statement, given).all()))
    by_both = {
        "sqlite": r"ix_events_context \(route=\? AND conversation_key=\?\)",
        "postgresql": r"ix_events_context .*?Index Cond: \(\(route = \S+ AND \(conversation_key = ",
    }
    assert re.search(by_both[store.database.dialect], plan), plan


def test_a_second_try_in_the_same_chat_says_the_same(kit, turnwire_sandbox):
    turnwire_sandbox.add_rule("status_before", match={"call": "send"}, status=500)
    context(kit, "m1", "earlier", **MAIL)
    kit.receive("osvi", "m1", "Hello", subject="S", **MAIL)
    kit.until(lambda: kit.attempts(kit.turns()[0].id), lambda tries: ("send", "server_error") in tries)
    context(kit, "m1", "even earlier", occurred_at=NOON, **MAIL)
    kit.settle()
    sends = [row.told for row in kit.rows(tables.attempts) if row.call == "send"]
    assert sends == ["Subject: S\nEarlier:\n[customer] earlier\n\nHello"] * 2
    assert kit.processed() == sends[-1:]


def test_what_is_sent_is_what_was_committed(store):
    (turn,) = store.receive("T-1", "the text")
    (claimed,) = store.claim(store.worker())
    (marked,) = store.marks.mark(claimed.owner, [turn], {turn: "Subject: a\x00b"})
    (attempt,) = store.rows(tables.attempts)
    assert marked.text == marked.told == attempt.told == "Subject: a\ufffdb\n\nthe text"


@pytest.mark.parametrize(
    ("kept", "source", "kind"),
    [
        ("http", "shop", "http"), ("hook", "mail:support", "hook"), ("mailbox", "mail:support", "mailbox"),
        (None, "mail:support", "mail"), (None, "csv:support", "csv"), (None, "jsonl:support", "jsonl"),
        (None, "celery", "celery"), (None, "amqp", "amqp"), (None, "cli", "cli"), (None, "python", "python"),
        (None, "broker", "amqp"), (None, "shop", None),
    ],
)  # fmt: skip
def test_by_what_door_a_message_came_is_kept_or_follows_from_its_source(kept, source, kind):
    assert source_kind(kept, source) == kind


def test_each_door_says_of_what_kind_it_is(database, tmp_path):
    folder = f'[sources.Inbox]\nkind = "maildir"\nroute = "support"\npath = "{tmp_path}"\n'
    site = make_site(database, tmp_path, folder)
    facts = {"route": "support", "text": "Hello"}
    site.receiver.receive_json(facts | {"conversation": "T-1", "source": "shop", "id": "1"}, "celery")
    site.receiver.receive_json(facts | {"conversation": "T-1", "source": "shop", "id": "2"}, "shop", "python")
    mail = Event(source="mail:support", id="m1", conversation="m1", **facts)
    others = [replace(mail, id="m2", source_name="Inbox"), replace(mail, id="m3", source="inbox")]
    for event_ in (mail, *others):
        site.receiver.receive([event_])
    kinds = [turn["source_kind"] for turn in queries.turns(site.database)][::-1]
    assert kinds == ["celery", "python", "mail", "maildir", "maildir"]
    site.database.dispose()


def test_a_file_s_kind_is_kept_whichever_way_its_messages_are_stored(store):
    entry = NewEvent(event=store.event("T-1", "one", source="shop", source_kind="jsonl"), hash="h")
    chunk = Chunk.of([entry])
    assert chunk.entry(0).event.source_kind == "jsonl"
    assert BulkIntake(store.database, store.intake).store(chunk) is not None
    assert [row.source_kind for row in store.rows(tables.events)] == ["jsonl"]
