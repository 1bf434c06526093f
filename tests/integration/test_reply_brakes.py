"""Brakes of what leaves: beyond so many automatic answers by mail, each waits for a person's approval."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.channels.mail.message import parse_email
from connector.policy.brakes import HOUR, Allowed, Brakes
from connector.services.threads import Threads
from connector.storage import tables
from connector.storage.actions.replies import approve_reply
from connector.storage.receive.events import Intake, Target
from connector.storage.reply.replies import Replies
from connector.storage.send.claims import Claimed
from connector.values import Event, EventStatus
from tests.kit.alarms import alarms
from tests.kit.mails import mailed
from tests.kit.storage import ANSWERED, CAPABILITIES, ROUTES, StorageKit


def answering(kit: StorageKit, out: Allowed, channel: str = "source:inbox") -> StorageKit:
    """The kit with answers of one route going back by this way, of which so many may leave."""
    made = StorageKit(kit.database, channels={"support": channel})
    made.replies = Replies(made.database, channels=CAPABILITIES, out={"support": out})
    return made


def answered(kit: StorageKit, number: int, first: int = 0) -> None:
    for each in range(first, first + number):
        kit.receive(f"T-{each}", "one")
    kit.send(kit.worker(), ANSWERED)


def claimed(kit: StorageKit) -> list[int]:
    return sorted(reply.id for reply in kit.replies.claim(kit.worker(), 100))


def states(kit: StorageKit) -> list[tuple[str, str | None]]:
    return [(row.status, row.reason) for row in kit.rows(tables.replies)]


def test_what_is_one_too_many_waits_as_a_draft_and_an_alarm_names_the_route(store):
    kit = answering(store, Allowed(hour=2))
    answered(kit, 4)
    assert len(claimed(kit)) == 2
    assert states(kit) == [("sending", None)] * 2 + [("draft", "brake_out")] * 2
    held = kit.rows(tables.replies)[2]
    assert (held.mode, held.attempts, held.owner, held.ready_at) == ("draft", 0, None, None)
    assert claimed(kit) == []
    (alarm,) = [alarm for alarm in alarms(kit.database) if alarm["name"] == "braked_answers"]
    assert alarm["what"].startswith("route support: more answers would have left by mail")


def test_an_approved_one_leaves_and_is_not_counted(store):
    kit = answering(store, Allowed(hour=1))
    answered(kit, 2)
    claimed(kit)
    held = kit.rows(tables.replies)[1].id
    approve_reply(kit.database, held, actor="ann")
    assert claimed(kit) == [held]
    assert [row.hour for row in kit.rows(tables.brake_counts)] == [2]


def test_what_was_claimed_before_is_not_counted_again(store):
    kit = answering(store, Allowed(hour=2))
    answered(kit, 2)
    first = claimed(kit)
    kit.change(tables.replies, status="queued", owner=None, ready_at=0)
    assert claimed(kit) == first


def test_workers_side_by_side_let_no_more_through_than_one_alone(store):
    kit = answering(store, Allowed(hour=3))
    answered(kit, 8)
    owners = [kit.worker() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        left = [reply.id for found in pool.map(lambda one: kit.replies.claim(one, 2), owners) for reply in found]
    left += claimed(kit)
    assert len(set(left)) == 3
    assert [status for status, _ in states(kit)].count("draft") == 5


def test_once_the_hour_is_over_answers_leave_again(store):
    kit = answering(store, Allowed(hour=1))
    answered(kit, 1)
    claimed(kit)
    kit.change(tables.brake_counts, hour_at=kit.now() - HOUR - 1000)
    answered(kit, 1, first=5)
    assert len(claimed(kit)) == 1


@pytest.mark.parametrize(("out", "channel"), [(Allowed(), "source:inbox"), (Allowed(hour=1), "webhook")])
def test_without_the_brake_and_by_other_ways_nothing_is_counted(store, out, channel):
    kit = answering(store, out, channel)
    answered(kit, 3)
    assert len(claimed(kit)) == 3
    assert kit.rows(tables.brake_counts) == []


# --- an answer to ours within seconds ---


@pytest.mark.parametrize(
    ("seconds", "token", "reason"),
    [(2, "Zm9vYmFyYmF6cXV4Zm9vYmE", "brake_haste"), (60, "Zm9vYmFyYmF6cXV4Zm9vYmE", None), (2, "x" * 22, None)],
)
def test_nobody_reads_our_answer_and_writes_one_within_seconds(store, seconds, token, reason):
    kit = answering(store, Allowed())
    kit.intake = Intake(kit.database, {"support": replace(ROUTES["support"], brakes=Brakes(customer=Allowed(day=50)))})
    answered(kit, 1)
    (reply,) = kit.rows(tables.replies)
    marker = f"tw.{reply.id}.Zm9vYmFyYmF6cXV4Zm9vYmE@shop.example"
    kit.change(tables.replies, status="delivered", marker=marker, delivered_at=kit.now(), ready_at=None)
    written = datetime.now(UTC) + timedelta(seconds=seconds)
    named = f"<tw.{reply.id}.{token}@shop.example>"
    date = written.strftime("%a, %d %b %Y %H:%M:%S +0000")
    event = mailed("m1@example.com", "Ada <ada@example.com>", route="support", date=date, in_reply_to=named)
    assert kit.store([event])[0].braked == reason


# --- two of us that write to each other ---

DESKS = {"support": "help@first.example", "sales": "help@second.example"}


class Pair:
    """Two routes whose answers are each other's mails, with nothing in their headers that tells a machine."""

    def __init__(self, kit: StorageKit, brakes: Brakes, says) -> None:
        self.kit = StorageKit(kit.database, channels={})
        targets = {name: Target(account="osvi", agent="agent_1", brakes=brakes) for name in DESKS}
        self.kit.intake = Intake(self.kit.database, targets)
        self.says = says
        self.ids = ["root@first.example"]

    def mail(self, to: str, text: str) -> bool:
        """Hand a mail to one of them; whether it was taken for a customer's and nobody stopped it."""
        (sender,) = (address for route, address in DESKS.items() if route != to)
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
        references = " ".join(f"<{id_}>" for id_ in self.ids[:-1])
        raw = f"From: {sender}\nTo: {DESKS[to]}\nDate: {now}\nMessage-ID: <{self.ids[-1]}>\n"
        raw += f"References: {references}\nSubject: Re: Lamp\n\n{text}\n"
        event = parse_email(raw.encode(), source=f"mail:{to}", route=to, addresses=[DESKS[to]])
        assert event.status is EventStatus.ACCEPTED, "no guard knows it"
        (settled,) = Threads(self.kit.database).settle([event])
        assert isinstance(settled, Event)
        return self.kit.store([settled])[0].braked is None

    def run(self, most: int = 40) -> int:
        """Let them write until nobody answers any more; how many answers left."""
        to, text, answers = "support", "Is the lamp in stock?", 0
        while answers < most:
            self.mail(to, text)
            claims: list[Claimed] = self.kit.claim(self.kit.worker())
            if not claims:
                return answers
            answers += 1
            text = f"{self.says(answers)}\n" + "".join(f"> {line}\n" for line in text.splitlines())
            for claim in claims:
                self.kit.mark(claim)
                self.kit.record((claim, ANSWERED))
            self.ids.append(f"a{answers}@{DESKS[to].partition('@')[2]}")
            (to,) = (route for route in DESKS if route != to)
        return answers


def same(number: int) -> str:
    return f"Thank you for your mail no. {number}. We will look into it."


def other(number: int) -> str:
    return f"{chr(ord('a') + number % 26) * 5}, {chr(ord('z') - number % 26) * 4}."


@pytest.mark.parametrize(
    ("brakes", "says", "reasons"),
    [
        (Brakes(conversation=Allowed(hour=60)), same, {"brake_repeats"}),
        (Brakes(conversation=Allowed(hour=4)), other, {"brake_conversation", None}),
        (Brakes(customer=Allowed(hour=4)), other, {"brake_customer", None}),
        (Brakes(route=Allowed(hour=4)), other, {"brake_route", None}),
    ],
)
def test_two_of_us_that_write_to_each_other_stop_within_five_mails_each(store, brakes, says, reasons):
    pair = Pair(store, brakes, says)
    assert pair.run() <= 2 * 5
    found = {row.reason for row in pair.kit.rows(tables.conversations)}
    assert found <= reasons | {None}
    assert any(found), "somebody was told"
    pair.kit.check()
