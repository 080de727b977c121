"""Tokens that an application gets for itself (RFC 6749, section 4.4), kept while they are good."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from datetime import datetime, timedelta

import msgspec

from bot.errors import SourceError
from bot.phrases import phrase
from bot.sources.complaints import Refusal
from bot.sources.http import PoliteClient
from bot.sources.items import decoded
from bot.sources.keys import Key

_EARLY = timedelta(minutes=1)
_UNSAID = 3_600


class _Answer(msgspec.Struct, frozen=True):
    access_token: str = ""
    expires_in: float = _UNSAID


class AppTokens:
    """Signs an application in at `address`, by its `id` and its secret."""

    def __init__(self, client: PoliteClient, address: str, id: str, key: Key) -> None:
        self._client = client
        self._address = address
        self._id = id
        self._key = key
        self._token = ""
        self._good_until: datetime | None = None
        self._turn = asyncio.Lock()

    async def bearer(self) -> dict[str, str]:
        """The header that shows a good token. Raises a SourceError."""
        async with self._turn:
            if not self._good_until or self._client.clock() >= self._good_until:
                await self._sign_in()
            return Key(self._token, self._key.name).bearer

    def forget(self) -> None:
        """Take no token for good any more: one was refused before its time."""
        self._good_until = None

    async def _sign_in(self) -> None:
        both = b64encode(f"{self._id}:{self._key.secret}".encode()).decode()
        answer = await self._client.post(
            self._address,
            form={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {both}"},
            account=self._key.account,
            explain=self._explained,
        )
        read = decoded(answer.body, _Answer, phrase("a token"))
        if not read.access_token:  # some say no with 200
            raise self._key.refused(self._address.split("/")[2])
        lasts = timedelta(seconds=min(max(read.expires_in, 0), 7 * 86_400))
        self._token = read.access_token
        self._good_until = self._client.clock() + lasts - _EARLY

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        is_told = refusal.status in (400, 401) and not refusal.is_page
        return self._key.refused(refusal.host) if is_told else None
