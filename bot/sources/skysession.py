"""Signing in to Bluesky (docs.bsky.app, HTTP reference: com.atproto.server.createSession and
refreshSession)."""

from __future__ import annotations

import asyncio
import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from bot.errors import SourceError, SourceGarbled, SourceRefused
from bot.phrases import phrase
from bot.sources.complaints import Explain, Refusal
from bot.sources.http import PoliteClient
from bot.sources.items import UNREADABLE, decoded
from bot.sources.moments import from_epoch

SERVER = "https://bsky.social"

EARLY = timedelta(minutes=5)
"""A token is renewed this long before it ends."""

PAUSE = timedelta(minutes=15)
"""After a sign-in that was refused nobody tries again for so long, however many watches poll."""

_USUAL_LIFE = timedelta(hours=1)
"""Of a token that does not tell when it ends."""


class _Session(msgspec.Struct, frozen=True):
    access: str = msgspec.field(name="accessJwt")
    refresh: str = msgspec.field(name="refreshJwt")


class _Claims(msgspec.Struct, frozen=True):
    exp: float = 0


class SkySession:
    """One account's session, by its app password: opened when it is first needed, and renewed.

    A server allows 30 sign-ins in five minutes and 300 a day, so nobody signs in for a poll.
    """

    def __init__(self, base: str, account: str, password: str, client: PoliteClient) -> None:
        self._base = base
        self._account = account
        self._password = password
        self._client = client
        self._session: _Session | None = None
        self._until: datetime | None = None
        self._refused: SourceRefused | None = None
        self._refused_at = client.clock()
        self._turn = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """The headers that show who asks. Raises a SourceError."""
        async with self._turn:
            now = self._client.clock()
            if self._session is None or self._until is None or now >= self._until:
                self._session = await self._renewed(self._session)
                self._until = ends(self._session.access, now) - EARLY
            return {"Authorization": f"Bearer {self._session.access}"}

    def doubt(self) -> None:
        """Renew the session before the next request: the last one was refused."""
        self._until = None

    async def _renewed(self, session: _Session | None) -> _Session:
        if session is not None:
            try:
                return await self._post(
                    "refreshSession", headers={"Authorization": f"Bearer {session.refresh}"}
                )
            except SourceRefused:
                self._session = None  # it ended: it is begun anew
        now = self._client.clock()
        if self._refused and abs(now - self._refused_at) < PAUSE:
            raise self._refused.with_traceback(None)
        try:
            return await self._post(
                "createSession",
                json={"identifier": self._account, "password": self._password},
                explain=_explained,
            )
        except SourceRefused as refused:
            self._refused, self._refused_at = refused, now
            raise

    async def _post(
        self,
        method: str,
        *,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        explain: Explain | None = None,
    ) -> _Session:
        answer = await self._client.post(
            f"{self._base}/xrpc/com.atproto.server.{method}",
            form=None if json else {},  # a body where none is expected is refused
            json=json,
            headers=headers,
            account=self._account,
            explain=explain,
        )
        session = decoded(answer.body, _Session, phrase("a session of Bluesky's"))
        if not (_fits_a_header(session.access) and _fits_a_header(session.refresh)):
            raise SourceGarbled("The answer is not {what}.", what=phrase("a session of Bluesky's"))
        return session


def _explained(refusal: Refusal, now: datetime) -> SourceError | None:
    """That it is the password, where it is the server that says no, and no firewall before it."""
    if refusal.status not in (400, 401) or refusal.is_page:
        return None
    return SourceRefused("Bluesky does not take this account and app password.")


def ends(token: str, now: datetime) -> datetime:
    """When a token ends, as it says itself (RFC 7519, section 4.1.4); in an hour where it does
    not."""
    try:
        body = token.split(".")[1]
        claims = msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_Claims)
    except (IndexError, ValueError, binascii.Error, *UNREADABLE):
        return now + _USUAL_LIFE
    at = from_epoch(claims.exp) if claims.exp else None
    return min(at, now + timedelta(days=1)) if at else now + _USUAL_LIFE


def _fits_a_header(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable()
