"""Configuration root: all sections with their defaults, a frozen model each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connector.settings.accounts import AccountSettings
from connector.settings.base import FILE_NAME, PREFIX, Location
from connector.settings.replies import RepliesSettings
from connector.settings.routes import RouteSettings
from connector.settings.runtime import BrokerSettings, DatabaseSettings, WorkerSettings
from connector.settings.sources import AnySource
from connector.settings.types import (
    Name,
)


class Settings(BaseSettings):
    """The whole configuration; made by :func:`load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    broker: BrokerSettings = Field(default_factory=BrokerSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    accounts: dict[Name, AccountSettings] = Field(default_factory=dict)
    routes: dict[Name, RouteSettings] = Field(default_factory=dict)
    replies: RepliesSettings = Field(default_factory=RepliesSettings)
    sources: dict[Name, AnySource] = Field(default_factory=dict)

    _path: Path = PrivateAttr(default=Path(FILE_NAME))

    @property
    def path(self) -> Path:
        """The file that was read, absolute."""
        return self._path

    @property
    def folder(self) -> Path:
        """The file's folder; relative paths in it start here."""
        return self._path.parent

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what loading hands in: it merges file and environment itself, matching names whatever their case."""
        return (sources["init_settings"],)

    def stand_at(self, path: Path, environ: Mapping[str, str]) -> None:
        """Tell each section where the file is, and which environment holds the secrets; done once, by loading."""
        self._path = path
        singles = {"database": self.database, "broker": self.broker, "replies.webhook": self.replies.webhook}
        for name, section in [
            *singles.items(),
            *self.replies.channels.items(),
            *self.accounts.items(),
            *self.routes.items(),
            *self.sources.items(),
        ]:
            if section is not None:
                section.stand_at(Location(name=name, path=path, environ=environ))
