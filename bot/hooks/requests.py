"""Slack's own requests, where it reaches Vigie over HTTP: each proved to be Slack's, and handled
once.

https://docs.slack.dev/authentication/verifying-requests-from-slack,
https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from json import JSONDecodeError, loads

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier

from bot.hooks.bodies import Bodies, Crowded
from bot.metrics import ACK_SECONDS
from bot.services.base import Clock
from bot.slack.envelopes import Answers, Ledger

log = structlog.get_logger(__name__)

PATH = "/slack/events"
"""Where Slack sends everything: events, commands, clicks."""

LARGEST = 1 << 20
"""Bytes of a request."""

PATIENCE = 2.0
"""Seconds that a body may take to arrive: Slack waits three for its answer."""

MOST_READ = 128
"""Bodies that are read at once: half of the connections that there may be."""

_SIGNED = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


class _Now(SdkClock):
    """Vigie's clock, as Slack's library asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


class Requests:
    """Answers what Slack sends to an app's request URL.

    What nobody can have signed with the `signing_secret` is refused with 401, whatever it holds.
    The same request again, from Slack or from whoever overheard it, gets the answer of the first
    and does nothing more; an event that Slack sends anew is known by its id.
    """

    def __init__(
        self,
        app: AsyncApp,
        signing_secret: str,
        clock: Clock,
        ledger: Ledger | None = None,
        bodies: Bodies | None = None,
    ) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret, _Now(clock))
        self._answers = Answers(ledger)
        self._bodies = bodies or Bodies(PATIENCE, MOST_READ)

    def routes(self) -> web.Application:
        """The web application in which it answers."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self.answer)
        return app

    async def answer(self, request: web.Request) -> web.Response:
        """Have the app handle what is Slack's and new."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signed = request.headers.get("X-Slack-Signature", "")
        if not (_STAMP.fullmatch(stamp) and _SIGNED.fullmatch(signed)):
            return _refused("is not signed")
        try:
            body = (await self._bodies.of(request)).decode()
        except TimeoutError:
            return _turned_away(HTTPStatus.REQUEST_TIMEOUT)
        except Crowded:
            return _turned_away(HTTPStatus.SERVICE_UNAVAILABLE)
        except UnicodeDecodeError:
            return _refused("is no text")
        if not self._verifier.is_valid(body, stamp, signed):
            return _refused("is not signed by Slack, or long ago")
        asked = AsyncBoltRequest(
            body=body, query=request.query_string, headers=dict(request.headers)
        )
        with ACK_SECONDS.time():
            answer = await self._answers.once(
                _event_of(body) or f"request {signed}", partial(self._bolt, asked)
            )
        if answer is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        # a copy, as Bolt's adapter takes headers out of what it is given
        again = BoltResponse(status=answer.status, body=answer.body, headers=dict(answer.headers))
        return await to_aiohttp_response(again)

    async def _bolt(self, asked: AsyncBoltRequest) -> BoltResponse:
        answer: BoltResponse = await self._app.async_dispatch(asked)
        return answer


def _refused(why: str) -> web.Response:
    log.info("a request to Slack's address is refused", reason=why)
    return _turned_away(HTTPStatus.UNAUTHORIZED)


def _turned_away(status: HTTPStatus) -> web.Response:
    response = web.Response(status=status)
    response.force_close()  # whoever is not Slack does not stay
    return response


def _event_of(body: str) -> str:
    """The id of the event in a body, which stays the same when Slack sends it again; `""` where
    there is none."""
    if '"event_id"' not in body:
        return ""
    try:
        said = loads(body)
    except (JSONDecodeError, RecursionError):
        return ""
    return str(said.get("event_id") or "") if isinstance(said, dict) else ""
