"""``[sources.NAME.brakes]``: how much a source may bring."""

from __future__ import annotations

from connector.policy.brakes import Allowed
from connector.settings.base import Section
from connector.settings.types import AllowedTurns


class SourceBrakeSettings(Section):
    """``[sources.NAME.brakes]``: more messages than that by this source, whoever writes, and a person looks first."""

    all: AllowedTurns = Allowed()
