"""Deadlines of blocking calls: what cannot be undone does not begin once it is too late."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.utils import deadline as module
from connector.utils.clock import boottime
from connector.utils.deadline import Deadline, within


def test_after_a_cut_nothing_is_committed():
    deadline = Deadline(60.0)
    assert deadline.left(5.0) == 5.0
    assert deadline.cut() is False
    with pytest.raises(TimeoutError):
        deadline.commit()
    with pytest.raises(TimeoutError):
        deadline.left(5.0)
    assert not deadline.committed


def test_what_was_committed_stays_so():
    deadline = Deadline(60.0)
    deadline.commit()
    assert deadline.cut() is True


def test_the_time_over_nothing_is_committed(monkeypatch):
    deadline = Deadline(60.0)
    later = boottime() + 61.0
    monkeypatch.setattr(module, "boottime", lambda: later)
    with pytest.raises(TimeoutError):
        deadline.commit()


def test_a_call_that_hangs_on_its_socket_is_cut_and_says_itself_what_became_of_it():
    ours, theirs = socket.socketpair()
    deadline = Deadline(0.05)
    deadline.uses(ours)

    def call() -> str:
        deadline.commit()
        return "closed" if ours.recv(1) == b"" else "said"

    with ThreadPoolExecutor(1) as threads, ours, theirs:
        assert asyncio.run(within(deadline, threads, call, lambda committed: f"late {committed}")) == "closed"


def test_a_call_that_never_ends_is_left_behind(monkeypatch):
    monkeypatch.setattr(module, "_GRACE", 0.05)
    go_on, deadline = threading.Event(), Deadline(0.05)
    ended: list[bool] = []

    def call() -> str:
        go_on.wait(20)
        try:
            deadline.commit()
        except TimeoutError:
            ended.append(True)
        return "done"

    with ThreadPoolExecutor(1) as threads:
        assert asyncio.run(within(deadline, threads, call, lambda committed: f"late {committed}")) == "late False"
        go_on.set()
    assert ended == [True], "it woke too late, and did nothing"
