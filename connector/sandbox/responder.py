"""Stand-in for the agent: a short, plausible answer to a text, always the same one for the same text.

It knows a few topics in English, German, French, Spanish and Portuguese, and names the order number if it sees one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GREETING = "Hi! How can I help you today?"
LANGUAGES = ("en", "de", "fr", "es", "pt")
TEXT_READ = 1_000  # code points; a topic stands at the top of a mail, and a long text must not cost the loop time


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the agent says, and whether the customer asked for a person."""

    text: str
    topic: str
    wants_person: bool


def answer(text: str) -> Answer:
    """Answers one customer message by its words alone, not by the lines that tell of what came before."""
    words = _own_words(text)[:TEXT_READ]
    read = words.casefold()
    topic = _topic_of(read)
    language = _language_of(read)
    number = _number_in(words)
    about = _ABOUT[language].format(number) if number else ""
    return Answer(text=_ANSWERS[topic][language].format(about=about), topic=topic, wants_person=topic == "human")


def _own_words(text: str) -> str:
    return text.partition("\n\n")[2] if text.startswith(_TOLD_BEFORE) else text


def _topic_of(read: str) -> str:
    found = {match.lastgroup for match in _TOPIC_WORDS.finditer(read)}
    return next((topic for topic in _STEMS if topic in found), "other")


def _language_of(read: str) -> str:
    words = set(_WORD.findall(read))
    # max() takes the first of equals, so English is the answer to a text without any known word.
    return max(LANGUAGES, key=lambda language: len(words & _COMMON_WORDS[language]))


def _number_in(read: str) -> str | None:
    match = _NUMBER.search(read)
    return match["number"] if match else None


_TOLD_BEFORE = ("Subject: ", "Attachments: ", "Customer: ", "Earlier:\n")
_WORD = re.compile(r"[^\W\d_]+")
# "#1042", "A-1042", "ORD-2024-118" or a bare number of five digits and more; a year alone is not an order.
_NUMBER = re.compile(
    r"(?<![\w-])(?P<number>#\d{3,}|[A-Za-z]{1,5}-\d{3,}(?:-\d+)*|[A-Za-z]{1,5}\d{4,}|\d{5,}(?:-\d+)*)(?!\w)"
)
_ABOUT = {"en": " for {}", "de": " zu {}", "fr": " pour {}", "es": " para {}", "pt": " para {}"}

# Beginnings of words, the most telling topic first: a wish for a refund of a late order is about the refund.
_STEMS = {
    "human": (
        r"real person|human|speak to someone|talk to someone|call me back|mitarbeiter|menschen|jemandem sprechen|"
        r"rückruf|conseiller|une personne|vrai humain|rappele|una persona|agente humano|hablar con alguien|"
        r"uma pessoa|falar com algu|atendente"
    ),
    "refund": (
        r"refund|money back|erstatt|rückerstatt|geld zurück|rembours|reembols|devolución del dinero|estorno|"
        r"devolução do dinheiro"
    ),
    "cancel": r"cancel|kündig|storn|annul|résili|anular|dar de baja",
    "damaged": (
        r"broken|damaged|defective|kaputt|defekt|beschädigt|cassé|endommag|défectu|roto|dañad|quebrad|danificad|defeit"
    ),
    "invoice": r"invoice|receipt|billing|bill\b|rechnung|quittung|facture|factura|recibo|fatura",
    "password": (
        r"password|log ?in|sign ?in|passwor|kennwort|anmeld|einlogg|mot de passe|connexion|me connecter|contraseña|"
        r"iniciar sesión|senha|palavra-passe|entrar na"
    ),
    "address": r"address|adresse|anschrift|umgezogen|déménag|dirección|mudado|endereço|morada",
    "delivery": (
        r"deliver|order|parcel|package|shipment|tracking|liefer|bestell|paket|sendung|livraison|commande|colis|"
        r"pedido|envío|entrega|paquete|encomenda"
    ),
    "hours": (
        r"opening hours|business hours|open on|öffnungszeit|geöffnet|horaires?|ouvert|horario|abierto|abren|"
        r"horário|aberto|abrem"
    ),
    "thanks": r"thank|danke|vielen dank|merci|gracias|obrigad",
}
_TOPIC_WORDS = re.compile("|".join(rf"(?P<{topic}>\b(?:{stems}))" for topic, stems in _STEMS.items()))

_SPEECH = {
    "en": "the my i you is was have not please what when your hello hi to and it",
    "de": "ich die der das ist nicht mein meine bitte und hallo sie mit habe wann wie ein eine danke",
    "fr": "je le la les est pas mon ma vous bonjour et des une avec pour quand merci votre sur",
    "es": "el la mi no es y hola por favor una los cuándo cuando con para gracias está mis su qué",
    "pt": "o a meu minha não é e olá por favor uma os quando com para obrigado obrigada está você",
}
_COMMON_WORDS = {language: frozenset(_WORD.findall(words)) for language, words in _SPEECH.items()}

_ANSWERS = {
    "human": {
        "en": "Of course. A colleague will take over this conversation{about} shortly.",
        "de": "Gern. Ein Mensch aus unserem Team übernimmt das Gespräch{about} in Kürze.",
        "fr": "Bien sûr. Une personne de notre équipe reprend la conversation{about} sous peu.",
        "es": "Por supuesto. Una persona de nuestro equipo seguirá la conversación{about} en breve.",
        "pt": "Claro. Uma pessoa da nossa equipa continua a conversa{about} em breve.",
    },
    "refund": {
        "en": "Your refund{about} is under way. It reaches your account within five working days.",
        "de": "Ihre Erstattung{about} ist veranlasst. Sie ist in fünf Werktagen auf Ihrem Konto.",
        "fr": "Votre remboursement{about} est lancé. Il arrive sur votre compte sous cinq jours ouvrés.",
        "es": "Su reembolso{about} está en marcha. Llegará a su cuenta en cinco días hábiles.",
        "pt": "O seu reembolso{about} está em curso. Chega à sua conta em cinco dias úteis.",
    },
    "cancel": {
        "en": "I have noted your cancellation{about}. You will get a confirmation by mail.",
        "de": "Ihre Kündigung{about} ist vorgemerkt. Die Bestätigung kommt per Mail.",
        "fr": "Votre annulation{about} est enregistrée. Une confirmation arrive par mail.",
        "es": "He anotado su cancelación{about}. Recibirá la confirmación por correo.",
        "pt": "O seu cancelamento{about} está registado. A confirmação segue por e-mail.",
    },
    "damaged": {
        "en": "I am sorry about the damage. A replacement{about} leaves our warehouse tomorrow.",
        "de": "Der Schaden tut uns leid. Der Ersatz{about} geht morgen aus unserem Lager.",
        "fr": "Je suis désolé pour ce dommage. Un remplacement{about} part demain de notre entrepôt.",
        "es": "Lamento el daño. Un artículo nuevo{about} sale mañana de nuestro almacén.",
        "pt": "Lamento o dano. Um artigo novo{about} sai amanhã do nosso armazém.",
    },
    "invoice": {
        "en": "I have sent the invoice{about} to your mail address again.",
        "de": "Die Rechnung{about} ist noch einmal an Ihre Mailadresse unterwegs.",
        "fr": "Je viens de renvoyer la facture{about} à votre adresse mail.",
        "es": "He vuelto a enviar la factura{about} a su correo.",
        "pt": "Enviei de novo a fatura{about} para o seu e-mail.",
    },
    "password": {
        "en": "I have sent you a link to set a new password{about}. It is valid for one hour.",
        "de": "Der Link für ein neues Passwort{about} ist unterwegs. Er gilt eine Stunde.",
        "fr": "Je vous ai envoyé un lien pour choisir un nouveau mot de passe{about}. Il est valable une heure.",
        "es": "Le he enviado un enlace para crear una contraseña nueva{about}. Vale una hora.",
        "pt": "Enviei-lhe uma ligação para criar uma senha nova{about}. É válida por uma hora.",
    },
    "address": {
        "en": "Thank you, the new address{about} is saved. Please check it in your account.",
        "de": "Danke, die neue Adresse{about} ist gespeichert. Bitte prüfen Sie sie in Ihrem Konto.",
        "fr": "Merci, la nouvelle adresse{about} est enregistrée. Vérifiez-la dans votre compte.",
        "es": "Gracias, la nueva dirección{about} está guardada. Compruébela en su cuenta.",
        "pt": "Obrigado, o novo endereço{about} está guardado. Confirme-o na sua conta.",
    },
    "delivery": {
        "en": "The parcel{about} is with the carrier and should arrive within two working days.",
        "de": "Das Paket{about} ist beim Zusteller und sollte in zwei Werktagen ankommen.",
        "fr": "Le colis{about} est chez le transporteur et devrait arriver sous deux jours ouvrés.",
        "es": "El paquete{about} está en reparto y debería llegar en dos días hábiles.",
        "pt": "A encomenda{about} está com a transportadora e deve chegar em dois dias úteis.",
    },
    "hours": {
        "en": "We are open Monday to Friday, from 9 to 18 o'clock.",
        "de": "Wir haben Montag bis Freitag von 9 bis 18 Uhr geöffnet.",
        "fr": "Nous sommes ouverts du lundi au vendredi, de 9 h à 18 h.",
        "es": "Abrimos de lunes a viernes, de 9 a 18 horas.",
        "pt": "Estamos abertos de segunda a sexta, das 9 às 18 horas.",
    },
    "thanks": {
        "en": "You are welcome. Is there anything else I can do for you?",
        "de": "Gern geschehen. Kann ich sonst noch etwas für Sie tun?",
        "fr": "Avec plaisir. Puis-je faire autre chose pour vous ?",
        "es": "Con mucho gusto. ¿Puedo ayudarle en algo más?",
        "pt": "De nada. Posso ajudar em mais alguma coisa?",
    },
    "other": {
        "en": "Thank you for your message{about}. Could you tell me a little more?",
        "de": "Danke für Ihre Nachricht{about}. Können Sie mir etwas mehr dazu sagen?",
        "fr": "Merci pour votre message{about}. Pouvez-vous m'en dire un peu plus ?",
        "es": "Gracias por su mensaje{about}. ¿Puede contarme un poco más?",
        "pt": "Obrigado pela sua mensagem{about}. Pode contar-me um pouco mais?",
    },
}
