"""Header blocks that programs put over what they quote: From, Sent, To, Subject in the languages of mail programs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connector.channels.mail.parsing.quoting.lines import LONGEST, MailLine

_FROM, _DATE, _TO, _SUBJECT, _CC = "from", "date", "to", "subject", "cc"
_LABELS = {
    _FROM: """From|Von|De|Da|Van|Od|Från|Fra|От|От кого|Kimden|Gönderen|Kimden \\(From\\)|Lähettäjä|Feladó|Expéditeur
        |Remitente|Mittente|Afzender|Remetente|Nadawca|Avsändare|Afsender|Отправитель|差出人|送信者|发件人|寄件者
        |寄件人|發件人
        |보낸 사람|Absender|Odesílatel|Ut från""",
    _DATE: """Sent|Date|Gesendet|Gesendet am|Datum|Envoyé|Envoyé le|Date d'envoi|Enviado|Enviado el|Enviado em
        |Enviada em|Enviada|Fecha|Data|Inviato|Verzonden|Verstuurd|Verzonden op|Wysłano|Wysłane|Data wysłania|Skickat
        |Sendt|Dato|Отправлено|Дата|Gönderildi|Gönderilme|Gönderme Tarihi|Tarih|Lähetetty|Päivämäärä|Päiväys|Elküldve
        |Dátum|Odesláno|送信日時|日時|日付|发送时间|发送日期|日期|时间|寄件日期|時間|發送時間|보낸 날짜
        |Datum odeslání|Sent at|Date sent|Message du|Message envoyé""",
    _TO: """To|An|À|A|Pour|Para|Aan|Do|Till|Til|Кому|Kime|Alıcı|Vastaanottaja|Címzett|Destinataire|Destinatario
        |Destinatário|Komu|宛先|收件人|收件者|받는 사람|Empfänger|Ontvanger|Adresat|Mottagare|Modtager|Получатель
        |Sent to""",
    _SUBJECT: """Subject|Sujet|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Temat|Ämne|Emne|Тема|Konu|Aihe|Tárgy
        |Předmět
        |件名
        |主题|主旨|主題|제목|Re|Betr\\.""",
    _CC: """Cc|Copie|Copie à|Bcc|CC|Kopie|Kopia|Kopi|Копия|Bilgi|Kopio|抄送|副本|참조|Reply-To|Antwort an|Répondre à
        |Responder a
        |Rispondi a|Attachments|Anlagen|Pièces jointes|Allegati|Bijlagen|Anexos|Załączniki|Bilagor|Vedhæftede filer
        |Вложения|Importance|Wichtigkeit|Priorität|Organization|附件|添付ファイル|Cópia|Priority|Mailed-by|Signed-by""",
}  # fmt: skip
_ROLES = {label.strip().casefold(): role for role, text in _LABELS.items() for label in text.split("|")}
_LABEL = re.compile(r"[*_|\s]{0,4}([^\W\d_][^:\uff1a<>@\n]{0,22}?)[*_ ]{0,3}[:\uff1a][*_]{0,2}(.{0,300})")
_LONGEST_BLOCK = 14
_PAUSES = 1  # lines between two labels that are neither
_DIGIT = re.compile(r"\d")


def header_block(lines: Sequence[MailLine], start: int) -> int:
    """How many lines the header block at ``start`` has; 0 if there is none.

    A customer may write "From: Berlin, To: Oslo, Date: May 3": without an address or a subject it is no block.
    Nor is what the form of a shop sends, which has no date and no recipient.
    """
    first = _label(lines[start])
    if first is None or first[0] == _CC:
        return 0
    found: dict[str, str] = {}
    end = start
    for index in range(start, min(len(lines), start + _LONGEST_BLOCK)):
        label = _label(lines[index])
        if label is not None and label[0] not in found:
            found[label[0]] = label[1] or _next_words(lines, index)
            end = index + 1
        elif label is None and not _continues(lines, index, end):
            break
    return _with_continuation(lines, end) - start if _is_block(found) else 0


def is_header_line(line: MailLine) -> bool:
    """Whether the line could stand in a header block."""
    return _label(line) is not None


def _label(line: MailLine) -> tuple[str, str] | None:
    if len(line.words) > LONGEST or not (":" in line.words or "\uff1a" in line.words):
        return None
    found = _LABEL.match(line.words)
    if found is None:
        return None
    role = _ROLES.get(found[1].replace("\u2019", "'").strip("*_ |").casefold())
    return None if role is None else (role, found[2].strip("*_ "))


def _next_words(lines: Sequence[MailLine], index: int) -> str:
    """A value may stand on the line below its label."""
    return lines[index + 1].words if index + 1 < len(lines) and _label(lines[index + 1]) is None else ""


def _continues(lines: Sequence[MailLine], index: int, end: int) -> bool:
    """Whether a line without a label may stand in the block: blank, a folded value, or one before the next label."""
    if index - end > _PAUSES:
        return False
    line = lines[index]
    if line.blank or line.words.startswith(("<", "[", "(")) or line.raw.startswith((" ", "\t")):
        return True
    return index + 1 < len(lines) and _label(lines[index + 1]) is not None


def _with_continuation(lines: Sequence[MailLine], end: int) -> int:
    """The last value may be folded: its next line is indented."""
    while end < len(lines) and not lines[end].blank and lines[end].raw.startswith((" ", "\t")) and not lines[end].depth:
        end += 1
    return end


def _is_block(found: dict[str, str]) -> bool:
    if _FROM not in found:
        return False
    others = {_DATE, _TO, _SUBJECT} & found.keys()
    dated = _DATE in found and _DIGIT.search(found[_DATE]) is not None
    if "@" in found[_FROM]:
        return len(others) >= 2
    return _SUBJECT in found and (dated or (_TO in found and "@" in found[_TO]))
