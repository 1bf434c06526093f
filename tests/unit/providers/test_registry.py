"""Providers are found by entry point: ours, and one of a distribution that a test installs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.errors import ConfigurationError
from connector.providers import registry
from connector.providers.osvi import Osvi
from connector.providers.synthflow import Synthflow
from connector.values import Outcome, Provider, ProviderAccount
from tests.kit.provider_fakes import conversation, turn

ACCOUNT = ProviderAccount(name="main", token="sixteen-letters1")

TOY = """
from connector.errors import ConfigurationError
from connector.values import Capabilities, Opened, TurnResult


class Echo:
    capabilities = Capabilities(idempotency_key=True)

    def __init__(self, account):
        self.account = account

    async def open(self, conversation):
        return Opened(chat_id=f"echo-{conversation.id}")

    async def find(self, conversation):
        return None

    async def send(self, request):
        return TurnResult(answer=f"You said: {request.text}", chat_id=request.chat_id)

    async def read(self, chat_id):
        return None


def connect(account):
    if account.base_url:
        raise ConfigurationError("Echo calls nobody", field="base_url", expected="no such key")
    return Echo(account)


def half(account):
    return object()
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a distribution: its module, and the folder in which an installer leaves what it declares."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def installing(module: str, source: str, distribution: str = "turnwire-echo", **declared: str) -> None:
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        info = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8")
        lines = [f"{name} = {target}" for name, target in declared.items()]
        (info / "entry_points.txt").write_text("\n".join(["[turnwire.providers]", *lines, ""]), encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return installing


def test_ours_are_installed() -> None:
    assert {"osvi", "synthflow"} <= set(registry.names())
    assert isinstance(registry.connect("osvi", ACCOUNT), Osvi)
    assert isinstance(registry.connect("synthflow", ACCOUNT), Synthflow)


def test_a_third_provider_comes_by_entry_point(install: Install) -> None:
    install("toy_echo", TOY, echo="toy_echo:connect")
    assert "echo" in registry.names()

    async def talk() -> tuple[Any, Any]:
        provider: Provider = registry.connect("echo", ACCOUNT)
        assert provider.capabilities.idempotency_key
        opened = await provider.open(conversation())
        return opened, await provider.send(turn("hello", opened.chat_id))

    opened, result = asyncio.run(talk())
    assert (opened.outcome, opened.chat_id) == (Outcome.ANSWERED, "echo-12")
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, "You said: hello")


def test_what_a_factory_refuses_comes_through(install: Install) -> None:
    install("toy_echo", TOY, echo="toy_echo:connect")
    with pytest.raises(ConfigurationError, match="Echo calls nobody"):
        registry.connect("echo", ProviderAccount(name="main", token="t", base_url="https://example.com"))


@pytest.mark.parametrize(("asked", "first"), [("osiv", "osvi"), ("synthflw", "synthflow"), ("Echo", "echo")])
def test_an_unknown_provider_names_those_there_are_the_nearest_first(install: Install, asked: str, first: str) -> None:
    install("toy_echo", TOY, echo="toy_echo:connect")
    with pytest.raises(ConfigurationError) as caught:
        registry.connect(asked, ACCOUNT)
    assert asked in str(caught.value)
    assert caught.value.field == "provider"
    assert caught.value.expected.split(", ")[0] == first
    assert set(caught.value.expected.split(", ")) == set(registry.names())


@pytest.mark.parametrize("target", ["toy_nowhere:connect", "toy_echo:nothing"])
def test_a_provider_that_cannot_be_loaded_is_named(install: Install, target: str) -> None:
    install("toy_echo", TOY, echo=target)
    with pytest.raises(ConfigurationError, match=f"'echo' \\({target}\\) cannot be loaded"):
        registry.connect("echo", ACCOUNT)


def test_a_provider_without_all_its_parts_is_refused(install: Install) -> None:
    install("toy_echo", TOY, echo="toy_echo:half")
    with pytest.raises(ConfigurationError, match="has no capabilities, open, find, send, read"):
        registry.connect("echo", ACCOUNT)


def test_a_name_that_two_distributions_declare_is_refused(install: Install) -> None:
    install("toy_echo", TOY, "turnwire-echo", echo="toy_echo:connect")
    install("toy_other", TOY, "turnwire-other", echo="toy_other:connect")
    with pytest.raises(ConfigurationError, match="toy_echo:connect, toy_other:connect"):
        registry.connect("echo", ACCOUNT)


def test_the_token_shows_nowhere(install: Install) -> None:
    install("toy_echo", TOY, echo="toy_echo:half")
    with pytest.raises(ConfigurationError) as caught:
        registry.connect("echo", ACCOUNT)
    assert ACCOUNT.token not in f"{caught.value} {caught.value.expected} {ACCOUNT!r}"
