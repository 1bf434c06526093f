"""Finding of the self-test: what was looked at, what is the case, what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the table: ``found`` is what is the case, ``mend`` what to do about it, empty if it is right."""

    what: str
    state: State
    found: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """The line as JSON."""
        return asdict(self)
