"""Tables of the sources that are fetched: how each is, and how far each folder of a mailbox was read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, PrimaryKeyConstraint, Table, Text, false, true

from connector.storage.tables.base import Key, Millis, metadata

sources = Table(
    "sources",
    metadata,
    Column("name", Key, primary_key=True, comment="the section's name"),
    Column("kind", Text, nullable=False),
    Column("configured", Boolean, nullable=False, server_default=true(), comment="the last worker had it"),
    Column("silent_after", BigInteger, nullable=False, comment="milliseconds without a round that are an alarm"),
    Column("first_at", Millis, nullable=False, comment="first contact"),
    Column("stopped", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, comment="why it is stopped"),
    Column("detail", Text),
    Column("changed_at", Millis, nullable=False),
    Column("asked_at", Millis, comment="when somebody last asked for a round at once"),
    Column("tried_at", Millis),
    Column("round_at", Millis, comment="the last round that succeeded"),
    Column("mail_at", Millis, comment="when a mail last came"),
    Column("failures", Integer, nullable=False, server_default="0", comment="rounds that failed since then"),
    Column("problem", Text, comment="what kind of failure the last one was"),
    Column("error", Text),
    Column("accepted", BigInteger, nullable=False, server_default="0"),
    Column("duplicates", BigInteger, nullable=False, server_default="0"),
    Column("set_aside", BigInteger, nullable=False, server_default="0", comment="stopped mails: machines'"),
    Column("refused", BigInteger, nullable=False, server_default="0", comment="with those in quarantine"),
    Column("kept_day", Millis, comment="the UTC day, as its midnight, of which kept_bytes is"),
    Column("kept_bytes", BigInteger, nullable=False, server_default="0", comment="of attachments that day"),
)

source_folders = Table(
    "source_folders",
    metadata,
    Column("source", Key, nullable=False),
    Column("folder", Key, nullable=False),
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False, comment="every mail up to it is stored, or not wanted"),
    Column("live_from", BigInteger, nullable=False, comment="mails of smaller UIDs lay there at the first contact"),
    Column("since", Millis, comment="of those, what came before is not wanted"),
    Column("pending", Text, nullable=False, server_default="", comment="UIDs that are stored and not marked yet"),
    PrimaryKeyConstraint("source", "folder", name="pk_source_folders"),
)
