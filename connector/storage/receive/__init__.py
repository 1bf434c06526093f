"""How messages come in: events, bulk, follow-ups that fall due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connector.utils import lazy

if TYPE_CHECKING:
    from connector.storage.receive.bulk import BulkIntake
    from connector.storage.receive.due_followups import Promotion
    from connector.storage.receive.events import Intake, Target

__all__ = ["BulkIntake", "Intake", "Promotion", "Target"]

if not TYPE_CHECKING:
    __getattr__ = lazy.exports(
        __name__,
        bulk=("BulkIntake",),
        due_followups=("Promotion",),
        events=(
            "Intake",
            "Target",
        ),
    )
