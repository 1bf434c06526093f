"""`turnwire replies endpoints|enable|disable|replay`, and the reasons that the screens of replies and turns show."""

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


@pytest.fixture
def disabled(site):
    """The webhook, disabled for failing, and a reply that waits for it."""
    now = site.store.now()
    site.store.add(
        tables.endpoints, name="webhook", failing_since=now - 6 * 24 * 60 * MINUTE, failed_at=now, error="HTTP 500",
        disabled_at=now, reason="failing", changed_at=now,
    )  # fmt: skip
    conversation, (turn,) = site.store.conversation("T-1", ["answered"])
    return site.store.reply(turn, conversation, "queued", ready_at=None, reason="endpoint_disabled")


def replies(site, *statuses, age=0):
    found = []
    for number, status in enumerate(statuses):
        conversation, (turn,) = site.store.conversation(f"R-{number}-{age}", ["answered"])
        made = site.store.now() - age
        arrived = made if status == "delivered" else None
        found.append(site.store.reply(turn, conversation, status, created_at=made, delivered_at=arrived))
    return found


def state(site, reply):
    row = site.store.row(tables.replies, tables.replies.c.id == reply)
    return row.status, row.reason


def test_the_list_of_endpoints(site, disabled):
    (row,) = site("replies", "endpoints", "--json").rows
    assert (row["name"], row["state"], row["reason"], row["waiting"]) == ("webhook", "disabled", "failing", 1)
    said = site("replies", "endpoints").out
    assert "disabled" in said
    assert "HTTP 500" in said


def test_an_endpoint_that_never_failed_is_listed(site):
    (row,) = site("replies", "endpoints", "--json").rows
    assert (row["name"], row["state"], row["waiting"]) == ("webhook", "enabled", 0)


def test_status_names_the_command_that_enables_it(site, disabled):
    (alarm,) = [one for one in site("status", "--json").one["alarms"] if one["name"] == "endpoint_disabled"]
    assert alarm["next"] == "turnwire replies enable webhook"
    assert "1 reply waits" in alarm["what"]


def test_enable_lets_what_waits_go(site, disabled):
    shown = site("replies", "show", str(disabled)).out
    assert "its endpoint is disabled" in shown
    assert "turnwire replies enable webhook" in shown
    ran = site("replies", "enable", "webhook", "--by", "anna")
    assert (ran.code, ran.out) == (0, "webhook is enabled: 1 reply that waited for it goes now\n")
    assert state(site, disabled) == ("queued", None)
    assert site.bells() == 1
    again = site("replies", "enable", "webhook")
    assert again.code == 1
    assert "is enabled" in again.err


def test_disable(site):
    assert site("replies", "disable", "webhook", "--json").one["after"] == "disabled"
    assert site("replies", "disable", "webhook").code == 1


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_an_unknown_endpoint(site, command):
    ran = site("replies", command, "webhok")
    assert ran.code == 2
    assert "did you mean webhook" in ran.err


def test_replay_says_how_many_before_it_does_anything(site):
    old = replies(site, "delivered", age=48 * 60 * MINUTE)
    new = replies(site, "delivered", "failed", "cancelled", "unknown")
    dry = site("replies", "replay", "--since", "24h", "--dry-run")
    assert (dry.code, dry.out) == (0, "would deliver again: 2 replies (1 delivered, 1 failed)\n")
    asked = site("replies", "replay", "--since", "24h")
    assert asked.code == 2, "nobody is there to answer, so --yes is needed"
    assert state(site, new[0])[0] == "delivered"
    ran = site("replies", "replay", "--since", "24h", "--yes")
    assert (ran.code, ran.out) == (0, "queued again: 2\n")
    assert "2 of 2 queued" in ran.err
    assert [state(site, reply)[0] for reply in [*old, *new]] == [
        "delivered", "queued", "queued", "cancelled", "unknown",
    ]  # fmt: skip
    assert "delivered once more" in site("replies", "show", str(new[0])).out


def test_replay_in_json(site, disabled):
    replies(site, "delivered", "failed")
    ran = site("replies", "replay", "--since", "24h", "--status", "failed", "--yes", "--json")
    assert ran.one == {"dry_run": False, "matched": 1, "queued": 1, "failed": 1}
    assert "1 of 1 queued" in ran.err
    assert "turnwire replies enable webhook" in ran.err, "it is disabled, so they wait"
    assert site("replies", "replay", "--since", "1h", "--route", "sales", "--json").one["matched"] == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--since", "yesterday"),
        ("--since", "24h", "--status", "cancelled"),
        ("--since", "24h", "--status", "queued"),
        ("--since", "24h", "--route", "suport"),
    ],
)
def test_usage(site, words):
    assert site("replies", "replay", *words).code == 2


@pytest.mark.parametrize("command", ["endpoints", "enable", "disable", "replay"])
def test_each_help_has_an_example(site, command):
    assert f"turnwire replies {command}" in site("replies", command, "--help").out.partition("Example")[2]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("overtaken", "the customer has written again"),
        ("handed_off", "a person has the conversation"),
        ("conversation_closed", "the conversation was closed"),
        ("gave_up: lost", "tried for three days"),
    ],
)
def test_the_screens_say_why_a_reply_did_not_leave(site, reason, words):
    conversation, (turn,) = site.store.conversation("T-1", ["answered"])
    status = "failed" if reason.startswith("gave_up") else "cancelled"
    reply = site.store.reply(turn, conversation, status, reason=reason)
    assert f"{words}" in site("replies", "show", str(reply)).out
    assert words in site("turns", "show", str(turn)).out
    assert site("turns", "show", str(turn), "--json").one["replies"][0]["reason"] == reason
