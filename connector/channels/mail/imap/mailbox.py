"""IMAP mailbox (RFC 3501, RFC 9051): folders by UID, mails without marking them as read, marks once they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from connector.channels.mail.imap.answers import FetchedMail, code_of, fetched, number, uids
from connector.channels.mail.imap.connection import PATIENCE
from connector.channels.mail.imap.folder_names import decoded, quoted
from connector.channels.mail.imap.login import TokenGiver, logged_in, said, speaking
from connector.channels.mail.parsing.mime import MAX_HEADERS, MAX_RAW
from connector.channels.mail.problems import FOLDER, PROTOCOL, READ_ONLY, SourceProblem
from connector.settings.sources.mail import MailboxSettings
from connector.utils.terminal import in_one_line
from connector.utils.uid_ranges import ranges_of

KEYWORD = "$Turnwire"
"""The flag of a mail that is stored."""
IDLE_AT_MOST = 8 * 60.0
"""Seconds of one IDLE: what stands between us and a server forgets connections that are silent for ten minutes."""
SPAN = 100_000
"""UIDs that one search covers."""
_LIST = 4 * 1024 * 1024
_BODY_PATIENCE = 300.0
_NAMES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class SelectedFolder:
    """A folder as it was when it was selected; ``keywords``: mails may be given words of ours."""

    name: str
    uid_validity: int
    uid_next: int | None
    keywords: bool


class ImapMailbox:
    """One mailbox over one connection, for one thread; after a :class:`SourceProblem` close it and make another.

    Only problems of the kinds ``folder`` and ``read_only`` leave the connection usable.
    """

    def __init__(self, source: MailboxSettings, tokens: TokenGiver | None = None, patience: float = PATIENCE) -> None:
        """Connects and logs in."""
        self._imap = logged_in(source, tokens, patience)
        self._patience = patience
        self.opened: str | None = None
        """The folder that is open."""

    @property
    def idles(self) -> bool:
        """Whether the server tells by itself when mail comes."""
        return "IDLE" in self._imap.capabilities

    def select(self, folder: str, *, read_only: bool) -> SelectedFolder:
        """Open a folder; the other methods are about the one that was opened last."""
        self.opened = None  # a server closes the one before, even where it cannot open this one
        with speaking(f"opening the folder {folder}"):
            self._imap.allow()
            try:
                answer, data = self._imap.select(quoted(folder), readonly=read_only)
            except self._imap.readonly:
                raise _read_only(folder) from None
            if answer != "OK":
                raise self._missing(folder, said(data))
            if not read_only and self._told("READ-ONLY") is not None:
                raise _read_only(folder)
            validity = number(self._told("UIDVALIDITY"))
            if validity is None:
                raise SourceProblem(PROTOCOL, f"the server names no UIDVALIDITY of the folder {folder}")
            self.opened = folder
            flags = (self._told("PERMANENTFLAGS") or b"\\*").lower()  # without a word on it all may be set
            return SelectedFolder(
                name=folder,
                uid_validity=validity,
                uid_next=number(self._told("UIDNEXT")),
                keywords=b"\\*" in flags or KEYWORD.lower().encode() in flags,
            )

    def _told(self, name: str) -> bytes | None:
        _, data = self._imap.response(name)
        item = data[-1] if data else None
        return item if isinstance(item, bytes) else None

    def _missing(self, folder: str, words: str) -> SourceProblem:
        if code_of(words) in {"UNAVAILABLE", "SERVERBUG", "INUSE", "LIMIT"}:
            return SourceProblem(FOLDER, f"the folder {folder} cannot be opened now ({words})")
        names = ", ".join(self.folders())
        return SourceProblem(FOLDER, f"there is no folder {folder} that can be opened; there are {names or 'none'}")

    def folders(self) -> list[str]:
        """Names of the mailbox's folders, not all of very many."""
        with speaking("listing the folders"):
            self._imap.allow()
            _, data = self._imap.list('""', '"*"')
        names = []
        for item in data:
            whole = b"".join(item) if isinstance(item, tuple) else item
            if isinstance(whole, bytes) and (name := _listed(whole)):
                names.append(name)
        return sorted(names)[:_NAMES]

    # --- mails ---

    def new(self, folder: SelectedFolder, last: int, since: str | None) -> tuple[list[int], int]:
        """The UIDs above ``last``, not all if there are very many, and the UID up to which they are all.

        ``since``: only mails that came on that day of IMAP, such as ``1-Nov-2026``, or later.
        """
        newest = folder.uid_next - 1 if folder.uid_next else None
        upto = last + SPAN if newest is not None and newest - last > SPAN else None
        criteria = ["UID", f"{last + 1}:{'*' if upto is None else upto}", *(["SINCE", since] if since else [])]
        with speaking("searching for mails"):
            self._imap.allow(received=_LIST, line=_LIST)
            answer, data = self._imap.uid("SEARCH", *criteria)
            if answer != "OK":
                raise SourceProblem(PROTOCOL, f"the server does not search the folder {folder.name} ({said(data)})")
            # With nothing new, N:* is the newest mail there is.
            found = [uid for uid in uids(data) if uid > last and (upto is None or uid <= upto)]
        return found, max([last, *found]) if upto is None else upto

    def sizes(self, wanted: Sequence[int]) -> list[FetchedMail]:
        """Size and time of these mails, without those that are gone; None of what the server does not say."""
        with speaking("asking for the sizes of mails"):
            self._imap.allow()
            found = self._fetched(wanted, "(UID RFC822.SIZE INTERNALDATE)")
        return [found.get(uid) or FetchedMail(uid=uid) for uid in wanted if uid in found or self.exists(uid)]

    def bodies(self, wanted: Sequence[int], bytes_: int) -> dict[int, bytes]:
        """These mails, which are said to have so many bytes; those that are gone are missing."""
        with speaking("fetching mails"):
            self._imap.allow(received=2 * bytes_ + MAX_RAW, literal=MAX_RAW, seconds=_BODY_PATIENCE)
            found = self._fetched(wanted, "(UID BODY.PEEK[])")
        return {uid: mail.body for uid, mail in found.items() if mail.body is not None and uid in wanted}

    def headers(self, uid: int) -> bytes | None:
        """The headers of a mail, cut where they are too long; None if it is gone."""
        with speaking("fetching headers"):
            self._imap.allow(received=2 * MAX_HEADERS, literal=MAX_HEADERS)
            found = self._fetched([uid], f"(UID BODY.PEEK[HEADER]<0.{MAX_HEADERS}>)").get(uid)
        return None if found is None else found.body

    def exists(self, uid: int) -> bool:
        """Whether a mail is still there."""
        with speaking("looking for a mail"):
            self._imap.allow()
            _, data = self._imap.uid("SEARCH", "UID", str(uid))
        return uid in uids(data)

    def named(self, message_id: str) -> list[int]:
        """The UIDs of mails with this Message-ID in the folder that is open."""
        if not message_id.isascii() or not message_id.isprintable():
            return []
        with speaking("looking for a mail by its id"):
            self._imap.allow()
            escaped = message_id.replace("\\", "\\\\").replace('"', '\\"')
            answer, data = self._imap.uid("SEARCH", "HEADER", "Message-ID", f'"{escaped}"')
        return uids(data) if answer == "OK" else []

    def _fetched(self, wanted: Iterable[int], what: str) -> dict[int, FetchedMail]:
        answer, data = self._imap.uid("FETCH", ranges_of(sorted(wanted)), what)
        if answer != "OK":
            raise SourceProblem(PROTOCOL, f"the server does not hand out mails ({said(data)})")
        return fetched(data)

    # --- what is done with mails that are stored ---

    def mark(self, wanted: Sequence[int], done: str, *, keywords: bool = True) -> None:
        """Do with mails what the configuration says; doing it twice is harmless. Those that are gone are passed over.

        Raises :class:`SourceProblem`; of the kind ``folder`` if they cannot be moved to where they should go.
        """
        if not wanted or done == "keep" or (done == "flag" and not keywords):
            return
        which = ranges_of(sorted(wanted))
        with speaking("marking mails"):
            self._imap.allow()
            if done.startswith("move:"):
                self._move(which, done.removeprefix("move:").strip())
            else:
                self._store(which, f"({KEYWORD})" if done == "flag" else "(\\Seen)")

    def _store(self, which: str, flags: str) -> None:
        answer, data = self._imap.uid("STORE", which, "+FLAGS.SILENT", flags)
        if answer != "OK":
            raise SourceProblem(READ_ONLY, f"the server does not mark mails ({said(data)})")

    def _move(self, which: str, target: str) -> None:
        can_move = "MOVE" in self._imap.capabilities
        answer, data = self._imap.uid("MOVE" if can_move else "COPY", which, quoted(target))
        if answer != "OK":
            raise SourceProblem(FOLDER, f"mails cannot be moved to {target} ({said(data)})")
        if not can_move:
            self._imap.allow()
            self._store(which, "(\\Deleted)")
            if "UIDPLUS" in self._imap.capabilities:  # a plain EXPUNGE would also take what others have deleted
                self._imap.allow()
                self._imap.uid("EXPUNGE", which)

    # --- waiting ---

    def wait(self, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """IDLE in the folder that was opened last; whether something has come. The truth is what a search says."""
        with speaking("waiting for mail"):
            return self._imap.idle_until(min(seconds, IDLE_AT_MOST), interrupted)

    def close(self) -> None:
        """End the connection; never raises."""
        with suppress(Exception):
            self._imap.allow(seconds=min(2.0, self._patience))
            self._imap.logout()
        self._imap.shutdown()


def _read_only(folder: str) -> SourceProblem:
    return SourceProblem(READ_ONLY, f"the folder {folder} can only be read, so that no mail in it can be marked")


def _listed(line: bytes) -> str:
    """The name in an answer to LIST, which stands last."""
    text: Any = line.decode("ascii", "replace").rstrip()
    name = text.rpartition(' "')[2].removesuffix('"') if text.endswith('"') else text.rpartition(" ")[2]
    return in_one_line(decoded(name.replace('\\"', '"').replace("\\\\", "\\")))[:100]
