"""Where a peer's worker finds its servers, told by the environment, and the row that it commits."""

from __future__ import annotations

import os

BROKER = os.environ.get("PEER_BROKER", "")
DATABASE = os.environ.get("PEER_DATABASE", "")
PROVIDER = os.environ.get("PEER_PROVIDER", "")
IN_FLIGHT = int(os.environ.get("PEER_IN_FLIGHT", "1"))

TABLE = "CREATE TABLE results (id bigint PRIMARY KEY, answer text, at timestamptz DEFAULT clock_timestamp())"
INSERT = "INSERT INTO results (id, answer) VALUES (%s, %s) ON CONFLICT DO NOTHING"
DEADLINE = 90.0
POOL = 20
"""Connections to the database: a worker with hundreds of threads shares some, as PostgreSQL allows a hundred in all."""


def url(turn: int) -> str:
    """Where a turn's message is posted."""
    return f"{PROVIDER}/chat/{turn}/messages"


def body(turn: int) -> dict[str, str]:
    """What is posted."""
    return {"message": f"Good morning, where is my order {turn}?"}
