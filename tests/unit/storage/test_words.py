"""The storage holds facts; the words for people, and the commands they run, belong to each program."""

from __future__ import annotations

import ast
from pathlib import Path

from connector import storage

ROOT = Path(storage.__file__).parent


def test_no_text_of_the_storage_names_a_command():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "turnwire " in node.value
    ]
    assert found == []
