"""The compose stack on a real engine, if one is named: ``TURNWIRE_TEST_COMPOSE="docker compose"``."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.kit.pages import ROOT, free_port

COMPOSE = os.environ.get("TURNWIRE_TEST_COMPOSE")


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not COMPOSE, reason='TURNWIRE_TEST_COMPOSE names no command (such as "docker compose")')
def test_a_message_by_each_door_is_answered_by_the_stack() -> None:
    words = [str(ROOT / "deploy/try-stack"), "--compose", str(COMPOSE), "--port", str(free_port())]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("  ok  ") == 7
