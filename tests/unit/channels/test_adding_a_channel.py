"""The page for newcomers is true: its example is taken from it, installed, and speaks both ways."""

from __future__ import annotations

import asyncio
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from connector.channels.registry import outside_system, reply_channel
from connector.errors import ConfigurationError
from connector.settings import load
from connector.storage import tables
from connector.values import CallResult, ChannelCapabilities, Outcome, ReplyLookup, ReplyMessage, ReplyReceipt
from tests.kit.front_door import Client, Site, make_site
from tests.kit.noticeboards import install
from tests.kit.raw_server import Line, RawServer, Script, answering, response, serving

PAGE = (Path(__file__).parents[3] / "docs" / "adding-a-channel.md").read_text(encoding="utf-8")
MESSAGE = ReplyMessage(
    id="7",
    marker="tw_7_3",
    channel="notes",
    attempt=1,
    target={},
    turn={"answer": "On Monday.", "conversation": "T-1"},
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def noticeboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's example, installed as its packaging metadata would have it."""
    (source,) = blocks("python")
    points = tomllib.loads(blocks("toml")[0])["project"]["entry-points"]["turnwire.channels"]
    install(tmp_path, name="noticeboard", module="noticeboard", source=source, points=points)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "noticeboard", raising=False)
    monkeypatch.setenv("BOARD_SECRET", "knock-knock")


def both(script: Script, folder: Path) -> tuple[CallResult, ReplyLookup, RawServer]:
    """Deliver, then look for it."""

    async def main() -> tuple[CallResult, ReplyLookup, RawServer]:
        async with serving(script) as server:
            settings = configured(folder, server.url)
            channel: Any = reply_channel("notes", settings.replies.channels["notes"])
            done, found = await channel.deliver(MESSAGE), await channel.find(MESSAGE)
            await channel.aclose()
            return done, found, server

    return asyncio.run(main())


def configured(folder: Path, url: str = "http://127.0.0.1:8700") -> Any:
    written = blocks("toml")[1].replace("http://127.0.0.1:8700", url)
    path = folder / "turnwire.toml"
    path.write_text('[accounts.osvi]\nprovider = "osvi"\ntoken = "env:X"\n' + written, encoding="utf-8")
    return load(path)


def test_the_example_delivers_and_finds_again(noticeboard: None, tmp_path: Path) -> None:
    script = answering(response({}, status=201, note_id="n-1"), response({}, note_id="n-1"))
    done, found, server = both(script, tmp_path)
    assert isinstance(done, ReplyReceipt)
    assert (done.outcome, done.external_id) == (Outcome.ANSWERED, "n-1")
    assert (found.found, found.external_id) == (True, "n-1")
    assert [(one.method, one.target) for one in server.received] == [("POST", "/notes"), ("GET", "/notes/tw_7_3")]
    assert server.received[0].json == {"marker": "tw_7_3", "text": "On Monday.", "thread": "T-1"}


def test_the_example_says_lost_when_nobody_knows_and_absent_only_when_it_looked(
    noticeboard: None, tmp_path: Path
) -> None:
    done, found, _ = both(answering(response({}, status=500), response({}, status=404)), tmp_path)
    assert (done.outcome, found.outcome, found.found) == (Outcome.LOST, Outcome.ANSWERED, False)

    async def cut(line: Line) -> None:
        await line.request()

    done, found, _ = both(cut, tmp_path)
    assert (done.outcome, found.outcome) == (Outcome.LOST, Outcome.LOST)


@pytest.fixture
def site(noticeboard: None, sqlite_database: str, tmp_path: Path) -> Site:
    more = blocks("toml")[1].partition("[sources.lobby]")
    return make_site(sqlite_database, tmp_path, "".join(more[1:]))


def test_the_examples_hooks_are_verified_and_taken_in(site: Site) -> None:
    ask = Client(site)
    note = {"id": "n-1", "thread": "T-1", "by": "customer", "text": "Where is my parcel?"}
    headers = {"Board-Secret": "knock-knock"}
    assert ask("POST", "/v1/hooks/lobby", json=note, headers={"Board-Secret": "guess"}).status_code == 401
    taken = ask("POST", "/v1/hooks/lobby", json=note, headers=headers)
    assert (taken.status_code, taken.json()["status"]) == (202, "accepted")
    assert ask("POST", "/v1/hooks/lobby", json=note, headers=headers).json()["status"] == "duplicate"
    ours = ask("POST", "/v1/hooks/lobby", json={**note, "id": "n-2", "by": "us"}, headers=headers)
    assert (ours.json()["status"], ours.json()["reason"]) == ("stopped", "not_the_customer")
    assert ask("POST", "/v1/hooks/lobby", json={**note, "text": ""}, headers=headers).status_code == 422
    with site.database.reading() as connection:
        (event,) = connection.execute(tables.events.select()).all()
    assert (event.source, event.external_id, event.route) == ("lobby", "n-1", "support")


def test_what_is_not_installed_or_promises_too_much_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        "from connector.channels.base import OutsideSystem\n"
        "from connector.values import ChannelCapabilities\n"
        "hollow = OutsideSystem(capabilities=ChannelCapabilities(replies=True))\n"
        "other = object()\n"
    )
    points = {"hollow": "hollow_channel:hollow", "other": "hollow_channel:other", "gone": "hollow_channel:gone"}
    install(tmp_path, name="hollow", module="hollow_channel", source=source, points=points)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, words in (
        ("hollow", "declares replies and has no reply_channel"),
        ("other", "is a object"),
        ("gone", "cannot be loaded"),
        ("hallow", "no channel 'hallow' is installed"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            outside_system(name)


def test_a_configuration_that_names_what_is_not_there_says_so(noticeboard: None, tmp_path: Path) -> None:
    path = tmp_path / "turnwire.toml"
    account = '[accounts.osvi]\nprovider = "osvi"\ntoken = "env:X"\n'
    route = '[routes.support]\naccount = "osvi"\nagent = "a"\nreply = "{}"\n'
    for written, words in (
        (route.format("notas") + '[replies.notes]\nchannel = "noticeboard"\n', "no such way back"),
        (route.format("notes") + '[replies.notes]\nchannel = "noticebord"\n', "no such channel is installed"),
        (route.format("email"), 'is called "source"'),
        (route.format("none") + '[sources.x]\nkind = "noticebord"\nroute = "support"\n', "no such kind"),
        (route.format("none") + 'reply_mode = "draft"\n', "on_overtaken"),
    ):
        path.write_text(account + written, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=words):
            load(path)


def test_the_page_names_every_capability_of_the_way_back_and_every_outcome_of_a_delivery() -> None:
    for capability in ("repeatable", "finds_reply", "absence_proves", "conditional_post"):
        assert f"`{capability}`" in PAGE
        assert hasattr(ChannelCapabilities(), capability)
    for outcome in ("answered", "not_sent", "busy", "server_error", "lost", "refused"):
        assert f"`{outcome}`" in PAGE
