"""Our own ``tasks`` package, whatever else a program calls ``tasks``: most Celery applications have a ``tasks.py``."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

_HOME = Path(__file__).parents[1] / "tasks"
_OTHER_NAME = "turnwire_tasks"


def task_module(name: str) -> Any:
    """The module ``tasks.<name>`` of ours; under another name if ``tasks`` is somebody else's in this process."""
    package = "tasks" if _tasks_is_ours() else _under_another_name().__name__
    return import_module(f"{package}.{name}")


def _tasks_is_ours() -> bool:
    loaded = sys.modules.get("tasks")
    try:
        spec = loaded.__spec__ if loaded is not None else find_spec("tasks")
    except ValueError:
        return False
    return spec is not None and spec.origin is not None and Path(spec.origin).parent.resolve() == _HOME.resolve()


def _under_another_name() -> ModuleType:
    found = sys.modules.get(_OTHER_NAME)
    if found is not None:
        return found
    spec = spec_from_file_location(_OTHER_NAME, _HOME / "__init__.py", submodule_search_locations=[str(_HOME)])
    assert spec is not None  # its file and its loader are given
    assert spec.loader is not None
    package = sys.modules[_OTHER_NAME] = module_from_spec(spec)
    spec.loader.exec_module(package)
    return package
