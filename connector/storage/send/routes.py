"""Routes as rows of the sending side: the automatic pause, and whether their agent has opened a chat yet."""

from __future__ import annotations

from sqlalchemy import Connection, select

from connector.policy.turns import STOPPED
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.tables import routes


def pause_route(database: Database, name: str, reason: str, detail: str | None) -> None:
    """Pause a route: its lanes are not visited until somebody resumes it."""

    def use(connection: Connection) -> None:
        values = {"paused": True, "reason": reason, "detail": detail, "changed_at": db_now()}
        new = database.insert(routes).values(name=name, **values)
        # Whoever stopped it meant more than a pause.
        not_stopped = routes.c.reason.is_distinct_from(STOPPED)
        connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=values, where=not_stopped))

    database.write(use)


def proven_agents(database: Database) -> dict[str, str]:
    """The agent that each route was last opened with."""
    with database.reading() as connection:
        rows = connection.execute(select(routes.c.name, routes.c.agent).where(routes.c.agent.is_not(None)))
        return {row.name: row.agent for row in rows}


def prove_agent(database: Database, name: str, agent: str) -> None:
    """Remember that the provider opens chats for this agent, so that openings need not go one by one."""

    def use(connection: Connection) -> None:
        new = database.insert(routes).values(name=name, paused=False, agent=agent, changed_at=db_now())
        connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"agent": agent}))

    database.write(use)
