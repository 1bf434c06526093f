"""Problems of a source of mail: what kind of thing is wrong, in a sentence without secrets and customers' words."""

from __future__ import annotations

from connector.errors import TurnwireError

CREDENTIALS = "credentials"
"""The server says that name and password, or token, are wrong."""
LOGIN = "login"
"""The server refuses the login and does not say why."""
CERTIFICATE = "certificate"
UNREACHABLE = "unreachable"
BUSY = "busy"
SILENT = "silent"
PROTOCOL = "protocol"
FOLDER = "folder"
MAILDIR = "maildir"
READ_ONLY = "read_only"
PERMISSION = "permission"
TOKEN = "token"
SECURITY = "security"
INTERNAL = "internal"


class SourceProblem(TurnwireError):
    """A source could not be read: ``kind`` is one of this module's."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message)
        self.kind, self.message = kind, message

    def __str__(self) -> str:
        return self.message
