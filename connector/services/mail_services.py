"""Self-test of mail services: whether their secrets can be used, and whether what they repeat would still be taken."""

from __future__ import annotations

from collections.abc import Iterator

from connector.channels.mail.services import mailgun, sendgrid
from connector.channels.mail.services.hook import service_of
from connector.errors import ConfigurationError
from connector.services.finding import Finding
from connector.settings import MailgunSettings, MailServiceSettings, SendGridSettings

_HOUR = 3600.0


def findings(section: MailServiceSettings) -> Iterator[Finding]:
    """What is right and wrong with one source."""
    what = f"source {section.name}"
    kind = str(getattr(section, "kind", ""))
    try:
        service_of(section)
    except ConfigurationError as error:
        found = str(error).removeprefix(f"{what}: ")
        yield Finding(what=what, state="wrong", found=found, mend=error.expected)
        return
    yield Finding(what=what, state="ok", found=f"mail of {kind} to /v1/hooks/{section.name}, for route {section.route}")
    repeated = _repeated(section)
    if repeated > section.tolerance:
        yield Finding(
            what=what,
            state="warning",
            found=f"{kind} repeats a delivery for {repeated / _HOUR:g} hours, perhaps with its first time: after an "
            f"outage, what is older than {section.tolerance:g} s is refused",
            mend=f'tolerance = "{repeated / _HOUR + 1:g}h": a delivery that comes twice is still kept once',
        )


def _repeated(section: MailServiceSettings) -> float:
    """Seconds for which the service repeats what it signed."""
    if isinstance(section, MailgunSettings):
        return mailgun.RETRIED
    if isinstance(section, SendGridSettings) and section.public_key is not None:
        return sendgrid.RETRIED
    return 0.0
