"""Self-test behind ``turnwire check``: what is wrong, and how to put it right. Nothing is changed or sent."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connector.channels.hooks.mapping import verifier_of
from connector.channels.hooks.outgoing import key_of
from connector.channels.mail.parser import why_no_child
from connector.channels.registry import hook_source, reply_channel
from connector.errors import ConfigurationError, DatabaseNotReady, TurnwireError
from connector.http.ssrf import guard_of
from connector.policy.gate import PAYMENT_REQUIRED
from connector.services import mail_services, trust
from connector.services.finding import Finding
from connector.services.sources import check as sources
from connector.services.sources.tokens import MailboxTokens
from connector.services.ways_back import ways_back
from connector.settings import AccountSettings, MailServiceSettings, MailSourceSettings, OutsideSourceSettings, Settings
from connector.settings.types import without_password
from connector.storage.monitoring.alarms import Alarm
from connector.storage.monitoring.status import status as system_status
from connector.storage.queries import live
from connector.utils.private_files import open_to_others
from connector.values import CallResult, Outcome, Provider
from connector.wiring import Wiring

PATIENCE = 20.0
"""Seconds for a provider's answer to the harmless call."""

__all__ = ["Finding", "check", "installation", "judged", "mail_parser"]

_GATES = {"account_closed", "route_paused", "source_closed"}


def check(
    wiring: Wiring, *, broker: Callable[[], str | None], folder: Path, worded: Callable[[Alarm], Mapping[str, str]]
) -> list[Finding]:
    """Look at everything once; ``broker`` says why the broker cannot be used, ``folder`` is where the user stands.

    ``worded`` gives an alarm's words: ``what`` is the case and what to run ``next``.
    """
    settings = wiring.settings
    findings = [Finding(what="configuration", state="ok", found=str(settings.path))]
    findings += installation(Path(__file__).parents[2], folder)
    findings += mail_parser(why_no_child())
    findings.append(_database(wiring))
    reachable = findings[-1].state == "ok"
    problem = broker()
    findings.append(
        Finding(what="broker", state="wrong", found=problem, mend="start it, or set broker.url right")
        if problem
        else Finding(what="broker", state="ok", found=_broker(settings))
    )
    findings += private_files(settings)
    if reachable:
        findings.append(_worker(wiring))
    providers, found = _connected(wiring)
    findings += found
    findings += asyncio.run(_asked(settings, providers))
    findings += _routes(settings, providers)
    findings += trust.callbacks(settings, wiring.database if reachable else None)
    findings += trust.tokens(settings, wiring.database) if reachable else ()
    findings += trust.oauth_tokens(settings, wiring.database if reachable else None)
    if settings.replies.webhook is not None:
        findings.append(_webhook(settings))
    findings += _channels(settings)
    findings += ways_back(wiring)
    findings += _hooks(settings)
    findings += sources.mail(settings, MailboxTokens(wiring))
    findings += trust.secrets(settings)
    findings += trust.unsigned_headers(settings)
    if reachable:
        findings += _gates(wiring, worded)
    return findings


# --- this machine -----------------------------------------------------------------------------------------------------


def private_files(settings: Settings) -> Iterator[Finding]:
    """Files and folders with customers' texts that others on this machine may read; made by us they are private."""
    file = settings.database.file
    ours = [] if file is None else [file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")]
    if settings.broker.kind == "embedded":
        ours.append(settings.broker.directory)
    wide = [str(path) for path in ours if open_to_others(path) and not _within_private(path)]
    if wide:
        found = f"{', '.join(wide)}: others on this machine may read customers' texts there"
        mend = f"chmod -R go-rwx {shlex.join(wide)}"
        yield Finding(what="files", state="warning", found=found, mend=mend)


def _within_private(path: Path) -> bool:
    return not all(open_to_others(folder) for folder in path.parents)


def installation(home: Path, folder: Path) -> Iterator[Finding]:
    """Whether the name ``tasks`` means Turnwire's; ``home`` is where Turnwire is installed."""
    spec = importlib.util.find_spec("tasks")
    origin = Path(spec.origin) if spec is not None and spec.origin else None
    if origin is None or origin.parent != home / "tasks":
        yield Finding(
            what="tasks",
            state="wrong",
            found=f"another module of this name hides Turnwire's: {origin or 'not found'}",
            mend="start turnwire by its own name, without that folder on PYTHONPATH",
        )
        return
    for foreign in (folder / "tasks.py", folder / "tasks" / "__init__.py"):
        if foreign.exists() and foreign.parent != origin.parent:
            yield Finding(
                what="tasks",
                state="warning",
                found=f"`celery -A tasks` would take your own {foreign.relative_to(folder)} here",
                mend="start workers with `turnwire worker`, which takes the right one",
            )


def mail_parser(why: str | None) -> Iterator[Finding]:
    """Whether mail is parsed within limits; ``why`` says why no child process can be started."""
    if why is not None:
        yield Finding(
            what="mail parser",
            state="warning",
            found=f"no child process can be started, so mail is parsed without limits of memory and time ({why})",
            mend="allow Turnwire to start processes of 768 MB of address space",
        )


def _broker(settings: Settings) -> str:
    if settings.broker.kind == "embedded":
        return f"files in {settings.broker.directory}"
    return f"{settings.broker.shown} answers"


def _database(wiring: Wiring) -> Finding:
    shown = wiring.settings.database.shown
    try:
        wiring.ready()
    except DatabaseNotReady as error:
        return Finding(
            what="database", state="wrong", found=str(error), mend="turnwire migrate" if error.behind else ""
        )
    except TurnwireError as error:
        mend = "start it, or set database.url right (TURNWIRE_DATABASE_URL)"
        return Finding(what="database", state="wrong", found=f"{shown}: {error}", mend=mend)
    return Finding(what="database", state="ok", found=f"{shown}, up to date")


def _worker(wiring: Wiring) -> Finding:
    with wiring.database.reading() as connection:
        now = live.clock(connection)
        alive = live.live_workers(connection, now)
    if not live.worker_seen(alive, now):
        found = "none has been seen for a minute, so nothing is sent"
        return Finding(what="worker", state="warning", found=found, mend="turnwire worker")
    return Finding(what="worker", state="ok", found=", ".join(worker.name for worker in alive))


def _gates(wiring: Wiring, worded: Callable[[Alarm], Mapping[str, str]]) -> Iterator[Finding]:
    for alarm in system_status(wiring.database, wiring.limits)["alarms"]:
        if alarm.name in _GATES:
            said = worded(alarm)
            yield Finding(what=alarm.noun, state="warning", found=said["what"], mend=f"then: {said['next']}")


# --- providers --------------------------------------------------------------------------------------------------------


def _connected(wiring: Wiring) -> tuple[dict[str, Provider], list[Finding]]:
    """The providers whose token is there, and what is wrong with the others."""
    providers, findings = {}, []
    for name in wiring.settings.accounts:
        try:
            providers[name] = wiring.connect(name, 1)
        except ConfigurationError as error:
            what, found = f"account {name}", str(error).removeprefix(f"account {name}: ")
            findings.append(Finding(what=what, state="wrong", found=found, mend=error.expected or error.field))
    if not wiring.settings.accounts:
        mend = f"a section [accounts.NAME] in {wiring.settings.path}"
        findings.append(Finding(what="accounts", state="wrong", found="there is none", mend=mend))
    return providers, findings


async def _asked(settings: Settings, providers: Mapping[str, Provider]) -> Sequence[Finding]:
    """Each provider by its harmless call, all at once."""
    return await asyncio.gather(*(_account(settings.accounts[name], one) for name, one in providers.items()))


async def _account(account: AccountSettings, provider: Provider) -> Finding:
    what = f"account {account.name}"
    ask = getattr(provider, "check", None)
    if ask is None:
        found = f"{account.provider} offers no harmless call to try its credentials with"
        return Finding(what=what, state="ok", found=found)
    try:
        async with asyncio.timeout(PATIENCE):
            result: CallResult = await ask()
    except TimeoutError:
        result = CallResult(outcome=Outcome.LOST, error=f"no answer within {PATIENCE:g} s")
    finally:
        close: Any = getattr(provider, "aclose", None)
        if close is not None:
            await close()
    return judged(what, account, result)


def judged(what: str, account: AccountSettings, result: CallResult) -> Finding:
    """What the answer to the harmless call says about an account."""
    said = result.error or (f"HTTP {result.http_status}" if result.http_status else str(result.outcome))
    match result.outcome:
        case Outcome.ANSWERED:
            return Finding(what=what, state="ok", found=f"{account.provider} takes its credentials")
        case Outcome.CREDENTIALS if result.http_status == PAYMENT_REQUIRED:
            found = f"{account.provider} takes its token, but its credit or quota is used up ({said})"
            return Finding(what=what, state="wrong", found=found, mend=f"top it up at {account.provider}")
        case Outcome.CREDENTIALS:
            found = f"{account.provider} does not take its token ({said})"
            mend = f"put the right token into {account.token}"
            if account.provider == "synthflow":
                mend += "; is base_url the workspace's region?"
            return Finding(what=what, state="wrong", found=found, mend=mend)
        case Outcome.BUSY:
            return Finding(what=what, state="warning", found=f"{account.provider} is busy ({said})", mend="wait")
        case Outcome.NOT_SENT:
            found = f"{account.provider} cannot be reached ({said})"
            return Finding(what=what, state="wrong", found=found, mend="is base_url right, and the network up?")
    found = f"{account.provider} did not answer as expected ({said})"
    return Finding(what=what, state="wrong", found=found, mend="is base_url right? else try again later")


def _routes(settings: Settings, providers: Mapping[str, Provider]) -> Iterator[Finding]:
    if not settings.routes:
        mend = f"a section [routes.NAME] in {settings.path}"
        yield Finding(what="routes", state="wrong", found="there is none", mend=mend)
    for name, route in settings.routes.items():
        provider = providers.get(route.account)
        account = settings.accounts[route.account]
        reads_back = provider.capabilities.reads_back if provider else account.provider != "osvi"
        if reads_back and account.grace <= account.deadline:
            yield Finding(
                what=f"route {name}",
                state="warning",
                found="grace is not longer than deadline: a message still under way could be taken for lost",
                mend=f"[accounts.{route.account}] grace longer than deadline, such as the defaults 120s and 90s",
            )
            continue
        if reads_back or route.names_on_lost:
            yield Finding(what=f"route {name}", state="ok", found=f"{account.provider} agent {route.agent}")
            continue
        yield Finding(
            what=f"route {name}",
            state="warning",
            found=f"does not say what happens to a lost answer, which {account.provider} cannot be asked for",
            mend='on_lost = "hold" (wait for a person; as now), "resend" (perhaps twice) or "fail"',
        )


def _webhook(settings: Settings) -> Finding:
    assert settings.replies.webhook is not None
    what = "replies.webhook"
    try:
        key_of(settings.replies.webhook.signing_secret())
    except ConfigurationError as error:
        return Finding(what=what, state="wrong", found=str(error), mend=error.expected)
    webhook = settings.replies.webhook
    parts = urlsplit(webhook.url)
    with contextlib.suppress(ValueError):  # a name is judged by what it resolves to when it is called
        ip_address(parts.hostname or "")
        guard = guard_of(webhook.allow_private, plain_http=webhook.allow_http)
        if refusal := guard.refusal(parts.hostname or "", encrypted=parts.scheme == "https"):
            mend = f"allow_private in [{what}] names its network, if it is to be called"
            return Finding(what=what, state="wrong", found=refusal, mend=mend)
    return Finding(what=what, state="ok", found=f"posts to {without_password(webhook.url)}")


def _channels(settings: Settings) -> Iterator[Finding]:
    """The ways back of installed packages can be made."""
    for name, way in settings.replies.channels.items():
        try:
            reply_channel(name, way)
        except ConfigurationError as error:
            yield Finding(what=f"replies.{name}", state="wrong", found=str(error), mend=error.expected)
            continue
        yield Finding(what=f"replies.{name}", state="ok", found=f"delivers by {way.channel}")


def _hooks(settings: Settings) -> Iterator[Finding]:
    for name, source in settings.sources.items():
        if isinstance(source, MailServiceSettings):
            yield from mail_services.findings(source)
        if isinstance(source, MailSourceSettings):
            continue
        try:
            if isinstance(source, OutsideSourceSettings):
                hook_source(source)
                found = f"{source.kind} to /v1/hooks/{name}, for route {source.route}"
                yield Finding(what=f"source {name}", state="ok", found=found)
                continue
            verifier_of(source)
        except ConfigurationError as error:
            found = str(error).removeprefix(f"source {name}: ")
            yield Finding(what=f"source {name}", state="wrong", found=found, mend=error.expected)
            continue
        shown = "a shared secret, not signed," if source.signature.is_secret else "signed deliveries"
        found = f"{shown} of {source.profile} to /v1/hooks/{name}, for route {source.route}"
        yield Finding(what=f"source {name}", state="ok", found=found)
