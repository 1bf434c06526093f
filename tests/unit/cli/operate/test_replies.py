"""`turnwire replies`: what did not get back, and settling it by id and by filter."""

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
def replies(site):
    """A reply in each of some states, by state."""
    found = {}
    for state in ("queued", "failed", "unknown", "delivered"):
        conversation, (turn,) = site.store.conversation(f"T-{state}", ["answered"])
        found[state] = site.store.reply(turn, conversation, state)
    return found


def state(site, reply):
    return site.store.row(tables.replies, tables.replies.c.id == reply).status


def test_the_list_and_its_filters(site, replies):
    site.store.change(
        tables.replies, tables.replies.c.id == replies["queued"], created_at=site.store.now() - 120 * MINUTE
    )

    def ids(*words):
        return [int(row["id"]) for row in site("replies", "list", "--json", *words).rows]

    assert ids() == [replies[name] for name in ("delivered", "unknown", "failed", "queued")]
    assert ids("--status", "failed", "--status", "unknown") == [replies["unknown"], replies["failed"]]
    assert ids("--channel", "celery") == []
    assert ids("--route", "support", "--since", "1h", "--limit", "1") == [replies["delivered"]]
    assert ids("--until", "1h") == [replies["queued"]]
    turn = site("replies", "show", str(replies["failed"]), "--json").one["turn_id"]
    assert ids("--turn", turn) == [replies["failed"]]
    assert site("replies", "list", "--route", "suport").code == 2
    assert "T-failed" in site("replies", "list").out


def test_show_has_each_attempt_and_what_to_do(site, replies):
    now = site.store.now()
    site.store.add(
        tables.reply_attempts, reply_id=replies["unknown"], number=1, owner=1, started_at=now, ended_at=now,
        outcome="lost", http_status=502, error="a gateway answered 502",
    )  # fmt: skip
    shown = site("replies", "show", str(replies["unknown"])).out
    for expected in (
        "unknown - may have arrived",
        "HTTP 502",
        "a gateway answered 502",
        f"turnwire replies resolve {replies['unknown']} --as resend",
        "it arrives twice",
    ):
        assert expected in shown


def test_retry_resolve_cancel(site, replies):
    assert site("replies", "retry", str(replies["failed"])).out == f"reply {replies['failed']}: failed -> queued\n"
    assert site("replies", "resolve", str(replies["unknown"]), "--as", "delivered", "--by", "anna").code == 0
    assert site("replies", "cancel", str(replies["queued"]), "--json").one["after"] == "cancelled"
    assert [state(site, reply) for reply in replies.values()] == ["cancelled", "queued", "delivered", "delivered"]
    assert "anna  resolve: unknown -> delivered" in site("replies", "show", str(replies["unknown"])).out
    assert site.bells() == 3


def test_a_cancelled_one_may_be_delivered_all_the_same(site, replies):
    assert site("replies", "cancel", str(replies["queued"])).code == 0
    assert "deliver it all the same" in site("replies", "show", str(replies["queued"])).out
    assert site("replies", "retry", str(replies["queued"])).out == f"reply {replies['queued']}: cancelled -> queued\n"


def test_a_wrong_state_names_the_right_command(site, replies):
    ran = site("replies", "retry", str(replies["unknown"]))
    assert ran.code == 1
    assert "`turnwire replies resolve" in ran.err


def test_bulk_by_filter(site, replies):
    dry = site("replies", "retry", "--channel", "webhook", "--dry-run")
    assert (dry.code, dry.out) == (0, "would deliver again: 1 reply\n")
    assert site("replies", "retry", "--channel", "webhook").code == 2
    assert state(site, replies["failed"]) == "failed"
    assert site("replies", "retry", "--channel", "webhook", "--yes").code == 0
    assert state(site, replies["failed"]) == "queued"
    assert site("replies", "retry", "--route", "sales", "--yes").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("retry",),
        ("retry", "1", "--route", "support"),
        ("retry", "1", "--dry-run"),
        ("resolve", "1"),
        ("resolve", "1", "--as", "answered"),
        ("cancel", "--route", "suport"),
    ],
)
def test_usage(site, words):
    assert site("replies", *words).code == 2


@pytest.mark.parametrize("command", ["list", "show", "retry", "resolve", "cancel"])
def test_each_help_has_an_example(site, command):
    assert f"turnwire replies {command}" in site("replies", command, "--help").out.partition("Example")[2]
