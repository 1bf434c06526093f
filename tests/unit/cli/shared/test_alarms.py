from __future__ import annotations

import re
from pathlib import Path

import pytest

from connector.cli.shared.alarms import _WORDS, worded
from connector.storage.monitoring import alarms
from connector.storage.monitoring.alarms import Alarm


def test_every_alarm_of_the_storage_has_words():
    named = set(re.findall(r'name="([a-z_]+)"', Path(alarms.__file__).read_text(encoding="utf-8")))
    assert set(_WORDS) == named


@pytest.mark.parametrize(
    ("alarm", "what", "following"),
    [
        (
            Alarm(name="account_closed", noun="account", id="osvi", reason="failing", detail="HTTP 500"),
            "account osvi is closed: calls keep failing; it tries again by itself (HTTP 500)",
            "turnwire check",
        ),
        (
            Alarm(name="handed_off_conversations", noun="conversation", status="handed_off", number=2, seconds=179),
            "2 conversations are with a person, for 2 minutes at most; 0 turns wait",
            "turnwire conversations list --status handed_off",
        ),
        (
            Alarm(name="worker_silent", noun="worker", id="w:1", seconds=31),
            "worker w:1 is alive but consuming nothing: it last looked for work 31 s ago; stop it and start it again",
            "turnwire worker",
        ),
        (
            Alarm(name="endpoint_disabled", noun="endpoint", id="webhook", reason="gone", waiting=1, since="then"),
            "webhook is disabled since then: its receiver answered 410, so it wants no more; 1 reply waits for it",
            "turnwire replies enable webhook",
        ),
        (
            Alarm(name="overdue_followups", noun="followup", status="scheduled", number=1),
            "1 follow-up is overdue: no worker ticks, or the configuration has lost their route",
            "turnwire followups list --status scheduled --due-before 1m",
        ),
        (
            Alarm(name="unknown_replies", noun="reply", status="unknown", number=2),
            "2 replies unknown",
            "turnwire replies list --status unknown",
        ),
    ],
)
def test_an_alarm_says_what_is_the_case_and_the_command_to_run_next(alarm, what, following):
    assert worded(alarm) == {"name": alarm.name, "what": what, "next": following}
