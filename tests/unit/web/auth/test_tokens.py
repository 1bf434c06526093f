"""Tokens: made once, shown once, kept as a hash; the commands, and the keeper at the door."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.cli.shared.sentences import sentence
from connector.errors import NotFound, WrongState
from connector.storage import tables
from connector.storage.admin import tokens
from connector.storage.core.database import Database
from connector.web.auth import bearer
from tests.kit.cli_site import make_site


@pytest.fixture
def site(sqlite_database, tmp_path, capsys):
    made = make_site(sqlite_database, tmp_path, capsys)
    yield made
    made.store.database.dispose()


@pytest.fixture
def opened(database):
    made = Database(database.replace("postgresql://", "postgresql+psycopg://"))
    yield made
    made.dispose()


def make(database, name="crm", routes=("support",), source=None):
    return tokens.create(database, name, routes=routes, source=source or name, actor="test")


# --- storage ------------------------------------------------------------------------------------------------------


def test_only_the_hash_of_a_token_is_kept(opened):
    token = make(opened)
    assert token.startswith("tw_")
    assert len(token) >= 46
    with opened.reading() as connection:
        row = connection.execute(tables.tokens.select()).one()
        notes = connection.execute(tables.audit.select()).all()
    assert row.hash == hashlib.sha256(token.encode()).hexdigest()
    assert token[3:] not in str(tuple(row)) + str([tuple(note) for note in notes])


def test_no_two_tokens_are_alike(opened):
    assert len({make(opened, f"t{number}") for number in range(20)}) == 20


def test_live_tokens_are_found_by_their_hash_until_they_are_revoked(opened):
    token = make(opened, routes=("support", "sales", "support"), source="shop")
    (found,) = tokens.live(opened).values()
    assert (found.name, found.source, sorted(found.routes)) == ("crm", "shop", ["sales", "support"])
    assert set(tokens.live(opened)) == {tokens.digest(token)}
    tokens.revoke(opened, "crm", actor="test")
    assert tokens.live(opened) == {}


def test_a_name_is_taken_while_its_token_lives(opened):
    make(opened)
    with pytest.raises(WrongState, match="there is a token crm already") as caught:
        make(opened)
    assert "`turnwire tokens revoke crm`" in sentence(caught.value)
    tokens.revoke(opened, "crm", actor="test")
    make(opened)
    assert [row["name"] for row in tokens.listed(opened, revoked=True)] == ["crm", "crm"]
    assert len(list(tokens.listed(opened))) == 1


def test_revoking_what_is_not_there_or_ended_is_told(opened):
    with pytest.raises(NotFound, match="no token crm"):
        tokens.revoke(opened, "crm", actor="test")
    make(opened)
    tokens.revoke(opened, "crm", actor="test")
    with pytest.raises(WrongState, match="revoked already"):
        tokens.revoke(opened, "crm", actor="test")


# --- commands -----------------------------------------------------------------------------------------------------


def test_create_prints_the_token_alone_on_standard_output(site):
    ran = site("tokens", "create", "crm", "--route", "support", "--by", "anna")
    (token,) = ran.out.split()
    assert (ran.code, token.startswith("tw_")) == (0, True)
    assert "shown this once" in ran.err
    assert set(tokens.live(site.store.database)) == {tokens.digest(token)}
    note = site.store.row(tables.audit, tables.audit.c.subject == "token:crm")
    assert (note.actor, note.action) == ("anna", "create")


def test_create_as_json(site):
    made = site("tokens", "create", "b", "--route", "sales", "--route", "support", "--source", "a", "--json").one
    assert made.pop("token").startswith("tw_")
    assert made == {"name": "b", "routes": ["sales", "support"], "source": "a"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("crm",), "--route"),
        (("crm", "--route", "suport"), "did you mean support?"),
        (("CRM", "--route", "support"), "can be no source"),
        (("crm", "--route", "support", "--source", "a b"), "--source"),
    ],
)
def test_create_refuses_what_makes_no_sense(site, words, says):
    ran = site("tokens", "create", *words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert tokens.live(site.store.database) == {}


def test_list_and_revoke(site):
    assert "no token yet" in site("tokens", "list").err
    token = site("tokens", "create", "crm", "--route", "support").out.strip()
    listed = site("tokens", "list", "--json")
    assert {key: listed.one[key] for key in ("name", "routes", "source", "revoked_at", "last_used")} == {
        "name": "crm", "routes": ["support"], "source": "crm", "revoked_at": None, "last_used": None,
    }  # fmt: skip
    assert token not in listed.out + site("tokens", "list").out
    assert site("tokens", "revoke", "crm").out == "token crm: revoked\n"
    assert site("tokens", "list", "--json").rows == []
    assert site("tokens", "list", "--revoked", "--json").one["revoked_at"] is not None
    assert site("tokens", "revoke", "crm").code == 1
    assert site("tokens", "revoke", "nobody").code == 1


# --- the keeper ---------------------------------------------------------------------------------------------------


class Counting:
    """Counts the looks at the table."""

    def __init__(self, monkeypatch):
        self.looks = 0
        live = tokens.live

        def counted(database):
            self.looks += 1
            return live(database)

        monkeypatch.setattr(tokens, "live", counted)


def test_guessing_costs_the_database_nothing_to_speak_of(opened, monkeypatch):
    token = make(opened)
    counting = Counting(monkeypatch)

    async def guess(pool):
        at = bearer.Authenticator(opened, pool)
        return await asyncio.gather(*(at.token(f"tw_{number}") for number in range(500)), at.token(token))

    with ThreadPoolExecutor(2) as pool:
        found = asyncio.run(guess(pool))
    assert [each.name for each in found if each is not None] == ["crm"]
    assert counting.looks <= 3


def test_a_token_made_a_moment_ago_is_known(opened):
    async def story(pool):
        at = bearer.Authenticator(opened, pool)
        assert await at.token("tw_nobody") is None
        token = await asyncio.to_thread(make, opened)
        return await at.token(token)

    with ThreadPoolExecutor(2) as pool:
        assert asyncio.run(story(pool)) is not None
