"""Configuration errors in words: the exact key, what is wrong with it, what would have been right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from connector.errors import ConfigurationError
from connector.settings.base import CHANNELS, PREFIX, fold
from connector.settings.replies import ChannelSettings
from connector.settings.root import Settings
from connector.settings.routes import RouteSettings
from connector.settings.sources import KINDS, OUTSIDE
from connector.settings.sources.mail import MailboxSettings
from connector.settings.sources.outside import OutsideSourceSettings

_OURS = ("none", "celery", "webhook", "source")
"""What ``reply`` of a route may always be; a name of [replies.NAME] besides."""
_FORMER = ("email", "ticket")
"""What ``reply`` of a route is called "source" instead."""

_TAGS = {*KINDS, OUTSIDE}
"""Of the union of sources."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsProblem:
    """One thing that is wrong: the dotted ``field``, what is the matter, and what would have been right."""

    field: str
    what: str
    expected: str = ""


def as_error(problems: list[SettingsProblem], path: Path, given: Mapping[str, str]) -> ConfigurationError:
    """All problems as one error, a line each; it points at the variable or file that holds the first of them."""
    first = problems[0]
    variable = PREFIX + "__".join(fold(part) for part in first.field.split("."))
    where = f"environment variable {variable.upper()}" if variable.lower() in given else str(path)
    lines = (f"{p.field}: {p.what}" + (f", expected {p.expected}" if p.expected else "") for p in problems)
    return ConfigurationError("\n".join(lines), where, first.field, first.expected)


def in_words(details: Mapping[str, Any]) -> SettingsProblem:
    """One of pydantic's error entries in our words."""
    told = tuple(str(part) for part in details["loc"] if part != "[key]")
    location = _as_written(told)
    what, context = "not valid", details.get("ctx", {})
    match details["type"]:
        case "extra_forbidden":
            what, expected = "unknown key", _nearest(location[-1], _keys(_model_at(told[:-1])))
        case "missing" if location[:1] == ("replies",) and location[2:] == ("channel",):
            location, what = location[:2], "unknown, and without a key channel that names an installed one"
            expected = _nearest(location[1], ["webhook"])
        case "missing":
            what, expected = "is required", _model_at(told[:-1]).model_fields[location[-1]].description or ""
        case "value_error":
            expected = str(context["error"])
        case "literal_error":
            expected = str(context["expected"]).replace("'", '"')
        case "model_type" | "dict_type" | "model_attributes_type":
            expected = f"a section [{'.'.join(location)}] with keys below it"
        case "greater_than_equal" | "less_than_equal":
            expected = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        case _:
            wanted = str(details["msg"]).removeprefix("Input should be ")
            expected = wanted[:1].lower() + wanted[1:]
    return SettingsProblem(field=".".join(location), what=what, expected=expected)


def _as_written(location: tuple[str, ...]) -> tuple[str, ...]:
    """Where it is in the file: pydantic puts the tag of the union of sources between."""
    if location[:1] == ("sources",) and location[2:3] and location[2] in _TAGS:
        return (*location[:2], *location[3:])
    return location


def unknown_sections(written: Mapping[str, Any]) -> Iterator[SettingsProblem]:
    """Top-level keys of the file that are no section."""
    for name in written:
        if name not in Settings.model_fields:
            yield SettingsProblem(field=name, what="unknown section", expected=_nearest(name, Settings.model_fields))


def unknown_variables(given: Mapping[str, str]) -> Iterator[SettingsProblem]:
    """Variables (names in lower case) that are meant for us and name no section."""
    # Without "__" it may be anybody's: a cluster, for example, announces a service as TURNWIRE_PORT.
    for variable in given:
        name, nested, _ = variable.removeprefix(PREFIX.lower()).partition("__")
        if variable.startswith(PREFIX.lower()) and nested and name not in Settings.model_fields:
            near = _nearest(name, Settings.model_fields)
            yield SettingsProblem(field=variable.upper(), what=f'unknown section "{name}"', expected=near)


def contradictions(settings: Settings) -> Iterator[SettingsProblem]:
    """What no single value shows: references to what is not there, and keys that only go with another."""
    if settings.database.table_schema and settings.database.file:
        expected = "a postgresql:// address, or table_prefix, which SQLite knows too"
        yield SettingsProblem(field="database.table_schema", what="only for PostgreSQL", expected=expected)
    yield from _alike("accounts", settings.accounts)
    yield from _alike("routes", settings.routes)
    yield from _alike("sources", settings.sources)
    broker = settings.broker
    if broker.results and "results" in broker.model_fields_set and broker.kind == "embedded":
        expected = "no such key, or an url that begins with amqp:// or redis://"
        yield SettingsProblem(field="broker.results", what="only for RabbitMQ and Redis", expected=expected)
    for name, account in settings.accounts.items():
        if account.api and account.provider != "osvi":
            yield SettingsProblem(
                field=f"accounts.{name}.api", what='only for provider = "osvi"', expected="no such key"
            )
    for name, route in settings.routes.items():
        yield from _route_contradictions(f"routes.{name}", route, settings)
    webhook = settings.replies.webhook
    if webhook is not None and webhook.url.startswith("http://") and not (webhook.allow_private or webhook.allow_http):
        expected = "https://…, or allow_private = [its network], or allow_http = true"
        yield SettingsProblem(field="replies.webhook.url", what="is not encrypted", expected=expected)
    yield from _channel_problems(settings)
    for name, source in settings.sources.items():
        if source.route not in settings.routes:
            near = _nearest(source.route, settings.routes)
            yield SettingsProblem(field=f"sources.{name}.route", what="no such route", expected=near)


def _route_contradictions(where: str, route: RouteSettings, settings: Settings) -> Iterator[SettingsProblem]:
    if route.account not in settings.accounts:
        near = _nearest(route.account, settings.accounts)
        yield SettingsProblem(field=f"{where}.account", what="no such account", expected=near)
    yield from _reply_problems(where, route, settings)
    if route.reply == "webhook" and settings.replies.webhook is None:
        expected = "a section [replies.webhook] with url and secret"
        yield SettingsProblem(field=f"{where}.reply", what="has no address to post to", expected=expected)
    if route.debounce is not None and route.debounce > route.debounce_at_most:
        what, expected = "is longer than debounce_at_most", "at most that, since no message waits longer"
        yield SettingsProblem(field=f"{where}.debounce", what=what, expected=expected)
    if route.reply_mode and route.reply != "source":
        what = 'only for reply = "source"'
        expected = "no such key; on_overtaken says what becomes of an answer that the customer has overtaken"
        yield SettingsProblem(field=f"{where}.reply_mode", what=what, expected=expected)
    if route.reply_delay and (route.reply != "source" or route.answer_mode != "public"):
        what = 'only for reply = "source" with reply_mode = "public"'
        expected = "no such key; a draft waits for a person anyway"
        yield SettingsProblem(field=f"{where}.reply_delay", what=what, expected=expected)
    if route.hours is not None and route.hours.opens >= route.hours.closes:
        what, expected = "is not after from", "a later time of the same day, up to 24:00"
        yield SettingsProblem(field=f"{where}.hours.to", what=what, expected=expected)
    if route.on_overtaken and route.reply == "none":
        yield SettingsProblem(
            field=f"{where}.on_overtaken", what="only for a route with a way back", expected="no such key"
        )


def _reply_problems(where: str, route: RouteSettings, settings: Settings) -> Iterator[SettingsProblem]:
    """What ``reply`` names and is not there."""
    ways = [*_OURS, *settings.replies.channels]
    if route.reply in _FORMER:
        what = f'"{route.reply}" is called "source": back where the conversation came from'
        yield SettingsProblem(field=f"{where}.reply", what=what, expected='reply = "source"')
    elif route.reply == "source":
        yield from _source_problems(where, route, settings)
    elif route.reply not in ways:
        near = _nearest(route.reply, ways)
        yield SettingsProblem(field=f"{where}.reply", what="no such way back", expected=near)


def _source_problems(where: str, route: RouteSettings, settings: Settings) -> Iterator[SettingsProblem]:
    """Why answers cannot go back to the sources of a route."""
    sources = settings.sources_of(where.removeprefix("routes."))
    mailboxes = {name: source for name, source in sources.items() if isinstance(source, MailboxSettings)}
    others = any(isinstance(source, OutsideSourceSettings) for source in sources.values())
    if not others and not any(box.sends for box in mailboxes.values()):
        name = next(iter(mailboxes), "NAME")
        expected = f'a mailbox of this route that sends: kind = "mailbox" and a section [sources.{name}.smtp]'
        what = "no source of this route can send answers"
        yield SettingsProblem(field=f"{where}.reply", what=what, expected=expected)
    if route.reply_mode == "internal" and mailboxes:
        what = "mail has no internal notes: all that leaves reaches the customer"
        yield SettingsProblem(field=f"{where}.reply_mode", what=what, expected='"draft" or "public"')


def _channel_problems(settings: Settings) -> Iterator[SettingsProblem]:
    """Ways back and sources of packages that are not installed."""
    installed = sorted({entry.name for entry in entry_points(group=CHANNELS)})
    for name, way in settings.replies.channels.items():
        if name in {*_OURS, "webhooks"}:
            yield SettingsProblem(field=f"replies.{name}", what="is a name of ours", expected="another name")
        if way.channel not in installed:
            near = _nearest(way.channel, installed)
            yield SettingsProblem(field=f"replies.{name}.channel", what="no such channel is installed", expected=near)
    for name, source in settings.sources.items():
        if source.kind not in KINDS and source.kind not in installed:
            known = " or ".join(f'"{kind}"' for kind in [*KINDS, *installed])
            yield SettingsProblem(field=f"sources.{name}.kind", what="no such kind", expected=known)


def _alike(group: str, names: Iterable[str]) -> Iterator[SettingsProblem]:
    """Names that the environment could not tell apart."""
    seen: dict[str, str] = {}
    for name in names:
        if (other := seen.setdefault(fold(name), name)) != name:
            expected = "names that differ in more than case and '-', '.' or '_'"
            yield SettingsProblem(field=f"{group}.{name}", what=f'too like "{other}"', expected=expected)


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    if close := get_close_matches(name.lower(), names, n=1):
        return f'"{close[0]}"'
    return f"one of {', '.join(names)}" if names else "one that is configured, and none is"


def _keys(model: type[BaseModel]) -> list[str]:
    """The keys of a section as a file has them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(location: tuple[str, ...]) -> type[BaseModel]:
    """The model of the section at a place in the file, with the tag of a union where there is one."""
    inside: Any = Settings
    for part in location:
        if get_origin(inside) is Union:  # of sources
            inside = next(kind for kind, tag in map(get_args, get_args(inside)) if tag.tag == part)
            continue
        if get_origin(inside) is dict:
            inside = get_args(inside)[1]
        elif get_origin(inside) is tuple:
            inside = get_args(inside)[0]
        elif part not in inside.model_fields:
            inside = ChannelSettings
        else:
            inside = inside.model_fields[part].annotation
        if get_origin(inside) is Annotated:
            inside = get_args(inside)[0]
        inside = get_args(inside)[0] if isinstance(inside, UnionType) else inside
    section: type[BaseModel] = inside
    return section
