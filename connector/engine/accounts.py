"""This process's client of the shared rate limiter and circuit breaker of each account.

It leases a slice of each account's limits about once a second, and reports what calls say about the account's health.

Slices and gates live in SQL and are decided there; this keeps what this process holds of them, and gives it back when
there is nothing to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from connector.engine.grants import Allowance
from connector.errors import ConfigurationError, DatabaseUnavailable
from connector.policy.gate import FAILURES, STREAK, CallReport
from connector.utils.logs import get_logger
from connector.values import Call, CallResult, Outcome, Provider
from connector.wiring import Wiring

log = get_logger(__name__)

Result = TypeVar("Result")
Told = TypeVar("Told", bound=CallResult)

FORBIDDEN = 403

_TOGETHER = 0.01
_AGAIN = 1.0
_UNREACHED = 30.0
_PATIENCE = 10.0


class AccountDesk:
    """The provider clients of one engine's loop, and what each may still do."""

    def __init__(self, wiring: Wiring, executor: ThreadPoolExecutor, most: int, wake: Callable[[], None]) -> None:
        """``most`` is what this process may have in flight in all; ``wake`` is called when an account's gate moved."""
        self._wiring = wiring
        self._executor = executor
        self._most = most
        self._wake = wake
        self._reports: dict[str, list[CallReport]] = {}
        self._reporter: asyncio.Task[None] | None = None
        self._unreached: dict[str, float] = {}
        self._said: dict[str, str | None] = {}
        self._trials: dict[str, asyncio.Task[CallResult]] = {}
        self.providers: dict[str, Provider] = {}
        self.allowances: dict[str, Allowance] = {}

    async def refill(self, owner: int, names: Iterable[str]) -> None:
        """Bring the slices of these accounts up to date; connects providers at their first use.

        Raises :class:`connector.errors.DatabaseUnavailable` and :class:`connector.errors.LeaseLost`.
        """
        for name in names:
            if name not in self.providers and not await self._reach(name):
                continue
            allowance = self.allowances.setdefault(name, Allowance(account=name))
            if allowance.stale():
                await self._lease(owner, allowance, self._most)

    async def rest(self, owner: int) -> None:
        """Between slices: what is in flight keeps its slots, the rest goes back, so that other workers may have it."""
        for allowance in list(self.allowances.values()):
            if allowance.leased and allowance.stale() and not await self._lease(owner, allowance, 0):
                allowance.outdate()  # given back of our own accord: who has work again need not wait to ask

    async def _lease(self, owner: int, allowance: Allowance, wanted: int) -> bool:
        """Ask for a slice; whether there is one now."""
        news, name = allowance.news, allowance.account
        lease = await self._off(self._wiring.accounts.refill, owner, name, allowance.usage(wanted))
        self._say(name, lease.reason if lease.closed_for is not None else None)
        allowance.take(lease, news=news)
        return allowance.leased

    def _say(self, name: str, reason: str | None) -> None:
        """Log a closing once, whichever way it is heard of; it may have been closed here before SQL knew."""
        if reason is not None and self._said.get(name) != reason:
            log.warning("account.closed", account=name, reason=str(reason))
        self._said[name] = reason

    async def _reach(self, name: str) -> bool:
        """Connect an account's provider; one that is not configured rightly must not stop the others."""
        if time.monotonic() < self._unreached.get(name, 0.0):
            return False
        try:
            self.providers[name] = self._wiring.connect(name, self._most)
        except ConfigurationError as error:
            self._unreached[name] = time.monotonic() + _UNREACHED
            report = CallReport(outcome=Outcome.CREDENTIALS, detail=str(error))
            await self._off(self._wiring.accounts.report, name, [report])
            log.warning("account.closed", account=name, reason="credentials", detail=str(error))
            return False
        return True

    async def told(self, account: str, result: Told, call: Call) -> Told:
        """Report a call; returns what it means, once a 403 has been looked into.

        It may be about the token, or a firewall's word about one message. A harmless call tells which.
        """
        if result.outcome is Outcome.CREDENTIALS and result.http_status == FORBIDDEN:
            result = self._forbidden(result, await self._trial(account))
        report = CallReport(
            outcome=result.outcome,
            retry_after=result.retry_after,
            detail=result.error,
            call=call,
            http_status=result.http_status,
        )
        self.report(account, report)
        return result

    def _forbidden(self, result: Told, trial: CallResult | None) -> Told:
        if trial is None:
            return result
        if trial.outcome is Outcome.CREDENTIALS:
            return replace(result, error=f"{result.error}; and {trial.http_status} to a harmless call too")
        if trial.outcome is Outcome.ANSWERED:
            said = "a harmless call is let through, so the token is good: a firewall may dislike this one's content"
            return replace(result, outcome=Outcome.REFUSED, error=f"{result.error}; {said}")
        said = f"whether it is the token is not known yet: {trial.error or trial.outcome}"
        return replace(result, outcome=Outcome.BUSY, error=f"{result.error}; {said}")

    async def _trial(self, account: str) -> CallResult | None:
        """The outcome of the provider's harmless call, one at a time for all that wait; None if it has none."""
        check: Callable[[], Awaitable[CallResult]] | None = getattr(self.providers[account], "check", None)
        if check is None:
            return None
        trial = self._trials.get(account)
        if trial is None:
            trial = self._trials[account] = asyncio.create_task(self._try(account, check))
            trial.add_done_callback(lambda _: self._trials.pop(account, None))
        return await asyncio.shield(trial)

    async def _try(self, account: str, check: Callable[[], Awaitable[CallResult]]) -> CallResult:
        if not await self.allowances[account].call(_PATIENCE):
            return CallResult(outcome=Outcome.NOT_SENT, error="the account takes no calls now")
        try:
            async with asyncio.timeout(self._wiring.settings.accounts[account].deadline + _AGAIN):
                return await check()
        except TimeoutError:
            return CallResult(outcome=Outcome.LOST, error="no outcome within the deadline", hint="deadline")
        except Exception as error:  # noqa: BLE001 - a provider's bug must not cost the record of what was sent
            log.warning("provider.raised", account=account, error=type(error).__name__)
            return CallResult(outcome=Outcome.LOST, error=f"the provider raised {type(error).__name__}", hint="raised")

    def report(self, account: str, report: CallReport) -> None:
        """Collect what calls say about an account's health; successes only matter while it is in trouble."""
        allowance = self.allowances[account]
        allowance.streak = allowance.streak + 1 if report.outcome in FAILURES else 0
        if report.outcome is Outcome.ANSWERED and not allowance.troubled:
            return
        if report.outcome in {Outcome.BUSY, Outcome.CREDENTIALS} or allowance.streak >= STREAK:
            allowance.close()  # at once here, within a second everywhere
        self._reports.setdefault(account, []).append(report)
        if self._reporter is None or self._reporter.done():
            self._reporter = asyncio.create_task(self._send_reports())

    async def _send_reports(self) -> None:
        while self._reports:
            await asyncio.sleep(_TOGETHER)
            account = next(iter(self._reports))
            reports, allowance = self._reports.pop(account), self.allowances[account]
            news = allowance.news
            try:
                gate = await self._off(self._wiring.accounts.report, account, reports)
            except DatabaseUnavailable as error:
                log.warning("account.report", account=account, error=str(error))
                self._reports[account] = reports + self._reports.get(account, [])
                await asyncio.sleep(_AGAIN)
                continue
            allowance.troubled = True
            allowance.outdate()
            self._say(account, gate.reason if gate.closed_for is not None else None)
            if gate.closed_for is not None:
                allowance.close()
            elif news == allowance.news:
                allowance.closed = False
            self._wake()

    def stop(self) -> None:
        """Start no further call; what waits for leave gives up."""
        for allowance in self.allowances.values():
            allowance.close()

    async def close(self) -> None:
        """Send what is still to be reported, and close the providers."""
        if self._reporter is not None:
            await asyncio.wait([self._reporter], timeout=5)
        for provider in self.providers.values():
            close = getattr(provider, "aclose", None)
            if close is not None:
                with contextlib.suppress(Exception):
                    await close()

    async def _off(self, use: Callable[..., Result], *args: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, use, *args)
