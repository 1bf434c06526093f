"""What the command line says of hooks: `turnwire check` and `turnwire parse --hook`."""

from __future__ import annotations

import copy
import json

import pytest

from tests.kit.cli_folder import folder
from tests.kit.hook_senders import SENDERS

__all__ = ["folder"]

SOURCES = """
[sources.zammad]
kind = "hook"
route = "mail"
profile = "zammad"
secret = "env:ZAMMAD_TOKEN"

[sources.hubspot]
kind = "hook"
route = "tickets"
profile = "hubspot"
secret = "env:HUBSPOT_SECRET"
url = "https://hooks.example.com/v1/hooks/hubspot"
[sources.hubspot.fields]
text = "{/note}"

[sources.helpscout]
kind = "hook"
route = "mail"
profile = "helpscout"
secret = "env:HELPSCOUT_SECRET"
"""


@pytest.fixture
def hooked(folder, monkeypatch):
    folder.configure("http://127.0.0.1:9", SOURCES)
    for name in ("ZAMMAD_TOKEN", "HUBSPOT_SECRET"):
        monkeypatch.setenv(name, "a-secret-of-ours")
    return folder


def sample(profile):
    return copy.deepcopy(SENDERS[profile].body)


def test_check_tells_each_source_and_a_secret_that_is_missing(hooked):
    said = hooked("check", "--json")
    found = {one["what"]: one for one in said.one["checks"]}
    assert (found["source zammad"]["state"], found["source helpscout"]["state"]) == ("ok", "wrong")
    assert found["source zammad"]["found"] == "signed deliveries of zammad to /v1/hooks/zammad, for route mail"
    assert "HELPSCOUT_SECRET is not set" in found["source helpscout"]["found"]
    assert "a-secret-of-ours" not in said.out


def test_parse_shows_what_a_recorded_delivery_would_become(hooked):
    note = sample("zammad")
    note["article"]["internal"] = True
    bad = sample("zammad")
    del bad["article"]["id"]
    files = [
        hooked.write(f"{name}.json", json.dumps(body))
        for name, body in (("a", sample("zammad")), ("b", note), ("c", bad))
    ]
    said = hooked("parse", "--hook", "zammad", *files, hooked.write("d.json", "{"), "--json")
    assert said.code == 1
    assert [(one["status"], one["reason"]) for one in said.lines] == [
        ("accepted", None),
        ("stopped", "internal_note"),
        ("refused", "id: expected a single value at /article/id, got nothing"),
        ("refused", "not JSON"),
    ]
    assert (said.lines[0]["id"], said.lines[0]["route"]) == ("11", "mail")
    assert "  | Gr\u00fc\u00dfe" in hooked("parse", "--hook", "zammad", files[0]).out


def test_parse_shows_each_event_of_many_and_takes_headers(hooked):
    many = hooked.write("many.json", json.dumps([*sample("hubspot"), {"subscriptionType": "conversation.deletion"}]))
    said = hooked("parse", "--hook", "hubspot", many, "--json")
    assert [(one["position"], one["status"]) for one in said.lines] == [("event 1", "accepted"), ("event 2", "stopped")]
    one = hooked.write("one.json", json.dumps(sample("helpscout")))
    assert hooked("parse", "--hook", "helpscout", one).code == 1
    header = "X-HelpScout-Event: convo.created"
    assert hooked("parse", "--hook", "helpscout", one, "--header", header, "--json").one["status"] == "accepted"


@pytest.mark.parametrize(("words", "said"), [(["--hook", "zamad"], "no source zamad"), (["--header", "x"], "--header")])
def test_parse_refuses_what_it_does_not_know(hooked, words, said):
    name = hooked.write("a.json", json.dumps(sample("zammad")))
    if "--hook" not in words:
        words = ["--hook", "zammad", *words]
    done = hooked("parse", name, *words)
    assert done.code == 2
    assert said in done.err
