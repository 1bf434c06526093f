"""Pace of sources, decided: how mails are grouped, how long to wait after a failure, when to stop; all of it pure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from connector.channels.mail.problems import CREDENTIALS, LOGIN

TOGETHER = 50
"""Mails of one transaction at most."""
BYTES = 5 * 1024 * 1024
"""Bytes of one transaction, after which no mail is added."""
LONGEST_WAIT = 300.0
"""Seconds between two tries at most."""
SHORTEST_SILENCE = 300.0
"""Seconds without a round that succeeded after which a source is silent, however often it is polled."""
_ROUNDS_OF_SILENCE = 10
_SHORTEST_WAIT = 1.0

_CLOSES_AFTER = {(CREDENTIALS, False): 1, (CREDENTIALS, True): 2, (LOGIN, False): 3, (LOGIN, True): 3}


def silent_after(poll: float) -> float:
    """Seconds without a round that succeeded after which somebody should look."""
    return max(SHORTEST_SILENCE, _ROUNDS_OF_SILENCE * poll)


def wait_after(failures: int, jitter: random.Random) -> float:
    """Seconds before the next try after so many failures in a row: exponential backoff with jitter, 5 minutes at most.

    >>> 150 <= wait_after(20, random.Random(1)) <= 300
    True
    """
    highest = min(LONGEST_WAIT, _SHORTEST_WAIT * 2.0 ** min(failures, 10))
    return jitter.uniform(highest / 2, highest)


def gives_up(problem: str, failures: int, *, by_token: bool) -> bool:
    """Whether a source is closed after so many failures in a row, the last one of this kind.

    A wrong password stays wrong, and servers lock out who tries on. A token may just have run out: it gets another try.
    """
    after = _CLOSES_AFTER.get((problem, by_token))
    return after is not None and failures >= after


def grouped(sizes: Iterable[tuple[int, int]], most: int = TOGETHER, bytes_: int = BYTES) -> Iterator[list[int]]:
    """Groups of mails that are stored together, of pairs of UID and size, in their order.

    >>> list(grouped([(1, 10), (2, 10), (3, 90), (4, 10)], most=3, bytes_=30))
    [[1, 2], [3], [4]]
    """
    group: list[int] = []
    held = 0
    for uid, size in sizes:
        if group and (len(group) == most or held + size > bytes_):
            yield group
            group, held = [], 0
        group.append(uid)
        held += size
    if group:
        yield group
