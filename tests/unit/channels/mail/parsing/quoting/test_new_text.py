"""New text of a mail, over a table of made-up mails in the languages and the forms of mail programs."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from connector.channels.mail.parsing.quoting import NewText, split
from connector.channels.mail.parsing.quoting.languages import LANGUAGES
from connector.channels.text.html import html_to_text
from tests.kit.quoted_mails import QuotedMail, quoted_mails

MAILS = list(quoted_mails())
HTML = [mail for mail in MAILS if mail.html]
PLAIN = [mail for mail in MAILS if mail.plain and not mail.html]

TRANSLATIONS = """Sent from my iPhone|Sent from Mail for Windows 10|Sent from my HTC One|Get Outlook for iOS
From My Iphone 6|Sent via mobile|Sent with Airmail|Sent from my TI-85|(sent from a phone)
Sent from my cell, please excuse any typos.|Sent from my HTC M8 Android phone.  Please excuse typos
Von meinem Samsung Galaxy Smartphone gesendet.|Gesendet mit der WEB.DE Mail App|Holen Sie sich Outlook für iOS
Envoyé de mon appareil Samsung|Envoyé depuis l'application Mail Orange|Télécharger Outlook pour Android
Enviado desde mi iPad|Enviado desde Yahoo Mail para Android|Obtener Outlook para iOS
Inviato da iPad|Inviato dal mio dispositivo Samsung|Ottieni Outlook per iOS
Verstuurd vanaf mijn iPad|Verzonden via Outlook voor iOS|Outlook voor iOS downloaden
Enviado do meu iPad|Enviado a partir do meu smartphone Samsung Galaxy|Obter o Outlook para iOS
Wysłano z iPhone'a|Wysłane z telefonu Samsung Galaxy|Pobierz program Outlook dla systemu iOS
Skickat från min iPad|Skickat från Outlook för iOS|Hämta Outlook för iOS
Sendt fra min iPad|Sendt fra Outlook til iOS|Hent Outlook til iOS
Отправлено с iPad|Отправлено из мобильной Почты Mail.ru|Скачать Outlook для Android
iPad'imden gönderildi|Android için Outlook uygulamasından gönderildi|iOS için Outlook'u edinin
iPadから送信|Android版Yahoo!メールから送信|iOS 版 Outlook を入手
从我的 iPad 发送|發自我的iPhone|来自我的华为手机|获取 Outlook for iOS"""

SENTENCES = """Sent by post on Monday|Sent with DHL last week|I use Outlook on Android|Sent my phone back to you
Gesendet mit DHL am Montag|Ich habe es von meinem Konto gesendet|Envoyé par la poste lundi|Sent via email
Get back to me about Outlook|Outlook does not open it|Enviado por correo el lunes|从上海发送"""

MARKERS = """##- Please type your reply above this line -##|Reply above this line.
Reply ABOVE THIS LINE to add a comment
##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##|Bitte schreiben Sie Ihre Antwort über diese Zeile.
##- Répondez au-dessus de cette ligne. -##|##- Por favor, escriba su respuesta por encima de esta línea -##
##- Digita la tua risposta al di sopra di questa riga -##|##- Typ uw antwoord boven deze regel -##
##- Digite sua resposta acima desta linha -##|##- Wpisz odpowiedź powyżej tej linii -##
##- Skriv ditt svar ovanför den här raden -##|##- Skriv dit svar over denne linje -##
##- Введите ответ над этой строкой -##|##- Lütfen yanıtınızı bu satırın üzerine yazın -##
##- 返信はこの行より上に入力してください -##|##- 请在此行上方输入您的回复 -##"""

LEGAL = """This email and any files with it are confidential and intended solely for those to whom they are addressed.
NOTICE: This message is for the sole use of the intended recipient. Any unauthorized use is prohibited.
Diese E-Mail kann vertraulich sein. Sind Sie nicht der richtige Adressat, vernichten Sie bitte diese Mail.
Ce message est confidentiel. Si vous n'en êtes pas le destinataire, merci de le supprimer.
Este mensaje es confidencial y va dirigido a su destinatario. Si lo ha recibido por error, elimínelo.
Questo messaggio è riservato al destinatario. Se lo avete ricevuto per errore, è vietato usarlo.
Dit bericht is vertrouwelijk en bestemd voor de geadresseerde. Verwijder het, als u het ten onrechte ontvangt.
Esta mensagem é confidencial e destina-se ao destinatário. Se a recebeu por engano, apague-a.
Wiadomość jest poufna i przeznaczona dla adresata. Jeżeli dotarła przez pomyłkę, prosimy o jej usunięcie.
Detta meddelande är konfidentiellt och avsett för mottagaren. Har du fått det av misstag, radera det.
Denne besked er fortrolig og kun for modtageren. Har du fået den ved en fejl, så slet den.
Это сообщение конфиденциально и предназначено адресату. Если вы получили его по ошибке, удалите его.
Bu mesaj gizli olabilir ve yalnız alıcısı içindir. Yanlışlıkla aldıysanız lütfen siliniz.
本メールは機密情報を含みます。宛先以外の方が誤って受信された場合は、削除してください。
本邮件含有保密信息，仅供收件人使用。如果您误收了本邮件，请立即删除。
Please consider the environment before printing this email."""

WORRIED = """My data are confidential. Please delete the message that I sent by mistake to your colleague.
Is this message confidential? I am not the intended recipient of your mail. Please tell me.
Bitte löschen Sie meine E-Mail-Adresse, sie ist vertraulich. Die Nachricht habe ich versehentlich geschickt.
J'ai reçu ce message par erreur, je ne suis pas le destinataire. Merci de le supprimer."""


def folded(text: str) -> str:
    return " ".join(text.split())


def of(mail: QuotedMail) -> NewText:
    return split(mail.plain, mail.html, attached="attached" in mail.flags, forwarded="forwarded" in mail.flags)


def words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: f"{mail.file}: {mail.name}")
def test_what_the_customer_wrote_is_told_from_the_rest(mail: QuotedMail) -> None:
    found = of(mail)
    assert folded(found.text) == folded(mail.new)
    assert folded(found.signature) == folded(mail.signature)
    assert found.language == mail.language


def test_the_table_holds_every_language_in_several_forms() -> None:
    told = Counter(mail.name.partition(" ")[0] for mail in MAILS)
    assert set(told) == set(LANGUAGES)
    assert min(told.values()) >= 3


@pytest.mark.parametrize("mail", PLAIN, ids=lambda mail: f"{mail.file}: {mail.name}")
def test_every_word_is_in_exactly_one_of_the_three(mail: QuotedMail) -> None:
    found = of(mail)
    assert words_of(found.text) + words_of(found.quoted) + words_of(found.signature) == words_of(mail.plain or "")


@pytest.mark.parametrize("mail", HTML, ids=lambda mail: f"{mail.file}: {mail.name}")
def test_writing_the_quotes_anew_loses_no_word_of_the_html(mail: QuotedMail) -> None:
    found = split(None, mail.html)
    assert words_of(found.text) + words_of(found.quoted) + words_of(found.signature) == words_of(
        html_to_text(mail.html or "")
    )


@pytest.mark.parametrize("mail", PLAIN, ids=lambda mail: f"{mail.file}: {mail.name}")
def test_line_ends_of_any_kind_make_no_difference(mail: QuotedMail) -> None:
    found = split((mail.plain or "").replace("\n", "\r\n"), None, forwarded="forwarded" in mail.flags)
    assert found == split(mail.plain, None, forwarded="forwarded" in mail.flags)


@pytest.mark.parametrize("line", TRANSLATIONS.replace("\n", "|").split("|"))
def test_the_line_that_a_program_adds_is_a_signature(line: str) -> None:
    assert split(f"Where is my lamp?\n\n{line}", None) == NewText("Where is my lamp?", "", line, "en")


@pytest.mark.parametrize("line", SENTENCES.replace("\n", "|").split("|"))
def test_a_sentence_of_the_customer_is_no_signature(line: str) -> None:
    assert split(f"Where is my lamp?\n\n{line}", None).text.endswith(line)


@pytest.mark.parametrize("marker", MARKERS.replace("\n", "|").split("|"))
def test_what_stands_below_a_marker_of_a_desk_is_history(marker: str) -> None:
    found = split(f"Where is my lamp?\n\n{marker}\n\nYour request was updated.", None)
    assert found.text == "Where is my lamp?"
    assert found.quoted.startswith(marker)


@pytest.mark.parametrize("text", LEGAL.split("\n"))
def test_legal_text_below_a_mail_is_a_signature(text: str) -> None:
    found = split(f"Where is my lamp?\n\nNora\n\n{text}", None)
    assert (found.text, found.signature) == ("Where is my lamp?\n\nNora", text)


@pytest.mark.parametrize("text", WORRIED.split("\n"))
def test_what_a_customer_says_about_confidence_is_no_legal_text(text: str) -> None:
    assert split(f"Hello,\n\n{text}", None).signature == ""


def test_a_line_that_a_program_adds_stays_where_more_text_follows() -> None:
    assert split("Sent from my iPhone\n\nis what your mail ends with. Why?", None).signature == ""


@pytest.mark.parametrize(("plain", "html"), [(None, None), ("", ""), (" \n", None), (None, "<div></div>")])
def test_a_mail_without_words_has_no_new_text(plain: str | None, html: str | None) -> None:
    assert split(plain, html) == NewText("", "", "", None)


def test_the_structure_of_html_beats_the_patterns_of_text() -> None:
    html = "<p>The blue one.</p><div class='gmail_quote'>Lampid kirjutas nii<br><blockquote>Tere</blockquote></div>"
    assert split("The blue one.\n\nLampid kirjutas nii\nTere", html).text == "The blue one.\n\nLampid kirjutas nii"
    cited = html.replace("<blockquote>", "<blockquote type=cite>")
    assert "Tere" not in split("The blue one.\n\nTere", cited).text


def test_plain_text_is_told_where_html_says_the_same() -> None:
    html = "<p>The <a href='https://lamps.example'>blue</a> one.</p><blockquote type=cite>Which one?</blockquote>"
    assert split("The blue one.\n\nWhich one?", html).text == "The blue <https://lamps.example> one."
    assert split("The *blue* one.\n\n> Which one?", html.replace("<a href='https://lamps.example'>", "")).text == (
        "The *blue* one."
    )


def test_the_marks_of_the_rewriting_cannot_be_sent() -> None:
    marks = "\U000f7157quote\U000f7157"
    assert split(None, f"<p>Before</p><p>{marks}</p><p>after</p>").text == "Before\n\nafter"


def test_a_signature_by_structure_stays_where_text_follows_it() -> None:
    html = "<p>Hello</p><div class='gmail_signature'>Nora Field</div><p>Where is my lamp?</p>"
    assert split(None, html).text == "Hello\n\nNora Field\n\nWhere is my lamp?"


def test_a_signature_within_a_signature_is_one() -> None:
    html = "<p>Hello</p><div id='Signature'>Nora<div class='moz-signature'>Field</div></div>"
    assert split(None, html) == NewText("Hello", "", "Nora\nField", "en")


def test_nothing_raises_whatever_the_pieces() -> None:
    pieces = [line for mail in MAILS for line in (mail.plain or mail.html or "").split("\n")]
    pieces += ["\ud800", "\x00", ">" * 3000, "<div", "<!--", "</div>", "<blockquote>", "\u202e", "-- ", ":", "@"]
    chance = random.Random(7)
    for _ in range(300):
        text = chance.choice(["\n", "", "\r"]).join(chance.choices(pieces, k=30))
        found = split(text, None)
        assert folded(found.text)
        split(None, text)
        split(text[:50], text)
