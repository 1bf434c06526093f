"""The page for newcomers is true: its example is taken from it, installed, and talks."""

from __future__ import annotations

import asyncio
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from connector.providers import registry
from connector.settings import Settings
from connector.values import Capabilities, Outcome, Provider, ProviderAccount
from tests.kit.provider_fakes import conversation, turn
from tests.kit.raw_server import Line, RawServer, Script, answering, response, serving

PAGE = (Path(__file__).parents[3] / "docs" / "adding-a-provider.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def parrot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's example, installed as its packaging metadata would have it."""
    (source,) = blocks("python")
    (tmp_path / "parrot.py").write_text(source, encoding="utf-8")
    declared = tomllib.loads(blocks("toml")[0])["project"]["entry-points"]
    info = tmp_path / "parrot-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in points.items()) for group, points in declared.items()]
    (info / "entry_points.txt").write_text("".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "parrot", raising=False)


def talk(script: Script) -> tuple[list[Any], RawServer]:
    async def main() -> tuple[list[Any], RawServer]:
        async with serving(script) as server:
            account = ProviderAccount(name="birds", token="polly-wants-it", base_url=server.url, deadline=5.0)
            provider: Any = registry.connect("parrot", account)
            keeps_to_it: Provider = provider
            opened = await keeps_to_it.open(conversation())
            sent = await keeps_to_it.send(turn("Who is a clever bird?", "c-1"))
            results = [opened, await keeps_to_it.find(conversation()), sent, await provider.check()]
            await provider.aclose()
            return results, server

    return asyncio.run(main())


def test_the_example_opens_sends_and_checks(parrot: None) -> None:
    script = answering(response({"chat": "c-1"}), response({"said": "Who is a clever bird?"}), response({"birds": []}))
    (opened, found, sent, checked), server = talk(script)
    assert (opened.outcome, opened.chat_id, found) == (Outcome.ANSWERED, "c-1", None)
    assert (sent.outcome, sent.answer) == (Outcome.ANSWERED, "Who is a clever bird?")
    assert (checked.outcome, checked.http_status) == (Outcome.ANSWERED, 200)
    assert [(received.method, received.target) for received in server.received] == [
        ("POST", "/chats"),
        ("POST", "/chats/c-1/say"),
        ("GET", "/birds"),
    ]
    assert server.received[1].json == {"text": "Who is a clever bird?", "key": "turn-7"}
    assert all(received.headers["authorization"] == "Bearer polly-wants-it" for received in server.received)


@pytest.mark.parametrize(
    ("status", "opening", "send"),
    [
        (401, Outcome.CREDENTIALS, Outcome.CREDENTIALS),
        (404, Outcome.MISCONFIGURED, Outcome.REFUSED),
        (410, Outcome.MISCONFIGURED, Outcome.CHAT_OVER),
        (429, Outcome.BUSY, Outcome.BUSY),
        (500, Outcome.SERVER_ERROR, Outcome.SERVER_ERROR),
        (504, Outcome.LOST, Outcome.LOST),
        (200, Outcome.LOST, Outcome.LOST),
    ],
)
def test_the_examples_outcomes(parrot: None, status: int, opening: Outcome, send: Outcome) -> None:
    (opened, _, sent, _), _ = talk(answering(response(b"Polly?", status=status)))
    assert (opened.outcome, sent.outcome) == (opening, send)
    assert opened.error
    assert sent.error


def test_the_example_says_lost_when_it_is_cut_off(parrot: None) -> None:
    async def cut(line: Line) -> None:
        await line.request()

    (opened, _, sent, checked), _ = talk(cut)
    assert [opened.outcome, sent.outcome, checked.outcome] == [Outcome.LOST] * 3


def test_the_page_names_every_outcome_and_capability() -> None:
    for outcome in Outcome:
        assert f"`{outcome}`" in PAGE
    for capability in Capabilities.__slots__:
        assert f"`{capability}`" in PAGE


def test_the_pages_account_is_a_valid_one() -> None:
    account = tomllib.loads(blocks("toml")[1])["accounts"]["birds"]
    assert (
        account["provider"]
        == tomllib.loads(blocks("toml")[0])["project"]["entry-points"]["turnwire.providers"].popitem()[0]
    )
    assert Settings.model_validate({"accounts": {"birds": account}}).accounts["birds"].provider == "parrot"
