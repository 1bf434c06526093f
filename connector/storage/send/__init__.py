"""How turns go out: grants and gates of accounts, claims, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.storage.send.accounts import Accounts
    from connector.storage.send.claims import Claims
    from connector.storage.send.marks import Marks
    from connector.storage.send.outcomes import Records

__all__ = ["Accounts", "Claims", "Marks", "Records"]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(
        __name__,
        accounts=("Accounts",),
        claims=("Claims",),
        marks=("Marks",),
        outcomes=("Records",),
    )
