"""``turnwire sources authorize``: give a source its OAuth grant, once or anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from connector.cli.shared.desk import Desk, desk
from connector.cli.shared.output import JsonOption
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from connector.services.oauth import AccessTokens, OAuthSource

SourceArgument = Annotated[str, typer.Argument(metavar="NAME", help="The source's name in the configuration.")]


def authorize(ctx: typer.Context, name: SourceArgument, as_json: JsonOption = False) -> None:
    """Allow a source to log in by OAuth, and keep what was granted.

    With a device code it prints an address and a code: open the address in any browser, on any machine, type in the
    code and log in as the mailbox's user. The command waits until that is done. With another grant it asks the token
    endpoint once with what the configuration holds. Either way a source that was closed is open again.

    \b
    Examples:
      turnwire sources authorize inbox
      turnwire sources authorize inbox --json
    """
    from connector.services.oauth import AccessTokens, oauth_sources

    with desk(ctx, as_json=as_json) as at:
        sources = oauth_sources(at.settings)
        if name not in at.settings.sources:
            raise at.unknown("source", name, at.settings.sources)
        if name not in sources:
            expected = f"a section [sources.{name}.oauth]"
            raise ConfigurationError(f"source {name} has no OAuth", str(at.settings.path), "NAME", expected)
        source, tokens = sources[name], AccessTokens.of(at.wiring)
        assert source.oauth is not None
        if source.oauth.grant == "device_code":
            _by_device_code(at, source, tokens)
        else:
            tokens.authorize(name)
        at.out.one({"source": name, "authorized": True}, f"source {name}: authorized")


def _by_device_code(at: Desk, source: OAuthSource, tokens: AccessTokens) -> None:
    from connector.services.device_code import DeviceGrant

    grant = DeviceGrant(source=source)
    code = grant.begin()
    minutes = max(1, round(code.lifetime / 60))
    told = {"source": source.name, "verification_uri": code.verification_uri, "user_code": code.user_code}
    text = f"open {code.verification_uri}\nand type in {code.user_code}, within {minutes} minutes"
    at.out.one({**told, "expires_in": int(code.lifetime)}, text)
    tokens.store(source.name, grant.wait(code))
