"""Configuration loader: reads file and environment, lays one over the other, checks the whole."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from connector.errors import ConfigurationError
from connector.settings.base import FILE_NAME, PREFIX, fold
from connector.settings.environment import overlay
from connector.settings.problems import (
    as_error,
    contradictions,
    in_words,
    unknown_sections,
    unknown_variables,
)
from connector.settings.root import Settings

_SHORT_FORMS = {"turnwire_database_url": "turnwire_database__url", "turnwire_broker_url": "turnwire_broker__url"}


def config_path(config: Path | None = None, environ: Mapping[str, str] | None = None) -> Path:
    """Where the configuration is looked for, absolute, whether or not the file is there."""
    variables = os.environ if environ is None else environ
    return Path(config or variables.get(f"{PREFIX}CONFIG") or FILE_NAME).absolute()


def load(config: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read file and environment (default: the process's) and check them as a whole.

    Raises :class:`ConfigurationError`: all that is wrong, one problem a line; never a value, since it may be a secret.
    """
    variables = os.environ if environ is None else environ
    path = config_path(config, variables)
    written = _read(path)
    given = {_SHORT_FORMS.get(name.lower(), name.lower()): value for name, value in variables.items() if value}
    problems = [*unknown_sections(written), *unknown_variables(given)]
    settings: Settings | None = None
    try:
        known = {name: section for name, section in written.items() if name in Settings.model_fields}
        settings = Settings(**_merge(known, overlay(given, Settings.model_fields)))
    except ValidationError as error:
        problems += [in_words(details) for details in error.errors(include_url=False, include_input=False)]
    if settings is not None and not problems:
        problems += contradictions(settings)
    if settings is None or problems:
        raise as_error(problems, path, given)
    settings.stand_at(path, variables)
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = f"there is no configuration at {path}: run `turnwire init`"
        raise ConfigurationError(message, str(path), "", f"a {FILE_NAME}, --config or {PREFIX}CONFIG") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"{path} cannot be read: {reason}", str(path), "", "a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line \d+, column \d+|at end of document", str(error))
        message = f"{path} is no valid TOML {place[0] if place else ''}".rstrip()
        raise ConfigurationError(message, str(path), "", 'key = "value" under [section]') from None


def _merge(written: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The file's values, overlaid by the environment's; names are matched whatever their case."""
    merged = dict(written)
    for key, value in given.items():
        name = next((known for known in merged if fold(known) == fold(key)), key)
        below = merged.get(name)
        merged[name] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
