"""Of which conversation a mail is: a header alone joins it to none, and a known Message-ID may be another mail's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert

from connector.services.ingest.run import Files, take_in_files
from connector.services.receive import Receiver
from connector.storage import tables
from connector.values import Event, EventStatus
from tests.kit.engine import EngineKit
from tests.kit.mails import mail, mailed

ADA, BO, EVE = "Ada <ada@customers.example>", "bo@customers.example", "eve@elsewhere.example"


class Door:
    """A way in, and what stands in the tables."""

    def __init__(self, kit: EngineKit) -> None:
        self.kit = kit
        self.receiver = Receiver(wiring=kit.wiring)

    def take(self, *events: Event) -> list[str]:
        """The statuses of these messages, each handed in by itself."""
        return [str(self.receiver.receive([event], live=False)[0].status) for event in events]

    def homes(self) -> dict[str, str]:
        """By the id of each event the key of its conversation."""
        return {row.external_id: row.conversation_key for row in self.kit.rows(tables.events)}

    def conversations(self) -> Sequence[tuple[str, str]]:
        return sorted((row.origin, row.key) for row in self.kit.rows(tables.conversations))


@pytest.fixture
def door(database, tmp_path) -> Iterator[Door]:
    with EngineKit(database, None, tmp_path) as kit:
        yield Door(kit)


def test_a_mail_that_answers_one_of_its_thread_joins_it_however_little_it_names(door):
    question, answer = mailed("q@a", ADA), mailed("r@shop", "support@shop.example", to=ADA, in_reply_to="<q@a>")
    assert door.take(question, answer) == ["accepted", "stopped"]
    for id_, headers in {
        "1@a": {"references": "<q@a> <r@shop>", "in_reply_to": "<r@shop>"},
        "2@a": {"references": "<r@shop>"},
        "3@a": {"in_reply_to": "<r@shop>"},
        "4@a": {"references": "=?us-ascii?Q?=3Cq=40a=3E?="},
        "5@a": {"references": "<not-known@a> <q@a> <never-seen@a>"},
    }.items():
        assert door.take(mailed(id_, ADA, **headers)) == ["accepted"]
        assert door.homes()[id_] == "q@a", id_
    assert door.conversations() == [("mail", "q@a")]


def test_a_stranger_who_names_a_mail_joins_nothing_and_is_linked(door):
    door.take(mailed("q@a", ADA))
    assert door.take(mailed("x@e", EVE, references="<q@a>", in_reply_to="<q@a>")) == ["accepted"]
    assert door.conversations() == [("mail", "q@a"), ("mail", "x@e")]
    by_key = {row.key: row for row in door.kit.rows(tables.conversations)}
    assert by_key["x@e"].linked_to == by_key["q@a"].id
    assert by_key["q@a"].linked_to is None
    # Nor does what joins nothing make its sender one of them.
    door.take(mailed("y@e", EVE, references="<q@a> <x@e>", in_reply_to="<q@a>"))
    assert door.homes()["y@e"] == "x@e"


def test_who_was_written_to_belongs_to_the_thread(door):
    door.take(mailed("q@a", ADA, cc=f"{BO}, third@customers.example"))
    door.take(mailed("1@b", "Bo <BO@customers.example>", in_reply_to="<q@a>"))
    assert door.homes()["1@b"] == "q@a"


def test_a_mail_names_no_conversation_of_another_door(door):
    door.kit.receive("osvi", "HON-VICTIM-1", "My card number is wrong", id="ticket/1")
    door.take(mailed("x@e", EVE, references="<HON-VICTIM-1>", in_reply_to="<HON-VICTIM-1>"))
    door.take(mailed("HON-VICTIM-1", EVE))
    assert door.conversations() == [("key", "HON-VICTIM-1"), ("mail", "HON-VICTIM-1"), ("mail", "x@e")]
    places = {row.conversation_id for row in door.kit.turns()}
    assert len(places) == 3


def test_a_program_names_no_conversation_of_mail(door):
    door.take(mailed("q@a", ADA))
    door.kit.receive("osvi", "q@a", "What did she write?", id="program/1")
    assert door.conversations() == [("key", "q@a"), ("mail", "q@a")]


def test_strangers_who_answer_one_newsletter_have_conversations_of_their_own(door):
    batch = [mailed(f"{n}@x", f"c{n}@customers.example", in_reply_to="<news@shop>") for n in range(3)]
    answers = door.receiver.receive(batch, live=False)
    assert {str(answer.status) for answer in answers} == {"accepted"}
    assert [key for _, key in door.conversations()] == ["0@x", "1@x", "2@x"]


def test_an_id_of_ours_needs_its_token(door):
    door.take(mailed("q@a", ADA))
    (conversation,) = door.kit.rows(tables.conversations)
    token = "0123456789abcdef0123456789abcdef"
    sent = insert(tables.replies).values(
        kind="turn", conversation_id=conversation.id, channel="source:inbox", marker="m", attempts=1,
        status="delivered", created_at=1,
    )  # fmt: skip
    reply = door.kit.database.write(lambda connection: connection.execute(sent).inserted_primary_key[0])
    ours = f"tw.{reply}.{token}@shop.example"
    door.kit.change(tables.replies, tables.replies.c.id == reply, external_id=f"<{ours}>")
    guessed = f"tw.{reply}.{token[::-1]}@shop.example"
    door.take(mailed("1@a", ADA, in_reply_to=f"<{guessed}>"), mailed("2@e", EVE, in_reply_to=f"<{ours}>"))
    door.take(mailed("3@a", ADA, in_reply_to=f"<{ours}>"))
    assert door.homes() == {"q@a": "q@a", "1@a": "1@a", "2@e": "2@e", "3@a": "q@a"}


# --- another mail of a known Message-ID ---


@pytest.mark.parametrize("order", ["stranger first", "stranger last", "in one batch"])
def test_a_strangers_message_id_costs_the_real_mail_nothing(door, order):
    stranger, real = mailed("q@a", EVE, text="First!"), mailed("q@a", ADA, text="My parcel is wet")
    first, second = (real, stranger) if order == "stranger last" else (stranger, real)
    if order == "in one batch":
        statuses = [str(each.status) for each in door.receiver.receive([first, second], live=False)]
    else:
        statuses = door.take(first, second)
    assert statuses == ["accepted", "accepted"]
    for again in ([stranger, real], [real, stranger]):
        assert {str(each.status) for each in door.receiver.receive(again, live=False)} == {"duplicate"}
    assert len({row.conversation_id for row in door.kit.turns()}) == 2
    # The customer's next mail is of the customer's own thread.
    door.take(mailed("2@a", ADA, in_reply_to="<q@a>"))
    mine = {row.conversation_key for row in door.kit.rows(tables.events) if "ada@" in row.customer}
    assert len(mine) == 1


def test_another_date_is_another_mail_and_another_reading_is_not(door):
    door.take(mailed("q@a", ADA))
    assert door.take(mailed("q@a", ADA, text="as a newer version reads it")) == ["duplicate"]
    assert door.take(mailed("q@a", ADA, date="Tue, 24 Nov 2026 10:00:01 +0000")) == ["accepted"]
    assert door.take(mailed("q@a", EVE, date="never")) == ["accepted"], "neither sender nor customer are the same"
    assert door.take(mailed("q@a", ADA, date="never")) == ["duplicate"], "in doubt it is the same mail"
    (first, *others) = sorted(door.homes())
    assert first == "q@a"
    assert all(other.startswith("q@a+") and len(other) == len("q@a+") + 16 for other in others)


# --- files ---


def test_a_mailbox_is_taken_in_as_its_mails_are_one_by_one(door, tmp_path):
    mails = [
        mail("q@a", ADA), mail("r@shop", "support@shop.example", to=ADA, in_reply_to="<q@a>"),
        mail("1@a", ADA, in_reply_to="<r@shop>"), mail("x@e", EVE, references="<q@a>"), mail("q@a", EVE),
    ]  # fmt: skip
    box = tmp_path / "support.mbox"
    box.write_bytes(b"\n".join(b"From a@b Tue Nov 24 10:00:00 2026\n" + each for each in mails))
    files = Files(paths=[box], route="osvi", addresses=["support@shop.example"])
    counts = [taken.counts for taken in take_in_files(files, door.receiver, connections=4)]
    assert sum(each["accepted"] for each in counts) == 4
    homes = door.homes()
    assert (homes["1@a"], homes["x@e"]) == ("q@a", "x@e")
    assert len(door.conversations()) == 3
    again = [taken.counts for taken in take_in_files(files, door.receiver)]
    assert sum(each["duplicate"] for each in again) == 5
    people = {row.address for row in door.kit.rows(tables.participants) if row.conversation_key == "q@a"}
    assert people == {"ada@customers.example", "support@shop.example"}


def test_history_knows_its_threads_when_it_is_sent_for_real(door):
    history = [
        mailed("q@a", ADA), mailed("1@a", ADA, in_reply_to="<q@a>"), mailed("x@e", EVE, in_reply_to="<q@a>")
    ]  # fmt: skip
    context = [replace(each, status=EventStatus.CONTEXT) for each in history]
    assert door.take(*context) == ["context"] * 3
    assert door.take(*history) == ["accepted"] * 3
    assert door.homes() == {"q@a": "q@a", "1@a": "q@a", "x@e": "x@e"}


def test_a_thread_of_before_goes_on_with_those_who_took_part(door):
    """Their people were not kept, and its key is the oldest id that its mails named, which never was here."""
    door.take(mailed("1@a", ADA, cc=BO, references="<gone@shop>"))
    older = tables.conversations.c.key == "1@a"
    door.kit.change(tables.conversations, older, key="gone@shop")
    door.kit.change(tables.events, tables.events.c.external_id == "1@a", conversation_key="gone@shop")
    door.kit.database.write(lambda connection: connection.execute(delete(tables.participants)))
    door.take(mailed("2@b", BO, references="<gone@shop> <1@a>"), mailed("x@e", EVE, references="<gone@shop> <1@a>"))
    door.take(mailed("3@a", ADA, references="<gone@shop>"), mailed("y@e", EVE, references="<gone@shop>"))
    assert door.homes() == {
        "1@a": "gone@shop", "2@b": "gone@shop", "3@a": "gone@shop", "x@e": "x@e", "y@e": "y@e"
    }  # fmt: skip
