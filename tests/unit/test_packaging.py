from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("connector", "tasks", "migrations")


def pinned(name: str) -> dict[str, Requirement]:
    """The requirements of a file by canonical name, its continuation lines joined and its hashes cut off."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line.partition("--hash")[0].strip() for line in text.splitlines()]
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def wanted(*extras: str) -> list[Requirement]:
    optional = PROJECT["project"]["optional-dependencies"]
    groups = [PROJECT["project"]["dependencies"], *(optional[extra] for extra in extras)]
    return [Requirement(line) for group in groups for line in group]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_requirement_is_pinned_and_hashed(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    starts = re.findall(r"^[a-z0-9].*$", text, flags=re.MULTILINE)
    assert starts
    assert all(re.match(r"[\w.-]+==[\w.]+( ; .+)? \\$", line) for line in starts)
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry) for entry in entries)


@pytest.mark.parametrize("name", ["run", "dev"])
def test_no_registry_is_named(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert not re.search(r"--(?:extra-)?index-url|--find-links|--trusted-host|@", text)


@pytest.mark.parametrize("name", ["run", "dev"])
def test_what_the_project_asks_for_is_pinned_within_its_ranges(name):
    versions = pinned(name)
    for requirement in wanted("postgres", "redis"):
        pin = next(iter(versions[canonicalize_name(requirement.name)].specifier)).version
        assert requirement.specifier.contains(pin), f"{requirement} but {pin}"
    assert str(versions["celery"].specifier) == "==5.7.0"


def test_running_needs_no_test_tools():
    assert not {"pytest", "pytest-xdist", "hypothesis", "ruff", "mypy", "import-linter", "build"} & pinned("run").keys()


def test_development_runs_the_same_versions():
    run, dev = pinned("run"), pinned("dev")
    assert {name: str(requirement.specifier) for name, requirement in run.items()} == {
        name: str(dev[name].specifier) for name in run
    }
    tools = PROJECT["dependency-groups"]["dev"]
    assert {canonicalize_name(Requirement(tool).name) for tool in tools if isinstance(tool, str)} <= dev.keys()


def test_every_module_has_its_layer():
    (contract,) = [each for each in PROJECT["tool"]["importlinter"]["contracts"] if each["id"] == "layers"]
    placed = set(re.findall(r"[\w.]+", " ".join(contract["layers"])))
    modules = {path.stem for path in (ROOT / "connector").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert {f"connector.{module}" for module in modules - {"__init__", "__pycache__"}} <= placed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.Path:
    """The wheel, built from a copy, so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for folder in PACKAGES:
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('dist'))"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return zipfile.Path(source / "dist" / done.stdout.splitlines()[-1])


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel):
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in wheel.root.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    assert held == ours


def test_the_wheel_tells_its_licence_and_its_doors(wheel):
    (info,) = [entry for entry in wheel.iterdir() if entry.name.endswith(".dist-info")]
    metadata = (info / "METADATA").read_text()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    doors = (info / "entry_points.txt").read_text()
    for door in ("[console_scripts]", "[turnwire.providers]", "[pytest11]"):
        assert door in doors


def test_the_makefile_explains_every_target():
    text = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, flags=re.MULTILINE)
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    shown = subprocess.run(
        [make, "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert {line.split()[1] for line in shown.splitlines()} == set(phony.split())
