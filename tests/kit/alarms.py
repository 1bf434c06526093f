"""The alarms of a database, in the words of ``turnwire status``."""

from __future__ import annotations

from connector.cli.shared.alarms import worded
from connector.storage.core.database import Database
from connector.storage.monitoring.status import status


def alarms(database: Database) -> list[dict[str, str]]:
    """Each as ``turnwire status --json`` has it: ``name``, ``what``, ``next``."""
    return [worded(alarm) for alarm in status(database)["alarms"]]
