"""OAuth tokens in rows: read, renewed, closed; each write says which version it knew, and an older one changes nothing.

What a token endpoint answered is evidence: a new token that comes late opens a row that was closed meanwhile, as long
as nobody has stored a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, case, select, update

from connector.storage.core.database import Database
from connector.storage.core.encryption import ENCRYPTED, Keyring
from connector.storage.core.statements import db_now
from connector.storage.queries.rendering import NOTHING, moment
from connector.storage.tables import oauth_tokens
from connector.values import Granted, KeptTokens

EARLY = 300.0
"""Seconds before its end at which an access token is renewed; of a short one, half its life."""
_CARRIED = ("access_token", "refresh_token", "renew_at", "expires_at", "closed_reason", "closed_at")
_SECRET = ("access_token", "refresh_token")


def load(database: Database, keyring: Keyring, source: str, client: str) -> KeptTokens:
    """What is kept of a source. Tokens for another ``client`` count as none, and so does that client's trouble.

    Raises :class:`connector.errors.ConfigurationError` for what no key opens.
    """
    with database.reading() as connection:
        now = int(connection.execute(select(db_now())).scalar_one())
        row = connection.execute(select(oauth_tokens).where(oauth_tokens.c.source == source)).mappings().one_or_none()
    if row is None or row["client"] != client:
        return KeptTokens(now=now, client=client, version=0 if row is None else int(row["version"]))
    return _kept(keyring, row, now)


def _kept(keyring: Keyring, row: RowMapping, now: int) -> KeptTokens:
    tokens = {
        name: None if row[name] is None else keyring.opened(row[name], _place(name, row["source"])) for name in _SECRET
    }
    return KeptTokens(
        now=now, client=row["client"], version=int(row["version"]), renew_at=row["renew_at"] or 0,
        expires_at=row["expires_at"] or 0, failures=row["failures"], not_before=row["not_before"] or 0,
        error=row["error"], closed_reason=row["closed_reason"], **tokens,
    )  # fmt: skip


def keep(
    database: Database, keyring: Keyring, source: str, client: str, granted: Granted, *, version: int | None
) -> bool:
    """Store a new token and open the row; False if there is a newer one than of ``version``. None: in any case."""
    refresh = granted.refresh_token
    values = {
        "client": client,
        "access_token": keyring.sealed(granted.access_token, _place("access_token", source)),
        "refresh_token": None if refresh is None else keyring.sealed(refresh, _place("refresh_token", source)),
        "renew_at": db_now() + int(1000 * max(granted.lifetime - EARLY, granted.lifetime / 2)),
        "expires_at": db_now() + int(1000 * granted.lifetime),
        "failures": 0, "not_before": None, "error": None, "closed_reason": None, "closed_at": None,
    }  # fmt: skip
    return _written(database, source, values, version, grows=True)


def failed(database: Database, source: str, client: str, *, version: int, error: str, wait: float) -> bool:
    """Note a failure, and when the endpoint may be asked again."""
    same = oauth_tokens.c.client == client
    # What was another client's is not this one's.
    carried: dict[str, Any] = {name: case((same, oauth_tokens.c[name])) for name in _CARRIED}
    carried["failures"] = case((same, oauth_tokens.c.failures), else_=0) + 1
    values = {"client": client, "not_before": db_now() + int(1000 * wait), "error": error}
    new = {name: 1 if name == "failures" else None for name in carried}
    return _written(database, source, values | carried, version, new=new)


def close(database: Database, source: str, client: str, *, version: int, reason: str) -> bool:
    """Note that the grant is gone: nobody asks again until a person has given it anew."""
    gone = {"access_token": None, "refresh_token": None, "closed_reason": reason, "closed_at": db_now()}
    return _written(database, source, {"client": client, "error": reason, **gone}, version)


def expire(database: Database, source: str, *, version: int) -> None:
    """End an access token that the server refused, so that the next one is a new one."""
    mine = (oauth_tokens.c.source == source, oauth_tokens.c.version == version)
    values = {"renew_at": 0, "expires_at": 0, "changed_at": db_now()}
    database.write(lambda connection: connection.execute(update(oauth_tokens).where(*mine).values(**values)))


def listed(database: Database, keyring: Keyring) -> list[dict[str, Any]]:
    """Each source's tokens without the tokens: until when, what is wrong, whether they are encrypted and readable."""
    with database.reading() as connection:
        rows = connection.execute(select(oauth_tokens).order_by(oauth_tokens.c.source)).mappings().all()
    return [
        {
            "source": row["source"],
            "expires_at": moment(row["expires_at"]),
            "error": row["error"],
            "closed_reason": row["closed_reason"],
            "authorized": row["refresh_token"] is not None,
            "readable": all(keyring.opens(row[name]) for name in _SECRET if row[name] is not None),
            "encrypted": all(row[name].startswith(ENCRYPTED) for name in _SECRET if row[name] is not None),
        }
        for row in rows
    ]


def _written(
    database: Database,
    source: str,
    values: Mapping[str, Any],
    version: int | None,
    *,
    grows: bool = False,
    new: Mapping[str, Any] = NOTHING,
) -> bool:
    """Whether the row was still at that version; then it has these values. ``new``: what a new row has instead."""
    changed = {**values, "changed_at": db_now()}
    if grows:
        changed["version"] = oauth_tokens.c.version + 1

    def use(connection: Connection) -> bool:
        row = database.insert(oauth_tokens).values({**changed, "source": source, "version": int(grows), **new})
        same = None if version is None else oauth_tokens.c.version == version
        written = row.on_conflict_do_update(index_elements=[oauth_tokens.c.source], set_=changed, where=same)
        return connection.execute(written.returning(oauth_tokens.c.source)).scalar_one_or_none() is not None

    return database.write(use)


def _place(column: str, source: str) -> tuple[str, str, str]:
    return oauth_tokens.name, column, source
