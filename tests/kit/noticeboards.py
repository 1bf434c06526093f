"""Made-up outside systems, one for each thing that a channel can do: boards, a file each, on which answers are posted.

They are installed as a package of somebody else's would be, from a folder that a test puts on the path.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from connector.channels.base import ChannelOptions, OutsideSystem
from connector.values import (
    CallResult,
    ChannelCapabilities,
    Outcome,
    ReplyLookup,
    ReplyMessage,
    ReplyReceipt,
    ReplyStamp,
)

KINDS = {
    "repeatable": ChannelCapabilities(replies=True, repeatable=True),
    "finds": ChannelCapabilities(replies=True, finds_reply=True),
    "proves": ChannelCapabilities(replies=True, finds_reply=True, absence_proves=True),
    "conditional": ChannelCapabilities(replies=True, conditional_post=True),
    "conditional_finds": ChannelCapabilities(replies=True, conditional_post=True, finds_reply=True),
    "blind": ChannelCapabilities(replies=True),
}


class Board:
    """Posts are lines of a file, ``{"marker", "text"}``; its stamp is how many there are."""

    def __init__(self, options: ChannelOptions, capabilities: ChannelCapabilities) -> None:
        self.capabilities = capabilities
        self._file = Path(str(options.options["file"]))

    def _posts(self) -> list[dict[str, Any]]:
        return posts(self._file)

    async def deliver(self, message: ReplyMessage) -> CallResult:
        if message.stamp is not None and message.stamp != str(len(self._posts())):
            return CallResult(outcome=Outcome.REFUSED, http_status=409, error="the board has changed")
        line = json.dumps({"marker": message.marker, "text": message.turn["answer"]}) + "\n"
        with self._file.open("a", encoding="utf-8") as board:
            board.write(line)
            board.flush()
            os.fsync(board.fileno())
        return ReplyReceipt(external_id=f"post-{len(self._posts())}")

    async def find(self, message: ReplyMessage) -> ReplyLookup:
        for number, post in enumerate(self._posts(), 1):
            if post["marker"] == message.marker:
                return ReplyLookup(found=True, external_id=f"post-{number}")
        return ReplyLookup()

    async def stamp(self, message: ReplyMessage) -> ReplyStamp:
        return ReplyStamp(stamp=str(len(self._posts())))

    async def aclose(self) -> None: ...


def posts(file: Path) -> list[dict[str, Any]]:
    """What is on a board."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def _system(kind: str) -> OutsideSystem:
    capabilities = KINDS[kind]
    return OutsideSystem(capabilities=capabilities, reply_channel=lambda options: Board(options, capabilities))


repeatable = _system("repeatable")
finds = _system("finds")
proves = _system("proves")
conditional = _system("conditional")
conditional_finds = _system("conditional_finds")
blind = _system("blind")


def install(folder: Path, *, name: str, module: str, source: str, points: dict[str, str]) -> None:
    """A package in a folder, as its packaging metadata would have it; ``points`` are its entry points, by name."""
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{point} = {target}\n" for point, target in points.items()]
    (info / "entry_points.txt").write_text("[turnwire.channels]\n" + "".join(lines), encoding="utf-8")


def install_boards(folder: Path) -> None:
    """All boards, as channels ``board-KIND`` of one package."""
    points = {f"board-{kind}": f"noticeboards:{kind}" for kind in KINDS}
    install(folder, name="noticeboards", module="noticeboards", source=Path(__file__).read_text(), points=points)
