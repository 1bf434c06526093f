"""Exponential backoff with jitter, for sends and for everything else that is tried again."""

from __future__ import annotations

import random

BACKOFF_BASE = 2.0

BACKOFF_CAP = 600.0


def backoff(delays: int, jitter: random.Random, base: float = BACKOFF_BASE, cap: float = BACKOFF_CAP) -> float:
    """Capped exponential backoff with full jitter, in seconds: uniform between 0 and ``base * 2**delays``."""
    return jitter.uniform(0.0, min(cap, base * 2.0 ** min(delays, 30)))
