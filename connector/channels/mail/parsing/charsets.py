"""Charset decoding: bytes to text by a label that a stranger chose, and what to try when it lies.

The labels are those of the WHATWG Encoding Standard and a few seen in mails. Only codecs named here are ever used:
Python also knows codecs that are no charsets, or slow (``punycode``, ``unicode_escape``, ``idna`` …).
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases

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
    "cp1254": "cp1254 iso8859_9 iso88599 iso_8859_9:1989 x_cp1254",
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
    "cp1257": "cp1257 x_cp1257",
    "cp1258": "cp1258 x_cp1258",
    "koi8_r": "koi8_r koi koi8",
    "koi8_u": "koi8_u koi8_ru",
    "mac_roman": "mac_roman mac csmacintosh x_mac_roman",
    "mac_cyrillic": "mac_cyrillic x_mac_cyrillic x_mac_ukrainian",
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


def _table() -> dict[str, str]:
    """Every known label, lower case with underscores, to the codec that reads it (its superset where one exists)."""
    table = {label: codec for codec, labels in _FAMILIES.items() for label in labels.split()}
    table |= {alias: table[codec] for alias, codec in aliases.items() if codec in table}
    table |= {codec.replace("_", ""): codec for codec in _FAMILIES if codec.startswith("iso8859")}
    table |= {
        codec.replace("cp", prefix): codec
        for codec in _FAMILIES
        if codec[2:].isdigit()
        for prefix in ("cp_", "windows_", "ibm", "ibm_")
    }
    return table


_CODECS = _table()
_LABEL = re.compile(r"(?:charset\s*=)?[\s\"']*([A-Za-z0-9._:+-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_WIDE = frozenset({"utf_16", "utf_16_le", "utf_16_be", "utf_32"})
_BOMS = ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16"), (codecs.BOM_UTF16_BE, "utf_16"))


def codec_for(label: str | None) -> str | None:
    """The Python codec for a charset label, or None when the label is unknown or not allowed."""
    found = _LABEL.match(label or "")
    return _CODECS.get(found[1].lower().replace("-", "_")) if found else None


def decode(data: bytes, label: str | None = None, *, html: bool = False) -> str:
    """Text of bytes that claim to be in ``label``; never raises.

    Tried in order: a byte order mark, UTF-8 where the label is of the ASCII family, the label, UTF-8, the ``<meta>``
    of an HTML part, windows-1252, and at last with U+FFFD for what cannot be read.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) if codec == "utf_8" else 0 :].decode(codec, "replace")
    if data.isascii() and b"\x1b" not in data and b"\0" not in data and b"~{" not in data:
        return data.decode("ascii")
    declared = codec_for(label)
    meta = _META.search(data, 0, 4096) if html else None
    stated = codec_for(meta[1].decode("ascii")) if meta else None
    for candidate in _candidates(declared, stated, data):
        try:
            return data.decode(candidate)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _candidates(declared: str | None, stated: str | None, data: bytes) -> list[str]:
    if declared in _WIDE and b"\0" not in data:  # a lie: every wide text of a mail holds zero bytes
        declared = None
    if declared == "cp1252":
        return ["utf_8", "cp1252"]
    return [codec for codec in (declared, "utf_8", stated, "cp1252") if codec]
