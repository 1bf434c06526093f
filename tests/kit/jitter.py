"""Jitter for tests: always the longest."""

from __future__ import annotations

import random


class Longest(random.Random):
    """Jitter that never shortens a delay."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


JITTER = Longest()
