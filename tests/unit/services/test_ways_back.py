"""`turnwire check` of ways back to sources: who answers what, and whether the server takes our login."""

from __future__ import annotations

import pytest

from connector.services.ways_back import by_file, ways_back
from connector.settings import load
from connector.wiring import NoPublisher, Wiring
from tests.kit.mail_servers import SmtpServer
from tests.unit.settings.test_way_back import ROUTE, SMTP, SPOOL, box

HERE = '[sources.{{name}}.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'


def wired(tmp_path, text: str) -> Wiring:
    (tmp_path / "turnwire.toml").write_text(text, encoding="utf-8")
    settings = load(tmp_path / "turnwire.toml", environ={"T": "t", "P": "password"})
    return Wiring(settings=settings, publisher=NoPublisher())


@pytest.mark.parametrize(("secret", "state"), [("password", "ok"), ("another", "wrong")])
def test_each_mailbox_logs_in_and_sends_nothing(tmp_path, secret, state):
    with SmtpServer(login=("inbox@shop.example", secret)) as server:
        (finding,) = ways_back(wired(tmp_path, ROUTE + box("inbox", HERE.format(port=server.port))))
    assert (finding.what, finding.state) == ("sources.inbox.smtp", state)
    assert "MAIL" not in server.commands
    if state == "wrong":
        assert "[sources.inbox]" in finding.found
        assert "[sources.inbox.smtp]" in finding.mend


def test_a_server_that_is_not_there_is_said(tmp_path):
    (finding,) = ways_back(wired(tmp_path, ROUTE + box("inbox", HERE.format(port=9))))
    assert (finding.state, "127.0.0.1" in finding.found) == ("wrong", True)


@pytest.mark.parametrize(
    ("sources", "states"),
    [
        (box("inbox"), []),
        (box("inbox") + SPOOL, []),
        (box("inbox") + box("desk"), ["warning"]),
        (box("inbox") + box("desk") + SPOOL, ["wrong"]),
    ],
)
def test_of_several_mailboxes_nobody_can_say_which_answers_a_file(tmp_path, sources, states):
    wiring = wired(tmp_path, ROUTE + sources)
    found = list(by_file(wiring.settings, {"support": [way.removeprefix("source:") for way in wiring.ways]}))
    assert [finding.state for finding in found] == states
    assert SMTP
