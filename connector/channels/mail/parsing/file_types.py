"""Content types by magic numbers: what a file is, whatever its sender calls it."""

from __future__ import annotations

import unicodedata

LOOKED_AT = 512
"""Bytes at the start of a file that tell."""

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"BM", "image/bmp"), (b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"), (b"{\\rtf", "application/rtf"), (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"), (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"), (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"), (b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"), (b"\x1aE\xdf\xa3", "video/webm"), (b"#!", "text/x-shellscript"),
    (b"x\x9f>\"", "application/ms-tnef"), (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
)  # fmt: skip
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
}  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_SHORT = 2
"""Magic numbers of so few bytes also begin texts, and are believed only where no text is declared."""

EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic",
    "image/tiff": ".tif", "application/pdf": ".pdf", "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv",
    "text/calendar": ".ics", "text/vcard": ".vcf", "message/rfc822": ".eml", "application/zip": ".zip",
    "application/ms-tnef": ".dat", "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s",
    "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".ogg", "audio/wav": ".wav", "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}  # fmt: skip
"""By which a file without a name gets one."""

_RUN = frozenset({
    "ade", "adp", "apk", "app", "appx", "appxbundle", "bat", "cab", "chm", "cmd", "com", "cpl", "diagcab",
    "diagcfg", "diagpkg", "dll", "dmg", "ex", "ex_", "exe", "hlp", "hta", "img", "inf", "ins", "iso", "isp", "jar",
    "jnlp", "js", "jse", "lib", "lnk", "mde", "mjs", "msc", "msh", "msi", "msix", "msixbundle", "msp", "mst", "nsh",
    "ocx", "pif", "ps1", "psm1", "reg", "scf", "scr", "sct", "sh", "shb", "sys", "url", "vb", "vbe", "vbs", "vhd",
    "vhdx", "vxd", "wll", "wsc", "wsf", "wsh", "xll", "docm", "dotm", "potm", "ppam", "ppsm", "pptm", "sldm",
    "xlam", "xlsb", "xlsm", "xltm",
})  # fmt: skip
"""Extensions of what a double click runs: programs, scripts, disks, and documents with macros."""
_RUN_TYPES = ("executable", "javascript", "shellscript", "msdownload", "msdos-program", "java-archive", "macroenabled",
              "x-sh", "x-bat", "/hta", "x-ms-shortcut", "android.package", "x-mach-binary")  # fmt: skip
_MACROS = {_ZIP: b"vbaProject.bin", _OLE: "_VBA_PROJECT".encode("utf-16-le")}


def is_program(name: str, kind: str, content: bytes) -> bool:
    """Whether a file may run something when it is opened: by its name, by its type, or by the macros in it."""
    _, dot, extension = unicodedata.normalize("NFKC", name).rpartition(".")
    if (dot and extension.strip().casefold() in _RUN) or any(word in kind.casefold() for word in _RUN_TYPES):
        return True
    return any(content.startswith(begin) and macros in content for begin, macros in _MACROS.items())


def file_type(head: bytes, declared: str) -> str:
    """The content type of a file that begins with ``head``; the declared one where the bytes do not tell."""
    if head.startswith(_ZIP):
        return (
            declared
            if _is_office(declared, ("openxml", "opendocument", "epub", "apple", "zip", "jar"))
            else "application/zip"
        )
    if head.startswith(_OLE):
        return declared if _is_office(declared, ("msword", "ms-", "outlook", "visio")) else "application/x-ole-storage"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], declared)
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (len(magic) > _SHORT or not declared.startswith("text/")):
            return declared if kind.startswith("application/pgp") and "pgp" in declared else kind
    return declared


def _is_office(declared: str, words: tuple[str, ...]) -> bool:
    return declared.startswith("application/") and any(word in declared for word in words)
