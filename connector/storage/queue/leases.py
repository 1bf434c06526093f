"""Named leases: what one process at a time may do, until it gives it back or has been silent for too long."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, select

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.tables import leases


def take(database: Database, name: str, holder: str, seconds: float) -> bool:
    """Take or renew a lease for so many seconds by the database's clock; False while another holds it.

    Raises :class:`connector.errors.DatabaseUnavailable`.
    """
    with database.reading() as connection:
        taken = select(leases.c.name).where(leases.c.name == name, leases.c.holder != holder, leases.c.until > db_now())
        if connection.execute(taken).scalar_one_or_none() is not None:
            return False
    until = db_now() + int(seconds * 1000)

    def use(connection: Connection) -> bool:
        row = database.insert(leases).values(name=name, holder=holder, until=until)
        mine = row.on_conflict_do_update(
            index_elements=[leases.c.name],
            set_={"holder": holder, "until": until},
            where=or_(leases.c.holder == holder, leases.c.until <= db_now()),
        )
        return connection.execute(mine.returning(leases.c.name)).scalar_one_or_none() is not None

    return database.write(use)


def give_back(database: Database, name: str, holder: str) -> None:
    """Let go of a lease; nothing if another has it. Raises :class:`connector.errors.DatabaseUnavailable`."""

    def use(connection: Connection) -> None:
        connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))

    database.write(use)
