"""A dry run says what the run then comes to: message by message, for files of every format, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.kit.cli_site import make_site

TABLE = """\
ticket_id,message_id,created_at,author,text
A,a1,2026-10-02T10:00:00Z,customer,second
A,a2,2026-10-01T10:00:00Z,customer,first
A,a1,2026-10-02T10:00:00Z,customer,second
A,a2,2026-10-01T10:00:00Z,customer,other words
A,a3,2026-10-03T10:00:00Z,agent,we reply
A,a3,2026-10-03T10:00:00Z,agent,we reply
B,,2026-10-01T10:00:00Z,customer,no id
B,,2026-10-01T10:00:00Z,customer,no id
C,c1,2026-10-01T10:00:00Z,customer,
"""
LATER = TABLE.replace("we reply", "we reply otherwise").replace("second", "second thoughts") + "D,d1,,customer,new\n"


def line(id_: str, **fields: object) -> str:
    return json.dumps({"id": id_, "conversation": "Q", "text": f"text {id_}", **fields})


def mail(id_: str, sender: str = "ann@example.org", day: int = 5, more: str = "") -> str:
    return (
        f"From: {sender}\nTo: support@shop.example\nSubject: Hose\nDate: Mon, {day:02} Oct 2026 09:00:00 +0000\n"
        f"Message-ID: <{id_}@example.org>\n{more}\nMy hose leaks.\n"
    )


def mbox(*mails: str) -> str:
    return "".join(f"From ann@example.org Mon Oct  5 09:00:00 2026\n{each}\n" for each in mails)


@pytest.fixture
def site(database, tmp_path, capsys):
    made = make_site(database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def written(site) -> dict[str, str]:
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    files = {
        "tickets.csv": TABLE,
        "later.csv": LATER,
        "queue.jsonl": "\n".join([
            line("1"), line("1"), line("1", text="other words"), line("2", due_at=later), line("2", due_at=later),
            line("3", route="nowhere"), "[1]", line("4", callback={"task": "shop.done", "queue": "shop"}),
            line("5", source="mail:support"), line("6"), line("6", conversation="R"),
        ]),
        "mails.mbox": mbox(
            mail("m1"), mail("m1"), mail("m1", day=6), mail("m1", sender="bob@example.org"), mail("m1", day=6),
            mail("m2", more="Auto-Submitted: auto-replied\n"), mail("m2", more="Auto-Submitted: auto-replied\n"),
            mail("m3", more="In-Reply-To: <m1@example.org>\n"),
        ),
        "one.eml": mail("m1"),
        "none.eml": "From: \n\n",
        "box/new/1.a": mail("m4"),
        "box/cur/2.b": mail("m1", day=7),
    }  # fmt: skip
    for name, text in files.items():
        (site.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (site.folder / name).write_text(text, encoding="utf-8")
    return {name: str(site.folder / name) for name in [*files, "box"]}


def foretold(site, *words: str) -> dict[str, int]:
    """The run's summary, after a dry run that has said the same, message by message."""
    dry = site("ingest", *words, "--route", "support", "--json", "--dry-run")
    before = site("events", "list", "--json", "--limit", "0").out
    *told_dry, summary_dry = dry.rows
    assert site("events", "list", "--json", "--limit", "0").out == before
    run = site("ingest", *words, "--route", "support", "--json", "--yes")
    *told, summary = run.rows
    assert summary_dry["summary"] == summary["summary"]
    assert sum(summary["summary"].values()) == 2 * summary["summary"]["read"]
    assert dry.code == run.code
    by_place = [sorted(json.dumps(each, sort_keys=True) for each in rows) for rows in (told_dry, told)]
    assert by_place[0] == by_place[1]
    return summary["summary"]


def test_of_a_table(site):
    files = written(site)
    first = foretold(site, files["tickets.csv"])
    assert (first["duplicate"], first["conflict"], first["refused"]) == (3, 1, 1)
    again = foretold(site, files["later.csv"])
    assert again["accepted"] == 1
    assert again["conflict"] == 5
    assert foretold(site, files["tickets.csv"], files["later.csv"])["accepted"] == 0


def test_of_json_lines(site):
    files = written(site)
    first = foretold(site, files["queue.jsonl"])
    assert (first["duplicate"], first["conflict"]) == (2, 2)
    assert foretold(site, files["queue.jsonl"])["accepted"] == 0


def test_of_mail_in_every_form(site):
    files = written(site)
    mails = [files[name] for name in ("mails.mbox", "one.eml", "none.eml", "box")]
    first = foretold(site, *mails)
    assert (first["conflict"], first["refused"]) == (0, 1)
    assert first["accepted"] == 6  # m1 of three days and of another sender, m3, m4
    assert foretold(site, *mails)["duplicate"] == first["read"] - first["refused"]


def test_of_history_that_is_then_sent_and_of_everything_at_once(site):
    files = written(site)
    everything = [files[name] for name in ("tickets.csv", "queue.jsonl", "mails.mbox", "one.eml", "box", "later.csv")]
    history = foretold(site, files["mails.mbox"], files["tickets.csv"], "--history")
    assert history["accepted"] == 0
    assert foretold(site, *everything)["accepted"] > 0
    assert foretold(site, *everything)["accepted"] == 0
