"""A token's reason and a provider's state cannot write lines of our screens."""

from __future__ import annotations

from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]

FORGED = "ok\n\nWhat you can do\n  turnwire turns resolve 1 --as resend\u202e\x9b31m"


def test_the_advice_on_a_screen_is_ours_alone(folder: Folder):
    assert folder("enqueue", "--route", "mail", "--conversation", "T-1", "hello").code == 0
    folder.sql("UPDATE turns SET agent_state = ?, reason = ?", FORGED, FORGED)
    folder.sql("UPDATE conversations SET status = 'handed_off', reason = ?", FORGED)
    for words in (
        ["turns", "show", "1"],
        ["conversations", "show", "T-1"],
        ["turns", "list"],
        ["conversations", "list"],
    ):
        said = folder(*words).out
        assert [line for line in said.splitlines() if line.startswith("  turnwire turns resolve")] == [], words
        assert said.count("\nWhat you can do\n") <= 1
        assert not set("\u202e\x9b") & set(said)
        assert not set("\u202e\x9b") & set(folder(*words, "--json").out)
