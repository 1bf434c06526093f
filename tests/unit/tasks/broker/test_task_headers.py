"""Headers of a task's message: those on the list stay, those that would make a worker do something are dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.broker.task_headers import TaskMessage, strip
from tasks.options import NEVER

PLAIN: dict[str, Any] = {"task": "connector.tick", "id": "1", "root_id": "1", "lang": "py", "origin": "shop"}
QUIET: dict[str, Any] = {"eta": None, "expires": None, "retries": 0, "timelimit": [None, None], "group": None}


def message(headers: dict[str, Any] | None, body: Any) -> TaskMessage:
    return TaskMessage(body=json.dumps(body), headers=headers, content_type="application/json")


@pytest.mark.parametrize("quiet", [{}, QUIET, {"timelimit": [NEVER, NEVER]}])
def test_what_every_program_sends_is_nothing_to_tell_of(quiet):
    sent = message({**PLAIN, **quiet, "shop-request": "7"}, [[], {}, {"callbacks": None, "chain": None}])
    before = sent.body
    assert strip(sent) == ()
    assert (sent.headers, sent.body) == (PLAIN, before)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eta", "2030-01-01T00:00:00"),
        ("expires", "2020-01-01T00:00:00"),
        ("timelimit", [1, None]),
        ("retries", 3),
        ("group", "a-group"),
        ("stamps", {"a": ["b"]}),
        ("stamped_headers", ["a"]),
    ],
)
def test_a_header_that_would_have_an_effect_is_dropped_and_named(name, value):
    sent = message({**PLAIN, name: value}, [[], {}, {}])
    assert strip(sent) == (name,)
    assert sent.headers == PLAIN


@pytest.mark.parametrize("name", ["callbacks", "errbacks", "chain", "chord"])
def test_what_is_to_be_called_afterwards_is_not(name):
    called = [{"task": "shop.other", "args": []}]
    sent = message(dict(PLAIN), [["event"], {"a": 1}, {name: called}])
    assert strip(sent) == (name,)
    assert json.loads(sent.body) == [["event"], {"a": 1}, {}]
    first = message(None, {"task": "connector.tick", "id": "1", "args": ["event"], name: called})
    assert strip(first) == (name,)
    assert json.loads(first.body) == {"task": "connector.tick", "id": "1", "args": ["event"]}


def test_a_bell_still_expires_and_what_nobody_can_read_stays_for_a_person_to_see():
    sent = message({**PLAIN, "expires": "2030-01-01T00:00:00"}, [[], {}, {}])
    assert strip(sent, keep=frozenset({"expires"})) == ()
    assert "expires" in sent.headers
    garbage = message({**PLAIN, "eta": "garbage"}, [[], {}, {}])
    strip(garbage)
    assert garbage.headers["eta"] == "garbage"
    broken = TaskMessage(body=b"{broken", headers=dict(PLAIN), content_type="application/json")
    assert strip(broken) == ()
