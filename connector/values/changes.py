"""The result of an operator's action, the same value for every noun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The result of an operator's action: what was changed, and its status before and after.

    ``noun`` is the word of the audit, in the plural for many rows at once; ``id`` is the row's id or name, None for
    many. ``detail`` holds what only this noun has, under the names that programs read.
    """

    noun: str
    id: int | str | None
    before: str
    after: str
    detail: Mapping[str, Any] = field(default_factory=dict)
