"""SIGKILL between an outside call and its record: what a change of hands owes is done all the same, and once."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest

from connector.providers.osvi import Osvi
from connector.sandbox import OSVI_TOKEN
from connector.storage import tables
from tests.kit import actions
from tests.storm.stage import Stage

pytestmark = pytest.mark.slow


def test_a_killed_worker_leaves_no_half_done_change_of_hands(play: Stage) -> None:
    wiring, database = play.wiring, play.wiring.database
    (first,) = play.take_in("v1", "first")
    worker = play.crew.start()
    conversation = int(play.until(first, "answered")["conversation_id"])
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0

    actions.hand_off_conversation(database, conversation, actor="ann", hands=wiring.hands)
    assert play.crew.start("after_outside:kill").wait() == -9
    assert session(play, conversation).mode == "support"
    assert items(play) == [("hold", "sending", 1)]

    (second,) = play.take_in("v1", "second")
    actions.resume_conversation(
        database, conversation, actor="ann", answer_waiting=True, brief="Paid on Monday.", hands=wiring.hands
    )
    # The first call it passes is the repeated hold, the second the note.
    assert play.crew.start("after_outside:kill:2").wait() == -9
    assert items(play)[1:] == [("brief", "sending", 1), ("release", "queued", 0)]
    assert (play.turn(second)["status"], play.processed("second")) == ("queued", 0)

    play.crew.start()
    assert play.until(second, "answered")["answer"]
    assert items(play) == [("hold", "done", 2), ("brief", "done", 2), ("release", "done", 1)]
    seen = session(play, conversation)
    assert (seen.mode, seen.context) == ("ai", ("Paid on Monday.",))
    assert (play.processed("first"), play.processed("second")) == (1, 1)


def items(play: Stage) -> list[tuple[str, str, int]]:
    """(kind, status, attempts) of what is owed, in order."""
    query = tables.outbox.select().order_by(tables.outbox.c.id)
    with play.wiring.database.reading() as connection:
        return [(row.kind, row.status, row.attempts) for row in connection.execute(query)]


def session(play: Stage, conversation: int) -> Any:
    async def look() -> Any:
        async with Osvi(OSVI_TOKEN, play.sandbox.osvi_url) as osvi:
            return await osvi.active_sessions(f"tw-{conversation}")

    (found,) = asyncio.run(look()).sessions
    return found
