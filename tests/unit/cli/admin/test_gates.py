"""`turnwire accounts` and `turnwire routes`: what is closed, why, and what to check before opening it."""

from __future__ import annotations

import time

import pytest

from connector.storage import tables
from connector.storage.core.statements import FOREVER
from tests.kit.cli_site import make_site


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def account(site, name="osvi"):
    (row,) = [row for row in site("accounts", "list", "--json").rows if row["name"] == name]
    return row


def test_accounts_that_were_never_used_are_listed(site):
    ran = site("accounts", "list")
    assert [line.split()[:3] for line in ran.out.splitlines()[1:]] == [
        ["osvi", "osvi", "open"],
        ["synthflow", "synthflow", "open"],
    ]
    assert list(account(site))[:6] == ["name", "open", "reason", "until", "in_flight", "spent_today"]


def test_a_closed_account_says_why_until_when_and_what_to_do(site):
    site.store.account(
        "osvi", closed_until=FOREVER, reason="credentials", detail="OSVI answered 401", ramp=1, spent=7,
        day=int(time.time() // 86400),
    )  # fmt: skip
    site.store.account("synthflow", closed_until=site.store.now() + 90_000, reason="busy")
    lines = site("accounts", "list").out.splitlines()
    assert all(word in lines[1] for word in ("closed", "credentials", "0/1", "7/500", "OSVI answered 401"))
    assert "the variable OSVI_API_TOKEN of the worker's environment" in account(site)["next"]
    assert account(site)["next"].endswith("then turnwire accounts resume osvi")
    assert account(site, "synthflow")["until"].endswith("Z")
    assert account(site, "synthflow")["next"] == "it goes on by itself"


def test_an_account_without_credit_says_where_to_top_it_up(site):
    site.store.account("osvi", closed_until=FOREVER, reason="credit", detail="OSVI answered 402")
    assert account(site)["next"] == "top up its credit at osvi, then turnwire accounts resume osvi"
    assert site("accounts", "resume", "osvi").code == 0


def test_a_used_up_budget_is_told(site):
    site.store.account("osvi", spent=500, day=int(time.time() // 86400))
    assert "budget is used up" in account(site)["next"]


def test_pause_and_resume_an_account(site):
    assert site("accounts", "pause", "osvi", "--detail", "new agent at noon", "--by", "anna").code == 0
    paused = account(site)
    assert (paused["open"], paused["reason"], paused["detail"]) == (False, "operator", "new agent at noon")
    assert paused["next"] == "turnwire accounts resume osvi"
    twice = site("accounts", "pause", "osvi")
    assert (twice.code, site.bells()) == (1, 0)
    assert "`turnwire accounts resume osvi`" in twice.err
    assert site("accounts", "resume", "osvi", "--json").one == {"name": "osvi", "paused": False, "reason": "operator"}
    assert site.bells() == 1
    assert site.store.rows(tables.audit)[0].actor == "anna"


def test_resume_after_refused_credentials_says_what_to_check(site):
    site.store.account("synthflow", closed_until=FOREVER, reason="credentials")
    ran = site("accounts", "resume", "synthflow")
    assert ran.code == 0
    assert "one call goes out first" in ran.out
    assert "refused its credentials" in ran.err
    assert "the file key must hold a valid token of synthflow" in ran.err


def test_an_open_account_cannot_be_resumed(site):
    ran = site("accounts", "resume", "osvi")
    assert ran.code == 1
    assert "account osvi is open" in ran.err


def test_the_kill_switch_of_a_route(site):
    ran = site("routes", "stop", "support", "--detail", "a loop", "--by", "anna")
    assert (ran.code, ran.out) == (
        0, "route support is stopped, its answers too: `turnwire routes resume support` lets both go on\n"
    )  # fmt: skip
    (line,) = [line for line in site("routes", "list").out.splitlines() if line.startswith("support")]
    assert all(word in line for word in ("stopped", "a loop", "turnwire routes resume support"))
    twice = site("routes", "stop", "support")
    assert (twice.code, "stopped already" in twice.err) == (1, True)
    assert site("routes", "resume", "support", "--json").one == {
        "name": "support", "paused": False, "reason": "stopped"
    }  # fmt: skip
    assert [row.action for row in site.store.rows(tables.audit)] == ["stop", "resume"]
    assert site("routes", "stop", "suport").code == 2
    assert "turnwire routes stop support" in site("routes", "stop", "--help").out


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize(
    ("noun", "name", "near"), [("accounts", "syntflow", "synthflow"), ("routes", "suport", "support")]
)
def test_unknown_names_are_refused_with_the_nearest(site, noun, command, name, near):
    ran = site(noun, command, name)
    assert ran.code == 2
    assert f"did you mean {near}?" in ran.err
    assert site.store.rows(tables.audit) == []


def test_a_name_like_no_other_gets_them_all(site):
    assert "there is osvi, synthflow" in site("accounts", "pause", "zzz").err


def test_routes_count_what_needs_somebody(site):
    site.store.conversation("T-1", ["unknown", "queued", "failed"])
    support = next(row for row in site("routes", "list", "--json").rows if row["name"] == "support")
    assert (support["queued"], support["unknown"], support["failed"]) == (1, 1, 1)
    assert (support["account"], support["agent"]) == ("osvi", "agent_1")
    assert support["next"] == "turnwire turns list --route support --status unknown"
    assert "support  osvi" in site("routes", "list").out


def test_pause_and_resume_a_route(site):
    assert site("routes", "pause", "support").code == 0
    assert site("routes", "pause", "support").code == 1
    assert "turnwire routes resume support" in site("routes", "list").out
    assert site("routes", "resume", "support").out == "route support goes on\n"
    assert site("routes", "resume", "support").code == 1
    assert site.bells() == 1


def test_a_route_paused_over_its_agent_says_what_to_check(site):
    site.store.add(tables.routes, name="support", paused=True, reason="misconfigured", changed_at=site.store.now())
    row = next(row for row in site("routes", "list", "--json").rows if row["name"] == "support")
    assert row["next"].startswith("agent agent_1 must exist at the provider of account osvi")
    assert "agent agent_1 must exist" in site("routes", "resume", "support").err


def test_a_route_that_left_the_configuration_can_still_be_resumed(site):
    site.store.add(tables.routes, name="gone", paused=True, reason="operator", changed_at=site.store.now())
    assert "not in the configuration" in site("routes", "list").out
    assert site("routes", "resume", "gone").code == 0


@pytest.mark.parametrize("noun", ["accounts", "routes"])
@pytest.mark.parametrize("command", ["list", "pause", "resume"])
def test_each_help_has_an_example(site, noun, command):
    assert f"turnwire {noun} {command}" in site(noun, command, "--help").out.partition("Example")[2]
