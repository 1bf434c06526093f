"""The documentation as data: its pages, their fenced blocks and links, and a shell that types what they say.

In a page, ``<!-- file: NAME -->`` before a block says that a reader saves it under that name. A ``console`` block is
typed as it stands; one marked ``console no-run`` is not, and a comment after it says why: ``<!-- no-run: … -->``.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0

_FENCE = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n)?"
    r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$"
    r"(?:\n\n<!-- no-run: (?P<why>.+?) -->)?",
    re.MULTILINE | re.DOTALL,
)
_STAYS = re.compile(r"turnwire (worker|sandbox|serve)\b|celery .*\bworker\b")


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block: ``info`` is what stands behind the fence, ``file`` the name it is to be saved under."""

    info: str
    body: str
    file: str | None = None
    why_not_run: str | None = None

    @property
    def typed(self) -> bool:
        """Whether it is to be typed."""
        return self.info == "console"

    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command with the output that the page shows under it."""
        for part in re.split(r"^\$ ", self.body, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown.strip()


def pages() -> list[Path]:
    """Every page for people, the README first."""
    top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    return [*top, *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    """A page's name as the tests show it."""
    return str(page.relative_to(ROOT))


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(info=found["info"].strip(), body=found["body"], file=found["file"], why_not_run=found["why"])
        for found in _FENCE.finditer(text)
    ]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def spans(text: str) -> list[str]:
    """The inline code of a page."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def links(text: str) -> list[str]:
    """Where a page's links lead."""
    return re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(text))


def anchors(text: str) -> set[str]:
    """The names of a page's headings as links use them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row of a page, without headings' rules."""
    rows = [line.strip().strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if not set("".join(row)) <= set("- |")]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Shell:
    """One bash in which a page is typed, so that what it exports stays; commands that stay go to the background."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._log = folder / ".typed"
        self._left: list[tuple[str, str]] = []
        self._typed = 0
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TURNWIRE_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{own.get('PATH', '')}"
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**own, "PATH": path, "NO_COLOR": "1", "COLUMNS": "120", **environment},
            text=True,
        )

    def type(self, command: str) -> tuple[int, str]:
        """Exit code and output of a command; one that stays is left running once it has said something."""
        if _STAYS.match(command):
            return self._leave_running(command)
        return self._run(command)

    def _run(self, command: str) -> tuple[int, str]:
        self._typed += 1
        output, ended = self._folder / f".out{self._typed}", self._folder / f".end{self._typed}"
        self._write(f"{{ {command}\n}} >{output} 2>&1 </dev/null; echo $? >{ended}.part; mv {ended}.part {ended}")
        until = time.monotonic() + PATIENCE
        while not ended.exists():
            if time.monotonic() > until or self._bash.poll() is not None:
                raise AssertionError(f"no end of `{command}`:\n{self._read(output)}\n{self.said_by_those_left()}")
            time.sleep(0.02)
        return int(ended.read_text()), self._read(output)

    def _leave_running(self, command: str) -> tuple[int, str]:
        self._typed += 1
        log = self._folder / f".left{self._typed}"
        self._write(f"{command} >{log} 2>&1 </dev/null &")
        code, pid = self._run("echo $!")
        self._left.append((pid.strip(), str(log)))
        until = time.monotonic() + PATIENCE
        while not self._read(log):
            if time.monotonic() > until:
                raise AssertionError(f"`{command}` says nothing")
            time.sleep(0.02)
        return code, ""

    def said_by_those_left(self) -> str:
        """What the commands in the background have said."""
        return "\n".join(self._read(Path(log)) for _, log in self._left)

    def close(self) -> list[int]:
        """Stop what still runs, in order, and return the exit codes of the commands in the background."""
        codes = []
        try:
            for pid, _ in reversed(self._left):
                codes.append(self._run(f"kill -TERM {pid}; wait {pid}")[0])
        finally:
            assert self._bash.stdin is not None
            self._bash.stdin.close()
            self._bash.wait(PATIENCE)
        return codes

    def _write(self, line: str) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write(line + "\n")
        self._bash.stdin.flush()

    @staticmethod
    def _read(file: Path) -> str:
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


@contextmanager
def shell(folder: Path, environment: Mapping[str, str]) -> Iterator[Shell]:
    """A shell in a folder; what it left running must end in order."""
    opened = Shell(folder, environment)
    try:
        yield opened
    except BaseException:
        opened.close()
        raise
    assert not any(opened.close()), f"what was left running did not end with 0:\n{opened.said_by_those_left()}"


def matches(shown: str, said: str) -> bool:
    """Whether a page shows what was said: white space may differ, and ``…`` stands for anything."""
    parts = ["".join(part.split()) for part in shown.split("…")]
    return re.fullmatch(".*".join(map(re.escape, parts)), "".join(said.split()), re.DOTALL) is not None
