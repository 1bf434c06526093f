"""Both clients against the vendors' OpenAPI documents.

Every request they can produce is valid, and every documented answer, success or failure, is read into an outcome.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

from connector.http import encoded
from connector.providers import osvi, osvi_operations, synthflow
from connector.providers.base import Request
from connector.values import CallResult, Outcome
from tests.kit.provider_fakes import AGENT, answer, conversation

DOCUMENTS = Path(__file__).parents[2] / "data" / "openapi"
CHAT = "a830288c-88df-4611-8db2-6db87b4fbb41"
SERVERS = {
    "osvi": [osvi.BASE_URL],
    "synthflow": list(synthflow.REGIONS.values()),
}
HEADERS = {"osvi": {"API-Token": "sixteen-letters1"}, "synthflow": {"Authorization": "Bearer key"}}


@cache
def document(vendor: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCUMENTS / f"{vendor}.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def openapi(vendor: str) -> OpenAPI:
    return OpenAPI.from_dict(document(vendor))


def resolved(vendor: str, node: Any) -> Any:
    while "$ref" in node:
        found: Any = document(vendor)
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def assert_valid(vendor: str, base_url: str, request: Request) -> None:
    base = urlsplit(base_url)
    openapi(vendor).validate_request(
        MockRequest(
            f"{base.scheme}://{base.netloc}",
            request.method.lower(),
            base.path + request.path,
            args=dict(request.params or {}),
            headers=HEADERS[vendor],
            data=None if request.body is None else encoded(request.body),
        )
    )


# -- requests ---------------------------------------------------------------------------------------------------------

TALK = conversation(context=tuple("abcdefg"))
REQUESTS: dict[str, tuple[str, Request]] = {
    "legacy start": ("osvi", osvi.legacy_start_request(AGENT)),
    "legacy start with what we know": ("osvi", osvi.legacy_start_request(AGENT, osvi.legacy_metadata(TALK))),
    "legacy send": ("osvi", osvi.legacy_send_request(AGENT, CHAT, "Hi")),
    "v1 create": ("osvi", osvi.create_session_request(AGENT, "tw-1")),
    "v1 create with what we know": (
        "osvi",
        osvi.create_session_request(AGENT, "tw-1", TALK.customer.as_dict(), TALK.context),
    ),
    "v1 active of all agents": ("osvi", osvi.active_sessions_request("+1555 & x")),
    "v1 active of one agent": ("osvi", osvi.active_sessions_request("tw-1", AGENT)),
    "v1 inbound": ("osvi", osvi.inbound_request(AGENT, "tw-1", "Hi", CHAT)),
    "v1 inbound without session": ("osvi", osvi.inbound_request(AGENT, "tw-1", "Hi")),
    "legacy pause": ("osvi", osvi_operations.legacy_pause_request(AGENT, CHAT)),
    "legacy close": ("osvi", osvi_operations.legacy_close_request(AGENT, CHAT)),
    "v1 takeover": ("osvi", osvi_operations.support_request(CHAT, "takeover")),
    "v1 tell": ("osvi", osvi_operations.support_request(CHAT, "tell", "Offer a refund.")),
    "v1 whisper": ("osvi", osvi_operations.support_request(CHAT, "whisper", "Be brief.")),
    "v1 end": ("osvi", osvi_operations.support_request(CHAT, "end")),
    "v1 close": ("osvi", osvi_operations.support_request(CHAT, "close")),
    "v1 operator's message": ("osvi", osvi_operations.support_request(CHAT, message="Hello, I am Ann.")),
    "v1 inject context": ("osvi", osvi_operations.inject_context_request(CHAT, "She called before.")),
    "create": ("synthflow", synthflow.create_request(CHAT, AGENT)),
    "create with what we know": ("synthflow", synthflow.create_request(CHAT, AGENT, synthflow.metadata_of(TALK))),
    "send": ("synthflow", synthflow.send_request(CHAT, "Hi")),
    "get": ("synthflow", synthflow.get_request(CHAT)),
    "list": ("synthflow", synthflow.list_request()),
    "list of one agent": ("synthflow", synthflow.list_request(AGENT, 1, "c2")),
    "delete": ("synthflow", synthflow.delete_request(CHAT)),
    "outbound by SMS": (
        "synthflow",
        synthflow.outbound_request(CHAT, "sms", "+15559876543", "+15551234567", initial_message="Hi!"),
    ),
    "outbound by template": (
        "synthflow",
        synthflow.outbound_request(
            CHAT,
            "whatsapp",
            "+15559876543",
            "+15551234567",
            template=synthflow.Template(content_sid="HX00000000000000000000000000000000", variables={"1": "Alex"}),
            custom_variables={"plan": "pro"},
        ),
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_are_valid_on_every_host(name: str) -> None:
    vendor, request = REQUESTS[name]
    for base_url in SERVERS[vendor]:
        assert_valid(vendor, base_url, request)


@given(st.text(min_size=1), st.text(min_size=1))
def test_requests_are_valid_whatever_the_customer_wrote(text: str, customer: str) -> None:
    assert_valid("osvi", osvi.BASE_URL, osvi.inbound_request(AGENT, customer, text, CHAT))
    assert_valid("osvi", osvi.BASE_URL, osvi.legacy_send_request(AGENT, CHAT, text))
    assert_valid("osvi", osvi.BASE_URL, osvi.create_session_request(AGENT, customer, {"name": text}, [text]))
    assert_valid("synthflow", synthflow.BASE_URL, synthflow.send_request(CHAT, text))
    assert_valid("osvi", osvi.BASE_URL, osvi_operations.inject_context_request(CHAT, text))
    assert_valid("osvi", osvi.BASE_URL, osvi_operations.support_request(CHAT, "tell", text))


def test_the_documents_refuse_what_is_wrong() -> None:
    wrong = [
        ("osvi", Request(method="POST", path="/v1/chat/inbound", body={"agent_uuid": AGENT, "content": "Hi"})),
        ("osvi", Request(method="POST", path="/v1/chat/nowhere", body={})),
        ("synthflow", Request(method="POST", path=f"/chat/{CHAT}/messages", body={"text": "Hi"})),
    ]
    for vendor, request in wrong:
        with pytest.raises(Exception, match=r"(?i)body|path"):
            assert_valid(vendor, SERVERS[vendor][0], request)


# -- answers ----------------------------------------------------------------------------------------------------------

Reader = Callable[[Any], CallResult | None]
READERS: dict[str, dict[str, Reader]] = {
    "osvi": {
        "legacyStartChatSession": osvi.read_started,
        "legacySendChatMessage": osvi.read_legacy_answer,
        "createChatSession": osvi.read_created,
        "getActiveChatSession": osvi.read_sessions,
        "sendInboundChatMessage": osvi.read_answer,
        "legacyPauseChatSession": osvi_operations.read_paused,
        "legacyCloseChatSession": osvi_operations.read_closed,
        "sendSupportCommand": osvi_operations.read_supported,
        "injectChatContext": osvi_operations.read_context_added,
    },
    "synthflow": {
        "create-chat": lambda reply: synthflow.read_created(reply, CHAT),
        "send-chat-message": synthflow.read_answer,
        "get-chat": lambda reply: synthflow.read_history(reply, CHAT),
        "list-chats": synthflow.read_page,
        "delete-chat": synthflow.read_deleted,
        "create-outbound-chat": synthflow.read_started,
    },
}
OPENINGS = {"legacyStartChatSession", "createChatSession", "create-chat", "list-chats"}
SENDS = {"legacySendChatMessage", "sendInboundChatMessage"}
SESSIONS = {"legacyPauseChatSession", "legacyCloseChatSession", "sendSupportCommand", "injectChatContext"}


def expected(operation: str, status: int) -> Outcome:
    fault = Outcome.MISCONFIGURED if operation in OPENINGS else Outcome.REFUSED
    if status == 404 and operation in SENDS | SESSIONS:
        return Outcome.CHAT_OVER
    if status == 404 and operation == "getActiveChatSession":
        return Outcome.ANSWERED
    return {200: Outcome.ANSWERED, 401: Outcome.CREDENTIALS, 500: Outcome.SERVER_ERROR}.get(status, fault)


def documented() -> Iterator[tuple[str, str, int, str, Any]]:
    """Vendor, operation, status, name and value of every example of an answer."""
    for vendor, readers in READERS.items():
        for path in document(vendor)["paths"].values():
            for operation in path.values():
                if not isinstance(operation, dict) or operation.get("operationId") not in readers:
                    continue
                for status, response in operation["responses"].items():
                    media = resolved(vendor, response)["content"]["application/json"]
                    examples = {name: each["value"] for name, each in media.get("examples", {}).items()}
                    if "example" in media:
                        examples["example"] = media["example"]
                    for name, value in examples.items():
                        yield vendor, operation["operationId"], int(status), name, value


DOCUMENTED = list(documented())


@pytest.mark.parametrize(
    ("vendor", "operation", "status", "value"),
    [(vendor, operation, status, value) for vendor, operation, status, _, value in DOCUMENTED],
    ids=[f"{vendor}-{operation}-{status}-{name}" for vendor, operation, status, name, _ in DOCUMENTED],
)
def test_documented_answers_are_read(vendor: str, operation: str, status: int, value: Any) -> None:
    result = READERS[vendor][operation](answer(value, status))
    assert result is not None
    assert result.outcome is expected(operation, status)
    assert (result.error is None) == (result.outcome is Outcome.ANSWERED)


def test_every_operation_we_use_has_documented_successes_and_failures() -> None:
    seen = {(vendor, operation, status) for vendor, operation, status, _, _ in DOCUMENTED}
    for vendor, readers in READERS.items():
        for operation in readers:
            statuses = {status for v, o, status in seen if (v, o) == (vendor, operation)}
            assert 200 in statuses
            assert len(statuses) > 1


def test_both_shapes_of_synthflows_400() -> None:
    published = answer({}, 400)
    observed = answer(document("synthflow")["x-observed-errors"]["envelope"], 400)
    for reply in (published, observed):
        assert synthflow.read_answer(reply).outcome is Outcome.REFUSED
        assert synthflow.read_created(reply, CHAT).outcome is Outcome.MISCONFIGURED
    assert synthflow.read_answer(observed).request_id == "quote it to vendor support"


@pytest.mark.parametrize("shape", document("synthflow")["x-observed-errors"]["other-shapes"])
def test_synthflows_other_observed_shapes(shape: str) -> None:
    text = shape[: shape.rindex("}") + 1].replace("...", "field required")
    assert synthflow.read_created(answer(json.loads(text), 404), CHAT).outcome is Outcome.MISCONFIGURED
    assert synthflow.read_answer(answer(json.loads(text), 422)).outcome in {Outcome.REFUSED, Outcome.CHAT_OVER}


@pytest.mark.parametrize(("vendor", "operation"), [(v, o) for v, readers in READERS.items() for o in readers])
def test_documented_successes_are_valid_themselves(vendor: str, operation: str) -> None:
    """The examples are what the tests above believe; so they had better agree with their schemas."""
    for path in document(vendor)["paths"].values():
        for each in path.values():
            if isinstance(each, dict) and each.get("operationId") == operation:
                schema = resolved(vendor, each["responses"]["200"])["content"]["application/json"]["schema"]
                values = [value for v, o, s, _, value in DOCUMENTED if (v, o, s) == (vendor, operation, 200)]
                validator = Draft202012Validator({**schema, "components": document(vendor)["components"]})
                assert values
                assert [error.message for value in values for error in validator.iter_errors(value)] == []


def test_no_operation_of_a_vendor_is_left_out() -> None:
    for vendor, readers in READERS.items():
        operations = {
            each["operationId"]
            for path in document(vendor)["paths"].values()
            for each in path.values()
            if isinstance(each, dict) and "operationId" in each
        }
        assert operations == set(readers)
