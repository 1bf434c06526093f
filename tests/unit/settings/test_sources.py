"""[sources.NAME]: profiles, what may be said beside them, and what does not go together."""

from __future__ import annotations

import pytest

from connector.errors import ConfigurationError
from connector.settings import load, presets

SMALL = """
[accounts.a]
provider = "synthflow"
token = "env:T"
[routes.support]
account = "a"
agent = "x"
[sources.box]
kind = "hook"
route = "support"
secret = "env:HOOK"
"""


@pytest.fixture
def loaded(tmp_path):
    def load_it(text, **environ):
        (tmp_path / "turnwire.toml").write_text(text, encoding="utf-8")
        return load(tmp_path / "turnwire.toml", environ).sources["box"]

    return load_it


@pytest.fixture
def refused(loaded):
    def refuse(text, **environ):
        with pytest.raises(ConfigurationError) as caught:
            loaded(text, **environ)
        return caught.value

    return refuse


def test_the_default_profile_is_standard_webhooks(loaded):
    source = loaded(SMALL, HOOK="whsec_c2VjcmV0")
    assert (source.profile, source.signature.header) == ("standard_webhooks", "webhook-signature")
    assert (source.name, source.label, source.secrets()) == ("box", "box", ("whsec_c2VjcmV0",))


def test_what_is_written_goes_before_the_profile_key_by_key(loaded):
    source = loaded(
        SMALL + 'profile = "zendesk"\ntake = ["x"]\nold_secret = "env:OLD"\n[sources.box.signature]\ntolerance = "1m"\n'
        '[sources.box.fields]\ntext = "/detail/description"\n',
        HOOK="a", OLD="b",
    )  # fmt: skip
    assert (source.take, source.signature.tolerance, source.signature.encoding) == (("x",), 60.0, "base64")
    assert (source.fields.text, source.fields.conversation) == (("/detail/description",), ("/detail/id",))
    assert source.secrets() == ("a", "b")


def test_spaces_in_a_prefix_and_a_separator_count(loaded):
    signature = '[sources.box.signature]\nheader = "X"\nprefix = "Sig "\nseparator = " "\n'
    fields = '[sources.box.fields]\nconversation = "/c"\nid = "/i"\ntext = "/t"\n'
    source = loaded(SMALL + 'profile = "custom"\n' + signature + fields)
    assert (source.signature.prefix, source.signature.separator) == ("Sig ", " ")


def test_the_environment_goes_before_the_file(loaded):
    source = loaded(SMALL, TURNWIRE_SOURCES__BOX__PROFILE="zammad", TURNWIRE_SOURCES__BOX__OWN_AUTHORS="7, 8")
    assert (source.profile, source.own_authors) == ("zammad", ("7", "8"))


@pytest.mark.parametrize(
    ("added", "field", "words"),
    [
        ('profile = "zendsk"', "sources.box", "zendesk"),
        ('profile = "custom"', "sources.box.signature", "required"),
        ('tak = ["x"]', "sources.box.tak", '"take"'),
        ('[sources.box.signature]\nheadr = "X"', "sources.box.signature.headr", '"header"'),
        ('[sources.box.fields]\ntxt = "/a"', "sources.box.fields.txt", '"text"'),
        ('[sources.box.signature]\nheader = "a b"', "sources.box.signature.header", "a header's name"),
        ('[sources.box.signature]\nalgorithm = "md5"', "sources.box.signature.algorithm.0", "hmac-sha256"),
        ('[sources.box.signature]\nsigned = "{id}"', "sources.box.signature.signed", "{body}"),
        ('[sources.box.signature]\nsigned = "{body}{secrets}"', "sources.box.signature.signed", "{body}"),
        ('[sources.box.signature]\nsigned = "{timestamp}{body}"', "sources.box.signature", "id_header"),
        ('[sources.box.signature]\nsigned = "{id}{body}"', "sources.box.signature", "timestamp"),
        ('[sources.box.signature]\nsigned = "{secret}{id}{timestamp}{body}"', "sources.box.signature", "plain hash"),
        ('[sources.box.signature]\nalgorithm = "sha256"', "sources.box.signature", "plain hash"),
        ('[sources.box.signature]\nalgorithm = ["secret", "sha256"]', "sources.box.signature", "no other"),
        ('[sources.box.signature]\nencoding = "plain"', "sources.box.signature", "plain"),
        ('[sources.box.signature]\nsigned = "{id}.{timestamp}.{url}.{body}"', "sources.box", "url"),
        ('[sources.box.fields]\nid = "/a~2"', "sources.box.fields.id.0", "JSON pointer"),
        ('[sources.box.fields]\nid = "{a}"', "sources.box.fields.id.0", "JSON pointer"),
        ('[sources.box.fields]\nid = "{/a"', "sources.box.fields.id.0", "braces"),
        ('[sources.box.fields]\ntext = []', "sources.box", "fields.text"),
        ('take = ["a"]', "sources.box", "type"),
        ('own_authors = ["1"]', "sources.box", "fields.author"),
        ('profile = "hubspot"\nurl = "https://h/x"', "sources.box", "fields.text"),
        ('profile = "hubspot"\n[sources.box.fields]\ntext = "x"', "sources.box", "url"),
        ('profile = "freshdesk"', "sources.box", "fields.id"),
        ('[[sources.box.only]]\nat = "/a"\nreason = "x"', "sources.box.only.0", "one_of"),
        ('[[sources.box.only]]\nat = "a"\none_of = [1]\nreason = "x"', "sources.box.only.0.at", "JSON pointer"),
        ('[[sources.box.only]]\nat = "/a"\none_of = [1]\nreason = "A b"', "sources.box.only.0.reason", "pattern"),
        ('[[sources.box.only]]\nat = "/a"\none_off = [1]\nreason = "x"', "sources.box.only.0", "one_of"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_would_be_right(refused, added, field, words):
    error = refused(f"{SMALL}{added}\n")
    assert field in str(error)
    assert words in str(error)


@pytest.mark.parametrize("kind", ["imap", "Hook", ""])
def test_another_kind_is_refused(refused, kind):
    error = refused(SMALL.replace('"hook"', f'"{kind}"'))
    assert (error.field, '"hook"' in error.expected) == ("sources.box.kind", True)


def test_a_route_and_a_secret_are_required(refused):
    for line, key in (('route = "support"\n', "route"), ('secret = "env:HOOK"\n', "secret")):
        assert refused(SMALL.replace(line, "")).field == f"sources.box.{key}"
    assert refused(SMALL.replace("env:HOOK", "hunter2")).field == "sources.box.secret"


@pytest.mark.parametrize("environ", [{}, {"HOOK": ""}, {"HOOK": "\n"}])
def test_a_secret_that_is_not_there_or_empty_is_refused(loaded, environ):
    with pytest.raises(ConfigurationError) as caught:
        loaded(SMALL, **environ).secrets()
    assert caught.value.field == "sources.box.secret"


def test_every_preset_says_whom_it_takes_for_a_customer_or_leaves_it_to_the_sender():
    silent = {name for name, keys in presets().items() if "only" not in keys}
    assert silent == {"standard_webhooks", "freshdesk"}
