"""Who answers in a conversation, changed over HTTP: by tokens of its route, repeatably, and never by half."""

from __future__ import annotations

import jsonschema
import pytest

from connector.errors import Overtaken, WrongState
from connector.storage import queries, tables
from connector.storage.core.database import Database
from connector.web.request.problems import refused
from tests.kit.front_door import Client, event, make_site
from tests.kit.storage_fixtures import Store


@pytest.fixture
def site(database, tmp_path):
    made = make_site(database, tmp_path)
    yield made
    made.database.dispose()


@pytest.fixture
def ask(site):
    return Client(site)


@pytest.fixture
def token(site):
    return site.token()


@pytest.fixture
def conversation(ask, token):
    turn = ask("POST", "/v1/events", token, json=event()).json()["turn_id"]
    return ask("GET", f"/v1/turns/{turn}", token).json()["conversation_id"]


def test_to_a_person_and_back_and_closed(site, ask, token, conversation):
    path = f"/v1/conversations/{conversation}"
    published = ask("GET", "/openapi.json").json()["components"]["schemas"]["ConversationChanged"]

    site.bells.rung.clear()
    handed = ask("POST", f"{path}/hand-off", token, json={"reason": "complaint"})
    assert handed.status_code == 200
    assert set(handed.json()) == set(published["required"]) == set(published["properties"])
    assert {"status": "handed_off", "reason": "complaint", "changed": True}.items() <= handed.json().items()
    assert site.bells.rung.is_set()
    assert ask("GET", path, token).json()["turns"][0]["waiting_for"] == "handed_off"

    back = ask("POST", f"{path}/resume", token, json={"answer_waiting": True, "note": "Paid."}).json()
    assert (back["status"], back["reason"], back["cancelled"]) == ("open", None, [])
    assert next(queries.conversations(site.database))["note"] == "Paid."

    closed = ask("POST", f"{path}/close", token).json()
    assert (closed["status"], len(closed["cancelled"])) == ("closed", 1)
    actors = {row["actor"] for row in queries.history(site.database, f"conversation:{conversation}")}
    assert actors == {"token:crm"}


def test_what_came_meanwhile_counts_as_answered_unless_said_otherwise(ask, token, conversation):
    path = f"/v1/conversations/{conversation}"
    ask("POST", f"{path}/hand-off", token)
    assert len(ask("POST", f"{path}/resume", token).json()["cancelled"]) == 1


@pytest.mark.parametrize("action", ["hand-off", "resume", "close"])
def test_a_request_may_be_repeated(site, ask, token, conversation, action):
    path = f"/v1/conversations/{conversation}"
    if action == "resume":
        ask("POST", f"{path}/hand-off", token)
    first = ask("POST", f"{path}/{action}", token).json()
    again = ask("POST", f"{path}/{action}", token)
    assert again.status_code == 200
    assert again.json() == {**first, "changed": False, "cancelled": []}
    assert len(queries.history(site.database, f"conversation:{conversation}")) == 1 + (action == "resume")


def test_a_state_that_does_not_allow_it_is_409(site, ask, token, conversation):
    path = f"/v1/conversations/{conversation}"
    ask("POST", f"{path}/close", token)
    for action in ("hand-off", "resume"):
        answer = ask("POST", f"{path}/{action}", token)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:turnwire:problem:wrong-state")
    store = Store(Database(site.database.url))
    doubted, _ = store.conversation(
        "T-9", ["unknown"], status="handed_off", reason="unknown_outcome", held="handed_off"
    )
    answer = ask("POST", f"/v1/conversations/{doubted}/resume", token)
    assert answer.status_code == 409
    assert "is unknown" in answer.json()["title"]
    store.database.dispose()


def test_a_refusal_names_the_request_that_is_next_and_no_command(site, ask, token, conversation):
    path = f"/v1/conversations/{conversation}"
    ask("POST", f"{path}/close", token)
    said = [ask("POST", f"{path}/{action}", token).json()["title"] for action in ("hand-off", "resume")]
    assert said == [
        f"conversation {conversation} is closed, not {needed}: the customer's next message opens it again"
        for needed in ("open", "handed_off")
    ]


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (
            WrongState("conversation 3 is open, not closed", "conversation", 3, "open", ("closed",)),
            "conversation 3 is open, not closed: POST /v1/conversations/3/hand-off gives it to a person",
        ),
        (
            WrongState("conversation 3 is handed_off, not open", "conversation", 3, "handed_off", ("open",)),
            "conversation 3 is handed_off, not open: POST /v1/conversations/3/resume gives it back to the agent",
        ),
        (
            WrongState("because turn 9 is unknown", "conversation", 3, "handed_off", (), "unknown_turn"),
            "because turn 9 is unknown: an operator has to settle that turn first",
        ),
        (
            Overtaken("conversation 3 was changed", "conversation", 3, "closed"),
            "conversation 3 was changed: GET /v1/conversations/3 shows it",
        ),
    ],
)
def test_what_is_next_is_said_in_requests(error, title):
    assert refused(error).as_dict() == {"type": "urn:turnwire:problem:wrong-state", "title": title, "status": 409}


@pytest.mark.parametrize("action", ["hand-off", "resume", "close"])
def test_what_is_not_theirs_is_as_if_it_were_not_there(site, ask, conversation, action):
    other = site.token("other", "sales")
    theirs, nothing, word = (
        ask("POST", f"/v1/conversations/{which}/{action}", other) for which in (conversation, 999, "x")
    )
    assert (theirs.status_code, theirs.json()) == (404, nothing.json()) == (404, word.json())
    assert ask("POST", f"/v1/conversations/{conversation}/{action}").status_code == 401
    with site.database.reading() as connection:
        assert connection.execute(tables.conversations.select()).one().status == "open"


BAD = [
    ("hand-off", {"reason": ""}, "reason"),
    ("hand-off", {"reason": "  \t"}, "reason"),
    ("hand-off", {"reason": "\x1c"}, "reason"),
    ("hand-off", {"reason": "x" * 201}, "reason"),
    ("hand-off", {"reason": None}, "reason"),
    ("hand-off", {"reason": 5}, "reason"),
    ("hand-off", {"why": "secret words"}, "why"),
    ("hand-off", [], "the body"),
    ("resume", {"note": ""}, "note"),
    ("resume", {"note": "x" * 10_001}, "note"),
    ("resume", {"answer_waiting": "yes"}, "answer_waiting"),
    ("close", {"reason": "x"}, "reason"),
]


@pytest.mark.parametrize(("action", "body", "field"), BAD)
def test_a_wrong_body_names_its_field_and_changes_nothing(site, ask, token, conversation, action, body, field):
    ask("POST", f"/v1/conversations/{conversation}/{action}", token, json=body)
    answer = ask("POST", f"/v1/conversations/{conversation}/{action}", token, json=body)
    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == field
    assert "secret words" not in answer.text
    assert ask("GET", f"/v1/conversations/{conversation}", token).json()["status"] == "open"


def test_other_bodies(ask, token, conversation):
    path = f"/v1/conversations/{conversation}/hand-off"
    assert ask("POST", path, token, content=b"{", headers={"content-type": "application/json"}).status_code == 400
    assert ask("POST", path, token, content=b"reason=x", headers={"content-type": "text/plain"}).status_code == 415
    assert ask("POST", path, token, content=b"{}").status_code == 415
    large = b" " * (64 * 1024 + 1)
    assert ask("POST", path, token, content=large, headers={"content-type": "application/json"}).status_code == 413
    assert ask("POST", path, token, content=b"", headers={"content-type": "application/json"}).status_code == 200


def test_the_published_shapes_agree_with_what_is_taken(ask, token, conversation):
    shapes = ask("GET", "/openapi.json").json()["components"]["schemas"]
    for name, body, fine in [
        ("HandOff", {"reason": "x"}, True),
        ("HandOff", {"reason": ""}, False),
        ("Resume", {"note": None, "answer_waiting": False}, True),
        ("Resume", {"other": 1}, False),
        ("Close", {}, True),
        ("Close", {"x": 1}, False),
    ]:
        assert jsonschema.Draft202012Validator(shapes[name]).is_valid(body) is fine
