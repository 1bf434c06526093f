"""Bounces: recognising reports of undelivered mail, and reading which mail did not arrive (RFC 3464, 3463).

About half of all bounces carry the parts of the standard. The others are told by who wrote them and how they speak, and
what can be known of them stands in their text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from connector.channels.mail.parsing.header_marks import HeaderMarks
from connector.channels.mail.parsing.headers import Mailbox, mailboxes, message_ids
from connector.channels.mail.parsing.mime import Part, parse_headers
from connector.values import Bounce

STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
)
_DAEMONS = re.compile(
    r"(mailer|mail|mta|smtp|delivery)[-_.]?(daemon|deamon)([-_+].*)?|mail(er)?[-_]?delivery([-_].*)?"
    r"|(email|mail)[-_.]?(bounce|delivery|router|system|robot|engine)s?|microsoftexchange[0-9a-f]{32}|mdaemon"
)
_POSTMASTERS = re.compile(
    r"(post|mail|host)[-_.]?(master|office|admin)([-_+].*)?|(mail[-_.]?)?(root|system|admin|administrator)"
)
_NAMES = re.compile(
    r"mail delivery|delivery (sub)?system|mailer[- ]?daemon|mail (sub)?system|mail administrator|system administrator"
    r"|postmaster|mail router|internet mail|mail transport",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(undeliver|non-?deliver|not deliver|nicht (zu)?gestellt|unzustellbar|deliver(y|ed|ing|able)?\b.{0,30}"
    r"\b(status|fail|delay|incomplete|problem|error|report|notif|attempt|impossible|warning)"
    r"|fail(ed|ure)?\b.{0,24}\b(deliver|notice|mail|deliv|send)|(mail|message) (delivery|system|transport|status|error)"
    r"|(mail|message)\b.{0,40}\b(failed|failure|not be (delivered|sent)|returned|undeliver|bounced|rejected|deferred)"
    r"|(delayed|returned|rejected|bounced|deferred) (mail|message|e-?mail)|return(ed|ing)?\b.{0,12} to (the )?sender"
    r"|(could|can) ?not (be )?(deliver|send|sent)|could ?n.t be delivered|warning: (could not|message)"
    r"|(user|host|domain|recipient|mailbox|address|e-?mail) (is )?(unknown|not found|unavailable|full|invalid)"
    r"|unknown (user|host|recipient|address)|ndn|ndr|dsn|bounce|error (sending|delivering|in|report|condition)"
    r"|problems? (sending|delivering)|zustell(ung|versuch)|nicht zustellbar|zur(ü|ue)ck an absender"
    r"|(é|e)chec (de|d'|à)|non (remis|distribu)|avis de non|remise (diff|de votre)|message non"
    r"|no se (ha )?(puede|pudo|podido) entregar|no entregado|devuelto|error de entrega|notificaci.n de entrega"
    r"|mancat[ao] (consegna|recapito)|non recapitabil|impossibile (recapitare|consegnare)"
    r"|n(ã|a)o entreg|falha (na|de) entrega|devolvid|niet (bezorgd|afgeleverd)|onbestelbaar|niedostarczon|nie dostarcz"
    r"|kunde inte levereras|kunne ikke leveres|ej levererbar|не ?достав|возврат)"
    r"|配信|送信エラー|送信不能|メール.{0,6}エラー|配達不能|退信|投递失败|无法投递|未送达|퇴신|반송",
    re.IGNORECASE,
)
_BY_PERSON = re.compile(r"\s*(re|aw|fw|fwd|wg|sv|vs|tr|rif|antw|odp|rv|enc|res)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_SPEAKS = re.compile(
    rb"message-id:|(could|can) ?not be (delivered|sent)|(could ?n.t|unable to|failed to|not able to) (be )?"
    rb"(deliver|send)|undeliver|delivery (to|has) .{0,60}fail|user unknown|unknown user|mailbox (is )?(full|unavail)"
    rb"|returned (to sender|message)|permanent (fatal )?error|(?<![\d.])[45]\.\d{1,2}\.\d{1,3}(?![\d.])"
    rb"|(?<!\d)(550|552|553|554|421|450|451|452)[ -]",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"your (e-?mail|mail|message)( (to|with subject|titled|sent)\b[^\n]{0,200}\n?)?\s{0,9}"
    r"(could not|can ?not|was not|has not been|couldn.t) (be )?delivered|votre message n.a pas pu (e|ê)tre d",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"delay|warning|deferred|verz(ö|oe)ger|diff(é|e)r|still being retried|will be retried|delayed", re.IGNORECASE
)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP = re.compile(r"(?<![\d.#])([45])[0-5]\d(?=[ -]\D|:)")
_ADDRESS = re.compile(r"<?([^\s<>()\[\]\",;:]{1,64}@[a-z0-9.-]{1,190}\.[a-z0-9-]{2,63})>?", re.IGNORECASE)
_ID_LINE = re.compile(r"^[>\s|]{0,20}message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_OURS = re.compile(r"tw\.\d+\.")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{0,60})[ \t]*:[ \t]*(.*)$")
_MOST_TEXT = 64 * 1024
_MOST_RECIPIENTS = 100
_WORST = ("failed", "delayed")


def is_bounce(mail: Part, marks: HeaderMarks, senders: Collection[Mailbox]) -> bool:
    """Whether a mail reports that another one was not delivered, or not yet."""
    if mail.kind == "multipart/report" and mail.parameter("report-type").strip().casefold() in {"", "delivery-status"}:
        return True
    if marks.has("xfailedrecipients") or any(part.kind in STATUS_PARTS for part in mail.leaves()):
        return True
    people = {sender.address.partition("@")[0].casefold() for sender in senders}
    if any(_DAEMONS.fullmatch(person) for person in people):
        return True
    subject = mail.line("subject", 998)
    if _BY_PERSON.match(subject) or not _SUBJECT.search(subject):
        return _is_named(mail) and not mail.header("in-reply-to") and _quotes_failure(mail)
    # A postmaster may be a person; one who writes of undelivered mail is not.
    if any(_POSTMASTERS.fullmatch(person) for person in people) or _is_null(marks) or _is_named(mail):
        return True
    return _SAYS_SO.search(_text(mail)) is not None or _quotes_failure(mail)


def _is_named(mail: Part) -> bool:
    """Whether its From, which may be unreadable as an address, has the name of a program that delivers mail."""
    return _NAMES.search(mail.line("from", 998)) is not None


def _quotes_failure(mail: Part) -> bool:
    """Whether it says that something was not delivered and carries the mail, as a part or in its text."""
    if _SPEAKS.search(_text_bytes(mail)) is None:
        return False
    return any(part.kind in _RETURNED for part in mail.leaves()) or _ID_LINE.search(_text(mail)) is not None


def _is_null(marks: HeaderMarks) -> bool:
    paths = marks.values("returnpath")
    return bool(paths) and not paths[0].strip("<> ")


def bounce_of(mail: Part) -> Bounce | None:
    """What a delivery report says of the mail that it is about; None of a mail that is none."""
    senders = mailboxes(mail.header("from")) or mailboxes(mail.header("sender"))
    if not is_bounce(mail, HeaderMarks(mail), senders):
        return None
    told = _worst(_recipients(mail))
    text = _text(mail)
    action = told.get("action", "").casefold() or None
    status = _status(told, text)
    if action is None:
        later = _LATER.search(mail.line("subject", 998)) is not None or (status or "").startswith("4")
        action = "delayed" if later else "failed"
        status = status or ("4.0.0" if later else "5.0.0")
    return Bounce(
        recipient=_recipient(mail, told, text), status=status, action=action[:40], original_id=_original_id(mail, text)
    )


def _recipients(mail: Part) -> list[dict[str, str]]:
    """The fields of each recipient of a delivery-status part."""
    found = []
    for part in mail.leaves():
        if part.kind in STATUS_PARTS:
            groups = re.split(r"\n[ \t]*\n", _decoded(part))[: _MOST_RECIPIENTS + 1]
            found += [fields for fields in map(_fields, groups) if "action" in fields or "status" in fields]
    return found


def _fields(group: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for line in group.split("\n"):
        if line[:1] in {" ", "\t"} and last:
            fields[last] += f" {line.strip()}"
        elif match := _FIELD.match(line):
            last = match[1].lower()
            fields.setdefault(last, match[2].strip())
    return fields


def _worst(recipients: list[dict[str, str]]) -> dict[str, str]:
    """Of several the one that failed, else the one that waits, else the first."""
    for action in _WORST:
        for fields in recipients:
            if fields.get("action", "").casefold() == action:
                return fields
    return recipients[0] if recipients else {}


def _status(told: dict[str, str], text: str) -> str | None:
    for said in (told.get("status", ""), told.get("diagnostic-code", "")):
        if found := _ENHANCED.search(said):
            return found[1]
    if told:
        return None
    if found := _ENHANCED.search(text):
        return found[1]
    code = _SMTP.search(text)
    return f"{code[1]}.0.0" if code else None


def _recipient(mail: Part, told: dict[str, str], text: str) -> str | None:
    named = (told.get("final-recipient", ""), told.get("original-recipient", ""), mail.header("x-failed-recipients"))
    for value in (*named, text):
        if found := _ADDRESS.search(value.rpartition(";")[2] if value is not text else value):
            return found[1][:255]
    return None


def _original_id(mail: Part, text: str) -> str | None:
    """The Message-ID of the returned mail, else one that the report's text or its own headers name."""
    candidates = list(_returned_ids(mail))
    candidates += [id_ for line in _ID_LINE.findall(text) for id_ in message_ids(line)]
    candidates += [id_ for name in ("in-reply-to", "references") for id_ in reversed(message_ids(mail.header(name)))]
    ours = next((id_ for id_ in candidates if _OURS.match(id_)), None)
    return ours or next(iter(candidates), None)


def _returned_ids(mail: Part) -> Iterator[str]:
    for part in mail.leaves():
        if part.kind in _RETURNED:
            yield from message_ids(parse_headers(part.content()[:_MOST_TEXT]).header("message-id"))[:1]


def _text(mail: Part) -> str:
    return _text_bytes(mail).decode("utf-8", "replace")


def _text_bytes(mail: Part) -> bytes:
    """The first words of what is to be read, line ends as one; what is returned in parts of its own is not among it."""
    pieces: list[bytes] = []
    size = 0
    for part in mail.leaves():
        if part.kind.startswith("text/") and part.kind not in _RETURNED and size < _MOST_TEXT:
            pieces.append(part.content()[: _MOST_TEXT - size])
            size += len(pieces[-1])
    return b"\n".join(pieces).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _decoded(part: Part) -> str:
    return part.content()[:_MOST_TEXT].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
