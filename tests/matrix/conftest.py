"""The plays of the fault matrix, each ended with its test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from connector.sandbox import Sandbox
from tests.kit.matrix.kit import Plays


@pytest.fixture
def plays(tmp_path: Path, turnwire_sandbox: Sandbox) -> Iterator[Plays]:
    """Makes plays against the sandbox; ends them before the database is dropped."""
    with ExitStack() as opened:
        yield Plays(folder=tmp_path, sandbox=turnwire_sandbox, opened=opened)
