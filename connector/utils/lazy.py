"""Packages that import what they export when it is first asked for, so that a program pays for what it uses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any


def exports(package: str, **modules: Iterable[str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package (PEP 562): which public names each of its modules has.

    A package sets it where no type checker looks, which is to know the names and refuse all others.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    return get
