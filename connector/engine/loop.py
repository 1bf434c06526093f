"""The engine: the event loop of a worker process, which claims ready conversations and sends their turns.

It lives in a thread of its own and works only while somebody runs a *slice*: Celery's ``connector.send_turns`` does.
Within a slice it looks for work whenever a call ends and every 50 ms; calls in flight when a slice ends go on and are
recorded. The lease of this process is renewed by another thread, and only while the loop ticks.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from connector.engine.accounts import AccountDesk
from connector.engine.grants import Allowance
from connector.engine.group_commit import TurnCommits
from connector.engine.openings import Openings
from connector.engine.outbox import OutboxCalls
from connector.engine.reply_delivery import ReplyDelivery
from connector.engine.turn_step import TurnStep
from connector.errors import DatabaseUnavailable, LeaseLost, TurnwireError, places
from connector.policy.fairness import Turns
from connector.storage.send import routes as route_rows
from connector.storage.send import workers
from connector.storage.send.claims import Claimed
from connector.storage.send.marks import Marked
from connector.storage.send.outcomes import Settled
from connector.storage.send.wishes import Lane, Wish
from connector.utils import failpoints
from connector.utils.logs import get_logger
from connector.values import Call, CallResult
from connector.wiring import Wiring

log = get_logger(__name__)

Result = TypeVar("Result")
Told = TypeVar("Told", bound=CallResult)

POLL = 0.05
LANES_EVERY = 1.0
_MOST_PER_CLAIM = 200
_PAUSE_HOLDS = 2.0
_CROWD = 32
_LONE_WINDOW, _CROWDED_WINDOW = 0.002, 0.02


class Engine:
    """Sends turns and replies for one process. :meth:`run_slice` may be called from any thread."""

    def __init__(self, wiring: Wiring, name: str | None = None) -> None:
        """``name`` is what operators see of this worker; nothing is started yet."""
        self.wiring = wiring
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.in_flight = 0
        self._most = wiring.settings.worker.in_flight
        self._lease = wiring.settings.worker.lease
        self._owner = 0
        self._renewed = 0.0
        self._ticked = True
        self._looked = False
        self._until = 0.0
        self._rung = False
        self._slices = threading.Lock()
        self._life = threading.Lock()
        self._enrolling = threading.Lock()
        self._idle = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._started = threading.Event()

    # --- from other threads ----------------------------------------------------------------------------------------

    def run_slice(self, seconds: float) -> bool:
        """Work until nothing is ready and nothing in flight, or the slice is over; False if a slice runs already.

        True says that the slice ended because its time was over, not the work: ring again. A slice that runs already
        looks once more before it ends.
        """
        if self._stopping.is_set():
            return False
        self._rung = True
        if not self._slices.acquire(blocking=False):
            return False
        try:
            unfinished = self._work(seconds)
        finally:
            self._until = 0.0
            self._slices.release()
        # Whoever rang between the last look and here found a slice that was about to end.
        return (unfinished or self._rung) and not self._stopping.is_set()

    def _work(self, seconds: float) -> bool:
        self._start()
        self._idle.clear()
        self._until = time.monotonic() + seconds
        self._wake_up()
        while not self._stopping.is_set() and time.monotonic() < self._until:
            if self._idle.wait(min(0.5, seconds)):
                if not self.running and not self._stopping.is_set():
                    raise TurnwireError("the engine's loop has ended")
                return False
        return True

    def nudge(self) -> None:
        """Something has come in: a slice that runs looks at once. Returns at once; without a slice nothing happens."""
        self._rung = True
        self._wake_up()

    def request_stop(self) -> None:
        """Claim nothing more; calls in flight finish and are recorded."""
        self._stopping.set()
        self._wake_up()

    def settle(self) -> None:
        """After a slice: wait until nothing is in flight, turns and replies alike."""
        while self.running and (self.in_flight or self._replies.pump.busy):
            time.sleep(POLL)

    def stop(self, patience: float | None = None) -> None:
        """Stop, wait for what is in flight, and give the lease back. Safe to call twice."""
        self.request_stop()
        thread = self._thread
        if thread is not None:
            thread.join(patience)

    @property
    def running(self) -> bool:
        """Whether the loop is up."""
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        with self._life:
            if self.running:
                return
            self.wiring.ready()
            self._started.clear()
            self._failure = None
            self._thread = threading.Thread(target=self._run_loop, name="turnwire-engine", daemon=True)
            self._thread.start()
        self._started.wait(30)
        if self._failure is not None:
            raise self._failure

    def _run_loop(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001 - told to whoever runs the next slice
            self._failure = error
            log.error("engine.ended", error=type(error).__name__, at=places(error))
        finally:
            self._started.set()
            self._idle.set()

    def _wake_up(self) -> None:
        loop = getattr(self, "_loop", None)
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just closed: there is nobody to wake
                loop.call_soon_threadsafe(self._wake.set)

    # --- the loop --------------------------------------------------------------------------------------------------

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        with (
            ThreadPoolExecutor(1, "turnwire-claim") as claiming,
            ThreadPoolExecutor(1, "turnwire-record") as recording,
            ThreadPoolExecutor(2, "turnwire-account") as accounting,
        ):
            self._accounting = accounting
            self._claiming = claiming
            self._commits = TurnCommits(
                self.wiring, claiming, recording, window=self._window, stopping=self._stopping.is_set
            )
            self._accounts = AccountDesk(self.wiring, accounting, self._most, self._wake.set)
            self._replies = ReplyDelivery(self.wiring, claiming, recording)
            self._outbox = OutboxCalls(self.wiring, claiming, recording, accounts=self._accounts, wake=self._wake.set)
            self._begin_afresh()
            await self._off(accounting, self._enrol, 0)
            keeper = threading.Thread(target=self._keep_lease, name="turnwire-lease", daemon=True)
            self._leave = threading.Event()
            keeper.start()
            self._started.set()
            try:
                while not self._stopping.is_set():
                    await self._round()
                    await self._pause()
                await self._finish()
            finally:
                self._leave.set()
                await self._close()
                await asyncio.to_thread(
                    workers.leave,
                    self.wiring.database,
                    self._owner,
                    self.wiring.channels,
                    self.wiring.channel_capabilities,
                )

    def _begin_afresh(self) -> None:
        """What belongs to one loop and its incarnation."""
        self._owner = 0
        self.in_flight = 0
        self._working: dict[asyncio.Task[None], Claimed] = {}
        self._lanes: list[Lane] = []
        self._lanes_at = 0.0
        self._turns = Turns()
        self.openings = Openings(self.wiring.database, partial(self._off, self._accounting))
        self._paused: set[str] = set()
        self._paused_here: dict[str, float] = {}
        self._forgotten = False
        self._recovered = time.monotonic()

    def _window(self) -> float:
        """How long a group waits for company: a message alone goes at once, a crowd shares its transactions."""
        return _CROWDED_WINDOW if self.in_flight > _CROWD else _LONE_WINDOW

    async def _pause(self) -> None:
        self._ticked = True
        patience = POLL if self._until else 1.0
        if self.in_flight > _CROWD:
            await asyncio.sleep(_CROWDED_WINDOW)
            patience -= _CROWDED_WINDOW
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), patience)
        self._wake.clear()

    async def _round(self) -> None:
        """One look for work, within a slice; whatever fails, what is in flight goes on."""
        try:
            await self._look()
        except LeaseLost:
            with self._troubles():
                await self._off(self._accounting, self._enrol, self._owner)
        except DatabaseUnavailable as error:
            # Whether a claim was committed is not known: what it took, and nobody works on, is let go again.
            self._forgotten = True
            log.warning("engine.database", error=str(error))
            await asyncio.sleep(1.0)
        except Exception as error:  # noqa: BLE001 - the loop carries what is in flight
            self._forgotten = True
            log.error("engine.look_failed", error=type(error).__name__, at=places(error))
            await asyncio.sleep(1.0)

    @contextlib.contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except TurnwireError as error:
            log.warning("engine.database", error=str(error))

    async def _look(self) -> None:
        if self._forgotten or time.monotonic() - self._recovered > self._lease:
            await self._recover()
        if self._until <= time.monotonic():
            await self._accounts.rest(self._owner)
            return
        rung, self._rung = self._rung, False
        if rung or time.monotonic() - self._lanes_at > LANES_EVERY:
            await self._look_round()
        # Before the turns, which would leave it no slot; it is little, and rare.
        await self._accounts.refill(self._owner, {lane.account for lane in self._lanes})
        found = await self._outbox.fill(self._owner, self._accounts.providers, self._accounts.allowances)
        found += await self._fill()
        found += await self._replies.fill(self._owner, self._most)
        if found == 0 and not rung and not self._working and not self._replies.pump.busy and not self._outbox.pump.busy:
            self._until = 0.0
            self._idle.set()

    async def _recover(self) -> None:
        """Let go of what the database says we hold and nobody here works on: nothing may sleep for ever."""
        database, channels = self.wiring.database, self.wiring.channels
        mine = {claimed.conversation_id for claimed in self._working.values() if claimed.owner == self._owner}
        unknown, back = await self._off(self._claiming, workers.recover, database, self._owner, mine, channels)
        replies = await self._replies.pump.recover(self._owner)
        replies += await self._outbox.pump.recover(self._owner)
        self._forgotten = False
        self._recovered = time.monotonic()
        if unknown or back or replies:
            log.warning("worker.recovered", worker=self._owner, unknown=unknown, released=back, replies=replies)

    async def _fill(self) -> int:
        """Claim as much as there is room for; returns how many conversations were taken."""
        await self._accounts.refill(self._owner, {lane.account for lane in self._lanes})
        self._looked = True
        failpoints.hit("before_claim")
        taken = await self._take(fair=True)
        if self._most > self.in_flight and (taken or self._held_back()):
            # What other accounts have no ready work for, this one may use.
            taken += await self._take(fair=False)
        return taken

    async def _take(self, *, fair: bool) -> int:
        wishes = self._wishes(fair=fair)
        most = min(self._most - self.in_flight, _MOST_PER_CLAIM)
        if not wishes or most <= 0:
            return 0
        claimed = await self._off(self._claiming, self.wiring.claims.claim, self._owner, wishes, most)
        kinds = {wish.lane: (wish.account, wish.priority, wish.known) for wish in wishes}
        if claimed:
            failpoints.hit("after_claim")
            self._turns.took(kinds[taken.lane] for taken in claimed)
        empty = [taken.conversation_id for taken in claimed if taken.turn is None]
        if empty:
            await self._off(self._claiming, self.wiring.records.release_empty, self._owner, empty)
        backlogs = {lane.id for lane in self._lanes if lane.backlog}
        for taken in claimed:
            if taken.turn is not None:
                self._begin_step(taken, backlog=taken.lane in backlogs)
        return len(claimed)

    async def _look_round(self) -> None:
        lanes = await self._off(self._claiming, self.wiring.claims.open_lanes)
        known, now = self.wiring.settings, time.monotonic()
        # What was read may be older than a pause of our own.
        self._paused_here = {route: at for route, at in self._paused_here.items() if now - at < _PAUSE_HOLDS}
        self._paused = {lane.route for lane in lanes if lane.route_paused} | self._paused_here.keys()
        self._lanes = [
            lane
            for lane in lanes
            if not lane.blocked
            and lane.route not in self._paused_here
            and lane.route in known.routes
            and lane.account in known.accounts
        ]
        self._lanes_at = now

    def _share(self) -> int:
        """How many of this process's calls one account may have while another has ready work."""
        return max(1, self._most // max(1, len({lane.account for lane in self._lanes})))

    def _spare(self, account: str, share: int) -> int:
        """Places that this account may take: each other one keeps a few, so that calls which never end take not all.

        A quarter of its share is kept for each, so the process is never idle by more than that.
        """
        kept = share // 4
        others = {lane.account for lane in self._lanes} - {account}
        held = [each for name, each in self._accounts.allowances.items() if name in others and not each.closed]
        return self._most - self.in_flight - sum(max(0, kept - each.busy) for each in held)

    def _held_back(self) -> bool:
        """Whether an account could do more than its share."""
        share = self._share()
        return any(a.busy >= share and a.room(backlog=False) > 0 for a in self._accounts.allowances.values())

    def _wishes(self, *, fair: bool) -> list[Wish]:
        """What to take from which lane; ``fair``: no account above its share of this process."""
        lanes = [lane for lane in self._lanes if lane.account in self._accounts.allowances]
        if not fair and len({lane.account for lane in lanes}) < 2:  # one account alone had its turn already
            return []
        share = self._share()
        wishes = []
        for lane in lanes:
            allowance = self._accounts.allowances[lane.account]
            room = min(allowance.room(backlog=False), self._spare(lane.account, share))
            if fair:
                room = min(room, share - allowance.busy)
            k = min(room, allowance.room(backlog=True)) if lane.backlog else room
            if k > 0:
                wishes.append(Wish.of(lane, k=k, room=room, lead=self._turns.lead(lane.account, lane.priority)))
        return wishes

    async def told(self, account: str, result: Told, call: Call) -> Told:
        """See :class:`connector.engine.turn_step.StepContext`."""
        return await self._accounts.told(account, result, call)

    # --- one step --------------------------------------------------------------------------------------------------

    def _begin_step(self, claimed: Claimed, *, backlog: bool) -> None:
        allowance = self._accounts.allowances.get(claimed.account)
        provider = self._accounts.providers.get(claimed.account)
        if allowance is None or provider is None or claimed.route not in self.wiring.policies:
            # A conversation keeps the account of its opening, which the configuration may have lost since.
            task = asyncio.create_task(self.release(claimed, 60.0))
        else:
            self.in_flight += 1
            allowance.busy += 1
            allowance.unsent += 1
            allowance.backlog += backlog
            step = TurnStep(self, claimed, provider, allowance)
            task = asyncio.create_task(self._step(step, allowance, backlog=backlog))
        self._working[task] = claimed
        task.add_done_callback(self._working.pop)

    async def _step(self, step: TurnStep, allowance: Allowance, *, backlog: bool) -> None:
        try:
            await step.run()
        except Exception as error:  # noqa: BLE001 - one conversation's trouble must not stop the others
            self._forgotten = True
            log.error("turn.step_failed", error=type(error).__name__, at=places(error))
        finally:
            self.in_flight -= 1
            allowance.busy -= 1
            allowance.unsent -= step.unsent
            allowance.backlog -= backlog
            self._wake.set()

    async def begin(self, owner: int, turn_id: int, call: Call) -> int | None:
        """See :class:`connector.engine.turn_step.StepContext`."""
        return await self._commits.begin(owner, turn_id, call)

    async def mark(self, owner: int, turn_id: int, head: str | None = None) -> Marked | None:
        """See :class:`connector.engine.turn_step.StepContext`."""
        if time.monotonic() - self._renewed > self._lease / 2:
            raise DatabaseUnavailable("the lease was not renewed for too long: nothing is sent")
        return await self._commits.mark(owner, turn_id, head)

    async def record(self, settled: Settled) -> None:
        """See :class:`connector.engine.turn_step.StepContext`."""
        await self._commits.record(settled)

    async def release(self, claimed: Claimed, delay: float = 0.0) -> None:
        """See :class:`connector.engine.turn_step.StepContext`."""
        try:
            records = self.wiring.records
            await self._off(self._claiming, records.release, claimed.owner, [claimed.conversation_id], delay)
        except DatabaseUnavailable as error:
            self._forgotten = True
            log.warning("turn.release", conversation=claimed.conversation_id, error=str(error))

    async def pause_route(self, route: str, reason: str, detail: str | None) -> None:
        """See :class:`connector.engine.turn_step.StepContext`."""
        self._paused.add(route)
        self._paused_here[route] = time.monotonic()
        self._lanes = [lane for lane in self._lanes if lane.route != route]
        log.error("route.paused", route=route, reason=reason, detail=detail)
        with self._troubles():  # unwritten, it holds here for a moment, and the next refusal tries again
            await self._off(self._accounting, route_rows.pause_route, self.wiring.database, route, reason, detail)

    def route_paused(self, route: str) -> bool:
        """See :class:`connector.engine.turn_step.StepContext`."""
        return route in self._paused

    # --- lease and end ---------------------------------------------------------------------------------------------

    def _enrol(self, former: int) -> None:
        """Begin an incarnation after ``former``, once; what that one left, if it was declared dead, is the sweep's."""
        wiring = self.wiring
        with self._enrolling:
            if self._owner != former:
                return
            wiring.accounts.ensure(list(wiring.settings.accounts))
            self.openings.read()
            owner = workers.register(wiring.database, self.name, self._lease)
            self._renewed = time.monotonic()
            self._owner = owner
        log.info("worker.registered", worker=owner, name=self.name)

    def _keep_lease(self) -> None:
        while not self._leave.wait(self._lease / 5):
            if not self._ticked:
                continue  # a loop that stands still must lose its lease
            try:
                owner = self._owner
                if workers.renew(self.wiring.database, owner, self._lease, claimed=self._looked):
                    self._ticked = self._looked = False
                    self._renewed = time.monotonic()
                elif owner == self._owner:
                    log.error("worker.declared_dead", worker=owner)
                    self._enrol(owner)
            except TurnwireError as error:
                log.warning("worker.renew", error=str(error))

    async def _finish(self) -> None:
        self._accounts.stop()
        while self._working or self._replies.pump.busy or self._outbox.pump.busy:
            self._ticked = True
            await asyncio.wait([*self._working, *self._replies.pump.tasks, *self._outbox.pump.tasks], timeout=0.5)

    async def _close(self) -> None:
        await self._accounts.close()
        with contextlib.suppress(Exception):
            await self._replies.aclose()

    async def _off(self, executor: ThreadPoolExecutor, use: Callable[..., Result], *args: Any) -> Result:
        """Run storage code in a thread; the loop never waits for a database."""
        return await asyncio.get_running_loop().run_in_executor(executor, use, *args)
