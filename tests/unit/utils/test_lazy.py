"""Packages that import what they export when it is first asked for."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import connector.values

LAZY = [
    path
    for path in sorted(Path(connector.__file__).parent.rglob("__init__.py"))
    if "lazy.exports(" in path.read_text(encoding="utf-8")
]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(Path(connector.__file__).parents[1]).parent.parts)


@pytest.mark.parametrize("path", LAZY, ids=dotted)
def test_a_package_has_every_name_from_the_module_that_type_checkers_read(path):
    package = import_module(dotted(path))
    typed = {
        alias.name: statement.module
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(statement, ast.ImportFrom) and str(statement.module).startswith(f"{dotted(path)}.")
        for alias in statement.names
    }
    assert sorted(typed) == sorted(package.__all__)
    for name, module in typed.items():
        assert getattr(package, name) is getattr(import_module(module), name)


@pytest.mark.parametrize("path", LAZY, ids=dotted)
def test_no_public_name_is_one_of_a_module_which_an_import_would_put_in_its_place(path):
    modules = {entry.stem for entry in path.parent.iterdir()}
    assert modules.isdisjoint(import_module(dotted(path)).__all__)


def test_what_a_package_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'connector\.values' has no attribute 'Nothing'"):
        getattr(connector.values, "Nothing")  # noqa: B009 - the type checker knows that it is not there
