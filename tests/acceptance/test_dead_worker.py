"""What a killed worker had claimed and not touched goes on with the next one, whatever its lease says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.storage.tables import schedule
from connector.utils import processes
from tests.storm.stage import QUICK, stage

CONVERSATIONS = 50


@pytest.mark.slow
@pytest.mark.skipif(processes.current() is None, reason="processes cannot be seen here: there is no /proc")
def test_a_death_on_the_same_machine_is_not_waited_for(postgres_database: str, amqp_url: str, tmp_path: Path) -> None:
    manner = replace(QUICK, lease=3600.0, in_flight=CONVERSATIONS)
    with stage(tmp_path, database=postgres_database, broker=amqp_url, manner=manner) as play:
        texts = [f"question {number}" for number in range(CONVERSATIONS)]
        turns = [turn for text in texts for turn in play.take_in("synthflow", text, conversation=text)]
        assert play.crew.start("after_claim:kill").wait() == -9
        with play.wiring.database.reading() as connection:
            claimed = select(schedule.c.conversation_id).where(schedule.c.owner.is_not(None))
            assert len(connection.execute(claimed).all()) > 1

        play.crew.start()

        for turn in turns:
            play.until(turn, "answered")
        assert {play.processed(text) for text in texts} == {1}
