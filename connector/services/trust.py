"""Self-test of trust: which callbacks, sources and signatures the configuration lets strangers use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from connector.errors import ConfigurationError
from connector.services.finding import Finding
from connector.services.oauth import OAuthSource, oauth_sources
from connector.settings import RouteSettings, Settings, SourceSettings
from connector.settings.sources.hooks import presets
from connector.settings.types import TASK_NAME
from connector.storage.admin.oauth import listed
from connector.storage.admin.tokens import live
from connector.storage.core.database import Database
from connector.storage.core.encryption import Keyring
from connector.storage.queries.callbacks import callbacks_seen

_EXAMPLE = ("shop.answered", "shop.answered@shop")


def callbacks(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Each route with callbacks lists them; ``database``, if it can be read, says which were named of late."""
    for name, route in settings.routes.items():
        if route.reply == "celery" and not route.callbacks:
            seen = _listed(callbacks_seen(database, name)) if database is not None else ()
            yield _unlisted(route, seen)


def tokens(settings: Settings, database: Database) -> Iterator[Finding]:
    """Tokens made before their source was reserved, which still speak for a configured source or for our readers."""
    for token in live(database).values():
        if settings.reserves(token.source):
            yield Finding(
                what=f"token {token.name}",
                state="warning",
                found=f"its source {token.source} is reserved: its events pass for those of another door",
                mend=f"turnwire tokens revoke {token.name}, and make one with a --source of its own",
            )


def oauth_tokens(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Sources with OAuth that nobody has authorized, and tokens that are stored, or will be, as they are."""
    try:
        keyring = Keyring(settings.encryption.keys())
    except ConfigurationError as error:
        yield Finding(what="encryption", state="wrong", found=str(error), mend=error.expected)
        return
    kept = {} if database is None else {row["source"]: row for row in listed(database, keyring)}
    sources = oauth_sources(settings)
    if database is not None:
        yield from (found for name, source in sources.items() for found in _grant(name, source, kept.get(name)))
    plain = sorted(sources) if not keyring.encrypts else [name for name, row in kept.items() if not row["encrypted"]]
    if plain:
        yield Finding(
            what="encryption",
            state="warning",
            found=f"the OAuth tokens of {', '.join(plain)} are not encrypted in the database",
            mend='[encryption] key = "env:TURNWIRE_KEY", made by `openssl rand -base64 32`'
            if not keyring.encrypts
            else "they are encrypted when they are renewed next",
        )


def _grant(name: str, source: OAuthSource, row: Mapping[str, Any] | None) -> Iterator[Finding]:
    """What is wrong with one source's grant; one that is gone is an alarm."""
    if row is not None and row["closed_reason"] is not None:
        return
    if source.oauth is not None and source.oauth.grant == "device_code" and (row is None or not row["authorized"]):
        mend = f"turnwire sources authorize {name}"
        yield Finding(what=f"source {name}", state="wrong", found="nobody has authorized it yet", mend=mend)
    elif row is not None and not row["readable"]:
        mend = f"name that key in [encryption] old_keys; if it is lost: turnwire sources authorize {name}"
        found = "its tokens are encrypted with a key that the configuration does not name"
        yield Finding(what=f"source {name}", state="wrong", found=found, mend=mend)
    elif row is not None and row["error"] is not None:
        found = f"its token endpoint gives no token ({row['error']}), and is asked again"
        yield Finding(what=f"source {name}", state="warning", found=found, mend=f"is sources.{name}.oauth right?")


_SHORT, _TOO_SHORT = 16, 8
"""Characters of a secret below which it should, and must, not be guessed at."""


def secrets(settings: Settings) -> Iterator[Finding]:
    """The secrets of hooks and of the webhook are long enough that nobody guesses them from what they signed."""
    held: list[tuple[str, Callable[[], Iterable[str]]]] = [
        (f"sources.{name}.secret", source.secrets)
        for name, source in settings.sources.items()
        if isinstance(source, SourceSettings)
    ]
    if (webhook := settings.replies.webhook) is not None:
        held.append(("replies.webhook.secret", lambda: [webhook.signing_secret()]))
    for what, read in held:
        with suppress(ConfigurationError):  # one that cannot be read is a finding of its own
            shortest = min(map(len, read()))
            if shortest < _SHORT:
                yield Finding(
                    what=what,
                    state="wrong" if shortest < _TOO_SHORT else "warning",
                    found=f"a secret of {shortest} character{'' if shortest == 1 else 's'}, which can be guessed",
                    mend=f"one of {_SHORT} random characters at least, on both sides",
                )


def unsigned_headers(settings: Settings) -> Iterator[Finding]:
    """What a hook reads of headers that its signature does not cover can be changed on the way, or said anew."""
    for name, source in settings.sources.items():
        if not isinstance(source, SourceSettings) or source.signature.is_secret:
            continue
        if unsigned := _headers_read(source) - _headers_signed(source):
            yield Finding(
                what=f"sources.{name}.fields",
                state="warning",
                found=f"reads {', '.join(sorted(unsigned))}, which the signature does not cover: anybody who has seen "
                "one delivery can send it again with other words there",
                mend="take it from the body, or have the sender sign it",
            )


def _headers_read(source: SourceSettings) -> set[str]:
    """The headers that decide what becomes of a delivery, in lower case; not those that a profile itself reads."""
    preset = presets().get(source.profile, {})
    theirs = json.dumps([preset.get(name) for name in ("fields", "only", "items", "type")])
    told = source.model_dump_json(include={"fields", "only", "items", "type"})
    return {header.lower() for header in _HEADER.findall(told)} - {header.lower() for header in _HEADER.findall(theirs)}


def _headers_signed(source: SourceSettings) -> set[str]:
    signature = source.signature
    covered = ((signature.id_header, "id"), (signature.timestamp_header, "timestamp"))
    return {header.lower() for header, part in covered if header is not None and part in signature.parts}


_HEADER = re.compile(r"header:([A-Za-z0-9!#$%&'*+.^_`|~-]+)")


def _listed(seen: Iterable[tuple[str, str | None]]) -> list[str]:
    """As the configuration names them; what no list can name is left out."""
    pairs = [(task, queue) for task, queue in seen if all(TASK_NAME.fullmatch(each) for each in (task, queue or "-"))]
    return sorted({task if queue in {None, "celery"} else f"{task}@{queue}" for task, queue in pairs})


def _unlisted(route: RouteSettings, seen: Iterable[str]) -> Finding:
    names = ", ".join(f'"{name}"' for name in (list(seen) or _EXAMPLE))
    of_late = "those of the last 30 days" if list(seen) else "with your own tasks and queues"
    return Finding(
        what=f"routes.{route.name}.callbacks",
        state="wrong",
        found='reply = "celery" without `callbacks`: a new event that names one is refused',
        mend=f"in [routes.{route.name}]: callbacks = [{names}] ({of_late})",
    )
