"""Events that come twice, together, out of order, at odd times, from several hands: each message once, in its order."""

from __future__ import annotations

import calendar
import itertools
import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import time_machine
from sqlalchemy import func, select, update

from connector.cli.shared.sentences import sentence
from connector.errors import RowError, TurnwireError
from connector.policy import business_hours
from connector.services.ingest.run import Files, take_in
from connector.services.receive import Receiver
from connector.services.tick import tick
from connector.storage import queries
from connector.storage.tables import audit, conflicts, events, followups, turns
from connector.values import Event, EventStatus, Followup, Received
from tests.kit.actions import cancel_followup, resolve_turn
from tests.kit.matrix.kit import Play, outcomes
from tests.kit.matrix.toys import NEITHER, Toy

Result = TypeVar("Result")
EVENT = Event(source="hook", id="ticket-1/3", route="support", conversation="T-1", text="Where is my parcel?")


def at_once(uses: Iterable[Callable[[], Result]]) -> list[Result]:
    """The results of calls that begin in the same moment, each on a thread of its own."""
    calls = list(uses)
    line = threading.Barrier(len(calls))

    def start(use: Callable[[], Result]) -> Result:
        line.wait(10)
        return use()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(start, calls))


def rows(play: Play, table: Any) -> int:
    with play.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def receiver(play: Play) -> Receiver:
    return Receiver(wiring=play.wiring)


# --- twice, and differently -----------------------------------------------------------------------------------------


def test_the_same_event_at_once_and_later(database, plays, matrix):
    row = matrix.row(
        "E1", injected="8 threads hand in the same event; it comes again a week later, and twice in a batch"
    )
    play = plays.at(database, "osvi")
    answers = [answer for found in at_once([lambda: receiver(play).receive([EVENT])] * 8) for answer in found]
    play.run()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7)):
        answers += receiver(play).receive([EVENT, EVENT])
    play.run()
    assert sorted(answer.status for answer in answers) == ["accepted"] + ["duplicate"] * 9
    assert len({(answer.event_id, answer.turn_id) for answer in answers}) == 1
    assert (play.posts(), play.statuses(), rows(play, events)) == (1, {"answered": 1}, 1)
    row.saw(turns=play.wiring, posts=1, operator="9 answers say duplicate and name the first event and turn")


def test_the_same_id_with_other_content(database, plays, matrix):
    row = matrix.row("E2", injected="4 threads, the same id, 4 texts; then a fifth; then the first again")
    play = plays.at(database, "osvi")
    texts = [f"Where is parcel {number}?" for number in range(5)]
    uses = [lambda text=text: receiver(play).receive([replace(EVENT, text=text)])[0] for text in texts[:4]]
    answers = at_once(uses)
    play.run()
    first = play.turns()[0]["text"]
    answers += receiver(play).receive([replace(EVENT, text=texts[4]), replace(EVENT, text=first)])
    assert sorted(answer.status for answer in answers) == ["accepted"] + ["conflict"] * 4 + ["duplicate"]
    assert len({answer.event_id for answer in answers}) == 1
    assert (play.posts(), rows(play, conflicts)) == (1, 4)
    shown = queries.event(play.database, int(answers[0].event_id or 0))
    assert len(shown["conflicts"]) == 4
    row.saw(turns=play.wiring, posts=1, operator="4 conflicts under the event, each answer names the first one")


# --- order ----------------------------------------------------------------------------------------------------------


def test_a_file_out_of_order_is_taken_in_by_time(sqlite_database, plays, matrix, tmp_path):
    row = matrix.row("E3", injected="a CSV whose rows of one ticket stand as 3, 1, 2", case="a file")
    play = plays.at(sqlite_database, "osvi")
    lines = [f"T-1,m{number},message {number},2026-03-0{number}T10:00:00Z" for number in (3, 1, 2)]
    file = tmp_path / "export.csv"
    file.write_text("\n".join(["ticket_id,message_id,text,created_at", *lines]), encoding="utf-8")
    list(take_in(Files(paths=[file], route="support").in_order(), receiver(play)))
    play.run()
    heard = [line["text"] for line in play.heard()]
    assert heard == ["message 1", "message 2", "message 3"]
    row.saw(turns=play.wiring, posts="1 each", operator="sent in the order of their times")


def test_programs_that_hand_in_out_of_order_are_answered_in_the_order_accepted(sqlite_database, plays, matrix):
    row = matrix.row("E3", injected="occurred_at falls from event to event", case="one by one")
    play = plays.at(sqlite_database, "osvi")
    now = datetime.now(UTC)
    for number in range(3):
        play.receive("support", "T-1", f"message {number}", occurred_at=now - timedelta(hours=number))
    play.run()
    assert [line["text"] for line in play.heard()] == ["message 0", "message 1", "message 2"]
    row.saw(turns=play.wiring, posts="1 each", operator="occurred_at beside accepted_at in turns show --json")


def test_many_engines_one_conversation(database, plays, matrix):
    count = 50
    row = matrix.row("E4", injected=f"10 engines, one conversation of {count} turns")
    toy = Toy(NEITHER)
    play = plays.toy(database, toy)
    play.hire(10)
    play.receive("support", "T-1", *[f"message {number}" for number in range(count)])
    play.run()
    assert toy.processed == [f"message {number}" for number in range(count)]
    assert {width for width, _ in toy.widths} == {1}
    assert play.statuses() == {"answered": count}
    row.saw(turns=play.wiring, posts="1 each, never two at a time")


def test_turns_behind_one_in_doubt_wait_for_it(database, plays, matrix):
    row = matrix.row("E5", injected="the answer to the first of six is lost", case="osvi, on_lost = hold")
    play = plays.at(database, "osvi")
    plays.sandbox.add_rule("cut_after", match={"call": "send"})
    play.receive("support", "T-1", *[f"message {number}" for number in range(6)])
    play.run()
    first, *others = play.turns()
    assert (first["status"], play.posts()) == ("unknown", 1)
    assert {(turn["status"], turn["waiting_for"]) for turn in others} == {("queued", "predecessor_unknown")}
    assert play.conversation("T-1")["waiting"] == 5
    row.saw(turns=[first], state="unknown (lost), 5 queued behind it", posts="1, none of the five")
    resolve_turn(play.database, int(first["id"]), as_="answered", answer="It is under way.", actor="tess")
    play.run()
    assert [line["text"] for line in play.heard()] == [f"message {number}" for number in range(6)]
    assert play.statuses() == {"answered": 6}


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [2, -2])
def test_a_worker_whose_clock_is_wrong(database, plays, matrix, hours):
    """The database says what is due; this process's clock is off, then jumps back."""
    row = matrix.row(
        "E7", injected=f"the process's clock {hours:+d} h from the database's, then right again", case=f"{hours:+d} h"
    )
    play = plays.at(database, "osvi")
    play.hire()
    due = datetime.now(UTC) + timedelta(hours=1)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        play.receive("support", "T-1", "now")
        (later,) = play.receive("support", "T-2", "in an hour", due_at=due)
        (past,) = play.receive("support", "T-3", "an hour ago", due_at=due - timedelta(hours=2))
        assert (later.status, past.status) == ("scheduled", "accepted")
        plays.sandbox.add_rule("status_before", match={"text": "now"}, status=500)
        play.run(lambda: play.posts() == 2)
    for _ in range(3):
        tick(play.wiring)
        play.engines[0].run_slice(0.2)
    assert play.statuses() == {"answered": 2}
    assert sorted(line["text"] for line in play.heard() if line["processed"]) == ["an hour ago", "now"]
    assert not any("worker_lost" in outcomes(turn) for turn in play.turns())
    # The hour is over, by the database's clock.
    play.database.write(lambda c: c.execute(update(followups).values(due_at=followups.c.due_at - 3_700_000)))
    play.run(lambda: play.posts() == 3)
    play.run()
    assert play.statuses() == {"answered": 3}
    row.saw(turns=play.wiring, posts="1 each, none early")


def test_dates_at_the_edges(sqlite_database, plays, matrix):
    row = matrix.row("E9", injected="due on leap day, at the year's end, in another zone, too far ahead")
    play = plays.at(sqlite_database, "osvi")
    # Next year's and the next leap year's, so that they are ahead, by less than five years, whenever this runs.
    year = datetime.now(UTC).year + 1
    leap = next(later for later in range(year, year + 5) if calendar.isleap(later))
    instants = {
        "leap day": (f"{leap}-02-29T23:59:59.999Z", f"{leap}-02-29T23:59:59.999000+00:00"),
        "year's end": (f"{year}-12-31T23:59:59+00:00", f"{year}-12-31T23:59:59+00:00"),
        "year's end elsewhere": (f"{year + 1}-01-01T05:44:59+05:45", f"{year}-12-31T23:59:59+00:00"),
    }
    for name, (written, _) in instants.items():
        event = {"route": "support", "conversation": name, "id": name, "text": name, "due_at": written}
        assert receiver(play).receive_json(event, "test")[0].status == EventStatus.SCHEDULED
    shown = {row["text"]: row["due_at"] for row in queries.followups(play.database)}
    for name, (_, meant) in instants.items():
        assert datetime.fromisoformat(shown[name]) == datetime.fromisoformat(meant)
    refused = {
        "far ahead": "2100-01-01T00:00:00Z",
        "no such day": "2027-02-29T00:00:00Z",
        "no zone": "2027-02-28T00:00:00",
    }
    for name, written in refused.items():
        event = {"route": "support", "conversation": name, "id": name, "text": name, "due_at": written}
        (answer,) = receiver(play).receive_json(event, "test")
        assert answer.status == EventStatus.REFUSED
        assert "due_at" in (answer.reason or "")
    play.run()
    assert play.posts() == 0
    row.saw(
        posts="0 before they are due",
        state="scheduled or refused",
        operator="due_at in UTC; refused with due_at and why",
    )


@pytest.mark.parametrize(
    ("zone", "time", "odd", "later"),
    [
        ("Europe/Berlin", "02:30", "skipped", 1),  # no such time: an hour later it is half past three
        ("Africa/Cairo", "00:15", "skipped", 1),  # a gap that begins at midnight
        ("Europe/Berlin", "02:30", "repeated", 0),  # twice: the first of them
        ("America/Sao_Paulo", "00:30", None, 0),  # its rule changed: no summer time any more
    ],
)
def test_local_times_where_clocks_change(sqlite_database, plays, matrix, zone, time, odd, later):
    row = matrix.row("E8", injected=f"due at a local time that is {odd or 'of a changed rule'}", case=f"{zone} {time}")
    play = plays.at(sqlite_database, "osvi")
    where, today = business_hours.zone(zone), datetime.now(UTC).date()
    days = (today + timedelta(days=number) for number in range(2, 800))
    local = next(found for day in days if business_hours.oddity(found := at_local(day, time), where) == odd)
    due = business_hours.instant(local, where)
    assert due.astimezone(where).replace(tzinfo=None) == local + timedelta(hours=later)
    assert due == min(local.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1)) + timedelta(
        hours=later
    )
    (answer,) = play.receive("support", "T-1", "how did it go?", due_at=due)
    assert answer.status == "scheduled"
    play.run()
    assert play.posts() == 0
    moment = int(due.timestamp() * 1000)
    play.database.write(lambda c: c.execute(update(followups).values(due_at=followups.c.due_at - moment)))
    play.run(lambda: play.posts() == 1)
    tick(play.wiring)
    play.run()
    row.saw(turns=play.wiring, posts=1, operator=f"{local:%Y-%m-%d %H:%M} there is {due:%Y-%m-%d %H:%M} UTC")


def at_local(day: date, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}")


def overdue(play: Play, count: int, days: int = 3, expires_after: float = 7 * 86_400.0) -> None:
    """That many follow-ups that fell due while everything was down, each in its own conversation."""
    soon, wish = datetime.now(UTC) + timedelta(hours=1), Followup(expires_after=expires_after)
    for number in range(count):
        due_at = soon + timedelta(seconds=number)
        play.receive("support", f"F-{number}", f"follow-up {number}", due_at=due_at, followup=wish)
    ago = days * 86_400_000
    earlier = {"due_at": followups.c.due_at - ago, "expires_at": followups.c.expires_at - ago}
    waiting = followups.c.due_at > followups.c.created_at
    play.database.write(lambda c: c.execute(update(followups).where(waiting).values(earlier)))


def test_follow_ups_that_fell_due_while_everything_was_down(database, plays, matrix):
    row = matrix.row("E10", injected="40 follow-ups due three days ago, half of them still wanted; 2 ticks at once")
    play = plays.at(database, "osvi", account_changes={"max_in_flight": 3})
    overdue(play, 20)
    overdue(play, 20, expires_after=86_400.0)
    at_once([lambda: tick(play.wiring)] * 2)
    play.run()
    assert play.statuses() == {"answered": 20}
    assert play.posts() == 20
    assert plays.sandbox.summary()["max_in_flight"] <= 3
    shown = [(found["status"], found["reason"]) for found in queries.followups(play.database)]
    assert shown == [("expired", "overdue")] * 20 + [("sent", None)] * 20
    row.saw(posts="1 each, within the account's limits; 0 for those too late", state="20 answered, 20 expired",
            operator="followups list: sent, expired (overdue)")  # fmt: skip


def test_a_follow_up_cancelled_just_as_it_falls_due(database, plays, matrix):
    """Cancelled or sent, never both; whoever comes second is told."""
    row = matrix.row("E11", injected="an operator's cancel and tick at the same moment, 20 times", case="operator")
    play = plays.at(database, "osvi")
    overdue(play, 20)
    ids = [int(found["id"]) for found in queries.followups(play.database)]

    def cancel(followup: int) -> bool:
        try:
            cancel_followup(play.database, followup, actor="tess")
        except TurnwireError:
            return False
        return True

    cancels = [lambda followup=followup: cancel(followup) for followup in ids]
    won = at_once([*cancels, lambda: bool(tick(play.wiring))])[:-1]
    play.run()
    cancelled = [followup for followup, mine in zip(ids, won, strict=True) if mine]
    shown = {int(found["id"]): found["status"] for found in queries.followups(play.database)}
    assert [followup for followup in ids if shown[followup] == "cancelled"] == cancelled
    assert {shown[followup] for followup in ids} <= {"cancelled", "sent"}
    assert sorted(int(turn["id"]) for turn in play.turns()) == sorted(set(ids) - set(cancelled))
    assert play.posts() == 20 - len(cancelled)
    row.saw(posts="0 if cancelled, 1 if sent", state="cancelled or sent, one of them",
            operator="followups list; an audit row for each cancel; the loser is told why")  # fmt: skip


def test_a_customer_who_writes_just_as_a_follow_up_falls_due(database, plays, matrix):
    """The message takes it back, or finds it sent and stands behind it; never both."""
    row = matrix.row("E11", injected="a customer's message and tick at the same moment, 20 times", case="customer")
    play = plays.at(database, "osvi")
    overdue(play, 20)
    messages = [
        Event(source="hook", id=str(n), route="support", conversation=f"F-{n}", text=f"answer {n}") for n in range(20)
    ]
    at_once([*(lambda one=one: receiver(play).receive([one]) for one in messages), lambda: tick(play.wiring)])
    play.run()
    shown = {found["conversation"]: found["status"] for found in queries.followups(play.database)}
    assert set(shown.values()) <= {"sent", "cancelled"}
    sent = sum(status == "sent" for status in shown.values())
    assert play.statuses() == {"answered": 20 + sent}
    assert play.posts() == 20 + sent
    for number in range(20):
        heard = [str(line["text"]) for line in play.heard() if str(line["text"]).endswith(f" {number}")]
        first = [f"follow-up {number}"] if shown[f"F-{number}"] == "sent" else []
        assert heard == [*first, f"answer {number}"]
    row.saw(posts="0 if cancelled, 1 if sent; the customer's 1", state="cancelled or sent, one of them",
            operator="followups list: cancelled (customer_wrote), or sent")  # fmt: skip


def test_two_ticks_at_once_and_none_for_long(database, plays, matrix):
    row = matrix.row("E18", injected="4 ticks at the same moment, again and again, over work and a dead worker's turns")
    play = plays.at(database, "osvi")
    overdue(play, 10)
    play.receive("support", "T-1", "Where is it?")
    for _ in range(3):
        at_once([lambda: tick(play.wiring)] * 4)
    play.run()
    assert play.statuses() == {"answered": 11}
    assert (play.posts(), plays.sandbox.summary()["repeated"]) == (11, 0)
    row.saw(posts="1 each", state="11 answered", operator="nothing; turnwire_last_tick_seconds tells when none runs")


# --- several hands --------------------------------------------------------------------------------------------------


def test_two_operators_at_once(database, plays, matrix):
    row = matrix.row("E19", injected="two operators settle the same turn in doubt at the same moment")
    play = plays.at(database, "osvi")
    plays.sandbox.add_rule("cut_after", match={"call": "send"})
    play.receive("support", "T-1", "Where is it?")
    play.run()
    turn = int(play.turns()[0]["id"])

    def settle(as_: str, actor: str) -> str:
        answer = "It is under way." if as_ == "answered" else None
        try:
            resolve_turn(play.database, turn, as_=as_, answer=answer, actor=actor)
        except RowError as error:
            return sentence(error)
        return "won"

    said = at_once([lambda: settle("answered", "ann"), lambda: settle("failed", "bob")])
    assert said.count("won") == 1
    winner, how = (("ann", "answered"), ("bob", "failed"))[said.index("won")]
    (loser,) = [words for words in said if words != "won"]
    assert how in loser
    shown = play.turns()[0]
    assert (shown["status"], shown["settled_by"]) == (how, f"operator:{winner}")
    with play.database.reading() as connection:
        actors = connection.execute(select(audit.c.actor).where(audit.c.subject == f"turn:{turn}")).scalars().all()
    assert actors == [winner]
    row.saw(
        turns=[shown], state="as the first one decided", posts=play.posts(), operator=f"the second is told: {loser}"
    )


def test_an_import_broken_off_and_run_again(database, plays, matrix, tmp_path):
    count = 2_000
    row = matrix.row("E20", injected=f"a CSV of {count} rows broken off in its second batch, then run twice")
    play = plays.at(database, "osvi")
    file = tmp_path / "export.csv"
    lines = [f"T-{number % 500},m{number},message {number}" for number in range(count)]
    file.write_text("\n".join(["ticket_id,message_id,text", *lines]), encoding="utf-8")

    def take() -> Iterable[Received]:
        return (answer for _, answer in take_in(Files(paths=[file], route="support").in_order(), receiver(play)))

    for _ in itertools.islice(take(), 700):
        pass
    second, third = list(take()), list(take())
    assert {answer.status for answer in third} == {"duplicate"}
    assert {answer.status for answer in second} == {"accepted", "duplicate"}
    assert (rows(play, events), rows(play, turns)) == (count, count)
    with play.database.reading() as connection:
        grouped = select(func.count(turns.c.id)).group_by(turns.c.conversation_id, turns.c.position)
        assert set(connection.execute(grouped).scalars()) == {1}
    row.saw(posts="none sent here; 1 turn each", state=f"{count} queued", operator="the summary counts duplicates")


# --- poison ---------------------------------------------------------------------------------------------------------


class Crashing(dict[str, Any]):
    """An event whose fields cannot even be listed."""

    def __iter__(self) -> Any:
        raise ZeroDivisionError("division by zero")


def test_an_event_that_crashes_its_reader(database, plays, matrix):
    row = matrix.row("E12", injected="an event whose reading raises ZeroDivisionError, three times, among good ones")
    play = plays.at(database, "osvi")
    good = {"route": "support", "conversation": "T-1"}
    answers = []
    for number in range(3):
        batch = [
            {**good, "id": f"a{number}", "text": "one"},
            Crashing(x=1),
            {**good, "id": f"b{number}", "text": "two"},
        ]
        answers += receiver(play).receive_json(batch, "test")
    play.run()
    assert [answer.status for answer in answers[:3]] == ["accepted", "quarantined", "accepted"]
    assert play.statuses() == {"answered": 6}
    (kept,) = queries.events(play.database, statuses=[EventStatus.QUARANTINED])
    assert "ZeroDivisionError" in kept["reason"]
    assert ".py:" in kept["reason"]
    assert "quarantined_events" in play.alarms()
    row.saw(
        posts=0,
        state="quarantined; the others answered",
        operator=f"quarantined_events; reason: {kept['reason'][:60]} …",
    )


def test_payloads_nested_beyond_reason(sqlite_database, plays, matrix):
    row = matrix.row(
        "E12", injected="metadata nested 5,000 deep, a list of lists, numbers for texts", case="deep and wrong"
    )
    play = plays.at(sqlite_database, "osvi")
    deep: Any = {}
    for _ in range(5_000):
        deep = {"a": deep}
    good = {"route": "support", "conversation": "T-1", "text": "hello"}
    payloads = [
        {**good, "id": "1", "metadata": deep},
        [[[]]],
        7,
        None,
        {**good, "id": {"x": 1}},
        {**good, "id": "good"},
    ]
    answers = receiver(play).receive_json(payloads, "test")
    assert [answer.status in {"refused", "quarantined"} for answer in answers] == [True] * 5 + [False]
    play.run()
    assert play.posts() == 1
    row.saw(
        posts=0,
        state="refused or quarantined; the good one answered",
        operator="events list --status refused: field and reason",
    )


def test_a_row_never_holds_more_than_it_says(sqlite_database, plays):
    """What is refused is kept under an id of its own, so that the mended message comes in as if for the first time."""
    play = plays.at(sqlite_database, "osvi")
    bad = {"route": "nowhere", "conversation": "T-1", "id": "1", "text": "hello"}
    (refused,) = receiver(play).receive_json(bad, "test")
    (mended,) = receiver(play).receive_json({**bad, "route": "support"}, "test")
    assert (refused.status, mended.status) == ("refused", "accepted")
    assert json.loads(json.dumps(mended.as_dict()))["status"] == "accepted"
    assert Path(play.wiring.settings.path).name == "turnwire.toml"
