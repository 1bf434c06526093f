"""A little of everything at once, over both vendors: what holds must hold in any mixture."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from connector.values import FINAL_TURN_STATUSES
from tests.kit.matrix.kit import BOTH, account, outcomes, route

FAULTS: dict[Any, dict[str, Any]] = {
    "status_before": {"status": 500},
    "status_after": {"status": 504},
    "cut_before": {},
    "cut_after": {},
    "silence_after": {},
    "broken_body": {},
}
OTHERS: tuple[dict[str, Any], ...] = ({"status": 429}, {"status": 503, "headers": {"Retry-After": "0"}})


def test_a_mixture_of_faults(database, plays, matrix):
    row = matrix.row("P22", injected="3 in 100 of each of 8 faults, on every kind of call; 96 turns, 32 conversations")
    url = plays.sandbox.url
    play = plays.of(
        database,
        {name: account(name, url, deadline="1s", max_in_flight=20) for name in BOTH},
        {name: route(name, name, on_server_error="hold", max_attempts=100) for name in BOTH},
    )
    plays.sandbox.update_settings(latency_s=0.02, jitter=0.5)
    for fault, rule in FAULTS.items():
        plays.sandbox.add_rule(fault, times=0, probability=0.03, **rule)
    for rule in OTHERS:
        plays.sandbox.add_rule("status_before", times=0, probability=0.03, **rule)
    for name in BOTH:
        for number in range(16):
            play.receive(name, f"{name}-{number}", *[f"{name} {number} message {turn}" for turn in range(3)])
    play.run()
    turns = play.turns()
    heard = [line["text"] for line in play.heard() if line["processed"]]
    assert len(heard) == len(set(heard)), "nothing is processed twice"
    for turn in turns:
        if turn["status"] == "answered":
            assert turn["text"] in heard
        elif turn["status"] == "unknown":
            assert turn["provider"] == "osvi", "what can be read back is settled"
            assert outcomes(turn, "send")[-1] in {"lost", "server_error", "busy"}  # on_server_error = "hold"
        elif turn["status"] == "queued":
            assert turn["waiting_for"] == "predecessor_unknown"
            assert turn["text"] not in heard
        else:
            assert turn["status"] in FINAL_TURN_STATUSES
    order = defaultdict(list)
    for text in heard:
        order[text.rpartition(" message ")[0]].append(int(text[-1]))
    assert all(sent == sorted(sent) for sent in order.values()), "each conversation in order"
    known = sum(turn["status"] == "answered" for turn in turns)
    row.saw(turns=[t for t in turns if t["status"] == "unknown"][:1], posts="at most 1 each",
            state=f"{known} answered, the others unknown (osvi) or waiting behind one")  # fmt: skip
