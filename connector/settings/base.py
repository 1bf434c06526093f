"""Base class of the configuration's sections: strict, frozen, and aware of the file they stand in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr

from connector.errors import ConfigurationError

FILE_NAME = "turnwire.toml"
PREFIX = "TURNWIRE_"
CHANNELS = "turnwire.channels"
"""The group of entry points by which installed packages add outside systems."""


def fold(name: str) -> str:
    """A name as the environment can write it: lower case, ``_`` for ``-`` and ``.``."""
    return name.casefold().replace("-", "_").replace(".", "_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """Where a section stands, so that it can resolve relative paths and secrets."""

    name: str = ""
    path: Path = Path(FILE_NAME)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


class Section(BaseModel):
    """What all sections share: unknown keys are refused, nothing changes, nothing shows a value in an error."""

    # Built with the whole that it is a part of; few are ever made by themselves.
    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True, defer_build=True
    )

    _place: Location = PrivateAttr(default_factory=Location)

    def stand_at(self, place: Location) -> None:
        """Tell the section where it stands; done once, by loading."""
        self._place = place

    def _absolute(self, path: str | Path) -> Path:
        return (self._place.path.parent / Path(path).expanduser()).absolute()

    def _resolve(self, reference: str, field_name: str, whose: str, *, token: bool = True) -> str:
        """The secret that ``reference`` names, without a trailing newline; raises :class:`ConfigurationError`.

        One that is no ``token`` may hold spaces, and letters of any script: people choose passwords.
        """
        secret, source, expected = self._read(reference, field_name, whose)
        if not token and secret.isprintable():
            return secret
        if not token:
            message = f"{whose}: what {source} holds is no password: it has line breaks or control characters in it"
            raise ConfigurationError(message, str(self._place.path), field_name, expected)
        if not (secret.isascii() and secret.isprintable()) or " " in secret:
            message = f"{whose}: what {source} holds is no token: it has white space or special characters in it"
            raise ConfigurationError(message, str(self._place.path), field_name, expected)
        return secret

    def _resolve_pem(self, reference: str, field_name: str, whose: str) -> str:
        """The same for a key in PEM, which has several lines, or one with their ends written as in JSON."""
        text, source, _ = self._read(reference, field_name, whose)
        pem = text.replace("\\n", "\n")
        if not pem.lstrip().startswith("-----BEGIN "):
            message, expected = f"{whose}: what {source} holds is no key in PEM", "text from -----BEGIN to END …-----"
            raise ConfigurationError(message, str(self._place.path), field_name, expected)
        return pem

    def _read(self, reference: str, field_name: str, whose: str) -> tuple[str, str, str]:
        """What a reference names, where that is, and what is expected there."""
        kind, _, name = reference.partition(":")
        where = str(self._place.path)
        if kind == "env":
            secret, source = self._place.environ.get(name, ""), f"the environment variable {name}"
            expected = f"export {name}=… before the command"
        else:
            file = self._absolute(name)
            source, expected = f"the file {file}", "a readable file that holds the secret and nothing else"
            try:
                secret = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                raise ConfigurationError(f"{whose}: {source} cannot be read", where, field_name, expected) from None
        secret = secret.rstrip("\r\n")
        if not secret:
            state = "is not set" if kind == "env" else "is empty"
            raise ConfigurationError(f"{whose}: {source} {state}", where, field_name, expected)
        return secret, source, expected


class OpenSection(Section):
    """A section for an installed package: the keys that are not ours are handed on as they were written."""

    model_config = ConfigDict(extra="allow")

    @property
    def name(self) -> str:
        """The section's name in the file."""
        return self._place.name

    @property
    def options(self) -> Mapping[str, Any]:
        """The keys that are not ours."""
        return dict(self.__pydantic_extra__ or {})
