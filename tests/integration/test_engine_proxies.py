"""What stands between us and a provider, or speaks for it: proxies, firewalls, a credit that ends, one bad opening."""

from __future__ import annotations

import pytest

from connector.storage import tables
from connector.storage.core.statements import FOREVER
from connector.values import Capabilities, ChatContext, Customer, History, Opened, TurnRequest, TurnResult
from tests.kit import actions
from tests.kit.alarms import alarms
from tests.kit.engine import EngineKit

PAGE = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
SEND = {"call": "send"}


@pytest.mark.parametrize("status_code", [408, 500, 503])
def test_a_page_after_the_agent_has_heard_the_message_has_it_heard_once(
    database, turnwire_sandbox, tmp_path, status_code
):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.sandbox.add_rule(
            "status_after", match=SEND, times=0, status=status_code, body=PAGE, headers={"Retry-After": "0"}
        )
        kit.crowd("osvi", 1)
        kit.crowd("synthflow", 1, prefix="S")
        kit.settle()
        (doubtful,), (adopted,) = kit.turns("C0"), kit.turns("S0")
        assert (doubtful.status, doubtful.reason) == ("unknown", "lost")
        assert (adopted.status, adopted.settled_by) == ("answered", "read_back")
        assert len(kit.calls("send")) == 2


def test_the_apis_own_503_is_repeated_a_bounded_number_of_times_whatever_wait_it_names(
    database, turnwire_sandbox, tmp_path
):
    with EngineKit(database, turnwire_sandbox, tmp_path, routes={"osvi": {"max_attempts": 2}}) as kit:
        kit.sandbox.add_rule("status_after", match=SEND, times=0, status=503, headers={"Retry-After": "0"})
        kit.crowd("osvi", 1)
        kit.crowd("synthflow", 1, prefix="S")
        kit.settle()
        (given_up,), (adopted,) = kit.turns("C0"), kit.turns("S0")
        assert (given_up.status, given_up.reason) == ("failed", "max_attempts: busy")
        assert (adopted.status, adopted.settled_by) == ("answered", "read_back")
        assert len(kit.calls("send")) == 3


def test_a_firewalls_403_to_one_message_refuses_that_one_and_leaves_the_account_open(
    database, turnwire_sandbox, tmp_path
):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        bad = {"call": "send", "text": "' OR 1=1 --"}
        kit.sandbox.add_rule("status_before", match=bad, times=0, status=403, body="<html>Forbidden</html>")
        for route in ("osvi", "synthflow"):
            kit.receive(route, f"{route}-bad", "' OR 1=1 --", "and the next")
            kit.receive(route, f"{route}-good", "Where is my parcel?")
        kit.settle()
        assert kit.statuses() == {"answered": 4, "failed": 2}
        for route in ("osvi", "synthflow"):
            refused, after = kit.turns(f"{route}-bad")
            assert (refused.reason, after.status) == ("refused", "answered")
            assert kit.account(route).closed_until is None
            assert "the token is good" in kit.rows(tables.attempts, tables.attempts.c.turn_id == refused.id)[-1].error


@pytest.mark.parametrize("provider", ["osvi", "synthflow"])
def test_a_403_that_a_harmless_call_meets_too_closes_the_account_and_burns_nothing(
    database, turnwire_sandbox, tmp_path, provider
):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.sandbox.add_rule("status_before", match={"provider": provider}, times=0, status=403)
        kit.crowd(provider, 5)
        kit.until(lambda: kit.account(provider).reason == "credentials")
        assert kit.account(provider).closed_until == FOREVER
        assert "a harmless call too" in kit.account(provider).detail
        assert kit.statuses() == {"queued": 5}


def test_a_credit_that_is_used_up_closes_the_account_until_somebody_has_topped_it_up(
    database, turnwire_sandbox, tmp_path
):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.crowd("osvi", 1, prefix="first")
        kit.settle()
        empty = kit.sandbox.add_rule("status_before", match={"provider": "osvi"}, times=0, status=402)
        kit.crowd("osvi", 20)
        kit.until(lambda: kit.account("osvi").reason == "credit")
        kit.engine.run_slice(0.3)
        assert kit.statuses() == {"answered": 1, "queued": 20}
        assert kit.account("osvi").closed_until == FOREVER
        (alarm,) = [each for each in alarms(kit.database) if each["name"] == "account_closed"]
        assert "credit" in alarm["what"]
        assert alarm["next"] == "turnwire accounts resume osvi"

        kit.sandbox.remove_rule(empty.id)
        actions.resume_account(kit.database, "osvi", actor="ann")
        kit.settle()
        assert kit.statuses() == {"answered": 21}
        assert {turn.tries for turn in kit.turns()} == {1}


def test_one_conversation_whose_opening_is_refused_goes_to_a_person_alone(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.crowd("osvi", 1, prefix="first")
        kit.settle()
        bad = kit.sandbox.add_rule("status_before", match={"call": "open"}, times=1, status=422)
        kit.receive("osvi", "bad", "I have a strange name")
        kit.settle()
        kit.crowd("osvi", 5)
        kit.settle()
        assert kit.statuses() == {"answered": 6, "queued": 1}
        conversation = kit.conversation("bad")
        assert (conversation.status, conversation.reason) == ("handed_off", "not_opened")
        assert not [each for each in alarms(kit.database) if each["name"] == "route_paused"]

        kit.sandbox.remove_rule(bad.id)
        actions.resume_conversation(kit.database, conversation.id, actor="ann", answer_waiting=True)
        kit.settle()
        assert kit.statuses() == {"answered": 7}


def test_openings_that_are_refused_one_after_the_other_pause_the_route_after_all(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path) as kit:
        kit.crowd("osvi", 1, prefix="first")
        kit.settle()
        kit.sandbox.add_rule("status_before", match={"call": "open"}, times=0, status=422)
        kit.crowd("osvi", 20)
        kit.until(lambda: [each for each in alarms(kit.database) if each["name"] == "route_paused"])
        kit.engine.run_slice(0.3)
        with_people = [row for row in kit.rows(tables.conversations) if row.status == "handed_off"]
        assert len(with_people) == 4
        assert kit.statuses() == {"answered": 1, "queued": 20}


def test_two_tickets_of_one_person_share_a_session_and_neither_ends_the_others(database, turnwire_sandbox, tmp_path):
    with EngineKit(database, turnwire_sandbox, tmp_path, routes={"osvi": {"osvi_customer": "customer"}}) as kit:
        for key in ("T-1", "T-2"):
            kit.receive("osvi", key, f"{key} says 1", f"{key} says 2", customer=Customer(id="tw-1"))
        kit.receive("osvi", "T-3", "another", customer=Customer(id="ann"))
        kit.settle()
        assert kit.statuses() == {"answered": 5}
        assert {outcome for turn in kit.turns() for _, outcome in kit.attempts(turn.id)} == {"answered"}
        first, second, other = (kit.conversation(key).chat_id for key in ("T-1", "T-2", "T-3"))
        assert first == second != other


@pytest.mark.parametrize("chat_id", ["..", "x" * 300_000])
def test_a_chat_id_that_no_address_can_carry_opens_no_chat(sqlite_database, tmp_path, chat_id):
    fakes = {"osvi": Naming(chat_id)}
    with EngineKit(sqlite_database, None, tmp_path, fakes=fakes) as kit:
        kit.receive("osvi", "T-1", "Hello")
        kit.until(lambda: [row for row in kit.rows(tables.attempts) if row.outcome == "lost"])
        assert kit.conversation("T-1").chat_id is None
        assert kit.statuses() == {"queued": 1}


class Naming:
    """A provider that opens chats under a name of the test's."""

    capabilities = Capabilities()

    def __init__(self, chat_id: str) -> None:
        self._chat_id = chat_id

    async def open(self, conversation: ChatContext) -> Opened:
        return Opened(chat_id=self._chat_id)

    async def find(self, conversation: ChatContext) -> Opened | None:
        return None

    async def send(self, request: TurnRequest) -> TurnResult:
        raise AssertionError("nothing is sent into such a chat")

    async def read(self, chat_id: str) -> History | None:
        return None
