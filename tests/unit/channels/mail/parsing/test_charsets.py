from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.parsing.charsets import codec_for, decode, decoded

LABELS = [
    "866", "cp866", "iso-8859-2", "iso-ir-101", "iso88592", "iso_8859-2:1987", "latin2", "csisolatin3", "l4",
    "cyrillic", "iso-8859-6-e", "csiso88596i", "sun_eu_greek", "elot_928", "iso-8859-8-i", "logical", "visual",
    "csiso88598e", "iso-8859-10", "iso-8859-13", "iso8859-14", "csisolatin9", "iso-8859-16", "koi", "koi8-r",
    "koi8-ru", "koi8-u", "macintosh", "csmacintosh", "x-mac-roman", "x-mac-cyrillic", "x-mac-ukrainian",
    "dos-874", "windows-874", "tis-620", "x-cp1250", "windows-1250", "x-cp1251", "ansi_x3.4-1968", "us-ascii",
    "iso-8859-1", "iso88591", "latin1", "x-cp1252", "x-ansi", "ansi", "x-cp1253", "iso88599", "x-cp1254",
    "windows-1255", "windows-1256", "windows-1257", "windows-1258", "gb2312", "gb_2312-80", "csgb2312", "gbk",
    "x-gbk", "cp936", "gb18030", "big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950", "euc-jp", "x-euc-jp",
    "iso-2022-jp", "iso-2022-jp-ms", "cp50221", "shift_jis", "x-sjis", "windows-31j", "ms_kanji", "cp932",
    "euc-kr", "cseuckr", "korean", "ks_c_5601-1987", "ks_c_5601-1989", "windows-949", "iso-2022-kr",
    "hz-gb-2312", "utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8", "utf8mb4", "utf-16", "utf-16le",
    "utf-16be", "unicodefffe", "unicode", "ucs-2", "utf-32", "cp-850", "ibm850", "cp437",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_labels_seen_in_mails_have_a_codec(label):
    codec = codec_for(label.upper())
    assert codec is not None
    assert "parcel".encode(codec)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows1251", "cp1251"), ("win-1251", "cp1251"), ("koi8r", "koi8_r"), ("cp-850", "cp850"),
        ("dos-866", "cp866"),
        ("ru_RU.KOI8-R", "koi8_r"), ("de_DE.ISO8859-15@euro", "iso8859_15"), ("en_US.UTF-8", "utf_8"),
        ("ansi-1251", "cp1251"), ("utf8_general_ci", "utf_8"), ("iso 8859-2", "iso8859_2"), ("utf-8;", "utf_8"),
        ("windows-cp1250", "cp1250"), ("shift-jis", "cp932"), ("gb-2312", "gb18030"), ("iso-latin-1", "cp1252"),
        ("cp1251 (Windows)", "cp1251"), ("baltic", "cp1257"), ("iso-8859-12", None), ("x-12510", None),
    ],
)  # fmt: skip
def test_labels_are_looked_up_tolerantly(label, codec):
    assert codec_for(label) == codec


WORDS = {
    "cp1251 koi8_r cp866": "Где мой заказ? Пожалуйста, ответьте скорее.",
    "gb18030": "你好，我的订单在哪里？请尽快回复。",
    "big5": "您好，我的訂單在哪裡？請盡快回覆。",
    "cp932 euc_jp": "注文はどこですか？よろしくお願いします。",
    "cp1253 iso8859_7": "Που είναι η παραγγελία μου; Παρακαλώ απαντήστε μου σύντομα.",
    "cp1255": "איפה ההזמנה שלי? אנא השיבו לי בהקדם, תודה רבה.",
    "cp1256": "أين طلبي؟ من فضلكم أجيبوا بسرعة، شكرا جزيلا لكم.",
    "cp874": "คำสั่งซื้อของฉันอยู่ที่ไหน กรุณาตอบกลับด้วย ขอบคุณครับ",
    "cp949": "주문이 어디에 있나요? 답장 부탁드립니다.",
}


@pytest.mark.parametrize(
    ("codec", "text"), [(codec, text) for codecs, text in WORDS.items() for codec in codecs.split()]
)
@pytest.mark.parametrize("label", [None, "x-unknown", "us-ascii"])
def test_a_language_tells_the_charset_where_no_label_does(codec, text, label):
    assert decode(text.encode(codec), label) == text


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1251", "ЗДРАВСТВУЙТЕ, ОТМЕНИТЕ ЗАКАЗ"), ("koi8_u", "Коли прийде моє замовлення?"), ("cp1251", "Спасибо!"),
        ("cp1253", "ευχαριστώ πολύ"),
        ("euc_jp", "商品がまだ届きません。"), ("gb18030", "取消订单"), ("big5", "取消訂單"),
    ],
)  # fmt: skip
def test_short_texts_and_capitals_are_told_too(codec, text):
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(
    "text", ["ÄÖÜ äöüß", "ÅÄÖ åäö", "Größe: über 5 €", "Ça va très bien, à bientôt", "ñandú", "Łódź żółć"]
)
def test_latin_letters_are_not_taken_for_others(text):
    data = text.encode("cp1252", "ignore")
    assert decode(data, "iso-8859-1") == data.decode("cp1252")


def test_a_text_with_a_damaged_character_keeps_its_charset_and_says_so():
    read = decoded(("Grüße und vieles mehr. " * 9).encode() + b"\xc3", "utf-8")
    assert read.text.startswith("Grüße und")
    assert (read.text.count("\ufffd"), read.doubt) == (1, "undecodable")
    assert decoded("Grüße".encode("latin-1"), "utf-8") == ("Grüße", "charset_wrong")
    assert decoded("Grüße".encode(), "utf-8").doubt == ""


@pytest.mark.parametrize(
    "label",
    ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "base64", "hex", "zip", "bz2",
     "rot13", "x-unknown", "8bit", "", None, "\0", "a" * 5000, "../../etc"],
)  # fmt: skip
def test_no_other_codec_is_ever_used(label):
    assert codec_for(label) is None


@pytest.mark.parametrize("label", ['"utf-8"', "charset=utf-8", " 'UTF-8' ", "charset = utf-8"])
def test_labels_are_read_through_their_usual_mistakes(label):
    assert codec_for(label) == "utf_8"


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("“quoted” – 5 €".encode("cp1252"), "iso-8859-1", "“quoted” – 5 €"),
        ("Grüße".encode(), "no-such-charset", "Grüße"),
        ("Grüße".encode(), None, "Grüße"),
        ("Grüße".encode("utf-8-sig"), "windows-1252", "Grüße"),
        ("Grüße".encode("utf-16"), None, "Grüße"),
        (b"plain", "utf-16", "plain"),
        ("訂單".encode("big5"), "big5", "訂單"),
        ("朱镕基".encode("gbk"), "gb2312", "朱镕基"),
        ("①注文".encode("cp932"), "shift_jis", "①注文"),
        ("注文".encode("iso2022_jp"), "ISO-2022-JP", "注文"),
        ("똠방".encode("cp949"), "euc-kr", "똠방"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Łódź".encode("iso8859-2"), "iso-8859-2", "Łódź"),
        ("яю, где?".encode("cp1251"), "windows-1251", "яю, где?"),
        ("注文はどこ".encode("iso2022_jp"), "utf-8", "注文はどこ"),
        ("注文はどこ".encode("iso2022_jp"), None, "注文はどこ"),
        (b"plain \x1b[1m", None, "plain \x1b[1m"),
        ("İstanbul".encode("cp1254"), "iso-8859-9", "İstanbul"),
        (b"\x81\x8d", "utf-8", "\ufffd\ufffd"),
        (b"", "utf-8", ""),
    ],
)
def test_text_is_read_in_the_charset_it_really_is_in(data, label, text):
    assert decode(data, label) == text


def test_an_html_part_may_name_its_charset_itself():
    html = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Привет'.encode("koi8-r")
    assert decode(html, html=True).endswith("Привет")


@given(st.binary(max_size=200), st.none() | st.sampled_from(LABELS) | st.text(max_size=20), st.booleans())
def test_decoding_never_raises_and_never_makes_a_lone_surrogate(data, label, html):
    decode(data, label, html=html).encode()
