"""Composition root: makes from settings everything that a use needs, once a process.

Nothing is opened here: the database connects at its first transaction, providers inside the loop that uses them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from connector import channels
from connector.channels import hooks
from connector.channels.celery_callback import CELERY, CeleryCallback
from connector.channels.mail.outgoing.way_back import BLIND, FINDS, PLACES, domain_of
from connector.errors import BrokerUnavailable, ConfigurationError
from connector.http.ssrf import guard_of
from connector.policy.handoffs import Hands
from connector.policy.keywords import Keywords
from connector.policy.rate_limits import Limits
from connector.policy.replies import WAITS, SourceWay
from connector.policy.turns import RoutePolicy, state_name
from connector.providers.registry import connect
from connector.settings import AnySource, MailboxSettings, OutsideSourceSettings, RouteSettings, Settings
from connector.storage import conversations, receive, reply, send
from connector.storage.core.database import Database
from connector.storage.core.encryption import Keyring
from connector.storage.core.revision import require_current
from connector.storage.core.table_names import TablePlace
from connector.values import (
    ChannelCapabilities,
    Customer,
    MailThread,
    Provider,
    ProviderAccount,
    Publisher,
    ReplyChannel,
    customer_key,
)

SOURCE = "source:"
"""What the channel of answers to a source begins with; its name follows."""


class NoPublisher:
    """A publisher for programs without a broker: bells are lost, which costs a moment; callbacks are refused."""

    def ring(self) -> None:
        """Ring nobody."""

    def call(self, task: str, args: object, queue: str, message_id: str) -> None:
        """Refuse: there is no broker to publish on."""
        raise BrokerUnavailable("this process has no broker")


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """One process's composition; every part is made on first use and then kept."""

    settings: Settings
    publisher: Publisher
    tokens: Callable[[Wiring], Callable[[str], str]] | None = None
    """What gives access tokens by the source's name; handed in, for it stands above this layer."""

    @cached_property
    def database(self) -> Database:
        """The database; not checked for its revision yet, see :meth:`ready`."""
        return Database(self.settings.database.sqlalchemy_url, place=place_of(self.settings))

    def ready(self) -> Wiring:
        """Check that the database is at this code's revision; raises :class:`connector.errors.DatabaseNotReady`."""
        require_current(self.database)
        return self

    @cached_property
    def keyring(self) -> Keyring:
        """What encrypts secrets that are stored. Raises :class:`connector.errors.ConfigurationError` for a key."""
        return Keyring(self.settings.encryption.keys())

    @cached_property
    def intake(self) -> receive.Intake:
        """Takes events in."""
        targets = {
            name: receive.Target(
                account=r.account, agent=r.agent, debounce=r.bursts, brakes=r.brakes.brakes,
                keywords=Keywords(r.hand_off_keywords), hands=self.hands,
                drafts=_withdraws(r),
            )
            for name, r in self.settings.routes.items()
        }  # fmt: skip
        sources = {source.label: source.brakes.all for source in self.settings.sources.values()}
        return receive.Intake(self.database, targets, _read_mail, sources)

    @cached_property
    def promotion(self) -> receive.Promotion:
        """Gives due follow-ups their turns."""
        routes = self.settings.routes.items()
        hours = {name: route.hours.calendar() for name, route in routes if route.hours is not None}
        return receive.Promotion(self.database, self.intake, hours)

    @cached_property
    def bulk_intake(self) -> receive.BulkIntake:
        """Takes files in."""
        return receive.BulkIntake(self.database, self.intake)

    @cached_property
    def claims(self) -> send.Claims:
        """Claims conversations."""
        return send.Claims(self.database)

    @cached_property
    def marks(self) -> send.Marks:
        """Marks turns, and writes the attempts of other calls."""
        return send.Marks(self.database, [name for name, limits in self.limits.items() if limits.daily_turns])

    @cached_property
    def records(self) -> send.Records:
        """Records outcomes."""
        return send.Records(self.database, self.channels, self.hands)

    @cached_property
    def replies(self) -> reply.Replies:
        """The way back's rows."""
        webhook = self.settings.replies.webhook
        return reply.Replies(
            self.database,
            channels=self.channel_capabilities,
            yielding=self.yielding,
            disable_after={"webhook": webhook.disable_after} if webhook is not None else {},
            out={name: route.brakes.out for name, route in self.settings.routes.items()},
        )

    @cached_property
    def reply_waits(self) -> Sequence[float]:
        """Seconds from each failed delivery to the next."""
        return WAITS

    @cached_property
    def outbox(self) -> conversations.Outbox:
        """The outside calls that changes of hands owe."""
        return conversations.Outbox(self.database)

    @cached_property
    def accounts(self) -> send.Accounts:
        """Gates and grants."""
        return send.Accounts(self.database, self.limits)

    @cached_property
    def limits(self) -> dict[str, Limits]:
        """Each account's limits."""
        return {
            name: Limits(max_in_flight=a.max_in_flight, rate=a.rate, daily_turns=a.daily_turns)
            for name, a in self.settings.accounts.items()
        }

    @cached_property
    def channels(self) -> dict[str, str | SourceWay]:
        """The way back of each route that has one."""
        routes = self.settings.routes.items()
        return {name: self._way(name) if r.reply == "source" else r.reply for name, r in routes if r.reply != "none"}

    def _way(self, route: str) -> SourceWay:
        """The sources of a route to which its answers go."""
        section = self.settings.routes[route]
        sending = {name: source for name, source in self.settings.sources_of(route).items() if self._sends(source)}
        channels_ = {name: f"{SOURCE}{name}" for name in sending}
        boxes = ((name, box) for name, box in sending.items() if isinstance(box, MailboxSettings))
        return SourceWay(
            channels={source.label: channels_[name] for name, source in sending.items()} | channels_,
            only=next(iter(channels_.values())) if len(channels_) == 1 else None,
            mode=section.answer_mode,
            delay=section.reply_delay,
            domains={channels_[name]: domain_of(box.answers_as) for name, box in boxes},
        )

    def _sends(self, source: AnySource) -> bool:
        """Whether answers can go back to a source."""
        if isinstance(source, OutsideSourceSettings):
            return channels.outside_system(source.kind).capabilities.replies
        return isinstance(source, MailboxSettings) and source.sends

    @cached_property
    def ways(self) -> tuple[str, ...]:
        """The channels to which something may go now, by name."""
        found: set[str] = set()
        for way in self.channels.values():
            found |= {way} if isinstance(way, str) else set(way.channels.values())
        return tuple(sorted(found))

    @cached_property
    def channel_capabilities(self) -> dict[str, ChannelCapabilities]:
        """What each way back can do, also where no route leads there now: deliveries under way are judged by it."""
        own = {"celery": CELERY, "webhook": hooks.WEBHOOK}
        ways = self.settings.replies.channels.items()
        outside = {name: channels.outside_system(way.channel).capabilities for name, way in ways}
        sources = {f"{SOURCE}{name}": self._can(source) for name, source in self.settings.sources.items()}
        return own | outside | {name: can for name, can in sources.items() if can.replies}

    def _can(self, source: AnySource) -> ChannelCapabilities:
        """What a source can do as a way back."""
        if isinstance(source, OutsideSourceSettings):
            return channels.outside_system(source.kind).capabilities
        if isinstance(source, MailboxSettings) and source.smtp is not None:
            return BLIND if source.smtp.sent == "none" else FINDS
        return ChannelCapabilities()

    @cached_property
    def reply_places(self) -> dict[str, int]:
        """How many answers may be under way at once, of ways back that take fewer than others."""
        sources = self.settings.sources.items()
        return {f"{SOURCE}{name}": PLACES for name, source in sources if isinstance(source, MailboxSettings)}

    @cached_property
    def yielding(self) -> tuple[str, ...]:
        """The routes whose answers are stopped once they are overtaken."""
        routes = self.settings.routes.items()
        return tuple(name for name, r in routes if r.reply != "none" and r.overtaken_answers == "cancel")

    @cached_property
    def hands(self) -> dict[str, Hands]:
        """What a change of hands owes on each route.

        A session that is the customer's, and not one conversation's, is left alone: another thread may be using it.
        """
        return {
            name: Hands(
                tells="webhook" if r.reply == "webhook" else None,
                holds=r.hold_chat and r.osvi_customer == "conversation",
                at_end=r.on_close if r.osvi_customer == "conversation" else "keep_chat",
                withdraws=_withdraws(r),
            )
            for name, r in self.settings.routes.items()
        }

    def customer_key(self, route: str, conversation_id: int, customer: Customer) -> str:
        """The id under which the provider keys the customer of this conversation."""
        person = customer.id or customer.email or customer.phone
        by_person = self.settings.routes[route].osvi_customer == "customer"
        return customer_key(conversation_id, person if by_person else None)

    @cached_property
    def providers_by_account(self) -> dict[str, str]:
        """Which provider each account is at."""
        return {name: account.provider for name, account in self.settings.accounts.items()}

    @cached_property
    def policies(self) -> dict[str, RoutePolicy]:
        """What decides for each route."""
        return {name: route_policy(self.settings, name) for name in self.settings.routes}

    @cached_property
    def jitter(self) -> random.Random:
        """Where randomness comes from."""
        return random.Random()  # noqa: S311 - jitter, not a secret

    def connect(self, account: str, connections: int) -> Provider:
        """The provider of an account. Raises :class:`connector.errors.ConfigurationError`, also for its token."""
        configured = self.settings.accounts[account]
        return connect(
            configured.provider,
            ProviderAccount(
                name=account,
                token=configured.secret(),
                base_url=configured.base_url,
                api=configured.api,
                deadline=configured.deadline,
                connections=connections,
            ),
        )

    def reply_channels(self) -> Mapping[str, ReplyChannel]:
        """The ways back that the configuration names, by channel; made anew for each event loop."""
        found: dict[str, ReplyChannel] = {}
        if "celery" in self.ways:
            found["celery"] = CeleryCallback(self.publisher)
        webhook = self.settings.replies.webhook
        if "webhook" in self.ways and webhook is not None:
            guard = guard_of(webhook.allow_private, plain_http=webhook.allow_http)
            found["webhook"] = hooks.Webhook(webhook.url, webhook.signing_secret(), guard=guard)
        for name, way in self.settings.replies.channels.items():
            if name in self.ways:
                found[name] = channels.reply_channel(name, way)
        for name, source in self.settings.sources.items():
            if f"{SOURCE}{name}" in self.ways:
                found[f"{SOURCE}{name}"] = self.source_channel(source)
        return found

    def source_channel(self, source: AnySource, token: Callable[[str], str] | None = None) -> ReplyChannel:
        """The way back to one source; no I/O yet. Raises :class:`connector.errors.ConfigurationError`.

        ``token`` gives access tokens by the source's name, in the place of :meth:`access_token`.
        """
        if isinstance(source, OutsideSourceSettings):
            return channels.source_channel(source)
        if not isinstance(source, MailboxSettings):
            message = f"source {source.name}: nothing can be sent there"
            raise ConfigurationError(message, field=f"sources.{source.name}", expected="a mailbox with smtp")
        from connector.channels.mail.outgoing.answers import answers_of  # noqa: PLC0415 - it costs whoever sends no mail

        return answers_of(self.settings, source, token or self.access_token)

    def access_token(self, source: str) -> str:
        """An access token for a source that logs in by OAuth. Raises :class:`connector.errors.TurnwireError`."""
        if self._token_of is None:
            message = f"source {source}: this program has no access tokens"
            raise ConfigurationError(message, field=f"sources.{source}.oauth", expected="a worker, which has them")
        return self._token_of(source)

    @cached_property
    def _token_of(self) -> Callable[[str], str] | None:
        return None if self.tokens is None else self.tokens(self)


def _withdraws(route: RouteSettings) -> bool:
    """Whether answers that wait to go back to their source are stopped as soon as they are overtaken."""
    return route.reply == "source" and route.overtaken_answers == "cancel"


def _read_mail(raw: bytes) -> MailThread | None:
    """A mail that was kept, read by the code that reads those that come."""
    from connector.channels.mail.message import thread_of  # noqa: PLC0415 - it costs the start of whoever never does

    return thread_of(raw)


def place_of(settings: Settings) -> TablePlace:
    """Where our tables are in the database."""
    return TablePlace(schema=settings.database.table_schema, prefix=settings.database.table_prefix)


def route_policy(settings: Settings, name: str) -> RoutePolicy:
    """The deciding part of a route's configuration."""
    route = settings.routes[name]
    return RoutePolicy(
        on_server_error=route.on_server_error,
        on_lost=route.on_lost,
        unknown_after=route.unknown_after,
        max_attempts=route.max_attempts,
        give_up_after=route.give_up_after,
        on_chat_end=route.on_chat_end,
        hand_off_states=frozenset(map(state_name, route.hand_off_states)),
        grace=settings.accounts[route.account].grace,
    )
