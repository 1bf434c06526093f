"""What the second double received and processed, and the faults that befall its sends."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.doubles.http1 import Response

LOSE_AFTER = "lose_after"
FAIL_BEFORE = "fail_before"
BUSY = "busy"
MUTE_BEFORE = "mute_before"
MUTE_AFTER = "mute_after"
FAULTS = (LOSE_AFTER, FAIL_BEFORE, BUSY, MUTE_BEFORE, MUTE_AFTER)


@dataclass(kw_only=True)
class Post:
    """One message that reached the double, in order of arrival; ``processed``: it entered the chat's history."""

    vendor: str
    api: str
    chat: str
    text: str
    processed: bool = False
    fault: str | None = None


@dataclass(kw_only=True)
class Log:
    """Every send, the chance of each fault, and how the agents think."""

    answer_to: Callable[[str], str]
    chances: dict[str, float] = field(default_factory=dict)
    latency: float = 0.0
    posts: list[Post] = field(default_factory=list)
    overlaps: int = 0
    _at_work: Counter[str] = field(default_factory=Counter)
    _chance: random.Random = field(default_factory=random.Random)

    def set(self, wishes: Mapping[str, float]) -> None:
        """Set chances by fault name, and ``latency`` in seconds."""
        self.latency = wishes.get("latency", self.latency)
        self.chances = {name: wishes[name] for name in FAULTS if name in wishes}

    async def post(
        self, post: Post, *, enter: Callable[[], None], answer: Callable[[str], Response], failure: Response
    ) -> Response:
        """One message: struck before it enters, or entered, thought about, and answered or lost."""
        self.posts.append(post)
        post.fault = self._pick()
        if post.fault == FAIL_BEFORE:
            return failure
        if post.fault == BUSY:
            return Response(status=429, body={"error": "slow down"}, headers={"Retry-After": "1"})
        if post.fault == MUTE_BEFORE:
            return Response(mute=True)
        enter()
        post.processed = True
        self._at_work[post.chat] += 1
        self.overlaps += self._at_work[post.chat] > 1
        await asyncio.sleep(self.latency * self._chance.uniform(0.5, 1.5))
        self._at_work[post.chat] -= 1
        response = answer(self.answer_to(post.text))
        if post.fault == LOSE_AFTER:
            return Response(cut=True)
        return Response(mute=True) if post.fault == MUTE_AFTER else response

    def _pick(self) -> str | None:
        at = self._chance.random()
        for name, chance in self.chances.items():
            if at < chance:
                return name
            at -= chance
        return None

    def as_lines(self) -> list[dict[str, Any]]:
        """The posts as plain objects."""
        return [asdict(post) for post in self.posts]
