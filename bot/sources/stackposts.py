"""What Stack Exchange says (api.stackexchange.com/docs/types/search-excerpt, `post`, `wrapper`) as
posts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceError, SourceRateLimited
from bot.phrases import phrase
from bot.sources import ratelimits
from bot.sources.addressing import web_address
from bot.sources.complaints import Refusal
from bot.sources.items import UNREADABLE, decoded, parsed, readable
from bot.sources.moments import from_epoch, settled
from bot.sources.searching import Found
from bot.sources.text import html_parts, html_to_text, plain

PAGE = 100
"""The most that the API puts into a page, and the most ids that it takes."""

_OWN_DOMAIN = frozenset({"stackoverflow", "superuser", "serverfault", "askubuntu", "stackapps"})
_SECONDS = re.compile(r"available in ([0-9]{1,6}) seconds")


class Site(msgspec.Struct, frozen=True):
    """Whose posts they are: the source's name, and what the API calls the site."""

    source: str
    name: str

    @property
    def address(self) -> str:
        """Its address, by its name: `stackoverflow`, `meta.superuser`, `diy`."""
        if self.name.endswith((".com", ".net")):
            return f"https://{self.name}"
        own = self.name.rpartition(".")[2] in _OWN_DOMAIN
        return f"https://{self.name}.com" if own else f"https://{self.name}.stackexchange.com"


class _Wrapper(msgspec.Struct, frozen=True):
    items: tuple[msgspec.Raw, ...]
    has_more: bool = False


class _Wishes(msgspec.Struct, frozen=True):
    backoff: float | None = None
    quota_remaining: int | None = None


class _Error(msgspec.Struct, frozen=True):
    error_name: str
    error_message: str = ""


class _Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A question or an answer that was found; an answer has its question's title."""

    question_id: int
    answer_id: int | None = None
    title: str = ""
    excerpt: str | None = None
    body: str | None = None
    creation_date: float | None = None
    score: int | None = None
    answer_count: int | None = None
    tags: tuple[str, ...] = ()


class _Owner(msgspec.Struct, frozen=True):
    display_name: str = ""
    link: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A question or an answer that was asked for by its id."""

    post_id: int
    body: str | None = None
    title: str | None = None
    link: str | None = None
    score: int | None = None
    comment_count: int | None = None
    owner: _Owner | None = None


def read_found(body: bytes, site: Site, page: int, now: datetime) -> Found:
    """A page of what was found, newest first. Raises SourceGarbled."""
    answer = decoded(body, _Wrapper, phrase("what Stack Exchange answers"))
    found = readable(answer.items, _Excerpt, phrase("a question or an answer"))
    return Found(
        [_post(one, site, now) for one in found], more=str(page + 1) if answer.has_more else ""
    )


class Answered(NamedTuple):
    """Posts that were asked for, by their ids; `whole` where each could be read."""

    told: dict[int, Told]
    whole: bool


def read_told(body: bytes) -> Answered:
    """Posts that were asked for. Raises SourceGarbled."""
    answer = decoded(body, _Wrapper, phrase("what Stack Exchange answers"))
    told = readable(answer.items, Told, phrase("a question or an answer"))
    return Answered({one.post_id: one for one in told}, len(told) == len(answer.items))


def read_rest(body: bytes, now: datetime) -> datetime | None:
    """Until when an answer asks to be left alone: for its `backoff`, or, with nothing left of the
    day's quota, until the next day."""
    try:
        wishes = parsed(body, _Wishes)
    except UNREADABLE:
        return None
    if wishes.quota_remaining is not None and wishes.quota_remaining <= 0:
        return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if not wishes.backoff or not wishes.backoff > 0:
        return None
    return now + timedelta(seconds=min(wishes.backoff, ratelimits.LONGEST_WAIT.total_seconds()))


def read_refusal(refusal: Refusal, now: datetime) -> SourceError | None:
    """A throttle violation, which has status 400 or 502; else None."""
    try:
        error = msgspec.json.decode(refusal.body, type=_Error)
    except UNREADABLE:
        return None
    if error.error_name != "throttle_violation":
        return None
    said = _SECONDS.search(error.error_message)
    until = now + timedelta(seconds=int(said[1])) if said else now + ratelimits.UNSAID
    return SourceRateLimited("{host} says that it was asked too often.", until, host=refusal.host)


def again(post: Post, told: Mapping[int, Told]) -> Post | None:
    """A post as it stands now, with its author; None where it is not among what was told."""
    one = told.get(post_id(post))
    if one is None:
        return None
    owner = one.owner or _Owner()
    parts = html_parts(one.body or "", post.url)
    return replace(
        post,
        url=web_address(one.link or "") or post.url,
        title=_line(one.title or "")[:500] or post.title,
        text=parts.text or post.text,
        author=_line(owner.display_name)[:200] or post.author,
        author_url=web_address(owner.link or "") or post.author_url,
        engagement=max(post.engagement, 0)
        if one.score is None
        else max(one.score, 0) + max(one.comment_count or 0, 0),
        links=parts.links,
        media=parts.media,
    )


def post_id(post: Post) -> int:
    """What its site calls a post; 0 where that is not known."""
    return int(post.local_id) if post.local_id.isdecimal() and len(post.local_id) < 19 else 0


def _post(one: _Excerpt, site: Site, now: datetime) -> Post:
    id = one.answer_id or one.question_id
    return Post(
        source=site.source,
        id=f"{site.name}/{id}",
        url=web_address(f"{site.address}/{'a' if one.answer_id else 'q'}/{id}"),
        title=_line(one.title)[:500],
        text=html_to_text(one.excerpt or one.body or ""),
        author="",
        at=settled(from_epoch(one.creation_date) if one.creation_date else None, now),
        engagement=max(one.score or 0, 0) + max(one.answer_count or 0, 0),
        thread=f"{site.name}/{one.question_id}" if one.answer_id else "",
        local_id=str(id),
        tags=tuple(tag for tag in (plain(tag)[:100] for tag in one.tags) if tag),
    )


def _line(html: str) -> str:
    """A title or a name, which come escaped."""
    return " ".join(html_to_text(html).split())
