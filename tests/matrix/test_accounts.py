"""Accounts and routes that protect themselves: credentials, waits, outages, and what other accounts feel of them."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.kit.actions import resume_account, resume_route
from tests.kit.matrix.kit import BOTH, Play, account, outcomes, route
from tests.kit.matrix.toys import KEYS, NEITHER, Toy

MANY = 60


def many(play: Play, where: str, count: int = MANY, label: str = "message") -> None:
    """That many conversations of one message each."""
    play.receive_all(where, [f"{label} {number}" for number in range(count)])


def proven(play: Play, *routes: str) -> None:
    """One turn answered on each route, so that the provider is known to take its agent."""
    for name in routes:
        play.receive(name, f"first-{name}", f"first on {name}")
    play.run()
    assert play.statuses() == {"answered": len(routes)}


def ramps(widths: list[tuple[int, int]], begun: int) -> bool:
    """Whether each call began with no more in flight than one, and one more for each success since ``begun``."""
    return all(width <= 1 + succeeded - begun for width, succeeded in widths)


# --- credentials ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", BOTH)
def test_a_revoked_token_costs_the_calls_in_flight_and_no_turn(database, plays, matrix, provider):
    row = matrix.row("P15", injected=f"401 from now on, {MANY} conversations waiting, 10 in flight", case=provider)
    play = plays.at(database, provider, account_changes={"max_in_flight": 10})
    proven(play, "support")
    plays.sandbox.update_settings(latency_s=0.05)
    rule = plays.sandbox.add_rule("status_before", match={"provider": provider}, times=0, status=401, delay_s=0.05)
    many(play, "support")
    play.run(lambda: play.account(provider)["reason"] == "credentials" and play.account(provider)["in_flight"] == 0)
    calls = len(plays.sandbox.received())
    spent = sum(line["http_status"] == 401 for line in plays.sandbox.received())
    assert 1 <= spent <= 10
    assert play.statuses() == {"answered": 1, "queued": MANY}
    assert {turn["waiting_for"] for turn in play.turns()[1:]} == {"account_closed"}
    assert len([name for name in play.alarms() if name.startswith("account")]) == 1
    held = play.turns()
    # Resumed without a new token: one call finds that out.
    resume_account(play.database, provider, actor="tess")
    play.run(lambda: play.account(provider)["reason"] == "credentials" and play.account(provider)["in_flight"] == 0)
    assert len(plays.sandbox.received()) == calls + 1
    plays.sandbox.remove_rule(rule.id)
    resume_account(play.database, provider, actor="tess")
    play.run()
    assert play.statuses() == {"answered": MANY + 1}
    assert play.posts() == MANY + 1
    assert plays.sandbox.summary()["repeated"] == 0
    tried = next(turn for turn in held if "credentials" in outcomes(turn))
    row.saw(turns=[tried], state=f"{MANY} queued", posts=f"0 ({spent} calls refused); 1 each after accounts resume")


def test_after_a_resume_calls_ramp_up_one_success_at_a_time(database, plays, matrix):
    row = matrix.row("P15", injected="credentials refused, resumed, 2 engines, 40 in flight allowed", case="the ramp")
    toy = Toy(NEITHER, latency=0.02)
    play = plays.toy(database, toy, account_changes={"max_in_flight": 40})
    play.hire(2)
    proven(play, "support")
    toy.faults["the last straw"] = ["credentials"]
    play.receive("support", "straw", "the last straw")
    play.run(lambda: play.account("toy")["reason"] == "credentials")
    many(play, "support")
    begun = toy.succeeded
    toy.widths.clear()
    resume_account(play.database, "toy", actor="tess")
    play.run()
    assert play.statuses() == {"answered": MANY + 2}
    assert ramps(toy.widths, begun)
    row.saw(turns=play.turns()[-1:], state=f"{MANY} answered", posts="1 each")


@pytest.mark.parametrize("provider", BOTH)
def test_one_refusal_of_credentials_among_many_calls(sqlite_database, plays, matrix, provider):
    row = matrix.row("P16", injected="401 once, then fine", case=provider)
    play = plays.at(sqlite_database, provider)
    proven(play, "support")
    plays.sandbox.add_rule("status_before", match={"call": "send"}, status=401)
    play.receive("support", "T-1", "Where is it?")
    play.run(lambda: play.account(provider)["reason"] == "credentials")
    play.run(lambda: play.turn("Where is it?")["waiting_for"] == "account_closed")
    turn = play.turn("Where is it?")
    resume_account(play.database, provider, actor="tess")
    play.run()
    assert (play.turn("Where is it?")["status"], play.posts("Where is it?")) == ("answered", 1)
    row.saw(turns=[turn], posts="0; 1 after accounts resume")


@pytest.mark.parametrize("provider", BOTH)
def test_a_wrong_agent_pauses_its_route_after_one_conversation(sqlite_database, plays, provider):
    wrong = {"agent": "agent_unknown" if provider == "osvi" else "00000000-0000-0000-0000-unknown"}
    section = account(provider, plays.sandbox.url)
    routes = {"wrong": route(provider, provider, **wrong), "right": route(provider, provider)}
    play = plays.of(sqlite_database, {provider: section}, routes)
    many(play, "wrong", 20, "wrong")
    many(play, "right", 20, "right")
    play.run(lambda: play.route("wrong")["paused"] and play.statuses() == {"queued": 20, "answered": 20})
    assert len([line for line in play.heard("open") if not line["processed"]]) == 1
    assert play.route("wrong")["reason"] == "misconfigured"
    assert "route_paused" in play.alarms()
    assert {turn["waiting_for"] for turn in play.turns() if turn["status"] == "queued"} == {"route_paused"}
    resume_route(play.database, "wrong", actor="tess")
    play.run(lambda: play.route("wrong")["paused"])
    assert len([line for line in play.heard("open") if not line["processed"]]) == 2
    assert play.statuses() == {"queued": 20, "answered": 20}
    # With the right agent in the configuration, what waits goes on with it.
    play.stop()
    mended = plays.of(
        sqlite_database, {provider: section}, {name: route(provider, provider) for name in ("wrong", "right")}
    )
    resume_route(mended.database, "wrong", actor="tess")
    mended.run()
    assert mended.statuses() == {"answered": 40}
    assert mended.posts() == 40


# --- waits ----------------------------------------------------------------------------------------------------------


def ahead(distance: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + distance, usegmt=True)


LONG: dict[str, tuple[int, str | timedelta, str]] = {
    "429": (429, "1800", "P3"),
    "429, absurd": (429, "99999999999", "P3"),
    "503, a date": (503, timedelta(minutes=30), "P2"),
    "503, an absurd date": (503, timedelta(days=5000), "P2"),
    "503, absurd": (503, "31536000", "P2"),
}
"""Status and Retry-After, by case. A date is that far ahead when it is answered, not when tests are collected."""


@pytest.mark.parametrize("kind", LONG)
def test_a_wait_holds_the_whole_account(sqlite_database, plays, matrix, kind):
    status, wait, number = LONG[kind]
    case = kind if isinstance(wait, timedelta) else wait
    row = matrix.row(number, injected=f"{status}, Retry-After: {case}", case=f"osvi, {kind}")
    play = plays.at(sqlite_database, "osvi")
    proven(play, "support")
    headers = {"Retry-After": ahead(wait) if isinstance(wait, timedelta) else wait}
    plays.sandbox.add_rule("status_before", match={"call": "send"}, status=status, headers=headers)
    play.receive("support", "T-1", "Where is it?")
    play.run(lambda: play.account("osvi")["reason"] == "busy")
    many(play, "support", 10)
    play.run(lambda: all(turn["waiting_for"] == "account_closed" for turn in play.turns()[1:]))
    calls = len(plays.sandbox.received())
    for _ in range(3):
        play.engines[0].run_slice(0.2)
    assert len(plays.sandbox.received()) == calls
    until = datetime.fromisoformat(play.account("osvi")["until"])
    assert timedelta(minutes=20) < until - datetime.now(UTC) <= timedelta(hours=1)
    turn = play.turn("Where is it?")
    assert (turn["status"], outcomes(turn, "send")) == ("queued", ["busy"])
    resume_account(play.database, "osvi", actor="tess")
    # The turn that was told to wait keeps its own time; the others go.
    play.run(lambda: play.statuses() == {"answered": 11, "queued": 1})
    row.saw(turns=[turn], posts="0 until then")


def test_too_many_requests_without_a_wait_backs_off_by_itself(sqlite_database, plays, matrix):
    row = matrix.row("P3", injected="429 twice, without Retry-After", case="osvi, 429 alone")
    play = plays.at(sqlite_database, "osvi")
    proven(play, "support")
    plays.sandbox.add_rule("status_before", match={"call": "send"}, status=429, times=2)
    many(play, "support", 10)
    play.run()
    assert play.statuses() == {"answered": 11}
    assert play.posts() == 11
    assert sum(outcomes(turn).count("busy") for turn in play.turns()) == 2
    slowed = next(turn for turn in play.turns() if "busy" in outcomes(turn))
    row.saw(turns=[slowed], posts=1)


# --- outages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", BOTH)
def test_a_provider_away_costs_few_calls_and_no_turn(sqlite_database, plays, matrix, provider):
    count = 200
    row = matrix.row("P20", injected=f"the port shut for 2 s, {count} conversations waiting", case=provider)
    play = plays.at(sqlite_database, provider, account_changes={"max_in_flight": 20})
    proven(play, "support")
    many(play, "support", count)
    plays.sandbox.add_rule("refuse", delay_s=2.0)
    play.run(lambda: play.account(provider)["reason"] == "failing")
    alarms = play.alarms()
    play.run()
    assert play.statuses() == {"answered": count + 1}
    assert (play.posts(), plays.sandbox.summary()["repeated"]) == (count + 1, 0)
    assert plays.sandbox.summary()["max_in_flight"] <= 20
    assert any(name.startswith("account") for name in alarms)
    tried = [turn for turn in play.turns() if "not_sent" in outcomes(turn)]
    assert sum(outcomes(turn).count("not_sent") for turn in tried) < count / 2
    row.saw(turns=tried[:1], state=f"{count} answered", posts="1 each")


def test_after_an_outage_there_is_no_stampede(database, plays, matrix):
    row = matrix.row(
        "P20", injected="nobody to connect to, then there is; 2 engines, 40 in flight allowed", case="no stampede"
    )
    toy = Toy(NEITHER, latency=0.02)
    play = plays.toy(database, toy, account_changes={"max_in_flight": 40})
    play.hire(2)
    proven(play, "support")
    toy.down = True
    many(play, "support")
    play.run(lambda: play.account("toy")["reason"] == "failing" and toy.refused >= 6)
    assert toy.refused < MANY
    begun = toy.succeeded
    toy.widths.clear()
    toy.down = False
    play.run()
    assert play.statuses() == {"answered": MANY + 1}
    assert ramps(toy.widths, begun)
    assert len(toy.processed) == len(set(toy.processed)) == MANY + 1
    row.saw(turns=play.turns()[-1:], state=f"{MANY} answered", posts="1 each")


def test_a_slow_provider_times_nothing_out(sqlite_database, plays, matrix):
    row = matrix.row("P21", injected="latency 0.05 s, then 0.5 s; lease 2 s, deadline 5 s", case="osvi and synthflow")
    url = plays.sandbox.url
    play = plays.of(
        sqlite_database,
        {name: account(name, url, max_in_flight=10) for name in BOTH},
        {name: route(name, name) for name in BOTH},
        lease="2s",
    )
    plays.sandbox.update_settings(latency_s=0.05)
    proven(play, *BOTH)
    plays.sandbox.update_settings(latency_s=0.5)
    for name in BOTH:
        many(play, name, 30, name)
    play.run()
    assert play.statuses() == {"answered": 62}
    assert {outcome for turn in play.turns() for outcome in outcomes(turn)} == {"answered"}
    assert play.posts() == 62
    row.saw(turns=play.turns()[-1:], state="60 answered", posts="1 each")


# --- two accounts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["together", "the dead one first"])
def test_a_dead_account_leaves_the_other_its_share(sqlite_database, plays, matrix, first):
    """The dead one takes messages and never answers: the worst, since each of its calls holds a place."""
    row = matrix.row("P24", injected="one account never answers, 10 places in the process", case=first)
    dead = Toy(KEYS, faults={f"dead {number}": ["held"] for number in range(40)})
    live = Toy(KEYS, latency=0.02)
    sections = {name: account("osvi", plays.sandbox.url, deadline="60s") for name in ("dead", "live")}
    play = plays.of(
        sqlite_database,
        sections,
        {name: route("osvi", name) for name in sections},
        toys={"dead": dead, "live": live},
        in_flight=10,
    )
    proven(play, "dead", "live")
    many(play, "dead", 40, "dead")
    if first == "together":
        many(play, "live", 40, "live")
    play.run(lambda: dead.in_flight >= 5)
    if first != "together":
        play.run(lambda: dead.in_flight >= 6)
        many(play, "live", 40, "live")
    play.run(lambda: live.done == 41)
    assert play.account("live")["open"]
    assert play.account("live")["reason"] is None
    stuck = [turn for turn in play.turns() if turn["status"] == "sending"]
    assert len(stuck) == dead.in_flight
    row.saw(turns=[stuck[0]], state="40 of the other account answered", posts="1 each")
    play.engines[0].request_stop()
    waiting = threading.Event()
    while dead.in_flight:
        for turn in play.turns():
            if turn["status"] == "sending" and dead.holds(turn["text"]):
                dead.release(turn["text"])
        waiting.wait(0.02)


def test_one_vendor_away_the_other_untouched(sqlite_database, plays, matrix):
    row = matrix.row("P24", injected="every call of OSVI is reset; Synthflow works", case="osvi dead, synthflow alive")
    url = plays.sandbox.url
    play = plays.of(
        sqlite_database, {name: account(name, url) for name in BOTH}, {name: route(name, name) for name in BOTH}
    )
    proven(play, *BOTH)
    rule = plays.sandbox.add_rule("cut_before", match={"provider": "osvi"}, times=0)
    for name in BOTH:
        many(play, name, 40, name)
    play.run(lambda: play.account("osvi")["reason"] == "failing" and play.posts() == 42)
    assert all(turn["status"] == "answered" for turn in play.turns() if turn["account"] == "synthflow")
    assert play.account("synthflow")["open"]
    assert not any(
        outcome != "answered" for turn in play.turns() if turn["account"] == "synthflow" for outcome in outcomes(turn)
    )
    shown = [turn for turn in play.turns() if "lost" in outcomes(turn)]
    plays.sandbox.remove_rule(rule.id)
    row.saw(turns=shown[:1], state="40 of synthflow answered", posts="1 each")


# --- limits that all processes share --------------------------------------------------------------------------------


def test_engines_share_one_cap_and_one_budget(database, plays):
    toy = Toy(NEITHER, latency=0.05)
    play = plays.toy(database, toy, account_changes={"max_in_flight": 6, "daily_turns": 40})
    play.hire(3)
    many(play, "support")
    play.run(lambda: len(toy.processed) == 40 and toy.in_flight == 0)
    for _ in range(2):
        play.engines[0].run_slice(0.3)
    assert len(toy.processed) == 40
    assert max(width for width, _ in toy.widths) <= 6
    play.run(lambda: play.statuses() == {"answered": 40, "queued": MANY - 40})
    assert {turn["waiting_for"] for turn in play.turns() if turn["status"] == "queued"} <= {"budget"}
    assert list(itertools.chain.from_iterable(outcomes(turn, "send") for turn in play.turns())) == ["answered"] * 40
