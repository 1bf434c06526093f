"""Table of OAuth tokens: what a source logs in with, one row a source."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from connector.storage.tables.base import Key, Millis, metadata

oauth_tokens = Table(
    "oauth_tokens",
    metadata,
    Column("source", Key, primary_key=True, comment="the source's name in the configuration"),
    Column("client", Key, nullable=False, comment="a digest of the client and credentials that the tokens are for"),
    Column("version", Integer, nullable=False, comment="grows with every new token: an older answer changes nothing"),
    Column("access_token", Text, comment="encrypted where there is a key"),
    Column("refresh_token", Text, comment="likewise; the newest"),
    Column("renew_at", Millis, comment="from when on a worker gets a new access token"),
    Column("expires_at", Millis),
    Column("failures", Integer, nullable=False, server_default="0", comment="in a row"),
    Column("not_before", Millis, comment="after a failure: when the token endpoint is asked again"),
    Column("error", Text, comment="the last failure, in words of ours"),
    Column("closed_reason", Text, comment="the grant is gone: only a person can give it anew"),
    Column("closed_at", Millis),
    Column("changed_at", Millis, nullable=False),
)
