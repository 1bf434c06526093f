"""Encryption of columns: who opens what, and where."""

from __future__ import annotations

import pytest

from connector.errors import ConfigurationError
from connector.storage.core.encryption import Keyring, key_id

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = ("oauth_tokens", "access_token", "inbox")


def test_what_is_sealed_is_opened_and_is_never_the_same_twice():
    ring = Keyring([NEW])
    first, second = ring.sealed("hush", PLACE), ring.sealed("hush", PLACE)
    assert "hush" not in first
    assert first != second
    assert first.startswith(f"enc:v1:{key_id(NEW)}:")
    assert ring.opened(first, PLACE) == ring.opened(second, PLACE) == "hush"


def test_an_old_key_still_opens_and_the_new_one_seals():
    kept = Keyring([OLD]).sealed("hush", PLACE)
    ring = Keyring([NEW, OLD])
    assert ring.opened(kept, PLACE) == "hush"
    assert key_id(NEW) in ring.sealed("hush", PLACE)


def test_what_was_stored_before_there_was_a_key_stays_readable():
    assert not Keyring().encrypts
    assert Keyring().sealed("hush", PLACE) == "hush"
    assert Keyring([NEW]).opened("hush", PLACE) == "hush"


@pytest.mark.parametrize(
    "place", [("oauth_tokens", "access_token", "other"), ("oauth_tokens", "refresh_token", "inbox")]
)
def test_a_value_that_was_moved_is_refused(place):
    ring = Keyring([NEW])
    with pytest.raises(ConfigurationError, match="moved from another row") as caught:
        ring.opened(ring.sealed("hush", PLACE), place)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("cut", [-3, 30, 25])
def test_a_value_that_was_changed_is_refused(cut):
    ring = Keyring([NEW])
    with pytest.raises(ConfigurationError, match="was changed"):
        ring.opened(ring.sealed("hush", PLACE)[:cut], PLACE)


def test_a_key_that_is_gone_is_named_by_its_id():
    kept = Keyring([OLD]).sealed("hush", PLACE)
    for ring in (Keyring(), Keyring([NEW])):
        with pytest.raises(ConfigurationError, match=key_id(OLD)):
            ring.opened(kept, PLACE)
