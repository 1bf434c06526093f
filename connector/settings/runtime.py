"""``[database]``, ``[broker]`` and ``[worker]``: what Turnwire runs on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import Field

from connector.settings.base import Section
from connector.settings.types import BrokerUrl, DatabaseUrl, Lease, Seconds, TablePrefix, TableSchema, without_password


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
        return _several_hosts(self.url).replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def shown(self) -> str:
        """The address for people: no password in it."""
        return f"sqlite:///{self.file}" if self.file else without_password(self.url)


def _several_hosts(url: str) -> str:
    """An address with several hosts, as libpq takes it, in the spelling that SQLAlchemy takes; others as they are.

    Of several hosts only one takes writes, so the others are passed over unless the address says otherwise.
    """
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return url
    pairs = [re.fullmatch(r"\[(.+)\](?::(\d*))?|([^:]*)(?::(\d*))?", each) for each in hosts.split(",")]
    if None in pairs:
        return url
    found = [(pair[1] or pair[3] or "", pair[2] or pair[4] or "5432") for pair in pairs if pair]
    names, ports = (",".join(quote(each, safe="") for each in column) for column in zip(*found, strict=True))
    query = [f"host={names}", f"port={ports}", *([parts.query] if parts.query else [])]
    if "target_session_attrs=" not in parts.query:
        query.append("target_session_attrs=read-write")
    return f"{parts.scheme}://{user}{at}{parts.path}?{'&'.join(query)}"


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
    lease: Lease = 10.0
    threads: int = Field(4, ge=2, le=64)
    events_queue: bool = True
    remote_control: bool = False
