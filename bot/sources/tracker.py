"""Tells a tracker what changed: a signed JSON document, posted by the polite client."""

from __future__ import annotations

import msgspec

from bot.sources.http import PoliteClient
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature


class Tracker:
    """Posts documents to an address, signed as Slack signs its requests.

    Whoever takes them sees by the signature that they are Vigie's, and by the time in it that they
    are not an old one overheard.
    """

    def __init__(self, client: PoliteClient, url: str, secret: str) -> None:
        self._client = client
        self._url = url
        self._secret = secret

    def __repr__(self) -> str:
        return "Tracker(…)"

    async def tell(self, document: bytes) -> None:
        """Send a JSON document; once this returns it was taken (2xx). A passing fault is tried
        again at once, a few times. Raises a SourceError where it was not, or may not have been."""
        stamp = str(int(self._client.clock().timestamp()))
        headers = {TIMESTAMP: stamp, SIGNATURE: signature(self._secret, stamp, document)}
        await self._client.post(self._url, json=msgspec.Raw(document), headers=headers)
