"""No part of a password is shown, whatever letters it has."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from connector.settings import Settings
from connector.settings.types import without_password


@pytest.mark.parametrize("letter", "?#/@:%&=")
@pytest.mark.parametrize(
    "url", ["postgresql://me:{}@db.example:5432/x", "amqp://me:{}@mq.example//", "redis://:{}@r/0"]
)
def test_no_part_of_it_is_shown(url, letter):
    shown = without_password(url.format(f"geheim{letter}wort"))
    assert "geheim" not in shown
    assert "wort" not in shown
    assert "***@" in shown


def test_what_is_not_secret_stays():
    assert without_password("postgresql://me@db/x?sslmode=require") == "postgresql://me@db/x"
    assert without_password("postgresql://me:pw@db/x?application_name=a@b") != "postgresql://me:pw@db/x"
    assert without_password("redis://r:6379/0") == "redis://r:6379/0"


@pytest.mark.parametrize(
    "url", ["amqp://me:geh?eim@mq//", "redis://:geh/eim@r/0", "redis://:geh#eim@r/0", "amqp://u:p@q@mq//"]
)
def test_a_broker_s_password_that_would_be_taken_for_a_port_or_host_is_refused(url):
    with pytest.raises(ValidationError, match="percent-encoded"):
        Settings(broker={"url": url})


def test_a_database_s_password_that_would_be_taken_for_a_host_is_refused():
    with pytest.raises(ValidationError, match="percent-encoded"):
        Settings(database={"url": "postgresql://me:geh@eim@db/x"})
    for password in ("geh?eim", "geh#eim", "geh/eim", "geh%40eim"):
        assert Settings(database={"url": f"postgresql://me:{password}@db/x"}).database.url


@pytest.mark.parametrize(
    "url", ["amqp://mq/v@host", "amqp://me:pw@mq:5672/v@host", "redis://[::1]:6379/0?a=b@c", "amqp://mq:5672/v@host"]
)
def test_addresses_that_only_look_like_it_are_taken(url):
    assert Settings(broker={"url": url}).broker.url == url
