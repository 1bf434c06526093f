"""Charset decoding: bytes to text by a label that a stranger chose, and what to try when it lies.

The labels are those of the WHATWG Encoding Standard and a few seen in mails; punctuation in them means nothing, and a
locale's name is read as the charset in it. Only codecs named here are ever used: Python also knows codecs that are no
charsets, or slow (``punycode``, ``unicode_escape``, ``idna`` …).
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases
from typing import NamedTuple

from connector.channels.mail.parsing.languages import likely_codecs

_PLAIN = "ascii latin_1"
_FAMILIES = {
    "utf_8": "utf_8 utf_8_sig unicode_1_1_utf_8 unicode11utf8 unicode20utf8 x_unicode20utf8 utf8mb4 utf8mb3",
    "utf_16": "utf_16 unicode csunicode iso_10646_ucs_2 ucs_2 unicodefeff",
    "utf_16_le": "utf_16_le",
    "utf_16_be": "utf_16_be unicodefffe",
    "utf_32": "utf_32 utf_32_le utf_32_be",
    "cp1252": f"{_PLAIN} cp1252 x_cp1252 x_ansi ansi iso_8859_1:1987 iso_ir_100 csisolatin1 iso88591",
    "iso8859_2": "iso8859_2 iso_8859_2:1987",
    "iso8859_3": "iso8859_3 iso_8859_3:1988",
    "iso8859_4": "iso8859_4 iso_8859_4:1988",
    "iso8859_5": "iso8859_5 iso_8859_5:1988",
    "iso8859_6": "iso8859_6 iso_8859_6:1987 iso_8859_6_e iso_8859_6_i csiso88596e csiso88596i",
    "iso8859_7": "iso8859_7 iso_8859_7:1987 sun_eu_greek",
    "iso8859_8": "iso8859_8 iso_8859_8:1988 iso_8859_8_e iso_8859_8_i csiso88598e csiso88598i logical visual",
    "cp1254": "cp1254 turkish iso8859_9 iso88599 iso_8859_9:1989 x_cp1254",
    "iso8859_10": "iso8859_10",
    "iso8859_13": "iso8859_13",
    "iso8859_14": "iso8859_14",
    "iso8859_15": "iso8859_15 csisolatin9 l9",
    "iso8859_16": "iso8859_16",
    "cp874": "cp874 tis_620 iso8859_11 iso885911 dos_874 windows_874",
    "cp1250": "cp1250 x_cp1250",
    "cp1251": "cp1251 x_cp1251",
    "cp1253": "cp1253 x_cp1253",
    "cp1255": "cp1255 x_cp1255",
    "cp1256": "cp1256 x_cp1256",
    "cp1257": "cp1257 x_cp1257 baltic winbaltrim",
    "cp1258": "cp1258 x_cp1258",
    "koi8_r": "koi8_r koi koi8",
    "koi8_u": "koi8_u koi8_ru",
    "mac_roman": "mac_roman mac csmacintosh x_mac_roman",
    "mac_cyrillic": "mac_cyrillic x_mac_cyrillic x_mac_ukrainian",
    "mac_greek": "mac_greek x_mac_greek",
    "mac_turkish": "mac_turkish x_mac_turkish",
    "mac_latin2": "mac_latin2 x_mac_ce",
    "gb18030": "gb18030 gb2312 gbk csgb2312 x_gbk gb_2312 gb_2312_80 cn_gb cp936 ms936 windows_936",
    "hz": "hz",
    "big5hkscs": "big5 big5hkscs cp950 cn_big5 x_x_big5 windows_950",
    "cp932": "shift_jis cp932 x_sjis windows_31j ms_kanji cswindows31j",
    "euc_jp": "euc_jp x_euc_jp cseucpkdfmtjapanese",
    "iso2022_jp_ext": "iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_ext iso_2022_jp_ms cp50220 cp50221",
    "cp949": "euc_kr cp949 ks_c_5601_1989 csksc56011987 csks56011987 cseuckr iso_ir_149 windows_949 ksc_5601",
    "iso2022_kr": "iso2022_kr",
    "johab": "johab",
} | {
    name: name
    for name in ["cp437", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858", "cp862", "cp865", "cp866"]
}


_PAGES = ("cp", "windows", "win", "dos", "ibm", "xcp", "xwindows", "mswin", "codepage", "")
"""What stands before the number of a code page."""
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


def _table() -> dict[str, str]:
    """Every known label, letters and digits only, to the codec that reads it (its superset where one exists)."""
    table = {label: codec for codec, labels in _FAMILIES.items() for label in labels.split()}
    table |= {alias: table[codec] for alias, codec in aliases.items() if codec in table}
    table = {_bare(label): codec for label, codec in table.items()}
    for page, codec in [("1252", "cp1252"), ("1254", "cp1254"), *((codec[2:], codec) for codec in _FAMILIES)]:
        if codec.startswith("cp") and page.isdigit():
            table |= {f"{prefix}{page}": codec for prefix in _PAGES}
    return table


def _bare(label: str) -> str:
    return _PUNCTUATION.sub("", label.lower())


_CODECS = _table()
_SEVEN_BITS = {"ascii"} | {_bare(alias) for alias, codec in aliases.items() if codec == "ascii"}
_JAPANESE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_LABEL = re.compile(r"(?:charset\s*=)?[\s\"']*([A-Za-z0-9._:+@ -]{1,40})", re.IGNORECASE)
_TELLING = re.compile(
    r"\butf[ _-]?8(?![0-9])|\blatin[ _-]?[1-6]\b|125[0-8](?![0-9])|(?<![0-9])(?:866|874|932|936|949|950)(?![0-9])"
)
"""What tells the charset in a label that is none: "ansi-1251", "utf8_general_ci"."""
_META = re.compile(
    rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,100}encoding)\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE
)
_WIDE = frozenset({"utf_16", "utf_16_le", "utf_16_be", "utf_32"})
_SEVERAL = _WIDE | {"utf_8", "gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp_ext", "cp949", "iso2022_kr", "hz"}
"""Codecs of several bytes a character, by which only what was written in them can be read for long."""
_BOMS = ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16"), (codecs.BOM_UTF16_BE, "utf_16"))
_RIGHT = 6
"""So many characters beyond ASCII for each that cannot be read tell that a text is damaged and not mislabelled."""


class Decoded(NamedTuple):
    """Text of bytes; ``doubt`` says why it may not be what was written: "charset_wrong", "undecodable" or nothing."""

    text: str
    doubt: str = ""


def codec_for(label: str | None) -> str | None:
    """The Python codec for a charset label, or None when the label is unknown or not allowed."""
    found = _LABEL.match(label or "")
    if not found:
        return None
    named = found[1].partition("@")[0]
    for bare in (_bare(named), _bare(named.rpartition(".")[2])):  # "ru_RU.KOI8-R" is a locale's name
        if bare in _CODECS:
            return _CODECS[bare]
    part = _TELLING.search(named.lower())
    return _CODECS[_bare(part[0])] if part else None


def decode(data: bytes, label: str | None = None, *, html: bool = False) -> str:
    """As :func:`decoded`, the text alone."""
    return decoded(data, label, html=html).text


def decoded(data: bytes, label: str | None = None, *, html: bool = False) -> Decoded:
    """Text of bytes that claim to be in ``label``; never raises.

    Tried in order: a byte order mark, UTF-8 where the label is of the ASCII family, the label, UTF-8, the ``<meta>``
    of an HTML part, the charset that writes a language out of such bytes, windows-1252, and at last with U+FFFD for
    what cannot be read. A text in which very little cannot be read is damaged, and its label right all the same.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom) and (codec == "utf_8" or b"\0" in data):
            return _damaged(data[len(bom) if codec == "utf_8" else 0 :], codec)
    if data.isascii() and b"\x1b" not in data and b"\0" not in data and b"~{" not in data:
        return Decoded(data.decode("ascii"))
    declared = codec_for(label)
    meta = _META.search(data, 0, 4096) if html else None
    stated = codec_for(meta[1].decode("ascii")) if meta else None
    if declared in _WIDE and b"\0" not in data:  # a lie: every wide text of a mail holds zero bytes
        declared = None
    if declared == "cp1252" and _bare(label or "") in _SEVEN_BITS:  # so is this, of bytes that are not ASCII
        declared = None
    return _first(data, declared, stated, bool(label and label.strip()))


def _first(data: bytes, declared: str | None, stated: str | None, named: bool) -> Decoded:
    plain = declared in {None, "cp1252"}
    escaped = "iso2022_jp_ext" if any(escape in data for escape in _JAPANESE) else ""
    first = [escaped, "utf_8"] if plain or declared == "utf_8" else [declared or "", "utf_8"]
    for codec in dict.fromkeys([*first, stated or "" if declared != "cp1252" else ""]):
        text = _strict(data, codec)
        if text is not None:
            return Decoded(text, "" if plain or codec == declared else "charset_wrong")
    for codec in dict.fromkeys(filter(None, (declared, stated, "utf_8"))):
        damaged = _damaged(data, codec) if codec in _SEVERAL else None
        if damaged and _RIGHT * damaged.text.count("\ufffd") <= _beyond_ascii(damaged.text):
            return damaged
    doubt = "charset_wrong" if named and declared != "cp1252" else ""
    for codec in likely_codecs(data, labelled=declared is not None) if declared in {None, "cp1252"} else ():
        text = _strict(data, codec)
        if text is not None:
            return Decoded(text, doubt)
    text = _strict(data, "cp1252")
    return _damaged(data, "cp1252") if text is None else Decoded(text, doubt)


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def header_text(data: bytes) -> str:
    """Text of a raw header by the few charsets that were ever tried for one: identities are made of it, and stay."""
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) if codec == "utf_8" else 0 :].decode(codec, "replace")
    for codec in ("utf_8", "cp1252"):
        text = _strict(data, codec)
        if text is not None:
            return text
    return data.decode("cp1252", "replace")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec) if codec else None
    except (UnicodeError, LookupError):
        return None


def _damaged(data: bytes, codec: str) -> Decoded:
    text = data.decode(codec, "replace")
    return Decoded(text, "undecodable" if "\ufffd" in text else "")
