"""`turnwire followups`: a message for later, its identity, and taking it back."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from connector.storage import models
from tests.unit.cli_site import make_site


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


def schedule(site, *words, text="Did it arrive?"):
    return site("followups", "schedule", "--route", "support", "--conversation", "T-1", *words, text)


def test_a_follow_up_is_a_row_and_no_turn(site):
    before = datetime.now(UTC)
    answer = schedule(site, "--at", "24h", "--json").one
    assert (answer["status"], answer["turn_id"]) == ("scheduled", None)
    (row,) = site("followups", "list", "--json").rows
    assert (row["id"], row["text"], row["source"]) == (answer["followup_id"], "Did it arrive?", "cli")
    assert datetime.fromisoformat(row["due_at"]) - before >= timedelta(hours=24)
    assert site.store.rows(models.turns) == []
    table = site("followups", "list", "--status", "scheduled", "--route", "support").out
    assert "in 23h" in table
    assert "Did it arrive?" in table


def test_a_time_with_its_zone(site):
    year = datetime.now(UTC).year + 1
    assert schedule(site, "--at", f"{year}-03-01T10:00:00+02:00").out.endswith(f"for {year}-03-01 08:00:00Z\n")


def test_the_same_id_twice_is_scheduled_once(site):
    assert schedule(site, "--at", "2h", "--id", "f1").code == 0
    again = schedule(site, "--at", "3h", "--id", "f1")
    other = schedule(site, "--at", "2h", "--id", "f1", text="Something else")
    assert (again.code, "came before" in again.out) == (0, True)
    assert (other.code, "conflict" in other.out) == (1, True)
    assert len(site.store.rows(models.followups)) == 1


def test_the_text_from_standard_input(site, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("two\nlines\n"))
    assert schedule(site, "--at", "2h", text="-").code == 0
    assert site("followups", "list", "--json").one["text"] == "two\nlines"


@pytest.mark.parametrize(
    ("words", "text", "code", "said"),
    [
        (("--at", "2020-01-01T00:00:00Z"), "x", 2, "--at has passed"),
        (("--at", "2029-01-01T00:00:00"), "x", 2, "is not understood"),
        (("--at", "tomorrow"), "x", 2, "is not understood"),
        (("--at", "3000d"), "x", 1, "at most 5 years ahead"),
        (("--at", "2h"), " ", 1, "text: expected"),
        (("--at", "2h", "--route", "suport"), "x", 2, "did you mean support?"),
        ((), "x", 2, "--at"),
    ],
)
def test_what_cannot_be_scheduled_is_not_stored(site, words, text, code, said):
    ran = schedule(site, *words, text=text)
    assert ran.code == code
    assert said in ran.err
    assert site.store.rows(models.events) == []


def test_cancel(site):
    one = schedule(site, "--at", "2h", "--json").one["followup_id"]
    two = schedule(site, "--at", "2h", "--json", text="other").one["followup_id"]
    ran = site("followups", "cancel", one, two, "999", "--by", "anna")
    assert (ran.code, ran.out.count("scheduled -> cancelled")) == (1, 2)
    assert "there is no follow-up 999" in ran.err
    assert "is cancelled, not scheduled" in site("followups", "cancel", one).err
    assert site("followups", "list", "--status", "scheduled", "--json").rows == []


def test_an_unknown_route_is_refused(site):
    assert site("followups", "list", "--route", "suport").code == 2


@pytest.mark.parametrize("command", ["schedule", "list", "cancel"])
def test_each_help_has_an_example(site, command):
    assert f"turnwire followups {command}" in site("followups", command, "--help").out.partition("Example")[2]
