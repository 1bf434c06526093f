"""Language guess: script first, then stop words; cheap, and None where it is not sure."""

from __future__ import annotations

import re
from collections import Counter

_LOOKED_AT = 2000
_FEWEST = 2  # stop words that make a language
_AHEAD = 1.3  # times as many as the next language has

_WORD = re.compile(r"[^\W\d_]+")
_NO_WORDS = re.compile(r"<?https?://\S{1,2000}|\S{1,200}@\S{1,200}")
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_OTHER_CYRILLIC = re.compile("[\u0404\u0406\u0407\u0454\u0456\u0457\u0490\u0491\u045e\u0458\u0459\u045a\u0452\u045b]")

_STOP_WORDS = {
    "en": """the and is are was were have has had not you your i my we our it this that with for from please thanks
        thank hello hi would could can will when what how which where there been order but they do does did still to
        of in on at any yet""",
    "de": """der die das und ist sind war nicht ich sie wir ihr mir mich mein meine ihre ihren bitte danke hallo mit
        für von auf ein eine einen einem dem den des im zu zum zur noch auch aber wie wann wo was kann können habe
        haben hat wird werden bei vielen dank schon guten tag""",
    "fr": """le la les des un une et est sont je vous nous mon ma mes votre vos merci bonjour pas avec pour dans sur
        que qui ne ce cette il elle du au aux été ai avez suis peut pouvez mais bien quand comment toujours
        cordialement""",
    "es": """el la los las un una y es son yo usted mi su sus gracias hola no con para por en de del que se lo como
        cuando donde pero muy ha he han está están puede pueden tengo buenos días favor pedido todavía""",
    "it": """il lo la gli le un una e è sono io lei mio mia vostro vostra grazie ciao buongiorno non con per in di del
        della che si come quando dove ma molto ho ha hanno può potete ancora salve ordine questo""",
    "nl": """de het een en is zijn was niet ik u jij je wij mijn uw bedankt dank hallo met voor van op te dat die dit
        maar ook nog hoe wanneer waar wat kan kunt heb heeft hebben wordt bij graag groet aan""",
    "pt": """o a os as um uma e é são eu você meu minha seu sua obrigado obrigada olá não com para por em de do da no
        na que se como quando onde mas muito tenho foi está estão pode podem ainda pedido bom dia""",
    "pl": """i w na z do nie jest są się to że jak kiedy gdzie ale czy mam mój moja moje państwa pan pani proszę
        dziękuję dzień dobry witam cześć za od po dla już jeszcze był była zamówienie mnie""",
    "sv": """och är det den en ett inte jag ni du vi min mitt mina er ert tack hej med för från på till som att om hur
        när var vad men också har hade kan vill blir fortfarande snälla""",
    "da": """og er det den en et ikke jeg du vi min mit mine jeres tak hej med for fra på til som at om hvordan hvornår
        hvor hvad men også har havde kan vil bliver stadig venligst af""",
    "tr": """ve bir bu için ile değil ben siz biz benim sizin teşekkürler teşekkür ederim merhaba lütfen ne nasıl zaman
        nerede ama çok var yok daha olarak mi mı mu mü henüz sipariş siparişim kadar gibi""",
}
_SHORT = 4  # words of a text of which one telling word is enough
_TELLING = {
    "thanks", "thank", "hello", "please", "danke", "bitte", "bonjour", "merci", "gracias", "hola", "grazie",
    "buongiorno", "salve", "bedankt", "obrigado", "obrigada", "olá", "dziękuję", "proszę", "cześć",
    "teşekkürler", "teşekkür", "merhaba", "lütfen",
}  # fmt: skip
_LANGUAGES_OF = {
    word: tuple(name for name, words in _STOP_WORDS.items() if word in words.split())
    for words in _STOP_WORDS.values()
    for word in words.split()
}
LANGUAGES = (*_STOP_WORDS, "ru", "ja", "zh")
"""What can be guessed (ISO 639-1)."""


def guess(text: str) -> str | None:
    """The language of a text as ISO 639-1, or None when it is too short or not plainly one of :data:`LANGUAGES`."""
    text = _NO_WORDS.sub(" ", text[:_LOOKED_AT])
    return _by_script(text) or _by_stop_words(text)


def _by_script(text: str) -> str | None:
    letters = sum(map(str.isalpha, text))
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if _HANGUL.search(text):
        return None
    if (kana + han) * 3 > letters and kana + han > 1:
        return "ja" if kana * 10 > han else "zh"
    cyrillic = len(_CYRILLIC.findall(text))
    if cyrillic * 2 > letters and cyrillic > 3:
        return None if _OTHER_CYRILLIC.search(text) else "ru"
    return None


def _by_stop_words(text: str) -> str | None:
    found: Counter[str] = Counter()
    words = _WORD.findall(text.casefold())
    for word in words:
        owners = _LANGUAGES_OF.get(word, ())
        for name in owners:
            found[name] += 1
    ranked = [*found.most_common(2), ("", 0), ("", 0)][:2]
    (first, most), (_, next_most) = ranked
    if most >= _FEWEST:
        return first if most >= _AHEAD * next_most else None
    return first if len(words) <= _SHORT and len(found) == 1 and _TELLING & {*words} else None
