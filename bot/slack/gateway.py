"""The one door through which durable messages leave for Slack.

It tries once and tells exactly how it went: `bot.errors.SlackError` and its kinds. Trying again
is the outbox's business, since only the outbox knows what was already said. Slack's own client
retries by itself, and posts twice when the connection drops after Slack took the message, so its
retry handlers are switched off here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import aiohttp
import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackError
from bot.slack.calls import call
from bot.slack.documents import Document, send
from bot.slack.pictures import Picture
from bot.slack.rates import Rates
from bot.slack.rooms import Rooms

Blocks = Sequence[Mapping[str, Any]]

TIMEOUT = 10
"""Seconds after which a call has an unknown outcome."""

REMEMBERED = 600.0
"""Seconds for which what Slack said of a member is good."""

_NO_MEMBER = frozenset({"user_not_found", "user_not_visible"})

PATIENCE = 1.0
"""Seconds to wait for it: an answer to a click has three."""

METADATA = "vigie_delivery"
"""Our event type in a message's metadata; its payload holds the delivery's id and nothing else,
because every member of the channel can read it."""


class Posted(msgspec.Struct, frozen=True):
    """Where a message stands: the channel's id and the message's time stamp."""

    channel: str
    ts: str

    @property
    def at(self) -> datetime:
        """When Slack took it, to the second."""
        return datetime.fromtimestamp(int(self.ts.partition(".")[0]), UTC)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who the token speaks for, what it may do, and what time it is at Slack (None: not said)."""

    team: str
    bot_user: str
    scopes: frozenset[str]
    at: datetime | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person in the workspace; `names` are all that they may be called by. `locale` (`fr-FR`) and
    `zone` (`Europe/Paris`) are as Slack knows them, `""` where it does not say."""

    id: str
    name: str
    names: frozenset[str]
    is_bot: bool = False
    has_left: bool = False
    locale: str = ""
    zone: str = ""


class Gateway:
    """Slack's Web API for the services; an async context manager that closes its connections.

    `pace` 1 keeps to Slack's documented rates (https://docs.slack.dev/apis/web-api/rate-limits):
    about one new message a second in a channel, and Tier 3 (50 a minute) for changes.
    `monotonic` tells seconds that only grow.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        *,
        pace: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token = token
        self._api_url = api_url if api_url.endswith("/") else f"{api_url}/"
        self._rates = Rates(pace, monotonic)
        self._monotonic = monotonic
        self._members: dict[str, tuple[float, Member]] = {}
        self._rooms = Rooms(lambda: self.client, monotonic)
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        self._client = AsyncWebClient(
            token=self._token,
            base_url=self._api_url,
            timeout=TIMEOUT,
            session=self._session,
            retry_handlers=[],
        )
        if _is_loopback(self._api_url):
            # The client takes HTTPS_PROXY even for this very machine, whatever NO_PROXY says.
            self._client.proxy = None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session:
            await self._session.close()

    @property
    def client(self) -> AsyncWebClient:
        """Slack's own client, for what does not need to survive a crash (modals, Home)."""
        if self._client is None:
            raise RuntimeError("the gateway is used inside `async with`")
        return self._client

    async def post(
        self,
        channel: str,
        text: str,
        blocks: Blocks = (),
        *,
        delivery: str,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> Posted:
        """Post a message that can be found again by its delivery's id; `channel` may be a member's
        id, to whom it goes directly. A `broadcast` answer is shown in the channel as well.

        Raises a SlackError; after SlackUnavailable nobody knows whether it was posted.
        """
        async with self._rates.post(channel):
            answer = await call(
                self.client.chat_postMessage,
                channel=channel,
                text=text,
                blocks=list(blocks) or None,
                thread_ts=thread_ts,
                reply_broadcast=broadcast or None,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": METADATA, "event_payload": {"id": delivery}},
            )
        posted = Posted(str(answer["channel"]), str(answer["ts"]))
        self._rates.is_same(channel, posted.channel)
        return posted

    def has_update_to_spare(self) -> bool:
        """Whether Slack would draw a message again now that need not be, and cards beside it."""
        return self._rates.has_update_to_spare()

    async def update(self, at: Posted, text: str, blocks: Blocks) -> None:
        """Draw a message again. Raises a SlackError, MessageGone where it is not there."""
        async with self._rates.update():
            await call(
                self.client.chat_update,
                channel=at.channel,
                ts=at.ts,
                text=text,
                blocks=list(blocks),
            )

    async def upload(self, channel: str, picture: Picture, thread_ts: str | None = None) -> None:
        """Show a picture in a channel (or a thread in it), or to a member, whose id is then given
        (https://docs.slack.dev/messaging/working-with-files#uploading_files).

        Raises a SlackError; TokenRefused where the app has not the scope files:write.
        """
        await call(
            self.client.files_upload_v2,
            channel=await self._rooms.id_of(channel),
            thread_ts=thread_ts,
            filename=picture.filename,
            content=picture.content,
            title=picture.title,
            alt_txt=picture.alt,
        )

    async def send(self, channel: str, document: Document) -> None:
        """Show a file in a channel, or to a member, whose id is then given. Raises as `upload`
        does."""
        if self._session is None:
            raise RuntimeError("the gateway is used inside `async with`")
        await send(self.client, self._session, await self._rooms.id_of(channel), document)

    async def find(
        self, channel: str, delivery: str, since: datetime, thread_ts: str | None = None
    ) -> Posted | None:
        """The message that a delivery left in a channel (or a thread) since a time, if any.

        Raises a SlackError where Slack cannot be asked.
        """
        channel_id = await self._rooms.id_of(channel)
        cursor: str | None = None
        while True:
            common = {
                "channel": channel_id,
                "oldest": f"{since.timestamp():.6f}",
                "limit": 200,
                "include_all_metadata": True,
                "cursor": cursor,
            }
            answer = (
                await call(self.client.conversations_replies, ts=thread_ts, **common)
                if thread_ts
                else await call(self.client.conversations_history, **common)
            )
            for message in answer.get("messages") or []:
                metadata = message.get("metadata") or {}
                if (
                    metadata.get("event_type") == METADATA
                    and (metadata.get("event_payload") or {}).get("id") == delivery
                ):
                    return Posted(channel_id, str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return None

    async def permalink(self, at: Posted) -> str:
        """The address of a message, `""` where Slack does not tell within a second
        (https://docs.slack.dev/reference/methods/chat.getPermalink)."""
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await call(
                    self.client.chat_getPermalink, channel=at.channel, message_ts=at.ts
                )
        except (SlackError, TimeoutError):
            return ""
        return str(answer.get("permalink") or "")

    async def identity(self) -> Identity:
        """Who we are. Raises TokenRefused where the token is not good."""
        answer = await call(self.client.auth_test)
        headers = {str(k).lower(): str(v) for k, v in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes", "")
        return Identity(
            team=str(answer.get("team") or ""),
            bot_user=str(answer.get("user_id") or ""),
            scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
            at=_moment(headers.get("date", "")),
        )

    async def channel_fault(self, channel: str) -> str | None:
        """Why Vigie could not write in a channel, as a code of Slack's, or None where it can."""
        return await self._rooms.fault(channel)

    async def channel_id(self, channel: str) -> str:
        """The id of a channel that is written `#name` or is one, `""` where Slack does not tell
        within a second."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._rooms.id_of(channel)
        except (SlackError, TimeoutError):
            return ""

    async def channel_called(self, channel: str) -> str:
        """How a channel is called (`#care`) that is known by its id; the id where Slack does not
        tell."""
        return await self._rooms.called(channel)

    async def name_of(self, user: str) -> str:
        """How a member is called; their id where Slack does not tell."""
        member = await self.member(user)
        return (member.name if member else "") or user

    async def no_person(self, user: str) -> Literal["", "is_bot", "deleted"]:
        """Why nothing can be given to this member, a word of Slack's; `""` where it can, or where
        Slack does not tell."""
        member = await self.member(user)
        if member is None:
            return ""
        return "is_bot" if member.is_bot else "deleted" if member.has_left else ""

    async def person_fault(self, user: str) -> str | None:
        """Why nobody can be reached under a member's id, as a word of Slack's (`user_not_found`,
        `deleted`, `is_bot`), or None where somebody can. Raises a SlackError."""
        try:
            answer = await call(self.client.users_info, user=user)
        except SlackError as error:
            if error.code in _NO_MEMBER:
                return "user_not_found"
            raise
        found = answer.get("user") or {}
        return next((fault for fault in ("deleted", "is_bot") if found.get(fault)), None)

    async def member(self, user: str) -> Member | None:
        """A member, as Slack knew them at most `REMEMBERED` ago, or when it last told at all; None
        where it never did, or takes longer than a second."""
        read, known = self._members.get(user, (0.0, None))
        if known and self._monotonic() - read < REMEMBERED:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await call(self.client.users_info, user=user, include_locale=True)
        except (SlackError, TimeoutError):
            return known
        found = _member(answer.get("user") or {})
        self._members[user] = (self._monotonic(), found)
        return found

    async def member_named(self, name: str) -> Member | None:
        """The member who goes by `name` (with or without @), whatever its case."""
        wanted = name.lstrip("@").casefold()
        async for member in self._all_members():
            if wanted in member.names:
                return member
        return None

    async def _all_members(self) -> AsyncIterator[Member]:
        cursor: str | None = None
        while True:
            answer = await call(self.client.users_list, limit=200, cursor=cursor)
            for raw in answer.get("members") or []:
                if not raw.get("deleted") and not raw.get("is_bot"):
                    yield _member(raw)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return


def _member(raw: Mapping[str, Any]) -> Member:
    profile = raw.get("profile") or {}
    called = [
        profile.get("real_name"),
        raw.get("real_name"),
        profile.get("display_name"),
        raw.get("name"),
    ]
    names = [str(name) for name in called if name]
    return Member(
        id=str(raw.get("id") or ""),
        name=names[0] if names else "",
        names=frozenset(name.casefold() for name in names),
        is_bot=bool(raw.get("is_bot")),
        has_left=bool(raw.get("deleted")),
        locale=str(raw.get("locale") or ""),
        zone=str(raw.get("tz") or ""),
    )


def _moment(date: str) -> datetime | None:
    """What an HTTP date says (https://www.rfc-editor.org/rfc/rfc9110#name-date)."""
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return said.astimezone(UTC) if said.tzinfo else None


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
