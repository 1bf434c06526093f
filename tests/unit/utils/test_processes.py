"""A process is seen to have ended only by those who can see it: one kernel, one namespace, one user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from connector.utils.processes import ProcessIdentity, current, has_ended

pytestmark = pytest.mark.skipif(current() is None, reason="processes cannot be seen here: there is no /proc")

_PROGRAM = """
import sys
from connector.utils.processes import current
me = current()
print(me.place, me.pid, me.started, sep="\\n", flush=True)
sys.stdin.read()
"""


@contextmanager
def child(*before: str) -> Iterator[tuple[subprocess.Popen[str], ProcessIdentity]]:
    with subprocess.Popen(
        [*before, sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        place, pid, started = (process.stdout.readline().strip() for _ in range(3))
        yield process, ProcessIdentity(place=place, pid=int(pid), started=int(started))
        process.kill()


def test_one_that_runs_or_is_stopped_has_not_ended() -> None:
    with child() as (process, identity):
        assert not has_ended(identity)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        assert not has_ended(identity)


def test_one_that_was_killed_has_ended_before_its_parent_asks_for_it_and_after() -> None:
    with child() as (process, identity):
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert has_ended(identity), "a zombie is not at work any more"
        process.wait()
        assert has_ended(identity)


def test_another_process_of_the_same_number_is_not_taken_for_it() -> None:
    me = current()
    assert me is not None
    assert not has_ended(me)
    assert has_ended(replace(me, started=me.started - 1))


@pytest.mark.parametrize("elsewhere", ["another boot", "another namespace", "another user"])
def test_of_a_process_elsewhere_nothing_is_said(elsewhere: str) -> None:
    me = current()
    assert me is not None
    boot, pids, clock, user = me.place.split()
    place = {
        "another boot": f"{boot[:-1]}x {pids} {clock} {user}",
        "another namespace": f"{boot} pid:[1] {clock} {user}",
        "another user": f"{boot} {pids} {clock} uid:{os.getuid() + 1}",
    }[elsewhere]
    assert not has_ended(ProcessIdentity(place=place, pid=2**22 + 1, started=1))


def test_containers_on_one_machine_do_not_judge_each_other() -> None:
    separate = ("unshare", "--pid", "--fork", "--mount-proc")
    if not shutil.which("unshare") or subprocess.run([*separate, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no right to make a pid namespace here")
    with child(*separate) as (_, identity):
        assert not has_ended(identity)
        assert not has_ended(replace(identity, pid=2**22 + 1)), "a number that nobody has here may be somebody there"
        assert identity.place != current().place
