"""How processor time and memory grow with the size of an input: each size is worked on in a fork of its own.

``python -m tests.kit.growth MODULE FUNCTION`` reads JSON lines, each a list of texts that grow, and writes a line of
``[seconds, bytes]`` for each of them.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
_NOISE = 0.010, 4 * 1024 * 1024
"""Seconds and bytes that no growth is read from."""


def measured(module: str, function: str, series: Sequence[Sequence[str]]) -> list[list[tuple[float, int]]]:
    """Seconds of processor time and bytes of memory for every text, above those of an empty one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kit.growth", module, function],
        input="".join(json.dumps(texts) + "\n" for texts in series),
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return [[tuple(each) for each in json.loads(line)] for line in done.stdout.splitlines()]


def grows_linearly(measures: Sequence[tuple[float, int]], factor: int) -> bool:
    """Whether the last measure is about ``factor`` times the first, in time and in memory; quadratic is its square."""
    first, last = measures[0], measures[-1]
    return all(
        after <= 2 * factor * max(before, noise) for before, after, noise in zip(first, last, _NOISE, strict=True)
    )


def _measure(function: Callable[[str], object], text: str) -> tuple[float, int]:
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        function(text)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"ended by {status} over {text[:60]!r}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def main() -> None:
    """See the module."""
    function = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
    function("warm")
    base = _measure(function, "")
    for line in sys.stdin:
        measures = (_measure(function, text) for text in json.loads(line))
        above = [(max(0.0, seconds - base[0]), max(0, size - base[1])) for seconds, size in measures]
        sys.stdout.write(json.dumps(above) + "\n")
        sys.stdout.flush()  # before the next fork, which would write it again


if __name__ == "__main__":
    main()
