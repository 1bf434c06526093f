"""Folder of a page's reader: the configuration and the files that are there before the first command is typed."""

from __future__ import annotations

import shutil
from pathlib import Path

from connector.cli.setup.init import create_database
from connector.sandbox import SYNTHFLOW_TOKEN
from connector.settings import load
from tests.kit.pages import ROOT, blocks

CONFIGURATION = """
[accounts.synthflow]
provider = "synthflow"
base_url = "{base_url}"
token = "env:SYNTHFLOW_API_KEY"

[routes.support]
account = "synthflow"
agent = "893195c1-c640-438b-9761-2e5357b01cb8"
"""


def prepared(path: Path, folder: Path, base_url: str) -> dict[str, str]:
    """The environment in which a page is typed, and the files that its reader has by then."""
    shutil.copy(ROOT / "connector" / "cli" / "demo" / "data" / "support.mbox", folder)
    own = [
        block
        for block in blocks(path.read_text(encoding="utf-8"))
        if block.file == "turnwire.toml" or "turnwire init" in block.body
    ]
    if own:
        # A page that makes its own configuration leads to the provider; ours leads to the sandbox instead.
        synthflow = any("--provider synthflow" in block.body for block in own)
        return {"TURNWIRE_ACCOUNTS__SYNTHFLOW__BASE_URL": base_url} if synthflow else {}
    (folder / "turnwire.toml").write_text(CONFIGURATION.format(base_url=base_url), encoding="utf-8")
    create_database(load(folder / "turnwire.toml", {}))
    return {"SYNTHFLOW_API_KEY": SYNTHFLOW_TOKEN}
