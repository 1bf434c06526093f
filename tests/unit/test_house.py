"""The rules of the tree: where everything lives, and how large it may be.

docs/decisions/0016-one-noun-in-every-layer.md says why.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import connector.http
import connector.values
from tests.kit.pages import ROOT, blocks, table_rows

CODE = ("connector", "tasks")
ENTRIES = 15
LINES = 500
CLASS_LINES = 300

AT_THE_ROOT = """__init__.py py.typed channels cli engine errors.py http plugin.py policy providers sandbox services
settings storage testing.py utils values web wiring.py"""

LONG_FILES = {
    "tests/unit/http/test_client.py",
    "tests/unit/settings/test_settings.py",
}
"""Those that were too long when the rule came; one that no longer is comes off the list."""

LONG_CLASSES = {
    "connector/engine/loop.py Engine",
    "connector/engine/turn_step.py TurnStep",
}
"""The same for classes."""

PUBLIC_VALUES = """BROKER Call CallResult Callback Capabilities ChatContext ConversationStatus Customer Event
EventStatus FINAL_TURN_STATUSES FOLLOWUP_EXPIRES FOLLOWUP_PRIORITY Followup FollowupStatus History HistoryEntry Opened
Outcome Provider ProviderAccount ProviderFactory Publisher Received Refusal ReplyChannel ReplyMessage ReplyStatus
TurnRequest TurnResult TurnStatus"""
"""What `connector.values` had as a module, and what other people's providers may import."""

PUBLIC_HTTP = """BODY_CAP CONNECT_TIMEOUT HttpAnswer HttpClient HttpFailure IDLE_REUSE KEPT LONGEST_WAIT READ_TIMEOUT
USER_AGENT clean encoded parse_retry_after"""
"""The same of `connector.http`."""


def files(*tops: str) -> list[Path]:
    return [file for top in tops for file in sorted((ROOT / top).rglob("*.py"))]


def folders(top: str) -> Iterator[Path]:
    """The folders below `top` that hold Python files, and `top` itself."""
    yield from sorted({file.parent for file in files(top)})


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def classes(file: Path) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, ast.ClassDef))


def summary(file: Path) -> str:
    """The first paragraph of a module's docstring, in one line."""
    return " ".join((ast.get_docstring(tree(file)) or "").partition("\n\n")[0].split())


# --- sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [f for top in CODE for f in folders(top) if f != ROOT / "connector"], ids=named)
def test_a_folder_can_be_read_at_a_glance(folder: Path) -> None:
    entries = {entry.name for entry in folder.iterdir()} - {"__init__.py", "__pycache__"}
    assert len(entries) <= ENTRIES


def test_the_root_holds_what_it_is_to_hold() -> None:
    found = {entry.name for entry in (ROOT / "connector").iterdir()} - {"__pycache__"}
    assert found == set(AT_THE_ROOT.split())


def test_no_file_is_too_long() -> None:
    long = {named(file) for file in files(*CODE, "tests", "benchmarks") if _lines(file) > LINES}
    assert long == LONG_FILES


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_no_class_is_too_long() -> None:
    long = {
        f"{named(file)} {each.name}"
        for file in files(*CODE)
        for each in classes(file)
        if (each.end_lineno or 0) - each.lineno + 1 > CLASS_LINES
    }
    assert long == LONG_CLASSES


# --- names ------------------------------------------------------------------------------------------------------------


def test_no_two_public_classes_share_a_name() -> None:
    """The sandbox aside, which has a class of each vendor's beside the other's."""
    homes: dict[str, list[str]] = {}
    for file in files(*CODE):
        if (ROOT / "connector" / "sandbox") not in file.parents:
            for each in tree(file).body:
                if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
                    homes.setdefault(each.name, []).append(named(file))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_no_module_is_named_by_a_worn_suffix() -> None:
    assert [named(file) for file in files(*CODE) if file.stem.endswith(("_views", "_changes", "_desk"))] == []


@pytest.mark.parametrize("name", PUBLIC_VALUES.split())
def test_connector_values_has_every_name_it_had_as_a_module(name: str) -> None:
    assert hasattr(connector.values, name)
    assert name in connector.values.__all__


@pytest.mark.parametrize("name", PUBLIC_HTTP.split())
def test_connector_http_has_every_name_it_had_as_a_module(name: str) -> None:
    assert hasattr(connector.http, name)
    assert name in connector.http.__all__


# --- what modules say of themselves -----------------------------------------------------------------------------------


def test_each_module_says_what_it_is_in_a_whole_sentence() -> None:
    silent = [named(file) for file in files(*CODE) if tree(file).body and not summary(file).endswith((".", ":"))]
    assert silent == []


def where() -> list[tuple[str, Path]]:
    """What architecture.md says is looked for, and the file that it names first."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = table_rows(page.partition("\n## Where is …?\n")[2])[1:]
    return [(row[0], ROOT / re.findall(r"`([\w/]+\.py)`", row[1])[0]) for row in rows]


SMALL_WORDS = {"the", "of", "a", "and", "for", "in"}


def test_the_table_of_what_is_looked_for_is_there() -> None:
    assert len(where()) >= 24


@pytest.mark.parametrize(("sought", "file"), where(), ids=[sought for sought, _ in where()])
def test_a_stranger_finds_it_in_one_guess(sought: str, file: Path) -> None:
    """Each word that is looked for stands in the file's path or in the first paragraph of its docstring."""
    told = f"{named(file)} {summary(file)}".lower().replace("_", " ").replace("-", " ")
    words = {word.removesuffix("'s").rstrip("s") for word in sought.lower().replace("-", " ").split()}
    assert {word for word in words - SMALL_WORDS if word not in told} == set()


def test_each_folder_has_a_line_in_the_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lines = {row[0].strip("`") for row in table_rows(page.partition("\n## Folders\n")[2])}
    found = [f"{named(folder)}/" for top in CODE for folder in folders(top)]
    assert [folder for folder in found if folder not in lines] == []


def test_the_layers_in_the_architecture_are_those_that_are_checked() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = blocks(page.partition("\n## Layers\n")[2])[0].body.splitlines()
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    assert told == [layer.replace("connector.", "") for layer in layers]


def test_one_file_writes_the_row_of_the_schedule() -> None:
    """Six ways to say when a conversation is ready are five too many; the claim takes rows, and stands alone."""
    writers = {
        named(file)
        for file in files("connector")
        if re.search(r"\b(update|insert)\(schedule\)", file.read_text(encoding="utf-8"))
    }
    assert writers == {"connector/storage/queue/schedule.py", "connector/storage/send/claims.py"}


# --- tests ------------------------------------------------------------------------------------------------------------


def test_unit_tests_mirror_the_source() -> None:
    top = ROOT / "tests" / "unit"
    found = [folder.relative_to(top) for folder in folders("tests/unit") if folder != top]
    mirrored = [f for f in found if f.parts[0] not in {"kit", "docs"}]
    assert mirrored
    sources = {f: ROOT / f if f.parts[0] == "tasks" else ROOT / "connector" / f for f in mirrored}
    assert [str(f) for f, source in sources.items() if not source.is_dir()] == []


def test_helpers_of_tests_are_in_the_kit() -> None:
    helpers = [
        named(file)
        for file in files("tests/unit")
        if not file.name.startswith("test_") and file.name not in {"conftest.py", "__init__.py"}
    ]
    assert helpers == []
