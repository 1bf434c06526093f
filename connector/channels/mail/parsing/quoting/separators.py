"""Separators over what a mail answers: "Original Message", "Forwarded message", "Reply above this line"."""

from __future__ import annotations

import re

from connector.channels.mail.parsing.quoting.lines import LONGEST, MailLine

QUOTE_MARK = "\U000f7157quote\U000f7157"
"""A line that stands in rendered HTML where the history begins; private use, so that no mail holds it."""

_FIRST = "<-_=*~\u2013\u2014\u2500\U000f7157"
_ORIGINAL = """original message|original mail|original e-?mail|original appointment|reply message|previous message
    |message history|ursprüngliche nachricht|ursprüngl\\. nachricht|originalnachricht|original-nachricht
    |originalmeldung|message d['\u2019]origine|message original|message initial|message précédent|mensaje original
    |messaggio originale|messaggio orig\\.|oorspronkelijk bericht|origineel bericht|mensagem original
    |wiadomość oryginalna|oryginalna wiadomość|originalmeddelande|ursprungligt meddelande|original meddelelse
    |oprindelig meddelelse|oprindelig besked|original besked|original melding|opprinnelig e-post|opprinnelig melding
    |исходное сообщение|первоначальное сообщение|оригинальное сообщение
    |özgün mesaj|özgün ileti|orijinal mesaj|orijinal ileti|元のメッセージ|original message|原始邮件|原邮件|原始訊息
    |原始消息|回复的原邮件|原始郵件|邮件原件
    |původní zpráva|eredeti üzenet|alkuperäinen viesti|원본 메시지"""
_FORWARDED = """forwarded message|forwarded by|forwarded mail|begin forwarded message|start of forwarded message
    |forwarded conversation|weitergeleitete nachricht|anfang der weitergeleiteten nachricht
    |anfang der weitergeleiteten e-mail|message transféré|message transmis|début du message transféré
    |début du message réexpédié|courriel transféré|mensaje reenviado|inicio del mensaje reenviado
    |messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht
    |mensagem encaminhada|mensagem reencaminhada|início da mensagem reencaminhada|início da mensagem encaminhada
    |wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości|początek przekazywanej wiadomości
    |vidarebefordrat meddelande|vidarebefordrat mail|vidarebefordrat brev|påbörjar vidarebefordrat meddelande
    |vidarebefordrat mejl|videresendt meddelelse|videresendt besked|start på videresendt besked
    |videresendt melding|пересылаемое сообщение|пересланное сообщение|начало переадресованного сообщения
    |перенаправленное сообщение|начало пересылаемого сообщения|iletilen mesaj|yönlendirilen mesaj|iletilmiş ileti
    |iletilen ileti|başlangıç iletilen mesaj|転送メッセージ|転送されたメッセージ|转发的邮件|转发的消息|转发邮件信息
    |開始轉寄郵件|开始转发的邮件|転送済みメッセージ|yönlendirilen ileti|转发邮件|被转发的邮件
    |转发的信息
    |轉寄的郵件|轉寄郵件|已轉寄郵件|přeposlaná zpráva|továbbított üzenet|välitetty viesti"""


def _alternatives(words: str) -> str:
    return "|".join(word.strip() for word in words.split("|"))


_RULE = r"[-_=*~\u2013\u2014\u2500]"
_BETWEEN_RULES = rf"<?{_RULE}{{2,60}} ?[<\[*]?(?:%s)[>\]*:]? ?(?:{_RULE}{{2,60}}>?|$)"
_ORIGINAL_LINE = re.compile(_BETWEEN_RULES % _alternatives(_ORIGINAL), re.IGNORECASE)
_FORWARD_LINE = re.compile(
    rf"{_BETWEEN_RULES % _alternatives(_FORWARDED)}|(?:{_alternatives(_FORWARDED)}) ?[:\uff1a]$"
    rf"|{_RULE}{{4,60}} ?(?:(?:message|mensaje|messaggio|mensagem|nachricht) )?(?:forwarded|weitergeleitet|transféré"
    rf"|reenviado|inoltrato|doorgestuurd)\b.{{0,100}}$",
    re.IGNORECASE,
)
_YAHOO_LINE = re.compile(
    r"-{2,8} (?:On|Am|Le|El|Il|Op|Em) .{6,200}(?:wrote|schrieb|écrit|escribió|scritto|schreef|escreveu).{0,80}$"
)

_ABOVE = """above (?:this|the) line|type your (?:reply|response) above|(?:über|oberhalb)[^.]{0,8} diese[rn]? (?:zeile
    |linie)
    |au[- ]dessus de cette ligne|encima de esta l[ií]nea|arriba de esta l[ií]nea|sopra (?:di )?questa (?:riga|linea)
    |boven deze (?:lijn|regel)|acima d?es[st]a linha|acima da linha|powyżej (?:tej|niniejszej) linii|nad tą linią
    |nad tym wierszem
    |powyżej tego wiersza|ovanför (?:den här|denna) (?:raden|linjen|rad|linje)|over denne (?:linjen?|linien?)
    |over denne her linje
    |выше этой (?:строки|линии|черты)|над этой (?:строкой|линией|чертой)|bu satırın üst|bu satırın üzer
    |bu çizginin üst|bu çizginin üzer
    |この(?:行|線|ライン)(?:より|の)上|(?:此|这|這)(?:条)?(?:行|线|線)(?:之上|以上|上方|的上方)"""
_ABOVE_PHRASE = re.compile(_alternatives(_ABOVE), re.IGNORECASE)
_ASKED = re.compile(
    r"(?:please |bitte |veuillez |por favor,? |lütfen |请|請)?(?:reply|write|type|enter|respond|answer|antwort"
    r"|schreib|répond|saisi"
    r"|escrib|respond|rispond|digit|scriv|typ|antwoord|schrijf|insira|escrev|wpisz|odpowied|napisz|skriv|svar|напиш"
    r"|пиш|введите|ответ"
    r"|返信|この行|在此|在这)",
    re.IGNORECASE,
)
# What may stand behind those words: nothing, "to add a comment", or the verb, in languages that have it last.
_PURPOSE = re.compile(
    r"[ .:!]{0,3}(?:$|(?:to|um|zu|ein|pour|para|per|om|for|för|aby|для) ?.{0,40}$|[^\x00-\u04ff].{0,40}$)"
)
_DECORATED = re.compile(r"[-#=*_~+.\u2013\u2014]{2,60} ?|[<\[({*].{0,120}[>\])}*]$")
_LONGEST_MARKER = 140

_RULE_LINE = re.compile(rf"(?:{_RULE} ?){{3,120}}$")
_TITLED_RULE = re.compile(rf"{_RULE}{{3,60}} ?[^\W\d_][^:]{{2,40}}{_RULE}{{3,60}}$")


def is_separator(line: MailLine) -> bool:
    """Whether the line says that the original message follows."""
    words = line.words
    return _marked(words) and (
        words == QUOTE_MARK or _ORIGINAL_LINE.match(words) is not None or _YAHOO_LINE.match(words) is not None
    )


def is_forward(line: MailLine) -> bool:
    """Whether the line says that a forwarded message follows."""
    return _marked(line.words) and _FORWARD_LINE.match(line.words) is not None


def is_reply_above(line: MailLine) -> bool:
    """Whether the line is a marker of our own kind, "Reply above this line": decorated, or nothing but those words."""
    words = line.words
    if not 6 <= len(words) <= _LONGEST_MARKER:
        return False
    decorated = _DECORATED.match(words) is not None
    if not decorated and _ASKED.match(words) is None:
        return False
    found = _ABOVE_PHRASE.search(words)
    return found is not None and (decorated or _PURPOSE.match(words, found.end()) is not None)


def is_rule(line: MailLine) -> bool:
    """Whether the line is a rule: underscores or dashes and nothing else."""
    return _marked(line.words) and _RULE_LINE.match(line.words) is not None


def is_titled_rule(line: MailLine) -> bool:
    """Whether the line is a few words between rules: above a header block it is a separator in any language."""
    return _marked(line.words) and _TITLED_RULE.match(line.words) is not None


def _marked(words: str) -> bool:
    """Whether a line may be any of them, seen from its ends alone: this is asked of each line of a mail."""
    return 0 < len(words) <= LONGEST and (words[0] in _FIRST or words[-1] in ":\uff1a")
