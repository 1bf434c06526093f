"""Amazon SNS as it is called: certificates, which are kept, and confirmations. Whom to call is judged by the caller."""

from __future__ import annotations

import time
from collections import OrderedDict

from connector.http.client import HttpAnswer, HttpClient, HttpFailure
from connector.http.ssrf import AddressGuard

KEPT_FOR = 86_400.0
"""Seconds for which a certificate is taken as it was."""
_MOST = 16
_DEADLINE = 5.0
_CAP = 64 * 1024


class SnsClient:
    """Calls without redirects, to public addresses only. It belongs to the event loop that it is first used in."""

    def __init__(self) -> None:
        """Nothing is opened yet."""
        self._client = HttpClient(connections=2, guard=AddressGuard())
        self._certificates: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def certificate(self, url: str) -> bytes | None:
        """The certificate at an address, kept for a day; None if it cannot be had now."""
        kept = self._certificates.get(url)
        if kept is not None and time.monotonic() - kept[0] < KEPT_FOR:
            return kept[1]
        answer = await self.get(url)
        if not isinstance(answer, HttpAnswer) or answer.status != 200:
            return None
        self._certificates[url] = (time.monotonic(), answer.body)
        while len(self._certificates) > _MOST:
            self._certificates.popitem(last=False)
        return answer.body

    async def confirm(self, url: str) -> bool:
        """Call what confirms a subscription; whether that was taken."""
        answer = await self.get(url)
        return isinstance(answer, HttpAnswer) and answer.status == 200

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, url: str) -> HttpAnswer | HttpFailure:
        """One call."""
        return await self._client.call("GET", url, headers={"accept": "*/*"}, deadline=_DEADLINE, body_cap=_CAP)
