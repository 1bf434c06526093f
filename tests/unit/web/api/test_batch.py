"""`POST /v1/events/batch`: line by line, in order, and never more in memory than a few groups."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from connector.errors import DatabaseUnavailable
from connector.storage import tables
from connector.web.api.ndjson import Lines
from tests.kit.front_door import Client, event, make_site, with_limits

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def site(sqlite_database, tmp_path):
    made = make_site(sqlite_database, tmp_path)
    yield made
    made.database.dispose()


def send(site, content, token=None, **limits):
    ask = Client(site, with_limits(**limits))
    return ask("POST", "/v1/events/batch", token or site.token(), content=content, headers=NDJSON)


def lines(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def stored(site):
    with site.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.turns)).scalar_one()


def body(*payloads):
    return b"\n".join(json.dumps(payload).encode() for payload in payloads)


def test_each_line_is_answered_as_it_would_be_alone(site):
    content = b"\n".join(
        [
            body(event(1)),
            b"",
            b"not json",
            body(event(2, route="sales")),
            body(event(3, text="")),
            body(event(1)),
            body(event(1, text="other")),
            b'{"text": "' + b"x" * 600_000 + b'"}',
            body(event(4)),
        ]
    )
    answer = send(site, content)
    assert answer.headers["content-type"] == "application/x-ndjson"
    found = lines(answer)
    assert [(each["line"], each["http_status"]) for each in found] == [
        (1, 202), (3, 400), (4, 403), (5, 422), (6, 200), (7, 409), (8, 413), (9, 202),
    ]  # fmt: skip
    assert found[0] == {
        "line": 1, "http_status": 202, "event_id": "1", "turn_id": "1", "followup_id": None, "status": "accepted",
        "warnings": [],
    }  # fmt: skip
    assert found[3]["errors"][0]["field"] == "text"
    assert found[5]["turn_id"] == "1"
    assert stored(site) == 2
    assert site.bells.rung.wait(10)


def test_groups_are_transactions_of_their_own_and_order_is_kept(site):
    answer = send(site, body(*(event(number) for number in range(23))), chunk_lines=5)
    found = lines(answer)
    assert [each["line"] for each in found] == list(range(1, 24))
    assert [int(each["turn_id"]) for each in found] == sorted(int(each["turn_id"]) for each in found)
    assert stored(site) == 23


def test_an_empty_body_has_an_empty_answer(site):
    answer = send(site, b"\n\n")
    assert (answer.status_code, answer.content) == (200, b"")


def test_too_many_lines_are_refused_from_the_first_beyond(site):
    answer = send(site, body(*(event(number) for number in range(6))), chunk_lines=2, batch_lines=4)
    assert [(each["line"], each["http_status"]) for each in lines(answer)] == [
        (1, 202), (2, 202), (3, 202), (4, 202), (5, 413),
    ]  # fmt: skip
    assert stored(site) == 4


def test_a_body_that_says_it_is_too_large_stores_nothing(site):
    answer = send(site, body(event(1)), batch_bytes=10)
    assert (answer.status_code, stored(site)) == (413, 0)


def test_a_body_that_turns_out_too_large_ends_with_a_line_that_says_so(site):
    async def pieces():
        for number in range(8):
            yield body(event(number)) + b"\n"

    size = len(body(event(1))) + 1
    answer = send(site, pieces(), chunk_lines=2, batch_bytes=5 * size)
    assert [(each["line"], each["http_status"]) for each in lines(answer)] == [
        (1, 202), (2, 202), (3, 202), (4, 202), (5, 413),
    ]  # fmt: skip


class Failing:
    """An intake that fails once, at its second group."""

    def __init__(self, intake):
        self.intake, self.calls = intake, 0

    def store(self, entries, backlog_id=None, *, live=True):
        self.calls += 1
        if self.calls == 2:
            raise DatabaseUnavailable("away")
        return self.intake.store(entries, backlog_id, live=live)


def test_after_a_503_nothing_more_is_stored_so_that_order_is_kept(site):
    wiring = site.receiver.wiring
    wiring.__dict__["intake"] = Failing(wiring.intake)
    content = b"\n".join([body(*(event(number) for number in range(4))), b"no json", body(event(5))])
    found = lines(send(site, content, chunk_lines=2))
    assert [each["http_status"] for each in found] == [202, 202, 503, 503, 400, 503]
    assert stored(site) == 2


def test_other_content_types_are_415(site):
    ask = Client(site)
    assert ask("POST", "/v1/events/batch", site.token(), json=event()).status_code == 415


@given(
    pieces=st.lists(st.binary(max_size=20).map(lambda raw: raw.replace(b"\r", b"\n")), max_size=12),
    longest=st.integers(1, 12),
)
def test_lines_are_the_same_however_they_are_cut(pieces, longest):
    whole = b"".join(pieces).split(b"\n")
    expected = [
        (number, line if len(line) <= longest else None)
        for number, line in enumerate(whole, 1)
        if line.strip() or len(line) > longest
    ]
    cut = Lines(longest)
    found: list[tuple[int, bytes | None]] = []
    for piece in pieces:
        found += cut.feed(piece)
        assert cut.left <= longest
    assert found + list(cut.finish()) == expected
