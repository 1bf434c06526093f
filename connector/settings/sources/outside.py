"""``[sources.NAME]`` whose kind an installed package adds."""

from __future__ import annotations

from pydantic import Field

from connector.settings.base import OpenSection
from connector.settings.sources.brakes import SourceBrakeSettings
from connector.settings.types import NonEmpty


class OutsideSourceSettings(OpenSection):
    """``[sources.NAME]`` whose ``kind`` an installed package adds; the other keys are its own."""

    kind: str = Field(description="one of the kinds of the house, or the name of an installed channel")
    route: NonEmpty = Field(description="the name of a route in this file")
    brakes: SourceBrakeSettings = SourceBrakeSettings()

    @property
    def label(self) -> str:
        """The name as the source of events and in metrics."""
        return self.name.lower()

    def secret(self, reference: str) -> str:
        """The secret that ``reference`` names, read now; raises :class:`ConfigurationError`. Never store it."""
        return self._resolve(reference, f"sources.{self.name}", f"source {self.name}")
