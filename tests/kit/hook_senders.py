"""The systems that send hooks, played from their own pages: how each signs, and what it sends.

Written without a look at the verifier: every scheme is spelt out here, with nothing shared between them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

URL = "https://hooks.example.com/v1/hooks/box"
SECRET = "kJ3-s9df8Gh2Lq0zXc"
STANDARD_SECRET = "whsec_" + base64.b64encode(b"a key of at least 24 bytes").decode()

Headers = dict[str, str]
Sign = Callable[[str, bytes, datetime], Headers]


@dataclass(frozen=True, kw_only=True)
class Sender:
    """One system: ``signed_at`` names the header with the time, if it signs one."""

    profile: str
    sign: Sign
    header: str
    body: Any
    text: str
    secret: str = SECRET
    other_secret: str = "another-secret-altogether"
    signed_at: str | None = None
    prefix: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    query: str = ""

    @property
    def raw(self) -> bytes:
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


def b64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def standard(secret: str, body: bytes, now: datetime) -> Headers:
    at = str(int(now.timestamp()))
    key = base64.b64decode(secret.split("_", 1)[1])
    mac = hmac.digest(key, f"msg_1.{at}.".encode() + body, "sha256")
    return {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": "v1," + b64(mac)}


def zendesk(secret: str, body: bytes, now: datetime) -> Headers:
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    mac = hmac.digest(secret.encode(), at.encode() + body, "sha256")
    return {"X-Zendesk-Webhook-Signature": b64(mac), "X-Zendesk-Webhook-Signature-Timestamp": at}


def freshdesk(secret: str, body: bytes, now: datetime) -> Headers:
    return {"Authorization": "Basic " + b64(secret.encode())}


def hub_sha1(secret: str, body: bytes, now: datetime) -> Headers:
    return {"X-Hub-Signature": "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}


def hub_sha256(secret: str, body: bytes, now: datetime) -> Headers:
    return {"X-Hub-Signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def hubspot_v3(secret: str, body: bytes, now: datetime) -> Headers:
    at = str(int(now.timestamp() * 1000))
    source = b"POST" + URL.encode() + b"?portal=(1)&x=%22" + body + at.encode()
    mac = hmac.digest(secret.encode(), source, "sha256")
    return {"X-HubSpot-Signature-v3": b64(mac), "X-HubSpot-Request-Timestamp": at}


def hubspot_v1(secret: str, body: bytes, now: datetime) -> Headers:
    return {"X-HubSpot-Signature": hashlib.sha256(secret.encode() + body).hexdigest()}


def helpscout(secret: str, body: bytes, now: datetime) -> Headers:
    mac = hmac.digest(secret.encode(), body, "sha1")
    return {"X-HelpScout-Signature": b64(mac), "X-HelpScout-Event": "convo.customer.reply.created"}


def front(secret: str, body: bytes, now: datetime) -> Headers:
    at = str(int(now.timestamp() * 1000))
    mac = hmac.digest(secret.encode(), at.encode() + b":" + body, "sha256")
    return {"X-Front-Signature": b64(mac), "X-Front-Request-Timestamp": at}


def front_rule(secret: str, body: bytes, now: datetime) -> Headers:
    return {"X-Front-Signature": b64(hmac.digest(secret.encode(), body, "sha1"))}


TEXT = "Grüße, 你好: where is my parcel?"
HTML = "<p>Grüße, 你好: where is my <b>parcel</b>?</p>"

HUBSPOT_BODY = [
    {
        "eventId": 1, "subscriptionId": 12345, "portalId": 62515, "appId": 54321, "occurredAt": 1795000000000,
        "subscriptionType": "conversation.newMessage", "attemptNumber": 0, "objectId": 901, "messageId": "m-1",
        "messageType": "MESSAGE", "note": TEXT,
    }
]  # fmt: skip
HUBSPOT_TEXT = {"text": "Message {/messageId} in thread {/objectId}: {/note}"}
FRONT_MESSAGE = {"id": "msg_1", "is_inbound": True, "body": HTML, "author": None}

SENDERS = {
    sender.profile: sender
    for sender in (
        Sender(
            profile="standard_webhooks", sign=standard, header="webhook-signature", signed_at="webhook-timestamp",
            secret=STANDARD_SECRET, other_secret="whsec_" + b64(b"another key of 24 bytes!"), prefix="v1,", text=TEXT,
            body={
                "type": "message.created", "timestamp": "2026-11-21T10:00:00Z",
                "data": {
                    "conversation": "T-1", "id": "T-1/1", "text": TEXT, "subject": "Parcel", "priority": 7,
                    "customer": {"id": 12, "name": "Ada", "email": "ada@example.com", "language": "de"},
                },
            },
        ),
        Sender(
            profile="zendesk", sign=zendesk, header="X-Zendesk-Webhook-Signature",
            signed_at="X-Zendesk-Webhook-Signature-Timestamp", text=TEXT,
            body={
                "account_id": 1, "id": "01J", "type": "zen:event-type:ticket.comment_added",
                "time": "2026-11-21T10:00:00.123456789Z", "subject": "zen:ticket:35436",
                "detail": {
                    "id": "35436", "subject": "Parcel", "status": "OPEN", "requester_id": "8", "submitter_id": "8",
                    "is_public": True, "via": {"channel": "web"}, "description": TEXT,
                },
                "event": {
                    "meta": {"sequence": {"id": "seq-1", "position": 1}},
                    "comment": {
                        "id": "77", "body": TEXT, "is_public": True,
                        "author": {"id": "8", "name": "Ada", "is_staff": False},
                    },
                },
            },
        ),
        Sender(
            profile="freshdesk", sign=freshdesk, header="Authorization", prefix="Basic ", secret="turnwire:s3cret",
            settings={"fields": {
                "id": "/freshdesk_webhook/ticket_latest_public_comment_id", "text": "/freshdesk_webhook/comment",
            }},
            text=TEXT,
            body={"freshdesk_webhook": {
                "ticket_id": 9, "ticket_latest_public_comment_id": 4, "comment": HTML,
                "ticket_contact_email": "ada@example.com",
            }},
        ),
        Sender(
            profile="intercom", sign=hub_sha1, header="X-Hub-Signature", prefix="sha1=", text=TEXT,
            body={
                "type": "notification_event", "id": "notif_1", "topic": "conversation.user.replied",
                "created_at": 1795000000,
                "data": {"item": {
                    "id": "215", "source": {"id": "s1", "body": "<p>first</p>", "author": {"type": "user"}},
                    "conversation_parts": {"conversation_parts": [{
                        "id": "501", "part_type": "comment", "body": HTML,
                        "author": {"type": "user", "id": "u1", "name": "Ada", "email": "ada@example.com"},
                    }]},
                }},
            },
        ),
        Sender(
            profile="hubspot", sign=hubspot_v3, header="X-HubSpot-Signature-v3",
            signed_at="X-HubSpot-Request-Timestamp", body=HUBSPOT_BODY, query="portal=%281%29&x=%22",
            settings={"url": URL, "fields": HUBSPOT_TEXT}, text=f"Message m-1 in thread 901: {TEXT}",
        ),
        Sender(
            profile="hubspot_v1", sign=hubspot_v1, header="X-HubSpot-Signature", body=HUBSPOT_BODY,
            settings={"fields": HUBSPOT_TEXT}, text=f"Message m-1 in thread 901: {TEXT}",
        ),
        Sender(
            profile="jira", sign=hub_sha256, header="X-Hub-Signature", prefix="sha256=", text=TEXT,
            body={
                "timestamp": 1795000000000, "webhookEvent": "comment_created",
                "issue": {"id": "10001", "key": "SUP-1", "fields": {"summary": "Parcel"}},
                "comment": {
                    "id": "7", "body": TEXT, "jsdPublic": True,
                    "author": {"accountId": "qm:1", "accountType": "customer", "displayName": "Ada"},
                },
            },
        ),
        Sender(
            profile="zammad", sign=hub_sha1, header="X-Hub-Signature", prefix="sha1=", text=TEXT,
            body={
                "ticket": {"id": 3, "title": "Parcel", "customer_id": 5, "customer": {
                    "email": "ada@example.com", "fullname": "Ada"}},
                "article": {
                    "id": 11, "ticket_id": 3, "type": "email", "sender": "Customer", "internal": False, "body": HTML,
                    "content_type": "text/html", "created_by_id": 5, "created_at": "2026-11-21T10:00:00.000Z",
                },
            },
        ),
        Sender(
            profile="helpscout", sign=helpscout, header="X-HelpScout-Signature", text=TEXT,
            body={
                "id": 77, "subject": "Parcel",
                "_embedded": {"threads": [{
                    "id": 9, "type": "customer", "body": HTML, "createdAt": "2026-11-21T10:00:00Z",
                    "createdBy": {"id": 4, "type": "customer", "first": "Ada", "last": "L", "email": "ada@example.com"},
                }]},
            },
        ),
        Sender(
            profile="front", sign=front, header="X-Front-Signature", signed_at="X-Front-Request-Timestamp", text=TEXT,
            body={
                "type": "inbound_received", "authorization": {"id": "cmp_1"},
                "payload": {
                    "id": "evt_1", "conversation": {"id": "cnv_1", "subject": "Parcel", "recipient": {
                        "handle": "ada@example.com"}},
                    "target": {"data": FRONT_MESSAGE},
                },
            },
        ),
        Sender(
            profile="front_rule", sign=front_rule, header="X-Front-Signature", text=TEXT,
            body={
                "id": "evt_1", "type": "inbound", "conversation": {"id": "cnv_1", "subject": "Parcel"},
                "target": {"data": FRONT_MESSAGE},
            },
        ),
    )
}  # fmt: skip
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
