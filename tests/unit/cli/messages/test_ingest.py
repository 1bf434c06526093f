"""`turnwire ingest` and `turnwire parse`: what they say first, what they store, what they refuse, and again."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.services.ingest import run
from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]

TICKETS = """\
ticket_id,message_id,created_at,author,text
A,a2,2026-10-02T10:00:00Z,customer,second
A,a1,2026-10-01T10:00:00Z,customer,first
A,a3,2026-10-03T10:00:00Z,agent,we reply
B,b1,2026-10-01T10:00:00Z,customer,hello
"""

MAIL = """\
From: {sender}
To: support@brightwater.example
Subject: Hose
Date: Mon, 05 Oct 2026 09:00:00 +0000
Message-ID: <{id}@example.org>
{more}
My hose leaks.
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def mail(own_id: str, sender: str = "ann@example.org", more: str = "") -> str:
    return MAIL.format(id=own_id, sender=sender, more=more)


def queue(folder: Folder, count: int) -> str:
    lines = (json.dumps({"id": str(i), "conversation": f"c{i % 7}", "text": f"text {i}"}) for i in range(count))
    return folder.write("queue.jsonl", "\n".join(lines))


def texts(folder: Folder) -> list[str]:
    """The turns' texts, conversation by conversation, in their order."""
    query = "SELECT t.text FROM turns t JOIN conversations c ON c.id = t.conversation_id ORDER BY c.key, t.position"
    return [text for (text,) in folder.sql(query)]


def tomorrow() -> str:
    """A time that is ahead whenever this runs."""
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


# --- taking in --------------------------------------------------------------------------------------------------------


def test_follow_ups_in_a_file_wait_and_a_message_further_on_takes_one_back(folder):
    lines = [
        {"id": "1", "conversation": "A", "text": "hello"},
        {"id": "2", "conversation": "A", "text": "did it arrive?", "followup": {"after": "2d"}},
        {"id": "3", "conversation": "B", "text": "and yours?", "due_at": tomorrow()},
        {"id": "4", "conversation": "B", "text": "it did"},
    ]
    file = folder.write("queue.jsonl", "\n".join(json.dumps(line) for line in lines))
    assert folder("ingest", file, "--route", "tickets", "--yes").code == 0
    assert texts(folder) == ["hello", "it did"]
    rows = folder.sql("SELECT conversation_key, status, reason FROM followups ORDER BY id")
    assert rows == [("A", "scheduled", None), ("B", "cancelled", "customer_wrote")]


def test_says_first_what_it_does_then_sums_up(folder):
    said = folder("ingest", folder.write("t.csv", TICKETS), "--route", "tickets")
    assert said.code == 0
    agent = folder.settings().routes["tickets"].agent
    assert said.err.splitlines()[0] == (
        f"4 rows: 2 conversations, 1 kept as context, 3 messages to Synthflow agent {agent} (route tickets)."
    )
    assert said.out == "4 read: 3 accepted, 0 duplicate, 0 conflict, 0 stopped, 1 context, 0 refused\n"


def test_each_conversation_goes_in_the_order_of_its_times_over_all_files(folder):
    early = "ticket_id,message_id,created_at,text\nA,a0,2026-09-30T10:00:00Z,zeroth\n"
    folder("ingest", folder.write("t.csv", TICKETS), folder.write("u.csv", early), "--route", "tickets")
    assert texts(folder) == ["zeroth", "first", "second", "hello"]


def test_large_files_go_as_they_stand_and_it_says_so(folder, monkeypatch):
    monkeypatch.setattr(run, "SORTED_BYTES", 10)
    said = folder("ingest", folder.write("t.csv", TICKETS), "--route", "tickets")
    assert "1 row out of order within their conversations will be sent as they stand" in said.err
    assert texts(folder) == ["second", "first", "hello"]


def test_a_second_run_takes_in_only_what_is_missing(folder):
    name = folder.write("t.csv", TICKETS)
    folder("ingest", name, "--route", "tickets")
    folder.write("t.csv", TICKETS + "B,b2,2026-10-02T10:00:00Z,customer,again\n")
    said = folder("ingest", name, "--route", "tickets", "--json")
    assert said.code == 0
    assert "4 taken in before, 1 message to Synthflow" in said.err
    assert said.one["summary"] == {
        "read": 5, "accepted": 1, "duplicate": 4, "conflict": 0, "stopped": 0, "context": 0, "refused": 0,
    }  # fmt: skip
    assert texts(folder) == ["first", "second", "hello", "again"]


def test_machine_mails_are_stopped_and_named_in_the_preview(folder):
    folder.write("in/new/1", mail("1"))
    folder.write("in/new/2", mail("2", more="Auto-Submitted: auto-replied\n"))
    folder.write("in/cur/3:2,S", mail("3", sender="support@brightwater.example"))
    said = folder("ingest", "in", "--route", "mail")
    assert "3 mails: 3 conversations, 2 stopped (" in said.err
    assert "own address 1" in said.err
    assert "auto submitted 1" in said.err
    assert said.out.startswith("3 read: 1 accepted, 0 duplicate, 0 conflict, 2 stopped")


def test_the_preview_counts_with_the_rate_and_with_the_openings(folder):
    rows = "".join(f"T-{number},hello\n" for number in range(400))
    name = folder.write("t.csv", f"ticket_id,text\n{rows}")
    said = folder("ingest", name, "--route", "tickets", "--dry-run")
    assert "account synthflow, 10 calls a second, it takes up to 1.3 minutes: opening a chat is a call too" in said.out
    few = folder.write("few.csv", "ticket_id,text\nT-1,hello\n")
    assert "calls a second" not in folder("ingest", few, "--route", "tickets", "--dry-run").out


def test_history_is_kept_and_nothing_of_it_sent_until_it_is_taken_in_for_real(folder):
    name = folder.write("t.csv", TICKETS)
    said = folder("ingest", name, "--route", "tickets", "--history")
    assert "4 kept as context, nothing to send" in said.err
    assert texts(folder) == []
    folder("ingest", name, "--route", "tickets")
    assert texts(folder) == ["first", "second", "hello"]


def test_since_passes_over_what_is_older(folder):
    said = folder("ingest", folder.write("t.csv", TICKETS), "--route", "tickets", "--since", "2026-10-02")
    assert said.out.startswith("2 read: 1 accepted")
    assert "2 rows passed over, since they are older than --since." in said.err


def test_columns_by_other_names(folder):
    name = folder.write("t.csv", "Case,Body\nA,hello\n")
    assert folder("ingest", name, "--route", "tickets", "--map", "ticket_id=Case", "--map", "text=Body").code == 0
    assert texts(folder) == ["hello"]
    assert folder("ingest", name, "--route", "tickets", "--map", "text").code == 2


def test_scheduled_messages_count_as_accepted(folder):
    line = {"id": "1", "conversation": "c", "text": "later", "due_at": tomorrow()}
    said = folder("ingest", folder.write("q.jsonl", json.dumps(line)), "--route", "mail")
    assert said.out.startswith("1 read: 1 accepted")
    assert "1 of the accepted ones are scheduled for later" in said.err


def test_several_batches(folder, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 3)
    said = folder("ingest", queue(folder, 10), "--route", "mail", "--json")
    assert said.one["summary"]["accepted"] == 10
    assert len(texts(folder)) == 10


# --- asking -----------------------------------------------------------------------------------------------------------


def test_above_a_hundred_messages_somebody_must_agree(folder):
    name = queue(folder, 101)
    said = folder("ingest", name, "--route", "mail")
    assert said.code == 2
    assert "nobody can be asked here whether to send 101 messages" in said.err
    assert "--yes" in said.err
    assert texts(folder) == []
    assert folder("ingest", name, "--route", "mail", "--yes").code == 0
    assert len(texts(folder)) == 101
    assert folder("ingest", name, "--route", "mail").code == 0, "nothing new, so nothing to ask"


@pytest.mark.parametrize(("answer", "code", "sent"), [("y", 0, 3), ("n", 1, 0), ("", 1, 0)])
def test_a_terminal_is_asked(folder, monkeypatch, answer, code, sent):
    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))
    assert folder("ingest", folder.write("t.csv", TICKETS), "--route", "tickets").code == code
    assert len(texts(folder)) == sent


def test_a_dry_run_stores_nothing(folder):
    name = folder.write("t.csv", TICKETS)
    said = folder("ingest", name, "--route", "tickets", "--dry-run", "--json")
    assert said.one == {
        "dry_run": True,
        "summary": {
            "read": 4, "accepted": 3, "duplicate": 0, "conflict": 0, "stopped": 0, "context": 1, "refused": 0,
        },
    }  # fmt: skip
    assert folder.sql("SELECT count(*) FROM events") == [(0,)]
    assert folder("ingest", name, "--route", "tickets", "--dry-run").out.startswith("4 rows: ")


# --- bad input --------------------------------------------------------------------------------------------------------

BAD = "\n".join([
    '{"id": "1", "conversation": "c1", "text": "one"}',
    "[1]",
    '{"id": "3", "conversation": "c1", "text": "x", "route": "nowhere"}',
    '{"id": "1", "conversation": "c1", "text": "other words"}',
    json.dumps({"id": "5", "conversation": "c1", "text": "x" * 100_001}),
    '{"id": "6", "conversation": "c1", "text": "six"}',
])  # fmt: skip


def test_what_cannot_be_taken_costs_the_rest_nothing(folder):
    bad = folder.write("bad.jsonl", BAD)
    table = folder.write("bad.csv", "ticket_id,text\nA,hello\nB,\n")
    no_mail = folder.write("bad.eml", "From: \n\n")
    said = folder("ingest", bad, table, no_mail, "--route", "mail", "--json")
    *refused, summary = said.lines
    assert said.code == 1
    assert [(one["file"], one["position"], one["status"], one["external_id"]) for one in refused] == [
        ("bad.jsonl", "line 2", "refused", None),
        ("bad.jsonl", "line 3", "refused", "3"),
        ("bad.jsonl", "line 4", "conflict", "1"),
        ("bad.jsonl", "line 5", "refused", "5"),
        ("bad.csv", "row 3", "refused", None),
        ("bad.eml", "mail 1", "refused", refused[-1]["external_id"]),
    ]
    assert all(one["reason"] for one in refused)
    assert set(refused[0]) == {"file", "position", "external_id", "status", "reason"}
    assert summary["summary"] == {
        "read": 9, "accepted": 3, "duplicate": 0, "conflict": 1, "stopped": 0, "context": 0, "refused": 5,
    }  # fmt: skip
    assert texts(folder) == ["hello", "one", "six"]
    assert folder.sql("SELECT count(*) FROM events WHERE status = 'refused'") == [(5,)]

    again = folder("ingest", bad, table, no_mail, "--route", "mail", "--json")
    assert again.code == 1, "it is as refused as before"
    assert again.lines[:-1] == refused
    assert again.lines[-1]["summary"]["duplicate"] == 3
    assert folder.sql("SELECT count(*) FROM events WHERE status = 'refused'") == [(5,)], "recorded once"

    folder.write("bad.csv", "ticket_id,text\nA,hello\nB,mended\n")
    assert folder("ingest", "bad.csv", "--route", "mail").code == 0
    assert "mended" in texts(folder)


def test_refusals_for_people_name_file_and_place(folder):
    said = folder("ingest", folder.write("bad.jsonl", BAD), "--route", "mail")
    assert "bad.jsonl, line 2: event: expected a JSON object, got a list of 1" in said.err
    assert "bad.jsonl, line 3: route: expected a configured route (mail, tickets)" in said.err
    assert said.out == "6 read: 2 accepted, 0 duplicate, 1 conflict, 0 stopped, 0 context, 3 refused\n"


def test_a_dry_run_tells_of_them_too(folder):
    said = folder("ingest", folder.write("bad.jsonl", BAD), "--route", "mail", "--dry-run")
    assert said.code == 1
    assert "bad.jsonl, line 2: " in said.err
    assert "3 that cannot be taken" in said.out


def test_usage(folder):
    assert folder("ingest", "none.mbox", "--route", "mail").code == 2
    said = folder("ingest", folder.write("t.csv", TICKETS), "--route", "male")
    assert said.code == 2
    assert "there is no route male, only mail, tickets" in said.err


def test_a_broker_that_does_not_answer_costs_nothing_but_a_sentence(folder, monkeypatch):
    monkeypatch.setenv("TURNWIRE_BROKER_URL", "amqp://guest:guest@127.0.0.1:1//")
    said = folder("ingest", folder.write("t.csv", TICKETS), "--route", "tickets")
    assert said.code == 0
    assert "the broker does not answer" in said.err
    assert len(texts(folder)) == 3


def test_a_database_that_is_not_there(folder):
    (folder.path / "turnwire.db").unlink()
    said = folder("ingest", folder.write("t.csv", TICKETS), "--route", "tickets")
    assert said.code == 1
    assert "run `turnwire migrate`" in said.err
    assert not (folder.path / "turnwire.db").exists()


# --- parse ------------------------------------------------------------------------------------------------------------


def test_parse_needs_no_configuration_and_stores_nothing(folder):
    Path("turnwire.toml").unlink()
    Path("turnwire.db").unlink()
    said = folder("parse", folder.write("t.csv", TICKETS), "--json")
    assert said.code == 0
    assert [(one["position"], one["status"], one["text"]) for one in said.lines] == [
        ("row 2", "accepted", "second"),
        ("row 3", "accepted", "first"),
        ("row 4", "context", "we reply"),
        ("row 5", "accepted", "hello"),
    ]
    assert said.lines[0]["occurred_at"] == "2026-10-02T10:00:00.000Z"
    assert [path.name for path in Path().iterdir()] == ["t.csv"]


def test_parse_tells_what_a_mail_holds(folder):
    raw = (
        "From: Ana <ana@home.example>\nTo: help@shop.example\nCc: bo@home.example\nMessage-ID: <2@x>\n"
        "In-Reply-To: <1@x>\nReferences: <0@x> <1@x>\n"
        "Subject: Re: Hose\nSubject: twice\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nMy hose leaks.\n"
        "--b\nContent-Type: image/gif; name=hose.gif\n\nGIF89a\n--b--\n"
    )
    told = folder("parse", folder.write("a.eml", raw), "--json").one
    wanted = {
        "text": "My hose leaks.", "full_text": "My hose leaks.", "quoted_text": "", "signature": "", "language": None,
        "attachments": [{"name": "hose.gif", "type": "image/gif", "size": 6, "inline": False}], "message_id": "2@x",
        "in_reply_to": "1@x", "references": ["0@x", "1@x"], "to": ["help@shop.example"], "cc": ["bo@home.example"],
        "auth": "unknown", "defects": ["repeated_subject"], "bounce": None, "subject": "Re: Hose",
    }  # fmt: skip
    assert {name: told[name] for name in wanted} == wanted


def test_parse_knows_our_addresses_where_the_route_is_configured(folder):
    name = folder.write("a.eml", mail("1", sender="Support <support@brightwater.example>"))
    assert folder("parse", name, "--json").one["status"] == "accepted"
    assert folder("parse", name, "--route", "mail", "--json").one["reason"] == "own_address"


def test_parse_for_people_marks_the_customers_words(folder):
    said = folder("parse", folder.write("a.eml", mail("1")))
    assert said.out.startswith("a.eml, mail 1: accepted\n")
    assert "  | My hose leaks.\n" in said.out


def test_parse_of_what_is_no_mail(folder):
    said = folder("parse", folder.write("x.bin", b"\x00\xff\x00"), folder.write("a.eml", mail("1")), "--json")
    assert said.code == 1
    assert [one["status"] for one in said.lines] == ["refused", "accepted"]
