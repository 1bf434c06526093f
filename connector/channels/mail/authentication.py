"""Authentication of a mail's sender, as our own mail server found it (RFC 8601, RFC 7489)."""

from __future__ import annotations

import re
from collections.abc import Collection

from connector.channels.mail.parsing.headers import mailboxes
from connector.channels.mail.parsing.mime import Part

PASS, FAIL, NONE, UNKNOWN = "pass", "fail", "none", "unknown"
_MOST = 20
"""Headers that are looked at: what our own server wrote stands above those of all others."""
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*=\s*([a-z]+)\b")
_PROPERTY = re.compile(r"\b(header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]{1,255})")


def auth_of(mail: Part, trusted: Collection[str]) -> str:
    """``pass``, ``fail`` or ``none`` by the topmost Authentication-Results of a ``trusted`` server, else ``unknown``.

    Anybody can write that header: those of other servers are passed over.
    """
    names = {name.casefold().strip() for name in trusted}
    for value in mail.headers("authentication-results")[:_MOST] if names else ():
        said = _without_comments(value).casefold()
        server, _, results = said.partition(";")
        if server.split()[:1] and server.split()[0] in names:
            return _verdict(results.split(";"), _domain_of(mail))
    return UNKNOWN


def _without_comments(value: str) -> str:
    for _ in range(5):  # they nest
        shorter = _COMMENT.sub(" ", value)
        if shorter == value:
            break
        value = shorter
    return value


def _domain_of(mail: Part) -> str:
    """The domain of From; none where several people are in it, of whom one may be made up."""
    senders = mailboxes(mail.header("from"))
    return senders[0].address.rpartition("@")[2] if len(senders) == 1 else ""


def _verdict(results: list[str], domain: str) -> str:
    """DMARC decides; without it a signature or a path of the sender's own domain does."""
    found = [(hit[1], hit[2], result) for result in results if (hit := _RESULT.match(result))]
    dmarc = next((value for method, value, _ in found if method == "dmarc"), NONE)
    if dmarc in {PASS, FAIL}:
        return dmarc
    aligned = [value for method, value, said in found if method in {"dkim", "spf"} and _is_of(said, domain)]
    if PASS in aligned:
        return PASS
    return FAIL if FAIL in aligned else NONE


def _is_of(result: str, domain: str) -> bool:
    """Whether a result is about the domain, or one that it is below or above."""
    named = (value.rpartition("@")[2].strip("<>.") for _, value in _PROPERTY.findall(result))
    return bool(domain) and any(
        each == domain or ("." in each and domain.endswith(f".{each}")) or each.endswith(f".{domain}") for each in named
    )
