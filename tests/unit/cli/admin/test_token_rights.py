"""`turnwire tokens create --can`: what a token is for."""

from __future__ import annotations

import pytest

from tests.kit.cli_folder import Folder, folder

__all__ = ["folder"]


@pytest.mark.parametrize(
    ("words", "rights"),
    [
        ([], ["send"]),
        (["--can", "read"], ["read"]),
        (["--can", "manage,send"], ["send", "manage"]),
        (["--can", "read", "--can", "send, manage"], ["send", "read", "manage"]),
    ],
)
def test_what_it_can_is_said_and_shown(folder: Folder, words, rights):
    assert folder("tokens", "create", "crm", "--route", "mail", *words).code == 0
    (listed,) = folder("tokens", "list", "--json").lines
    assert (listed["rights"], listed["all_sources"]) == (rights, False)
    assert ", ".join(rights) in folder("tokens", "list").out


def test_it_may_see_all_sources(folder: Folder):
    assert folder("tokens", "create", "desk", "--route", "mail", "--can", "read", "--all-sources").code == 0
    (listed,) = folder("tokens", "list", "--json").lines
    assert (listed["rights"], listed["all_sources"]) == (["read"], True)
    assert "all sources" in folder("tokens", "list").out


@pytest.mark.parametrize("word", ["write", "", "send,all", "SEND"])
def test_a_word_that_is_no_right_makes_no_token(folder: Folder, word):
    said = folder("tokens", "create", "crm", "--route", "mail", "--can", word)
    assert said.code == 2
    assert "send, read, manage" in said.err
    assert folder("tokens", "list", "--json").lines == []
