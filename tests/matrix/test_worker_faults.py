"""Workers without a process to kill: none there, bells of another version, a task that would never run."""

from __future__ import annotations

import inspect

import pytest
from sqlalchemy import update

from connector.errors import ConfigurationError
from connector.storage.tables import turns
from tasks.application import create, refuse_coroutines
from tests.kit.matrix.kit import configured


def test_no_worker_for_an_hour(database, plays, matrix):
    row = matrix.row(
        "W13", injected="messages taken in an hour ago, no worker alive since", case=database.split(":")[0]
    )
    play = plays.at(database, "osvi")
    play.receive_all("support", [f"message {number}" for number in range(20)])
    hour = 3_600_000
    play.database.write(lambda c: c.execute(update(turns).values(accepted_at=turns.c.accepted_at - hour)))
    waiting = play.turns()
    assert {(turn["status"], turn["waiting_for"]) for turn in waiting} == {("queued", "no_worker")}
    assert "no_worker" in play.alarms()
    play.run()
    assert (play.statuses(), play.posts()) == ({"answered": 20}, 20)
    assert "no_worker" not in play.alarms()
    row.saw(turns=waiting[:1], state="queued, then answered", posts="1 each")


BELLS = {
    "no arguments": ((), {}),
    "an id": ((7,), {}),
    "arguments of a version to come": ((["a", {"b": 1}],), {"lane": 3, "version": 99}),
}


@pytest.mark.parametrize("kind", BELLS)
def test_bells_of_another_version(sqlite_database, plays, matrix, kind):
    row = matrix.row("W14", injected=f"every task rung with {kind}", case=kind)
    play = plays.at(sqlite_database, "osvi")
    app = create(play.wiring.settings)
    args, named = BELLS[kind]
    play.receive("support", "T-1", "Where is it?")
    try:
        for name in ("connector.tick", "connector.send_turn", "connector.send_replies", "connector.send_turns"):
            app.tasks[name](*args, **named)
    finally:
        app.turnwire.stop()
    assert (play.statuses(), play.posts()) == ({"answered": 1}, 1)
    row.saw(turns=play.wiring, posts=1)


def test_a_coroutine_is_no_task(sqlite_database, plays, matrix):
    row = matrix.row("W16", injected="async def registered as a task")
    app = create(configured(plays.folder, sqlite_database, {}, {}))
    ours = [task for name, task in app.tasks.items() if name.startswith("connector.")]
    assert ours
    assert not any(inspect.iscoroutinefunction(task.run) for task in ours)

    @app.task(name="connector.eager", shared=False)
    async def eager() -> None:
        """Celery would log it as succeeded and never run it."""

    with pytest.raises(ConfigurationError, match="is a coroutine function"):
        refuse_coroutines(app)
    row.saw(
        posts=0,
        state="refuses to start",
        operator="task connector.eager is a coroutine function, which Celery does not run",
    )
