"""``[sources.NAME]`` with ``kind = "hook"``: systems that post signed deliveries.

A profile is a set of these very keys, kept in ``presets.toml``; what a source says itself goes before it, key by key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from connector.errors import ConfigurationError
from connector.settings.base import Section
from connector.settings.sources.brakes import SourceBrakeSettings
from connector.settings.types import NonEmpty, Seconds, SecretReference, WebAddress

DEFAULT_PROFILE = "standard_webhooks"
SIGNED_PARTS = ("id", "timestamp", "method", "url", "body", "secret")
"""What a signed template may name."""

_HEADER = r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}"
_POINTER = r"(?:/(?:[^~{}]|~[01])*)?"
_PLACE = rf"{_POINTER}|header:{_HEADER}"
_EXPECTED_PLACE = 'a JSON pointer such as "/ticket/id", or "header:NAME"'
_HASHES = ("sha256", "sha512")


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """The keys of each profile, by its name."""
    return tomllib.loads(resources.files("connector.settings").joinpath("presets.toml").read_text(encoding="utf-8"))


def _header(value: str) -> str:
    if not re.fullmatch(_HEADER, value):
        raise ValueError("a header's name")
    return value


def _place(value: str) -> str:
    if not re.fullmatch(_PLACE, value):
        raise ValueError(_EXPECTED_PLACE)
    return value


def _source_of_value(value: str) -> str:
    pieces = re.findall(r"\{([^{}]*)\}", value)
    rest = re.sub(r"\{[^{}]*\}", "", value)
    if "{" in rest or "}" in rest or (value.startswith("/") and not re.fullmatch(_PLACE, value) and not pieces):
        raise ValueError(f"{_EXPECTED_PLACE}, a text with such in braces, or a constant")
    for piece in pieces:
        _place(piece)
    return value


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _words(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else _listed(value)


def _template(value: str) -> str:
    named = re.findall(r"\{([^{}]*)\}", value)
    if "body" not in named or not set(named) <= set(SIGNED_PARTS):
        raise ValueError(f"a text with {{body}} in it, and no other of {', '.join(SIGNED_PARTS)} than are signed")
    return value


HeaderName = Annotated[str, AfterValidator(_header)]
Pointer = Annotated[str, AfterValidator(_place)]
Value = Annotated[str, Field(max_length=1000), AfterValidator(_source_of_value)]
# From the environment comes one value.
Values = Annotated[tuple[Value, ...], BeforeValidator(_listed)]
Texts = Annotated[tuple[str | bool | int, ...], BeforeValidator(_listed)]
Words = Annotated[tuple[str | int, ...], BeforeValidator(_words)]
# As it is written: spaces separate signatures, and stand between a scheme's name and what follows it.
Verbatim = Annotated[str, StringConstraints(strip_whitespace=False, max_length=50)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Algorithm = Literal["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512", "sha256", "sha512", "secret"]


class SignatureSettings(Section):
    """``[sources.NAME.signature]``: how a delivery shows who sent it.

    ``secret`` as the algorithm is no signature: the header shows the secret itself.
    """

    header: HeaderName = Field(description="the header that holds the signature")
    prefix: Verbatim = ""
    separator: Verbatim | None = None
    algorithm: Annotated[tuple[Algorithm, ...], BeforeValidator(_words), Field(min_length=1)] = ("hmac-sha256",)
    encoding: Literal["hex", "base64", "base64url", "plain"] = "hex"
    key: Literal["text", "base64", "hex"] = "text"
    signed: Annotated[str, AfterValidator(_template)] = "{body}"
    decode_url: bool = False
    id_header: HeaderName | None = None
    timestamp_header: HeaderName | None = None
    timestamp_unit: Literal["seconds", "milliseconds", "rfc3339"] = "seconds"
    tolerance: Seconds = 300.0

    @property
    def parts(self) -> frozenset[str]:
        """What is signed."""
        return frozenset(re.findall(r"\{([^{}]*)\}", self.signed))

    @property
    def is_secret(self) -> bool:
        """Whether nothing is signed and a secret is shown instead."""
        return "secret" in self.algorithm

    @model_validator(mode="after")
    def _consistent(self) -> SignatureSettings:
        plain = self.encoding == "plain"
        if self.is_secret and (len(self.algorithm) > 1 or self.encoding not in {"plain", "base64"}):
            raise ValueError('for algorithm = "secret" no other algorithm, and encoding = "plain" or "base64"')
        if plain and not self.is_secret:
            raise ValueError('encoding = "plain" for algorithm = "secret" only')
        hashes = set(self.algorithm) & set(_HASHES)
        if ("secret" in self.parts) != bool(hashes) or (hashes and len(hashes) < len(self.algorithm)):
            raise ValueError("{secret} in signed for a plain hash, which has no key, and for nothing else")
        if ("timestamp" in self.parts) != (self.timestamp_header is not None):
            raise ValueError("timestamp_header together with {timestamp} in signed: unsigned times prove nothing")
        if ("id" in self.parts) != (self.id_header is not None):
            raise ValueError("id_header together with {id} in signed")
        return self


class OnlySettings(Section):
    """``[[sources.NAME.only]]``: what must be so, or the delivery is stopped with this reason.

    ``types`` narrows the rule to events of these types. With ``required = false``
    it holds where there is nothing.
    """

    at: Pointer
    one_of: Texts | None = None
    none_of: Texts | None = None
    same_as: Pointer | None = None
    reason: Word
    types: Words | None = None
    required: bool | None = None

    @model_validator(mode="after")
    def _one(self) -> OnlySettings:
        if sum(each is not None for each in (self.one_of, self.none_of, self.same_as)) != 1:
            raise ValueError("one of one_of, none_of and same_as")
        return self


class ChallengeSettings(Section):
    """``[sources.NAME.challenge]``: a delivery of this type is answered with what its header holds."""

    type: NonEmpty
    header: HeaderName


class FieldsSettings(Section):
    """``[sources.NAME.fields]``: where each of an event's fields is found; the first place that holds something."""

    conversation: Values = ()
    id: Values = ()
    text: Values = ()
    text_format: Value = "plain"
    attachments: Values = ()
    author: Values = ()
    subject: Values = ()
    occurred_at: Values = ()
    time_format: Literal["rfc3339", "seconds", "milliseconds"] = "rfc3339"
    priority: Values = ()
    customer_id: Values = ()
    customer_name: Values = ()
    customer_email: Values = ()
    customer_phone: Values = ()
    customer_language: Values = ()
    metadata: dict[str, Value] = Field(default_factory=dict)


class SourceSettings(Section):
    """``[sources.NAME]``: deliveries to ``/v1/hooks/NAME``."""

    kind: Literal["hook"] = Field(description='"hook"')
    route: NonEmpty = Field(description="the name of a route in this file")
    profile: NonEmpty = DEFAULT_PROFILE
    secret: SecretReference = Field(description='"env:NAME" or "file:/path"')
    old_secret: SecretReference | None = None
    url: WebAddress | None = None
    items: Pointer | None = None
    type: Pointer | None = None
    take: Words | None = None
    own_authors: Words = ()
    signature: SignatureSettings
    only: tuple[OnlySettings, ...] = ()
    challenge: ChallengeSettings | None = None
    fields: FieldsSettings = Field(default_factory=FieldsSettings.model_construct)
    brakes: SourceBrakeSettings = SourceBrakeSettings()

    @model_validator(mode="before")
    @classmethod
    def _over_its_profile(cls, given: Any) -> Any:
        """Lay what is written over the profile's keys."""
        if not isinstance(given, Mapping):
            return given
        name = given.get("profile", DEFAULT_PROFILE)
        known = presets()
        if name == "custom" or not isinstance(name, str):
            return given
        if name not in known:
            raise ValueError(f'one of {", ".join(known)}, or "custom", as profile')
        return _laid_over(known[name], given)

    @model_validator(mode="after")
    def _whole(self) -> SourceSettings:
        for name in ("conversation", "id", "text"):
            if not getattr(self.fields, name):
                raise ValueError(f"fields.{name}: the profile {self.profile} cannot say where it is found")
        if "url" in self.signature.parts and self.url is None:
            raise ValueError("url, the address that the sender was given: it is part of what is signed")
        if (self.take is not None or any(rule.types for rule in self.only) or self.challenge) and self.type is None:
            raise ValueError("type, where a delivery says what it is: take, types and challenge ask for it")
        if self.own_authors and not self.fields.author:
            raise ValueError("fields.author together with own_authors")
        return self

    @property
    def name(self) -> str:
        """The source's name in the file."""
        return self._place.name

    @property
    def label(self) -> str:
        """The name as the source of events and in metrics."""
        return self.name.lower()

    def secrets(self) -> tuple[str, ...]:
        """The secret, and the old one, read now; raises :class:`ConfigurationError`. Never store them."""
        given = {"secret": self.secret, "old_secret": self.old_secret}
        return tuple(
            self._resolve(reference, f"sources.{self.name}.{key}", f"source {self.name}")
            for key, reference in given.items()
            if reference is not None
        )

    def wrong_secret(self, expected: str) -> ConfigurationError:
        """What to raise for a secret that is there and cannot be used."""
        message = f"source {self.name}: its secret is not usable as a key"
        return ConfigurationError(message, str(self._place.path), f"sources.{self.name}.secret", expected)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _laid_over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged
