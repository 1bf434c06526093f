"""`turnwire outbox`: what the outside was to hear of a change of hands, and what an operator does about it."""

from __future__ import annotations

import pytest

from connector.storage import tables
from tests.kit.cli_site import make_site


@pytest.fixture
def site(database, tmp_path, capsys):
    made = make_site(database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


@pytest.fixture
def held(site):
    """A conversation with a person, whose provider could not be told."""
    conversation, _ = site.store.conversation("T-1", ["answered", "queued"], chat_id="chat-1")
    site("conversations", "hand-off", "T-1")
    site.store.change(tables.outbox, tables.outbox.c.kind == "hold", status="failed", ready_at=None, reason="refused")
    return conversation


def item(site, kind):
    return site.store.row(tables.outbox, tables.outbox.c.kind == kind)


def held_for(site, conversation):
    return site.store.row(tables.schedule, tables.schedule.c.conversation_id == conversation).held


def test_what_failed_is_an_alarm_and_can_be_made_again(site, held):
    alarms = {alarm["name"]: alarm for alarm in site("status", "--json").one["alarms"]}
    assert alarms["failed_outbox"]["next"] == "turnwire outbox list --status failed"
    assert alarms["handed_off_conversations"]["what"].startswith("1 conversation is with a person")
    failed = item(site, "hold")
    assert f"turnwire outbox retry {failed.id}" in site("conversations", "show", "T-1").out
    assert site("outbox", "list", "--status", "failed").out.splitlines()[1].split()[:4] == [
        str(failed.id), "T-1", "hold", "failed",
    ]  # fmt: skip
    assert site("outbox", "retry", str(failed.id), "--json").one["after"] == "queued"
    assert item(site, "hold").ready_at is not None
    assert site("outbox", "retry", str(failed.id)).code == 1


def test_what_something_newer_would_be_undone_by_is_not_made_again(site, held):
    site("conversations", "resume", "T-1", "--answer-waiting")
    ran = site("outbox", "retry", str(item(site, "hold").id))
    assert ran.code == 1
    assert "was overtaken" in ran.err


def test_taking_back_what_a_conversation_waits_for_lets_it_go_on(site, held):
    site("conversations", "resume", "T-1", "--answer-waiting")
    assert held_for(site, held) == "resuming"
    release = item(site, "release")
    assert site("outbox", "cancel", str(release.id)).code == 0
    assert held_for(site, held) is None
    assert site.store.row(tables.schedule, tables.schedule.c.conversation_id == held).ready_at is not None
    ran = site("outbox", "cancel", str(release.id))
    assert (ran.code, "is cancelled, not queued or failed" in ran.err) == (1, True)


def test_one_that_is_not_there(site):
    assert "there is no outside call 99" in site("outbox", "retry", "99").err
    assert site("outbox", "list").code == 0


@pytest.mark.parametrize("command", ["list", "retry", "cancel"])
def test_each_help_has_an_example(site, command):
    assert f"turnwire outbox {command}" in site("outbox", command, "--help").out.partition("Example")[2]
