"""How the demo is interrupted."""

from __future__ import annotations

import pytest

from connector.cli.demo.command import Interruption


def test_an_interruption_that_was_lost_comes_back_with_the_next_progress():
    interruption, told = Interruption(), []
    progress = interruption.seen_by(lambda answered, of: told.append((answered, of)))
    progress(1, 2)
    # As in a finalizer, whose exceptions Python prints and forgets.
    with pytest.raises(KeyboardInterrupt):
        interruption(15, None)
    with pytest.raises(KeyboardInterrupt):
        progress(2, 2)
    assert told == [(1, 2)]
