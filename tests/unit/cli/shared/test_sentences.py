from __future__ import annotations

from typing import Any

import pytest

from connector.cli.shared.sentences import _BY_STATUS, sentence
from connector.errors import NotFound, Overtaken, WrongState
from connector.values import ConversationStatus, FollowupStatus, OutboxStatus, ReplyStatus, TurnStatus

STATUSES: dict[str, set[Any]] = {
    "turn": set(TurnStatus),
    "turns": set(TurnStatus),
    "conversation": set(ConversationStatus),
    "reply": set(ReplyStatus),
    "followup": set(FollowupStatus) - {FollowupStatus.SCHEDULED},  # the one that each action on them is for
    "outbox": set(OutboxStatus),
}


@pytest.mark.parametrize("noun", STATUSES)
def test_every_status_that_can_be_refused_has_a_next_step(noun):
    assert set(_BY_STATUS[noun]) == {str(status) for status in STATUSES[noun]}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            WrongState("turn 7 is unknown, not failed", "turn", 7, "unknown", ("failed",)),
            "turn 7 is unknown, not failed: use `turnwire turns resolve 7 --as answered|resend|failed`",
        ),
        (
            WrongState("retry is for failed turns, not queued ones", "turns", "", "queued", ("failed",)),
            "retry is for failed turns, not queued ones: `turnwire turns cancel --status queued` takes it back",
        ),
        (
            WrongState("conversation 3 …", "conversation", 3, "handed_off", (), "unknown_turn", {"turn_id": 9}),
            "conversation 3 …: first use `turnwire turns resolve 9 --as answered|resend|failed`",
        ),
        (
            WrongState("outside call 4 was overtaken", "outbox", 4, "failed", (), "overtaken"),
            "outside call 4 was overtaken; `turnwire outbox cancel 4` sets it aside",
        ),
        (
            WrongState("the draft of reply 5 is overtaken by turn 8", "reply", 5, "draft", (), "draft_stale"),
            "the draft of reply 5 is overtaken by turn 8: `turnwire replies approve 5 --anyway` sends it all the same",
        ),
        (
            Overtaken("turn 7 was changed", "turn", 7, "answered"),
            "turn 7 was changed: look again with `turnwire turns show 7`",
        ),
        (NotFound("there is no turn 7", "turn", 7), "there is no turn 7"),
        (WrongState("token crm is revoked already", "token", "crm", "revoked"), "token crm is revoked already"),
        (WrongState("a word alone"), "a word alone"),
        (
            WrongState("account {x} is open", "account", "{x}", "open"),
            "account {x} is open: `turnwire accounts pause {x}` closes it",
        ),
    ],
)
def test_a_refusal_says_the_fact_and_the_command_to_run_next(error, said):
    assert sentence(error) == said
