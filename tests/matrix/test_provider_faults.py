"""What a provider may do to one call: errors before and after its work, answers lost, broken, late or strange.

Each play runs all cases of a row at once, every case on an account of its own, so that none closes another's gate.
``osvi`` stands for a provider that cannot be read back, ``synthflow`` for one that can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from connector.storage import queries
from tests.kit.actions import resume_route
from tests.kit.matrix.kit import BOTH, Play, Plays, account, outcomes, route, told
from tests.kit.matrix.recorder import Matrix

LOST = "unknown", "lost"
ANSWERED = "answered", None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fault of the sandbox on one message, and what is to come of it; ``says`` stands in its attempts' words."""

    row: str
    name: str
    provider: str
    fault: str | None
    rule: Mapping[str, Any] = field(default_factory=dict)
    ends: tuple[str, str | None] = ANSWERED
    posts: int = 1
    by: str | None = None
    says: str = ""
    account: Mapping[str, Any] = field(default_factory=dict)
    route: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message, different for each case."""
        return f"{self.row} {self.provider} {self.name}: where is my parcel?"


def played(database: str, plays: Plays, cases: Iterable[Case]) -> Play:
    """All cases at once, until nothing moves."""
    numbered = {f"case-{number}": case for number, case in enumerate(cases)}
    url = plays.sandbox.url
    play = plays.of(
        database,
        {name: account(case.provider, url, **case.account) for name, case in numbered.items()},
        {name: route(case.provider, name, **case.route) for name, case in numbered.items()},
    )
    for name, case in numbered.items():
        match = {"provider": case.provider, "call": "send", "text": case.text}
        plays.sandbox.add_rule(case.fault, match=match, **case.rule)
        play.receive(name, "T-1", case.text)
    play.run(play.still)
    return play


def check(play: Play, case: Case, matrix: Matrix) -> None:
    """One case came to what it should, and is kept for the table."""
    turn = play.turn(case.text)
    injected = " ".join(str(part) for part in (case.fault, case.rule.get("status")) if part)
    row = matrix.row(case.row, injected=injected, case=f"{case.provider}, {case.name}")
    assert (turn["status"], turn["reason"]) == case.ends, (case.name, told(turn))
    assert play.posts(case.text) == case.posts, case.name
    assert turn["settled_by"] == case.by, case.name
    assert case.says in told(turn), (case.name, told(turn))
    row.saw(turns=[turn], posts=play.posts(case.text))


def run_all(database: str, plays: Plays, matrix: Matrix, cases: list[Case]) -> Play:
    """Play the cases and check each."""
    play = played(database, plays, cases)
    for case in cases:
        check(play, case, matrix)
    return play


def test_errors_of_the_provider_and_of_its_gateway(database, plays, matrix):
    def case(provider: str, status: int, moment: str, more: str = "", **rest: Any) -> Case:
        rule = {"status": status}
        return Case(
            row="P1", name=f"{status} {moment}{more}", provider=provider, fault=f"status_{moment}", rule=rule, **rest
        )

    hold, fail = {"on_server_error": "hold"}, {"on_server_error": "fail"}
    unread: dict[str, Any] = {"by": None, "says": "not there after the grace"}
    adopted: dict[str, Any] = {"by": "read_back", "says": "found with its answer"}
    run_all(
        database,
        plays,
        matrix,
        [
            # The provider itself says that it failed: by the default of on_server_error it is sent again.
            case("osvi", 500, "before", says="500"),
            case("osvi", 500, "after", posts=2, says="500"),
            case("osvi", 500, "after", ", on_server_error = hold", ends=("unknown", "server_error"), route=hold),
            case("osvi", 500, "after", ", on_server_error = fail", ends=("failed", "server_error"), route=fail),
            # A gateway knows nothing about the provider behind it.
            case("osvi", 502, "before", ends=LOST, posts=0, says="502"),
            case("osvi", 504, "after", ends=LOST, says="504"),
            *[case("synthflow", status, "before", **unread) for status in (500, 502, 504)],
            *[case("synthflow", status, "after", **adopted) for status in (500, 502, 504)],
        ],
    )


def test_server_errors_end_with_max_attempts(sqlite_database, plays, matrix):
    rule = {"status": 500, "times": 0}
    rest: dict[str, Any] = {"fault": "status_before", "rule": rule, "posts": 0, "route": {"max_attempts": 2}}
    ends = {"osvi": ("failed", "max_attempts: server_error"), "synthflow": ("failed", "max_attempts: not_delivered")}
    by = {"osvi": None, "synthflow": "read_back"}
    cases = [Case(row="P1", name="500 for ever", provider=each, ends=ends[each], by=by[each], **rest) for each in BOTH]
    play = run_all(sqlite_database, plays, matrix, cases)
    assert [outcomes(play.turn(case.text), "send") for case in cases] == [["server_error"] * 2] * 2


def test_service_unavailable_with_and_without_a_wait(sqlite_database, plays, matrix):
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    waits = {"1 second": "1", "a negative one": "-5", "a date gone by": past, "not readable": "in a while"}

    def case(provider: str, name: str, headers: Mapping[str, str], says: str) -> Case:
        rule = {"status": 503, "headers": dict(headers)}
        return Case(row="P2", name=name, provider=provider, fault="status_before", rule=rule, says=says)

    cases = [
        case(provider, f"Retry-After: {name}", {"Retry-After": value}, "503")
        for name, value in waits.items()
        for provider in BOTH
    ]
    cases.append(case("osvi", "no Retry-After", {}, "503"))
    cases.append(case("synthflow", "no Retry-After", {}, "not there after the grace"))
    play = run_all(sqlite_database, plays, matrix, cases)
    for told_to_wait in cases[:-2]:
        assert outcomes(play.turn(told_to_wait.text), "send") == ["busy", "answered"]
    assert outcomes(play.turn(cases[-2].text), "send") == ["server_error", "answered"]
    assert outcomes(play.turn(cases[-1].text), "send") == ["server_error", "answered"]


def test_answer_lost_after_the_message_was_processed(database, plays, matrix):
    osvi, synthflow = BOTH
    adopted: dict[str, Any] = {"by": "read_back", "says": "found with its answer"}
    head = '{"success": true, "data": {"session_id": "{chat}", "rep'
    run_all(
        database,
        plays,
        matrix,
        [
            Case(row="P6", name="connection reset", provider=osvi, fault="cut_after", ends=LOST),
            Case(row="P6", name="connection reset", provider=synthflow, fault="cut_after", **adopted),
            Case(row="P6", name="reset before it was processed", provider=osvi, fault="cut_before", ends=LOST, posts=0),
            Case(row="P6", name="reset before it was processed", provider=synthflow, fault="cut_before",
                 says="not there after the grace"),
            Case(row="P7", name="short of its length", provider=osvi, fault="cut_after", rule={"body": head},
                 ends=LOST, says="the answer ended before its end"),
            Case(row="P7", name="short of its length", provider=synthflow, fault="cut_after", rule={"body": head},
                 **adopted),
        ],
    )  # fmt: skip


def test_what_arrived_of_a_broken_answer_is_kept(sqlite_database, plays, matrix):
    half = '{"success": true, "data": {"session_id": "abc", "rep'
    case = Case(row="P7", name="short of its length, body kept", provider="osvi", fault="cut_after",
                rule={"body": half}, ends=LOST)  # fmt: skip
    play = run_all(sqlite_database, plays, matrix, [case])
    turn = queries.turn(play.database, int(play.turn(case.text)["id"]), raw=True)
    assert turn["attempts"][-1]["raw"] == half


def test_silence_and_dripping_end_with_the_deadline(database, plays, matrix):
    osvi, synthflow = BOTH
    soon: dict[str, Any] = {"account": {"deadline": "700ms"}}
    adopted: dict[str, Any] = {**soon, "by": "read_back", "says": "found with its answer"}
    drip: dict[str, Any] = {"fault": "drip", "rule": {"delay_s": 0.1}}
    run_all(
        database,
        plays,
        matrix,
        [
            Case(row="P8", name="silent after its work", provider=osvi, fault="silence_after", ends=LOST, **soon),
            Case(row="P8", name="silent after its work", provider=synthflow, fault="silence_after", **adopted),
            Case(row="P8", name="silent, nothing done", provider=osvi, fault="silence_before", ends=LOST, posts=0,
                 **soon),
            Case(row="P8", name="silent, nothing done", provider=synthflow, fault="silence_before",
                 says="not there after the grace", **soon),
            Case(row="P9", name="the body drips", provider=osvi, ends=LOST, says="deadline", **drip, **soon),
            Case(row="P9", name="the body drips", provider=synthflow, **drip, **adopted),
        ],
    )  # fmt: skip


STRANGE = {
    "a page": "<html><body>It works!</body></html>",
    "nothing": "",
    "a list": "[1, 2, 3]",
    "half of it": None,
    "another charset": '{"success": true, "data": {"reply": "gr\ud83d", "session_id": "{chat}"}',
}


def test_success_with_a_body_that_is_no_answer(sqlite_database, plays, matrix):
    cases = []
    for name, body in STRANGE.items():
        fault = "broken_body" if body is None else "status_after"
        rule = {} if body is None else {"status": 200, "body": body}
        common: dict[str, Any] = {"row": "P11", "name": name, "fault": fault, "rule": rule}
        cases += [
            Case(provider="osvi", ends=LOST, **common),
            Case(provider="synthflow", by="read_back", says="found with its answer", **common),
        ]
    run_all(sqlite_database, plays, matrix, cases)


def test_success_false(sqlite_database, plays, matrix):
    def case(name: str, provider: str, body: object, **rest: Any) -> Case:
        rule = {} if body is None else {"body": body}
        return Case(row="P12", name=name, provider=provider, fault="success_false", rule=rule, **rest)

    run_all(
        sqlite_database,
        plays,
        matrix,
        [
            case("with a reason", "osvi", None, ends=("failed", "refused"), posts=0, says="could not process"),
            case("without a reason", "osvi", {"success": False}, ends=LOST, posts=0, says="success false"),
            case("and an answer all the same", "osvi",
                 {"success": False, "data": {"session_id": "{chat}", "reply": "Hello"}}, posts=0),
            case("status error, no answer", "synthflow", None, says="not there after the grace"),
        ],
    )  # fmt: skip


OSVI_ANSWER = {"session_id": "{chat}", "reply": "Hello", "state": "default", "mode": "ai", "help_requested": False}
SYNTHFLOW_ANSWER = {"agent_message": "Hello", "current_state": "main", "timestamp": "2026-03-02T09:15:26Z"}


def without(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def test_drift_of_the_schema(sqlite_database, plays, matrix):
    readable = {
        "more members": {**OSVI_ANSWER, "new": {"deep": [1]}},
        "state missing": without(OSVI_ANSWER, "state"),
        "state null": {**OSVI_ANSWER, "state": None},
        "state of another type": {**OSVI_ANSWER, "state": ["default"]},
        "session_id missing": without(OSVI_ANSWER, "session_id"),
        "reply a number": {**OSVI_ANSWER, "reply": 42},
        "reply empty": {**OSVI_ANSWER, "reply": ""},
    }
    unreadable = {
        "reply missing": without(OSVI_ANSWER, "reply"),
        "reply renamed": {**without(OSVI_ANSWER, "reply"), "answer": "Hello"},
        "reply null": {**OSVI_ANSWER, "reply": None},
        "reply of another type": {**OSVI_ANSWER, "reply": {"text": "Hello"}},
    }
    strange = {
        "agent_message renamed": {**without(SYNTHFLOW_ANSWER, "agent_message"), "message": "Hello"},
        "agent_message null": {**SYNTHFLOW_ANSWER, "agent_message": None},
    }
    absurd = {"turn_number absurd": {**SYNTHFLOW_ANSWER, "turn_number": 10**30}}

    def case(provider: str, name: str, body: object, **rest: Any) -> Case:
        rule = {"status": 200, "body": body}
        return Case(row="P13", name=name, provider=provider, fault="status_after", rule=rule, **rest)

    def osvi(data: object) -> str:
        return json.dumps({"success": True, "data": data})

    def synthflow(response: object) -> str:
        return json.dumps({"status": "ok", "response": response})

    adopted: dict[str, Any] = {"by": "read_back", "says": "found with its answer"}
    run_all(
        sqlite_database,
        plays,
        matrix,
        [
            *[case("osvi", name, osvi(data)) for name, data in readable.items()],
            *[case("osvi", name, osvi(data), ends=LOST) for name, data in unreadable.items()],
            case("osvi", "data missing", '{"success": true}', ends=LOST),
            *[case("synthflow", name, synthflow(body), **adopted) for name, body in strange.items()],
            *[case("synthflow", name, synthflow(body)) for name, body in absurd.items()],
            case("synthflow", "status missing", json.dumps({"response": SYNTHFLOW_ANSWER})),
        ],
    )


@pytest.mark.parametrize("provider", BOTH)
def test_redirects_are_not_followed(sqlite_database, plays, matrix, provider):
    """The first one pauses the route: a base URL that redirects is wrong for every message."""
    statuses = (301, 302, 307, 308)
    accounts = {str(status): account(provider, plays.sandbox.url) for status in statuses}
    play = plays.of(sqlite_database, accounts, {name: route(provider, name) for name in accounts})
    rules = {
        status: {"status": status, "headers": {"Location": f"{plays.sandbox.url}/elsewhere"}} for status in statuses
    }
    for status, rule in rules.items():
        plays.sandbox.add_rule("status_before", match={"text": str(status)}, **rule)
        play.receive(str(status), "T-1", f"redirected by {status}")
    play.run(lambda: all(turn["waiting_for"] == "route_paused" for turn in play.turns()))
    assert play.posts() == 0
    assert play.alarms() == ["route_paused"] * 4
    paused = play.turns()
    for turn in paused:
        assert (turn["status"], turn["reason"]) == ("queued", "misconfigured")
        assert "is base_url right?" in told(turn)
        resume_route(play.database, turn["route"], actor="tess")
    play.run()
    assert play.statuses() == {"answered": 4}
    for status, turn in zip(statuses, paused, strict=True):
        row = matrix.row("P14", injected=f"status_before {status}", case=f"{provider}, {status}")
        row.saw(turns=[turn], posts=f"0; {play.posts(turn['text'])} after routes resume")
