"""Guess of a charset from bytes that say nothing true about theirs: which one makes words of a language of them.

Only for bytes that are no UTF-8. A sample is looked at, whatever the length.
"""

from __future__ import annotations

import re
import unicodedata

_SAMPLE = 1024
_DENSE = 0.3
"""Share of bytes above ASCII, spaces left out, from which a text is not in Latin letters."""
_ENOUGH = 12
"""Bytes above ASCII from which a guess is worth more than none; half as many where there is little else."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CODECS = (
    "cp1251", "koi8_u", "iso8859_5", "cp866", "cp1253", "cp1255", "cp1256", "cp874",
    "gb18030", "cp932", "cp949", "big5hkscs", "euc_jp",
)  # fmt: skip
_JAPANESE = ("cp932", "euc_jp")
_MIXED = re.compile("[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")  # no word is in two alphabets
# The letters of each alphabet, the eight that stand for most of a text first: they tell it from another one misread.
_ALPHABETS = (
    ("оеаинтср", "влкмдпуяыьгзбчйхжшюцщэфъёіїєґўљњћџђј"),
    ("αοιετσνη", "υρπκμλςωθδγχφβξζψάέήίόύώϊϋ"),
    ("יוהלארתמ", "בשעדנכקפגחטסזצךםןףץ"),
    ("اليمنوتر", "بةعدسفهكقحجشصطخذضغزثظءأإآىؤئ"),
    ("านรกอเงส", "ยลวดตทมบปคหพขจชแไใโะัาำิีึืุู็่้๊๋์"),
)
_LETTERS = {
    char: weight for letters in _ALPHABETS for weight, row in zip((1.0, 0.7), letters, strict=True) for char in row
}
_UPPER = 0.8  # of a small letter's weight, among small ones: what is misread often turns the case around
_ALL_UPPER = 0.96
_OTHER_LETTER = 0.2
_COMMON_HANGUL = frozenset("이다는을를가에의하고지은도서니습요어로한해있주기나시리아사제문부드립세안자대그것수보")
_COMMON_HAN = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都"
    "没日于起还发成事只作当想看无开用主行方又如前所本经面公同已从动两长知样现分将外但与高意进把法此回理点月明其全工话者"
    "情部正名定问给等几很最新什打便因请单订货退款收件快递复您谢這來國個說們為時會過學對裡後麼沒於還發當開經動兩長樣現將與"
    "進點問給幾請單訂貨謝您電話麻煩"
)
_HANGUL, _KANA, _HAN = "HANGUL SYLLABLE", ("HIRAGANA", "KATAKANA LETTER", "KATAKANA-HIRAGANA"), "CJK UNIFIED"
_SCRIPTS = ("CYRILLIC", "GREEK", "HEBREW", "ARABIC", "THAI")


def likely_codecs(data: bytes, *, labelled: bool = False) -> list[str]:
    """The codecs of other alphabets that make sense of the bytes, the likeliest first; none for Latin letters.

    ``labelled``: they are said to be Latin letters, so that a few bytes prove nothing.
    """
    sample = data[:_SAMPLE]
    if _CONTROL.search(sample):
        return []
    letters = sample.translate(None, b" \t\r\n")
    high = sum(byte > 0x7F for byte in letters)
    few = high > 0.8 * len(letters) and not labelled
    if high < _DENSE * len(letters) or high < (_ENOUGH // 2 if few else _ENOUGH):
        return []
    scores = {codec: _score(sample, codec) for codec in _CODECS}
    return sorted((codec for codec, score in scores.items() if score > _DENSE), key=lambda codec: -scores[codec])


def _score(sample: bytes, codec: str) -> float:
    """From nothing to one: the weighed share of characters that a text in this codec is full of."""
    text = sample.decode(codec, "replace")
    if text.count("\ufffd") > 1:  # one may be cut at the end of the sample
        return 0.0
    strange = [char for char in text if char > "\x7f"]
    if not strange or len(_MIXED.findall(text)) > _DENSE * len(strange):
        return 0.0
    upper = _UPPER if any(char.islower() for char in strange) else _ALL_UPPER
    kana = 1.0 if codec in _JAPANESE else _OTHER_LETTER
    return sum(_weight(char, upper, kana) for char in strange) / len(strange)


def _weight(char: str, upper: float, kana: float) -> float:
    small = char.lower()
    if small in _LETTERS:
        return _LETTERS[small] * (1.0 if char == small else upper)
    return 1.0 if char in _COMMON_HANGUL or char in _COMMON_HAN else _weight_by_name(char, kana)


def _weight_by_name(char: str, kana: float) -> float:
    name = unicodedata.name(char, "")
    if name.startswith(_KANA):
        return kana
    if "\u3000" <= char <= "\u3002" or "\uff00" <= char <= "\uff20":
        return 1.0
    if name.startswith(_HANGUL):
        return 0.5
    if name.startswith(_HAN):
        return 0.5 if _is_common(char) else 0.1
    return _OTHER_LETTER if name.startswith(_SCRIPTS) else 0.0


def _is_common(char: str) -> bool:
    """Whether GB 2312, Big5 or JIS has it in its first half, which holds the common ones."""
    for codec, low, high in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF)):
        try:
            lead = char.encode(codec)[0]
        except UnicodeError:
            continue
        if low <= lead <= high:
            return True
    return False
