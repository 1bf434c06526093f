"""Mails as customers and strangers write them."""

from __future__ import annotations

from connector.channels.mail.message import parse_email
from connector.values import Event


def mail(
    own_id: str | None,
    sender: str,
    *,
    text: str = "Hello",
    to: str = "support@shop.example",
    date: str = "Tue, 24 Nov 2026 10:00:00 +0000",
    **headers: str,
) -> bytes:
    """A mail; further headers by their names with underscores: ``in_reply_to="<a@b>"``."""
    lines = {"From": sender, "To": to, "Date": date, "Subject": "A parcel"}
    lines |= {"Message-ID": f"<{own_id}>"} if own_id else {}
    lines |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    return ("".join(f"{name}: {value}\n" for name, value in lines.items()) + f"\n{text}\n").encode()


def mailed(own_id: str | None, sender: str, *, route: str = "osvi", **rest: str) -> Event:
    """The same as the reader makes an event of it."""
    ours = ("support@shop.example",)
    return parse_email(mail(own_id, sender, **rest), source=f"mail:{route}", route=route, addresses=ours)
