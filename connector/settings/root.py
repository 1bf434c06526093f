"""The sections of the configuration, one frozen model each, with the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connector.policy.brakes import Allowed, Brakes
from connector.policy.business_hours import Hours, zone
from connector.policy.debounce import Debounce
from connector.settings.base import FILE_NAME, PREFIX, Place, Section
from connector.settings.sources import SourceSettings
from connector.settings.types import (
    AllowedTurns,
    BrokerUrl,
    CallsPerSecond,
    DatabaseUrl,
    Dates,
    Lease,
    MailAddresses,
    Name,
    Networks,
    NonEmpty,
    Pause,
    Phrases,
    Seconds,
    SecretReference,
    TablePrefix,
    TableSchema,
    TimeOfDay,
    WebAddress,
    Weekdays,
    Zone,
    without_password,
)
from connector.values import FOLLOWUP_EXPIRES


class DatabaseSettings(Section):
    """``[database]``: SQLite in a file (one worker process) or PostgreSQL, and where in it our tables are."""

    url: DatabaseUrl = Field("sqlite:///.turnwire/turnwire.db", repr=False)
    table_schema: TableSchema = ""
    table_prefix: TablePrefix = ""

    @property
    def file(self) -> Path | None:
        """The SQLite file as an absolute path; None for a server."""
        return self._absolute(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite:") else None

    @property
    def sqlalchemy_url(self) -> str:
        """The address as SQLAlchemy wants it, driver named and path absolute; holds the password."""
        if self.file:
            return f"sqlite:///{self.file}"
        return self.url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def shown(self) -> str:
        """The address for people: no password in it."""
        return f"sqlite:///{self.file}" if self.file else without_password(self.url)


class BrokerSettings(Section):
    """``[broker]``: the wake-ups' way, ``embedded`` (files in ``folder``), RabbitMQ or Redis."""

    url: BrokerUrl = Field("embedded", repr=False)
    folder: Path = Path(".turnwire/broker")
    results: bool = True

    @property
    def kind(self) -> Literal["embedded", "amqp", "redis"]:
        """Which family the broker is of."""
        return "embedded" if self.url == "embedded" else "amqp" if self.url.startswith("amqp") else "redis"

    @property
    def directory(self) -> Path:
        """``folder`` as an absolute path; only the embedded broker uses it."""
        return self._absolute(self.folder)

    @property
    def shown(self) -> str:
        """The address for people: no password in it."""
        return without_password(self.url)


class WorkerSettings(Section):
    """``[worker]``, per process; a worker that is silent for ``lease`` is declared dead and its turns settled."""

    in_flight: int = Field(200, ge=1, le=1000)
    slice: Seconds = 30.0
    lease: Lease = 30.0
    threads: int = Field(4, ge=2, le=64)
    events_queue: bool = True


class AccountSettings(Section):
    """``[accounts.NAME]``: one set of credentials at one provider, with limits that all machines share.

    ``rate`` is calls per second, None for no rate; ``daily_turns`` 0 is no budget; ``deadline`` the wall clock for one
    call; ``grace`` how long to wait before a read-back may say "not there". ``api`` and ``base_url`` are None when they
    are left to the provider.
    """

    provider: NonEmpty = Field(description='"osvi", "synthflow" or the name of an installed provider')
    token: SecretReference = Field(description='"env:NAME" or "file:/path"')
    api: Literal["v1", "legacy"] | None = None
    base_url: WebAddress | None = None
    max_in_flight: int = Field(100, ge=1, le=100_000)
    rate: CallsPerSecond = 10.0
    daily_turns: int = Field(0, ge=0, le=1_000_000_000)
    deadline: Seconds = 90.0
    grace: Seconds = 120.0

    @property
    def name(self) -> str:
        """The account's name in the file."""
        return self._place.name

    def secret(self) -> str:
        """The token itself, read now; raises :class:`ConfigurationError` when it is not there. Never store it."""
        return self._resolve(self.token, f"accounts.{self.name}.token", f"account {self.name}")


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
    """``[routes.NAME.brakes]``: more turns than that, of a conversation or a customer, and a person looks first."""

    conversation: AllowedTurns = Allowed(hour=60, day=120)
    customer: AllowedTurns = Allowed(hour=120, day=240)

    @property
    def brakes(self) -> Brakes:
        """The same as what counts wants them."""
        return Brakes(conversation=self.conversation, customer=self.customer)


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
    osvi_customer: Literal["conversation", "customer"] = "conversation"
    hand_off_keywords: Phrases = ()
    hand_off_states: Phrases = ()
    hold_chat: bool = True
    on_close: Literal["end_chat", "keep_chat", "delete_chat"] = "end_chat"
    reply: Literal["none", "celery", "webhook", "email", "ticket"] = "none"
    reply_mode: Literal["draft", "internal", "public"] | None = None
    on_overtaken: Literal["cancel", "deliver"] | None = None
    addresses: MailAddresses = ()
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
    def overtaken_answers(self) -> Literal["cancel", "deliver"]:
        """What becomes of an answer that is overtaken; a Celery callback is told of every outcome by default."""
        return self.on_overtaken or ("deliver" if self.reply == "celery" else "cancel")

    @property
    def names_on_lost(self) -> bool:
        """Whether the user chose what happens to a lost answer, rather than leave it to the default."""
        return "on_lost" in self.model_fields_set


class WebhookSettings(Section):
    """``[replies.webhook]``: where answers are posted, signed with the secret (Standard Webhooks).

    Only public addresses are called, but for the networks of ``allow_private``; ``allow_http``: public ones without
    encryption too. After ``disable_after`` without a success the endpoint is disabled.
    """

    url: WebAddress = Field(description="an address that begins with https://")
    secret: SecretReference = Field(description='"env:NAME" or "file:/path"')
    allow_private: Networks = ()
    allow_http: bool = False
    disable_after: Seconds = 432_000.0

    def signing_secret(self) -> str:
        """The secret itself, read now; raises :class:`ConfigurationError` when it is not there. Never store it."""
        return self._resolve(self.secret, "replies.webhook.secret", "replies.webhook")


class RepliesSettings(Section):
    """``[replies.*]``: the ways back that need an address of their own."""

    webhook: WebhookSettings | None = None


class Settings(BaseSettings):
    """The whole configuration; made by :func:`load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    broker: BrokerSettings = Field(default_factory=BrokerSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    accounts: dict[Name, AccountSettings] = Field(default_factory=dict)
    routes: dict[Name, RouteSettings] = Field(default_factory=dict)
    replies: RepliesSettings = Field(default_factory=RepliesSettings)
    sources: dict[Name, SourceSettings] = Field(default_factory=dict)

    _path: Path = PrivateAttr(default=Path(FILE_NAME))

    @property
    def path(self) -> Path:
        """The file that was read, absolute."""
        return self._path

    @property
    def folder(self) -> Path:
        """The file's folder; relative paths in it start here."""
        return self._path.parent

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what loading hands in: it merges file and environment itself, matching names whatever their case."""
        return (sources["init_settings"],)

    def stand_at(self, path: Path, environ: Mapping[str, str]) -> None:
        """Tell each section where the file is, and which environment holds the secrets; done once, by loading."""
        self._path = path
        singles = {"database": self.database, "broker": self.broker, "replies.webhook": self.replies.webhook}
        for name, section in [*singles.items(), *self.accounts.items(), *self.routes.items(), *self.sources.items()]:
            if section is not None:
                section.stand_at(Place(name=name, path=path, environ=environ))
