"""pytest plugin for programs that use Turnwire: fixtures with the vendors' sandbox on a thread.

Loaded by pytest itself (entry point ``pytest11``) in every project that has Turnwire installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from connector.sandbox import Sandbox


@pytest.fixture(scope="session")
def turnwire_sandbox_server() -> Iterator[Sandbox]:
    """One sandbox for the whole session; tests take :func:`turnwire_sandbox`, which is clean each time."""
    # Imported here because pytest loads this file at every start, also for tests that never ask for a sandbox, and the
    # server's imports would cost each of them a good part of a second.
    from connector.sandbox import running_sandbox  # noqa: PLC0415

    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def turnwire_sandbox(turnwire_sandbox_server: Sandbox) -> Iterator[Sandbox]:
    """A running sandbox without chats, rules or record; see :class:`connector.sandbox.Sandbox`."""
    turnwire_sandbox_server.reset()
    yield turnwire_sandbox_server
    turnwire_sandbox_server.reset()
