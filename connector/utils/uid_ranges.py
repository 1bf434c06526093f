"""Ranges of numbers, as IMAP writes sets of UIDs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def ranges_of(uids: Sequence[int]) -> str:
    """Ascending UIDs as an IMAP sequence set.

    >>> ranges_of([5, 6, 7, 9])
    '5:7,9'
    """
    found: list[list[int]] = []
    for uid in uids:
        if found and uid == found[-1][1] + 1:
            found[-1][1] = uid
        else:
            found.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in found)


def uids_of(ranges: str) -> Iterator[int]:
    """The UIDs of a sequence set that :func:`ranges_of` made.

    >>> list(uids_of("5:7,9"))
    [5, 6, 7, 9]
    """
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)
