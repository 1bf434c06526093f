"""Maildir (https://cr.yp.to/proto/maildir.html) as a source: read ``new/``, move to ``cur/`` what is stored."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connector.channels.mail.parsing.mime import MAX_HEADERS, MAX_RAW
from connector.channels.mail.problems import MAILDIR, PERMISSION, SourceProblem

_MOST = 10_000
"""Files of one listing; those that are left come with the next."""
_SEEN = ":2,S"


@dataclass(frozen=True, kw_only=True, slots=True)
class SpooledMail:
    """A file in ``new/``; ``arrived`` is when it was delivered, in seconds since 1970."""

    path: Path
    size: int
    arrived: float

    @property
    def key(self) -> str:
        """The unique name, which stays when the file is moved."""
        return self.path.name.partition(":")[0]

    @property
    def too_large(self) -> bool:
        """Whether only its headers are read."""
        return self.size > MAX_RAW

    def read(self) -> bytes | None:
        """The mail, or the headers of one that is too large; None if it is gone, or no file any more.

        Raises :class:`SourceProblem` if it may not be read.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return None
                return file.read(MAX_HEADERS if self.too_large else MAX_RAW + 1)
        except PermissionError:
            raise SourceProblem(PERMISSION, "a mail in new/ may not be read") from None
        except OSError:
            return None


class Maildir:
    """A folder into which a mail server delivers, and from which only we take."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened."""
        self.path = path

    def new(self, since: float | None = None) -> list[SpooledMail]:
        """The mails in ``new/``, oldest first, without those that were delivered before ``since``.

        Links, folders and pipes are no mails. Raises :class:`SourceProblem` if there is no such folder.
        """
        try:
            with os.scandir(self.path / "new") as entries:
                found = [mail for entry in entries if (mail := _mail(entry)) is not None]
        except FileNotFoundError:
            raise SourceProblem(MAILDIR, f"there is no Maildir {self.path}, which holds new/ and cur/") from None
        except OSError as error:
            why = error.strerror or "input error"
            raise SourceProblem(PERMISSION, f"the Maildir {self.path} cannot be read: {why}") from None
        wanted = [mail for mail in found if since is None or mail.arrived >= since]
        return sorted(wanted, key=lambda mail: (mail.arrived, mail.path.name))[:_MOST]

    def seen(self, mails: Sequence[SpooledMail]) -> None:
        """Move mails to ``cur/``, as read; those that are gone are passed over.

        Raises :class:`SourceProblem` where they cannot be moved.
        """
        for mail in mails:
            try:
                with suppress(FileNotFoundError):
                    mail.path.rename(self.path / "cur" / f"{mail.key}{_SEEN}")
            except OSError as error:
                why = error.strerror or "input error"
                raise SourceProblem(PERMISSION, f"mails cannot be moved to {self.path / 'cur'}: {why}") from None

    def why_unusable(self) -> SourceProblem | None:
        """Why mails can be neither read nor moved; None if they can."""
        try:
            self.new()
        except SourceProblem as problem:
            return problem
        for name in ("new", "cur"):
            folder = self.path / name
            if not folder.is_dir():
                return SourceProblem(MAILDIR, f"the Maildir {self.path} has no {name}/")
            if not os.access(folder, os.W_OK | os.X_OK):
                return SourceProblem(PERMISSION, f"nothing may be moved from or to {folder}")
        return None


def _mail(entry: os.DirEntry[str]) -> SpooledMail | None:
    if entry.name.startswith("."):
        return None
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None  # it has gone
    if not stat.S_ISREG(found.st_mode):
        return None
    return SpooledMail(path=Path(entry.path), size=found.st_size, arrived=found.st_mtime)
