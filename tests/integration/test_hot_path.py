"""What every turn costs is done once: nothing is parsed or validated twice, and three lines are logged."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from structlog.testing import capture_logs

from connector.channels.events import schema as events
from connector.http import client
from connector.services.receive import Receiver
from tests.kit.engine import EngineKit


@pytest.mark.parametrize("kind", ["osvi", "synthflow"])
def test_a_turn_is_validated_once_its_answers_are_parsed_once_and_three_lines_are_logged(
    database, turnwire_sandbox, tmp_path, monkeypatch, kind
):
    done: Counter[str] = Counter()
    validated, loads = events._validated, json.loads

    def validating(given):
        done["validated"] += 1
        return validated(given)

    def parsing(body):
        done["parsed"] += 1
        return loads(body)

    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.crowd(kind, 1, prefix="first")  # opens the route: whatever is said once is said now
        kit.settle()
        monkeypatch.setattr(events, "_validated", validating)
        monkeypatch.setattr(client, "loads", parsing)
        receiver, before = Receiver(wiring=kit.wiring), len(turnwire_sandbox.received())
        with capture_logs() as logged:
            for number in range(5):
                event = {"route": kind, "conversation": f"C{number}", "id": f"hot/{number}", "text": "C says 1"}
                receiver.receive_json(event, "test")
            kit.settle()

    assert kit.statuses() == {"answered": 6}
    assert done["validated"] == 5
    assert done["parsed"] == len(turnwire_sandbox.received()) - before
    lines = Counter(line["event"] for line in logged)
    assert lines == {"event.received": 5, "turn.sent": 5, "turn.answered": 5}
