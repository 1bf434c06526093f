"""Forms: both kinds, as bytes, and where they end."""

from __future__ import annotations

import pytest

from connector.channels.mail.services import form as forms
from connector.channels.mail.services.form import read_form
from connector.errors import InvalidInput
from tests.kit.mail_services import BOUNDARY, Sent, form, urlencoded


def multipart(body: bytes, boundary: str = BOUNDARY) -> Sent:
    return Sent(body, {"content-type": f"multipart/form-data; boundary={boundary}"})


def test_both_kinds_hold_the_same_bytes():
    fields = {"text": b"gr\xfc\xdfe & +1 = \x00", "subject": "Zoë", "empty": ""}
    for sent in (form(fields), urlencoded(fields)):
        found = read_form(sent.delivery())
        assert found.value("text") == fields["text"]
        assert found.text("subject") == "Zoë"
        assert (found.value("empty"), found.value("none"), found.text("none")) == (b"", None, "")


def test_files_have_names_and_kinds():
    sent = form({"text": "hello"}, {"attachment-1": ("Rechnung für Zoë.pdf", "application/pdf", b"%PDF\r\n\r\n--")})
    (part,) = read_form(sent.delivery()).files()
    assert (part.name, part.file, part.kind) == ("attachment-1", "Rechnung für Zoë.pdf", "application/pdf")
    assert part.value == b"%PDF\r\n\r\n--"


def test_what_is_quoted_is_undone_only_when_it_is_asked_for(monkeypatch):
    found = read_form(urlencoded({"token": "t", "body-mime": "%" * 100}).delivery())
    undone: list[bytes] = []

    def undo(value: bytes) -> bytes:
        undone.append(value)
        return value

    monkeypatch.setattr(forms, "unquote_to_bytes", undo)
    found.text("token")
    assert undone == [b"t"]


def test_of_a_field_that_comes_twice_the_first_counts():
    sent = Sent(b"signature=a&signature=b", {"content-type": "application/x-www-form-urlencoded"})
    assert read_form(sent.delivery()).text("signature") == "a"


@pytest.mark.parametrize(
    "sent",
    [
        multipart(b"nothing of the kind"),
        multipart(b""),
        multipart(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut off'.encode()),
        multipart(b"x", boundary=""),
        multipart(b"x", boundary="b" * 300),
        form({f"f{number}": "x" for number in range(501)}),
        urlencoded({f"f{number}": "x" for number in range(501)}),
        multipart(f"--{BOUNDARY}\r\nX: {'y' * 5000}\r\n\r\n\r\n--{BOUNDARY}--\r\n".encode()),
    ],
)
def test_what_is_no_whole_form_of_a_bearable_size_is_refused(sent):
    with pytest.raises(InvalidInput, match="body: expected"):
        read_form(sent.delivery())
