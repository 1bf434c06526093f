"""Settings and rules of the sandbox as its users write them, checked at the edge."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypedDict

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

ProviderName = Literal["osvi", "synthflow"]

CallName = Literal[
    "open",  # OSVI POST /chat_sessions and POST /v1/chat/session; Synthflow POST /chat/{id}
    "find",  # OSVI GET /v1/chat/session/active
    "send",  # OSVI POST /chat_messages/send_message and POST /v1/chat/inbound; Synthflow POST /chat/{id}/messages
    "read",  # Synthflow GET /chat/{id}
    "list",  # Synthflow GET /chat
    "delete",  # Synthflow DELETE /chat/{id}
    "pause",  # OSVI POST /chat_sessions/{id}/pause_session
    "close",  # OSVI POST /chat_sessions/{id}/close_session
    "support",  # OSVI POST /v1/chat/session/{id}/support
    "inject_context",  # OSVI POST /v1/chat/session/{id}/inject_context
    "outbound",  # Synthflow POST /chat/outbound
]

FaultName = Literal[
    "status_before",
    "status_after",
    "refuse",
    "cut_before",
    "cut_after",
    "silence_before",
    "silence_after",
    "drip",
    "broken_body",
    "success_false",
    "chat_over",
]

HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
HeaderValue = Annotated[str, StringConstraints(pattern=r"^[^\r\n\x00]*$")]

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Settings(BaseModel):
    """How the sandbox's agents behave when no rule says otherwise."""

    model_config = STRICT

    latency_s: float = Field(default=0.0, ge=0, description="seconds the agent takes to answer a message")
    jitter: float = Field(default=0.0, ge=0, le=1, description="share of latency_s by which it varies, up and down")
    session_ttl_s: float | None = Field(default=None, gt=0, description="seconds of quiet after which a chat is over")
    end_chat_after: int | None = Field(default=None, ge=1, description="customer messages after which a chat is over")
    greeting: Literal["numbered", "unnumbered", "none"] = Field(
        default="numbered",
        description="Synthflow: the greeting is turn 1 of the history, stands outside it, or there is none",
    )
    history_lag_s: float = Field(default=0.0, ge=0, description="Synthflow: seconds until a read shows a message")
    tidy_text: bool = Field(default=False, description="Synthflow: the history keeps a text with white space collapsed")


class Match(BaseModel):
    """Which calls a rule is for; a key left out matches everything."""

    model_config = STRICT

    provider: ProviderName | None = None
    call: CallName | None = None
    chat: str | None = Field(default=None, description="the whole chat or session id")
    text: str | None = Field(default=None, description="a part of the message, letter case counts")


class Rule(BaseModel):
    """One scripted fault: the first living rule that matches a call decides what happens to it.

    ``refuse`` looks at no call (a port is shut before there is one), so its ``match`` has no effect. Without ``fault``
    a rule only delays.
    """

    model_config = STRICT

    match: Match = Match()
    fault: FaultName | None = None
    times: int = Field(default=1, ge=0, description="how often it strikes; 0 = without limit")
    probability: float = Field(default=1.0, ge=0, le=1)
    status: int | None = Field(default=None, ge=200, le=599, description="default: 500 for status_*, else 200")
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict, description="added to the answer")
    body: str | dict[str, Any] | list[Any] | None = Field(
        default=None, description="instead of the usual body; a string goes out as it is; {chat} becomes the chat's id"
    )
    delay_s: float | None = Field(default=None, ge=0, description="seconds; its meaning depends on the fault")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.fault is None and self.delay_s is None:
            raise ValueError("a rule needs a fault, or delay_s to be slow only")
        if self.fault == "refuse" and self.times == 0:
            raise ValueError("refuse shuts this very port, so times must be at least 1")
        return self


class RuleLine(Rule):
    """A rule as the sandbox keeps it: with its id and how often it struck."""

    id: str
    used: int = 0


class Received(TypedDict):
    """One call that reached the sandbox, in order of arrival."""

    n: int
    at: str
    provider: ProviderName
    call: CallName
    chat: str | None
    text: str | None
    processed: bool
    http_status: int | None
    fault: str | None


class Summary(TypedDict):
    """What the sandbox counted since it started or was reset.

    ``processed``: messages that entered a history. ``chats``: chats opened. ``repeated``: messages that entered a
    chat whose history already held exactly that text; a customer who writes "yes" twice counts too, so tests that
    look for repeats use texts that differ. ``concurrent``: messages that came while another one of the same chat was
    under way and its client still waited. ``max_in_flight``: most calls at one time. ``rejected``: 4xx that the
    sandbox answered on its own, not by a rule.
    """

    processed: int
    chats: int
    repeated: int
    concurrent: int
    max_in_flight: int
    rejected: int
