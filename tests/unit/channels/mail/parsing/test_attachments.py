"""What is said of attachments: names that are safe, types by the bytes, pictures of the text told apart."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.channels.mail.message import attachment_bodies, parse_email
from connector.channels.mail.parsing.attachments import file_name
from connector.channels.mail.parsing.file_types import file_type, is_program
from connector.values import MailContent

HEAD = "From: ana@home.example\nSubject: Lamp\nMessage-ID: <1@home.example>\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
JPEG = "/9j/4AAQSkZJRgABAQ=="


def content(*parts: str, kind: str = "mixed") -> MailContent:
    body = "".join(f"--B\n{part}\n" for part in parts)
    raw = f'{HEAD}Content-Type: multipart/{kind}; boundary="B"\n\n{body}--B--\n'
    mail = parse_email(raw.encode(), source="mail:s", route="s").mail
    assert mail is not None
    return mail


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("photo.jpg", "photo.jpg"), ("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"), (".bashrc", "bashrc"),
        ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("a\r\nb\0.txt", "a b.txt"), ("\u202egpj.exe", "gpj.exe"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"), ("ü" * 200, "ü" * 127), ("what?.txt", "what_.txt"), ("...", ""),
        ("folder/", "folder"),
    ],
)  # fmt: skip
def test_names_are_fit_for_a_file(given_name, safe):
    assert file_name(given_name) == safe


@given(st.text(max_size=400))
def test_any_name_is_made_fit(text):
    name = file_name(text)
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\\0\n\r:*?"<>|')
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("head", "declared", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "application/octet-stream", "image/jpeg"),
        (b"%PDF-1.7", "image/png", "application/pdf"),
        (b"MZ\x90\0", "image/jpeg", "application/vnd.microsoft.portable-executable"),
        (b"BM words", "text/plain", "text/plain"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04", "image/png", "application/zip"),
        (b"\0\0\0\x18ftypheic", "application/octet-stream", "image/heic"),
        (b"words", "text/csv", "text/csv"),
        (b"", "image/png", "image/png"),
    ],
)  # fmt: skip
def test_the_type_is_told_by_the_bytes_where_they_tell(head, declared, kind):
    assert file_type(head, declared) == kind


def test_an_attachment_is_told_by_name_type_and_size():
    photo = f"Content-Type: application/octet-stream; name=lamp.jpg\nContent-Transfer-Encoding: base64\n\n{JPEG}"
    unnamed = f"Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n{JPEG}"
    found = content("Content-Type: text/plain\n\nBroken.", photo, unnamed).attachments
    assert [(each.name, each.type, each.size, each.inline) for each in found] == [
        ("lamp.jpg", "image/jpeg", len(base64.b64decode(JPEG)), False),
        ("attachment-2.jpg", "image/jpeg", len(base64.b64decode(JPEG)), False),
    ]


def test_a_picture_that_the_text_shows_is_inline_whatever_it_says():
    page = 'Content-Type: text/html\n\n<p>Look: <img src="cid:Logo%40x"></p>'
    logo = "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\nContent-Disposition: attachment\n\nx"
    photo = "Content-Type: image/png; name=cup.png\nContent-ID: <cup@x>\nContent-Disposition: inline\n\nx"
    mail = content(page, logo, photo, kind="related")
    assert [(each.name, each.inline) for each in mail.attachments] == [("logo.png", True), ("cup.png", False)]


def test_an_alternative_is_no_attachment():
    mail = content("Content-Type: text/plain\n\nHello", "Content-Type: text/html\n\n<p>Hello", kind="alternative")
    assert mail.attachments == ()


def test_no_more_attachments_are_told_than_people_send():
    mail = content("Content-Type: text/plain\n\nx", *["Content-Type: image/png\n\nx"] * 60)
    assert len(mail.attachments) == 50
    assert "attachments_left_out" in mail.defects


@pytest.mark.parametrize(
    ("kind", "defect"),
    [
        ("application/ms-tnef; name=winmail.dat", "tnef_not_understood"),
        ("application/octet-stream; name=a.asc\n\n-----BEGIN PGP MESSAGE-----", "pgp_not_understood"),
        ("application/pkcs7-mime; name=smime.p7m", "smime_not_understood"),
        ("application/pgp-encrypted", "pgp_not_understood"),
        ("message/external-body; access-type=URL", "external_body_not_understood"),
    ],
)
def test_what_is_not_understood_is_kept_and_named(kind, defect):
    mail = content("Content-Type: text/plain\n\nSee there.", f"Content-Type: {kind}\n\nx")
    assert len(mail.attachments) == 1
    assert mail.defects == (defect,)


@pytest.mark.parametrize(
    ("name", "kind", "head", "runs"),
    [
        ("setup.EXE", "image/png", b"", True), ("a.pdf.scr ", "application/pdf", b"", True),
        ("x", "application/vnd.ms-excel.sheet.macroEnabled.12", b"", True), ("photo.jpg", "image/jpeg", b"\xff", False),
        ("x.txt", "application/vnd.microsoft.portable-executable", b"MZ", True), ("exe", "text/plain", b"", False),
        ("report.docx", "application/zip", b"PK\x03\x04..word/vbaProject.bin", True),
        ("report.docx", "application/zip", b"PK\x03\x04..word/document.xml", False),
        ("old.doc", "application/msword", OLE + "_VBA_PROJECT".encode("utf-16-le"), True),
        ("notes.txt", "text/plain", b"about vbaProject.bin", False), ("page.html", "text/html", b"", False),
    ],
)  # fmt: skip
def test_what_may_run_is_told_by_name_type_or_macros(name, kind, head, runs):
    assert is_program(name, kind, head) is runs


def test_bodies_are_those_of_the_files_that_are_listed():
    files = (
        f"Content-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\n\n{JPEG}",
        "Content-Type: text/csv\nContent-Disposition: attachment; filename=b.csv\n\n1;2",
    )
    raw = f'{HEAD}Content-Type: multipart/mixed; boundary="B"\n\n--B\n\nhello\n'
    raw += "".join(f"--B\n{part}\n" for part in files) + "--B--\n"
    found = attachment_bodies(raw.encode())
    said = parse_email(raw.encode(), source="mail:s", route="s").mail
    assert said is not None
    assert tuple(each for each, _ in found) == said.attachments
    assert [body for _, body in found] == [base64.b64decode(JPEG), b"1;2"]


def test_what_cannot_be_read_has_no_bodies():
    assert attachment_bodies(b"A: b\n" * 200_000) == attachment_bodies(b"") == []
