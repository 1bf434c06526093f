"""`turnwire followups`: a message for later, its identity, and taking it back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from connector.policy.business_hours import WEEKDAYS
from connector.storage import tables
from connector.storage.receive.due_followups import Promotion
from connector.storage.receive.events import Intake, Target
from tests.kit.cli_site import make_site


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
    assert site.store.rows(tables.turns) == []
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
    assert len(site.store.rows(tables.followups)) == 1


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
    assert site.store.rows(tables.events) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--at", "2h", "--after", "3d"), 2, "either --at or --after"),
        (("--after", "3d", "--zone", "Europe/Berlin"), 2, "--zone goes with --at only"),
        (("--after", "soon"), 2, "is no duration"),
        (("--at", "2h", "--expires-after", "0s"), 2, "is no duration"),
        (("--at", "2030-01-01T09:00", "--zone", "Europe/Berln"), 2, "there is no time zone Europe/Berln"),
        (("--at", "2030-01-01T09:00Z", "--zone", "Europe/Berlin"), 2, "a local time without a zone of its own"),
        (("--at", "2030-01-01", "--zone", "Europe/Berlin"), 2, "a local time without a zone of its own"),
        (("--at", "24h", "--zone", "Europe/Berlin"), 2, "a local time without a zone of its own"),
        (("--at", "2020-01-01T09:00", "--zone", "Europe/Berlin"), 2, "--at has passed"),
        (("--at", "9999-12-31T23:00", "--zone", "America/New_York"), 2, "beyond the calendar"),
        (("--after", "2000d"), 2, "at most 5 years"),
    ],
)
def test_what_does_not_go_together_is_told(site, words, code, said):
    ran = schedule(site, *words)
    assert ran.code == code
    assert said in ran.err
    assert site.store.rows(tables.events) == []


def test_the_local_time_of_a_named_zone(site):
    year = datetime.now(UTC).year + 1
    ran = schedule(site, "--at", f"{year}-07-01T09:00", "--zone", "Europe/Berlin")
    assert (ran.code, ran.out, ran.err) == (0, f"follow-up 1 is scheduled for {year}-07-01 07:00:00Z\n", "")


def test_a_local_time_that_a_change_of_clocks_makes_odd_is_told(site):
    year = datetime.now(UTC).year + 1
    march, october = (max(day for day in range(25, 32) if date(year, month, day).weekday() == 6) for month in (3, 10))
    skipped = schedule(site, "--at", f"{year}-03-{march}T02:30", "--zone", "Europe/Berlin", "--id", "a")
    repeated = schedule(site, "--at", f"{year}-10-{october}T02:30", "--zone", "Europe/Berlin", "--id", "b")
    assert "does not exist in Europe/Berlin, where clocks go forward: 03:30 it is" in skipped.err
    assert f"{year}-03-{march} 01:30:00Z" in skipped.out
    assert "comes twice in Europe/Berlin, where clocks go back: the first one is meant" in repeated.err
    assert f"{year}-10-{october} 00:30:00Z" in repeated.out


def test_after_the_last_message(site):
    site.store.conversation("T-1", ["answered"], age=3_600_000)
    said = schedule(site, "--after", "2h")
    assert "or later if there are more messages before" in said.out
    (row,) = site("followups", "list", "--json").rows
    assert row["after_seconds"] == 7200
    left = datetime.fromisoformat(row["due_at"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < left < timedelta(minutes=61)


def test_it_waits_as_it_was_told_else_as_its_route_says(site):
    file = site.folder / "turnwire.toml"
    file.write_text(file.read_text() + '[routes.support.followups]\nkeep = true\nexpires_after = "12h"\n')
    schedule(site, "--at", "2h", "--id", "a")
    schedule(site, "--at", "2h", "--id", "b", "--no-keep", "--expires-after", "5m")
    schedule(site, "--at", "2h", "--id", "c", "--priority", "9")
    last, told, route = site("followups", "list", "--json").rows
    late = [datetime.fromisoformat(row["expires_at"]) - datetime.fromisoformat(row["due_at"]) for row in (route, told)]
    assert (route["keep"], told["keep"], late) == (True, False, [timedelta(hours=12), timedelta(minutes=5)])
    priorities = {row.external_id: row.priority for row in site.store.rows(tables.events)}
    assert priorities == {"a": 4, "b": 4, "c": 9}, "live messages, 5, go first"
    assert last["external_id"] == "c"


def test_outside_its_route_s_hours_the_answer_says_so(site):
    file = site.folder / "turnwire.toml"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    days = ",".join(day for number, day in enumerate(WEEKDAYS) if number != tomorrow.weekday())
    hours = f'[routes.support.hours]\nzone = "UTC"\ndays = "{days}"\nfrom = "00:00"\nto = "24:00"\n'
    file.write_text(file.read_text() + hours)
    said = schedule(site, "--at", f"{tomorrow:%Y-%m-%d}T12:00:00Z").out
    assert f"its route is closed then, so it waits until {tomorrow + timedelta(days=1):%Y-%m-%d} 00:00:00Z" in said


def test_the_list_is_narrowed(site):
    one = schedule(site, "--at", "2h", "--json").one["followup_id"]
    schedule(site, "--at", "48h", "--conversation", "T-2")
    schedule(site, "--at", "48h", "--route", "sales")

    def listed(*words):
        return [row["id"] for row in site("followups", "list", "--json", *words).rows]

    assert listed("--conversation", "T-1", "--route", "support") == [one]
    before = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    assert listed("--due-before", before) == [one]
    assert listed("--due-before", "1m") == []
    assert len(listed("--conversation", "T-1")) == 2
    site("followups", "cancel", one)
    assert len(listed("--status", "scheduled")) == 2
    assert listed("--status", "cancelled", "--status", "expired") == [one]


def test_cancel_all_of_a_conversation(site):
    for number in range(3):
        schedule(site, "--at", "2h", "--id", str(number))
    schedule(site, "--at", "2h", "--route", "sales")
    ran = site("followups", "cancel", "--conversation", "T-1", "--route", "support", "--json")
    assert (ran.code, [row["after"] for row in ran.rows]) == (0, ["cancelled"] * 3)
    assert len(site("followups", "list", "--status", "scheduled", "--json").rows) == 1
    nothing = site("followups", "cancel", "--conversation", "T-9")
    assert (nothing.code, nothing.out, "nothing waits" in nothing.err) == (0, "", True)
    for words in ((), ("1", "--conversation", "T-1"), ("1", "--route", "support")):
        assert site("followups", "cancel", *words).code == 2


def test_the_conversation_shows_what_waits_in_it(site):
    site.store.conversation("T-1", ["answered"])
    soon = schedule(site, "--at", "2h", "--json", text="Is it there?").one["followup_id"]
    schedule(site, "--at", "48h", text="And now?")
    screen = site("conversations", "show", "T-1").out
    assert "Due later" in screen
    assert screen.index("Is it there?") < screen.index("And now?")
    assert f"turnwire followups cancel {soon}" in screen


def test_the_turn_names_its_follow_up(site):
    waiting = int(schedule(site, "--at", "2h", "--json").one["followup_id"])
    now = site.store.now()
    site.store.change(tables.followups, tables.followups.c.id == waiting, due_at=now)
    target = {"support": Target(account="osvi", agent="agent_1")}
    Promotion(site.store.database, Intake(site.store.database, target)).promote_due()
    assert f"{waiting}, which was due later" in site("turns", "show", str(waiting)).out
    assert site("turns", "show", str(waiting), "--json").one["followup_id"] == str(waiting)


def test_what_nobody_looks_at_in_time_raises_an_alarm(site):
    schedule(site, "--at", "2h")
    assert "alarms" in site("status", "--json").one
    assert "overdue_followups" not in {alarm["name"] for alarm in site("status", "--json").one["alarms"]}
    site.store.change(tables.followups, True, due_at=site.store.now() - 61_000)
    found = site("status", "--json").one
    assert found["followups"]["scheduled"] == 1
    (alarm,) = [alarm for alarm in found["alarms"] if alarm["name"] == "overdue_followups"]
    assert alarm["what"].startswith("1 follow-up is overdue")
    (row,) = site(*alarm["next"].split()[1:], "--json").rows
    assert row["status"] == "scheduled"


def test_this_machine_s_clock_decides_nothing(site):
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        assert schedule(site, "--at", "1h", "--id", "a").code == 0
        year = datetime.now(UTC).year + 1
        assert schedule(site, "--at", f"{year}-01-01T00:00:00Z", "--id", "b").code == 0
    (_, first) = site("followups", "list", "--json").rows
    left = datetime.fromisoformat(first["due_at"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < left <= timedelta(hours=1)


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
