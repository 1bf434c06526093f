"""Mails that a colleague has answered already are not sent, and the agent hears what the colleague wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from connector.cli.messages.ingest import announced
from connector.services.ingest.found import Files
from connector.services.ingest.plan import plan
from connector.storage import actions, tables
from connector.storage.receive.threads import colleagues_mails
from connector.storage.send.history import earlier_messages
from connector.values import ContextBy, EventStatus
from tests.integration.test_told import counting
from tests.kit.mail_sources import FetchedSource
from tests.kit.mails import mail
from tests.kit.storage import StorageKit
from tests.kit.worker_process import written_config

SHOP = "help@shop.example"
ANN = "ann@home.example"
DEPOT = "ben@depot.example"

Spool = Callable[..., FetchedSource]


@pytest.fixture
def spool(tmp_path: Path, database: str) -> Iterator[Spool]:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "spool" / name).mkdir(parents=True)
    opened: list[FetchedSource] = []

    def at(keys: str = "") -> FetchedSource:
        more = f'addresses = ["@shop.example"]\n{keys}\n[sources.spool]\nkind = "maildir"\nroute = "support"\n'
        more += 'path = "spool"\nstart = "all"\n'
        settings = written_config(tmp_path, "embedded", database_url=database, broker='folder = "b"', more=more)
        opened.append(FetchedSource(settings, "spool"))
        return opened[-1]

    yield at
    for source in opened:
        source.close()


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[[bytes], None]:
    numbers = iter(range(1, 100))

    def delivered(raw: bytes) -> None:
        number = next(numbers)
        (tmp_path / "spool" / "new" / f"{1700000000 + number}.M{number}P9.host").write_bytes(raw)

    return delivered


Deliver = Callable[[bytes], None]


def asked(own_id: str = "q1@home.example", *, minute: int = 0, **headers: str) -> bytes:
    return mail(own_id, f"Ann <{ANN}>", to=SHOP, text=f"Where is it, {own_id}?", date=at(minute), **headers)


def answered(
    own_id: str = "a1@shop.example", to: str = ANN, *, named: str = "q1@home.example", minute: int = 5, **headers: str
) -> bytes:
    sender = headers.pop("sender", SHOP)
    names = " ".join(f"<{name}>" for name in named.split())
    return mail(own_id, sender, to=to, text="It left on Friday.", date=at(minute), references=names, **headers)


def at(minute: int) -> str:
    return f"Tue, 24 Nov 2026 10:{minute:02} +0000"


def kept(source: FetchedSource) -> dict[str, tuple[str | None, ...]]:
    rows = source.rows(tables.events, "external_id", "status", "reason", "context_by")
    return {row[0].partition("@")[0]: tuple(row[1:]) for row in rows}


SKIPPED = ("context", "already_answered", "skip_answered")
COLLEAGUES = ("context", "own_address", "author")
SENT = ("accepted", None, None)


def test_a_mail_that_was_answered_in_the_same_round_is_not_sent(spool: Spool, deliver: Deliver) -> None:
    source = spool()
    deliver(asked())
    deliver(answered())
    assert source.taken() == {"context": 2}
    assert kept(source) == {"q1": SKIPPED, "a1": COLLEAGUES}
    assert source.rows(tables.turns, "id") == []


def test_an_answer_that_was_read_before_its_question_counts(spool: Spool, deliver: Deliver) -> None:
    source = spool()
    deliver(answered(named="gone@home.example q1@home.example"))
    source.taken()
    deliver(asked(references="<gone@home.example>"))
    source.taken()
    assert kept(source) == {"q1": SKIPPED, "a1": COLLEAGUES}


def test_the_last_word_of_a_thread_decides(spool: Spool, deliver: Deliver) -> None:
    source = spool()
    deliver(asked())
    deliver(asked("q2@home.example", minute=3, in_reply_to="<q1@home.example>"))
    deliver(answered())  # names the first one only, and was written after both
    deliver(asked("q3@home.example", minute=9, in_reply_to="<a1@shop.example>"))
    source.taken()
    assert kept(source) == {"q1": SKIPPED, "q2": SKIPPED, "a1": COLLEAGUES, "q3": SENT}
    (turn,) = source.rows(tables.turns, "id")
    said = earlier_messages(source.database, turn, context=True, carried=0)
    assert [(str(each.speaker), each.text.split(",")[0]) for each in said] == [
        ("customer", "Where is it"), ("customer", "Where is it"), ("colleague", "It left on Friday."),
    ]  # fmt: skip


def test_a_colleague_who_writes_from_another_address_of_ours_counts(spool: Spool, deliver: Deliver) -> None:
    source = spool()
    deliver(asked())
    deliver(answered(sender="Anna <anna@shop.example>"))
    source.taken()
    assert kept(source) == {"q1": SKIPPED, "a1": COLLEAGUES}


@pytest.mark.parametrize(
    "more",
    [
        {"auto_submitted": "auto-replied"}, {"sender": "noreply@shop.example"}, {"precedence": "bulk"},
        {"to": DEPOT}, {"named": "other@home.example"},
    ],
)  # fmt: skip
def test_what_is_no_colleagues_answer_to_the_customer_leaves_the_mail_to_the_agent(
    spool: Spool, deliver: Deliver, more: dict[str, str]
) -> None:
    source = spool()
    deliver(asked())
    deliver(answered(**more))
    source.taken()
    assert kept(source)["q1"] == SENT
    if "named" not in more:
        assert kept(source)["a1"] == ("stopped", "own_address", None)


def test_a_route_may_send_what_was_answered(spool: Spool, deliver: Deliver) -> None:
    source = spool("skip_answered = false")
    deliver(asked())
    deliver(answered())
    source.taken()
    assert kept(source) == {"q1": SENT, "a1": COLLEAGUES}


def test_a_turn_that_waits_is_cancelled_by_a_colleagues_answer(spool: Spool, deliver: Deliver) -> None:
    source = spool()
    deliver(asked())
    deliver(asked("q2@home.example", minute=3, in_reply_to="<q1@home.example>"))
    source.taken()
    deliver(answered())
    source.taken()
    statuses = source.rows(tables.turns, "id", "status", "reason")
    assert [row[1:] for row in statuses] == [("cancelled", "answered_by_person"), ("queued", None)]


def test_what_was_skipped_is_a_duplicate_by_every_door_and_sent_by_release_alone(
    spool: Spool, deliver: Deliver, tmp_path: Path
) -> None:
    source = spool()
    deliver(asked())
    deliver(answered())
    source.taken()
    file = tmp_path / "again.eml"
    file.write_bytes(asked())
    (found,) = Files(paths=[file], route="support").read()
    assert plan(Files(paths=[file], route="support"), source.receiver).known == 1
    (again,) = source.receiver.receive([found.item], live=False)
    assert again.status is EventStatus.DUPLICATE
    deliver(asked())
    assert source.taken() == {"duplicate": 1}
    number = int(again.event_id or 0)
    actions.release_event(source.database, source.wiring.intake, number, actor="ann")
    assert kept(source)["q1"] == SENT


def test_history_that_a_person_stored_is_still_sent_when_it_is_handed_in_again(spool: Spool, tmp_path: Path) -> None:
    source = spool()
    file = tmp_path / "old.eml"
    file.write_bytes(asked())
    (old,) = Files(paths=[file], route="support", history=True).read()
    source.receiver.receive([old.item], live=False)
    assert kept(source)["q1"] == ("context", None, str(ContextBy.HISTORY))
    (new,) = Files(paths=[file], route="support").read()
    (answer,) = source.receiver.receive([new.item], live=False)
    assert answer.status is EventStatus.ACCEPTED
    assert kept(source)["q1"] == SENT


def test_the_preview_of_files_counts_what_a_mailbox_would_skip(spool: Spool, tmp_path: Path) -> None:
    source = spool()
    for number, raw in enumerate((asked(), asked("q2@home.example", minute=9), answered(), answered("a2@x", DEPOT))):
        (tmp_path / f"{number}.eml").write_bytes(raw)
    files = Files(paths=sorted(tmp_path.glob("*.eml")), route="support", addresses=["@shop.example"])
    planned = plan(files, source.receiver)
    assert planned.sent.total() == 2
    assert planned.answered == 1
    assert "1 message of these would be skipped in a mailbox" in "\n".join(
        announced(planned, files, source.wiring.settings)
    )


def test_the_answers_of_a_thread_are_found_by_its_index(store: StorageKit) -> None:
    row = {"source": "mail:osvi", "hash": "h", "status": "context", "route": "osvi", "priority": 5, "received_at": 1}
    rows = [row | {"external_id": f"m{number}", "conversation_key": f"k{number}"} for number in range(2000)]
    store.database.write(lambda connection: connection.execute(insert(tables.events), rows))
    store.database.write(lambda connection: connection.execute(text("ANALYZE")))
    with counting() as seen:
        assert colleagues_mails(store.database, "mail:osvi", "osvi", ["q1", "q2"]) == []
    ((statement, given),) = [each for each in seen if "head" in each[0]]
    explain = "EXPLAIN " if store.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
    found = store.database.write(lambda connection: str(connection.exec_driver_sql(explain + statement, given).all()))
    by_both = {
        "sqlite": r"ix_events_context \(route=\? AND conversation_key=\?\)",
        "postgresql": r"ix_events_context .*?Index Cond: \(\(\(?route = \S+ AND \(conversation_key = ",
    }
    assert re.search(by_both[store.database.dialect], found), found
