"""OpenAPI schemas of requests and answers; small requests are validated with them, answers are not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints
from pydantic.json_schema import models_json_schema

from connector.storage.actions import LONGEST_NOTE, LONGEST_REASON

REFERENCE = "#/components/schemas/{model}"

# Published only: what is blank is refused where it is used, by what Python strips, which no other pattern engine knows.
_NOT_BLANK = Field(json_schema_extra={"pattern": "[^\\s\\u001c-\\u001f\\u0085]"})

TurnStatus = Literal["queued", "sending", "answered", "unknown", "failed", "cancelled"]


class EventAnswer(BaseModel):
    """What became of an event. Ids are opaque strings."""

    event_id: str
    turn_id: str | None = Field(description="null until a follow-up is due")
    followup_id: str | None
    status: Literal["accepted", "scheduled", "stopped", "duplicate", "conflict"]
    warnings: list[str]
    reason: str = Field("", description="only where there is one")


class HookAnswer(BaseModel):
    """What became of an event of a delivery. Ids are opaque strings, null for what was stopped."""

    event_id: str | None
    turn_id: str | None
    followup_id: str | None
    status: Literal["accepted", "scheduled", "stopped", "duplicate", "conflict"]
    warnings: list[str]
    reason: str = Field("", description="only where there is one")


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str
    expected: str
    got: str = Field(description="kind and size of what came, never the text itself")


class ProblemBody(BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    errors: list[FieldError] = Field(default_factory=list, description="always present with 422")


class HookAnswerOrProblem(BaseModel):
    """What became of one part of a delivery of many: as for a single one, or a problem."""

    http_status: int
    status: str | int
    event_id: str | None = None
    turn_id: str | None = None
    followup_id: str | None = None
    warnings: list[str] = []
    reason: str = ""
    type: str = ""
    title: str = ""
    errors: list[FieldError] = []


class HookAnswers(BaseModel):
    """What became of a delivery of many, part by part, in their order."""

    events: list[HookAnswerOrProblem]


class HookAnswerBody(RootModel[HookAnswer | HookAnswers]):
    """What became of a delivery."""


class Attempt(BaseModel):
    """One outside call."""

    number: int
    call: Literal["open", "send", "read_back"]
    started_at: str
    ended_at: str | None
    outcome: str | None = Field(description="null while open")
    http_status: int | None
    error: str | None
    provider_request_id: str | None
    evidence: Any


class Reply(BaseModel):
    """The answer on its way back."""

    id: str
    channel: str
    status: str
    reason: str | None
    delivered_at: str | None
    mode: Literal["draft", "internal", "public"] | None
    text: str | None
    edited: bool
    approved_by: str | None
    external_id: str | None
    external_url: str | None


class TurnOfConversation(BaseModel):
    """One customer message and the agent's answer to it. Times are UTC."""

    id: str
    revision: int
    event_id: str
    conversation_id: str
    conversation: str
    route: str
    account: str
    provider: str | None
    source: str | None
    external_id: str | None
    position: int
    status: TurnStatus
    reason: str | None
    waiting_for: str | None
    settled_by: str | None
    text: str
    answer: str | None
    agent_state: str | None
    provider_chat_id: str | None
    provider_turn: int | None
    priority: int
    backlog_id: str | None
    followup_id: str | None
    customer: dict[str, Any]
    metadata: dict[str, Any]
    accepted_at: str
    occurred_at: str | None
    due_at: str
    sent_at: str | None
    ended_at: str | None
    subject: str | None
    source_kind: str | None = Field(description="by what kind of door it came: http, celery, mail, csv, ...")


class Turn(TurnOfConversation):
    """A turn with what its agent was told, its attempts and replies."""

    told: str | None = Field(description="exactly what was sent last, where it is more than `text`")
    context_used: int = Field(description="how many earlier messages were told with it")
    attempts: list[Attempt]
    replies: list[Reply]


class Conversation(BaseModel):
    """One thread with one customer on one route, with a page of its turns in order."""

    id: str
    key: str
    route: str
    status: Literal["open", "handed_off", "closed"]
    reason: str | None
    customer: dict[str, Any]
    provider_chat_id: str | None
    turns: list[TurnOfConversation]
    next: str | None = Field(description="the `cursor` of the page behind this one")


class Close(BaseModel):
    """Nothing has to be said."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class HandOff(Close):
    """Why a person is to have the conversation; may be left out."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REASON), _NOT_BLANK] = "api"


class Resume(Close):
    """How the agent gets the conversation back; all may be left out."""

    note: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NOTE), _NOT_BLANK] | None = Field(
        None, description="what the agent is told of the meantime, where its provider has a way to tell it"
    )
    answer_waiting: bool = Field(
        default=False, description="have the agent answer what came in meanwhile; else it counts as answered"
    )


class ConversationChanged(BaseModel):
    """A conversation after a change of hands; the ids in `cancelled` are of turns that will not be sent."""

    id: str
    key: str
    route: str
    status: Literal["open", "handed_off", "closed"]
    reason: str | None
    customer: dict[str, Any]
    provider_chat_id: str | None
    changed: bool
    cancelled: list[str]


class State(BaseModel):
    """How the front door is."""

    status: Literal["alive", "ready"]


def answers() -> dict[str, Any]:
    """The shapes as JSON schemas, by name."""
    models = (
        EventAnswer,
        HookAnswerBody,
        ProblemBody,
        Turn,
        Conversation,
        HandOff,
        Resume,
        Close,
        ConversationChanged,
        State,
    )
    _, found = models_json_schema([(model, "validation") for model in models], ref_template=REFERENCE)
    return dict(found["$defs"])
