"""Every kind of problem has a mend that names the source, and a row in the page on mail."""

from __future__ import annotations

import pytest

from connector.channels.mail import problems
from connector.services.sources.intake import own_addresses
from connector.services.sources.mends import mend_of
from connector.settings import MailboxSettings
from tests.kit.pages import ROOT, spans

KINDS = sorted(value for name, value in vars(problems).items() if name.isupper() and isinstance(value, str))


def test_there_are_kinds() -> None:
    assert {"credentials", "certificate", "protocol", "folder"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_is_said_with_what_to_do(kind: str) -> None:
    mend = mend_of(kind, "inbox")
    assert "inbox" in mend
    assert "{" not in mend
    assert kind == "internal" or kind in spans((ROOT / "docs" / "mail.md").read_text(encoding="utf-8"))


def test_a_kind_of_a_later_version_has_one_too() -> None:
    assert mend_of("unheard_of", "inbox") == "turnwire check"
    assert mend_of(None, "inbox") == "turnwire check"


@pytest.mark.parametrize(
    ("user", "sender", "ours"),
    [
        ("help@shop.example", None, ("help@shop.example",)),
        ("help@shop.example", "Shop <orders@shop.example>", ("help@shop.example", "orders@shop.example")),
        ("shop-login", "Shop <orders@shop.example>", ("orders@shop.example",)),
        ("shop-login", None, ()),
    ],
)
def test_a_mailboxs_user_and_sender_are_ours(user: str, sender: str | None, ours: tuple[str, ...]) -> None:
    section = {"kind": "mailbox", "route": "support", "user": user, "password": "env:P", "imap": {"host": "localhost"}}
    source = MailboxSettings.model_validate(section | ({"from": sender} if sender else {}))
    assert own_addresses(source) == ours
