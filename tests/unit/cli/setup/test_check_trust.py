"""`turnwire check` on what strangers may name."""

from __future__ import annotations

import pytest

from connector.services.receive import Receiver
from connector.wiring import NoPublisher, Wiring
from tests.kit.cli_folder import CONFIG, Folder, folder

__all__ = ["folder"]

CELERY = CONFIG.replace("[routes.tickets]\n", '[routes.tickets]\nreply = "celery"\n')


def found(folder: Folder) -> dict[str, dict[str, str]]:
    return {one["what"]: one for one in folder("check", "--json").one["checks"]}


def test_a_route_whose_callbacks_are_not_listed_gets_the_line_to_add(folder, turnwire_sandbox):
    listed = CELERY.replace('reply = "celery"\n', 'reply = "celery"\ncallbacks = ["shop.b", "shop.a@shop"]\n')
    folder.configure(turnwire_sandbox.url, config=listed)
    receiver = Receiver(wiring=Wiring(settings=folder.settings(), publisher=NoPublisher()))
    for number, callback in enumerate([{"task": "shop.a", "queue": "shop"}, {"task": "shop.b"}]):
        event = {"route": "tickets", "conversation": "T-1", "id": str(number), "text": "hello", "callback": callback}
        assert [str(each.status) for each in receiver.receive_json(event, "celery")] == ["accepted"]
    receiver.wiring.database.dispose()
    assert "routes.tickets.callbacks" not in found(folder)

    folder.configure(turnwire_sandbox.url, config=CELERY)
    assert folder("check").code == 1
    finding = found(folder)["routes.tickets.callbacks"]
    assert finding["state"] == "wrong"
    assert 'in [routes.tickets]: callbacks = ["shop.a@shop", "shop.b"]' in finding["mend"]


def test_a_token_that_speaks_for_another_door_is_named_and_a_new_one_is_not_made(folder, turnwire_sandbox):
    folder.configure(turnwire_sandbox.url)
    assert folder("tokens", "create", "zammad", "--route", "mail").code == 0
    for words in (["crm", "--source", "mail:mail"], ["crm", "--source", "broker"], ["csv:tickets"]):
        said = folder("tokens", "create", *words, "--route", "mail")
        assert (said.code, "reserved" in said.err) == (2, True)
    hooks = '[sources.zammad]\nkind = "hook"\nprofile = "zammad"\nroute = "mail"\nsecret = "env:OSVI_API_TOKEN"\n'
    folder.configure(turnwire_sandbox.url, hooks)
    finding = found(folder)["token zammad"]
    assert (finding["state"], "is reserved" in finding["found"]) == ("warning", True)


HOOK = """
[sources.shop]
kind = "hook"
profile = "custom"
route = "mail"
secret = "env:HOOK"
[sources.shop.signature]
header = "X-Signature"
id_header = "X-Id"
signed = "{id}.{body}"
[sources.shop.fields]
conversation = "PLACE"
id = "header:X-Id"
text = "/text"
"""


def hook(conversation: str) -> str:
    return HOOK.replace("PLACE", conversation)


@pytest.mark.parametrize(("length", "state"), [(1, "wrong"), (7, "wrong"), (8, "warning"), (15, "warning"), (16, None)])
def test_a_secret_that_can_be_guessed_is_named(folder, turnwire_sandbox, monkeypatch, length, state):
    monkeypatch.setenv("HOOK", "x" * length)
    folder.configure(turnwire_sandbox.url, hook("/ticket"))
    finding = found(folder).get("sources.shop.secret")
    assert (finding and finding["state"]) == state


@pytest.mark.parametrize("conversation", ["header:X-Ticket", "ticket-{header:X-Ticket}"])
def test_what_is_read_of_an_unsigned_header_is_named(folder, turnwire_sandbox, monkeypatch, conversation):
    monkeypatch.setenv("HOOK", "x" * 16)
    folder.configure(turnwire_sandbox.url, hook(conversation))
    finding = found(folder)["sources.shop.fields"]
    assert finding["state"] == "warning"
    assert "x-ticket" in finding["found"]
    assert "x-id" not in finding["found"], "that one is signed"
