"""HTTP mode: signed requests to the app's request URL.

Signature: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

import aiohttp

from bot.standin.clock import Clock
from bot.standin.delivery import ACK_WITHIN, Parcel
from bot.standin.errors import Refusal, Unanswered
from bot.standin.spec import AppSpec
from bot.standin.wire import Json, dumps

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def signature(secret: str, timestamp: int, body: str) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:timestamp:body` in hexadecimal."""
    signed = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class HttpLine:
    """A `Line` over HTTP. `verify` comes first, as when the URL is entered in Slack's settings."""

    def __init__(self, spec: AppSpec, clock: Clock, request_url: str) -> None:
        self._spec = spec
        self._clock = clock
        self._url = request_url
        self._session = aiohttp.ClientSession(trust_env=False)
        self._verified = False

    @property
    def connected(self) -> bool:
        """Whether the app answered the challenge."""
        return self._verified

    async def verify(self) -> None:
        """Send the url_verification challenge. Raises Refusal where it is not answered."""
        challenge = secrets.token_hex(16)
        said: Json = {
            "type": "url_verification",
            "token": self._spec.verification_token,
            "challenge": challenge,
        }
        status, text, _ = await self._post(dumps(said), _JSON, {})
        if status != 200 or challenge not in text:
            raise Refusal(f"did not answer the challenge (HTTP {status})")
        self._verified = True

    async def ask(self, parcel: Parcel) -> Json:
        """See `Line.ask`."""
        headers: dict[str, str] = {}
        if parcel.attempt:
            headers["X-Slack-Retry-Num"] = str(parcel.attempt)
            headers["X-Slack-Retry-Reason"] = parcel.reason
        if parcel.kind == "events_api":
            body, content_type = dumps(parcel.payload), _JSON
        elif parcel.kind == "slash_commands":
            body, content_type = urlencode(parcel.payload), _FORM
        else:
            body, content_type = urlencode({"payload": dumps(parcel.payload)}), _FORM
        status, text, answered = await self._post(body, content_type, headers)
        if status != 200 and answered.get("X-Slack-No-Retry") != "1":
            raise Unanswered(f"answered HTTP {status} (http_error)", "http_error")
        return _read(text) if status == 200 else {}

    async def close(self) -> None:
        """Close the client."""
        await self._session.close()

    async def _post(
        self, body: str, content_type: str, headers: dict[str, str]
    ) -> tuple[int, str, Mapping[str, str]]:
        now = int(self._clock.now())
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": str(now),
            "X-Slack-Signature": signature(self._spec.signing_secret, now, body),
        }
        try:
            async with self._session.post(
                self._url,
                data=body.encode(),
                headers=signed | headers,
                timeout=aiohttp.ClientTimeout(total=ACK_WITHIN),
            ) as answer:
                return answer.status, await answer.text(errors="replace"), answer.headers
        except TimeoutError:
            raise Unanswered("did not answer in time (operation_timeout)", "http_timeout") from None
        except aiohttp.ClientError:
            raise Unanswered("cannot be reached", "connection_failed") from None


def _read(text: str) -> Json:
    if not text:
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        return {"text": text}
    return said if isinstance(said, dict) else {"text": text}
