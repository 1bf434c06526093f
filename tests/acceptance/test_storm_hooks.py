"""A few hundred deliveries through a real front door and a real worker. `make storm-hooks` is the one of 10,000."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storm.hooks import Plan, run

DELIVERIES = 300

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_every_delivery_ends_in_its_conversation_once(tmp_path: Path, postgres_database: str, amqp_url: str) -> None:
    plan = Plan(deliveries=DELIVERIES, patience=180.0)
    figures = run(plan, tmp_path, database=postgres_database, broker=amqp_url, seed=7)
    assert figures.violations == []
    assert figures.answers["accepted"] == figures.calls == 270
    assert figures.answers["duplicate"] > 100
    assert figures.answers["stopped"] > 30
