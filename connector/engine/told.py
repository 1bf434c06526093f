"""Prompt header of a chat's first message: what of its conversation is told beside its words.

What the header holds is decided in :mod:`connector.policy.told`; here the facts are fetched, and only where there may
be some, so that the messages of programs cost no look at the database.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from connector.policy.told import Beside, Said, Speaker, head_of, header, parts_of
from connector.settings import RouteSettings
from connector.storage.core.database import Database
from connector.storage.send.claims import Claimed, HeadTurn
from connector.storage.send.history import earlier_messages, joined_attachments


async def head_for(database: Database, claimed: Claimed, turn: HeadTurn, route: RouteSettings) -> str | None:
    """The lines in front of a turn's text; None where its text is all, as always behind the first message of a chat."""
    beside = claimed.beside
    if beside is None:
        return None
    sent_here = turn.chat_id is not None and turn.chat_id == claimed.chat_id
    if sent_here and (head := head_of(turn.told, turn.text)) is not None:
        return head  # as before, so that either try is known again when the chat is read
    parts = parts_of(route.tell, beside)
    if "attachments" in parts and turn.joins:
        names = await asyncio.to_thread(joined_attachments, database, turn.id)
        beside = replace(beside, attachments=tuple(names) or beside.attachments)
    earlier = await _earlier(database, claimed, turn, beside, route, told="context" in parts)
    return header(beside, parts, claimed.customer, earlier, turn.text)


async def _earlier(
    database: Database, claimed: Claimed, turn: HeadTurn, beside: Beside, route: RouteSettings, *, told: bool
) -> list[Said]:
    """The conversation's earlier messages and answers, and what a person last wrote for the agent."""
    context = told and beside.context
    # A route that chose what is told, and not this, tells none; one that chose nothing still tells a new chat.
    carried = route.carry_turns if turn.position > 1 and (told or route.tell is None) else 0
    said: list[Said] = []
    if context or carried:
        said = await asyncio.to_thread(earlier_messages, database, turn.id, context=context, carried=carried)
    return [*said, Said(speaker=Speaker.COLLEAGUE, text=claimed.note)] if claimed.note else said
