"""``[routes.NAME]``: which account and agent answer which messages, and how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from connector.policy.brakes import Allowed, Brakes
from connector.policy.business_hours import Hours, zone
from connector.policy.debounce import Debounce
from connector.settings.base import Section
from connector.settings.types import (
    AllowedTurns,
    CallbackNames,
    Dates,
    Delay,
    GuardNames,
    MailAddresses,
    NonEmpty,
    Pause,
    Phrases,
    Seconds,
    TimeOfDay,
    Told,
    Weekdays,
    Zone,
)
from connector.values import FOLLOWUP_EXPIRES, Callback

DEFAULT_QUEUE = "celery"
"""Where a callback goes that names no queue: Celery's own default."""


class HoursSettings(Section):
    """``[routes.NAME.hours]``: when follow-ups may be sent; messages of customers are answered at any hour.

    Times are minutes of the local day in ``zone``.
    """

    zone: Zone = Field(description='the name of a time zone, such as "Europe/Berlin"')
    days: Weekdays = frozenset(range(5))
    opens: TimeOfDay = Field(9 * 60, alias="from")
    closes: TimeOfDay = Field(17 * 60, alias="to")
    holidays: Dates = frozenset()

    def calendar(self) -> Hours:
        """The hours, ready to be asked."""
        return Hours(zone=zone(self.zone), days=self.days, opens=self.opens, closes=self.closes, holidays=self.holidays)


class FollowupSettings(Section):
    """``[routes.NAME.followups]``: how messages that are due later wait, unless one says otherwise itself."""

    keep: bool = False
    expires_after: Seconds = FOLLOWUP_EXPIRES


class BrakeSettings(Section):
    """``[routes.NAME.brakes]``: more turns than that, and a person looks first.

    ``conversation`` and ``customer`` are one's, ``route`` all turns of the route together. ``out`` are the automatic
    answers that leave by mail: more than that wait for approval.
    """

    conversation: AllowedTurns = Allowed(hour=60, day=120)
    customer: AllowedTurns = Allowed(hour=120, day=240)
    route: AllowedTurns = Allowed()
    out: AllowedTurns = Allowed()

    @property
    def brakes(self) -> Brakes:
        """Those of what comes in, as what counts wants them."""
        return Brakes(conversation=self.conversation, customer=self.customer, route=self.route)


class RouteSettings(Section):
    """``[routes.NAME]``: which account and agent answer, and what happens when something goes wrong.

    The words of each choice are explained in the file that ``turnwire init`` writes.
    """

    account: NonEmpty = Field(description="the name of an account in this file")
    agent: NonEmpty = Field(description="the agent's id at the provider")
    on_server_error: Literal["resend", "hold", "fail"] = "resend"
    on_lost: Literal["hold", "resend", "fail"] = "hold"
    unknown_after: Seconds = 1800.0
    max_attempts: int = Field(3, ge=1, le=100)
    give_up_after: Seconds = 86_400.0
    on_chat_end: Literal["new_chat", "hand_off"] = "new_chat"
    carry_turns: int = Field(6, ge=0, le=100)
    tell: Told | None = None
    osvi_customer: Literal["conversation", "customer"] = "conversation"
    hand_off_keywords: Phrases = ()
    hand_off_states: Phrases = ()
    hold_chat: bool = True
    on_close: Literal["end_chat", "keep_chat", "delete_chat"] = "end_chat"
    reply: NonEmpty = "none"
    callbacks: CallbackNames = ()
    reply_mode: Literal["draft", "internal", "public"] | None = None
    reply_delay: Delay = 0.0
    on_overtaken: Literal["cancel", "deliver"] | None = None
    addresses: MailAddresses = ()
    let_in: GuardNames = ()
    skip_answered: bool = True
    debounce: Pause = None
    debounce_at_most: Seconds = 120.0
    brakes: BrakeSettings = BrakeSettings()
    hours: HoursSettings | None = None
    followups: FollowupSettings = FollowupSettings()

    @property
    def bursts(self) -> Debounce | None:
        """How quick messages are joined; None: they are not."""
        if self.debounce is None:
            return None
        quiet = int(self.debounce * 1000)
        return Debounce(quiet=quiet, at_most=max(quiet, int(self.debounce_at_most * 1000)))

    @property
    def name(self) -> str:
        """The route's name in the file."""
        return self._place.name

    @property
    def answer_mode(self) -> str:
        """How an answer goes back to the source of its message: as a draft, unless the route says otherwise."""
        return self.reply_mode or "draft"

    @property
    def overtaken_answers(self) -> Literal["cancel", "deliver"]:
        """What becomes of an answer that is overtaken; a Celery callback is told of every outcome by default."""
        return self.on_overtaken or ("deliver" if self.reply == "celery" else "cancel")

    def callback_refusal(self, callback: Callback) -> tuple[str, str] | None:
        """Why a new event may not name this callback: the field, and what was expected; None if it may.

        A task's name is a command to whatever worker knows it, so the route says which may be given.
        """
        if self.reply != "celery":
            return "callback", 'a route with reply = "celery"'
        if not self.callbacks:
            return "callback", f"a callback that [routes.{self.name}] lists: callbacks = [...]"
        queue = callback.queue or DEFAULT_QUEUE
        listed = [(task, own or DEFAULT_QUEUE) for name in self.callbacks for task, _, own in (name.partition("@"),)]
        if (callback.task, queue) in listed:
            return None
        known = any(task == callback.task for task, _ in listed)
        return (
            "callback.queue" if known else "callback.task",
            f"one that [routes.{self.name}] lists: callbacks = [{', '.join(map(repr, self.callbacks))}]",
        )

    @property
    def names_on_lost(self) -> bool:
        """Whether the user chose what happens to a lost answer, rather than leave it to the default."""
        return "on_lost" in self.model_fields_set
