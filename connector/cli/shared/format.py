"""Formats shared by several screens: ages, times, quoted words, history, next commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from connector.cli.shared.output import shown
from connector.utils.terminal import in_one_line


def age(moment: str | None, now: datetime | None = None) -> str | None:
    """How long ago a time of the contract's form is: ``45s``, ``12m``, ``7h``, ``3d``; ``in 12m`` for one to come."""
    if moment is None:
        return None
    left = ((now or datetime.now(UTC)) - datetime.fromisoformat(moment)).total_seconds()
    if left <= -1:
        return f"in {_length(-left)}"
    return _length(max(0.0, left))


def _length(seconds: float) -> str:
    for unit, size, most in (("s", 1, 120), ("m", 60, 120), ("h", 3600, 48)):
        if seconds < size * most:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds // 86400)}d"


def first_words(text: str | None, most: int = 48) -> str | None:
    """The beginning of a text on one line."""
    if text is None:
        return None
    line = " ".join(text[: most * 8].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def quoted(text: str | None) -> list[str]:
    """A customer's or an agent's words, marked line by line so that they cannot be taken for ours."""
    return [f"  | {line}".rstrip() for line in (text or "").splitlines() or [""]]


def clock(moment: str | None) -> str:
    """A time of the contract's form for people: to the second, UTC."""
    return "-" if moment is None else f"{moment[:19].replace('T', ' ')}Z"


def labelled(pairs: Iterable[tuple[str, Any]]) -> list[str]:
    """Lines of a name and a value each, one line whatever the value is; those without a value are left out."""
    return [f"{name:<14}{in_one_line(str(value))}" for name, value in pairs if value not in (None, "")]


def historied(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What operators did, a line each, under its heading; nothing if they did nothing."""
    lines = [
        f"  {clock(row['at'])}  {shown(row['actor'])}  {row['action']}{_step(row['detail'] or {})}" for row in rows
    ]
    return ["", "History", *lines] if lines else []


def _step(detail: Mapping[str, Any]) -> str:
    step = f": {shown(detail['from'])} -> {shown(detail['to'])}" if {"from", "to"} <= detail.keys() else ""
    why = ", ".join(shown(detail[name]) for name in ("reason", "detail", "why") if step and detail.get(name))
    return f"{step} ({why})" if why else step


def advice(steps: Iterable[tuple[str, str]]) -> list[str]:
    """The commands that somebody can run now, each with what it means."""
    lines = [line for command, meaning in steps for line in (f"  {command}", f"      {meaning}")]
    return ["", "What you can do", *lines] if lines else []
