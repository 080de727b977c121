"""Reddit's listings (reddit.com/dev/api, "Listings" and "Things") as posts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.exchanges import Said
from bot.sources.items import UNREADABLE, decoded, readable
from bot.sources.moments import from_epoch, settled
from bot.sources.text import html_parts, plain

_DEEPEST = 20
"""Levels of answers that are read; Reddit shows ten."""

_TAKEN_BACK = frozenset({"[deleted]", "[removed]"})


class _Thing(msgspec.Struct, frozen=True):
    """What kind of thing it is, by the letters that begin its name, and the thing."""

    kind: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _Things(msgspec.Struct, frozen=True):
    children: tuple[msgspec.Raw, ...]
    after: str | None = None


class _Listing(msgspec.Struct, frozen=True):
    data: _Things


class _Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A post (t3) or a comment (t1); a comment has the title of its post beside it."""

    name: str
    created_utc: float | None = None
    author: str | None = None
    permalink: str | None = None
    subreddit: str | None = None
    title: str | None = None
    link_title: str | None = None
    body: str | None = None
    body_html: str | None = None
    selftext: str | None = None
    selftext_html: str | None = None
    url: str | None = None
    is_self: bool | None = None
    link_id: str | None = None
    link_flair_text: str | None = None
    removed_by_category: str | None = None
    score: int | None = None
    num_comments: int | None = None
    parent_id: str | None = None
    replies: msgspec.Raw = msgspec.Raw(b'""')

    @property
    def is_comment(self) -> bool:
        return self.name.startswith("t1_")

    @property
    def is_taken_back(self) -> bool:
        said = {self.author, self.body, self.selftext}
        return bool(self.removed_by_category) or not _TAKEN_BACK.isdisjoint(said)


class Listing(NamedTuple):
    """Posts and comments, newest first. `gone` are those that their authors or moderators took
    back, `more` what the next page is asked for by; `oldest` is how far back this one reaches."""

    posts: tuple[Post, ...]
    gone: tuple[str, ...]
    more: str
    oldest: datetime | None


def read_listing(
    body: bytes, source: str, now: datetime, site: str = "https://www.reddit.com"
) -> Listing:
    """What an answer lists; things that are no posts and no comments are left out. Raises
    SourceGarbled."""
    listed = decoded(body, _Listing, phrase("a listing of Reddit")).data
    submissions = _submissions(listed)
    return Listing(
        posts=tuple(_post(one, source, now, site) for one in submissions if not one.is_taken_back),
        gone=tuple(one.name for one in submissions if one.is_taken_back),
        more=listed.after or "",
        oldest=_oldest(submissions, now),
    )


def read_thread(body: bytes, source: str, now: datetime, site: str) -> list[Said]:
    """A post and its comments as the page of a post lists them, level by level, without what was
    taken back and what cannot be read. Raises SourceGarbled."""
    listings = decoded(body, list[_Listing], phrase("a listing of Reddit"))
    level = [one for listing in listings for one in _submissions(listing.data)]
    found: list[_Submission] = []
    for _ in range(_DEEPEST):
        found += level
        level = [reply for one in level for reply in _replies(one)]
    kept = [one for one in found if not one.is_taken_back]
    return [Said(_post(one, source, now, site), one.parent_id or "") for one in kept]


def _submissions(listed: _Things) -> list[_Submission]:
    things = readable(listed.children, _Thing, phrase("a thing of Reddit"))
    found = [thing.data for thing in things if thing.kind in ("t1", "t3")]
    read = readable(found, _Submission, phrase("a post or a comment of Reddit"))
    return [one for one in read if one.name]


def _replies(one: _Submission) -> list[_Submission]:
    """What answers a comment; it can be read without."""
    try:
        return _submissions(msgspec.json.decode(one.replies, type=_Listing).data)
    except (*UNREADABLE, SourceGarbled):
        return []


def _oldest(submissions: Sequence[_Submission], now: datetime) -> datetime | None:
    return settled(from_epoch(submissions[-1].created_utc or 0), now) if submissions else None


def _post(one: _Submission, source: str, now: datetime, site: str) -> Post:
    author = " ".join(plain(one.author or "").split())[:100]
    said = html_parts((one.body_html if one.is_comment else one.selftext_html) or "", site)
    text = said.text or plain((one.body if one.is_comment else one.selftext) or "")
    leads_to = "" if one.is_comment or one.is_self else web_address(one.url or "", site)
    title = (one.link_title if one.is_comment else one.title) or ""
    filed = (plain(name or "")[:100] for name in (one.subreddit, one.link_flair_text))
    return Post(
        source=source,
        id=one.name,
        url=web_address(one.permalink or "", site),
        title=" ".join(plain(title).split())[:500],
        text=text,
        author=f"u/{author}" if author else "",
        author_url=web_address(f"{site}/user/{author}") if author else "",
        at=settled(from_epoch(one.created_utc or 0), now),
        engagement=max(one.score or 0, 0)
        + (0 if one.is_comment else max(one.num_comments or 0, 0)),
        thread=(one.link_id or "") if one.is_comment else "",
        links=tuple(dict.fromkeys(filter(None, (leads_to, *said.links)))),
        media=said.media,
        tags=tuple(dict.fromkeys(filter(None, filed))),
    )
