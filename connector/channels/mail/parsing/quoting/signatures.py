"""Signatures at the tail of what a customer wrote: ``-- ``, "Sent from my iPhone", legal disclaimers, list footers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connector.channels.mail.parsing.quoting.lines import MailLine, is_code
from connector.channels.mail.parsing.quoting.separators import is_rule

SIGNATURE_MARK = "\U000f7157signature\U000f7157"
SIGNATURE_END = "\U000f7157end\U000f7157"
"""Lines around what is a signature by the structure of HTML."""

_LONGEST_SIGNATURE = 15  # lines
_LONGEST_MARKED = 25  # lines, where HTML says that it is one
_LONGEST_LINE = 160
_LONGEST_DISCLAIMER = 40  # lines

_DELIMITER = re.compile(r"--$|[\u2013\u2014]{1,80}$")
_LOOSE_DELIMITER = re.compile(r"(?:[-_] ?){2,70}$")
_PROSE = re.compile(r"(?:[^\s]{1,40} ){6,}[^\s]{1,60}[.!]$|[?\uff1f]|[\u3002]")
_POSTSCRIPT = re.compile(r"p\.? ?s\.?\b ?[:.]?|nb\b|edit\b|update\b", re.IGNORECASE)

_WHAT = r"[^?:,;]{1,60}"
_SENT_FROM = re.compile(
    r"(?:sent|gesendet|verschickt|geschrieben|envoy[eé]e?|enviado|escrito|inviato|verzonden|verstuurd"
    r"|wys[lł]an[eoya]|skickat"
    r"|skickad|sendt|отправлено|написано|posláno|odesláno|lähetetty)"
    r" (?:from|via|with|on|using|von|vom|mit|über|aus|unterwegs|de|du|depuis|[àa] partir d[eou]|avec|par|pelo"
    r"|através d[eoa]"
    rf"|desde|con|da|dal|do|vanaf|vanuit|met|ze?|przez|przy użyciu|från|fra|med|с|со|из|через) {_WHAT}[.!]?$"
    rf"|(?:diese nachricht wurde )?von {_WHAT} (?:gesendet|geschrieben|verschickt)[.!]?$|lähetetty {_WHAT}$"
    rf"|{_WHAT}d[ea]n gönderildi[.!]?$|{_WHAT}から送信(?:されました)?。?$"
    rf"|(?:从|從)?{_WHAT}(?:发送|發送|传送|寄出)$|(?:发自|發自|来自|來自|寄自|寄件自|傳送自) ?{_WHAT}$"
    rf"|发送自 ?{_WHAT}$",
    re.IGNORECASE,
)
# What such a line names: a device, a program, or "my" something with a capital.
_DEVICE = re.compile(
    r"iphon|ipad|ipod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|nokia|pixel|oneplus|motorola"
    r"|\bmoto\b|sony"
    r"|xperia|htc\b|blackberry|windows|outlook|yahoo|gmail|gmx|web\.de|proton|\bmail\b|courrier|correo\b|posta\b"
    r"|e-?mail app|\bapp\b"
    r"|phone|\bcell\b|telefon|teléfono|téléphone|telefoon|handy|smartphone|tablet|mobil|movil|móvil|celular|portable"
    r"|cellulare|device|gerät"
    r"|appareil|dispositiv|apparaat|enhet|enhed|компьютер|телефон|смартфон|устройств|мобильн|почт|cihaz|携帯"
    r"|スマートフォン|メール"
    r"|手机|手機|平板|邮箱|邮件|郵件|华为|小米|iOS|\bmac\b|macbook|thunderbird|zimbra|spark|icloud|airmail|tutanota"
    r"|zoho|superhuman"
    r"|airmail|mailbox|aol|libero|orange|o2\b|t-online|yandex|яндекс|mail\.ru",
    re.IGNORECASE,
)
_MY = re.compile(r"\b(?:my|meine[mr]|mon|mi|mio|meu|mijn|min|mojego|моего) [A-Z]")
_EXCUSE = re.compile(r"[.,;:] {0,2}(?:please |so |kindly )?(?:excuse|pardon|forgive|sorry for) .{1,60}$", re.IGNORECASE)
# A program that no list holds, with its link: "Sent from TypeApp <https://...>".
_APP = re.compile(r" [A-Z]\w{2,30}$")
_GET_OUTLOOK = re.compile(
    r"(?:get|download|holen|laden|télécharge[rz]|obtenir|obtenez|obtener|obtén|obtenga|descargar?|scarica(?:re)?"
    r"|ottieni|haal|obter"
    r"|obtenha|baixar|baixe|transferir|pobierz|uzyskaj|skaffa|hämta|hent|få|скачать|скачайте|получить|получите"
    r"|загрузить|获取|下载(?:适用于 .{0,12})?"
    r"|取得|下載)(?: [^\W\d_]{1,12}){0,3} ?outlook(?:$| (?:for|für|pour|para|per|voor|dla|för|til|для)\b.{0,40}$)"
    r"|outlook (?:for|für|pour|para|per|voor|dla|för|til|для) .{0,20}(?:ios|android|mac|windows).{0,30}$"
    r"|(?:ios|android) ?(?:için|版|用|上的)? ?outlook.{0,40}$",
    re.IGNORECASE,
)
_PROVIDER = re.compile(
    r"(?:sent )?from (?:my|a|an|mobile) (?:iphone|ipad|android|mobile|phone|smartphone|tablet)\b[ \w]{0,20}$|"
    r"sent with .{0,30}secure email\.?$|yahoo mail: .{0,60}$"
    r"|(?:please )?(?:excuse|pardon|forgive) (?:the |any |my )?(?:brevity|typos|mistakes|spelling).{0,60}$",
    re.IGNORECASE,
)
_LINK = re.compile(r" ?[<(\[]\s?(?:https?://|mailto:)\S{1,300}[>)\]]|https?://\S{1,300}")
_BRACKETS = str.maketrans("", "", "[]()")
_TALK = re.compile(
    r"\b(?:is|was|are|and|but|because|which|that|yesterday|today|ist|war|und|aber|weil|gestern|heute|est|mais|pero"
    r"|ma|en maar|men)\b",
    re.IGNORECASE,
)

_LEGAL = (
    re.compile(
        r"confidential|vertraulich|confidentiel|confidencial|riservat|confidenzial|vertrouwelijk|poufn|konfidentiell"
        r"|fortrolig"
        r"|конфиденциальн|gizli|機密|保密|机密|privileged|legally protected|rechtlich geschützt",
        re.IGNORECASE,
    ),
    re.compile(
        r"intended (?:solely |only |exclusively )?(?:for|recipient|addressee)|intended recipient|addressee"
        r"|for the (?:sole )?use"
        r"|richtige adressat|bestimmungsgemäß|vorgesehene[nr]? empfänger|nur für den|destinataire|destinatario"
        r"|destinatário|destinatari"
        r"|geadresseerde|bestemd voor|adresat|avsedd för|mottagare|modtager|адресат|получател|alıcı|宛先|收件人|受取人",
        re.IGNORECASE,
    ),
    re.compile(
        r"received (?:this|it)?.{0,30}(?:in error|by mistake)|irrtümlich|versehentlich|par erreur|por error"
        r"|per errore|ten onrechte"
        r"|abusivelijk|por engano|omyłkow|przez pomyłkę|av misstag|ved en fejl|по ошибке|yanlışlıkla|誤って|误收|錯誤",
        re.IGNORECASE,
    ),
    re.compile(
        r"unauthori[sz]ed|strictly prohibited|not permitted|nicht gestattet|untersagt|unbefugt|interdit|prohibid"
        r"|vietat|proibid"
        r"|verboden|zabronion|niet toegestaan|förbjud|forbudt|запрещ|yasak|禁止",
        re.IGNORECASE,
    ),
    re.compile(
        r"delete|vernichten|löschen|supprimer|détruire|eliminar|borrar|eliminare|verwijderen|apagar|eliminá-lo|usuń"
        r"|usunąć"
        r"|radera|slet|удалить|удалите|silin|削除|删除|刪除",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:e-?mail|message|nachricht|courriel|mensaje|correo|messaggio|bericht|mensagem|wiadomość|meddelande"
        r"|besked|сообщени"
        r"|письмо|ileti|mesaj)|メール|邮件|郵件",
        re.IGNORECASE,
    ),
)
# Lawyers ask no questions and do not say "I": a customer who writes of confidential mail does.
_PERSONAL = re.compile(
    r"[?\uff1f]|\bI\b|\bI['\u2019]|\b(?:[Mm]y|[Mm]e|[Ii]ch|[Mm]ich|[Mm]ir|[Mm]eine?[mnrs]?|[Jj]e|[Jj]['\u2019]"
    r"|[Mm]on|[Mm]es|[Mm]oi|[Yy]o|[Mm]i|[Mm]is|io"
    r"|[Mm]io|[Ii]k|[Mm]ijn|[Ee]u|[Mm]eu|[Mm]inha|[Mm]oj[aeą]|[Mm]ój|mnie|[Jj]ag|[Mm]itt?|[Mm]in|[Jj]eg|[Mm]ig|[Яя]"
    r"|[Мм]не|[Мм]о[йяеи]|[Мм]еня"
    r"|[Bb]en|[Bb]enim|[Bb]ana)\b|私|わたし|我(?!们|們)",
)
_GREEN = re.compile(
    r"(?:consider|think of|think about) the environment|denken sie an die umwelt"
    r"|bevor sie diese e-?mail (?:aus)?drucken"
    r"|avant d['\u2019]imprimer|antes de imprimir|prima di stampare|denk aan het milieu|tänk på miljön|tænk på miljøet"
    r"|przed wydrukowaniem|подумайте об окружающей среде|scanned (?:by|for) .{0,40}virus|virenfrei|virus-free"
    r"|sans virus|libre de virus"
    r"|auf viren geprüft|avast\.com|checked by avg",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(
    r"mailing list\b|\bto unsubscribe\b|unsubscribe from this|you received this message because you are subscribed"
    r"|mailman/listinfo"
    r"|listinfo|list archive",
    re.IGNORECASE,
)
_ENOUGH = 3  # of the marks of legal text


def signature_start(lines: Sequence[MailLine], first: int, end: int, *, delimited: bool = True) -> int:
    """Where the signature at the tail of ``lines[first:end]`` begins; ``end`` if there is none.

    One step: what stands above it may end in a signature too. ``delimited`` says whether a delimiter may begin it.
    """
    last = end
    while last > first and lines[last - 1].blank:
        last -= 1
    if last <= first:
        return end
    rules = (_marked, _sent_from, _list_footer, _disclaimer)
    for rule in (*rules, _delimited) if delimited else rules:
        start = rule(lines, first, last)
        if start < last:
            return start
    return end


def _marked(lines: Sequence[MailLine], first: int, last: int) -> int:
    """A signature between the marks of HTML, with the delimiter that may stand above it."""
    if lines[last - 1].words != SIGNATURE_END:
        return last
    inner = 1
    for index in range(last - 2, max(first - 1, last - 3 - _LONGEST_MARKED), -1):
        inner += (lines[index].words == SIGNATURE_END) - (lines[index].words == SIGNATURE_MARK)
        if not inner:
            above = index - 1
            while above > first and lines[above].blank:
                above -= 1
            return above if above >= first and _DELIMITER.match(lines[above].words) else index
    return last


def _sent_from(lines: Sequence[MailLine], first: int, last: int) -> int:
    """A line that a program wrote, with the link and the delimiter that may belong to it."""
    for height in (1, 2):
        start = last - height
        if start >= first and _is_sent_from(" ".join(line.words for line in lines[start:last])):
            above = start - 1
            return above if above >= first and _DELIMITER.match(lines[above].words) else start
    return last


def _is_sent_from(words: str) -> bool:
    if len(words) > 300:
        return False
    bare = _LINK.sub("", words).translate(_BRACKETS).strip("*_<>~-\u2013\u2014 ")
    bare = _EXCUSE.sub("", bare)
    if not bare or len(bare) > 110:
        return False
    if _PROVIDER.match(bare) or (_GET_OUTLOOK.match(bare) and bare.count(" ") <= 8):
        return True
    if _SENT_FROM.match(bare) is None or bare.count(" ") > 9 or ". " in bare or _TALK.search(bare):
        return False
    if _DEVICE.search(bare) or _MY.search(bare):
        return True
    return _APP.search(bare) is not None and _LINK.search(words) is not None


def _list_footer(lines: Sequence[MailLine], first: int, last: int) -> int:
    """A rule, and below it what a mailing list adds."""
    for index in range(last - 1, max(first - 1, last - 1 - 12), -1):
        if _LOOSE_DELIMITER.match(lines[index].words) and lines[index].words[:1] in "_-":
            below = " ".join(line.words for line in lines[index + 1 : last])
            return index if _LIST_FOOTER.search(below) else last
    return last


def _disclaimer(lines: Sequence[MailLine], first: int, last: int) -> int:
    """Whole paragraphs of legal text at the end, with the rule that may stand above them."""
    start = last
    while (above := _paragraph(lines, first, start)) < start:
        if not _is_legal(" ".join(line.words for line in lines[above:start])[:4000]):
            break
        start = above
        if last - start > _LONGEST_DISCLAIMER:
            return last
    while start < last and start > first and (lines[start - 1].blank or is_rule(lines[start - 1])):
        start -= 1
    return start


def _paragraph(lines: Sequence[MailLine], first: int, end: int) -> int:
    """Where the paragraph that ends at ``end`` begins."""
    while end > first and lines[end - 1].blank:
        end -= 1
    start = end
    while start > first and not lines[start - 1].blank and not is_rule(lines[start - 1]) and end - start < 60:
        start -= 1
    return start


def _is_legal(paragraph: str) -> bool:
    if not paragraph:
        return False
    if len(paragraph) < 300 and _GREEN.search(paragraph):
        return True
    if _PERSONAL.search(paragraph):
        return False
    return len(paragraph) > 25 and sum(mark.search(paragraph) is not None for mark in _LEGAL) >= _ENOUGH


def _delimited(lines: Sequence[MailLine], first: int, last: int) -> int:
    """The last delimiter, when what stands below it is short and no prose: else it is the customer's own rule."""
    for index in range(last - 1, max(first - 1, last - 2 - _LONGEST_SIGNATURE), -1):
        if _DELIMITER.match(lines[index].words) and not lines[index].depth:
            below = [line for line in lines[index + 1 : last] if not line.blank]
            exact = lines[index].raw in {"-- ", "--\u00a0"}
            signed = all(_may_sign(line, prose=exact and place > 0) for place, line in enumerate(below))
            return index if signed and not is_code(below) and not _in_comment(lines, index, first, last) else last
    return last


def _may_sign(line: MailLine, *, prose: bool) -> bool:
    """Whether a line may stand in a signature; a motto may, below a name and the delimiter of RFC 3676."""
    words = _LINK.sub("", line.words)
    if len(words) > _LONGEST_LINE or _POSTSCRIPT.match(words):
        return False
    return (prose and "?" not in words) or _PROSE.search(words) is None


def _in_comment(lines: Sequence[MailLine], index: int, first: int, last: int) -> bool:
    """Whether the delimiter is part of a comment of SQL, Lua or Haskell."""
    around = (lines[near].words for near in (index - 1, index + 1) if first <= near < last)
    return any(words.startswith("--") and len(words) > 2 for words in around)
