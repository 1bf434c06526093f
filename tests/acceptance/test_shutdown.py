"""Workers that are told to stop, stopped for good before they have, or frozen between mark and send."""

from __future__ import annotations

import os
import signal
import time

import pytest

from connector.utils.clock import stale_after
from tests.kit.matrix.recorder import Matrix
from tests.kit.worker_process import wait_until_frozen
from tests.storm.stage import QUICK, ROUTES, Stage, calls

pytestmark = pytest.mark.slow


def under_way(play: Stage, seconds: float) -> dict[str, list[int]]:
    """A call on each route, its agents thinking for so long, and a second message behind each; turn ids by route."""
    play.sandbox.unsettle({}, latency=seconds)
    return {route: play.take_in(route, f"{route} first", f"{route} second") for route in ROUTES}


def wait_for_calls(play: Stage) -> None:
    play.wait(lambda: play.arrived("send"), lambda number: number == len(ROUTES))


@pytest.mark.parametrize("whole_group", [False, True], ids=["process", "group"])
def test_told_to_stop_it_finishes_what_is_under_way(play: Stage, matrix: Matrix, store: str, whole_group: bool) -> None:
    to = "the whole process group" if whole_group else "the worker"
    row = matrix.row("W8", injected=f"SIGTERM to {to}", case=store)
    turns = under_way(play, 1.0)
    worker = play.crew.start(own_group=True)
    wait_for_calls(play)

    if whole_group:
        os.killpg(worker.pid, signal.SIGTERM)
    else:
        worker.signal(signal.SIGTERM)

    assert worker.wait() == 0
    for first, second in turns.values():
        finished = play.turn(first)
        assert (finished["status"], calls(finished)[-1]) == ("answered", ("send", "answered"))
        assert (play.turn(second)["status"], play.turn(second)["attempts"]) == ("queued", [])
    assert play.arrived("send") == len(ROUTES)
    row.saw(turns=[play.turn(first) for first, _ in turns.values()], posts="1 each")

    # What it held is given back at once, not after its lease.
    play.sandbox.unsettle({}, latency=0.0)
    play.crew.start()
    for _, second in turns.values():
        play.until(second, "answered")


def test_killed_before_it_has_stopped(play: Stage, matrix: Matrix, store: str) -> None:
    turns = under_way(play, 2.0)
    worker = play.crew.start()
    wait_for_calls(play)
    worker.signal(signal.SIGTERM)
    time.sleep(0.3)
    worker.kill()

    play.crew.start()

    for route, (first, _) in turns.items():
        turn = play.until(first, "answered" if route == "synthflow" else "unknown")
        assert turn["settled_by"] == ("read_back" if route == "synthflow" else None)
        assert play.processed(turn["text"]) == 1
        matrix.row("W9", injected="SIGTERM, then SIGKILL", case=f"{route}, {store}").saw(turns=[turn], posts=1)


@pytest.mark.parametrize("route", ROUTES)
def test_a_process_frozen_after_its_mark_does_not_send_on_it(
    play: Stage, matrix: Matrix, store: str, route: str
) -> None:
    (turn_id,) = play.take_in(route, "sent in good time, or not at all")
    worker = play.crew.start("after_mark:stop")
    wait_until_frozen(worker.pid)
    assert play.turn(turn_id)["status"] == "sending"
    time.sleep(stale_after(QUICK.lease) + 0.2)
    assert play.processed("sent in good time, or not at all") == 0

    worker.signal(signal.SIGCONT)

    turn = play.until(turn_id, "answered")
    assert calls(turn) == [("open", "answered"), ("send", "not_sent"), ("send", "answered")]
    assert turn["attempts"][1]["error"] == "the process was frozen between mark and send"
    assert play.processed(turn["text"]) == 1
    matrix.row("W11", injected="SIGSTOP, then SIGCONT", case=f"{route}, {store}").saw(turns=[turn], posts=1)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_frozen_for_longer_than_its_lease(play: Stage, matrix: Matrix, store: str, route: str) -> None:
    """Another worker declares it dead and the turn unknown; thawed, it sends nothing and settles the doubt itself."""
    (turn_id,) = play.take_in(route, "sent by the other one")
    worker = play.crew.start("after_mark:stop")
    wait_until_frozen(worker.pid)
    play.crew.start()
    doubtful = play.until(turn_id, "unknown")
    assert doubtful["reason"] == "worker_lost"

    worker.signal(signal.SIGCONT)

    turn = play.until(turn_id, "answered")
    sends = [pair for pair in calls(turn) if pair[0] == "send"]
    assert sends == [("send", "not_sent"), ("send", "answered")]
    assert play.processed(turn["text"]) == 1
    row = matrix.row("W11", injected="SIGSTOP for longer than the lease, then SIGCONT", case=f"{route}, {store}")
    row.saw(turns=[turn], posts=1)
