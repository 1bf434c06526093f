"""`turnwire events`: what arrived, what became of it, what came twice."""

from __future__ import annotations

import pytest

from connector.storage import tables
from tests.kit.cli_site import make_site
from tests.kit.storage_fixtures import MINUTE


@pytest.fixture
def site(database, tmp_path, capsys):
    made = make_site(database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def test_the_list_is_newest_first_and_narrowed_by_filters(site):
    stopped = site.store.event("auto", status="stopped", reason="auto_reply", route="support", conversation_key="T-1")
    refused = site.store.event("bad", status="refused", source="celery", given_id="order-7")
    old = site.store.event("old", status="context", received_at=site.store.now() - 120 * MINUTE)

    def ids(*words):
        return [int(row["id"]) for row in site("events", "list", "--json", *words).rows]

    assert ids() == [old, refused, stopped]
    assert ids("--status", "stopped", "--status", "refused") == [refused, stopped]
    assert ids("--source", "celery") == [refused]
    assert ids("--route", "support") == [stopped]
    assert ids("--conversation", "T-1") == [stopped]
    assert ids("--since", "1h") == [refused, stopped]
    assert ids("--until", "1h") == [old]
    assert ids("--limit", "1") == [old]
    assert ids("--status", "duplicate") == []
    table = site("events", "list").out
    assert "auto_reply" in table
    assert "order-7" in table
    assert "bad" not in table.split()


def test_conflicts_are_found_and_shown(site):
    event = site.store.event("first", conflicts=1)
    site.store.event("other")
    now = site.store.now()
    site.store.add(tables.conflicts, event_id=event, hash="h2", text="second\nthing", received_at=now)
    (row,) = site("events", "list", "--status", "conflict", "--json").rows
    assert row["id"] == str(event)
    shown = site("events", "show", str(event)).out
    assert "Came again under the same id with other content" in shown
    assert "  | second\n  | thing" in shown
    assert site("events", "list", "--status", "conflict", "--status", "refused").code == 2


def test_show_tells_why_and_what_to_do(site):
    refused = site.store.event("hello", status="refused", reason="route: expected a configured route", route="suport")
    shown = site("events", "show", str(refused)).out
    for expected in ("refused - could not be taken", "expected a configured route", "  | hello", "turnwire enqueue"):
        assert expected in shown
    _, (turn,) = site.store.conversation("T-1", ["answered"])
    assert f"turnwire turns show {turn}" in site("events", "show", str(turn)).out


def test_show_tells_what_became_of_a_follow_up(site):
    event = site.store.event("later", status="scheduled")
    site.store.add(tables.followups, id=event, status="scheduled", due_at=site.store.now() + MINUTE, created_at=1)
    cancel = f"turnwire followups cancel {event}"
    assert cancel in site("events", "show", str(event)).out
    site.store.change(tables.followups, tables.followups.c.id == event, status="cancelled", reason="customer_wrote")
    shown = site("events", "show", str(event)).out
    assert "cancelled (customer_wrote)" in shown
    assert cancel not in shown


def test_the_raw_message_only_when_asked_for(site):
    event = site.store.event("hello", status="stopped")
    site.store.add(tables.event_bodies, event_id=event, body=b"Subject: Re: x\r\n\r\nhello")
    assert "Subject:" not in site("events", "show", str(event)).out
    assert "Subject: Re: x" in site("events", "show", str(event), "--raw").out
    assert site("events", "show", str(event), "--raw", "--json").one["raw"].startswith("Subject")


def test_one_that_is_not_there(site):
    assert site("events", "show", "999").err == "error: there is no event 999\n"


@pytest.mark.parametrize("command", ["list", "show"])
def test_each_help_has_an_example(site, command):
    assert f"turnwire events {command}" in site("events", command, "--help").out.partition("Example")[2]


def test_a_turn_of_several_messages_tells_them_apart_and_each_message_its_turn(site):
    _, (turn,) = site.store.conversation("T-1", ["queued"])
    second = site.store.event(conversation_key="T-1", source="celery", external_id="order-7", route="support")
    site.store.change(tables.turns, tables.turns.c.id == turn, text="one\n\ntwo")
    site.store.add(tables.joined, event_id=turn, turn_id=turn, start=0, length=3)
    site.store.add(tables.joined, event_id=second, turn_id=turn, start=5, length=3)

    shown = site("turns", "show", str(turn)).out
    assert "2 messages, joined since they came quickly" in shown
    assert f"event {turn} " in shown
    assert f"event {second} " in shown
    assert "celery, id order-7" in shown
    first, later = (site("events", "show", str(event)).out for event in (turn, second))
    assert "  | one\n" in first
    assert "two" not in first
    assert f"{turn}, joined to the message before it" in later
    assert "  | two\n" in later
    assert f"turnwire turns show {turn}" in later
    listed = site("events", "list", "--turn", str(turn), "--json").rows
    assert [(row["id"], row["turn_id"]) for row in listed] == [(str(second), str(turn)), (str(turn), str(turn))]
    pinned = site("turns", "show", str(turn), "--json").one
    assert (pinned["event_id"], pinned["text"], "events" in pinned) == (str(turn), "one\n\ntwo", False)


def test_what_was_stopped_is_released_by_a_person_and_said(site):
    aside = {"route": "support", "conversation_key": "T-1"}
    stopped = site.store.event("Where is it?", status="stopped", reason="mailing_list", **aside)
    sent = site.store.event("sent", status="accepted", route="support")
    assert f"turnwire events release {stopped}" in site("events", "show", str(stopped)).out
    released = site("events", "release", str(stopped), "--by", "ann", "--json").one
    assert (released["turn_id"], released["before"], released["after"]) == (str(stopped), "stopped", "accepted")
    (turn,) = site("turns", "list", "--json").rows
    assert (turn["id"], turn["status"], turn["text"]) == (str(stopped), "queued", "Where is it?")
    refused = site("events", "release", str(sent), str(stopped))
    assert refused.code == 1
    assert "0 done, 2 refused" in refused.err


def attached(site, name: str = "invoice.pdf", *, body: bytes | None = b"%PDF-1.7", why: str | None = None) -> int:
    """An event with one attachment; the number of it is 1."""
    event = site.store.event("see attached")
    sha256 = None if body is None else f"sha of {event}"
    file = {"name": name, "type": "application/pdf", "size": 8, "inline": False, "sha256": sha256, "why": why}
    site.store.add(tables.attachments, event_id=event, number=1, **file)
    if body is not None:
        site.store.add(tables.attachment_bodies, sha256=sha256, body=body)
    return event


def test_attachments_are_listed_and_written_out_once(site, tmp_path):
    event = attached(site)
    shown = site("events", "show", str(event)).out
    assert "  1  invoice.pdf  (application/pdf, 8 bytes)" in shown
    assert f"turnwire events attachment {event} 1" in shown
    (row,) = site("events", "show", str(event), "--json").rows
    assert row["attachments"] == [
        {"number": 1, "name": "invoice.pdf", "type": "application/pdf", "size": 8, "inline": False,
         "sha256": f"sha of {event}", "kept": True, "why": None}
    ]  # fmt: skip
    file = tmp_path / "out.pdf"
    assert "8 bytes" in site("events", "attachment", str(event), "1", "-o", str(file)).out
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"%PDF-1.7", 0o600)
    again = site("events", "attachment", str(event), "1", "-o", str(file))
    assert again.code == 2
    assert "nothing is overwritten" in again.err
    assert site("events", "attachment", str(event), "1", "-o", str(tmp_path / "no" / "such")).code == 2


def test_an_attachment_gets_its_own_name_in_a_folder_and_never_leaves_it(site, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("invoice.pdf", "../../etc/passwd"):
        assert site("events", "attachment", str(attached(site, name)), "1", "-o", str(folder)).code == 0
    assert sorted(each.name for each in folder.iterdir()) == ["invoice.pdf", "passwd"]


def test_an_attachment_that_is_not_kept_says_why(site, tmp_path):
    event = attached(site, "run\x1b[31m.exe", body=None, why="program")
    shown = site("events", "show", str(event)).out
    assert "not kept: it may run something" in shown
    assert "\x1b" not in shown
    assert "events attachment" not in shown
    for number in ("1", "2"):
        asked = site("events", "attachment", str(event), number, "-o", str(tmp_path / "new"))
        assert asked.code != 0
        assert asked.out == ""
    assert not (tmp_path / "new").exists()
