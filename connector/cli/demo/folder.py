"""Files of the demo: its configuration, tokens, and the shipped messages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from connector.errors import ConfigurationError
from connector.sandbox import OSVI_TOKEN, SYNTHFLOW_TOKEN
from connector.services.ingest.run import Files
from connector.settings import Settings, load

PORT = 18790
"""Where the demo's sandbox listens if nobody else does, so that the configuration stays right afterwards."""

CONFIG = "turnwire.toml"
RECEIVED = "sandbox-received.jsonl"
"""What the sandbox received, a call a line: the other side's word for that nothing was sent twice."""

_MARK = "# Written by `turnwire demo`."
_TOKENS = {"sandbox-osvi.token": OSVI_TOKEN, "sandbox-synthflow.token": SYNTHFLOW_TOKEN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """A file of messages that comes with Turnwire, and the route that answers it."""

    name: str
    route: str
    title: str
    api: str


SHIPPED = (
    Shipped(name="support.mbox", route="mail", title="mailbox", api="OSVI legacy"),
    Shipped(name="tickets.csv", route="tickets", title="tickets", api="Synthflow"),
    Shipped(name="queue.jsonl", route="chat", title="queue", api="OSVI v1"),
)


def environment() -> dict[str, str]:
    """The environment without the user's own Turnwire settings: those may lead to a real database."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("TURNWIRE_")}


def settings_in(folder: Path, environ: Mapping[str, str]) -> Settings | None:
    """The configuration of an earlier run; None if there is none.

    Raises :class:`ConfigurationError` for one that is not the demo's, which is left alone.
    """
    path = folder / CONFIG
    if not path.exists():
        return None
    if not path.read_text(encoding="utf-8", errors="replace").startswith(_MARK):
        message = f"{path} is not the demo's: it is left alone"
        raise ConfigurationError(message, str(path), "--dir", "another folder, or one that is not there yet")
    return load(path, environ)


def make(folder: Path, port: int, environ: Mapping[str, str]) -> Settings:
    """Write everything the demo needs; raises :class:`OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, token in _TOKENS.items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(f"{token}\n", encoding="utf-8")
    for shipped in SHIPPED:
        content = resources.files("connector.cli.demo").joinpath("data", shipped.name).read_bytes()
        (folder / shipped.name).write_bytes(content)
    path = folder / CONFIG
    path.write_text(_TEXT.format(mark=_MARK, url=f"http://127.0.0.1:{port}", port=port), encoding="utf-8")
    return load(path, environ)


def port_of(settings: Settings) -> int:
    """Where the configuration expects the sandbox."""
    address = next(iter(settings.accounts.values())).base_url or ""
    return int(address.rpartition(":")[2].partition("/")[0])


def files_of(settings: Settings, shipped: Shipped) -> Files:
    """A shipped file as it is taken in."""
    addresses = settings.routes[shipped.route].addresses
    return Files(paths=[settings.folder / shipped.name], route=shipped.route, addresses=addresses)


_TEXT = """\
{mark} Both providers are played by a sandbox on this machine:
# `turnwire sandbox --port {port}` starts it. `turnwire init` writes a first configuration for a real agent.

[database]
url = "sqlite:///.turnwire/turnwire.db"

[broker]
url = "embedded"

# The sandbox answers at once, so the times are short. Real agents think for seconds: leave those out (or "90s" and
# "120s"), or an answer that is merely slow counts as lost. And they have limits: rate = "10/s" is the default.
[accounts.osvi-legacy]
provider = "osvi"
api = "legacy"
base_url = "{url}/osvi"
token = "file:sandbox-osvi.token"
rate = "none"
deadline = "20s"
grace = "25s"

[accounts.osvi]
provider = "osvi"
base_url = "{url}/osvi"
token = "file:sandbox-osvi.token"
rate = "none"
deadline = "20s"
grace = "25s"

[accounts.synthflow]
provider = "synthflow"
base_url = "{url}/synthflow/v2"
token = "file:sandbox-synthflow.token"
rate = "none"
deadline = "20s"
grace = "25s"

# A lost answer cannot be read back from OSVI: "hold" waits for a person rather than send a message twice.
[routes.mail]
account = "osvi-legacy"
agent = "agent_brightwater"
on_lost = "hold"
addresses = ["support@brightwater.example"]

[routes.chat]
account = "osvi"
agent = "agent_brightwater"
on_lost = "hold"

[routes.tickets]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
"""
