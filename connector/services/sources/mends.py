"""Mends of a source's problems: what to do about each kind, in a sentence that names the source."""

from __future__ import annotations

from collections.abc import Mapping

_MENDS: Mapping[str, str] = {
    "credentials": "put the right user and password (or token) of source {name} in place, start the workers again, "
    "then turnwire sources start {name}",
    "login": "is the login of source {name} right, and IMAP switched on for it? then turnwire sources start {name}",
    "token": "look at password, or at [sources.{name}.oauth]; a grant that is gone: turnwire sources authorize {name}",
    "certificate": "the server's certificate must be valid for imap.host of source {name}; is the name right, and the "
    "authority known to this machine (SSL_CERT_FILE)?",
    "security": "set imap.security and imap.port of source {name} to what the server offers",
    "unreachable": "are host and port of source {name} right, and is the network up?",
    "busy": "nothing: it is tried again; if it goes on, another program may hold too many connections of source {name}",
    "silent": "nothing: it is tried again; if it goes on, are host and port of source {name} right?",
    "protocol": "is imap.host of source {name} an IMAP server, and imap.port its port?",
    "folder": "make the folder at the server, or mend imap.folders and imap.done of source {name}",
    "maildir": "make it, or mend path of source {name}; it is the folder that holds new/ and cur/",
    "read_only": 'give the user the right to mark mails, or say done = "keep" for source {name}',
    "permission": "let the user under whom the worker runs read and write there, for source {name}",
    "internal": "a mistake of Turnwire's: report what the worker's log says of source {name}",
}


def mend_of(problem: str | None, name: str) -> str:
    """What to do about a problem of this kind."""
    return _MENDS.get(problem or "", "turnwire check").format(name=name)
