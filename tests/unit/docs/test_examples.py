"""The examples for other programs say what the front door takes, read out of the files that people import.

Nothing but this repository is needed; ``tests/acceptance/test_examples.py`` runs them in the programs themselves.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from standardwebhooks import Webhook as Verifier

from connector.channels.hooks.outgoing import key_of
from connector.values import TurnStatus
from tests.kit.front_door import Client, make_site

EXAMPLES = Path(__file__).parents[3] / "examples"
ASKED = {"conversation": "T-1", "id": "T-1/1", "text": 'Is "Größe L" <really> & truly\nsold out?'}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def site(sqlite_database, tmp_path):
    made = make_site(sqlite_database, tmp_path)
    yield made
    made.database.dispose()


def taken(site, event: Any) -> None:
    """The real front door takes it as it stands."""
    answer = Client(site)("POST", "/v1/events", site.token("example"), json=event)
    assert (answer.status_code, answer.json()["warnings"]) == (202, []), answer.text
    assert event["text"] == ASKED["text"]


# --- Node-RED ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def nodes() -> dict[str, dict[str, Any]]:
    return {node["id"]: node for node in json.loads((EXAMPLES / "node-red/turnwire.json").read_text(encoding="utf-8"))}


def at(message: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        message = message[name]
    return message


def changed(rules: list[dict[str, str]], message: dict[str, Any]) -> dict[str, Any]:
    """What a change node makes of a message; what is computed (JSONata) is left out."""
    for rule in rules:
        kinds: dict[str, Callable[[str], Any]] = {
            "str": lambda to: to,
            "msg": lambda to: at(message, to),
            "json": json.loads,
        }
        if rule["t"] == "move":
            message[rule["to"]] = message.pop(rule["p"])
        elif rule["tot"] in kinds:
            *way, last = rule["p"].split(".")
            target = message
            for name in way:
                target = target.setdefault(name, {})
            target[last] = kinds[rule["tot"]](rule["to"])
    return message


def test_node_red_sends_what_the_front_door_takes(site, nodes):
    message = changed(nodes["event"]["rules"], {"payload": dict(ASKED)})
    (url,) = [rule["to"] for rule in nodes["event"]["rules"] if rule["p"] == "url"]
    assert url == '$env("TURNWIRE_URL") & "/v1/events"'
    assert (nodes["send"]["method"], nodes["send"]["authType"]) == ("POST", "bearer")
    assert message["headers"] == {"content-type": "application/json"}
    taken(site, message["payload"])


def test_node_red_wires_lead_to_nodes(nodes):
    for node in nodes.values():
        for wires in node.get("wires", []):
            assert set(wires) <= nodes.keys()
    assert nodes["verify"]["wires"] == [["keep"], ["heard"]]


def test_examples_hold_no_token():
    for file in EXAMPLES.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"tw_\w{10}|whsec_\w", text), file
    nodes = json.loads((EXAMPLES / "node-red/turnwire.json").read_text(encoding="utf-8"))
    assert [node["credentials"] for node in nodes if "credentials" in node] == [{"password": "${TURNWIRE_TOKEN}"}]


def delivery(key: bytes | None = None, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
    """A delivery as Turnwire makes it now, then changed."""
    sent = str(int((at or datetime.now(UTC)).timestamp()))
    body = json.dumps({"type": "turn.answered", "data": {"conversation": "Größe"}}, ensure_ascii=False)
    signed = hmac.digest(key_of(SECRET) if key is None else key, f"tw-1.{sent}.{body}".encode(), "sha256")
    made = {
        "body": body,
        "webhook-id": "tw-1",
        "webhook-timestamp": sent,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }
    return {name: change(value) if (change := changes.get(name)) else value for name, value in made.items()}


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
GOOD = {
    "as it is": delivery,
    "two signatures": lambda: delivery(**{"webhook-signature": lambda good: f"v1,AAAA {good}"}),
}
BAD = {
    "one byte changed": lambda: delivery(body=lambda good: good.replace("Gr", "gr")),
    "re-serialised": lambda: delivery(body=lambda good: json.dumps(json.loads(good))),
    "another secret": lambda: delivery(b"another secret"),
    "too old": lambda: delivery(at=LONG_AGO),
    "from the future": lambda: delivery(at=datetime.now(UTC) + timedelta(days=1)),
    "time changed": lambda: delivery(**{"webhook-timestamp": lambda good: str(int(good) + 9)}),
    "no time": lambda: delivery(**{"webhook-timestamp": lambda _: "soon"}),
    "no signature": lambda: delivery(**{"webhook-signature": lambda _: ""}),
    "wrong prefix": lambda: delivery(**{"webhook-signature": lambda good: good.replace("v1,", "v2,")}),
}
HARNESS = """
const { body, secret, headers, code } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const msg = { payload: Buffer.from(body), req: { headers } };
const run = new Function("msg", "env", "crypto", code);
const [good, bad] = run(msg, { get: () => secret }, require("crypto"));
console.log(JSON.stringify([good && good.payload, bad && bad.statusCode]));
"""


def verified(nodes, sent: dict[str, Any], secret: str) -> list[Any]:
    """The message on the good way and the status on the bad one, by the flow's own code."""
    if shutil.which("node") is None:
        pytest.skip("there is no node here")
    headers = {name: value for name, value in sent.items() if name != "body"}
    given = {"body": sent["body"], "secret": secret, "headers": headers, "code": nodes["verify"]["func"]}
    done = subprocess.run(
        ["node", "-e", HARNESS], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=60
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def test_the_deliveries_here_are_turnwire_s():
    sent = delivery()
    headers = {name: value for name, value in sent.items() if name != "body"}
    assert Verifier(key_of(SECRET)).verify(sent["body"], headers) == json.loads(sent["body"])


@pytest.mark.parametrize("case", GOOD)
def test_node_red_takes_signed_answers(nodes, case):
    sent = GOOD[case]()
    assert verified(nodes, sent, SECRET) == [json.loads(sent["body"]), None]


@pytest.mark.parametrize("case", BAD)
def test_node_red_takes_no_others(nodes, case):
    assert verified(nodes, BAD[case](), SECRET) == [None, 401]


def test_node_red_takes_nothing_without_a_secret(nodes):
    assert verified(nodes, delivery(b""), "") == [None, 401]


# --- n8n --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def workflow() -> dict[str, Any]:
    flow: dict[str, Any] = json.loads((EXAMPLES / "n8n/turnwire.json").read_text(encoding="utf-8"))
    return flow


def filled(value: str, item: dict[str, str]) -> str:
    """An expression of a node's parameter: ``={{ $json.name }}``, or text as it is."""
    found = re.fullmatch(r"=\{\{ \$json\.(\w+) \}\}", value)
    return item[found[1]] if found else value


def test_n8n_sends_what_the_front_door_takes(site, workflow):
    nodes = {node["name"]: node["parameters"] for node in workflow["nodes"]}
    fields = {field["name"] for field in nodes["The message"]["assignments"]["assignments"]}
    assert fields == {"turnwire", *ASKED}
    asking = nodes["Turnwire takes it"]
    assert (asking["method"], asking["url"]) == ("POST", "={{ $json.turnwire }}/v1/events")
    assert (asking["contentType"], asking["specifyBody"]) == ("json", "keypair")
    taken(site, {field["name"]: filled(field["value"], ASKED) for field in asking["bodyParameters"]["parameters"]})


def test_n8n_asks_again_and_waits(workflow):
    nodes = {node["name"]: node for node in workflow["nodes"]}
    assert nodes["Turnwire takes it"]["retryOnFail"]
    ways = {name: [[to["node"] for to in way] for way in out["main"]] for name, out in workflow["connections"].items()}
    assert {name for out in ways.values() for way in out for name in way} <= nodes.keys()
    assert ways["Still on its way?"] == [["A moment"], ["Your own nodes go on here"]]
    conditions = nodes["Still on its way?"]["parameters"]["conditions"]["conditions"]
    assert {one["rightValue"] for one in conditions} == {"queued", "sending"}


# --- Airflow ----------------------------------------------------------------------------------------------------------


class Task:
    """An operator or sensor: its arguments, and what comes after it."""

    made: ClassVar[dict[str, dict[str, Any]]] = {}

    def __init__(self, **given: Any) -> None:
        self.made[given["task_id"]] = given

    def __rshift__(self, other: Task) -> Task:
        return other


@pytest.fixture
def tasks(monkeypatch) -> dict[str, dict[str, Any]]:
    """The example's tasks, read with a stand-in for Airflow."""
    monkeypatch.setattr(Task, "made", {})
    modules: dict[str, dict[str, Any]] = {
        "airflow": {"DAG": lambda *_, **__: nullcontext()},
        "airflow.providers.http.operators.http": {"HttpOperator": Task},
        "airflow.providers.http.sensors.http": {"HttpSensor": Task},
    }
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    runpy.run_path(str(EXAMPLES / "airflow/ask_the_agent.py"))
    return Task.made


def test_airflow_sends_what_the_front_door_takes(site, tasks):
    asking = tasks["hand_in"]
    assert (asking["method"], asking["endpoint"]) == ("POST", "/v1/events")
    assert asking["headers"] == {"Content-Type": "application/json"}
    given = {"params.conversation": "T-1", "params.text": ASKED["text"], "run_id": "manual__2026-11-22T10:00:00+00:00"}
    body = re.sub(r"\{\{ ([\w.]+) \| tojson \}\}", lambda found: json.dumps(given[found[1]]), asking["data"])
    taken(site, json.loads(body))


def test_airflow_waits_until_the_turn_is_settled(tasks):
    class Answer:
        def __init__(self, status: str) -> None:
            self._status = status

        def json(self) -> dict[str, str]:
            return {"status": self._status}

    settled = {one.value for one in TurnStatus if tasks["settled"]["response_check"](Answer(one))}
    assert settled == {"answered", "unknown", "failed", "cancelled"}
