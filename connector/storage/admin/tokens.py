"""API tokens of the front door: who may do what, for which routes, as which source.

A token is shown once, when it is made. What is kept is its SHA-256: a token has 256 random bits, so nothing slower is
needed to keep it from being guessed, and it is found by that hash rather than compared letter by letter.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, insert, or_, select, update

from connector.errors import NotFound, WrongState
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queries.rendering import moment, paged
from connector.storage.tables import tokens

PREFIX = "tw_"
"""What every token begins with, so that people and secret scanners know one when they see it."""

RIGHTS = ("send", "read", "manage")
"""What a token may be for: to hand messages in, to look at turns and conversations, to change who answers in them."""
SEND = RIGHTS[:1]
"""What one is for if nothing is said."""

_RANDOM_BYTES = 32
_DAY = 86_400_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What a token allows; the token itself is not in it.

    It sees and changes what came with its own ``source``, unless it is for ``all_sources``.
    """

    id: int
    name: str
    routes: frozenset[str]
    source: str
    rights: frozenset[str] = frozenset(SEND)
    all_sources: bool = False
    used_on: int | None = None

    @property
    def sees(self) -> str | None:
        """The one source that it sees; None for all."""
        return None if self.all_sources else self.source


def digest(token: str) -> str:
    """Hex SHA-256 of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    database: Database,
    name: str,
    *,
    routes: Sequence[str],
    source: str,
    actor: str,
    rights: Collection[str] = SEND,
    all_sources: bool = False,
) -> str:
    """Make a token and return it; it can never be shown again. Names, routes and rights are not checked here.

    Raises :class:`connector.errors.WrongState` while another token has that name.
    """
    token = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    kept = sorted(set(routes))
    able = [right for right in RIGHTS if right in rights]

    def use(connection: Any) -> None:
        live = select(tokens.c.id).where(tokens.c.name == name, tokens.c.revoked_at.is_(None))
        if connection.execute(live).one_or_none() is not None:
            message, beside = f"there is a token {name} already", {"source": source}
            raise WrongState(message, "token", name, "live", ("revoked",), detail=beside)
        row = {"name": name, "hash": digest(token), "routes": json.dumps(kept), "source": source}
        allowed = {"rights": json.dumps(able), "all_sources": all_sources}
        connection.execute(insert(tokens).values(**row, **allowed, created_at=db_now()))
        detail = {"routes": kept, "source": source, "rights": able, "all_sources": all_sources}
        note(connection, actor, "create", [f"token:{name}"], detail)

    database.write(use)
    return token


def revoke(database: Database, name: str, *, actor: str) -> None:
    """End a token: the front door refuses it within seconds.

    Raises :class:`connector.errors.NotFound`, and :class:`connector.errors.WrongState` if it was ended before.
    """

    def use(connection: Any) -> None:
        named = tokens.c.name == name
        ended = update(tokens).where(named, tokens.c.revoked_at.is_(None)).values(revoked_at=db_now())
        if connection.execute(ended).rowcount == 1:
            note(connection, actor, "revoke", [f"token:{name}"])
        elif connection.execute(select(tokens.c.id).where(named).limit(1)).one_or_none() is None:
            raise NotFound(f"there is no token {name}", "token", name)
        else:
            raise WrongState(f"token {name} is revoked already", "token", name, "revoked", ("live",))

    database.write(use)


def live(database: Database) -> dict[str, Token]:
    """The tokens that open the door, by the SHA-256 of each."""
    query = select(tokens).where(tokens.c.revoked_at.is_(None))
    with database.reading() as connection:
        return {row["hash"]: _token(row) for row in connection.execute(query).mappings()}


def mark_used(database: Database, token_id: int) -> int:
    """Note that a token was used today, by the database's clock; returns the day's number since 1970."""

    def use(connection: Any) -> int:
        today = int(connection.execute(select(db_now())).scalar_one()) // _DAY
        earlier = or_(tokens.c.used_on.is_(None), tokens.c.used_on < today)
        connection.execute(update(tokens).where(tokens.c.id == token_id, earlier).values(used_on=today))
        return today

    return database.write(use)


def listed(database: Database, *, revoked: bool = False, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Tokens, the newest first, without anything that opens the door; ``revoked`` shows ended ones too."""
    query: Select[Any] = select(tokens)
    if not revoked:
        query = query.where(tokens.c.revoked_at.is_(None))
    return paged(database, query, lambda _, rows: [_listed(row) for row in rows], limit=limit, before=None)


def today() -> int:
    """The UTC day's number since 1970, by this machine's clock."""
    return (datetime.now(UTC).date() - _EPOCH).days


def _token(row: RowMapping) -> Token:
    return Token(
        id=int(row["id"]),
        name=row["name"],
        routes=frozenset(json.loads(row["routes"])),
        source=row["source"],
        rights=frozenset(json.loads(row["rights"])),
        all_sources=bool(row["all_sources"]),
        used_on=row["used_on"],
    )


def _listed(row: RowMapping) -> dict[str, Any]:
    used = row["used_on"]
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "routes": json.loads(row["routes"]),
        "source": row["source"],
        "rights": json.loads(row["rights"]),
        "all_sources": bool(row["all_sources"]),
        "created_at": moment(row["created_at"]),
        "revoked_at": moment(row["revoked_at"]),
        "last_used": None if used is None else (_EPOCH + timedelta(days=used)).isoformat(),
    }
