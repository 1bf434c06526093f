"""Configuration root: all sections with their defaults, a frozen model each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from connector.settings.accounts import AccountSettings
from connector.settings.base import FILE_NAME, Location
from connector.settings.encryption import EncryptionSettings
from connector.settings.replies import RepliesSettings
from connector.settings.routes import RouteSettings
from connector.settings.runtime import BrokerSettings, DatabaseSettings, WorkerSettings
from connector.settings.sources import AnySource
from connector.settings.types import Name
from connector.values import BROKER, CSV_SOURCE, MAIL_SOURCE


class Settings(BaseModel):
    """The whole configuration; made by :func:`load`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    database: DatabaseSettings = Field(default_factory=DatabaseSettings.model_construct)
    broker: BrokerSettings = Field(default_factory=BrokerSettings.model_construct)
    worker: WorkerSettings = Field(default_factory=WorkerSettings.model_construct)
    accounts: dict[Name, AccountSettings] = Field(default_factory=dict)
    routes: dict[Name, RouteSettings] = Field(default_factory=dict)
    replies: RepliesSettings = Field(default_factory=RepliesSettings.model_construct)
    sources: dict[Name, AnySource] = Field(default_factory=dict)
    encryption: EncryptionSettings = Field(default_factory=EncryptionSettings.model_construct)

    _path: Path = PrivateAttr(default=Path(FILE_NAME))

    def reserves(self, source: str) -> bool:
        """Whether a source is a configured one's or our readers' own, so that no program may speak for it."""
        ours = source == BROKER or source.startswith((MAIL_SOURCE, CSV_SOURCE))
        return ours or any(source in {name, section.label} for name, section in self.sources.items())

    def sources_of(self, route: str) -> dict[str, AnySource]:
        """The sources of a route, by name."""
        return {name: section for name, section in self.sources.items() if section.route == route}

    @property
    def path(self) -> Path:
        """The file that was read, absolute."""
        return self._path

    @property
    def folder(self) -> Path:
        """The file's folder; relative paths in it start here."""
        return self._path.parent

    def stand_at(self, path: Path, environ: Mapping[str, str]) -> None:
        """Tell each section where the file is, and which environment holds the secrets; done once, by loading."""
        self._path = path
        singles = {
            "database": self.database,
            "broker": self.broker,
            "encryption": self.encryption,
            "replies.webhook": self.replies.webhook,
        }
        for name, section in [
            *singles.items(),
            *self.replies.channels.items(),
            *self.accounts.items(),
            *self.routes.items(),
            *self.sources.items(),
        ]:
            if section is not None:
                section.stand_at(Location(name=name, path=path, environ=environ))
